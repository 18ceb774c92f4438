import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import type { AttendanceStatus } from '#contracts';
import { Caller, Clock, CoreModule, newId, readSettings, rows } from '#core';
import { CallsService } from '#messages';
import { type SeededClass, seedClass, seedResidents } from '../../../../test/support/seed.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import type { MarkOutcome } from '../attendance.rules.js';
import { AttendanceModule } from '../attendance.module.js';
import { AttendanceService } from '../attendance.service.js';
import { NoShowService } from './no-show.service.js';

/** The first session; the others follow week by week. */
const START = new Date('2026-03-02T09:00:00+08:00');
const WEEK = 7 * 86_400_000;
const HOUR = 3_600_000;

class SetClock extends Clock {
  at = START;

  override now(): Date {
    return this.at;
  }
}

const clock = new SetClock();
let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;
let noShows: NoShowService;
let calls: CallsService;

beforeAll(async () => {
  database = await createTestDatabase();
  nest = await Test.createTestingModule({
    imports: [CoreModule.forRoot(readSettings(testSettings(database.url))), AttendanceModule],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await nest.init();
  source = nest.get(DataSource);
  noShows = nest.get(NoShowService);
  calls = nest.get(CallsService);
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

interface Taught extends SeededClass {
  sessions: string[];
  registrar: Caller;
  residents: string[];
  enrollments: string[];
}

/** A class of five weeks with two residents in it; the second comes to all sessions, so that they are held. */
async function teach(): Promise<Taught> {
  clock.at = START;
  const seeded = await seedClass(source, START, { seats: 10, inDays: 0 });
  await rows(
    source,
    `insert into class_sessions (id, class_id, number, starts_at, ends_at, venue_id, teacher_id, created_at)
     select uuidv7(), s.class_id, n, s.starts_at + (n - 1) * interval '7 days', s.ends_at + (n - 1) * interval '7 days',
            s.venue_id, s.teacher_id, s.created_at
       from class_sessions s, generate_series(2, 5) as n where s.class_id = $1`,
    [seeded.classId],
  );
  await rows(source, `update course_classes set last_session_at = $2 where id = $1`, [
    seeded.classId,
    new Date(START.getTime() + 4 * WEEK + 1.5 * HOUR),
  ]);
  const sessions = await rows<{ id: string }>(
    source,
    `select id from class_sessions where class_id = $1 order by number`,
    [seeded.classId],
  );
  const residents = (await seedResidents(source, START, 2)).map(({ residentId }) => residentId);
  const enrollments = residents.map(() => newId());
  await rows(
    source,
    `insert into enrollments (id, class_id, resident_id, term_id, programme_kind, state, queued_at, source, decided_at, created_at)
     select e.id, $3, e.resident_id, $4, 'skills', 'enrolled', $5, 'self', $5, $5
       from unnest($1::uuid[], $2::uuid[]) as e (id, resident_id)`,
    [enrollments, residents, seeded.classId, seeded.termId, START],
  );
  const registrarId = newId();
  await rows(
    source,
    `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, '陈教务', 'none', $3)`,
    [registrarId, registrarId, START],
  );
  const registrar = new Caller(
    { kind: 'staff', id: registrarId, signInId: newId() },
    [{ role: 'registrar', organisationId: seeded.organisationId }],
    'zh',
    'spec',
  );
  return { ...seeded, sessions: sessions.map(({ id }) => id), registrar, residents, enrollments };
}

/** Holds a session (from 1) as the second resident comes, and marks the first one where a status is given. */
async function hold(taught: Taught, number: number, status?: AttendanceStatus): Promise<void> {
  const startsAt = START.getTime() + (number - 1) * WEEK;
  clock.at = new Date(startsAt);
  const [first, second] = taught.residents as [string, string];
  await mark(taught, number, second, 'present');
  if (status) await mark(taught, number, first, status);
  clock.at = new Date(startsAt + 2 * HOUR);
  await noShows.lookAround();
}

async function mark(
  taught: Taught,
  number: number,
  residentId: string,
  status: AttendanceStatus,
  outcome: MarkOutcome = 'recorded',
): Promise<void> {
  const deviceTime = clock.at.toISOString();
  const because = outcome === 'review' ? '补交假条' : undefined;
  const item = { id: newId(), kind: 'teacher_mark' as const, residentId, status, deviceTime, because };
  const sessionId = taught.sessions[number - 1]!;
  const answer = await nest.get(AttendanceService).mark(taught.registrar, sessionId, { deviceId: 'd', items: [item] });
  expect(answer.items[0]!.outcome).toBe(outcome);
}

const tasksOf = async (taught: Taught, state: 'open' | 'done' | 'closed' = 'open') =>
  (await calls.list(taught.registrar, taught.organisationId, { limit: 10, state })).items;

const later = (ms: number) => (clock.at = new Date(clock.at.getTime() + ms));

describe('whoever misses two sessions without a word', () => {
  it('is called by the school, once however often it is looked at, and nobody else', async () => {
    const taught = await teach();
    await hold(taught, 1, 'absent');
    expect(await tasksOf(taught)).toEqual([]);
    await hold(taught, 2, 'absent');
    await Promise.all([1, 2, 3].map(() => noShows.followSessions(taught.sessions)));
    const [task, ...others] = await tasksOf(taught);
    expect(others).toEqual([]);
    expect(task).toMatchObject({
      reason: 'no_show',
      residentId: taught.residents[0],
      enrollmentId: taught.enrollments[0],
    });
    expect((await calls.show(taught.registrar, task!.id)).say.zh).toContain('您有 2 次没有来上课');
    // The third time is the same no-show.
    await hold(taught, 3, 'absent');
    expect((await tasksOf(taught)).map(({ id }) => id)).toEqual([task!.id]);
    expect((await calls.show(taught.registrar, task!.id)).say.zh).toContain('您有 3 次没有来上课');
  });

  it('is not called while marks may still come, and is a day later', async () => {
    const taught = await teach();
    await hold(taught, 1);
    await hold(taught, 2);
    expect(await tasksOf(taught)).toEqual([]);
    later(24 * HOUR);
    await noShows.lookAround();
    expect(await tasksOf(taught)).toHaveLength(1);
  });

  it('is not called when one of them is excused afterwards, and is when that was wrong', async () => {
    const taught = await teach();
    await hold(taught, 1, 'absent');
    await hold(taught, 2, 'absent');
    const [task] = await tasksOf(taught);
    await mark(taught, 2, taught.residents[0]!, 'excused');
    await noShows.followSessions([taught.sessions[1]!]);
    expect(await tasksOf(taught, 'closed')).toMatchObject([{ id: task!.id, closedBecause: 'excused' }]);
    later(HOUR);
    await mark(taught, 2, taught.residents[0]!, 'absent');
    await noShows.followSessions([taught.sessions[1]!]);
    expect((await tasksOf(taught)).map(({ id }) => id)).toEqual([task!.id]);
  });

  it('is not called about a session once an excuse is kept as a late record, and is when that was taken back', async () => {
    const taught = await teach();
    await hold(taught, 1, 'absent');
    await hold(taught, 2, 'absent');
    const [task] = await tasksOf(taught);
    later(9 * 24 * HOUR);
    await rows(source, `delete from outbox where topic = 'sessions.attended'`);
    await mark(taught, 2, taught.residents[0]!, 'excused', 'review');
    const told = await rows<{ ids: string[] }>(source, `select ids from outbox where topic = 'sessions.attended'`);
    expect(told).toEqual([{ ids: [taught.sessions[1]] }]);
    await noShows.followSessions([taught.sessions[1]!]);
    expect(await tasksOf(taught, 'closed')).toMatchObject([{ id: task!.id, closedBecause: 'excused' }]);
    // What counts is as it was: an excused absence counts as little, and the principal has signed nothing.
    const stands = await rows(source, `select status from attendances where session_id = $1 and resident_id = $2`, [
      taught.sessions[1],
      taught.residents[0],
    ]);
    expect(stands).toEqual([{ status: 'absent' }]);
    later(HOUR);
    await mark(taught, 2, taught.residents[0]!, 'absent', 'review');
    await noShows.followSessions([taught.sessions[1]!]);
    expect((await tasksOf(taught)).map(({ id }) => id)).toEqual([task!.id]);
  });

  it('is called again only after two more, once it was spoken about', async () => {
    const taught = await teach();
    await hold(taught, 1, 'absent');
    await hold(taught, 2, 'absent');
    const [task] = await tasksOf(taught);
    await calls.attempt(taught.registrar, task!.id, { id: newId(), outcome: 'reached', answer: 'keeps_seat' });
    await hold(taught, 3, 'absent');
    expect(await tasksOf(taught)).toEqual([]);
    await hold(taught, 4, 'absent');
    const [again] = await tasksOf(taught);
    expect(again!.id).not.toBe(task!.id);
    expect(again).toMatchObject({ reason: 'no_show', enrollmentId: taught.enrollments[0] });
  });

  it('is not called about sessions before the seat was given, or that were cancelled', async () => {
    const taught = await teach();
    await hold(taught, 1, 'absent');
    await rows(source, `update enrollments set decided_at = $2 where id = $1`, [
      taught.enrollments[0],
      new Date(START.getTime() + HOUR),
    ]);
    await hold(taught, 2, 'absent');
    expect(await tasksOf(taught)).toEqual([]);
    await rows(source, `update enrollments set decided_at = $2 where id = $1`, [taught.enrollments[0], START]);
    await rows(source, `update class_sessions set state = 'cancelled', cancelled_reason = '台风' where id = $1`, [
      taught.sessions[0],
    ]);
    await noShows.followSessions([taught.sessions[0]!]);
    expect(await tasksOf(taught)).toEqual([]);
  });

  it('is not called once the seat is given up or the class is over', async () => {
    const left = await teach();
    await hold(left, 1, 'absent');
    await rows(source, `update enrollments set state = 'withdrawn' where id = $1`, [left.enrollments[0]]);
    await hold(left, 2);
    later(24 * HOUR);
    await noShows.lookAround();
    expect(await tasksOf(left)).toEqual([]);

    const over = await teach();
    await hold(over, 4, 'absent');
    await hold(over, 5, 'absent');
    expect(await tasksOf(over)).toEqual([]);
  });
});
