import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { AttendanceModule, CheckInDesk } from '#attendance';
import type { AttendanceStatus, MarkKind } from '#contracts';
import { Clock, CoreModule, readSettings, rows } from '#core';
import { ParticipationLoader, ParticipationModule, RecountService } from '#participation';
import { DAY, SetClock, START, teach, type Taught } from '../support/taught-class.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { testSettings } from '../support/test-settings.js';

/*
 * What devices saw at the sessions of a class reaches the platform in any order, any number of times, over two processes
 * at once, and answers are lost on the way. It ends in the same attendances and the same ledger as if all had come once
 * and in order.
 */

const RUNS = 20;
const RESIDENTS = 3;
const SESSIONS = 5;
const MARKS = 24;
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

const run = fc.record({
  marks: fc.array(seen, { minLength: MARKS, maxLength: MARKS }),
  /** Where in the order each mark arrives, each time that it does: again because its answer was lost. */
  arrivals: fc.array(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 3 }), { minLength: MARKS, maxLength: MARKS }),
  /** Which process takes the nth request. */
  desks: fc.array(fc.nat(1), { minLength: 3 * MARKS, maxLength: 3 * MARKS }),
});
type Run = typeof run extends fc.Arbitrary<infer T> ? T : never;

let database: TestDatabase;
const clock = new SetClock();
let offices: TestingModule[];
let source: DataSource;
let classes = 0;

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
  await offices[0]!.get(ParticipationLoader).load();
  source = offices[0]!.get(DataSource);
}, 60_000);
afterAll(async () => {
  await Promise.all((offices ?? []).map((office) => office.close()));
  await database?.drop();
});

describe('marks of two devices', () => {
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

/** All once, in the order in which they were made. */
async function inOrder({ marks }: Run) {
  const taught = await newClass();
  for (const [index, mark] of marks.entries()) await send(taught, mark, index, 0, byDevice(mark, index));
  return ended(taught);
}

async function inAnyOrder({ marks, arrivals, desks }: Run, timeOf: TimeOf) {
  const taught = await newClass();
  const arriving = arrivals
    .flatMap((turns, index) => turns.map((turn) => ({ index, turn })))
    .sort((one, other) => one.turn - other.turn);
  const times = new Map<number, Date>();
  for (const [turn, { index }] of arriving.entries()) {
    if (!times.has(index)) times.set(index, timeOf(marks[index]!, turn));
  }
  for (let wave = 0; wave < arriving.length; wave += AT_ONCE) {
    await Promise.all(
      arriving
        .slice(wave, wave + AT_ONCE)
        .map(({ index }, nth) => send(taught, marks[index]!, index, desks[wave + nth]!, times.get(index)!)),
    );
    // Within the hour in which a device sends what it held.
    clock.at = new Date(clock.at.getTime() + MINUTE);
  }
  return ended(taught);
}

/** A class in its last session; nothing of it has arrived yet. */
async function newClass(): Promise<Taught & { number: number }> {
  const taught = await teach(source, clock, RESIDENTS, 'community');
  clock.at = timeAt(SESSIONS - 1, SEEN_UNTIL + 1);
  return { ...taught, number: ++classes };
}

async function send(
  taught: Taught & { number: number },
  { kind, status, who, session, came, left, device }: Seen,
  index: number,
  desk: number,
  deviceTime: Date,
): Promise<void> {
  const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0');
  const residentId = taught.residents[who]!.residentId;
  const answer = await offices[desk]!.get(CheckInDesk).take({
    caller: taught.teacher,
    sessionId: taught.sessionIds[session]!,
    deviceId: device,
    marks: [
      {
        // In one order in every class, since of two marks of one moment the greater id is the later.
        id: `${hex(taught.number, 8)}-0000-4000-8000-${hex(index, 12)}`,
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
