import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Enrollments and every move of theirs, and the rows by which a resident's enrollments of a term are locked. */
export class CreateEnrollment1767225605000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Locked before a resident's claims of a term are counted, so that two desks cannot both find a cap unspent.
      create table resident_terms (
        resident_id uuid not null,
        term_id uuid not null,
        constraint pk_resident_terms primary key (resident_id, term_id),
        constraint fk_resident_terms_resident foreign key (resident_id) references residents (id),
        constraint fk_resident_terms_term foreign key (term_id) references terms (id)
      );

      create table enrollments (
        id uuid not null,
        class_id uuid not null,
        resident_id uuid not null,
        term_id uuid not null,
        programme_kind text not null,
        state text not null,
        queued_at timestamptz not null,
        offered_until timestamptz,
        source text not null,
        decided_at timestamptz not null,
        version int not null default 1,
        created_at timestamptz not null,
        constraint pk_enrollments primary key (id),
        constraint fk_enrollments_class foreign key (class_id) references course_classes (id),
        constraint fk_enrollments_resident foreign key (resident_id) references residents (id),
        constraint fk_enrollments_term foreign key (term_id) references terms (id),
        constraint ck_enrollments_state check (state in ('applied', 'enrolled', 'waiting', 'offered', 'declined', 'expired',
          'not_drawn', 'refused', 'cancelled', 'withdrawn', 'removed', 'finished')),
        constraint ck_enrollments_source check (source in ('self', 'counter')),
        constraint ck_enrollments_offer check ((state = 'offered') = (offered_until is not null))
      ) with (fillfactor = 90);
      create unique index uq_enrollments_live on enrollments (class_id, resident_id)
        where state in ('applied', 'enrolled', 'waiting', 'offered', 'finished');
      create index ix_enrollments_resident on enrollments (resident_id, id);
      create index ix_enrollments_class on enrollments (class_id, state, queued_at, id);
      create index ix_enrollments_offers on enrollments (offered_until) where state = 'offered';

      create table enrollment_moves (
        id bigint generated always as identity,
        enrollment_id uuid not null,
        from_state text,
        to_state text not null,
        at timestamptz not null,
        actor_kind text not null,
        actor_id uuid,
        reason text not null,
        constraint pk_enrollment_moves primary key (id),
        constraint fk_enrollment_moves_enrollment foreign key (enrollment_id) references enrollments (id)
      );
      create index ix_enrollment_moves_enrollment on enrollment_moves (enrollment_id, id);

      -- Sessions of whose cancellation the residents were told, so that a job that runs twice tells once.
      create table told_cancellations (
        session_id uuid not null,
        at timestamptz not null,
        constraint pk_told_cancellations primary key (session_id),
        constraint fk_told_cancellations_session foreign key (session_id) references class_sessions (id)
      );
      create trigger tr_enrollment_moves_append_only before update or delete on enrollment_moves
        for each row execute function refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table told_cancellations, enrollment_moves, enrollments, resident_terms');
  }
}
