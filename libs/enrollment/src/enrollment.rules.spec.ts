import { describe, expect, it } from '@jest/globals';
import {
  type Applicant,
  type ClassTerms,
  decideSeat,
  leavingStep,
  meetAtOnce,
  moved,
  type SeatCounts,
  type SeatDecision,
} from './enrollment.rules.js';
import { offerUntil } from './offer.rules.js';

const at = new Date('2026-09-01T01:00:00Z');

const calligraphy: ClassTerms = {
  state: 'published',
  programmeKind: 'elderly',
  seats: 20,
  waitingLimit: 10,
  enrollmentOpensAt: new Date('2026-09-01T00:00:00Z'),
  enrollmentClosesAt: new Date('2026-09-10T00:00:00Z'),
  minAge: 50,
  maxAge: 80,
  firstSessionAt: new Date('2026-09-15T01:00:00Z'),
};
const halfFull: SeatCounts = { seats: 20, taken: 10, offered: 0, waiting: 0 };
const mrsLin: Applicant = { birthDate: '1955-03-08', heldOfKind: 0, clashesWith: null };

describe('decideSeat', () => {
  const refused = (code: string) => ({ kind: 'refused', refusal: { code } });
  const scenarios: [string, Partial<ClassTerms>, Partial<SeatCounts>, Partial<Applicant>, object][] = [
    ['gives a free seat', {}, {}, {}, { kind: 'enrolled' }],
    ['gives the last seat', {}, { taken: 19 }, {}, { kind: 'enrolled' }],
    ['lets the next one wait', {}, { taken: 20 }, {}, { kind: 'waiting' }],
    ['counts an offered seat as spoken for', {}, { taken: 19, offered: 1 }, {}, { kind: 'waiting' }],
    ['gives nothing while a lowered capacity is exceeded', {}, { seats: 8, taken: 10 }, {}, { kind: 'waiting' }],
    ['refuses when the waiting list is full', {}, { taken: 20, waiting: 10 }, {}, refused('WAITING_LIST_FULL')],
    [
      'lets any number wait without a limit',
      { waitingLimit: null },
      { taken: 20, waiting: 999 },
      {},
      { kind: 'waiting' },
    ],
    [
      'refuses before the window opens',
      { enrollmentOpensAt: new Date('2026-09-01T01:00:01Z') },
      {},
      {},
      refused('WINDOW_NOT_OPEN'),
    ],
    ['opens at the very second', { enrollmentOpensAt: at }, {}, {}, { kind: 'enrolled' }],
    ['refuses once the window has closed', { enrollmentClosesAt: at }, {}, {}, refused('WINDOW_CLOSED')],
    ['refuses in a class that is not published', { state: 'approved' }, {}, {}, refused('CLASS_NOT_OPEN')],
    ['takes someone who turns 50 on the first day', {}, {}, { birthDate: '1976-09-15' }, { kind: 'enrolled' }],
    ['refuses someone who turns 50 the day after', {}, {}, { birthDate: '1976-09-16' }, refused('TOO_YOUNG')],
    ['takes someone of 80', {}, {}, { birthDate: '1945-09-16' }, { kind: 'enrolled' }],
    ['refuses someone of 81', {}, {}, { birthDate: '1945-09-15' }, refused('TOO_OLD')],
    ['refuses a third elderly class in the term', {}, {}, { heldOfKind: 2 }, refused('CAP_REACHED')],
    ['has no cap for skills', { programmeKind: 'skills' }, {}, { heldOfKind: 5 }, { kind: 'enrolled' }],
    ['refuses a class at the time of another', {}, {}, { clashesWith: '太极拳' }, refused('TIME_CLASH')],
  ];
  it.each(scenarios)('%s', (_, terms, counts, person, expected) => {
    const decision: SeatDecision = decideSeat(
      { ...calligraphy, ...terms },
      { ...halfFull, ...counts },
      { ...mrsLin, ...person },
      at,
    );
    expect(decision).toMatchObject(expected);
  });
});

describe('moved', () => {
  it.each([
    ['waiting', 'offer', 'offered'],
    ['offered', 'accept', 'enrolled'],
    ['offered', 'decline', 'declined'],
    ['offered', 'expire', 'expired'],
    ['enrolled', 'cancel', 'cancelled'],
    ['waiting', 'cancel', 'cancelled'],
    ['enrolled', 'withdraw', 'withdrawn'],
    ['enrolled', 'finish', 'finished'],
    ['waiting', 'accept', null],
    ['enrolled', 'offer', null],
    ['cancelled', 'accept', null],
    ['finished', 'cancel', null],
  ] as const)('%s, %s -> %s', (from, step, to) => {
    expect(moved(from, step)).toBe(to);
  });

  it('calls leaving a seat after the first session a withdrawal', () => {
    const firstSession = new Date('2026-09-15T01:00:00Z');
    expect(leavingStep('enrolled', firstSession, at)).toBe('cancel');
    expect(leavingStep('enrolled', firstSession, firstSession)).toBe('withdraw');
    expect(leavingStep('waiting', firstSession, new Date('2026-10-01T00:00:00Z'))).toBe('cancel');
  });
});

describe('meetAtOnce', () => {
  const span = (from: string, to: string) => ({ startsAt: new Date(`${from}Z`), endsAt: new Date(`${to}Z`) });
  const mondays = [span('2026-09-07T01:00', '2026-09-07T02:30'), span('2026-09-14T01:00', '2026-09-14T02:30')];
  it.each([
    ['another day', [span('2026-09-08T01:00', '2026-09-08T02:30')], false],
    ['right after it', [span('2026-09-14T02:30', '2026-09-14T04:00')], false],
    [
      'its last minute',
      [span('2026-09-08T01:00', '2026-09-08T02:00'), span('2026-09-14T02:29', '2026-09-14T04:00')],
      true,
    ],
    ['all of it', mondays, true],
    ['no session at all', [], false],
  ])('%s', (_, other, expected) => {
    expect(meetAtOnce(mondays, other)).toBe(expected);
    expect(meetAtOnce(other, mondays)).toBe(expected);
  });
});

describe('offerUntil', () => {
  it.each([
    ['a day', '2026-09-01T10:00:00+08:00', '2026-09-15T09:00:00+08:00', '2026-09-02T10:00:00+08:00'],
    [
      'half the time that is left',
      '2026-09-14T09:00:00+08:00',
      '2026-09-14T19:00:00+08:00',
      '2026-09-14T14:00:00+08:00',
    ],
    ['an hour at the least', '2026-09-14T17:30:00+08:00', '2026-09-14T18:00:00+08:00', '2026-09-14T18:30:00+08:00'],
    [
      'until the morning where it would end at night',
      '2026-09-01T21:00:00+08:00',
      '2026-09-15T09:00:00+08:00',
      '2026-09-03T09:00:00+08:00',
    ],
    [
      'until the morning where it would end before nine',
      '2026-09-01T05:00:00+08:00',
      '2026-09-15T09:00:00+08:00',
      '2026-09-02T09:00:00+08:00',
    ],
    [
      'a day once the class has started',
      '2026-09-20T10:00:00+08:00',
      '2026-09-15T09:00:00+08:00',
      '2026-09-21T10:00:00+08:00',
    ],
  ])('%s', (_, offered, first, until) => {
    expect(offerUntil(new Date(offered), new Date(first))).toEqual(new Date(until));
  });
});
