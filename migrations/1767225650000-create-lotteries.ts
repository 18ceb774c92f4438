import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lotteries of classes, their entries under pseudonyms, and what of them was published. */
export class CreateLotteries1767225650000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table lotteries (
        id uuid not null,
        class_id uuid not null,
        state text not null default 'announced',
        secret_sealed bytea not null,
        secret_hash text not null,
        number_name text not null,
        number_due_at timestamptz not null,
        announced_at timestamptz not null,
        frozen_at timestamptz,
        list_hash text,
        seats int,
        waiting_limit int,
        entry_count int,
        resident_count int,
        number text,
        number_entered_by uuid,
        number_entered_at timestamptz,
        number_confirmed_by uuid,
        number_confirmed_at timestamptz,
        seed text,
        seats_at_draw int,
        drawn_at timestamptz,
        version int not null default 1,
        constraint pk_lotteries primary key (id),
        constraint uq_lotteries_class unique (class_id),
        constraint fk_lotteries_class foreign key (class_id) references course_classes (id),
        constraint fk_lotteries_number_entered_by foreign key (number_entered_by) references staff (id),
        constraint fk_lotteries_number_confirmed_by foreign key (number_confirmed_by) references staff (id),
        constraint ck_lotteries_state check (state in ('announced', 'frozen', 'drawn')),
        constraint ck_lotteries_hashes check (
          secret_hash ~ '^[0-9a-f]{64}$' and list_hash ~ '^[0-9a-f]{64}$' and seed ~ '^[0-9a-f]{64}$'),
        constraint ck_lotteries_counts check (
          seats >= 0 and waiting_limit >= 0 and entry_count >= 0 and resident_count >= entry_count
          and seats_at_draw between 0 and seats),
        constraint ck_lotteries_frozen check (
          (state <> 'announced') = (num_nonnulls(frozen_at, list_hash, seats, entry_count, resident_count) = 5)
          and (state <> 'announced' or waiting_limit is null)
          and (frozen_at is null or frozen_at < number_due_at)),
        -- A number is entered by one and confirmed by another, once the list is frozen.
        constraint ck_lotteries_number check (
          number ~ '^[0-9]{3,40}$'
          and num_nonnulls(number, number_entered_by, number_entered_at) in (0, 3)
          and num_nonnulls(number_confirmed_by, number_confirmed_at) in (0, 2)
          and (number is null or state <> 'announced')
          and (number_confirmed_by is null or number is not null)
          and (number_confirmed_by is null or number_confirmed_by <> number_entered_by)),
        constraint ck_lotteries_drawn check (
          (state = 'drawn') = (num_nonnulls(seed, seats_at_draw, drawn_at) = 3)
          and (state <> 'drawn' or (number is null) = (resident_count <= seats))
          and (state <> 'drawn' or (number is null) = (number_confirmed_by is null)))
      );
      create index ix_lotteries_state on lotteries (state, id) where state <> 'drawn';
      create index ix_lotteries_drawn on lotteries (drawn_at);
      create index ix_course_classes_lottery on course_classes (enrollment_closes_at, id)
        where admission = 'lottery' and state = 'published';

      -- Whose an entry is stands in the table below alone.
      create table lottery_entries (
        id uuid not null,
        lottery_id uuid not null,
        pseudonym text not null,
        unit_key uuid not null,
        attempt int not null default 0,
        size int not null,
        tier int not null,
        rank int,
        size_at_draw int,
        outcome text,
        because text,
        constraint pk_lottery_entries primary key (id),
        constraint uq_lottery_entries_pseudonym unique (lottery_id, pseudonym),
        constraint uq_lottery_entries_unit unique (lottery_id, unit_key),
        constraint fk_lottery_entries_lottery foreign key (lottery_id) references lotteries (id),
        constraint fk_lottery_entries_unit_key foreign key (unit_key) references enrollments (id),
        constraint ck_lottery_entries_size check (size between 1 and 4 and size_at_draw between 0 and size),
        constraint ck_lottery_entries_tier check (tier between 0 and 9),
        constraint ck_lottery_entries_attempt check (attempt >= 0),
        constraint ck_lottery_entries_outcome check (
          num_nonnulls(rank, size_at_draw, outcome) in (0, 3) and rank >= 1
          and outcome in ('seat', 'waiting', 'not_drawn', 'withdrawn')
          and (outcome = 'withdrawn') = (size_at_draw = 0)),
        constraint ck_lottery_entries_because check (
          because is null
          or because in ('cap_reached', 'time_clash', 'not_eligible') and outcome in ('waiting', 'not_drawn'))
      );
      create unique index uq_lottery_entries_rank on lottery_entries (lottery_id, rank);

      create table lottery_entry_enrollments (
        entry_id uuid not null,
        enrollment_id uuid not null,
        constraint pk_lottery_entry_enrollments primary key (entry_id, enrollment_id),
        constraint fk_lottery_entry_enrollments_entry foreign key (entry_id) references lottery_entries (id),
        constraint fk_lottery_entry_enrollments_enrollment foreign key (enrollment_id) references enrollments (id)
      );
      create index ix_lottery_entry_enrollments_enrollment on lottery_entry_enrollments (enrollment_id);

      -- The published files as they were published: nobody, and no later version of the programs, writes them anew.
      create table lottery_files (
        lottery_id uuid not null,
        stage text not null,
        text text not null,
        hash text not null,
        published_at timestamptz not null,
        constraint pk_lottery_files primary key (lottery_id, stage),
        constraint fk_lottery_files_lottery foreign key (lottery_id) references lotteries (id),
        constraint ck_lottery_files_stage check (stage in ('frozen', 'drawn'))
      );
      create trigger tr_lottery_files_append_only before update or delete on lottery_files
        for each row execute function refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table lottery_files, lottery_entry_enrollments, lottery_entries, lotteries;
      drop index ix_course_classes_lottery;
    `);
  }
}
