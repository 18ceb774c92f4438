import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a list of tens of thousands of people need not write: where nothing is known, an index needs no entry, and what is
 * found out about a row that was read stands beside it in its page.
 */
export class LightenLongLists1767225920002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Each row is updated once, when it has been checked: with room for that in its page no index hears of it.
      alter table import_rows set (fillfactor = 55);

      drop index ix_residents_phone, ix_residents_region, ix_ledger_entries_class;
      create index ix_residents_phone on residents (phone_hash) where phone_hash is not null;
      create index ix_residents_region on residents (region_code) where region_code is not null;
      create index ix_ledger_entries_class on ledger_entries (class_id, id) where class_id is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index ix_residents_phone, ix_residents_region, ix_ledger_entries_class;
      create index ix_residents_phone on residents (phone_hash);
      create index ix_residents_region on residents (region_code);
      create index ix_ledger_entries_class on ledger_entries (class_id, id);
      alter table import_rows reset (fillfactor);
    `);
  }
}
