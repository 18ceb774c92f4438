import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What an entry is based on is read as it was written, by `verify` as by its seal: as `jsonb` PostgreSQL had to write it as a text
 * each time (decisions/0021). A text in the spelling of `jsonb` is sealed as that was, so the blocks of before hold on; those
 * sealed from now on say by their form that they are sealed column by column.
 */
export class KeepEvidenceAsText1767226005001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table ledger_entries alter column evidence type json using evidence::json;
      alter table chain_blocks add column form smallint not null default 0;
    `);
  }

  /** The release before knows no blocks of another form: it seals their entries anew, and so the ones behind them. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      with first as (
        select distinct on (chain) chain, number, after_tx, after_id, min_id from chain_blocks where form > 0 order by chain, number
      ), position as (
        update chain_positions p
           set cluster = case when p.min_id = f.min_id then p.cluster else 'another' end,
               after_tx = f.after_tx, after_id = f.after_id, min_id = f.min_id
          from first f where f.chain = p.chain
      )
      delete from chain_blocks b using first f where b.chain = f.chain and b.number >= f.number;
      alter table chain_blocks drop column form;
      alter table ledger_entries alter column evidence type jsonb using evidence::jsonb;
    `);
  }
}
