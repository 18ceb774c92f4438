import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { readSettings, rows, SystemClock, Tokens } from '#core';
import { startApi } from '../support/processes.js';
import { seedClass, type SeededClass, type SeededResident, seedResidents } from '../support/seed.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { testSettings } from '../support/test-settings.js';

const RESIDENTS = 1_500;
const AT_ONCE = 64;
/** From so many answers on the api is killed as soon as the next batch is stored, with others under way. */
const KILL_AFTER = [150, 400, 700];
/** Where none of these kills came between storing and answering, some more do, each after so many answers. */
const KILL_AGAIN = { after: 50, atMost: 10 };

describe('the api is killed with -9 in the middle of enrollments', () => {
  let database: TestDatabase;
  let source: DataSource;
  let classes: SeededClass[];
  let residents: SeededResident[];
  let tokens: Tokens;
  /** Hears of each batch of enrollments in the moment in which it is stored. */
  let listener: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    source = await new DataSource({
      type: 'postgres',
      url: database.url,
      extra: { options: '-c search_path=huixue,extensions' },
    }).initialize();
    tokens = new Tokens(readSettings(testSettings(database.url)), new SystemClock());
    const at = new Date();
    const first = await seedClass(source, at, { seats: 100 });
    classes = [first];
    for (let index = 1; index < 10; index++) {
      classes.push(await seedClass(source, at, { seats: 100, beside: first, inDays: 20 + index / 4 }));
    }
    residents = await seedResidents(source, at, RESIDENTS);
    await rows(
      source,
      `create function tell_stored() returns trigger language plpgsql as
         $$ begin perform pg_notify('stored', ''); return null; end $$`,
    );
    await rows(
      source,
      `create trigger tell_stored after insert on enrollments for each statement execute function tell_stored()`,
    );
    listener = new pg.Client({ connectionString: database.url });
    await listener.connect();
    await listener.query('listen stored');
  }, 120_000);
  afterAll(async () => {
    await listener?.end();
    await source.destroy();
    await database.drop();
  });

  const requestOf = (index: number) => {
    const resident = residents[index]!;
    const token = tokens.issue({ signInId: resident.signInId, kind: 'account', id: resident.accountId });
    return { resident, token, classId: classes[index % classes.length]!.classId };
  };

  async function apply(address: string, index: number, key: string): Promise<{ id: string; state: string } | null> {
    const { resident, token, classId } = requestOf(index);
    try {
      const response = await fetch(`${address}/api/v1/enrollments`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'Idempotency-Key': key },
        body: JSON.stringify({ classId, residentId: resident.residentId }),
      });
      return response.status < 300 ? ((await response.json()) as { id: string; state: string }) : null;
    } catch {
      return null;
    }
  }

  it('finds every acknowledged enrollment, sells no seat twice, and a retry answers what is stored', async () => {
    const acknowledged = new Map<number, { id: string; state: string }>();
    const keys = residents.map(() => randomUUID());
    const indexOf = new Map(residents.map(({ residentId }, index) => [residentId, index]));
    const waiting = residents.map((_, index) => index);
    /** What was stored though nobody got the answer: the kill came between the two. */
    const unanswered = new Map<number, string>();
    let again = 0;
    const kills = [...KILL_AFTER];
    while (waiting.length > 0) {
      const killAfter = kills.shift() ?? Infinity;
      const api = await startApi(database.url);
      let killed: Promise<void> | undefined;
      /** Asked, and left without an answer by the kill. */
      let cutOff = 0;
      const killOnceStored = () => {
        if (acknowledged.size >= killAfter) killed ??= api.kill();
      };
      listener.on('notification', killOnceStored);
      const askInTurn = async () => {
        for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
          const answer = await apply(api.address, index, keys[index]!);
          if (answer) acknowledged.set(index, answer);
          else {
            waiting.push(index);
            cutOff++;
          }
          if (killed) return;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, askInTurn));
      listener.off('notification', killOnceStored);
      await (killed ?? api.stop());
      // It was in mid-rush; without a kill everybody is answered.
      expect(killed !== undefined).toBe(killAfter !== Infinity);
      if (killed) expect(cutOff).toBeGreaterThan(0);
      else expect(cutOff).toBe(0);
      for (const { id, resident_id } of await rows<{ id: string; resident_id: string }>(
        source,
        'select id, resident_id from enrollments',
      )) {
        const index = indexOf.get(resident_id)!;
        if (!acknowledged.has(index)) unanswered.set(index, id);
      }
      if (kills.length === 0 && unanswered.size === 0 && killed && ++again <= KILL_AGAIN.atMost) {
        kills.push(acknowledged.size + KILL_AGAIN.after);
      }
    }

    expect(unanswered.size).toBeGreaterThan(0);

    // What is stored is seen on retry: by the same key the very enrollment, not another one.
    for (const [index, id] of unanswered) expect(acknowledged.get(index)).toMatchObject({ id });

    expect(acknowledged.size).toBe(RESIDENTS);
    const stored = await rows<{ id: string; state: string; resident_id: string }>(
      source,
      'select id, state, resident_id from enrollments',
    );
    const byId = new Map(stored.map((enrollment) => [enrollment.id, enrollment]));
    for (const [index, { id, state }] of acknowledged) {
      expect(byId.get(id)).toEqual({ id, state, resident_id: residents[index]!.residentId });
    }
    expect(stored).toHaveLength(RESIDENTS);
    const counts = await rows<{ taken: number; enrolled: number; waiting: number; really_waiting: number }>(
      source,
      `select a.taken, a.waiting, count(*) filter (where e.state = 'enrolled')::int as enrolled,
              count(*) filter (where e.state = 'waiting')::int as really_waiting
         from class_availability a join enrollments e on e.class_id = a.class_id group by a.class_id`,
    );
    for (const { taken, enrolled, waiting: listed, really_waiting } of counts) {
      expect({ taken: enrolled, listed: really_waiting }).toEqual({ taken, listed });
      expect(taken).toBe(100);
    }
    const [audited] = await rows<{ n: number }>(
      source,
      `select count(*)::int as n from audit_entries where action = 'enrollment.apply'`,
    );
    expect(audited!.n).toBe(RESIDENTS);
  });
});
