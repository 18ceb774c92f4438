import type { MigrationInterface, QueryRunner } from 'typeorm';

/** 补录单: late records of a session, and the principal's signature under them. */
export class CreateLateSheets1767225860000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table late_sheets (
        id uuid not null,
        session_id uuid not null,
        organisation_id uuid not null,
        state text not null default 'waiting',
        opened_at timestamptz not null,
        decided_at timestamptz,
        decided_by uuid,
        returned_because text,
        version int not null default 1,
        constraint pk_late_sheets primary key (id),
        constraint fk_late_sheets_session foreign key (session_id) references class_sessions (id),
        constraint fk_late_sheets_organisation foreign key (organisation_id) references organisations (id),
        constraint fk_late_sheets_decided_by foreign key (decided_by) references staff (id),
        constraint ck_late_sheets_state check (state in ('waiting', 'signed', 'returned')),
        constraint ck_late_sheets_decided check (
          (state = 'waiting') = (decided_at is null) and (state = 'waiting') = (decided_by is null)),
        constraint ck_late_sheets_returned check ((state = 'returned') = (returned_because is not null))
      );
      -- What comes while one waits goes on the same.
      create unique index uq_late_sheets_waiting on late_sheets (session_id) where state = 'waiting';
      create index ix_late_sheets_session on late_sheets (session_id, id);
      create index ix_late_sheets_organisation on late_sheets (organisation_id, state, id);
      create index ix_late_sheets_decided_by on late_sheets (decided_by);

      create table late_sheet_marks (
        mark_id uuid not null,
        sheet_id uuid not null,
        resident_id uuid not null,
        constraint pk_late_sheet_marks primary key (mark_id),
        constraint fk_late_sheet_marks_mark foreign key (mark_id) references marks (id),
        constraint fk_late_sheet_marks_sheet foreign key (sheet_id) references late_sheets (id),
        constraint fk_late_sheet_marks_resident foreign key (resident_id) references residents (id)
      );
      create index ix_late_sheet_marks_sheet on late_sheet_marks (sheet_id, mark_id);
      create index ix_late_sheet_marks_resident on late_sheet_marks (resident_id);
      create trigger tr_late_sheet_marks_append_only before update or delete on late_sheet_marks
        for each row execute function refuse_change();

      create table late_sheet_scans (
        id uuid not null,
        sheet_id uuid not null,
        file_id uuid not null,
        added_by uuid not null,
        added_at timestamptz not null,
        constraint pk_late_sheet_scans primary key (id),
        constraint fk_late_sheet_scans_sheet foreign key (sheet_id) references late_sheets (id),
        constraint fk_late_sheet_scans_file foreign key (file_id) references stored_files (id),
        constraint fk_late_sheet_scans_added_by foreign key (added_by) references staff (id),
        constraint uq_late_sheet_scans_file unique (sheet_id, file_id)
      );
      create index ix_late_sheet_scans_file on late_sheet_scans (file_id);
      create index ix_late_sheet_scans_added_by on late_sheet_scans (added_by);

      -- Late records of before were told that the principal's signature is what they wait for.
      insert into late_sheets (id, session_id, organisation_id, opened_at)
      select uuidv7(), m.session_id, c.organisation_id, min(m.recorded_at)
        from marks m join class_sessions s on s.id = m.session_id join course_classes c on c.id = s.class_id
       where m.reason = 'TOO_LATE' and m.resident_id is not null and m.enrollment_id is not null
       group by m.session_id, c.organisation_id;
      insert into late_sheet_marks (mark_id, sheet_id, resident_id)
      select m.id, t.id, m.resident_id
        from marks m join late_sheets t on t.session_id = m.session_id
       where m.reason = 'TOO_LATE' and m.resident_id is not null and m.enrollment_id is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table late_sheet_scans, late_sheet_marks, late_sheets');
  }
}
