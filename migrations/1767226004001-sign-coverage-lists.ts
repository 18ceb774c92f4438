import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A year's list of the townships and villages by which coverage is judged is signed by a paper (counting rule 16). */
export class SignCoverageLists1767226004001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table coverage_lists (
        year int not null,
        id uuid not null,
        document_number text not null,
        signed_by uuid not null,
        signed_at timestamptz not null,
        version int not null,
        constraint pk_coverage_lists primary key (year),
        constraint uq_coverage_lists_id unique (id),
        constraint fk_coverage_lists_signed_by foreign key (signed_by) references staff (id)
      );
      create index ix_coverage_lists_signed_by on coverage_lists (signed_by);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table coverage_lists`);
  }
}
