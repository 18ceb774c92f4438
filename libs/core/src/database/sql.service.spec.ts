import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { readSettings } from '../configuration/read-settings.js';
import { CoreModule } from '../core.module.js';
import { bytesInBinary, idsInBinary, momentsInBinary } from './binary-lists.js';
import { copyRows } from './copy.js';
import { preparedRows, rows, written } from './sql.js';
import { brokenConstraint, sqlState, Transactions } from './transactions.js';

let database: TestDatabase;
let core: TestingModule;
let source: DataSource;
let transactions: Transactions;

beforeAll(async () => {
  database = await createTestDatabase();
  const settings = readSettings(testSettings(database.url, { LOG_LEVEL: 'silent' }));
  core = await Test.createTestingModule({ imports: [CoreModule.forRoot(settings)] }).compile();
  await core.init();
  [source, transactions] = [core.get(DataSource), core.get(Transactions)];
  await rows(
    source,
    'create table nets (id int constraint pk_nets primary key, mended boolean not null default false)',
  );
});
afterAll(async () => {
  await core?.close();
  await database?.drop();
});

const INSERT = 'insert into nets (id) values ($1) returning id';
const COUNT = 'select count(*)::int as n from nets';

describe('statements that are prepared, and sent before the one before is answered', () => {
  it('are carried out in the order in which they were begun, and each gives its own rows', async () => {
    const [inserted, mended, counted] = await transactions.run((em) =>
      Promise.all([
        preparedRows<{ id: number }>(em, INSERT, [1]),
        preparedRows<{ id: number }>(em, 'update nets set mended = true where id = $1 returning id', [1]),
        preparedRows<{ n: number }>(em, COUNT),
      ]),
    );
    expect([inserted, mended, counted]).toEqual([[{ id: 1 }], [{ id: 1 }], [{ n: 1 }]]);
  });

  it('are all undone when one fails, whose error is the one that is told, and the connection lives on', async () => {
    const failed = transactions.run((em) =>
      Promise.all([
        preparedRows(em, INSERT, [2]),
        preparedRows(em, INSERT, [1]),
        preparedRows(em, INSERT, [3]),
        preparedRows(em, COUNT),
      ]),
    );
    await expect(failed).rejects.toMatchObject({ name: 'QueryFailedError' });
    expect(brokenConstraint(await failed.catch((error: unknown) => error))).toBe('pk_nets');
    expect(await preparedRows(source, COUNT)).toEqual([{ n: 1 }]);
  });

  it('may be used outside of a transaction one by one', async () => {
    expect(await preparedRows(source, INSERT, [4])).toEqual([{ id: 4 }]);
    expect(await preparedRows(source.manager, INSERT, [5])).toEqual([{ id: 5 }]);
  });
});

it('hands over lists as they are, whatever stands in them', async () => {
  const texts = [
    'a-1',
    '',
    'NULL',
    'null',
    'a b',
    '"',
    '\\',
    '\\"{},',
    '渔网',
    null,
    'x\ny',
    "'",
    '2026-09-01T01:00:00.000Z',
  ];
  const moments = [new Date(0), null, new Date(1_790_000_000_123)];
  const bytes = [Buffer.from([0, 255, 92]), null, Buffer.alloc(0)];
  const [found] = await preparedRows(
    source,
    'select $1::text[] as texts, $2::timestamptz[] as moments, $3::bytea[] as bytes, $4::int[] as numbers, $5::boolean[] as answers, $6::uuid[] as none',
    [texts, moments, bytes, [1, null, -3], [true, null, false], []],
  );
  expect(found).toEqual({ texts, moments, bytes, numbers: [1, null, -3], answers: [true, null, false], none: [] });
});

describe('lists of ids, moments and bytes', () => {
  const ID = '01989b40-00ff-7a00-8b00-0123456789ab';
  const given = async (text: string, list: readonly unknown[]) =>
    (await preparedRows<{ list: unknown }>(source, text, [list]))[0]!.list;
  const givenIds = (list: readonly unknown[]) => given('select $1::uuid[] as list', list);

  it('arrive as they are, in binary form where they are as usual and as text where not', async () => {
    const ids = ['00000000-0000-0000-0000-000000000000', null, ID, 'ffffffff-ffff-ffff-ffff-ffffffffffff'];
    expect(idsInBinary(ids)).toBeDefined();
    expect(await givenIds(ids)).toEqual(ids);
    expect(await givenIds([ID.toUpperCase()])).toEqual([ID]);
    expect(idsInBinary([`{${ID}}`])).toBeUndefined();
    expect(await givenIds([`{${ID}}`, ID.replaceAll('-', ''), undefined])).toEqual([ID, ID, null]);
    expect(await given('select count(*)::int as list from nets where gen_random_uuid() = any($1::uuid[])', [ID])).toBe(
      0,
    );
  });

  it('are refused by PostgreSQL where one is no id', async () => {
    const wrong = ['', 'x', `${ID}0`, ID.replace('b40', 'g40'), ID.replace('b40', '渔40'), ID.replace('-', '0'), 7];
    for (const id of wrong) {
      expect(idsInBinary([ID, id])).toBeUndefined();
      const refused = givenIds([ID, id]);
      expect(sqlState(await refused.catch((error: unknown) => error))).toBe('22P02');
    }
  });

  it('keep every millisecond, before 1970 and far ahead', async () => {
    const moments = [
      '1949-10-01T07:00:00.001Z',
      '1999-12-31T23:59:59.999Z',
      '2000-01-01T00:00:00.000Z',
      '2226-09-01T01:00:00.123Z',
    ];
    const list = [...moments.map((moment) => new Date(moment)), null];
    expect(momentsInBinary(list)).toBeDefined();
    expect(await given('select $1::timestamptz[] as list', list)).toEqual(list);
    expect(await given('select $1::timestamptz[]::text[] as list', list.slice(0, 1))).toEqual([
      '1949-10-01 07:00:00.001+00',
    ]);
    expect(momentsInBinary([moments[0]])).toBeUndefined();
    expect(await given('select $1::timestamptz[] as list', moments)).toEqual(list.slice(0, -1));
  });

  it('hold bytes of any length', async () => {
    const list = [Buffer.from([0, 255, 92]), Buffer.alloc(0), null, Buffer.alloc(1_000, 7)];
    expect(bytesInBinary(list)).toBeDefined();
    expect(bytesInBinary([undefined])).toBeUndefined();
    expect(await given('select $1::bytea[] as list', list)).toEqual(list);
    expect(await given('select $1::bytea[] as list', [list[0], undefined])).toEqual([list[0], null]);
  });
});

describe('rows that are copied', () => {
  beforeAll(() =>
    rows(
      source,
      'create table knots (id int constraint pk_knots primary key, text text, at timestamptz, bytes bytea, facts jsonb)',
    ),
  );
  const COLUMNS = ['id', 'text', 'at', 'bytes', 'facts'];

  it('arrive as they are, whatever stands in them, within the transaction', async () => {
    const texts = ['', '\\N', '\\', '\\.', 'a\tb', 'x\ny\r', '渔网', '"', null, '\\x00'];
    const knots = texts.map((text, id) => ({
      id,
      text,
      at: id % 2 ? null : new Date(1_790_000_000_123 + id),
      bytes: id % 3 ? Buffer.from([0, 255, 92, id]) : null,
      facts: id % 4 ? { text, list: ['\\', '\n'] } : null,
    }));
    const [seen] = await transactions.run(async (em) => {
      await copyRows(
        em,
        'knots',
        COLUMNS,
        knots.map((knot) => Object.values(knot)),
      );
      await copyRows(em, 'knots', COLUMNS, []);
      return Promise.all([rows(em, 'select * from knots order by id')]);
    });
    expect(seen).toEqual(knots);
    expect(await rows(source, 'select count(*)::int as n from knots')).toEqual([{ n: texts.length }]);
  });

  it('are all undone when one fails, whose error is told, and the connection lives on', async () => {
    const failed = transactions.run((em) => copyRows(em, 'knots', ['id'], [[100], [101], [1], [102]]));
    expect(brokenConstraint(await failed.catch((error: unknown) => error))).toBe('pk_knots');
    const wrong = transactions.run((em) => copyRows(em, 'knots', ['id'], [['渔网']]));
    await expect(wrong).rejects.toMatchObject({ name: 'QueryFailedError', driverError: { code: '22P02' } });
    expect(await rows(source, 'select id from knots where id >= 100')).toEqual([]);
    await expect(copyRows(source.manager, 'knots', ['id'], [[1]])).rejects.toThrow('within a transaction');
  });
});

describe('a transaction that is sent in packets', () => {
  it('is stored once its end was sent behind the last statements', async () => {
    const counted = await transactions.runInPackets(async (em, commit) => {
      const [, , { n } = { n: 0 }] = await Promise.all([
        preparedRows(em, INSERT, [11]),
        preparedRows(em, INSERT, [12]),
        preparedRows<{ n: number }>(em, COUNT).then(([row]) => row),
        commit(),
      ]);
      return n;
    });
    expect(await preparedRows(source, COUNT)).toEqual([{ n: counted }]);
    await transactions.runInPackets((em) => preparedRows(em, INSERT, [13]));
    expect(await preparedRows(source, COUNT)).toEqual([{ n: counted + 1 }]);
  });

  it('stores nothing where a statement fails, though its end is on its way, and the connection lives on', async () => {
    const before = await preparedRows(source, COUNT);
    const failed = transactions.runInPackets((em, commit) =>
      Promise.all([
        preparedRows(em, INSERT, [21]),
        preparedRows(em, INSERT, [11]),
        preparedRows(em, INSERT, [22]),
        commit(),
      ]),
    );
    await expect(failed).rejects.toMatchObject({ driverError: { constraint: 'pk_nets' } });
    expect(await preparedRows(source, COUNT)).toEqual(before);
    await transactions.runInPackets((em) => preparedRows(em, INSERT, [21]));
  });

  it.each(['statement behind it', 'end'])(
    'says why it failed, though the work hears of the %s first',
    async (first) => {
      /** Hears of a failure later than the others do. */
      const later = async <T>(promise: Promise<T>): Promise<T> => {
        try {
          return await promise;
        } catch (error) {
          await pause(20);
          throw error;
        }
      };
      const failed = transactions.runInPackets((em, commit) =>
        Promise.all([
          later(preparedRows(em, INSERT, [11])),
          first === 'end' ? later(preparedRows(em, INSERT, [22])) : preparedRows(em, INSERT, [22]),
          first === 'end' ? commit() : later(commit()),
        ]),
      );
      await expect(failed).rejects.toMatchObject({ driverError: { code: '23505', constraint: 'pk_nets' } });
    },
  );

  it('is undone where the work fails for another reason', async () => {
    const before = await preparedRows(source, COUNT);
    const failed = transactions.runInPackets(async (em) => {
      await preparedRows(em, INSERT, [31]);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await preparedRows(source, COUNT)).toEqual(before);
  });

  it('leaves the settings of the connection as they were', async () => {
    const settings = `select current_setting('enable_seqscan') as seqscan, current_setting('plan_cache_mode') as plans`;
    const inside = await transactions.runInPackets((em) => rows(em, settings));
    expect(inside).toEqual([{ seqscan: 'off', plans: 'force_generic_plan' }]);
    expect(await Promise.all(Array.from({ length: 10 }, () => rows(source, settings)))).toEqual(
      Array.from({ length: 10 }, () => [{ seqscan: 'on', plans: 'auto' }]),
    );
  });
});

describe('statements that are written, and not waited for', () => {
  const NEW = 'insert into nets (id) values ($1)';
  const countOf = async (id: number) =>
    (await rows<{ n: number }>(source, 'select count(*)::int as n from nets where id = $1', [id]))[0]!.n;

  it('are part of the transaction in the order in which they were written', async () => {
    await transactions.run(async (em) => {
      await written(em, NEW, ['31']);
      await written(em, 'update nets set mended = true where id = $1', ['31']);
    });
    expect(await rows(source, 'select mended from nets where id = 31')).toEqual([{ mended: true }]);
  });

  it('undo the whole where one fails, and the end says why, be anything behind it or not', async () => {
    for (const behind of [undefined, 'select 1']) {
      const failed = transactions.run(async (em) => {
        await rows(em, 'insert into nets (id) values (32)');
        await written(em, NEW, ['31']);
        if (behind) await rows(em, behind);
      });
      expect(brokenConstraint(await failed.catch((error: unknown) => error))).toBe('pk_nets');
      expect(await countOf(32)).toBe(0);
    }
  });

  it('are refused at once where they cannot be sent, so that nothing is committed without them', async () => {
    const failed = transactions.run(async (em) => {
      await rows(em, 'insert into nets (id) values (33)');
      await written(em, 'update nets set mended = true where id = any($1)', [[{ not: 'a number' }]]);
    });
    await expect(failed).rejects.toThrow(TypeError);
    expect(await countOf(33)).toBe(0);
  });

  it('are waited for outside of a transaction', async () => {
    await written(source, NEW, ['34']);
    expect(await countOf(34)).toBe(1);
    const failed = written(source, NEW, ['34']);
    expect(brokenConstraint(await failed.catch((error: unknown) => error))).toBe('pk_nets');
  });
});
