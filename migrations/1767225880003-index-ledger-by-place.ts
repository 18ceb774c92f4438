import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Entries of a measure by where they were held and by whom, in the order of their days: a page of a village or a school is
 * read from its own entries, however few they are among those of the district.
 */
export class IndexLedgerByPlace1767225880003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index ix_ledger_entries_region on ledger_entries (measure, region_code, counted_on desc, id desc);
      create index ix_ledger_entries_organisation on ledger_entries (measure, organisation_id, counted_on desc, id desc);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index ix_ledger_entries_organisation; drop index ix_ledger_entries_region`);
  }
}
