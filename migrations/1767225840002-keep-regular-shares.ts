import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The share of the elderly who come regularly, a row a year; and how often that is, in the rules on trial. */
export class KeepRegularShares1767225840002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table regular_shares (
        year int not null,
        people int not null,
        others int not null,
        residents int not null,
        villages int not null,
        villages_counted int not null,
        days int not null,
        rule_id uuid not null,
        computed_at timestamptz not null,
        constraint pk_regular_shares primary key (year),
        constraint fk_regular_shares_rule foreign key (rule_id) references counting_rules (id)
      );
      -- A number that no entry of the ledger goes by, so that versions that have counted may be given it.
      update counting_rules set parameters = jsonb_set(parameters, '{coverage,regularDays}', '4')
       where not parameters -> 'coverage' ? 'regularDays';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      update counting_rules set parameters = parameters #- '{coverage,regularDays}';
      drop table regular_shares;
    `);
  }
}
