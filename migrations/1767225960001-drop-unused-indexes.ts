import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Indexes by which nobody looks anything up: marks and attendances are asked for by session and by resident, never by
 * enrollment. Each check-in wrote an entry of both.
 */
export class DropUnusedIndexes1767225960001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index ix_marks_enrollment, ix_attendances_enrollment`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index ix_marks_enrollment on marks (enrollment_id);
      create index ix_attendances_enrollment on attendances (enrollment_id);
    `);
  }
}
