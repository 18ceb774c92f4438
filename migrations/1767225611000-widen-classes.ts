import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The terms on which a class gives its seats, how a class ends early, and the caps of a term. */
export class WidenClasses1767225611000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table course_classes
        drop constraint ck_course_classes_admission,
        add constraint ck_course_classes_admission check (admission in ('first_come', 'lottery', 'approval')),
        add column renewal_opens_at timestamptz,
        add column renewal_closes_at timestamptz,
        add column late_entry_closes_at timestamptz,
        add column enrollment_rules jsonb not null default '[]',
        add column seat_reserves jsonb not null default '[]',
        add column minimum int,
        add column minimum_decided_at timestamptz,
        add column materials_fen int not null default 0,
        add column stopped_at timestamptz,
        add column stopped_reason text,
        add column moved_to uuid,
        add constraint ck_course_classes_renewal check (
          (renewal_opens_at is null) = (renewal_closes_at is null)
          and renewal_closes_at > renewal_opens_at and renewal_closes_at <= enrollment_opens_at),
        add constraint ck_course_classes_late_entry check (late_entry_closes_at >= enrollment_closes_at),
        add constraint ck_course_classes_rules check (
          jsonb_typeof(enrollment_rules) = 'array' and jsonb_typeof(seat_reserves) = 'array'),
        -- Not bound by the seats: lowering those evicts nobody and leaves the minimum as it was published.
        add constraint ck_course_classes_minimum check (
          (minimum is null) = (minimum_decided_at is null) and minimum between 1 and 5000),
        add constraint ck_course_classes_materials_fee check (materials_fen between 0 and 10000000),
        add constraint ck_course_classes_stopped check ((state = 'stopped') = (stopped_at is not null and stopped_reason is not null)),
        add constraint ck_course_classes_moved check (moved_to is null or state = 'stopped'),
        add constraint fk_course_classes_moved_to foreign key (moved_to) references course_classes (id);
      create index ix_course_classes_moved_to on course_classes (moved_to) where moved_to is not null;
      create index ix_course_classes_minimum on course_classes (minimum_decided_at, id)
        where state = 'published' and minimum is not null;

      alter table class_availability
        add column held int not null default 0,
        add column applied int not null default 0,
        drop constraint ck_class_availability_counts,
        add constraint ck_class_availability_counts check (
          taken >= 0 and offered >= 0 and waiting >= 0 and held >= 0 and applied >= 0);

      create table programme_caps (
        programme_kind text not null,
        classes_per_term int not null,
        version int not null default 1,
        constraint pk_programme_caps primary key (programme_kind),
        constraint ck_programme_caps_programme_kind check (programme_kind in ('community', 'elderly', 'skills', 'degree')),
        constraint ck_programme_caps_classes check (classes_per_term between 1 and 100)
      );
      insert into programme_caps (programme_kind, classes_per_term) values ('elderly', 2);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table programme_caps;
      alter table class_availability
        drop constraint ck_class_availability_counts, drop column held, drop column applied,
        add constraint ck_class_availability_counts check (taken >= 0 and offered >= 0 and waiting >= 0);
      alter table course_classes
        drop constraint ck_course_classes_admission, drop constraint ck_course_classes_late_entry,
        drop constraint ck_course_classes_stopped,
        drop column renewal_opens_at, drop column renewal_closes_at, drop column late_entry_closes_at,
        drop column enrollment_rules, drop column seat_reserves, drop column minimum, drop column minimum_decided_at,
        drop column materials_fen, drop column moved_to, drop column stopped_at, drop column stopped_reason,
        add constraint ck_course_classes_admission check (admission = 'first_come');
    `);
  }
}
