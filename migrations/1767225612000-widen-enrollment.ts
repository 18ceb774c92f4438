import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Units, undo, reserves and who asked; transfers, fees, appeals, and the courses that residents have completed. */
export class WidenEnrollment1767225612000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table enrollments
        add column unit_id uuid,
        add column automatic boolean not null default true,
        add column reserve text,
        add column undo_until timestamptz,
        add column undo_to text,
        drop constraint ck_enrollments_source,
        add constraint ck_enrollments_source check (source in ('self', 'family', 'counter', 'agent', 'list')),
        add constraint ck_enrollments_reserve check (reserve ~ '^(counter|newcomers|village:[0-9]{12})$'),
        add constraint ck_enrollments_undo check (
          num_nonnulls(undo_until, undo_to) in (0, 2) and undo_to in ('enrolled', 'waiting', 'applied')
          and (undo_to is null or state = 'cancelled'));
      create index ix_enrollments_unit on enrollments (unit_id) where unit_id is not null;
      create index ix_enrollments_undo on enrollments (undo_until) where undo_to = 'enrolled';
      create index ix_enrollments_undo_class on enrollments (class_id) where undo_to = 'enrolled';

      alter table enrollment_moves add column step text not null default 'apply';

      -- An enrollment keeps its id, its attendance and its place in the queue when it goes over to another class.
      create table enrollment_transfers (
        id bigint generated always as identity,
        enrollment_id uuid not null,
        from_class_id uuid not null,
        to_class_id uuid not null,
        at timestamptz not null,
        constraint pk_enrollment_transfers primary key (id),
        constraint fk_enrollment_transfers_enrollment foreign key (enrollment_id) references enrollments (id),
        constraint fk_enrollment_transfers_from_class foreign key (from_class_id) references course_classes (id),
        constraint fk_enrollment_transfers_to_class foreign key (to_class_id) references course_classes (id)
      );
      create index ix_enrollment_transfers_enrollment on enrollment_transfers (enrollment_id, id);
      create index ix_enrollment_transfers_from_class on enrollment_transfers (from_class_id);
      create trigger tr_enrollment_transfers_append_only before update or delete on enrollment_transfers
        for each row execute function refuse_change();

      -- Which courses a resident has completed, told by the lib that counts; the rule about earlier courses asks here.
      create table completed_courses (
        resident_id uuid not null,
        course_id uuid not null,
        class_id uuid not null,
        constraint pk_completed_courses primary key (resident_id, course_id, class_id),
        constraint fk_completed_courses_resident foreign key (resident_id) references residents (id),
        constraint fk_completed_courses_course foreign key (course_id) references courses (id),
        constraint fk_completed_courses_class foreign key (class_id) references course_classes (id)
      );

      create table enrollment_payments (
        id uuid not null,
        enrollment_id uuid not null,
        kind text not null,
        amount_fen int not null,
        note text,
        at timestamptz not null,
        recorded_by uuid not null,
        constraint pk_enrollment_payments primary key (id),
        constraint fk_enrollment_payments_enrollment foreign key (enrollment_id) references enrollments (id),
        constraint fk_enrollment_payments_recorded_by foreign key (recorded_by) references staff (id),
        constraint ck_enrollment_payments_kind check (kind in ('paid', 'refunded')),
        constraint ck_enrollment_payments_amount check (amount_fen between 1 and 20000000)
      );
      create index ix_enrollment_payments_enrollment on enrollment_payments (enrollment_id, id);
      create trigger tr_enrollment_payments_append_only before update or delete on enrollment_payments
        for each row execute function refuse_change();

      create table appeals (
        id uuid not null,
        enrollment_id uuid not null,
        resident_id uuid not null,
        organisation_id uuid not null,
        text text not null,
        state text not null default 'open',
        answer text,
        decided_by uuid,
        decided_at timestamptz,
        version int not null default 1,
        created_at timestamptz not null,
        constraint pk_appeals primary key (id),
        constraint fk_appeals_enrollment foreign key (enrollment_id) references enrollments (id),
        constraint fk_appeals_resident foreign key (resident_id) references residents (id),
        constraint fk_appeals_organisation foreign key (organisation_id) references organisations (id),
        constraint fk_appeals_decided_by foreign key (decided_by) references staff (id),
        constraint ck_appeals_state check (state in ('open', 'upheld', 'rejected')),
        constraint ck_appeals_decided check (
          (state = 'open') = (decided_at is null) and (state = 'open') = (decided_by is null)
          and (state = 'open') = (answer is null))
      );
      -- One open appeal an enrollment: sending it twice is sending it once.
      create unique index uq_appeals_open on appeals (enrollment_id) where state = 'open';
      create index ix_appeals_organisation on appeals (organisation_id, state, id);
      create index ix_appeals_resident on appeals (resident_id, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table appeals, enrollment_payments, completed_courses, enrollment_transfers;
      alter table enrollment_moves drop column step;
      alter table enrollments
        drop constraint ck_enrollments_undo, drop constraint ck_enrollments_source,
        drop column unit_id, drop column automatic, drop column reserve, drop column undo_until, drop column undo_to,
        add constraint ck_enrollments_source check (source in ('self', 'counter'));
    `);
  }
}
