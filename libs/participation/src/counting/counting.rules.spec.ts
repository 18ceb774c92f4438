import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ProgrammeKind } from '#contracts';
import { PACKAGE_ROOT } from '#core';
import { countResident, unverifiedClaims } from './allocation.rules.js';
import { attendanceDifference, countAttendances, difference, type LiveEntry } from './difference.rules.js';
import type { EnrollmentEvidence, SessionEvidence } from '../evidence/evidence.js';
import { type CountingRule, readParameters, ruleInForce, UnusableParameters } from './parameters.rules.js';
import { evaluate } from './threshold.rules.js';
import { maskName, reasonInWords } from './words.rules.js';

const FILE = JSON.parse(
  readFileSync(join(PACKAGE_ROOT, 'libs/participation/data/counting-rules-1.json'), 'utf8'),
) as Pick<CountingRule, 'version' | 'state' | 'effectiveFrom'> & { parameters: unknown };
const RULE: CountingRule = { ...FILE, id: 'rule-1', parameters: readParameters(FILE.parameters) };

const VILLAGE = '330305001201';
const OTHER_VILLAGE = '330305001202';

/**
 * A class drawn as one letter a session, 09:00 to 10:30 on Mondays from 2026-03-02:
 * P present, A absent, Q excused, L came 20 minutes late, E left 30 minutes early, X cancelled, a blank: not held yet,
 * + added later and attended, m a makeup of the first cancelled session, attended; entered late and not signed yet: W
 * present, w present where nobody else was marked, so that it is not held, V present against the absence that counts.
 */
function attended(drawn: string, more: Partial<Drawing> = {}): EnrollmentEvidence {
  const { kind, from = '2026-03-02', minutes = 90, region = () => VILLAGE, ...rest } = more;
  const sessions = [...drawn].map((letter, index): SessionEvidence => {
    const startsAt = new Date(Date.parse(`${from}T09:00:00+08:00`) + index * 7 * 86_400_000);
    const endsAt = new Date(startsAt.getTime() + minutes * 60_000);
    const later = (base: Date, by: number) => new Date(base.getTime() + by * 60_000);
    return {
      id: `${rest.class?.id ?? 'class-1'}-${index + 1}`,
      number: index + 1,
      startsAt,
      endsAt,
      state: letter === 'X' ? 'cancelled' : ' w'.includes(letter) ? 'scheduled' : 'held',
      frozen: !'+m'.includes(letter),
      makeupOf: letter === 'm' ? `${rest.class?.id ?? 'class-1'}-${drawn.indexOf('X') + 1}` : null,
      regionCode: region(index),
      waiting: 'WwV'.includes(letter) ? 'present' : null,
      attendance: 'PLE+mAQV'.includes(letter)
        ? {
            status: 'AV'.includes(letter) ? 'absent' : letter === 'Q' ? 'excused' : 'present',
            arrivedAt: letter === 'L' ? later(startsAt, 20) : null,
            leftAt: letter === 'E' ? later(endsAt, -30) : null,
            markKind: 'personal_code',
          }
        : null,
    };
  });
  return {
    enrollmentId: 'enrollment-1',
    state: 'enrolled',
    residentId: 'wang',
    identityState: 'verified',
    groups: [],
    sessions,
    ...rest,
    class: {
      id: 'class-1',
      state: 'published',
      programmeKind: kind ?? 'skills',
      courseCode: 'K-01',
      organisationId: 'school',
      organisationKind: 'community_school',
      venueRegionCode: VILLAGE,
      approvedMinutes: drawn.replace(/[+m]/g, '').length * minutes,
      ...rest.class,
    },
  };
}

interface Drawing extends Omit<EnrollmentEvidence, 'class'> {
  class: Partial<EnrollmentEvidence['class']>;
  kind: ProgrammeKind;
  from: string;
  minutes: number;
  region: (index: number) => string;
}

const finished = { class: { state: 'finished' as const } };
/** The same, but absent from the last session. */
function missed(evidence: EnrollmentEvidence): EnrollmentEvidence {
  evidence.sessions.at(-1)!.attendance!.status = 'absent';
  return evidence;
}
/** The same, but its last session was cancelled. */
function cancelledLast(evidence: EnrollmentEvidence): EnrollmentEvidence {
  evidence.sessions.at(-1)!.state = 'cancelled';
  return evidence;
}
/** Long before any class here is finished by age. */
const DURING = new Date('2026-03-03T12:00:00+08:00');
const decide = (evidence: EnrollmentEvidence, at = DURING) => {
  const decision = evaluate(evidence, RULE.parameters, at);
  return decision.kind === 'counted'
    ? `${decision.status} ${decision.countedOn}`
    : `${decision.kind}: ${decision.reasons.map(({ code }) => code).join(', ')}`;
};

describe('the threshold (rules 1 to 4, 8)', () => {
  it.each<[string, EnrollmentEvidence, string]>([
    ['met early: 8 of 10 sessions of a skills class', attended('PPPPPPPP  '), 'provisional 2026-04-20'],
    ['met early, and confirmed by finishing', attended('PPPPPPPPAA', finished), 'confirmed 2026-04-20'],
    ['not met yet: 7 of 10', attended('PPPPPPP   '), 'not_yet: BELOW_THRESHOLD'],
    ['never met: 7 of 10, finished', attended('PPPPPPPAAA', finished), 'not_counted: BELOW_THRESHOLD'],
    ['60 % are enough in elderly classes', attended('PPPPPP    ', { kind: 'elderly' }), 'provisional 2026-04-06'],
    ['60 % are enough in community classes', attended('APPAPP', { kind: 'community' }), 'provisional 2026-04-06'],
    ['an excused absence stays in the denominator', attended('PPPPPPPQQQ', finished), 'not_counted: BELOW_THRESHOLD'],
    [
      'a cancelled session leaves the denominator: 8 of 9, 7 were not enough',
      attended('PPPPPPPPX ', finished),
      'confirmed 2026-04-20',
    ],
    ['of 8 held after 2 were cancelled 7 are enough', attended('PXPPPPXPP '), 'provisional 2026-04-27'],
    [
      'met at the close only: 4 of 5 held, the others never were',
      attended('PPPPA ', { ...finished, class: { state: 'finished', approvedMinutes: 540 } }),
      'confirmed 2026-03-30',
    ],
    ['sessions added later enter neither side', attended('PPPPPPPAAA+++', finished), 'not_counted: BELOW_THRESHOLD'],
    ['a makeup replaces its session: 8 of 10 with it', attended('PPXPPPPPAAm', finished), 'confirmed 2026-05-11'],
    [
      'a makeup stays in the denominator if missed',
      missed(attended('PPXPPPPPAAm', finished)),
      'not_counted: BELOW_THRESHOLD',
    ],
    ['a makeup brings a class over the 60 % to be held', attended('PPPPPXXXXXm', finished), 'confirmed 2026-03-30'],
    [
      'held less than 60 % of what was approved: 未完成',
      attended('PPPPPXXXXX', finished),
      'not_counted: CLASS_UNFINISHED',
    ],
    ['held just 60 % of what was approved', attended('PPPPPPXXXX', finished), 'confirmed 2026-03-30'],
    ['nothing held yet', attended('    '), 'not_yet: NOTHING_HELD'],
    ['20 minutes late: from the check-in, 8 x 70 of 900', attended('LLLLLLLL  '), 'not_yet: BELOW_THRESHOLD'],
    [
      '20 minutes late in an elderly class: whole',
      attended('LLLLLL    ', { kind: 'elderly' }),
      'provisional 2026-04-06',
    ],
    ['left 30 minutes early: taken off', attended('PPPPPPPE  '), 'not_yet: BELOW_THRESHOLD'],
    ['a single session wants one check-in', attended('L', { kind: 'community' }), 'provisional 2026-03-02'],
    [
      'a single session that was missed',
      attended('A', { kind: 'community', ...finished }),
      'not_counted: BELOW_THRESHOLD',
    ],
    [
      'unverified in a skills class',
      attended('PPPP', { identityState: 'declared' }),
      'not_counted: IDENTITY_UNVERIFIED',
    ],
    [
      'unverified in an elderly class counts: it is a measure and no target',
      attended('PPPP', { kind: 'elderly', identityState: 'declared' }),
      'provisional 2026-03-16',
    ],
    [
      'unsigned late records are no presence, and are named where they are missing',
      attended('PPPPPPPWWW', finished),
      'not_yet: BELOW_THRESHOLD, LATE_RECORDS_WAIT',
    ],
    [
      'unsigned late records where an absence counts',
      attended('PPPPPPPVAA', finished),
      'not_yet: BELOW_THRESHOLD, LATE_RECORDS_WAIT',
    ],
    ['unsigned late records beside enough others are not spoken of', attended('PPPPPPPPWW'), 'provisional 2026-04-20'],
    ['unsigned late records hold no session', attended('www', finished), 'not_yet: NOTHING_HELD, LATE_RECORDS_WAIT'],
    [
      'unsigned late records may make a class held that was not',
      attended('PPPwww', { ...finished, class: { state: 'finished', approvedMinutes: 540 } }),
      'not_yet: CLASS_UNFINISHED, LATE_RECORDS_WAIT',
    ],
    [
      'unsigned late records give no seat back',
      attended('PPPPPPPWWW', { state: 'withdrawn', class: { state: 'finished' } }),
      'not_counted: NO_SEAT, BELOW_THRESHOLD, LATE_RECORDS_WAIT',
    ],
    [
      'an unsigned late record at a cancelled session says nothing',
      cancelledLast(attended('PPPPPPPAAW', finished)),
      'not_counted: BELOW_THRESHOLD',
    ],
    [
      'unsigned late records of somebody whom nobody has identified',
      attended('PPPPPPPWWW', { identityState: 'declared', ...finished }),
      'not_yet: BELOW_THRESHOLD, LATE_RECORDS_WAIT, IDENTITY_UNVERIFIED',
    ],
    ['a seat was given up', attended('PPPP', { state: 'withdrawn' }), 'not_counted: NO_SEAT'],
    ['still on the waiting list', attended('    ', { state: 'waiting' }), 'not_yet: NO_SEAT_YET, NOTHING_HELD'],
    [
      'over the turn of the year: the year in which the threshold was reached',
      attended('PPPPPPPPPP', { from: '2026-11-09', ...finished }),
      'confirmed 2026-12-28',
    ],
  ])('%s', (_, evidence, decision) => {
    expect(decide(evidence)).toBe(decision);
  });

  it('counts a makeup for no more than its session, and follows the makeup of a makeup', () => {
    const evidence = attended('PXm');
    const [, , makeup] = evidence.sessions;
    makeup!.endsAt = new Date(makeup!.endsAt.getTime() + 3_600_000);
    expect(evaluate(evidence, RULE.parameters, DURING)).toMatchObject({ minutesAttended: 180, minutesFrozen: 180 });
    makeup!.endsAt = new Date(makeup!.startsAt.getTime() + 2_700_000);
    expect(evaluate(evidence, RULE.parameters, DURING)).toMatchObject({ minutesAttended: 135, minutesFrozen: 135 });
    const again: SessionEvidence = { ...makeup!, id: 'again', number: 4, makeupOf: makeup!.id };
    makeup!.state = 'cancelled';
    evidence.sessions.push(again);
    expect(evaluate(evidence, RULE.parameters, DURING)).toMatchObject({ minutesAttended: 135, minutesFrozen: 135 });
    again.state = 'cancelled';
    expect(evaluate(evidence, RULE.parameters, DURING)).toMatchObject({ minutesAttended: 90, minutesFrozen: 90 });
  });

  it('is finished 15 days after the last session, if nobody said so', () => {
    const evidence = attended('PPPP'); // the last session is on 2026-03-23
    expect(decide(evidence, new Date('2026-04-06T23:59:00+08:00'))).toBe('provisional 2026-03-23');
    expect(decide(evidence, new Date('2026-04-07T00:00:00+08:00'))).toBe('confirmed 2026-03-23');
  });

  it.each([
    [0, null, 90],
    [15, null, 90],
    [16, null, 74],
    [-20, null, 90],
    [20, 60, 40],
    [0, 120, 90],
    [60, 30, 0],
  ])('a check-in at minute %s and a leaving at minute %s are %s minutes of 90', (arrives, leaves, minutes) => {
    const evidence = attended('P');
    const [session] = evidence.sessions;
    const minute = (number: number) => new Date(session!.startsAt.getTime() + number * 60_000);
    session!.attendance!.arrivedAt = minute(arrives);
    session!.attendance!.leftAt = leaves === null ? null : minute(leaves);
    expect(evaluate(evidence, RULE.parameters, DURING).minutesAttended).toBe(minutes);
  });
});

/** What counts of one resident, as `enrollment measure day`. */
const count = (evidence: EnrollmentEvidence[], rules = [RULE]) =>
  countResident(evidence, [], rules, DURING)
    .outcomes.flatMap(({ granted }) => granted)
    .map(({ enrollmentId, measure, countedOn }) => `${enrollmentId} ${measure} ${countedOn}`)
    .sort();
const reasons = (evidence: EnrollmentEvidence[]) =>
  countResident(evidence, [], [RULE], DURING).outcomes.map(({ reasons: all }) =>
    all.map(({ code }) => code).join(', '),
  );
const second = (drawn: string, more: Partial<Drawing> = {}) =>
  attended(drawn, { enrollmentId: 'enrollment-2', ...more, class: { id: 'class-2', ...more.class } });

describe('what it counts as (rules 5, 6, 13)', () => {
  it('skills at an education provider: both indicators of training', () => {
    expect(count([attended('PPPP')])).toEqual([
      'enrollment-1 social-training-annual 2026-03-23',
      'enrollment-1 vocational-training 2026-03-23',
    ]);
  });

  it('skills at a training company: the indicator of all providers alone', () => {
    expect(count([attended('PPPP', { class: { organisationKind: 'training_provider' } })])).toEqual([
      'enrollment-1 social-training-annual 2026-03-23',
    ]);
  });

  it('training of fewer than 8 class hours: nothing', () => {
    expect(count([attended('PPP', finished)])).toEqual([]);
    expect(reasons([attended('PPP', finished)])).toEqual(['CLASS_TOO_SHORT']);
  });

  it('a class of which fewer than 8 class hours were held after all: nothing once finished', () => {
    expect(count([attended('PPPP ', { minutes: 80 })])).not.toEqual([]);
    expect(count([attended('PPPP ', { minutes: 80, ...finished })])).toEqual([]);
  });

  it('elderly: person-times, and people once a calendar year', () => {
    expect(count([attended('PPPP', { kind: 'elderly' }), second('PPPP', { kind: 'elderly' })])).toEqual([
      'enrollment-1 elderly-people 2026-03-16',
      'enrollment-1 elderly-person-times 2026-03-16',
      'enrollment-2 elderly-person-times 2026-03-16',
    ]);
  });

  it('a single lecture: community person-times', () => {
    expect(count([attended('P', { kind: 'community' })])).toEqual(['enrollment-1 community-person-times 2026-03-02']);
  });

  it('a degree class: nothing, degrees count by registration', () => {
    expect(reasons([attended('PPPP', { kind: 'degree' })])).toEqual(['NOT_MAPPED']);
  });

  it('a second class of the same course in the year: not again, and it says why', () => {
    const both = [attended('PPPP'), second('PPPP', { from: '2026-09-07' })];
    expect(count(both)).toHaveLength(2);
    expect(reasons(both)).toEqual(['', 'ALREADY_COUNTED']);
  });

  it('the same course in the next year: again', () => {
    expect(count([attended('PPPP'), second('PPPP', { from: '2027-03-01' })])).toHaveLength(4);
  });

  it('when the first falls away the next eligible takes its place', () => {
    const fallen = attended('PPPP', { identityState: 'declared' });
    expect(count([fallen, second('PPPP', { from: '2026-09-07' })])).toEqual([
      'enrollment-2 social-training-annual 2026-09-28',
      'enrollment-2 vocational-training 2026-09-28',
    ]);
  });

  it('two enrollments in one class, the first given up: once', () => {
    const again = attended('PPPP', { enrollmentId: 'enrollment-2' });
    expect(count([attended('PPPP', { state: 'withdrawn' }), again])).toEqual([
      'enrollment-2 social-training-annual 2026-03-23',
      'enrollment-2 vocational-training 2026-03-23',
    ]);
  });

  it('counts where most minutes were held', () => {
    const moved = attended('PPPPP', { region: (index) => (index < 2 ? VILLAGE : OTHER_VILLAGE), ...finished });
    const [outcome] = countResident([moved], [], [RULE], DURING).outcomes;
    expect(outcome!.granted[0]!.regionCode).toBe(OTHER_VILLAGE);
  });

  it('tags an entry with the groups of the day it counts on, and lets another tag alone stir nothing', () => {
    const farmer = { kind: 'farmer', source: 'declared', since: '2026-03-01', until: '2026-03-24' } as const;
    const seeker = { kind: 'job_seeker', source: 'certified', since: '2026-03-24', until: null } as const;
    const [outcome] = countResident([attended('PPPP', { groups: [seeker, farmer] })], [], [RULE], DURING).outcomes;
    expect(outcome!.granted[0]!.groups).toEqual([{ kind: 'farmer', source: 'declared' }]);
    const first = recount([], [attended('PPPP', { groups: [farmer] })]);
    expect(recount(first.live, [attended('PPPP')]).postings).toEqual([]);
  });

  it('shows apart what an unverified resident would count', () => {
    const apart = (evidence: EnrollmentEvidence[]) =>
      unverifiedClaims(evidence, [], [RULE], DURING).map(({ enrollmentId, measure }) => `${enrollmentId} ${measure}`);
    const unknown = { identityState: 'declared' } as const;
    const again = second('PPPP', { ...unknown, from: '2026-09-07' });
    expect(apart([attended('PPPP', unknown), again])).toEqual([
      'enrollment-1 social-training-annual',
      'enrollment-1 vocational-training',
    ]);
    expect(apart([attended('PPPP', { ...unknown, kind: 'elderly' })])).toEqual([]);
    expect(apart([attended('PPPP')])).toEqual([]);
  });

  it('a class over before the cut-over: nothing, the opening figure holds it; one across it: wholly (rule 14)', () => {
    const since = (cutOver: string, drawn = 'PPPP') =>
      countResident([attended(drawn)], [], [RULE], DURING, cutOver).outcomes[0]!;
    expect(since('2026-03-24').granted).toEqual([]);
    expect(since('2026-03-24').reasons).toEqual([{ code: 'BEFORE_CUT_OVER', cutOver: '2026-03-24' }]);
    // Its last session is on the day of the cut-over, or later; what it attended before counts as well.
    expect(since('2026-03-23').granted).toMatchObject([{ countedOn: '2026-03-23' }, { countedOn: '2026-03-23' }]);
    expect(since('2026-03-24', 'PPPP ').granted).toMatchObject([{ countedOn: '2026-03-23' }, {}]);
    expect(since('2026-03-24', 'PPPPX').granted).toEqual([]);
  });

  it('counts by the version under which the class began', () => {
    const next: CountingRule = { ...RULE, id: 'rule-2', version: 2, effectiveFrom: '2026-03-10', state: 'published' };
    const draft: CountingRule = { ...RULE, id: 'rule-3', version: 3, state: 'draft' };
    const [outcome] = countResident([attended('PPPP')], [], [draft, next, RULE], DURING).outcomes;
    expect(outcome!.rule.id).toBe('rule-1');
    expect(ruleInForce([draft, next, RULE], '2026-03-10')?.id).toBe('rule-2');
    expect(ruleInForce([next, RULE], '2020-01-01')?.id).toBe('rule-1');
  });
});

/** Plays a recount on a ledger in memory. */
function recount(live: LiveEntry[], evidence: EnrollmentEvidence[]) {
  const granted = countResident(evidence, [], [RULE], DURING).outcomes.flatMap((outcome) => outcome.granted);
  const postings = difference(granted, live);
  const reversed = new Set(postings.map(({ reverses }) => reverses));
  const posted = postings.filter(({ amount }) => amount === 1);
  return {
    postings,
    live: [
      ...live.filter(({ id }) => !reversed.has(id)),
      ...posted.map((posting, index) => ({ ...posting, id: `${live.length + index}-${posting.enrollmentId}` })),
    ],
  };
}
const said = (entries: LiveEntry[]) =>
  entries
    .map(({ enrollmentId, measure, status, countedOn, evidence }) =>
      JSON.stringify([enrollmentId, measure, status, countedOn, evidence]),
    )
    .sort();

describe('the difference to the ledger (rule 3)', () => {
  it('is nothing the second time', () => {
    const first = recount([], [attended('PPPP')]);
    expect(first.postings.map(({ amount, cause }) => `${amount} ${cause}`)).toEqual(['1 met', '1 met']);
    expect(recount(first.live, [attended('PPPP')]).postings).toEqual([]);
  });

  it('is not stirred by sessions after the one that made it count', () => {
    const first = recount([], [attended('PPPPPPPP  ')]);
    expect(recount(first.live, [attended('PPPPPPPPP ')]).postings).toEqual([]);
  });

  it('confirms by a reversal and a new entry', () => {
    const first = recount([], [attended('PPPP', { kind: 'community' })]);
    const second = recount(first.live, [attended('PPPP', { kind: 'community', ...finished })]);
    expect(second.postings.map(({ amount, status, cause }) => `${amount} ${status} ${cause}`)).toEqual([
      '-1 provisional confirmed',
      '1 confirmed confirmed',
    ]);
    expect(second.postings[0]!.reverses).toBe(first.live[0]!.id);
  });

  it('takes back what a corrected mark undoes', () => {
    const first = recount([], [attended('PPPP')]);
    const second = recount(first.live, [attended('PPPA')]);
    expect(second.postings.map(({ amount, cause }) => `${amount} ${cause}`)).toEqual(['-1 withdrawn', '-1 withdrawn']);
    expect(second.live).toEqual([]);
  });

  it('ends in the same ledger in whatever order, company and number evidence comes', () => {
    const letters = fc.string({
      unit: fc.constantFrom('P', 'A', 'Q', 'L', 'E', 'X', ' ', '+'),
      minLength: 1,
      maxLength: 10,
    });
    const drawings = fc.array(
      fc.record({
        drawn: letters,
        kind: fc.constantFrom<ProgrammeKind>('skills', 'elderly', 'community', 'degree'),
        course: fc.constantFrom('K-01', 'K-02'),
        done: fc.boolean(),
        known: fc.boolean(),
        from: fc.constantFrom('2026-03-02', '2026-11-09'),
      }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(drawings, fc.infiniteStream(fc.nat()), (drawn, order) => {
        const evidence = drawn.map((item, index) =>
          attended(item.drawn, {
            kind: item.kind,
            from: item.from,
            enrollmentId: `enrollment-${index}`,
            identityState: item.known ? 'verified' : 'declared',
            class: { id: `class-${index}`, courseCode: item.course, state: item.done ? 'finished' : 'published' },
          }),
        );
        const shuffle = <T>(list: T[]) =>
          list
            .map((item) => [order.next().value as number, item] as const)
            .sort(([a], [b]) => a - b)
            .map(([, item]) => item);
        // Evidence comes to be known bit by bit, with recounts in between, some of it twice and its sessions shuffled.
        let live: LiveEntry[] = [];
        const steps = shuffle([...evidence, ...evidence]);
        for (const step of steps.keys()) live = recount(live, steps.slice(0, step + 1)).live;
        const mixed = steps.map((item) => ({ ...item, sessions: shuffle(item.sessions) }));
        expect(recount(live, mixed).postings).toEqual([]);
        expect(said(live)).toEqual(said(recount([], evidence).live));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('session attendances', () => {
  it('are every session somebody sat in, counted or not, by month', () => {
    const counts = countAttendances([attended('PAPPX+', { state: 'withdrawn' }), attended('PAPPX+')]);
    expect(counts.map(({ month, sessions }) => [month, sessions])).toEqual([
      ['2026-03', 3],
      ['2026-04', 1],
    ]);
    expect(attendanceDifference(counts, counts)).toEqual([]);
    expect(attendanceDifference([], counts).map(({ change }) => change)).toEqual([-3, -1]);
  });
});

describe('what is said of it', () => {
  it('does not round 79.96 % up to the 80 % that were missed', () => {
    const reason = { code: 'BELOW_THRESHOLD', minutesAttended: 1999, minutesOf: 2500, threshold: 80 } as const;
    expect(reasonInWords(reason, 'zh')).toContain('79.9%');
  });

  it.each([
    ['王英', '王*'],
    ['王小英', '王*英'],
    ['欧阳小明', '欧**明'],
    ['王', '*'],
  ])('masks %s as %s', (name, masked) => expect(maskName(name)).toBe(masked));
});

describe('parameters of a version', () => {
  it('are refused with every place that is wrong', () => {
    const broken = { ...RULE.parameters, lateMinutes: 1.5, wholeSessionKinds: ['lectures'], coverage: undefined };
    expect(() => readParameters(broken)).toThrow(UnusableParameters);
    expect(() => readParameters(broken)).toThrow(/wholeSessionKinds.*lateMinutes.*coverage must be an object/);
  });
});
