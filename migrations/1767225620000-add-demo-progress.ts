import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far the loading of the demo has come, for the pages that are open meanwhile. */
export class AddDemoProgress1767225620000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table demo_loads
        add column progress int not null default 0,
        add constraint ck_demo_loads_progress check (progress between 0 and 100);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table demo_loads drop column progress');
  }
}
