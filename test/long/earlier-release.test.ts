import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { PACKAGE_ROOT } from '#core';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '#demo';
import { cli } from '../support/district.js';
import { Person } from '../support/person.js';
import { startApi, startWorker, type TestProcess } from '../support/processes.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

/*
 * A district that has been in service goes over to this release: with all that was in its tables, and back if need be.
 */

/** The demo's district of 25 November 2026, as the release of that day left it. */
const DISTRICT = join(PACKAGE_ROOT, 'test/long/data/district-of-november-2026.br');
const ITS_LAST = 'CreateAssignments1767225793000';
const TODAY = '2026-11-26';
const MORNING = `${TODAY}T08:00:00+08:00`;

const NOTHING_WRONG = 'Ledger, totals and chains are as they should be.';

/** Runs a command of test/support/earlier-release.mjs, which has the built migrations. */
function release(what: 'load' | 'back' | 'schema', { url }: TestDatabase, given = ''): string {
  const program = join(PACKAGE_ROOT, 'test/support/earlier-release.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, what, url, given], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

async function asked<Row>({ url }: TestDatabase, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, options: '-c search_path=huixue,extensions' });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

const TOTALS = `select measure, month, status, sum(total)::int as total from ledger_totals
                 where total <> 0 group by 1, 2, 3 order by 1, 2, 3`;

const headsOf = ({ url }: TestDatabase) =>
  [...cli(['verify', '--heads'], url).matchAll(/^HEAD {4}(\S+)$/gm)].map(([, head]) => head!);

const committedSchema = () => readFile(join(PACKAGE_ROOT, 'migrations/schema.txt'), 'utf8');

describe('a district of an earlier release', () => {
  let database: TestDatabase;
  let before: unknown[];
  /** People of a class that was given to another term when they were in it. */
  let moved: string[];

  beforeAll(async () => {
    database = await createEmptyDatabase();
    release('load', database, DISTRICT);
    before = await asked(database, TOTALS);
    const found = await asked<{ id: string }>(
      database,
      `update enrollments e set term_id = (select id from terms t where t.id <> e.term_id order by id limit 1)
        where e.id in (select id from enrollments where state = 'waiting' order by id limit 3) returning e.id`,
    );
    moved = found.map(({ id }) => id);
  }, 240_000);
  afterAll(() => database?.drop());

  it('goes over with all that is in it, and then has the tables of one that begins with this release', async () => {
    expect(before.length).toBeGreaterThan(20);
    expect(moved).toHaveLength(3);
    expect(cli(['prepare'], database.url)).toContain('CheckReferencesTogether');
    expect(release('schema', database)).toBe(await committedSchema());
    expect(await asked(database, TOTALS)).toEqual(before);
    const apart = await asked(
      database,
      `select e.id from enrollments e join course_classes c on c.id = e.class_id where c.term_id <> e.term_id`,
    );
    expect(apart).toEqual([]);
    expect(cli(['verify'], database.url)).toContain(NOTHING_WRONG);
  });

  it('goes on from there: seats, marks and figures', async () => {
    const programs: (TestProcess & { address: string })[] = [];
    try {
      programs.push(await startApi(database.url), await startWorker(database.url));
      for (const program of programs) await program.setClock(new Date(MORNING));
      const [{ address }] = programs as [TestProcess & { address: string }];
      const somebody = (role: string) =>
        new Person(address).signIn(DEMO_ACCOUNTS.find((one) => one.role === role)!.username!, DEMO_PASSWORD);
      const [registrar, teacher, bureau] = await Promise.all(
        ['registrar', 'teacher', 'bureau_officer'].map(somebody) as [Promise<Person>, Promise<Person>, Promise<Person>],
      );
      const school = (await registrar.get('/me')).roles[0].organisationId;
      const chart = await bureau.get('/wall-chart');
      expect(chart.indicators).toHaveLength(28);

      const open = (await registrar.get('/classes?openOnly=true&limit=100')).items.filter(
        (one: any) => one.organisation.id === school && one.seatsLeft > 0,
      );
      const newcomer = { name: '新来人', birthDate: '1950-01-01', regionCode: '330305001007' };
      const { id: residentId } = await registrar.post('/residents', newcomer);
      const seat = await registrar.post(`/classes/${open[0].id}/counter-enrollments`, { residentId });
      expect(['enrolled', 'applied']).toContain(seat.state);

      const [session] = (await teacher.get(`/organisations/${school}/sessions?day=${TODAY}&mine=true`)).items;
      await Promise.all(programs.map((program) => program.setClock(new Date(session.startsAt))));
      const { items: roster } = await teacher.get(`/sessions/${session.id}/roster`);
      const sent = await teacher.post(`/sessions/${session.id}/marks`, {
        deviceId: 'teacher-tablet',
        items: roster.map((one: { residentId: string }) => ({
          ...{ id: randomUUID(), kind: 'teacher_mark', status: 'present' },
          ...{ residentId: one.residentId, deviceTime: session.startsAt },
        })),
      });
      expect(sent.items.length).toBeGreaterThan(0);
      expect(sent.items.map(({ outcome }: { outcome: string }) => outcome)).toEqual(roster.map(() => 'recorded'));
      // The worker seals each second what was committed: a chain has no head before it has done so once.
      const chains = () => headsOf(database).map((head) => head.split(':')[0]);
      await waitFor('every chain to have a head', () => chains().join() === 'audit,ledger,marks');
    } finally {
      await Promise.all(programs.map((program) => program.stop()));
    }
    await waitFor('verify to find nothing', () => cli(['verify'], database.url).includes(NOTHING_WRONG));
    const heads = headsOf(database);
    expect(heads).toHaveLength(3);
    expect(cli(['verify', '--noted', ...heads], database.url)).toContain(NOTHING_WRONG);
    expect(() => cli(['verify', '--noted', `${heads[0]!.slice(0, -1)}x`], database.url)).toThrow(/was made anew/);
  }, 240_000);
});

describe('a district of this release', () => {
  it('goes back to the earlier one and over again, and nothing that was counted is lost', async () => {
    const database = await createTestDatabase();
    try {
      cli(['demo'], database.url);
      const counted = await asked(database, TOTALS);
      release('back', database, ITS_LAST);
      expect(await asked(database, TOTALS)).toEqual(counted);
      expect(cli(['prepare'], database.url)).toContain('CreateStoredFiles');
      expect(release('schema', database)).toBe(await committedSchema());
      expect(await asked(database, TOTALS)).toEqual(counted);
      expect(cli(['verify'], database.url)).toContain(NOTHING_WRONG);
    } finally {
      await database.drop();
    }
  }, 400_000);
});
