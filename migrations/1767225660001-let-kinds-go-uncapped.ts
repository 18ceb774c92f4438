import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every programme kind has its row, with or without a cap, so that the bureau can lay one down for each. */
export class LetKindsGoUncapped1767225660001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table programme_caps alter column classes_per_term drop not null;
      insert into programme_caps (programme_kind, classes_per_term)
      values ('community', null), ('skills', null), ('degree', null)
      on conflict do nothing;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      delete from programme_caps where classes_per_term is null;
      alter table programme_caps alter column classes_per_term set not null;
    `);
  }
}
