import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is entering a paper sheet, what they say is on it, and each photo that was ever taken of it. */
export class ClaimRosterSheets1767225910000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The last one of a sheet is the one that holds, until its time is over.
      create table roster_sheet_claims (
        id uuid not null,
        sheet_id uuid not null,
        claimed_by uuid not null,
        claimed_at timestamptz not null,
        claimed_until timestamptz not null,
        taken_from uuid,
        constraint pk_roster_sheet_claims primary key (id),
        constraint fk_roster_sheet_claims_sheet foreign key (sheet_id) references roster_sheets (id),
        constraint fk_roster_sheet_claims_claimed_by foreign key (claimed_by) references staff (id),
        constraint fk_roster_sheet_claims_taken_from foreign key (taken_from) references staff (id),
        constraint ck_roster_sheet_claims_taken_from check (taken_from <> claimed_by)
      );
      create index ix_roster_sheet_claims_sheet on roster_sheet_claims (sheet_id, id);
      create index ix_roster_sheet_claims_claimed_by on roster_sheet_claims (claimed_by);
      create index ix_roster_sheet_claims_taken_from on roster_sheet_claims (taken_from);

      -- What somebody says is on the paper, before it becomes marks: it is settled once, for all lines together.
      alter table roster_sheets
        add column entered jsonb,
        add column entered_because text;

      create table roster_sheet_photos (
        id uuid not null,
        sheet_id uuid not null,
        file_id uuid not null,
        added_by uuid,
        added_at timestamptz,
        withdrawn_by uuid,
        withdrawn_at timestamptz,
        withdrawn_because text,
        constraint pk_roster_sheet_photos primary key (id),
        constraint fk_roster_sheet_photos_sheet foreign key (sheet_id) references roster_sheets (id),
        constraint fk_roster_sheet_photos_file foreign key (file_id) references stored_files (id),
        constraint fk_roster_sheet_photos_added_by foreign key (added_by) references staff (id),
        constraint fk_roster_sheet_photos_withdrawn_by foreign key (withdrawn_by) references staff (id),
        constraint ck_roster_sheet_photos_added check ((added_by is null) = (added_at is null)),
        constraint ck_roster_sheet_photos_withdrawn check (
          num_nonnulls(withdrawn_by, withdrawn_at, withdrawn_because) in (0, 3))
      );
      create unique index uq_roster_sheet_photos_standing on roster_sheet_photos (sheet_id) where withdrawn_at is null;
      create index ix_roster_sheet_photos_sheet on roster_sheet_photos (sheet_id, id);
      create index ix_roster_sheet_photos_file on roster_sheet_photos (file_id);
      create index ix_roster_sheet_photos_added_by on roster_sheet_photos (added_by);
      create index ix_roster_sheet_photos_withdrawn_by on roster_sheet_photos (withdrawn_by);

      -- Of those of before it is not known who took them.
      insert into roster_sheet_photos (id, sheet_id, file_id)
      select uuidv7(), id, photo_id from roster_sheets where photo_id is not null;
      alter table roster_sheets drop column photo_id;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table roster_sheets
        add column photo_id uuid,
        drop column entered,
        drop column entered_because,
        add constraint fk_roster_sheets_photo foreign key (photo_id) references stored_files (id);
      create index ix_roster_sheets_photo on roster_sheets (photo_id);
      update roster_sheets t set photo_id = p.file_id
        from roster_sheet_photos p where p.sheet_id = t.id and p.withdrawn_at is null;
      drop table roster_sheet_claims, roster_sheet_photos;
    `);
  }
}
