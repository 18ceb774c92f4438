import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first page lists the classes whose enrollment opens soon. */
export class IndexClassOpenings1767225609000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index ix_course_classes_opening on course_classes (enrollment_opens_at, id) where state = 'published';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index ix_course_classes_opening`);
  }
}
