import assert from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Admission } from './admission.rules.js';
import type { DeskClass, DeskEnrollment, DeskResident, Move } from './desk-book.rules.js';
import type { ClassTerms } from '../enrollment.rules.js';
import { countsAs, moved, type Step } from '../moves.rules.js';
import { freeSeats } from '../seats.rules.js';

/** A small district that lives through any sequence of moves: each step is a batch of its own, read anew. */
const NAMES = ['lin', 'chen', 'wu', 'zhang', 'ye', 'hu', 'pan'];
const CLASSES = ['tai-chi', 'calligraphy', 'singing'];
const START = Date.parse('2026-09-01T01:00:00Z');
const STEPS: Step[] = ['accept', 'decline', 'cancel', 'undo', 'withdraw', 'approve', 'refuse', 'remove', 'reinstate'];

const event = fc.record({
  kind: fc.constantFrom<Step | 'apply' | 'later' | 'raise' | 'lower' | 'draw' | 'transfer' | 'merge'>(
    ...STEPS,
    'apply',
    'apply',
    'apply',
    'later',
    'raise',
    'lower',
    'draw',
    'transfer',
    'merge',
  ),
  who: fc.constantFrom(...NAMES),
  beside: fc.option(fc.constantFrom(...NAMES), { freq: 3 }),
  where: fc.constantFrom(...CLASSES),
  there: fc.constantFrom(...CLASSES),
  automatic: fc.boolean(),
  locked: fc.boolean(),
});
const plan = fc.record({
  admission: fc.constantFrom('first_come' as const, 'first_come' as const, 'lottery' as const, 'approval' as const),
  seats: fc.integer({ min: 1, max: 3 }),
  waitingLimit: fc.option(fc.integer({ min: 0, max: 3 })),
  kept: fc.integer({ min: 0, max: 1 }),
});

type Happening = typeof event extends fc.Arbitrary<infer One> ? One : never;

class District {
  readonly enrollments: DeskEnrollment[] = [];
  readonly classes: Map<string, DeskClass>;
  moment = START;
  private made = 0;

  constructor(
    plans: { admission: ClassTerms['admission']; seats: number; waitingLimit: number | null; kept: number }[],
  ) {
    this.classes = new Map(
      plans.map(({ admission, seats, waitingLimit, kept }, index): [string, DeskClass] => {
        const id = CLASSES[index]!;
        const terms: ClassTerms = {
          state: 'published',
          admission,
          courseId: 'course',
          programmeKind: 'elderly',
          capPerTerm: 2,
          waitingLimit,
          renewalOpensAt: null,
          renewalClosesAt: null,
          enrollmentOpensAt: new Date(START - 1),
          enrollmentClosesAt: new Date(START + (admission === 'lottery' ? 2 : 30) * 86_400_000),
          lateEntryClosesAt: null,
          minAge: null,
          maxAge: null,
          enrollmentRules: [],
          seatReserves: kept
            ? [
                {
                  kind: 'counter',
                  regionCode: null,
                  seats: kept,
                  releasedAt: new Date(START + 86_400_000).toISOString(),
                },
              ]
            : [],
          firstSessionAt: new Date(START + 60 * 86_400_000),
        };
        const counts = { seats, taken: 0, offered: 0, held: 0, waiting: 0, applied: 0 };
        return [
          id,
          {
            id,
            name: id,
            termId: 'term',
            terms,
            counts,
            reservesUsed: new Map(),
            queue: [],
            queueIsWhole: true,
            endings: [],
            lastQueuedAt: null,
          },
        ];
      }),
    );
  }

  /** A desk that has read what is stored. */
  desk(locked: boolean): Admission<string> {
    for (const [id, course] of this.classes) {
      const here = this.enrollments.filter(({ classId }) => classId === id);
      course.queue = here
        .filter(({ state }) => state === 'waiting')
        .sort((a, b) => +a.queuedAt - +b.queuedAt || (a.id < b.id ? -1 : 1));
      course.endings = here.filter(({ state, undoTo }) => state === 'offered' || undoTo === 'enrolled');
      course.lastQueuedAt = course.queue.at(-1)?.queuedAt ?? null;
      course.reservesUsed = new Map([
        ['counter', here.filter((one) => one.reserve === 'counter' && isSpokenFor(one)).length],
      ]);
    }
    const residents = new Map(
      NAMES.map((name): [string, DeskResident] => [
        name,
        {
          id: name,
          birthDate: '1955-03-08',
          ties: { residence: null, work: null, household: null },
          verified: false,
          groups: [],
          completedCourses: [],
          satIn: [],
          lockedTerms: new Set(locked ? ['term'] : []),
          live: this.enrollments
            .filter(({ residentId }) => residentId === name)
            .map((enrollment) => ({
              enrollment,
              termId: 'term',
              programmeKind: 'elderly' as const,
              className: enrollment.classId,
            })),
        },
      ]),
    );
    return new Admission<string>(
      this.classes,
      residents,
      () => false,
      new Date(this.moment),
      'itself',
      () =>
        // In the order in which they are made, as the ids of the platform are.
        `e${String(++this.made).padStart(6, '0')}`,
    );
  }

  latest(where: string, who: string): DeskEnrollment | undefined {
    return this.enrollments.filter(({ classId, residentId }) => classId === where && residentId === who).at(-1);
  }
}

const isSpokenFor = (one: DeskEnrollment) => ['taken', 'offered', 'held'].includes(countsAs(one) ?? '');

function play(district: District, { kind, who, beside, where, there, automatic, locked }: Happening) {
  district.moment += kind === 'later' ? 25 * 3_600_000 : 60_000;
  const course = district.classes.get(where)!;
  if (kind === 'raise') course.counts.seats++;
  if (kind === 'lower') course.counts.seats = Math.max(1, course.counts.seats - 1);
  const spokenBefore = new Map([...district.classes].map(([id, { counts }]) => [id, counts.seats - freeSeats(counts)]));
  const statesBefore = new Map(district.enrollments.map(({ id, state }) => [id, state]));
  const seatedBefore = seatedIn(district);
  const queues = new Map([...district.classes].map(([id]) => [id, [] as string[]]));
  const desk = district.desk(locked);
  for (const [id, { queue }] of district.classes)
    queues.set(
      id,
      queue.map((one) => one.id),
    );
  for (const id of district.classes.keys()) desk.settle(id);

  const mine = district.latest(where, who);
  if (kind === 'apply') {
    const residentIds = beside && beside !== who ? [who, beside] : [who];
    const result = desk.apply({ classId: where, residentIds, source: 'self', automatic }, who);
    if (result.kind === 'new') {
      district.enrollments.push(...result.enrollments);
      assert.equal(new Set(result.enrollments.map(({ state }) => state)).size, 1);
    }
  } else if (kind === 'draw' && closes(course) <= district.moment) {
    const entries = district.enrollments.filter(({ classId, state }) => classId === where && state === 'applied');
    const units = new Map<string, DeskEnrollment[]>();
    for (const one of entries) units.set(one.unitId ?? one.id, [...(units.get(one.unitId ?? one.id) ?? []), one]);
    const { counts, terms } = district.classes.get(where)!;
    const promised = { seats: counts.seats, waitingLimit: terms.waitingLimit };
    desk.draw(where, [...units.values()].reverse(), promised, who);
  } else if (mine) {
    const unit = district.enrollments.filter(({ unitId }) => unitId !== null && unitId === mine.unitId);
    const together = unit.filter(({ state, classId }) => state === mine.state && classId === mine.classId);
    if (kind === 'transfer' || kind === 'merge') {
      const result = desk.transfer(mine, there, kind === 'merge' ? 'class_ends' : 'wish', who, unit);
      if (kind === 'merge' && result.kind === 'done' && where !== there) mergedWhole(desk, together);
    } else if (STEPS.includes(kind as Step)) {
      desk.step(mine, kind as Step, who, unit);
    }
  }
  return { desk, spokenBefore, statesBefore, seatedBefore, queues, drawn: kind === 'draw' ? where : null };
}

/** Companions who stood alike went over together and stand alike again; but who was there already stays where they are. */
function mergedWhole(desk: Admission<string>, unit: readonly DeskEnrollment[]) {
  const gone = desk.moves.filter(({ step }) => step === 'transfer').map(({ enrollment }) => enrollment);
  for (const one of unit) {
    assert.ok(gone.includes(one) || desk.enrollmentIn(gone[0]!.classId, one.residentId), 'parted by a merger');
  }
  assert.equal(new Set(gone.map(({ classId, state }) => `${classId} ${state}`)).size, 1, 'parted by a merger');
}

const closes = ({ terms }: DeskClass) => terms.enrollmentClosesAt.getTime();

/** Each who has a seat in a class, or one that is offered or held. */
function seatedIn(district: District): Set<string> {
  return new Set(district.enrollments.filter(isSpokenFor).map(({ id, classId }) => `${classId} ${id}`));
}

/** Nobody gets a seat of a lottery class before it is drawn: while its list takes entries, and while they await the draw. */
function drawsHold(district: District, { seatedBefore, drawn }: ReturnType<typeof play>) {
  for (const course of district.classes.values()) {
    if (course.terms.admission !== 'lottery' || course.id === drawn) continue;
    const awaitsDraw = district.moment < closes(course) || course.counts.applied > 0;
    const news = [...seatedIn(district)].filter((one) => one.startsWith(`${course.id} `) && !seatedBefore.has(one));
    assert.ok(!awaitsDraw || news.length === 0, 'a seat before the draw');
    if (district.moment < closes(course)) assert.equal(course.counts.waiting, 0, 'waits before the draw');
  }
}

function hold(district: District, played: ReturnType<typeof play>) {
  const { desk, spokenBefore, statesBefore, queues } = played;
  for (const [id, { counts }] of district.classes) {
    // No move creates a seat or an offer beyond the seats; a lowered capacity evicts nobody.
    assert.ok(counts.seats - freeSeats(counts) <= Math.max(spokenBefore.get(id)!, counts.seats), 'a seat too many');
    const of = (column: string) =>
      district.enrollments.filter((one) => one.classId === id && countsAs(one) === column).length;
    for (const column of ['taken', 'offered', 'held', 'waiting', 'applied'] as const) {
      assert.equal(counts[column], of(column), column);
    }
  }
  for (const name of NAMES) {
    const live = district.enrollments.filter(
      (one) => one.residentId === name && one.state !== 'cancelled' && countsAs(one) !== null,
    );
    // Nobody twice in a class, nobody over a cap.
    assert.equal(new Set(live.map(({ classId }) => classId)).size, live.length);
    assert.ok(live.filter(({ state }) => state === 'enrolled').length <= 2, 'over the cap');
  }
  // Every state was reached by legal moves, one after the other.
  const states = new Map(statesBefore);
  for (const { enrollment, from, to, step } of desk.moves) {
    assert.equal(from, states.get(enrollment.id) ?? null);
    if (step !== 'apply') assert.equal(moved(from!, step, to), to);
    states.set(enrollment.id, to);
  }
  for (const { id, state } of district.enrollments) assert.equal(states.get(id), state);
  orderHolds(district, desk.moves, queues);
  drawsHold(district, played);
}

/** Whoever was given a seat from the queue stood behind nobody who still waits, alone and under the cap. */
function orderHolds(district: District, moves: readonly Move<string>[], queues: Map<string, string[]>) {
  for (const { enrollment, step } of moves) {
    if (step !== 'promote' && step !== 'offer') continue;
    const queue = queues.get(enrollment.classId)!;
    const place = queue.indexOf(enrollment.id);
    for (const ahead of queue.slice(0, Math.max(0, place))) {
      const one = district.enrollments.find(({ id }) => id === ahead)!;
      if (one.state !== 'waiting' || one.classId !== enrollment.classId) continue;
      const held = district.enrollments.filter(
        (other) => other.residentId === one.residentId && ['enrolled', 'offered'].includes(other.state),
      );
      const unitIsHeldUp = one.unitId !== null;
      const seatIsKeptForOthers = enrollment.reserve !== null;
      assert.ok(held.length >= 2 || unitIsHeldUp || seatIsKeptForOthers, 'past somebody who waits');
    }
  }
}

describe('any sequence of moves', () => {
  const sequences = fc.record({
    plans: fc.array(plan, { minLength: 3, maxLength: 3 }),
    events: fc.array(event, { minLength: 1, maxLength: 50 }),
  });

  it('holds: no seat too many, nobody twice, nobody over a cap, the queue in order, every move legal', () => {
    fc.assert(
      fc.property(sequences, ({ plans, events }) => {
        const district = new District(plans);
        for (const one of events) hold(district, play(district, one));
      }),
      { numRuns: 10_000 },
    );
  }, 120_000);

  it('would not hold for a desk that gives one seat too many', () => {
    const broken = fc.property(sequences, ({ plans, events }) => {
      const district = new District(plans);
      for (const one of events) {
        const played = play(district, one);
        for (const course of district.classes.values()) {
          const [first] = course.queue;
          if (first && freeSeats(course.counts) === 0) {
            first.state = 'enrolled';
            course.counts.taken++;
            course.counts.waiting--;
          }
        }
        hold(district, played);
      }
    });
    expect(fc.check(broken, { numRuns: 1_000 }).failed).toBe(true);
  });
});
