import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource, type EntityManager } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { readSettings } from '../configuration/read-settings.js';
import { CoreModule } from '../core.module.js';
import { rows } from '../database/sql.js';
import { Transactions } from '../database/transactions.js';
import { IdempotentWrites, type OnceKey } from './idempotent-writes.js';

let database: TestDatabase;
let core: TestingModule;
let source: DataSource;
let writes: IdempotentWrites;

beforeAll(async () => {
  database = await createTestDatabase();
  const settings = readSettings(testSettings(database.url, { LOG_LEVEL: 'silent' }));
  core = await Test.createTestingModule({ imports: [CoreModule.forRoot(settings)] }).compile();
  await core.init();
  [source, writes] = [core.get(DataSource), core.get(IdempotentWrites)];
  await rows(source, 'create table things (id uuid primary key)');
});
afterAll(async () => {
  await core?.close();
  await database?.drop();
});

const once = (): OnceKey => ({ subject: randomUUID(), key: 'k', fingerprint: randomBytes(32) });
const makeThing = (key: OnceKey, refuse = false) =>
  writes.run(key, async (em) => {
    const id = randomUUID();
    await rows(em, 'insert into things values ($1)', [id]);
    if (refuse) throw new Error('refused');
    return { id, name: '渔网' };
  });
const things = async () => (await rows(source, 'select 1 from things')).length;

describe('IdempotentWrites', () => {
  it('does once what is asked twenty times at once, and answers all alike', async () => {
    const key = once();
    const before = await things();
    const answers = await Promise.all(Array.from({ length: 20 }, () => makeThing(key)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await things()).toBe(before + 1);
  });

  it('stores nothing for a refused request, which may be sent again with the same key', async () => {
    const key = once();
    await expect(makeThing(key, true)).rejects.toThrow('refused');
    expect(await makeThing(key)).toMatchObject({ name: '渔网' });
  });

  it('refuses the same key for something else, but not for somebody else', async () => {
    const key = once();
    await makeThing(key);
    await expect(makeThing({ ...key, fingerprint: randomBytes(32) })).rejects.toMatchObject({
      code: 'CORE.IDEMPOTENCY_KEY_REUSED',
    });
    await expect(makeThing({ ...key, subject: randomUUID() })).resolves.toBeDefined();
  });

  it('keeps answers sealed', async () => {
    await makeThing(once());
    const stored = await rows<{ answer_sealed: Buffer }>(source, 'select answer_sealed from idempotency_keys');
    expect(Buffer.concat(stored.map(({ answer_sealed }) => answer_sealed)).toString()).not.toContain('渔网');
  });
});

describe('what a desk answers', () => {
  it('is found under its key, as it was, and not under the key for something else', async () => {
    const [first, second] = [once(), once()];
    const answer = { id: randomUUID(), state: 'waiting', position: 3, at: '2026-09-01T01:00:00.000Z' };
    const transactions = core.get(Transactions);
    const inOne = <T>(work: (em: EntityManager) => Promise<T>) => transactions.run(work);
    expect(await inOne((em) => writes.answered(em, [first, second]))).toEqual(new Map());
    await inOne((em) => writes.store(em, [{ once: second, answer }]));
    const found = await inOne((em) => writes.answered(em, [first, second]));
    expect([...found.keys()]).toEqual([1]);
    expect(writes.read(second, found.get(1)!)).toEqual(answer);
    expect(() => writes.read({ ...second, fingerprint: randomBytes(32) }, found.get(1)!)).toThrow('KEY_REUSED');
  });

  it('is not stored twice, so that the desk that lost the race asks again', async () => {
    const key = once();
    const transactions = core.get(Transactions);
    const store = () => transactions.run((em) => writes.store(em, [{ once: key, answer: 1 }]));
    await store();
    await expect(store()).rejects.toMatchObject({ driverError: { code: '23505' } });
  });
});

describe('Transactions', () => {
  it('gives up waiting for a lock and says that many are asking', async () => {
    const transactions = core.get(Transactions);
    const [id] = [randomUUID()];
    await rows(source, 'insert into things values ($1)', [id]);
    const lock = 'select 1 from things where id = $1 for update';
    await transactions.run(async (holder) => {
      await rows(holder, lock, [id]);
      await expect(transactions.run((waiter) => rows(waiter, lock, [id]))).rejects.toMatchObject({ code: 'CORE.BUSY' });
    });
  });

  it('tries again after a deadlock, so that both get through', async () => {
    const transactions = core.get(Transactions);
    const [one, other] = [randomUUID(), randomUUID()];
    await rows(source, 'insert into things values ($1), ($2)', [one, other]);
    const lock = 'select 1 from things where id = $1 for update';
    let holding = 0;
    let open: () => void;
    const bothHold = new Promise<void>((resolve) => (open = resolve));
    const inOrder = (first: string, second: string) =>
      transactions.run(async (em) => {
        await rows(em, lock, [first]);
        if (++holding >= 2) open();
        await bothHold;
        await rows(em, lock, [second]);
        return 'through';
      });
    expect(await Promise.all([inOrder(one, other), inOrder(other, one)])).toEqual(['through', 'through']);
    expect(holding).toBeGreaterThan(2);
  });
});
