import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Residents are looked for by a document at the counter, and while somebody types a new one, verified or not. */
export class IndexResidentDocuments1767225630003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create index ix_residents_document on residents (document_hash) where document_hash is not null`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index ix_residents_document`);
  }
}
