import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { readSettings } from '../configuration/read-settings.js';
import { CoreModule } from '../core.module.js';
import { preparedRows, rows } from './sql.js';
import { brokenConstraint, Transactions } from './transactions.js';

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
