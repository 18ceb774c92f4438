import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { type BrokenBlock, type Chain, ChainSealer, Clock, CoreModule, readSettings, row, rows } from '#core';
import { sealAll } from '../../../../test/support/seal-all.js';
import { mark, SetClock, teach, type Taught } from '../../../../test/support/taught-class.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { entryText } from '../counting/entry-text.rules.js';
import { LEDGER_CHAIN } from '../ledger/ledger.service.js';
import { RecountService } from '../ledger/recount.service.js';
import { ParticipationLoader } from '../participation.loader.js';
import { ParticipationModule } from '../participation.module.js';
import { type LedgerFault, VerifyLedgerService } from './verify-ledger.service.js';

const clock = new SetClock();
let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;
let sealer: ChainSealer;

beforeAll(async () => {
  database = await createTestDatabase();
  nest = await Test.createTestingModule({
    imports: [CoreModule.forRoot(readSettings(testSettings(database.url))), ParticipationModule],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await nest.init();
  [source, sealer] = [nest.get(DataSource), nest.get(ChainSealer)];
  await nest.get(ParticipationLoader).load();
  await rows(source, 'alter table ledger_entries disable trigger all');
  const checks = await rows<{ name: string }>(
    source,
    `select conname as name from pg_constraint where conrelid = 'ledger_entries'::regclass and contype = 'c'`,
  );
  for (const { name } of checks) await rows(source, `alter table ledger_entries drop constraint ${name}`);
});
afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

async function broken(): Promise<BrokenBlock[]> {
  const found: BrokenBlock[] = [];
  for await (const one of sealer.verify(LEDGER_CHAIN)) found.push(one);
  return found;
}

/** People who are counted, and the last entry of them. */
async function counted(): Promise<string> {
  const taught: Taught = await teach(source, clock, 2);
  for (const session of [1, 2, 3, 4]) await mark(nest, clock, taught, session);
  await nest.get(RecountService).recount(taught.residents.map(({ residentId }) => residentId));
  return (await row<{ id: string }>(source, 'select max(id) as id from ledger_entries'))!.id;
}

const columnsBeside = async (...names: string[]) =>
  (
    await rows<{ name: string; type: string }>(
      source,
      `select column_name as name, data_type as type from information_schema.columns
        where table_schema = current_schema() and table_name = 'ledger_entries' order by ordinal_position`,
    )
  ).filter(({ name }) => !names.includes(name));

const OTHERS: Record<string, string> = {
  uuid: 'gen_random_uuid()',
  text: `'another'`,
  json: `'{"another": 1}'`,
  jsonb: `'[{"kind": "another"}]'`,
  date: `'2020-01-01'`,
  'timestamp with time zone': `'2020-01-01'`,
};

/** What is broken while an entry says something else, in a column or beside it. */
async function brokenWhile(id: string, column: string, value: string): Promise<BrokenBlock[]> {
  await rows(source, `create temp table before as select * from ledger_entries where id = ${id}`);
  await rows(source, `update ledger_entries set ${column} = ${value} where id = ${id}`);
  const found = await broken();
  await rows(source, `update ledger_entries e set ${column} = b.${column} from before b where e.id = b.id`);
  await rows(source, 'drop table before');
  return found;
}

/** The ledger as a release sealed it that kept evidence as `jsonb`. */
const BEFORE: Chain = { ...LEDGER_CHAIN, forms: ['json'] };
const evidenceAs = (type: 'json' | 'jsonb') =>
  rows(source, `alter table ledger_entries alter column evidence type ${type} using evidence::${type}`);

describe('entries of the ledger', () => {
  let old: string;
  let young: string;

  it('hold on when they were sealed by the release before, and so do those behind them', async () => {
    old = await counted();
    await evidenceAs('jsonb');
    expect(await sealAll(source, sealer, BEFORE)).toBeGreaterThan(2);
    await evidenceAs('json');
    expect(await broken()).toEqual([]);
    young = await counted();
    await sealAll(source, sealer, LEDGER_CHAIN);
    expect(await broken()).toEqual([]);
    const forms = await rows(source, `select distinct form from chain_blocks where chain = 'ledger' order by 1`);
    expect(forms).toEqual([{ form: 0 }, { form: 1 }]);
  });

  it('are named in whatever column they are changed, in which form they were sealed', async () => {
    for (const id of [old, young]) {
      for (const { name, type } of await columnsBeside('id', 'tx')) {
        const found = await brokenWhile(id, name, OTHERS[type] ?? '77');
        expect([name, found]).toEqual([name, [expect.objectContaining({ entryIds: [id], reason: 'entries-changed' })]]);
      }
    }
    expect(await broken()).toEqual([]);
  });

  it('are named when their block says another form than it was sealed by', async () => {
    const blocks = await rows<{ form: number; number: number }>(
      source,
      `select form, min(number)::int as number from chain_blocks where chain = 'ledger' group by form order by form`,
    );
    for (const { form, number } of blocks) {
      const say = (one: number) =>
        rows(source, `update chain_blocks set form = $2 where chain = 'ledger' and number = $1`, [number, one]);
      await say(1 - form);
      expect(await broken()).toMatchObject([{ block: number, reason: 'entries-changed' }]);
      await say(form);
    }
    expect(await broken()).toEqual([]);
  });

  it('are named when they take back another and say something else than it', async () => {
    const names = (await columnsBeside('id', 'tx', 'amount', 'reverses', 'measure')).map(({ name }) => name).join(', ');
    const takeBack = (id: string, measure: string) =>
      row<{ id: string }>(
        source,
        `insert into ledger_entries (amount, reverses, measure, ${names})
         select -1, id, ${measure}, ${names} from ledger_entries where id = $1 returning id`,
        [id],
      );
    await takeBack(old, 'measure');
    const wrong = await takeBack(young, `'another'`);
    const found: LedgerFault[] = [];
    for await (const fault of nest.get(VerifyLedgerService).verifyLedger()) found.push(fault);
    expect(found.filter(({ kind }) => kind === 'reversal-wrong')).toEqual([
      { kind: 'reversal-wrong', entryId: wrong!.id, reverses: young },
    ]);
  });

  it('are spelled as jsonb is', async () => {
    const odd = {
      ...{ b: '\\ " \n \u0001 \u2028 汉字 𠮷', aa: [1, 0.5, -3, true, null, [], {}], a: { zz: 1, y: 2 } },
      left: undefined,
    };
    const found = await row<{ text: string }>(source, 'select $1::jsonb::text as text', [JSON.stringify(odd)]);
    expect(entryText(odd)).toBe(found!.text);
    const entries = await rows<{ kept: string; spelled: string }>(
      source,
      'select evidence::text as kept, evidence::jsonb::text as spelled from ledger_entries',
    );
    expect(entries.length).toBeGreaterThan(4);
    for (const { kept, spelled } of entries) expect(kept).toBe(spelled);
  });
});
