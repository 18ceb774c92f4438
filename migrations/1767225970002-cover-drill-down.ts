import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A page behind a figure takes the newest entries of each of some thirty villages, or schools, and keeps fifty of them: all
 * that it asks of the others stands in the index, so that their rows, which lie apart, are not fetched.
 */
export class CoverDrillDown1767225970002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index ix_ledger_entries_organisation, ix_ledger_entries_region;
      create index ix_ledger_entries_organisation
        on ledger_entries (measure, organisation_id, counted_on desc, id desc) include (amount, status);
      create index ix_ledger_entries_region
        on ledger_entries (measure, region_code, counted_on desc, id desc) include (amount, status);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index ix_ledger_entries_organisation, ix_ledger_entries_region;
      create index ix_ledger_entries_organisation on ledger_entries (measure, organisation_id, counted_on desc, id desc);
      create index ix_ledger_entries_region on ledger_entries (measure, region_code, counted_on desc, id desc);
    `);
  }
}
