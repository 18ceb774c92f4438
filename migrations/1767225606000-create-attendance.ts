import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Marks as they came in, and from them who was at which session. */
export class CreateAttendance1767225606000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Everything that a device ever sent, with what became of it; the id is the device's own, so a replay is known.
      create table marks (
        id uuid not null,
        session_id uuid not null,
        resident_id uuid,
        enrollment_id uuid,
        kind text not null,
        status text not null,
        arrived_at timestamptz,
        left_at timestamptz,
        device_id text not null,
        device_time timestamptz not null,
        recorded_at timestamptz not null,
        recorded_by uuid,
        outcome text not null,
        reason text,
        constraint pk_marks primary key (id),
        constraint fk_marks_session foreign key (session_id) references class_sessions (id),
        constraint fk_marks_resident foreign key (resident_id) references residents (id),
        constraint fk_marks_enrollment foreign key (enrollment_id) references enrollments (id),
        constraint ck_marks_kind check (kind in ('personal_code', 'teacher_mark')),
        constraint ck_marks_status check (status in ('present', 'absent', 'excused')),
        constraint ck_marks_outcome check (outcome in ('recorded', 'duplicate', 'rejected', 'review'))
      );
      create index ix_marks_session on marks (session_id, resident_id);
      create index ix_marks_resident on marks (resident_id);
      create index ix_marks_enrollment on marks (enrollment_id);
      create trigger tr_marks_append_only before update or delete on marks
        for each row execute function refuse_change();

      -- What the marks say at present: one row a resident and session.
      create table attendances (
        session_id uuid not null,
        resident_id uuid not null,
        enrollment_id uuid not null,
        status text not null,
        arrived_at timestamptz,
        left_at timestamptz,
        mark_id uuid not null,
        recorded_at timestamptz not null,
        constraint pk_attendances primary key (session_id, resident_id),
        constraint fk_attendances_session foreign key (session_id) references class_sessions (id),
        constraint fk_attendances_resident foreign key (resident_id) references residents (id),
        constraint fk_attendances_enrollment foreign key (enrollment_id) references enrollments (id),
        constraint fk_attendances_mark foreign key (mark_id) references marks (id),
        constraint ck_attendances_status check (status in ('present', 'absent', 'excused'))
      );
      create index ix_attendances_resident on attendances (resident_id);
      create index ix_attendances_enrollment on attendances (enrollment_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table attendances, marks');
  }
}
