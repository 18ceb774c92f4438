import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { type AttendanceStatus, type Topic } from '#contracts';
import { type Caller, Clock, CoreModule, newId, readSettings, row, rows } from '#core';
import { TINY_PNG } from '../../../../test/support/pictures.js';
import { DAY, SetClock, staff, START, type Taught, teach } from '../../../../test/support/taught-class.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { AttendanceModule } from '../attendance.module.js';
import { AttendanceService } from '../attendance.service.js';
import { LateSheetsService } from './late-sheets.service.js';
import { SessionRosterService } from '../roster.service.js';

const clock = new SetClock();
let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;
let sheets: LateSheetsService;

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
  sheets = nest.get(LateSheetsService);
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

/** Somebody of the school who is in its books. */
async function member(role: 'principal' | 'registrar', { organisationId }: Taught): Promise<Caller> {
  const id = newId();
  await rows(
    source,
    `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, $3, 'none', $4)`,
    [id, id, role, START],
  );
  return staff(role, organisationId, id);
}

/** A class of two, and the principal who signs, nine days after its first session. */
async function late() {
  const taught = await teach(source, clock, 2);
  clock.at = new Date(START.getTime() + 9 * DAY);
  const [principal, registrar] = [await member('principal', taught), await member('registrar', taught)];
  return { taught, principal, registrar, first: taught.sessionIds[0]! };
}

async function enter(caller: Caller, sessionId: string, marks: [resident: string, status: AttendanceStatus][]) {
  clock.at = new Date(clock.at.getTime() + 60_000);
  const { items } = await nest.get(AttendanceService).mark(caller, sessionId, {
    deviceId: 'tablet',
    items: marks.map(([residentId, status]) => ({
      id: newId(),
      kind: 'teacher_mark',
      residentId,
      status,
      deviceTime: clock.at.toISOString(),
      because: '漏点名，按纸质签到表补录',
    })),
  });
  return items.map(({ outcome, code }) => `${outcome} ${code}`);
}

const WAITS = 'review ATTENDANCE.TOO_LATE';
const upload = () => ({ contentType: 'image/png', name: '签到表.png', content: Readable.from([TINY_PNG]) });
const only = async (caller: Caller, { organisationId }: Taught) => {
  const { items } = await sheets.ofOrganisation(caller, organisationId, { limit: 10 });
  expect(items).toHaveLength(1);
  return items[0]!;
};
const standing = (sessionId: string) =>
  rows<{ resident_id: string; status: string }>(
    source,
    `select resident_id, status from attendances where session_id = $1 order by resident_id`,
    [sessionId],
  );
const told = async (topic: Topic) =>
  (await rows<{ ids: string[] }>(source, `delete from outbox where topic = $1 returning ids`, [topic])).flatMap(
    ({ ids }) => ids,
  );

describe('late records', () => {
  it('of a session gather on one sheet, count nothing, and are shown on the roster', async () => {
    const { taught, principal, registrar, first } = await late();
    const [one, other] = taught.residents.map(({ residentId }) => residentId) as [string, string];
    expect(await enter(registrar, first, [[one, 'present']])).toEqual([WAITS]);
    const opened = await only(principal, taught);
    expect(opened).toMatchObject({ state: 'waiting', marks: 1, sessionNumber: 1, version: 1, decidedAt: null });
    expect(await enter(registrar, first, [[other, 'excused']])).toEqual([WAITS]);
    const sheet = await only(principal, taught);
    expect(sheet).toMatchObject({ id: opened.id, marks: 2, version: 2 });
    const { items } = await sheets.marksOf(principal, sheet.id, { limit: 1 });
    expect(items).toMatchObject([
      { residentId: one, status: 'present', by: 'registrar', because: '漏点名，按纸质签到表补录', present: null },
    ]);
    expect(await standing(first)).toEqual([]);
    const roster = await nest.get(SessionRosterService).list(registrar, first, { limit: 10 });
    const lines = roster.items.map(({ residentId, attendance, waiting }) => [residentId, attendance, waiting]);
    expect(lines).toEqual(
      expect.arrayContaining([
        [one, null, 'present'],
        [other, null, 'excused'],
      ]),
    );
  });

  it('count when a principal has signed who did not enter them; whoever they are about is recounted', async () => {
    const { taught, principal, registrar, first } = await late();
    const ids = taught.residents.map(({ residentId }) => residentId).sort();
    await enter(registrar, first, [
      [ids[0]!, 'present'],
      [ids[1]!, 'absent'],
    ]);
    const { id, version } = await only(principal, taught);
    await told('evidence.changed');
    await expect(sheets.sign(registrar, id, version)).rejects.toMatchObject({ code: 'CORE.FORBIDDEN' });
    await expect(sheets.sign(principal, id, version + 1)).rejects.toMatchObject({ code: 'CORE.STALE' });
    expect(await sheets.sign(principal, id, version)).toMatchObject({ state: 'signed', decidedByName: 'principal' });
    expect(await standing(first)).toEqual([
      { resident_id: ids[0], status: 'present' },
      { resident_id: ids[1], status: 'absent' },
    ]);
    expect((await told('evidence.changed')).sort()).toEqual(ids);
    const session = await row(source, 'select state from class_sessions where id = $1', [first]);
    expect(session).toEqual({ state: 'held' });
    // Once more answers what is; then it is over.
    expect(await sheets.sign(principal, id, version)).toMatchObject({ state: 'signed' });
    expect(await told('evidence.changed')).toEqual([]);
    const code = 'ATTENDANCE.LATE_SHEET_DECIDED';
    await expect(sheets.giveBack(principal, id, version, '看错了')).rejects.toMatchObject({ code });
    await expect(sheets.addScan(registrar, id, upload())).rejects.toMatchObject({ code });
    // What is entered afterwards waits on another sheet.
    expect(await enter(registrar, first, [[ids[1]!, 'present']])).toEqual([WAITS]);
    const { items } = await sheets.ofOrganisation(principal, taught.organisationId, { limit: 10, state: 'waiting' });
    expect(items).toMatchObject([{ marks: 1 }]);
    expect(items[0]!.id).not.toBe(id);
  });

  it('are not signed by who entered them, and count nothing when returned', async () => {
    const { taught, principal, registrar, first } = await late();
    const { residentId } = taught.residents[0]!;
    await enter(principal, first, [[residentId, 'present']]);
    const { id, version } = await only(principal, taught);
    expect(await sheets.get(principal, id)).toMatchObject({ enteredByCaller: true });
    const own = 'ATTENDANCE.LATE_SHEET_OWN';
    await expect(sheets.sign(principal, id, version)).rejects.toMatchObject({ code: own });
    const returned = await sheets.giveBack(principal, id, version, '与纸质签到表不符');
    expect(returned).toMatchObject({ state: 'returned', returnedBecause: '与纸质签到表不符' });
    expect(await standing(first)).toEqual([]);
    const roster = await nest.get(SessionRosterService).list(registrar, first, { limit: 10 });
    expect(roster.items.map(({ waiting }) => waiting)).toEqual([null, null]);
  });

  it('are said to be made in time only where the device says so', async () => {
    const { taught, principal, registrar, first } = await late();
    const [one, other] = taught.residents.map(({ residentId }) => residentId) as [string, string];
    await nest.get(AttendanceService).mark(registrar, first, {
      deviceId: 'tablet',
      items: [
        { id: newId(), kind: 'teacher_mark', residentId: one, status: 'present', deviceTime: START.toISOString() },
      ],
    });
    const { id } = await only(principal, taught);
    // As it was refused before there were late sheets, when nobody was asked for a reason.
    await rows(
      source,
      `with old as (
         insert into marks (id, session_id, resident_id, enrollment_id, kind, status, device_id, device_time, recorded_at,
                            recorded_by, outcome, reason)
         select $1, $2, e.resident_id, e.id, 'teacher_mark', 'present', 'tablet', $3, $3, $4, 'rejected', 'TOO_LATE'
           from enrollments e where e.resident_id = $5 returning id, resident_id
       )
       insert into late_sheet_marks (mark_id, sheet_id, resident_id) select old.id, $6, old.resident_id from old`,
      [newId(), first, clock.at, registrar.staffId, other, id],
    );
    const { items } = await sheets.marksOf(principal, id, { limit: 10 });
    expect(items.map(({ residentId, because, madeInTime }) => [residentId, because, madeInTime])).toEqual([
      [one, null, true],
      [other, null, false],
    ]);
  });

  it('are not kept without their sheet', async () => {
    const { taught, registrar, first } = await late();
    await source.query(
      `create function no_sheet() returns trigger language plpgsql as $$ begin raise 'no sheet'; end $$`,
    );
    await source.query(`create trigger no_sheet before insert on late_sheet_marks execute function no_sheet()`);
    try {
      await expect(enter(registrar, first, [[taught.residents[0]!.residentId, 'present']])).rejects.toThrow('no sheet');
    } finally {
      await source.query(`drop function no_sheet cascade`);
    }
    expect(await rows(source, `select 1 from marks where session_id = $1`, [first])).toEqual([]);
  });

  it('of a cancelled session cannot be signed', async () => {
    const { taught, principal, registrar, first } = await late();
    await enter(registrar, first, [[taught.residents[0]!.residentId, 'present']]);
    const { id, version } = await only(principal, taught);
    await rows(source, `update class_sessions set state = 'cancelled', cancelled_reason = '台风' where id = $1`, [
      first,
    ]);
    const code = 'ATTENDANCE.LATE_SHEET_CANCELLED';
    await expect(sheets.sign(principal, id, version)).rejects.toMatchObject({ code });
    expect(await sheets.giveBack(principal, id, version, '已停课')).toMatchObject({ state: 'returned' });
  });

  it('take scans of the paper, each once, which staff of the school see', async () => {
    const { taught, principal, registrar, first } = await late();
    await enter(registrar, first, [[taught.residents[0]!.residentId, 'present']]);
    const { id } = await only(principal, taught);
    const added = await sheets.addScan(registrar, id, upload());
    expect(added.scans).toMatchObject([{ fileName: '签到表.png', addedByName: 'registrar' }]);
    expect((await sheets.addScan(registrar, id, upload())).scans).toHaveLength(1);
    const { content } = await sheets.openScan(principal, id, added.scans[0]!.id);
    expect(Buffer.concat(await content.toArray()).length).toBeGreaterThan(0);
    const elsewhere = staff('principal', newId());
    await expect(sheets.openScan(elsewhere, id, added.scans[0]!.id)).rejects.toMatchObject({ code: 'CORE.FORBIDDEN' });
    await expect(sheets.openScan(principal, id, newId())).rejects.toMatchObject({ code: 'CORE.NOT_FOUND' });
  });

  it('are all marks of a class that was created after its first session', async () => {
    const { taught, principal, registrar } = await late();
    const last = taught.sessionIds[4]!;
    await rows(source, `update course_classes set first_session_at = $2, created_at = $3 where id = $1`, [
      taught.classId,
      START,
      new Date(START.getTime() + DAY),
    ]);
    clock.at = new Date(START.getTime() + 4 * DAY);
    const answers = await enter(registrar, last, [[taught.residents[0]!.residentId, 'present']]);
    expect(answers).toEqual(['review ATTENDANCE.CLASS_ENTERED_LATE']);
    const { id, version } = await only(principal, taught);
    await sheets.sign(principal, id, version);
    expect(await standing(last)).toMatchObject([{ status: 'present' }]);
  });
});
