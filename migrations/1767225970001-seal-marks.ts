import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Marks get what entries of a chain have: a number and the transaction that wrote them. Those that are there already carry
 * the transaction of this migration, and the worker seals them, block by block, before what comes after them.
 */
export class SealMarks1767225970001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table marks
        add column number bigint not null generated always as identity,
        add column tx xid8 not null default pg_current_xact_id(),
        add constraint uq_marks_number unique (tx, number);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      delete from chain_blocks where chain = 'marks';
      delete from chain_positions where chain = 'marks';
      alter table marks drop column number, drop column tx;
    `);
  }
}
