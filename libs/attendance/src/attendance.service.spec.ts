import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { makeCode, type Role, type Topic } from '#contracts';
import { Caller, Clock, CoreModule, newId, readSettings, row, rows } from '#core';
import { AdmissionService } from '#enrollment';
import { type SeededClass, seedClass, seedResidents } from '../../../test/support/seed.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { testSettings } from '../../../test/support/test-settings.js';
import type { MarkRequest } from './attendance.dto.js';
import { AttendanceModule } from './attendance.module.js';
import { AttendanceService } from './attendance.service.js';
import { SessionRosterService } from './roster.service.js';

const START = new Date('2026-03-02T09:00:00+08:00');

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
let attendance: AttendanceService;

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
  attendance = nest.get(AttendanceService);
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

interface Taught extends SeededClass {
  sessionId: string;
  teacher: Caller;
  /** Of those who have a seat. */
  residents: string[];
}

const staff = (organisationId: string, role: Role = 'teacher', language: 'zh' | 'en' = 'zh') =>
  new Caller({ kind: 'staff', id: newId(), signInId: newId() }, [{ role, organisationId }], language, 'spec');

/** A class whose one session begins at 9:00, with so many residents in it. */
async function teach(count: number): Promise<Taught> {
  clock.at = START;
  const seeded = await seedClass(source, START, { seats: 100, inDays: 0 });
  const residents = (await seedResidents(source, START, count)).map(({ residentId }) => residentId);
  await rows(
    source,
    `insert into enrollments (id, class_id, resident_id, term_id, programme_kind, state, queued_at, source, decided_at, created_at)
     select e.id, $3, e.resident_id, $4, 'skills', 'enrolled', $5, 'self', $5, $5
       from unnest($1::uuid[], $2::uuid[]) as e (id, resident_id)`,
    [residents.map(() => newId()), residents, seeded.classId, seeded.termId, START],
  );
  await rows(source, `update class_availability set taken = $2 where class_id = $1`, [seeded.classId, count]);
  const session = await row<{ id: string }>(source, 'select id from class_sessions where class_id = $1', [
    seeded.classId,
  ]);
  return { ...seeded, sessionId: session!.id, teacher: staff(seeded.organisationId), residents };
}

const tick = (residentId: string, more: Partial<MarkRequest> = {}): MarkRequest => ({
  id: newId(),
  kind: 'teacher_mark',
  residentId,
  status: 'present',
  deviceTime: '2026-03-02T09:00:00+08:00',
  ...more,
});

const mark = async (taught: Taught, items: MarkRequest[], deviceId = 'tablet', caller = taught.teacher) =>
  (await attendance.mark(caller, taught.sessionId, { deviceId, items })).items;

const told = async (topic: Topic) =>
  (await rows<{ ids: string[] }>(source, `delete from outbox where topic = $1 returning ids`, [topic])).flatMap(
    ({ ids }) => ids,
  );

const standing = (taught: Taught) =>
  rows<{ resident_id: string; status: string }>(
    source,
    `select resident_id, status from attendances where session_id = $1 order by resident_id`,
    [taught.sessionId],
  );

describe('marking a session', () => {
  it('records the roster and a scanned code, makes the session held, and tells whose evidence changed', async () => {
    const taught = await teach(3);
    const code = makeCode('personal', (sides) => Math.floor(sides / 3));
    await rows(source, `insert into personal_codes (code, resident_id, issued_at) values ($1, $2, $3)`, [
      code,
      taught.residents[2],
      START,
    ]);
    await told('evidence.changed');
    const [first, second, third] = taught.residents;
    const answers = await mark(taught, [
      tick(first!),
      tick(second!, { status: 'absent' }),
      { ...tick(third!), kind: 'personal_code', residentId: undefined, code: code.toLowerCase() },
    ]);
    expect(answers.map(({ outcome }) => outcome)).toEqual(['recorded', 'recorded', 'recorded']);
    expect(answers[2]).toMatchObject({ residentId: third, name: '居民3' });
    expect((await standing(taught)).map(({ status }) => status).sort()).toEqual(['absent', 'present', 'present']);
    const session = await row<{ state: string }>(source, 'select state from class_sessions where id = $1', [
      taught.sessionId,
    ]);
    expect(session?.state).toBe('held');
    expect((await told('evidence.changed')).sort()).toEqual([...taught.residents].sort());
    expect(await told('sessions.attended')).toContain(taught.sessionId);
  });

  it('answers each mark by itself: what is wrong with one costs no other', async () => {
    const taught = await teach(1);
    const english = staff(taught.organisationId, 'registrar', 'en');
    const answers = await mark(
      taught,
      [
        tick(newId()),
        { id: newId(), kind: 'personal_code', code: 'P-SMUDGED', status: 'present', deviceTime: START.toISOString() },
        { id: newId(), kind: 'teacher_mark', status: 'present', deviceTime: START.toISOString() },
        tick(taught.residents[0]!),
      ],
      'tablet',
      english,
    );
    expect(answers.map(({ outcome, code }) => code ?? outcome)).toEqual([
      'ATTENDANCE.NOT_ON_ROSTER',
      'ATTENDANCE.CODE_UNREADABLE',
      'ATTENDANCE.NOBODY_NAMED',
      'recorded',
    ]);
    expect(answers[1]).toMatchObject({ title: 'The personal code cannot be read' });
    const [kept] = await rows<{ count: string }>(source, 'select count(*) from marks where session_id = $1', [
      taught.sessionId,
    ]);
    expect(Number(kept!.count)).toBe(4);
  });

  it('sent again changes nothing and tells nothing', async () => {
    const taught = await teach(2);
    const items = taught.residents.map((residentId) => tick(residentId));
    await mark(taught, items);
    await told('evidence.changed');
    const again = await mark(taught, items);
    expect(again.map(({ outcome }) => outcome)).toEqual(['duplicate', 'duplicate']);
    expect(await told('evidence.changed')).toEqual([]);
  });

  it('by two devices at once ends in one attendance each, every mark kept', async () => {
    const taught = await teach(30);
    const send = (device: string) =>
      mark(
        taught,
        taught.residents.map((residentId) => tick(residentId)),
        device,
      );
    const answers = await Promise.all([send('a'), send('b'), send('c')]);
    const outcomes = answers.flat().map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'recorded')).toHaveLength(30);
    expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(60);
    expect(await standing(taught)).toHaveLength(30);
  });

  it('corrects what was marked and keeps the old mark', async () => {
    const taught = await teach(1);
    const [wang] = taught.residents;
    await mark(taught, [tick(wang!)]);
    clock.at = new Date('2026-03-02T10:00:00+08:00');
    await mark(taught, [tick(wang!, { status: 'excused', deviceTime: '2026-03-02T10:00:00+08:00' })]);
    expect(await standing(taught)).toEqual([{ resident_id: wang, status: 'excused' }]);
    const kept = await rows(source, 'select 1 from marks where session_id = $1', [taught.sessionId]);
    expect(kept).toHaveLength(2);
  });

  it('of many sessions at once is one batch, in which nobody pays for another', async () => {
    const classes = [await teach(1), await teach(1), await teach(1), await teach(1)];
    const audits = () =>
      rows<{ trace_id: string }>(source, `select from audit_entries where action = 'attendance.marked'`);
    const before = (await audits()).length;
    const reused = tick(classes[0]!.residents[0]!);
    const asked = [
      ...classes.map((taught) => mark(taught, [tick(taught.residents[0]!)])),
      mark(classes[0]!, [tick(classes[0]!.residents[0]!)], 'tablet', staff(newId())),
      mark({ ...classes[0]!, sessionId: newId() }, [tick(newId())]),
      mark(classes[0]!, [reused]),
      mark(classes[1]!, [reused]),
    ];
    const answers = (await Promise.allSettled(asked)).map((settled) =>
      settled.status === 'fulfilled'
        ? settled.value.map(({ outcome, code }) => code ?? outcome).join()
        : (settled.reason as { code: string }).code,
    );
    expect(answers).toEqual([
      ...classes.map(() => 'recorded'),
      'CORE.FORBIDDEN',
      'CATALOGUE.SESSION_UNKNOWN',
      'duplicate',
      'ATTENDANCE.ITEM_ID_REUSED',
    ]);
    expect((await audits()).length).toBe(before + classes.length + 1);
    for (const taught of classes) expect(await standing(taught)).toHaveLength(1);
  });

  it('is refused to the staff of another school', async () => {
    const taught = await teach(1);
    await expect(mark(taught, [tick(taught.residents[0]!)], 'tablet', staff(newId()))).rejects.toMatchObject({
      code: 'CORE.FORBIDDEN',
    });
  });

  it('refuses a time that no calendar has', async () => {
    const taught = await teach(1);
    const odd = tick(taught.residents[0]!, { deviceTime: '2026-W10-1T09:00:00+08:00' });
    await expect(mark(taught, [odd])).rejects.toMatchObject({ code: 'CORE.INVALID' });
  });
});

describe('who has gone over to another class since', () => {
  it('stays on the roster of what they sat in before, to be corrected, also where that class was stopped', async () => {
    const taught = await teach(2);
    const [wang, li] = taught.residents as [string, string];
    await mark(taught, [tick(wang), tick(li)]);
    const other = await seedClass(source, START, {
      seats: 10,
      inDays: 10,
      beside: taught,
      courseId: taught.courseId,
    });
    const [seat] = await rows<{ id: string }>(source, `select id from enrollments where resident_id = $1`, [wang]);
    clock.at = new Date('2026-03-03T10:00:00+08:00');
    await nest.get(AdmissionService).transfer({
      kind: 'transfer',
      caller: Caller.system('spec'),
      enrollmentId: seat!.id,
      classId: taught.classId,
      toClassId: other.classId,
      residentIds: [wang],
      because: 'wish',
      reason: '换个时间',
    });
    await rows(
      source,
      `update course_classes set state = 'stopped', stopped_at = $2, stopped_reason = '人数不足' where id = $1`,
      [taught.classId, clock.at],
    );

    const { items } = await nest.get(SessionRosterService).list(taught.teacher, taught.sessionId, { limit: 10 });
    expect(Object.fromEntries(items.map(({ residentId, left }) => [residentId, left]))).toEqual({
      [wang]: true,
      [li]: false,
    });
    await told('evidence.changed');
    const then = { deviceTime: '2026-03-03T10:00:00+08:00', because: '认错了人' };
    const correction = tick(wang, { status: 'absent', ...then });
    expect(await mark(taught, [correction])).toMatchObject([{ outcome: 'recorded', residentId: wang }]);
    expect(await told('evidence.changed')).toEqual([wang]);
    const stands = await rows(source, `select status, enrollment_id from attendances where resident_id = $1`, [wang]);
    expect(stands).toEqual([{ status: 'absent', enrollment_id: seat!.id }]);
  });

  it('is on no roster of a session after they went', async () => {
    const taught = await teach(1);
    const [wang] = taught.residents as [string];
    const other = await seedClass(source, START, { seats: 10, inDays: 10, beside: taught, courseId: taught.courseId });
    const [seat] = await rows<{ id: string }>(source, `select id from enrollments where resident_id = $1`, [wang]);
    clock.at = new Date('2026-03-01T10:00:00+08:00');
    await nest.get(AdmissionService).transfer({
      kind: 'transfer',
      caller: Caller.system('spec'),
      enrollmentId: seat!.id,
      classId: taught.classId,
      toClassId: other.classId,
      residentIds: [wang],
      because: 'wish',
      reason: '换个时间',
    });
    clock.at = START;
    expect(await mark(taught, [tick(wang)])).toMatchObject([{ code: 'ATTENDANCE.NOT_ON_ROSTER' }]);
    expect((await nest.get(SessionRosterService).list(taught.teacher, taught.sessionId, { limit: 10 })).items).toEqual(
      [],
    );
  });
});

describe('the roster of a session', () => {
  it('comes in pages, with what is marked of each', async () => {
    const taught = await teach(5);
    await mark(taught, [tick(taught.residents[0]!)]);
    const roster = nest.get(SessionRosterService);
    const first = await roster.list(taught.teacher, taught.sessionId, { limit: 3 });
    const second = await roster.list(taught.teacher, taught.sessionId, { limit: 3, cursor: first.next! });
    expect(second.next).toBeNull();
    const all = [...first.items, ...second.items];
    expect(all.map(({ residentId }) => residentId)).toEqual(taught.residents);
    expect(all[0]).toMatchObject({ name: '居民1', identityState: 'declared', attendance: { status: 'present' } });
    expect(all[1]!.attendance).toBeNull();
  });
});
