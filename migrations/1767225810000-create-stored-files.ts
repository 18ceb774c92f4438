import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Photos, scans and tables, sealed piece by piece. */
export class CreateStoredFiles1767225810000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table stored_files (
        id uuid not null,
        purpose text not null,
        media_type text not null,
        name text not null,
        size bigint,
        sha256 bytea,
        -- Null: the district's own.
        organisation_id uuid,
        uploaded_by uuid,
        uploaded_at timestamptz not null,
        kept_at timestamptz,
        constraint pk_stored_files primary key (id),
        constraint fk_stored_files_organisation foreign key (organisation_id) references organisations (id),
        constraint fk_stored_files_uploaded_by foreign key (uploaded_by) references staff (id),
        constraint ck_stored_files_complete check ((size is null) = (sha256 is null)),
        constraint ck_stored_files_size check (size > 0),
        constraint ck_stored_files_sha256 check (octet_length(sha256) = 32),
        constraint ck_stored_files_kept check (kept_at is null or size is not null)
      );
      -- Who sends the same file again, gets the one that is there.
      create unique index uq_stored_files_content on stored_files (sha256, purpose, organisation_id, uploaded_by)
        nulls not distinct where sha256 is not null;
      create index ix_stored_files_organisation on stored_files (organisation_id);
      create index ix_stored_files_uploaded_by on stored_files (uploaded_by);
      create index ix_stored_files_unkept on stored_files (uploaded_at) where kept_at is null;

      create table stored_file_pieces (
        file_id uuid not null,
        number int not null,
        sealed bytea not null,
        constraint pk_stored_file_pieces primary key (file_id, number),
        constraint fk_stored_file_pieces_file foreign key (file_id) references stored_files (id) on delete cascade,
        constraint ck_stored_file_pieces_number check (number >= 0)
      );
      -- What is sealed cannot be pressed together any more.
      alter table stored_file_pieces alter column sealed set storage external;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table stored_file_pieces, stored_files');
  }
}
