import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Answers without personal data need no seal: a desk gives them by the hundred. */
export class KeepOpenAnswers1767225690000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table idempotency_keys add answer_open text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table idempotency_keys drop answer_open`);
  }
}
