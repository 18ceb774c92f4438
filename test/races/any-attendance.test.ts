import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { AttendanceModule, CheckInDesk, LateSheetsService } from '#attendance';
import type { AttendanceStatus, MarkKind } from '#contracts';
import { type Caller, Clock, CoreModule, newId, readSettings, rows } from '#core';
import { ParticipationLoader, ParticipationModule, RecountService } from '#participation';
import { RosterSheetPhotosService } from '../../libs/attendance/src/roster-sheets/roster-sheet-photos.service.js';
import { RosterSheetsService } from '../../libs/attendance/src/roster-sheets/roster-sheets.service.js';
import { TINY_PNG } from '../support/pictures.js';
import { DAY, SetClock, staff, START, teach, type Taught } from '../support/taught-class.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { testSettings } from '../support/test-settings.js';

/*
 * What devices saw at the sessions of a class, and what was written on paper, reaches the platform in any order, any number
 * of times, over two processes at once, and answers are lost on the way. So do late records, which count when a principal
 * has signed. It ends in the same attendances and the same ledger as if all had come once and in order.
 */

const RUNS = 20;
const RESIDENTS = 3;
const SESSIONS = 5;
const MARKS = 24;
/** Late records, nine days after the class. */
const LATE_MARKS = 8;
/** Sessions whose roll was taken on paper, too: of the one it is transcribed in time, of the other long after. */
const ON_PAPER = { inTime: 1, late: 2 } as const;
/** Requests that are under way at the same moment. */
const AT_ONCE = 4;
const MINUTE = 60_000;
/** Minute of the last session until which things are seen; what was seen arrives from then on, while it goes on. */
const SEEN_UNTIL = 30;

const seen = fc
  .record({
    kind: fc.constantFrom<MarkKind>('personal_code', 'teacher_mark', 'rotating_code', 'monitor_mark'),
    drawn: fc.constantFrom<AttendanceStatus>('present', 'present', 'present', 'absent', 'excused'),
    who: fc.nat(RESIDENTS - 1),
    session: fc.constantFrom(0, 1, 2, 3, 4, 4, 4, 4),
    minute: fc.nat(SEEN_UNTIL),
    came: fc.option(fc.integer({ min: 0, max: 60 }), { nil: null }),
    left: fc.option(fc.integer({ min: 61, max: 89 }), { nil: null }),
    device: fc.constantFrom('phone', 'tablet'),
  })
  .map(({ drawn, came, left, ...mark }) => {
    const states = mark.kind === 'teacher_mark';
    return {
      ...mark,
      // A scan says that somebody is there, and only a teacher says when they came and left.
      status: mark.kind === 'personal_code' || mark.kind === 'rotating_code' ? ('present' as const) : drawn,
      came: states ? came : null,
      left: states ? left : null,
    };
  });
type Seen = typeof seen extends fc.Arbitrary<infer T> ? T : never;

const status = fc.constantFrom<AttendanceStatus>('present', 'present', 'absent', 'excused');
const paper = fc.array(status, { minLength: RESIDENTS, maxLength: RESIDENTS });

/** What a teacher says of somebody nine days later, of any session, whenever they say it on that day. */
const lateRecord = fc.record({ status, who: fc.nat(RESIDENTS - 1), session: fc.nat(SESSIONS - 1), minute: fc.nat(60) });

const turns = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 3 });

const run = fc.record({
  paper: fc.record({ inTime: paper, late: paper }),
  late: fc.array(lateRecord, { minLength: LATE_MARKS, maxLength: LATE_MARKS }),
  /** When the papers and the late records arrive among the others of their day, each time that they do. */
  paperTurns: fc.record({ inTime: turns, late: turns }),
  lateTurns: fc.array(turns, { minLength: LATE_MARKS, maxLength: LATE_MARKS }),
  marks: fc.array(seen, { minLength: MARKS, maxLength: MARKS }),
  /** Where in the order each mark arrives, each time that it does: again because its answer was lost. */
  arrivals: fc.array(turns, { minLength: MARKS, maxLength: MARKS }),
  /** Which process takes the nth request. */
  desks: fc.array(fc.nat(1), { minLength: 3 * MARKS, maxLength: 3 * MARKS }),
});
type Run = typeof run extends fc.Arbitrary<infer T> ? T : never;

let database: TestDatabase;
const clock = new SetClock();
let offices: TestingModule[];
let source: DataSource;
let classes = 0;
let clerk: Caller;
let principal: Caller;

beforeAll(async () => {
  database = await createTestDatabase();
  const settings = readSettings(testSettings(database.url, { LOG_LEVEL: 'silent' }));
  const open = async () => {
    const office = await Test.createTestingModule({
      imports: [CoreModule.forRoot(settings), AttendanceModule, ParticipationModule],
    })
      .overrideProvider(Clock)
      .useValue(clock)
      .compile();
    await office.init();
    return office;
  };
  offices = [await open(), await open()];
  // Of the one the lanes part as soon as there is somebody in both, which so few callers would not bring about.
  Object.assign(offices[1]!.get(CheckInDesk)['desk'], { worthALane: 1 });
  await offices[0]!.get(ParticipationLoader).load();
  source = offices[0]!.get(DataSource);
  [clerk, principal] = [await member('registrar'), await member('principal')];
}, 60_000);
afterAll(async () => {
  await Promise.all((offices ?? []).map((office) => office.close()));
  await database?.drop();
});

/** Somebody who is in the books, to be of the school of any class. */
async function member(role: 'registrar' | 'principal'): Promise<Caller> {
  const id = newId();
  await rows(
    source,
    `insert into staff (id, username, name, password_hash, created_at) values ($1, $4, $2, 'none', $3)`,
    [id, role, START, id],
  );
  return staff(role, null, id);
}

describe('marks of two devices, papers and late records', () => {
  it(`end the same in any order and number, for ${RUNS} seeds`, async () => {
    const seed = Number(process.env.SEQUENCE_SEED ?? randomBytes(4).readUInt32LE() >>> 1);
    console.log(`SEQUENCE_SEED=${seed}`);
    await fc.assert(
      fc.asyncProperty(run, async (drawn) => {
        expect(await inAnyOrder(drawn, byDevice)).toEqual(await inOrder(drawn));
      }),
      { numRuns: RUNS, seed, endOnFailure: true },
    );
  }, 120_000);

  it('would not, if a mark were believed to be made when it arrives', async () => {
    const property = fc.asyncProperty(run, async (drawn) => {
      expect(await inAnyOrder(drawn, byArrival)).toEqual(await inOrder(drawn));
    });
    expect((await fc.check(property, { numRuns: RUNS, seed: 1, endOnFailure: true })).failed).toBe(true);
  }, 120_000);
});

/** When a mark was made: by the clock of its device, or (wrongly) by its turn. */
type TimeOf = (mark: Seen, turn: number) => Date;
const timeAt = (session: number, minute: number) => new Date(START.getTime() + session * DAY + minute * MINUTE);
const byDevice: TimeOf = ({ session, minute }) => timeAt(session, minute);
const byArrival: TimeOf = ({ session }, turn) => timeAt(session, (turn * SEEN_UNTIL) / (3 * MARKS));

/** Something that reaches a process. */
type Arriving = (desk: number) => Promise<unknown>;

/** All once, in the order in which they were made. */
async function inOrder({ marks, paper, late }: Run) {
  const taught = await newClass();
  for (const [index, mark] of marks.entries()) await send(taught, mark, index, 0, byDevice(mark, index));
  await transcribe(taught, 'inTime', paper.inTime, 0);
  longAfter();
  for (const [index, record] of late.entries()) await sendLate(taught, record, index, 0);
  await transcribe(taught, 'late', paper.late, 0);
  await signAll(taught, 1);
  return ended(taught);
}

async function inAnyOrder({ marks, arrivals, desks, paper, late, paperTurns, lateTurns }: Run, timeOf: TimeOf) {
  const taught = await newClass();
  const times = new Map<number, Date>();
  const onTheDay = inTurns([
    ...marks.map((mark, index) => {
      const arrives = (desk: number, turn: number) => {
        if (!times.has(index)) times.set(index, timeOf(mark, turn));
        return send(taught, mark, index, desk, times.get(index)!);
      };
      return { turns: arrivals[index]!, arrives };
    }),
    {
      turns: paperTurns.inTime,
      arrives: (desk: number) => transcribe(taught, 'inTime', paper.inTime, desk),
    },
  ]);
  await inWaves(onTheDay, desks);
  longAfter();
  const afterwards = inTurns([
    ...late.map((record, index) => ({
      turns: lateTurns[index]!,
      arrives: (desk: number) => sendLate(taught, record, index, desk),
    })),
    { turns: paperTurns.late, arrives: (desk: number) => transcribe(taught, 'late', paper.late, desk) },
  ]);
  await inWaves(afterwards, desks);
  // Whoever signs does not hear the answer, and signs again.
  await signAll(taught, 2);
  return ended(taught);
}

/** Each as often as it arrives, in the order of those turns. */
const inTurns = (all: { turns: number[]; arrives: (desk: number, turn: number) => Promise<unknown> }[]): Arriving[] =>
  all
    .flatMap(({ turns: drawn, arrives }) => drawn.map((turn) => ({ turn, arrives })))
    .sort((one, other) => one.turn - other.turn)
    .map(
      ({ arrives }, turn) =>
        (desk) =>
          arrives(desk, turn),
    );

/** Some at the same moment, at any process. */
async function inWaves(arriving: readonly Arriving[], desks: readonly number[]): Promise<void> {
  for (let wave = 0; wave < arriving.length; wave += AT_ONCE) {
    await Promise.all(
      arriving.slice(wave, wave + AT_ONCE).map((arrives, nth) => arrives(desks[(wave + nth) % desks.length]!)),
    );
    // Within the hour in which a device sends what it held.
    clock.at = new Date(clock.at.getTime() + MINUTE);
  }
}

/** Nine days after the last session. */
function longAfter(): void {
  clock.at = timeAt(SESSIONS + 8, 60);
}

type Class = Taught & { number: number; papers: Record<keyof typeof ON_PAPER, string> };

/** A class in its last session, of whose rolls two were taken on paper; nothing of it has arrived yet. */
async function newClass(): Promise<Class> {
  const taught = await teach(source, clock, RESIDENTS, 'community');
  clock.at = timeAt(SESSIONS - 1, SEEN_UNTIL + 1);
  const papers = { inTime: '', late: '' };
  for (const which of ['inTime', 'late'] as const) {
    const sheets = offices[0]!.get(RosterSheetsService);
    const once = { subject: clerk.staffId, key: newId(), fingerprint: Buffer.alloc(1) };
    const { code } = await sheets.print(clerkOf(taught), taught.sessionIds[ON_PAPER[which]]!, once);
    const photo = { contentType: 'image/png', name: '签到表.png', content: Readable.from([TINY_PNG]) };
    await offices[0]!.get(RosterSheetPhotosService).add(clerkOf(taught), code, photo);
    papers[which] = code;
  }
  return { ...taught, number: ++classes, papers };
}

const clerkOf = ({ organisationId }: Taught) => staff('registrar', organisationId, clerk.staffId);

/** Whoever transcribes waits for the answer of nobody else: one of two at the same moment may be told that it is done. */
async function transcribe(
  taught: Class,
  which: keyof typeof ON_PAPER,
  said: readonly AttendanceStatus[],
  desk: number,
): Promise<void> {
  const { items } = await offices[desk]!.get(RosterSheetsService).transcribe(clerkOf(taught), taught.papers[which], {
    lines: said.map((one, index) => ({ number: index + 1, status: one })),
    ...(which === 'late' && { because: '当天停电' }),
  });
  const refused = items.filter(({ outcome }) => outcome === 'rejected');
  expect(refused).toEqual([]);
}

async function sendLate(
  taught: Class,
  { status: said, who, session, minute }: Run['late'][number],
  index: number,
  desk: number,
): Promise<void> {
  const answer = await offices[desk]!.get(CheckInDesk).take({
    caller: taught.teacher,
    sessionId: taught.sessionIds[session]!,
    deviceId: 'office',
    marks: [
      {
        id: idOf(taught, MARKS + index),
        kind: 'teacher_mark',
        status: said,
        named: { residentId: taught.residents[who]!.residentId },
        arrivedAt: null,
        leftAt: null,
        because: '漏点名',
        deviceId: 'office',
        deviceTime: timeAt(SESSIONS + 8, minute),
      },
    ],
    permit: () => undefined,
  });
  const [{ reason }] = answer.decisions as [(typeof answer.decisions)[number]];
  expect([null, 'TOO_LATE']).toContain(reason);
}

/** The principal signs every late sheet, and again as often as no answer came. */
async function signAll(taught: Class, times: number): Promise<void> {
  const signer = staff('principal', taught.organisationId, principal.staffId);
  const sheets = offices[0]!.get(LateSheetsService);
  const query = { limit: 100, state: 'waiting' } as const;
  for (const { id, version } of (await sheets.ofOrganisation(signer, taught.organisationId, query)).items) {
    for (let time = 0; time < times; time++) await sheets.sign(signer, id, version);
  }
}

const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0');
/** In one order in every class, since of two marks of one moment the greater id is the later. */
const idOf = ({ number }: Class, index: number) => `${hex(number, 8)}-0000-4000-8000-${hex(index, 12)}`;

async function send(
  taught: Class,
  { kind, status, who, session, came, left, device }: Seen,
  index: number,
  desk: number,
  deviceTime: Date,
): Promise<void> {
  const residentId = taught.residents[who]!.residentId;
  const answer = await offices[desk]!.get(CheckInDesk).take({
    caller: taught.teacher,
    sessionId: taught.sessionIds[session]!,
    deviceId: device,
    marks: [
      {
        id: idOf(taught, index),
        kind,
        status,
        named: { residentId },
        arrivedAt: came === null ? null : timeAt(session, came),
        leftAt: left === null ? null : timeAt(session, left),
        because: null,
        deviceId: device,
        deviceTime,
      },
    ],
    permit: () => undefined,
  });
  // The monitor's roll ends with its day and the code on the screen with its session; all others are taken.
  const [{ reason }] = answer.decisions as [(typeof answer.decisions)[number]];
  const takenLate = (kind === 'monitor_mark' || kind === 'rotating_code') && reason === 'SESSION_OVER';
  expect(takenLate || reason === null || reason === 'CONFLICTING' || reason === 'TEACHER_STANDS').toBe(true);
}

/** The attendances and what the ledger says after a recount, in words that are the same for every class. */
async function ended(taught: Taught) {
  const ids = taught.residents.map(({ residentId }) => residentId);
  const recounts = offices[0]!.get(RecountService);
  await recounts.recount(ids);
  expect(await recounts.recount(ids)).toBe(0);
  const who = new Map(ids.map((id, index) => [id, index]));
  const session = new Map(taught.sessionIds.map((id, index) => [id, index]));
  const attendances = await rows<{
    session_id: string;
    resident_id: string;
    status: AttendanceStatus;
    arrived_at: Date | null;
    left_at: Date | null;
  }>(source, `select * from attendances where session_id = any($1::uuid[])`, [taught.sessionIds]);
  const entries = await rows<{ resident_id: string; measure: string; counted_on: string; amount: number }>(
    source,
    `select resident_id, measure, counted_on, sum(amount)::int as amount from ledger_entries
      where class_id = $1 group by 1, 2, 3 having sum(amount) <> 0`,
    [taught.classId],
  );
  return {
    attendances: attendances
      .map((one) =>
        [
          session.get(one.session_id),
          who.get(one.resident_id),
          one.status,
          one.arrived_at?.toISOString(),
          one.left_at?.toISOString(),
        ].join(' '),
      )
      .sort(),
    ledger: entries.map((one) => [who.get(one.resident_id), one.measure, one.counted_on, one.amount].join(' ')).sort(),
  };
}
