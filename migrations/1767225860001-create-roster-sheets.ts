import type { MigrationInterface, QueryRunner } from 'typeorm';

/** 签到表: the roster of a session printed on paper, and transcribed afterwards. */
export class CreateRosterSheets1767225860001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table marks
        drop constraint ck_marks_kind,
        add constraint ck_marks_kind check (
          kind in ('personal_code', 'teacher_mark', 'rotating_code', 'monitor_mark', 'paper_sheet'));

      create table roster_sheets (
        id uuid not null,
        code text not null,
        session_id uuid not null,
        printed_at timestamptz not null,
        printed_by uuid not null,
        transcribed_at timestamptz,
        transcribed_by uuid,
        photo_id uuid,
        constraint pk_roster_sheets primary key (id),
        constraint uq_roster_sheets_code unique (code),
        constraint fk_roster_sheets_session foreign key (session_id) references class_sessions (id),
        constraint fk_roster_sheets_printed_by foreign key (printed_by) references staff (id),
        constraint fk_roster_sheets_transcribed_by foreign key (transcribed_by) references staff (id),
        constraint fk_roster_sheets_photo foreign key (photo_id) references stored_files (id),
        constraint ck_roster_sheets_transcribed check ((transcribed_at is null) = (transcribed_by is null))
      );
      create index ix_roster_sheets_session on roster_sheets (session_id, id);
      create index ix_roster_sheets_printed_by on roster_sheets (printed_by);
      create index ix_roster_sheets_transcribed_by on roster_sheets (transcribed_by);
      create index ix_roster_sheets_photo on roster_sheets (photo_id);

      -- As it was printed: the number stands for the resident, whoever comes to the class or leaves it afterwards.
      create table roster_sheet_lines (
        sheet_id uuid not null,
        number int not null,
        resident_id uuid not null,
        mark_id uuid not null,
        constraint pk_roster_sheet_lines primary key (sheet_id, number),
        constraint fk_roster_sheet_lines_sheet foreign key (sheet_id) references roster_sheets (id),
        constraint fk_roster_sheet_lines_resident foreign key (resident_id) references residents (id),
        constraint uq_roster_sheet_lines_mark unique (mark_id),
        constraint ck_roster_sheet_lines_number check (number >= 1)
      );
      create index ix_roster_sheet_lines_resident on roster_sheet_lines (resident_id);
      create trigger tr_roster_sheet_lines_append_only before update or delete on roster_sheet_lines
        for each row execute function refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table roster_sheet_lines, roster_sheets;
      alter table marks
        drop constraint ck_marks_kind,
        add constraint ck_marks_kind check (kind in ('personal_code', 'teacher_mark', 'rotating_code', 'monitor_mark'));
    `);
  }
}
