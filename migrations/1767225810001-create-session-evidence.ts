import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Photos of sessions, and how many came without their names being taken. */
export class CreateSessionEvidence1767225810001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table session_photos (
        id uuid not null,
        session_id uuid not null,
        file_id uuid not null,
        added_by uuid not null,
        added_at timestamptz not null,
        withdrawn_by uuid,
        withdrawn_at timestamptz,
        withdrawn_because text,
        version int not null,
        constraint pk_session_photos primary key (id),
        constraint fk_session_photos_session foreign key (session_id) references class_sessions (id),
        constraint fk_session_photos_file foreign key (file_id) references stored_files (id),
        constraint fk_session_photos_added_by foreign key (added_by) references staff (id),
        constraint fk_session_photos_withdrawn_by foreign key (withdrawn_by) references staff (id),
        constraint ck_session_photos_withdrawn check (
          (withdrawn_at is null) = (withdrawn_by is null) and (withdrawn_at is null) = (withdrawn_because is null))
      );
      create index ix_session_photos_session on session_photos (session_id, id);
      -- The same photo twice would stand for two.
      create unique index uq_session_photos_standing on session_photos (session_id, file_id) where withdrawn_at is null;
      create index ix_session_photos_file on session_photos (file_id);
      create index ix_session_photos_added_by on session_photos (added_by);
      create index ix_session_photos_withdrawn_by on session_photos (withdrawn_by);

      -- A headcount is never changed: another one of the session takes its place.
      create table session_headcounts (
        id uuid not null,
        session_id uuid not null,
        headcount int not null,
        note text,
        recorded_by uuid not null,
        recorded_at timestamptz not null,
        constraint pk_session_headcounts primary key (id),
        constraint fk_session_headcounts_session foreign key (session_id) references class_sessions (id),
        constraint fk_session_headcounts_recorded_by foreign key (recorded_by) references staff (id),
        constraint ck_session_headcounts_headcount check (headcount between 0 and 100000)
      );
      create index ix_session_headcounts_session on session_headcounts (session_id, id desc);
      create index ix_session_headcounts_recorded_by on session_headcounts (recorded_by);
      create trigger tr_session_headcounts_append_only before update or delete on session_headcounts
        for each row execute function refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table session_headcounts, session_photos');
  }
}
