import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The mark of the demo data; empty wherever real people use the platform. */
export class CreateDemo1767225610000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table demo_loads (
        id int not null default 1,
        day date not null,
        seed int not null,
        begun_at timestamptz not null,
        loaded_at timestamptz,
        constraint pk_demo_loads primary key (id),
        constraint ck_demo_loads_id check (id = 1)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table demo_loads');
  }
}
