import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rolls that were taken elsewhere and are uploaded as a sheet (签到导入), and marks that were taken back with one. */
export class ImportAttendance1767225920000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table marks
        drop constraint ck_marks_kind,
        add constraint ck_marks_kind check (
          kind in ('personal_code', 'teacher_mark', 'rotating_code', 'monitor_mark', 'paper_sheet', 'import'));

      create table attendance_imports (
        id uuid not null,
        class_id uuid not null,
        organisation_id uuid not null,
        state text not null default 'ready',
        file_name text not null,
        file_id uuid,
        encoding text not null,
        row_count int not null,
        ignored text[] not null default '{}',
        imported_by uuid not null,
        imported_at timestamptz not null,
        because text,
        confirmed_by uuid,
        confirmed_at timestamptz,
        undone_by uuid,
        undone_at timestamptz,
        undone_because text,
        version int not null default 1,
        constraint pk_attendance_imports primary key (id),
        constraint fk_attendance_imports_class foreign key (class_id) references course_classes (id),
        constraint fk_attendance_imports_organisation foreign key (organisation_id) references organisations (id),
        constraint fk_attendance_imports_file foreign key (file_id) references stored_files (id),
        constraint fk_attendance_imports_imported_by foreign key (imported_by) references staff (id),
        constraint fk_attendance_imports_confirmed_by foreign key (confirmed_by) references staff (id),
        constraint fk_attendance_imports_undone_by foreign key (undone_by) references staff (id),
        constraint ck_attendance_imports_state check (state in ('ready', 'writing', 'written', 'undone', 'discarded')),
        constraint ck_attendance_imports_file check ((state = 'discarded') = (file_id is null)),
        constraint ck_attendance_imports_confirmed check (
          (num_nonnulls(confirmed_by, confirmed_at) = 2) = (state in ('writing', 'written', 'undone'))),
        constraint ck_attendance_imports_undone check (
          (num_nonnulls(undone_by, undone_at, undone_because) = 3) = (state = 'undone'))
      );
      create index ix_attendance_imports_class on attendance_imports (class_id, id desc);
      create index ix_attendance_imports_organisation on attendance_imports (organisation_id);
      create index ix_attendance_imports_file on attendance_imports (file_id);
      create index ix_attendance_imports_imported_by on attendance_imports (imported_by);
      create index ix_attendance_imports_confirmed_by on attendance_imports (confirmed_by);
      create index ix_attendance_imports_undone_by on attendance_imports (undone_by);
      -- The same file of a class is one import, as long as it stands.
      create unique index uq_attendance_imports_standing on attendance_imports (class_id, file_id)
        where state in ('ready', 'writing', 'written');

      -- A cell of the file: a mark to be, or what is wrong with it. Column 0 stands for the whole row.
      create table attendance_import_cells (
        import_id uuid not null,
        row_number int not null,
        column_number int not null,
        name text not null,
        text text not null,
        session_id uuid,
        resident_id uuid,
        status text,
        arrived_at timestamptz,
        left_at timestamptz,
        mark_id uuid,
        problem text,
        -- What was to become of the mark when the file was read.
        foreseen text,
        foreseen_reason text,
        constraint pk_attendance_import_cells primary key (import_id, row_number, column_number),
        constraint fk_attendance_import_cells_import foreign key (import_id) references attendance_imports (id),
        constraint fk_attendance_import_cells_session foreign key (session_id) references class_sessions (id),
        constraint fk_attendance_import_cells_resident foreign key (resident_id) references residents (id),
        constraint uq_attendance_import_cells_mark unique (mark_id),
        constraint ck_attendance_import_cells_status check (status in ('present', 'absent', 'excused')),
        constraint ck_attendance_import_cells_foreseen check (
          foreseen in ('recorded', 'duplicate', 'rejected', 'review')),
        constraint ck_attendance_import_cells_mark check (
          (problem is null) = (num_nonnulls(session_id, resident_id, status, mark_id, foreseen) = 5))
      );
      create index ix_attendance_import_cells_session on attendance_import_cells (session_id);
      create index ix_attendance_import_cells_resident on attendance_import_cells (resident_id);

      -- Marks that say nothing any more: what they came with was taken back. They stay as they came.
      create table withdrawn_marks (
        mark_id uuid not null,
        withdrawn_at timestamptz not null,
        withdrawn_by uuid not null,
        because text not null,
        constraint pk_withdrawn_marks primary key (mark_id),
        constraint fk_withdrawn_marks_mark foreign key (mark_id) references marks (id),
        constraint fk_withdrawn_marks_withdrawn_by foreign key (withdrawn_by) references staff (id)
      );
      create index ix_withdrawn_marks_withdrawn_by on withdrawn_marks (withdrawn_by);
      create trigger tr_withdrawn_marks_append_only before update or delete on withdrawn_marks
        for each row execute function refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table withdrawn_marks, attendance_import_cells, attendance_imports;
      alter table marks
        drop constraint ck_marks_kind,
        add constraint ck_marks_kind check (
          kind in ('personal_code', 'teacher_mark', 'rotating_code', 'monitor_mark', 'paper_sheet'));
    `);
  }
}
