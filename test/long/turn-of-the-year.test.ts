import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { readSettings, rows, SystemClock, Tokens } from '#core';
import { District } from '../support/district.js';
import { enroll, seedRegistrar } from '../support/lectures.js';
import { type SeededClass, seedClass, seedResidents } from '../support/seed.js';
import { testSettings } from '../support/test-settings.js';
import { waitFor } from '../support/wait-for.js';

/*
 * A server whose own calendar is sixteen hours behind the district's: whatever it counted by that would be in the wrong day,
 * month and year.
 */
const ELSEWHERE = { TZ: 'America/Los_Angeles' };
const BEGINS = '2026-12-01T09:00:00+08:00';

let district: District;
let source: DataSource;

beforeAll(async () => {
  district = await District.open(BEGINS, ELSEWHERE);
  source = await new DataSource({
    type: 'postgres',
    url: district.database.url,
    extra: { options: '-c search_path=huixue,extensions' },
  }).initialize();
}, 120_000);
afterAll(async () => {
  await source?.destroy();
  await district?.close();
});

interface Course extends SeededClass {
  sessions: { id: string; startsAt: Date }[];
  people: string[];
  staffId: string;
  signInId: string;
}

/** A class whose sessions of 90 minutes begin at these moments. */
async function course(kind: string, starts: string[], people: number): Promise<Course> {
  const [first, ...later] = starts.map((text) => new Date(text));
  const seeded = await seedClass(source, first!, { seats: people, programmeKind: kind, inDays: 0 });
  const [{ id }] = (await rows(source, `select id from class_sessions where class_id = $1`, [seeded.classId])) as [
    { id: string },
  ];
  const sessions = [{ id, startsAt: first! }];
  for (const [index, startsAt] of later.entries()) {
    const added = randomUUID();
    await rows(
      source,
      `insert into class_sessions (id, class_id, number, starts_at, ends_at, venue_id, teacher_id, created_at)
       select $1, class_id, $3, $4, $4::timestamptz + interval '90 minutes', venue_id, teacher_id, created_at
         from class_sessions where id = $2`,
      [added, id, index + 2, startsAt],
    );
    sessions.push({ id: added, startsAt });
  }
  await rows(
    source,
    `update course_classes set approved_minutes = $2, last_session_at = (select max(ends_at) from class_sessions where class_id = $1)
      where id = $1`,
    [seeded.classId, 90 * starts.length],
  );
  const ids = (await seedResidents(source, first!, people)).map(({ residentId }) => residentId);
  await enroll(source, seeded, kind, ids, first!);
  return { ...seeded, sessions, people: ids, ...(await seedRegistrar(source, first!, seeded.organisationId)) };
}

/** The registrar marks somebody at a session, by number from 1, a moment after it began. */
async function attend(taught: Course, number: number, residentId: string): Promise<void> {
  const { id, startsAt } = taught.sessions[number - 1]!;
  const at = new Date(startsAt.getTime() + 2 * 60_000);
  await district.setClock(at.toISOString());
  const registrar = district.visitor();
  const clock = new SystemClock();
  clock.moveTo(at);
  const tokens = new Tokens(readSettings(testSettings(district.database.url)), clock);
  registrar.token = tokens.issue({ kind: 'staff', id: taught.staffId, signInId: taught.signInId });
  const item = { id: randomUUID(), kind: 'teacher_mark', residentId, status: 'present', deviceTime: at.toISOString() };
  const { items } = await registrar.post(`/sessions/${id}/marks`, { deviceId: 'tablet', items: [item] });
  expect(items).toMatchObject([{ outcome: 'recorded' }]);
}

/** The days on which the person-times of a class count, and the months of the totals that hold them. */
async function counted({ classId, organisationId }: Course, measure: string, wanted: number) {
  const entries = await waitFor('the ledger to follow', async () => {
    const found = await rows<{ counted_on: string; resident_id: string }>(
      source,
      `select counted_on::text, resident_id from ledger_entries e
        where class_id = $1 and measure = $2 and amount = 1
          and not exists (select from ledger_entries r where r.reverses = e.id)`,
      [classId, measure],
    );
    return found.length === wanted && found;
  });
  const totals = await rows<{ month: string; total: number }>(
    source,
    `select month, sum(total)::int as total from ledger_totals where organisation_id = $1 and measure = $2
      group by 1 having sum(total) <> 0 order by 1`,
    [organisationId, measure],
  );
  return { days: new Map(entries.map((entry) => [entry.resident_id, entry.counted_on])), totals };
}

it('counts a class over New Year’s Eve in the year in which each resident reached the threshold', async () => {
  const starts = ['2026-12-30T19:00:00+08:00', '2026-12-31T22:00:00+08:00', '2027-01-01T00:10:00+08:00'];
  const taught = await course('elderly', starts, 2);
  const [early, late] = taught.people as [string, string];
  await attend(taught, 1, early);
  await attend(taught, 2, early);
  await attend(taught, 2, late);
  await attend(taught, 3, late);
  const { days, totals } = await counted(taught, 'elderly-person-times', 2);
  expect(days.get(early)).toBe('2026-12-31');
  expect(days.get(late)).toBe('2027-01-01');
  expect(totals).toEqual([
    { month: '2026-12', total: 1 },
    { month: '2027-01', total: 1 },
  ]);
  const sessions = await rows<{ month: string; total: number }>(
    source,
    `select month, sum(total)::int as total from ledger_totals
      where organisation_id = $1 and measure = 'session-attendances' group by 1 order by 1`,
    [taught.organisationId],
  );
  expect(sessions).toEqual([
    { month: '2026-12', total: 3 },
    { month: '2027-01', total: 1 },
  ]);
});

it('counts what is held in the first and last hour of a month in that month', async () => {
  const last = await course('community', ['2027-01-31T23:50:00+08:00'], 1);
  await attend(last, 1, last.people[0]!);
  expect((await counted(last, 'community-person-times', 1)).totals).toEqual([{ month: '2027-01', total: 1 }]);
  const first = await course('community', ['2027-02-01T00:00:00+08:00'], 1);
  await attend(first, 1, first.people[0]!);
  expect((await counted(first, 'community-person-times', 1)).totals).toEqual([{ month: '2027-02', total: 1 }]);
});

it('knows the leap day', async () => {
  await district.setClock('2024-02-01T09:00:00+08:00');
  const taught = await course('community', ['2024-02-29T00:15:00+08:00'], 1);
  await attend(taught, 1, taught.people[0]!);
  const { days, totals } = await counted(taught, 'community-person-times', 1);
  expect([...days.values()]).toEqual(['2024-02-29']);
  expect(totals).toEqual([{ month: '2024-02', total: 1 }]);
});
