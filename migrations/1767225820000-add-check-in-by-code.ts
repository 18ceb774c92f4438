import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Check-in by the code on the screen, marks of class monitors, and the tries that keep a code from being guessed. */
export class AddCheckInByCode1767225820000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table marks
        drop constraint ck_marks_kind,
        add constraint ck_marks_kind check (kind in ('personal_code', 'teacher_mark', 'rotating_code', 'monitor_mark'));

      create table check_in_tries (
        account_id uuid not null,
        session_id uuid not null,
        since timestamptz not null,
        tries int not null,
        constraint pk_check_in_tries primary key (account_id, session_id),
        constraint fk_check_in_tries_account foreign key (account_id) references accounts (id),
        constraint fk_check_in_tries_session foreign key (session_id) references class_sessions (id)
      );
      create index ix_check_in_tries_session on check_in_tries (session_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table check_in_tries;
      alter table marks
        drop constraint ck_marks_kind,
        add constraint ck_marks_kind check (kind in ('personal_code', 'teacher_mark'));
    `);
  }
}
