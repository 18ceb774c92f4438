import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far the upper half of an import's people is written, which are written beside the lower half. */
export class WriteImportsByHalves1767225880002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table imports add column upper_done_up_to bytea;
      -- What was being written by one cursor had come to there in both halves.
      update imports set upper_done_up_to = done_up_to where state = 'writing' and done_up_to >= '\\x80';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table imports drop column upper_done_up_to`);
  }
}
