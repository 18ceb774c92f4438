import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A lottery whose class takes nobody any more ends with the reason; a frozen list keeps the seats it promises. */
export class CallOffLotteries1767225750000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table class_availability add column draw_pending boolean not null default false;
      update class_availability a set draw_pending = true from lotteries l where l.class_id = a.class_id and l.state = 'frozen';

      drop index ix_lotteries_state;
      alter table lotteries
        add column called_off_at timestamptz,
        add column called_off_reason text,
        drop constraint ck_lotteries_state,
        drop constraint ck_lotteries_frozen,
        add constraint ck_lotteries_state check (state in ('announced', 'frozen', 'drawn', 'called_off')),
        -- One that is called off may have been frozen before, or not.
        add constraint ck_lotteries_frozen check (
          num_nonnulls(frozen_at, list_hash, seats, entry_count, resident_count)
            = case when state = 'announced' or state = 'called_off' and frozen_at is null then 0 else 5 end
          and (frozen_at is not null or waiting_limit is null)
          and (frozen_at is null or frozen_at < number_due_at)),
        add constraint ck_lotteries_called_off check (
          num_nonnulls(called_off_at, called_off_reason) = case when state = 'called_off' then 2 else 0 end);
      create index ix_lotteries_state on lotteries (state, id) where state in ('announced', 'frozen');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index ix_lotteries_state;
      update lotteries set state = case when frozen_at is null then 'announced' else 'frozen' end where state = 'called_off';
      alter table lotteries
        drop constraint ck_lotteries_called_off, drop constraint ck_lotteries_frozen, drop constraint ck_lotteries_state,
        drop column called_off_at, drop column called_off_reason,
        add constraint ck_lotteries_state check (state in ('announced', 'frozen', 'drawn')),
        add constraint ck_lotteries_frozen check (
          (state <> 'announced') = (num_nonnulls(frozen_at, list_hash, seats, entry_count, resident_count) = 5)
          and (state <> 'announced' or waiting_limit is null)
          and (frozen_at is null or frozen_at < number_due_at));
      create index ix_lotteries_state on lotteries (state, id) where state <> 'drawn';
      alter table class_availability drop column draw_pending;
    `);
  }
}
