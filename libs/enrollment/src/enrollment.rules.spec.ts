import { describe, expect, it } from '@jest/globals';
import type { EnrollmentRule } from '#contracts';
import { type Applicant, type ClassTerms, decideSeats, personRefusal, type SeatSituation } from './enrollment.rules.js';

const at = new Date('2026-09-01T01:00:00Z');
const XIAOPU = '330305001007';

const calligraphy: ClassTerms = {
  state: 'published',
  admission: 'first_come',
  courseId: 'calligraphy',
  programmeKind: 'elderly',
  capPerTerm: 2,
  waitingLimit: 10,
  renewalOpensAt: new Date('2026-08-20T00:00:00Z'),
  renewalClosesAt: new Date('2026-08-25T00:00:00Z'),
  enrollmentOpensAt: new Date('2026-09-01T00:00:00Z'),
  enrollmentClosesAt: new Date('2026-09-10T00:00:00Z'),
  lateEntryClosesAt: new Date('2026-09-29T00:00:00Z'),
  minAge: 50,
  maxAge: 80,
  enrollmentRules: [],
  seatReserves: [],
  firstSessionAt: new Date('2026-09-15T01:00:00Z'),
};
const counts = { seats: 20, taken: 10, offered: 0, held: 0, waiting: 0, applied: 0 };
const mrsLin: Applicant = {
  residentId: 'lin',
  source: 'self',
  birthDate: '1955-03-08',
  regionCode: XIAOPU,
  ties: { residence: XIAOPU, work: null, household: null },
  verified: false,
  groups: [],
  completedCourses: [],
  renews: false,
  firstTimer: true,
  heldOfKind: 0,
  clashesWith: null,
};
const mrChen: Applicant = { ...mrsLin, residentId: 'chen' };

interface Scenario {
  terms?: Partial<ClassTerms>;
  counts?: Partial<SeatSituation['counts']>;
  person?: Partial<Applicant>;
  at?: Date;
  queueIsWhole?: boolean;
}

function decide(
  { terms, counts: changed, person, at: moment = at, queueIsWhole = true }: Scenario,
  beside: Applicant[] = [],
) {
  const seats: SeatSituation = { counts: { ...counts, ...changed }, reservesUsed: new Map(), queueIsWhole };
  return decideSeats({ ...calligraphy, ...terms }, seats, [{ ...mrsLin, ...person }, ...beside], moment);
}

const enrolled = { kind: 'enrolled' };
const waiting = { kind: 'waiting' };
const applied = { kind: 'applied' };
const refused = (code: string) => ({ kind: 'refused', refusal: { code } });

describe('what an application leads to', () => {
  const scenarios: [string, Scenario, object][] = [
    ['gives a free seat', {}, enrolled],
    ['gives the last seat', { counts: { taken: 19 } }, enrolled],
    ['lets the next one wait', { counts: { taken: 20 } }, waiting],
    ['counts an offered seat as spoken for', { counts: { taken: 19, offered: 1 } }, waiting],
    ['counts a seat that may be taken back as spoken for', { counts: { taken: 19, held: 1 } }, waiting],
    ['gives nothing while a lowered capacity is exceeded', { counts: { seats: 8 } }, waiting],
    ['gives no seat past people who wait and are not known', { queueIsWhole: false }, waiting],
    ['refuses when the waiting list is full', { counts: { taken: 20, waiting: 10 } }, refused('WAITING_LIST_FULL')],
    [
      'lets any number wait without a limit',
      { terms: { waitingLimit: null }, counts: { taken: 20, waiting: 999 } },
      waiting,
    ],
    ['refuses between renewal and opening', { at: new Date('2026-08-31T23:59:59Z') }, refused('WINDOW_NOT_OPEN')],
    ['opens at the very second', { at: new Date('2026-09-01T00:00:00Z') }, enrolled],
    ['refuses once the window has closed', { at: new Date('2026-09-10T00:00:00Z') }, refused('LATE_ENTRY_NOT_OPEN')],
    ['lets late comers take what is free', { at: new Date('2026-09-16T00:00:00Z') }, enrolled],
    ['refuses after late entry', { at: new Date('2026-09-29T00:00:00Z') }, refused('WINDOW_CLOSED')],
    ['refuses in a class that is not published', { terms: { state: 'approved' } }, refused('CLASS_NOT_OPEN')],
    ['takes someone who turns 50 on the first day', { person: { birthDate: '1976-09-15' } }, enrolled],
    ['refuses someone who turns 50 the day after', { person: { birthDate: '1976-09-16' } }, refused('TOO_YOUNG')],
    ['takes someone of 80', { person: { birthDate: '1945-09-16' } }, enrolled],
    ['refuses someone of 81', { person: { birthDate: '1945-09-15' } }, refused('TOO_OLD')],
    ['refuses a third elderly class in the term', { person: { heldOfKind: 2 } }, refused('CAP_REACHED')],
    [
      'has no cap where none is set',
      { terms: { programmeKind: 'skills', capPerTerm: null }, person: { heldOfKind: 5 } },
      enrolled,
    ],
    ['refuses a class at the time of another', { person: { clashesWith: '太极拳' } }, refused('TIME_CLASH')],
    ['puts an application into the lottery', { terms: { admission: 'lottery' } }, applied],
    [
      'puts it into a lottery though nothing is free',
      { terms: { admission: 'lottery' }, counts: { taken: 20 } },
      applied,
    ],
    ['puts it before the school', { terms: { admission: 'approval' } }, applied],
    ['lets nobody but old students renew', { at: new Date('2026-08-21T00:00:00Z') }, refused('RENEWAL_ONLY')],
    [
      'gives a seat to whoever renews, before a lottery',
      { at: new Date('2026-08-21T00:00:00Z'), person: { renews: true }, terms: { admission: 'lottery' } },
      enrolled,
    ],
  ];
  it.each(scenarios)('%s', (_, scenario, expected) => {
    expect(decide(scenario)).toMatchObject(expected);
  });
});

it('says when it opens: to who may renew the renewal, to all others the window', () => {
  const before = new Date('2026-08-19T00:00:00Z');
  const opens = (renews: boolean, beside: Applicant[] = []) => decide({ at: before, person: { renews } }, beside);
  const refusedUntil = (opensAt: Date) => ({ kind: 'refused', refusal: { code: 'WINDOW_NOT_OPEN', opensAt } });
  expect(opens(true)).toEqual(refusedUntil(calligraphy.renewalOpensAt!));
  expect(opens(false)).toEqual(refusedUntil(calligraphy.enrollmentOpensAt));
  expect(opens(true, [mrChen])).toEqual(refusedUntil(calligraphy.enrollmentOpensAt));
});

describe('people who come together', () => {
  it('get seats together', () => {
    expect(decide({ counts: { taken: 18 } }, [mrChen])).toEqual({ kind: 'enrolled', reserves: [null, null] });
  });
  it('wait together where not all of them fit', () => {
    expect(decide({ counts: { taken: 19 } }, [mrChen])).toEqual(waiting);
  });
  it('are refused together, and the one who may not come is named', () => {
    expect(decide({}, [{ ...mrChen, birthDate: '1990-01-01' }])).toMatchObject({
      kind: 'refused',
      refusal: { code: 'COMPANION_REFUSED', residentId: 'chen', refusal: { code: 'TOO_YOUNG' } },
    });
  });
  it('do not split over the end of the waiting list', () => {
    expect(decide({ counts: { taken: 20, waiting: 9 } }, [mrChen])).toMatchObject(refused('WAITING_LIST_FULL'));
  });
});

describe('rules that a class may choose', () => {
  const whole = ['330305000000'];
  const firstDays: EnrollmentRule = { kind: 'first_timers_first', until: '2026-09-03T09:00:00+08:00' };
  const scenarios: [string, EnrollmentRule, Partial<Applicant>, string | null, Date?][] = [
    ['who lives here', { kind: 'local', ties: ['residence'], regionCodes: whole }, {}, null],
    [
      'who works here but lives elsewhere',
      { kind: 'local', ties: ['residence', 'work'], regionCodes: whole },
      { ties: { residence: '330302001001', work: XIAOPU, household: null } },
      null,
    ],
    [
      'who is registered here, where only living here is asked for',
      { kind: 'local', ties: ['residence'], regionCodes: whole },
      { ties: { residence: null, work: null, household: XIAOPU } },
      'NOT_LOCAL',
    ],
    [
      'who is registered here, where that is asked for',
      { kind: 'local', ties: ['household'], regionCodes: whole },
      { ties: { residence: null, work: null, household: XIAOPU } },
      null,
    ],
    [
      'who lives in another township',
      { kind: 'local', ties: ['residence'], regionCodes: ['330305002000'] },
      {},
      'NOT_LOCAL',
    ],
    [
      'a farmer in a class for farmers',
      { kind: 'group', groups: ['farmer', 'job_seeker'] },
      { groups: ['farmer'] },
      null,
    ],
    [
      'somebody else in a class for farmers',
      { kind: 'group', groups: ['farmer'] },
      { groups: ['new_resident'] },
      'NOT_OF_GROUP',
    ],
    [
      'who has completed the first course',
      { kind: 'completed_course', courseCodes: ['SF-01'] },
      { completedCourses: ['SF-01'] },
      null,
    ],
    [
      'who has not',
      { kind: 'completed_course', courseCodes: ['SF-01'] },
      { completedCourses: ['TJ-01'] },
      'COURSE_NOT_COMPLETED',
    ],
    ['a first-timer in the first days', firstDays, { firstTimer: true }, null],
    ['an old student in the first days', firstDays, { firstTimer: false }, 'FIRST_TIMERS_FIRST'],
    ['an old student after them', firstDays, { firstTimer: false }, null, new Date('2026-09-03T01:00:00Z')],
    ['an old student who renews', firstDays, { firstTimer: false, renews: true }, null],
    ['whose card was seen', { kind: 'verified_identity' }, { verified: true }, null],
    ['whose card was not', { kind: 'verified_identity' }, {}, 'IDENTITY_NOT_VERIFIED'],
  ];
  it.each(scenarios)('%s', (_, rule, person, code, moment = at) => {
    const refusal = personRefusal({ ...calligraphy, enrollmentRules: [rule] }, { ...mrsLin, ...person }, moment);
    expect(refusal?.code ?? null).toBe(code);
  });

  it('first-timers come before those who sat in the course, where the class has no renewal', () => {
    const terms: ClassTerms = {
      ...calligraphy,
      renewalOpensAt: null,
      renewalClosesAt: null,
      enrollmentRules: [firstDays],
    };
    const old = { ...mrsLin, firstTimer: false, renews: true };
    expect(personRefusal(terms, old, at)?.code).toBe('FIRST_TIMERS_FIRST');
  });

  it('a lottery draws first-timers first and refuses nobody for it', () => {
    const lottery: ClassTerms = { ...calligraphy, admission: 'lottery', enrollmentRules: [firstDays] };
    expect(personRefusal(lottery, { ...mrsLin, firstTimer: false }, at)).toBeNull();
  });
  it('must all be met', () => {
    const rules: EnrollmentRule[] = [
      { kind: 'local', ties: ['residence'], regionCodes: whole },
      { kind: 'verified_identity' },
    ];
    expect(personRefusal({ ...calligraphy, enrollmentRules: rules }, mrsLin, at)?.code).toBe('IDENTITY_NOT_VERIFIED');
  });
});
