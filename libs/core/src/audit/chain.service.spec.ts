import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { sealAll } from '../../../../test/support/seal-all.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { readSettings } from '../configuration/read-settings.js';
import { Clock } from '../clock.js';
import { CoreModule } from '../core.module.js';
import { rows } from '../database/sql.js';
import { Transactions } from '../database/transactions.js';
import { Caller } from '../guard/caller.js';
import { Audit } from './audit.js';
import { AUDIT_CHAIN, type BrokenBlock, ChainSealer } from './chain.js';

let database: TestDatabase;
let core: TestingModule;
let source: DataSource;
let audit: Audit;
let sealer: ChainSealer;

beforeAll(async () => {
  database = await createTestDatabase();
  const settings = readSettings(testSettings(database.url, { LOG_LEVEL: 'silent' }));
  core = await Test.createTestingModule({ imports: [CoreModule.forRoot(settings)] }).compile();
  await core.init();
  [source, audit, sealer] = [core.get(DataSource), core.get(Audit), core.get(ChainSealer)];
});
afterAll(async () => {
  await core?.close();
  await database?.drop();
});

const deed = () => ({ action: 'class.changed' as const, targetKind: 'course_class' as const, targetId: randomUUID() });
const write = (count: number) =>
  source.transaction((em) => audit.write(em, Caller.system('test'), Array.from({ length: count }, deed)));

async function brokenBlocks(by = sealer): Promise<BrokenBlock[]> {
  const broken: BrokenBlock[] = [];
  for await (const block of by.verify(AUDIT_CHAIN)) broken.push(block);
  return broken;
}

const seal = () => sealAll(source, sealer, AUDIT_CHAIN);

/** As somebody would who has the database's password and not the platform's leave. */
const behindItsBack = (sql: string) =>
  rows(
    source,
    `do $$ begin alter table audit_entries disable trigger user; ${sql}; alter table audit_entries enable trigger user; end $$`,
  );

describe('ChainSealer', () => {
  it('seals what is committed, each entry once, and finds it unchanged', async () => {
    await seal();
    await write(3);
    expect(await sealer.oldestUnsealed(AUDIT_CHAIN)).toBeGreaterThanOrEqual(0);
    expect(await seal()).toBe(3);
    expect(await sealer.seal(AUDIT_CHAIN)).toBe(0);
    expect(await sealer.oldestUnsealed(AUDIT_CHAIN)).toBe(0);
    expect(await brokenBlocks()).toEqual([]);
  });

  it('never passes over an entry whose transaction commits late', async () => {
    const late = source.createQueryRunner();
    await late.startTransaction();
    await audit.write(late.manager, Caller.system('test'), [deed()]);
    await write(2);
    // The two that are committed came later than the one that is not: they wait for it.
    expect(await sealer.seal(AUDIT_CHAIN)).toBe(0);
    await late.commitTransaction();
    await late.release();
    expect(await seal()).toBe(3);
    expect(await brokenBlocks()).toEqual([]);
  });

  it('seals what PostgreSQL calls an entry as JSON, whatever it holds', async () => {
    await seal();
    const odd = '\\ " \n \u0001 \u2028 汉字 𠮷 null {"a": 1}';
    await rows(
      source,
      `insert into audit_entries (at, actor_kind, action, target_kind, target_id, details, trace_id)
       values ('2026-02-28T23:59:59.123456+08:00', $1, $1, $1, gen_random_uuid(), jsonb_build_object($1::text, array[null, $1]), $1),
              ('2026-03-01', 'x', 'x', 'x', gen_random_uuid(), '{}', '')`,
      [odd],
    );
    expect(await seal()).toBe(2);
    const entries = await rows<{ content: string }>(
      source,
      `select (to_jsonb(e) - 'tx')::text as content from audit_entries e order by tx desc, id desc limit 2`,
    );
    const [block] = await rows<{ previous_hash: Buffer; hash: Buffer }>(
      source,
      `select previous_hash, hash from chain_blocks where chain = 'audit' order by number desc limit 1`,
    );
    const hash = createHash('sha256').update(block!.previous_hash);
    for (const { content } of entries.toReversed()) hash.update(`${Buffer.byteLength(content)}:${content}`);
    expect(block!.hash.equals(hash.digest())).toBe(true);
  });

  it('lets only one of two sealers seal', async () => {
    await write(5);
    const sealed = await Promise.all([sealer.seal(AUDIT_CHAIN), sealer.seal(AUDIT_CHAIN)]);
    expect(sealed[0] + sealed[1] + (await seal())).toBe(5);
    expect(await brokenBlocks()).toEqual([]);
  });

  it('refuses a change of an entry, and finds the block of one that was changed behind its back', async () => {
    await write(2);
    await seal();
    await expect(rows(source, `update audit_entries set action = 'test.forged'`)).rejects.toThrow(/never changed/);
    const [{ id } = { id: '' }] = await rows<{ id: string }>(source, 'select max(id) as id from audit_entries');
    await behindItsBack(`update audit_entries set action = 'test.forged' where id = ${id}`);
    expect(await brokenBlocks()).toMatchObject([
      { chain: 'audit', lastId: id, entryIds: [id], reason: 'entries-changed' },
    ]);
    await behindItsBack(`delete from audit_entries where id = ${id}`);
    expect(await brokenBlocks()).toMatchObject([{ entryIds: [id], reason: 'entries-missing-or-added' }]);
  });

  it('seals by the columns that the table has when it seals, though one is added while it runs', async () => {
    const broken = await brokenBlocks();
    // As a program that was started after the migration, and as one that was started before and knows nothing of it.
    const later = new ChainSealer(source, core.get(Transactions), core.get(Clock));
    await write(2);
    await seal();
    await rows(source, 'alter table audit_entries add column witness text');
    await write(1);
    await rows(
      source,
      `insert into audit_entries (at, actor_kind, action, target_kind, target_id, details, trace_id, witness)
       values ('2026-03-02', 'x', 'x', 'x', gen_random_uuid(), '{}', '', 'seen')`,
    );
    expect(await seal()).toBe(2);
    for (const one of [sealer, later]) expect(await brokenBlocks(one)).toEqual(broken);
    await behindItsBack(`update audit_entries set witness = 'unseen' where witness is not null`);
    const forged = (await brokenBlocks()).slice(broken.length);
    expect(forged).toMatchObject([{ reason: 'entries-changed', entryIds: [expect.stringMatching(/^\d+$/)] }]);
  });

  it('is told from one that somebody made anew by a head that was noted elsewhere', async () => {
    await write(2);
    await seal();
    const [noted] = (await sealer.heads()).filter((head) => head.startsWith('audit:'));
    expect(noted).toMatch(/^audit:[0-9]+:[0-9a-f]{64}$/);
    await write(1);
    await seal();
    expect(await sealer.holds(noted!)).toBe(true);
    for (const wrong of ['', 'audit', noted!.replace('audit', 'ledger'), `${noted!.slice(0, -1)}x`, 'audit:x:y']) {
      expect(await sealer.holds(wrong)).toBe(false);
    }
    await behindItsBack(`update audit_entries set trace_id = 'forged' where id = (select max(id) from audit_entries)`);
    await rows(source, `delete from chain_blocks where chain = 'audit'`);
    await rows(source, `delete from chain_positions where chain = 'audit'`);
    await seal();
    expect(await brokenBlocks()).toEqual([]);
    expect(await sealer.holds(noted!)).toBe(false);
  });

  it('goes on in another cluster, where transaction numbers begin anew', async () => {
    const broken = await brokenBlocks();
    await write(2);
    // As after a dump was loaded elsewhere: what was not sealed yet is sealed first, and the order begins anew.
    await rows(source, `update chain_positions set cluster = 'another' where chain = 'audit'`);
    expect(await seal()).toBe(2);
    const [position] = await rows(source, `select after_tx, after_id from chain_positions where chain = 'audit'`);
    expect(position).toEqual({ after_tx: '0', after_id: '0' });
    expect(await sealer.seal(AUDIT_CHAIN)).toBe(0);
    await write(4);
    expect(await seal()).toBe(4);
    expect(await brokenBlocks()).toEqual(broken);
  });

  it('seals what was loaded from another cluster that had never sealed it', async () => {
    for (const table of ['chain_blocks', 'chain_positions']) {
      await rows(source, `delete from ${table} where chain = 'audit'`);
    }
    const there = await rows(source, 'select 1 from audit_entries');
    await behindItsBack(`update audit_entries set tx = '987654321000'`);
    const late = source.createQueryRunner();
    await late.startTransaction();
    await audit.write(late.manager, Caller.system('test'), [deed()]);
    await write(1);
    const sealing = seal();
    await waitFor('the sealer to wait for who writes', async () => {
      const waiting = await rows(
        source,
        `select 1 from pg_locks where not granted and relation = 'audit_entries'::regclass`,
      );
      return waiting.length > 0;
    });
    await late.commitTransaction();
    await late.release();
    expect(await sealing).toBe(there.length + 2);
    expect(await write(2).then(seal)).toBe(2);
    expect(await brokenBlocks()).toEqual([]);
  });
});
