import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import type { AttendanceStatus } from '#contracts';
import { ChainSealer, Clock, CoreModule, newId, readSettings, row, rows } from '#core';
import { DAY, mark, SetClock, staff, START, teach, type Taught } from '../../../../test/support/taught-class.js';
import { sealAll } from '../../../../test/support/seal-all.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { AttendanceModule } from '../attendance.module.js';
import { AttendanceService } from '../attendance.service.js';
import { LateSheetsService } from '../late-sheets/late-sheets.service.js';
import { MARKS_CHAIN } from './marks.chain.js';
import { type AttendanceFault, VerifyAttendanceService } from './verify-attendance.service.js';

const clock = new SetClock();
let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;

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
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

async function faults(): Promise<AttendanceFault[]> {
  const found: AttendanceFault[] = [];
  for await (const fault of nest.get(VerifyAttendanceService).verify()) found.push(fault);
  return found;
}

/** Does something behind the platform's back, says what is found then, and undoes it. */
async function foundWhile(done: string, undone: string, parameters: unknown[]): Promise<AttendanceFault[]> {
  await rows(source, done, parameters);
  const found = await faults();
  await rows(source, undone, parameters);
  expect(await faults()).toEqual([]);
  return found;
}

/** One late mark of somebody, nine days after the session. */
async function enterLate(taught: Taught, number: number, residentId: string, status: AttendanceStatus) {
  clock.at = new Date(START.getTime() + (number + 8) * DAY);
  await nest.get(AttendanceService).mark(taught.teacher, taught.sessionIds[number - 1]!, {
    deviceId: 'tablet',
    items: [
      { id: newId(), kind: 'teacher_mark', residentId, status, deviceTime: clock.at.toISOString(), because: '漏点名' },
    ],
  });
}

describe('what is known of who was there', () => {
  let taught: Taught;
  let wang: string;
  let first: string;
  let sheetId: string;

  beforeAll(async () => {
    taught = await teach(source, clock, 2);
    wang = taught.residents[0]!.residentId;
    first = taught.sessionIds[0]!;
    await mark(nest, clock, taught, 1, 'absent');
    await mark(nest, clock, taught, 1, 'present', 10);
    await mark(nest, clock, taught, 2, 'excused');
    await enterLate(taught, 1, wang, 'absent');
    await enterLate(taught, 2, wang, 'present');
    const signer = newId();
    await rows(
      source,
      `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, '校长', 'none', $3)`,
      [signer, signer, START],
    );
    const sheets = await rows<{ id: string; session_id: string; version: number }>(
      source,
      `select id, session_id, version from late_sheets`,
    );
    const { id, version } = sheets.find(({ session_id }) => session_id === first)!;
    await nest.get(LateSheetsService).sign(staff('principal', taught.organisationId, signer), id, version);
    sheetId = sheets.find(({ session_id }) => session_id !== first)!.id;
  });

  it('is what marks, corrections and signatures say', async () => {
    expect(await faults()).toEqual([]);
    expect(
      await row(source, `select status from attendances where session_id = $1 and resident_id = $2`, [first, wang]),
    ).toEqual({ status: 'absent' });
  });

  it.each<[string, string, string, object]>([
    [
      'a status',
      `update attendances set status = 'present' where session_id = $1 and resident_id = $2`,
      `update attendances set status = 'absent' where session_id = $1 and resident_id = $2`,
      { says: { status: 'present' }, marked: { status: 'absent' } },
    ],
    [
      'an hour',
      `update attendances set left_at = '2026-03-02T09:20:00+08:00' where session_id = $1 and resident_id = $2`,
      `update attendances set left_at = null where session_id = $1 and resident_id = $2`,
      { says: { leftAt: new Date('2026-03-02T09:20:00+08:00') }, marked: { leftAt: null } },
    ],
    [
      'a row that is gone',
      `delete from attendances where session_id = $1 and resident_id = $2`,
      `insert into attendances (session_id, resident_id, enrollment_id, status, mark_id, recorded_at)
       select m.session_id, m.resident_id, m.enrollment_id, m.status, m.id, m.recorded_at from marks m
        where m.session_id = $1 and m.resident_id = $2 order by m.id desc limit 1`,
      { says: null, marked: { status: 'absent' } },
    ],
  ])('is named where somebody changed %s behind the platform', async (_, done, undone, expected) => {
    expect(await foundWhile(done, undone, [first, wang])).toMatchObject([
      { kind: 'attendance-wrong', sessionId: first, residentId: wang, ...expected },
    ]);
  });

  it('is named where nobody marked anything', async () => {
    const third = taught.sessionIds[2]!;
    const found = await foundWhile(
      `insert into attendances (session_id, resident_id, enrollment_id, status, mark_id, recorded_at)
       select $1, resident_id, enrollment_id, 'present', mark_id, recorded_at from attendances
        where resident_id = $2 limit 1`,
      `delete from attendances where session_id = $1 and resident_id = $2`,
      [third, wang],
    );
    expect(found).toMatchObject([{ kind: 'attendance-wrong', sessionId: third, residentId: wang, marked: null }]);
  });

  it('is named where a mark was changed, and where one is from a sheet that nobody printed', async () => {
    await rows(source, 'alter table marks disable trigger tr_marks_append_only');
    const last = `(select id from marks where session_id = $1 and resident_id = $2 order by id desc limit 1)`;
    expect(
      await foundWhile(
        `update marks set status = 'present' where id = ${last}`,
        `update marks set status = 'absent' where id = ${last}`,
        [first, wang],
      ),
    ).toMatchObject([{ kind: 'attendance-wrong', says: { status: 'absent' }, marked: { status: 'present' } }]);
    expect(
      await foundWhile(
        `update marks set kind = 'paper_sheet' where id = ${last}`,
        `update marks set kind = 'teacher_mark' where id = ${last}`,
        [first, wang],
      ),
    ).toMatchObject([{ kind: 'mark-wrong', sessionId: first, lacks: 'paper' }]);
    await rows(source, 'alter table marks enable trigger tr_marks_append_only');
  });

  it('is named where a mark is said to be taken back with an import that nobody undid', async () => {
    await rows(source, 'alter table withdrawn_marks disable trigger tr_withdrawn_marks_append_only');
    const found = await foundWhile(
      `insert into withdrawn_marks (mark_id, withdrawn_at, withdrawn_by, because)
       select m.id, m.recorded_at, s.decided_by, '重复' from marks m, late_sheets s
        where m.session_id = $1 and m.resident_id = $2 and s.decided_by is not null order by m.id limit 1`,
      `delete from withdrawn_marks w using marks m where m.id = w.mark_id and m.session_id = $1 and m.resident_id = $2`,
      [first, wang],
    );
    await rows(source, 'alter table withdrawn_marks enable trigger tr_withdrawn_marks_append_only');
    expect(found).toMatchObject([{ kind: 'withdrawal-wrong', sessionId: first }]);
  });

  it('is named where a signature was forged', async () => {
    const found = await foundWhile(
      `update late_sheets set state = 'signed', decided_at = opened_at,
              decided_by = (select decided_by from late_sheets where decided_by is not null limit 1) where id = $1`,
      `update late_sheets set state = 'waiting', decided_at = null, decided_by = null where id = $1`,
      [sheetId],
    );
    expect(found).toMatchObject([
      { kind: 'signature-wrong', sheetId, state: 'signed' },
      { kind: 'attendance-wrong', residentId: wang, says: { status: 'excused' }, marked: { status: 'present' } },
    ]);
  });
});

describe('marks that are sealed', () => {
  let taught: Taught;
  let session: string;
  let someone: string;
  let markId: string;

  const seal = () => sealAll(source, nest.get(ChainSealer), MARKS_CHAIN);
  /** In which block a mark was sealed: in the first or not, as transactions of other tests let the sealer come to it. */
  const blockOf = async (id: string) =>
    Number(
      (await row<{ number: string }>(
        source,
        `select b.number from marks m join chain_blocks b on b.chain = $2
            and (m.tx, m.number) > (b.after_tx, b.after_id) and (m.tx, m.number) <= (b.up_to_tx, b.up_to_id)
          where m.id = $1`,
        [id, MARKS_CHAIN.name],
      ))!.number,
    );
  /** What somebody does who knows the platform: the mark says something else, and so does what is made of it. */
  const forge = async (from: AttendanceStatus, to: AttendanceStatus) => {
    await rows(source, `update marks set status = $2 where id = $1 and status = $3`, [markId, to, from]);
    await rows(source, `update attendances set status = $2 where mark_id = $1 and status = $3`, [markId, to, from]);
  };

  beforeAll(async () => {
    taught = await teach(source, clock, 3);
    session = taught.sessionIds[2]!;
    someone = taught.residents[1]!.residentId;
    await mark(nest, clock, taught, 3, 'absent');
    await rows(source, 'alter table marks disable trigger tr_marks_append_only');
    const found = await row<{ id: string }>(source, `select id from marks where session_id = $1 and resident_id = $2`, [
      session,
      someone,
    ]);
    markId = found!.id;
  });

  afterAll(() => rows(source, 'alter table marks enable trigger tr_marks_append_only'));

  it('are named when they are forged together with the attendance, which before they are sealed nothing shows', async () => {
    await forge('absent', 'present');
    expect(await faults()).toEqual([]);
    await forge('present', 'absent');
    expect(await seal()).toBeGreaterThanOrEqual(3);
    expect(await faults()).toEqual([]);

    await forge('absent', 'present');
    expect(await faults()).toEqual([
      { kind: 'marks-changed', block: await blockOf(markId), reason: 'entries-changed', markIds: [markId], gone: [] },
    ]);
    await forge('present', 'absent');
    expect(await faults()).toEqual([]);
  });

  it('are named in whatever column they are changed', async () => {
    const untouched = new Set(['id', 'session_id', 'resident_id', 'enrollment_id', 'tx', 'number']);
    const columns = await rows<{ name: string; type: string }>(
      source,
      `select column_name as name, data_type as type from information_schema.columns
        where table_schema = current_schema() and table_name = 'marks' order by ordinal_position`,
    );
    const texts: Record<string, string> = { kind: 'import', status: 'present', outcome: 'duplicate' };
    const changed = (type: string, name: string) =>
      type === 'uuid' ? 'gen_random_uuid()' : type === 'text' ? `'${texts[name] ?? 'TOO_LATE'}'` : `'2020-01-01'`;
    for (const { name, type } of columns.filter(({ name: column }) => !untouched.has(column))) {
      await rows(source, `create temp table before as select * from marks where id = $1`, [markId]);
      await rows(source, `update marks set ${name} = ${changed(type, name)} where id = $1`, [markId]);
      const found = await faults();
      await rows(source, `update marks m set ${name} = b.${name} from before b where m.id = b.id`);
      await rows(source, `drop table before`);
      expect([name, found]).toEqual([
        name,
        expect.arrayContaining([expect.objectContaining({ kind: 'marks-changed', markIds: [markId] })]),
      ]);
    }
    expect(await faults()).toEqual([]);
  });

  it('are named by number when they are gone, and by id when they were slipped in', async () => {
    await mark(nest, clock, taught, 3, 'present', 5);
    await seal();
    const { id, number } = (await row<{ id: string; number: string }>(
      source,
      `select id, number from marks where session_id = $1 and resident_id = $2 and status = 'present'`,
      [session, someone],
    ))!;
    const block = await blockOf(id);
    await rows(source, `create table kept as select * from marks where id = $1`, [id]);
    await rows(source, `update attendances set mark_id = $2, status = 'absent' where mark_id = $1`, [id, markId]);
    await rows(source, `delete from marks where id = $1`, [id]);
    expect(await faults()).toEqual([
      { kind: 'marks-changed', block, reason: 'entries-missing-or-added', markIds: [], gone: [number] },
    ]);
    await rows(source, `insert into marks overriding system value select * from kept`);
    await rows(source, `update attendances set mark_id = $1, status = 'present' where mark_id = $2`, [id, markId]);
    expect(await faults()).toEqual([]);

    const slipped = newId();
    const another = taught.sessionIds[3]!;
    await rows(
      source,
      `insert into marks (id, session_id, resident_id, enrollment_id, kind, status, device_id, device_time, recorded_at,
                          outcome, number, tx) overriding system value
       select $2, $3, resident_id, enrollment_id, kind, 'present', device_id, device_time, recorded_at, outcome, 1, tx
         from kept where id = $1`,
      [id, slipped, another],
    );
    await rows(
      source,
      `insert into attendances (session_id, resident_id, enrollment_id, status, mark_id, recorded_at)
       select session_id, resident_id, enrollment_id, status, id, recorded_at from marks where id = $1`,
      [slipped],
    );
    expect(await faults()).toEqual([
      { kind: 'marks-changed', block, reason: 'entries-missing-or-added', markIds: [slipped], gone: [] },
    ]);
  });
});
