import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The day on which an active plate falls dormant unless something is held there before (临近断档). */
export class AddLapseOfCoverage1767225791000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table coverage_states add column lapses_on date,
        add constraint ck_coverage_states_lapses check (lapses_on is null or state = 'active');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table coverage_states drop column lapses_on');
  }
}
