import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A record of somebody who has another one points to the one that is used. */
export class MergeResidents1767225750001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table residents
        add column merged_into uuid,
        add column merged_at timestamptz,
        add constraint fk_residents_merged_into foreign key (merged_into) references residents (id),
        add constraint ck_residents_merged check (
          num_nonnulls(merged_into, merged_at) = case when state = 'merged' then 2 else 0 end and merged_into <> id);
      create index ix_residents_merged_into on residents (merged_into) where merged_into is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index ix_residents_merged_into;
      alter table residents drop constraint ck_residents_merged, drop column merged_into, drop column merged_at;
    `);
  }
}
