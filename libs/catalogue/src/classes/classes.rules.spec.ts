import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CLASS_STATES, type ClassState } from '#contracts';
import {
  byTime,
  CLASS_MOVES,
  type ClassMove,
  type ClassPlan,
  decideMove,
  defaultMinAge,
  faultOf,
  fieldsNotEditable,
  isFrozenWhenAdded,
  isOver,
  minutesOf,
  overdueBefore,
  overlappingSessions,
} from './classes.rules.js';

const moves = Object.keys(CLASS_MOVES) as ClassMove[];
const at = (moment: string) => new Date(`${moment}+08:00`);
const session = (number: number, from: string, to: string, state = 'scheduled') => ({
  number,
  startsAt: at(from),
  endsAt: at(to),
  state,
});

describe('how a class moves on', () => {
  it.each<[string, ClassState, ClassMove, ClassState]>([
    ['the school submits its draft', 'draft', 'submit', 'submitted'],
    ['the bureau approves what was submitted', 'submitted', 'approve', 'approved'],
    ['the bureau returns what was submitted', 'submitted', 'return', 'draft'],
    ['the school publishes what was approved', 'approved', 'publish', 'published'],
    ['the school finishes what was published', 'published', 'finish', 'finished'],
    ['the school stops what was published', 'published', 'stop', 'stopped'],
  ])('%s', (_, from, move, to) => {
    expect(decideMove({ state: from, decided: false }, move)).toEqual({ kind: 'move', to });
  });

  it.each(moves)('%s starts from one state only, repeats as done where it leads, and is refused elsewhere', (move) => {
    const kinds = CLASS_STATES.map((state) => [state, decideMove({ state, decided: true }, move).kind]);
    const { from, to } = CLASS_MOVES[move];
    expect(Object.fromEntries(kinds)).toEqual(
      Object.fromEntries(
        CLASS_STATES.map((state) => [state, state === from ? 'move' : state === to ? 'done' : 'not_allowed']),
      ),
    );
  });

  it('does not call a fresh draft a returned one', () => {
    expect(decideMove({ state: 'draft', decided: false }, 'return')).toEqual({
      kind: 'not_allowed',
      possible: ['submit'],
    });
  });

  it('says what is possible instead', () => {
    expect(decideMove({ state: 'submitted', decided: false }, 'publish')).toEqual({
      kind: 'not_allowed',
      possible: ['approve', 'return'],
    });
    expect(decideMove({ state: 'finished', decided: true }, 'submit')).toEqual({ kind: 'not_allowed', possible: [] });
  });

  it('never leaves its end', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...moves), { maxLength: 40 }), (wishes) => {
        let state: ClassState = 'draft';
        const seen: ClassState[] = [state];
        for (const wish of wishes) {
          const decision = decideMove({ state, decided: seen.includes('submitted') }, wish);
          if (decision.kind === 'move') seen.push((state = decision.to));
        }
        // Nobody sees a class that the bureau has not approved, and published is followed by an end alone.
        if (seen.includes('published')) expect(seen[seen.indexOf('published') - 1]).toBe('approved');
        for (const end of ['finished', 'stopped'] as const) {
          if (seen.includes(end)) expect([seen.at(-2), seen.at(-1)]).toEqual(['published', end]);
        }
      }),
    );
  });
});

describe('what may be changed', () => {
  it.each<[string, ClassState, string[], string[]]>([
    ['a draft altogether', 'draft', ['name', 'venueId', 'sessions'], []],
    ['nothing under review', 'submitted', ['summary'], ['summary']],
    ['nothing once approved', 'approved', ['seats'], ['seats']],
    ['seats, summary and materials once published', 'published', ['seats', 'summary', 'materials'], []],
    ['a longer late entry and an earlier release of seats too', 'published', ['lateEntryClosesAt', 'seatReserves'], []],
    [
      'but nothing else that residents were promised',
      'published',
      ['admission', 'renewalClosesAt', 'enrollmentRules', 'minimum', 'materialsFen', 'waitingLimit'],
      ['admission', 'renewalClosesAt', 'enrollmentRules', 'minimum', 'materialsFen', 'waitingLimit'],
    ],
    ['but no venue then', 'published', ['seats', 'venueId'], ['venueId']],
    ['nothing once finished', 'finished', ['materials'], ['materials']],
    ['nothing once stopped', 'stopped', ['materials'], ['materials']],
  ])('%s', (_, state, fields, refused) => {
    expect(fieldsNotEditable(state, fields)).toEqual(refused);
  });

  it('suggests 50 years for elderly classes alone', () => {
    expect(defaultMinAge('elderly')).toBe(50);
    expect(defaultMinAge('skills')).toBeNull();
  });
});

const sound: ClassPlan = {
  admission: 'first_come',
  renewalOpensAt: null,
  renewalClosesAt: null,
  lateEntryClosesAt: null,
  enrollmentRules: [],
  seatReserves: [],
  minimum: null,
  minimumDecidedAt: null,
  term: { startsOn: '2026-03-01', endsOn: '2026-06-30' },
  venueCapacity: 30,
  seats: 30,
  enrollmentOpensAt: at('2026-02-20T09:00'),
  enrollmentClosesAt: at('2026-03-01T17:00'),
  minAge: 50,
  maxAge: null,
  sessions: [session(1, '2026-03-02T09:00', '2026-03-02T10:30'), session(2, '2026-03-09T09:00', '2026-03-09T10:30')],
};

describe('what is wrong with a plan', () => {
  it('finds nothing wrong with a sound one, nor with one that has no sessions yet', () => {
    expect(faultOf(sound)).toBeNull();
    expect(faultOf({ ...sound, sessions: [] })).toBeNull();
  });

  it.each<[string, Partial<ClassPlan>, unknown]>([
    ['more seats than chairs', { seats: 31 }, { kind: 'SEATS_OVER_CAPACITY', seats: 31, capacity: 30 }],
    ['from 60 to 50 years', { minAge: 60, maxAge: 50 }, { kind: 'AGES_REVERSED' }],
    ['a window that closes as it opens', { enrollmentClosesAt: sound.enrollmentOpensAt }, { kind: 'WINDOW_REVERSED' }],
    [
      'a window that closes after the last session has started',
      { enrollmentClosesAt: at('2026-03-09T09:01') },
      { kind: 'WINDOW_TOO_LATE' },
    ],
    [
      'a session that ends before it starts',
      { sessions: [session(1, '2026-03-02T10:00', '2026-03-02T09:00')] },
      { kind: 'SESSION_SPAN', sessions: [1] },
    ],
    [
      'a session of 13 hours',
      { sessions: [session(1, '2026-03-02T08:00', '2026-03-02T21:00')] },
      { kind: 'SESSION_SPAN', sessions: [1] },
    ],
    [
      'sessions the day before the term and the day after it',
      {
        sessions: [
          session(1, '2026-02-28T09:00', '2026-02-28T10:00'),
          session(2, '2026-03-02T09:00', '2026-03-02T10:00'),
          session(3, '2026-07-01T09:00', '2026-07-01T10:00'),
        ],
      },
      { kind: 'SESSION_OUTSIDE_TERM', sessions: [1, 3] },
    ],
    [
      'a session that starts while another runs',
      {
        sessions: [
          session(1, '2026-03-02T09:00', '2026-03-02T12:00'),
          session(2, '2026-03-02T10:00', '2026-03-02T10:30'),
          session(3, '2026-03-02T11:00', '2026-03-02T12:30'),
        ],
      },
      { kind: 'SESSIONS_OVERLAP', sessions: [2, 3] },
    ],
  ])('%s', (_, change, fault) => {
    expect(faultOf({ ...sound, ...change })).toEqual(fault);
  });

  it('takes the days of the term in the district, not in Greenwich', () => {
    const early = session(1, '2026-03-01T07:30', '2026-03-01T08:30');
    const late = session(2, '2026-06-30T22:00', '2026-06-30T23:30');
    expect(faultOf({ ...sound, enrollmentClosesAt: at('2026-02-28T17:00'), sessions: [early, late] })).toBeNull();
  });

  it('lets enrollment stay open until the last session starts, and sessions follow each other without a break', () => {
    const sessions = [
      session(1, '2026-03-02T09:00', '2026-03-02T10:00'),
      session(2, '2026-03-02T10:00', '2026-03-02T11:00'),
    ];
    expect(faultOf({ ...sound, sessions, enrollmentClosesAt: at('2026-03-02T10:00') })).toBeNull();
  });

  it('finds an overlap exactly where two sessions share a moment', () => {
    const span = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 12 }));
    fc.assert(
      fc.property(fc.array(span, { maxLength: 12 }), (spans) => {
        const sessions = spans.map(([start, length], index) => ({
          number: index + 1,
          startsAt: new Date(start * 60_000),
          endsAt: new Date((start + length) * 60_000),
        }));
        const share = sessions.some((one, index) =>
          sessions.slice(index + 1).some((other) => one.startsAt < other.endsAt && other.startsAt < one.endsAt),
        );
        expect(overlappingSessions(sessions).length > 0).toBe(share);
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('sessions', () => {
  it('are numbered by time whatever their order', () => {
    const typed = [
      session(0, '2026-03-09T09:00', '2026-03-09T10:30'),
      session(0, '2026-03-02T14:00', '2026-03-02T15:00'),
      session(0, '2026-03-02T09:00', '2026-03-02T10:30'),
    ];
    expect(byTime(typed)).toEqual([typed[2], typed[1], typed[0]]);
    expect(minutesOf(typed)).toBe(240);
  });

  const twoWeeks = [
    session(1, '2026-03-02T09:00', '2026-03-02T10:30', 'held'),
    session(2, '2026-03-09T09:00', '2026-03-09T10:30'),
  ];
  const secondCancelled = [twoWeeks[0]!, { ...twoWeeks[1]!, state: 'cancelled' }];

  it('are over when the last one that is not cancelled has ended', () => {
    expect(isOver(twoWeeks, at('2026-03-09T10:29'))).toBe(false);
    expect(isOver(twoWeeks, at('2026-03-09T10:30'))).toBe(true);
    expect(isOver(secondCancelled, at('2026-03-02T10:30'))).toBe(true);
  });

  it('added before the first one starts are among the frozen minutes, later ones are not (rule 3)', () => {
    expect(isFrozenWhenAdded(twoWeeks, at('2026-03-02T08:59'))).toBe(true);
    expect(isFrozenWhenAdded(twoWeeks, at('2026-03-02T09:00'))).toBe(false);
    const firstCancelled = [{ ...twoWeeks[0]!, state: 'cancelled' }, twoWeeks[1]!];
    expect(isFrozenWhenAdded(firstCancelled, at('2026-03-05T09:00'))).toBe(true);
  });

  it('leave 15 days before the platform finishes the class (rule 3)', () => {
    expect(overdueBefore(at('2026-03-24T10:30'))).toEqual(at('2026-03-09T10:30'));
  });
});
