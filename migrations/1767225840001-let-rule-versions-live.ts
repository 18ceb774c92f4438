import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The life of a version of the counting rules: drafted from another one, tried out, published, repealed. */
export class LetRuleVersionsLive1767225840001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table counting_rules
        add column copied_from uuid,
        add column created_by uuid,
        -- When it came into force on trial or published, and who did that; null for the first one, which was loaded.
        add column enacted_at timestamptz,
        add column enacted_by uuid,
        add column repealed_from date,
        add column repealed_by uuid,
        add column repealed_because text,
        -- Of the row, for If-Match; \`version\` is the number of the rules.
        add column revision int not null default 1,
        add constraint fk_counting_rules_copied_from foreign key (copied_from) references counting_rules (id),
        add constraint fk_counting_rules_created_by foreign key (created_by) references staff (id),
        add constraint fk_counting_rules_enacted_by foreign key (enacted_by) references staff (id),
        add constraint fk_counting_rules_repealed_by foreign key (repealed_by) references staff (id),
        add constraint ck_counting_rules_enacted check ((enacted_at is null) = (enacted_by is null)),
        add constraint ck_counting_rules_repealed check (
          num_nonnulls(repealed_from, repealed_by, repealed_because) = case state when 'repealed' then 3 else 0 end);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table counting_rules drop column copied_from, drop column created_by, drop column enacted_at,
        drop column enacted_by, drop column repealed_from, drop column repealed_by, drop column repealed_because,
        drop column revision
    `);
  }
}
