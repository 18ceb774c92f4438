import { describe, expect, it } from '@jest/globals';
import type { SeatReserve } from '#contracts';
import {
  defaultAdmission,
  type EnrollmentTerms,
  promiseFaultOf,
  type PublishedTerms,
  termsFaultOf,
  windowsFaultOf,
} from './enrollment-terms.rules.js';

const at = (moment: string) => new Date(`${moment}+08:00`);

/** 剪纸班: applications for a week, the first session a week later, the last in November. */
const paperCutting: EnrollmentTerms = {
  seats: 20,
  admission: 'lottery',
  renewalOpensAt: at('2026-08-24T09:00'),
  renewalClosesAt: at('2026-08-28T17:00'),
  enrollmentOpensAt: at('2026-09-01T09:00'),
  enrollmentClosesAt: at('2026-09-07T17:00'),
  lateEntryClosesAt: at('2026-10-10T17:00'),
  enrollmentRules: [
    { kind: 'local', ties: ['residence'], regionCodes: ['330305001007'] },
    { kind: 'first_timers_first', until: '2026-09-03T09:00:00+08:00' },
  ],
  seatReserves: [
    { kind: 'counter', regionCode: null, seats: 4, releasedAt: '2026-09-06T09:00:00+08:00' },
    { kind: 'village', regionCode: '330305001007', seats: 6, releasedAt: '2026-09-14T09:00:00+08:00' },
  ],
  minimum: 10,
  minimumDecidedAt: at('2026-09-10T12:00'),
};
const starts = { first: at('2026-09-14T09:00'), last: at('2026-11-30T09:00') };
const reserve = (change: Partial<SeatReserve>): SeatReserve => ({ ...paperCutting.seatReserves[0]!, ...change });

describe('how seats are given where the school says nothing', () => {
  it('is by lot for elderly classes, else first come', () => {
    expect([defaultAdmission('elderly'), defaultAdmission('skills')]).toEqual(['lottery', 'first_come']);
  });
});

describe('what is wrong with the terms of a class', () => {
  it('is nothing where all is right, sessions or not', () => {
    expect(windowsFaultOf(paperCutting)).toBeNull();
    expect(termsFaultOf(paperCutting, starts)).toBeNull();
    expect(termsFaultOf(paperCutting, null)).toBeNull();
  });

  it.each<[string, Partial<EnrollmentTerms>, object | null]>([
    ['renewal without its end', { renewalClosesAt: null }, { kind: 'RENEWAL_INCOMPLETE' }],
    ['renewal without its beginning', { renewalOpensAt: null }, { kind: 'RENEWAL_INCOMPLETE' }],
    ['no renewal', { renewalOpensAt: null, renewalClosesAt: null }, null],
    ['renewal that ends as it begins', { renewalClosesAt: at('2026-08-24T09:00') }, { kind: 'RENEWAL_REVERSED' }],
    ['renewal until the moment enrollment opens', { renewalClosesAt: at('2026-09-01T09:00') }, null],
    ['renewal beyond it', { renewalClosesAt: at('2026-09-01T09:01') }, { kind: 'RENEWAL_TOO_LATE' }],
    ['a lottery open for a day', { enrollmentClosesAt: at('2026-09-02T09:00') }, null],
    ['a lottery open for less', { enrollmentClosesAt: at('2026-09-02T08:59') }, { kind: 'LOTTERY_WINDOW_SHORT' }],
    ['first come, open for an hour', { admission: 'first_come', enrollmentClosesAt: at('2026-09-01T10:00') }, null],
  ])('windows: %s', (_, change, fault) => {
    expect(windowsFaultOf({ ...paperCutting, ...change })).toEqual(fault);
  });

  it.each<[string, Partial<EnrollmentTerms>, object | null]>([
    [
      'the same kind of rule twice',
      { enrollmentRules: [{ kind: 'verified_identity' }, { kind: 'verified_identity' }] },
      { kind: 'RULE_TWICE', rule: 'verified_identity' },
    ],
    [
      'first-timers first until enrollment opens',
      { enrollmentRules: [{ kind: 'first_timers_first', until: '2026-09-01T09:00:00+08:00' }] },
      { kind: 'FIRST_TIMERS_OUTSIDE_WINDOW' },
    ],
    [
      'first-timers first until it closes',
      { enrollmentRules: [{ kind: 'first_timers_first', until: '2026-09-07T17:00:00+08:00' }] },
      null,
    ],
    [
      'first-timers first beyond that',
      { enrollmentRules: [{ kind: 'first_timers_first', until: '2026-09-07T17:00:01+08:00' }] },
      { kind: 'FIRST_TIMERS_OUTSIDE_WINDOW' },
    ],
    [
      'a village without its name',
      { seatReserves: [reserve({ kind: 'village' })] },
      { kind: 'RESERVE_REGION', reserve: 1 },
    ],
    [
      'a village named for the counter',
      { seatReserves: [reserve({ regionCode: '330305001007' })] },
      { kind: 'RESERVE_REGION', reserve: 1 },
    ],
    [
      'the counter twice',
      { seatReserves: [reserve({}), reserve({ kind: 'newcomers' }), reserve({ seats: 1 })] },
      { kind: 'RESERVE_TWICE', reserve: 3 },
    ],
    [
      'two villages',
      {
        seatReserves: [
          reserve({ kind: 'village', regionCode: '330305001007' }),
          reserve({ kind: 'village', regionCode: '330305001008' }),
        ],
      },
      null,
    ],
    ['seats reserved to the last', { seatReserves: [reserve({ seats: 20 })] }, null],
    [
      'more seats reserved than there are',
      { seatReserves: [reserve({ seats: 15 }), reserve({ kind: 'newcomers', seats: 6 })] },
      { kind: 'RESERVES_OVER_SEATS', reserved: 21, seats: 20 },
    ],
    [
      'a reserve released before anybody may apply',
      { seatReserves: [reserve({ releasedAt: '2026-08-24T09:00:00+08:00' })] },
      { kind: 'RESERVE_RELEASE', reserve: 1 },
    ],
    [
      'a reserve released after the first session began',
      { seatReserves: [reserve({ releasedAt: '2026-09-14T09:00:01+08:00' })] },
      { kind: 'RESERVE_RELEASE', reserve: 1 },
    ],
    ['a minimum without its time', { minimumDecidedAt: null }, { kind: 'MINIMUM_INCOMPLETE' }],
    ['a time without a minimum', { minimum: null }, { kind: 'MINIMUM_INCOMPLETE' }],
    ['no minimum', { minimum: null, minimumDecidedAt: null }, null],
    ['a minimum of all seats', { minimum: 20 }, null],
    ['a minimum above them', { minimum: 21 }, { kind: 'MINIMUM_OVER_SEATS', minimum: 21, seats: 20 }],
    [
      'a minimum decided as enrollment opens',
      { minimumDecidedAt: at('2026-09-01T09:00') },
      { kind: 'MINIMUM_TOO_EARLY' },
    ],
    [
      'a minimum decided as the class begins',
      { minimumDecidedAt: at('2026-09-14T09:00') },
      { kind: 'MINIMUM_TOO_LATE' },
    ],
    ['a lottery that closes a day before the class begins', { enrollmentClosesAt: at('2026-09-13T09:00') }, null],
    ['a lottery that closes later', { enrollmentClosesAt: at('2026-09-13T09:01') }, { kind: 'LOTTERY_TOO_LATE' }],
    [
      'first come until the class begins',
      { admission: 'first_come', enrollmentClosesAt: at('2026-09-14T08:00') },
      null,
    ],
    ['no late entry', { lateEntryClosesAt: null }, null],
    [
      'late entry that ends before the class begins',
      { lateEntryClosesAt: at('2026-09-12T09:00') },
      { kind: 'LATE_ENTRY_TOO_EARLY' },
    ],
    ['late entry until the last session', { lateEntryClosesAt: at('2026-11-30T09:00') }, null],
    ['late entry beyond it', { lateEntryClosesAt: at('2026-11-30T09:01') }, { kind: 'LATE_ENTRY_TOO_LATE' }],
  ])('%s', (_, change, fault) => {
    expect(termsFaultOf({ ...paperCutting, ...change }, starts)).toEqual(fault);
  });

  it('asks nothing of sessions while there are none', () => {
    const terms = {
      ...paperCutting,
      lateEntryClosesAt: at('2027-01-01T00:00'),
      minimumDecidedAt: at('2027-01-01T00:00'),
    };
    expect(termsFaultOf(terms, null)).toBeNull();
  });
});

describe('what residents were promised', () => {
  const [counter, village] = paperCutting.seatReserves as [SeatReserve, SeatReserve];

  it.each<[string, Partial<PublishedTerms>, object | null]>([
    ['stays as it is', {}, null],
    ['late entry becomes longer', { lateEntryClosesAt: at('2026-10-20T17:00') }, null],
    ['late entry becomes shorter', { lateEntryClosesAt: at('2026-10-09T17:00') }, { kind: 'LATE_ENTRY_SHORTENED' }],
    ['late entry is taken away', { lateEntryClosesAt: null }, { kind: 'LATE_ENTRY_SHORTENED' }],
    [
      'late entry runs beyond the last session',
      { lateEntryClosesAt: at('2026-12-01T09:00') },
      { kind: 'LATE_ENTRY_TOO_LATE' },
    ],
    [
      'seats are released earlier, in whichever order they are listed',
      { seatReserves: [village, { ...counter, releasedAt: '2026-09-02T09:00:00+08:00' }] },
      null,
    ],
    [
      'seats are released later',
      { seatReserves: [{ ...counter, releasedAt: '2026-09-06T09:00:01+08:00' }, village] },
      { kind: 'RESERVES_PROMISED' },
    ],
    ['fewer seats are reserved', { seatReserves: [{ ...counter, seats: 3 }, village] }, { kind: 'RESERVES_PROMISED' }],
    ['a reserve is taken away', { seatReserves: [counter] }, { kind: 'RESERVES_PROMISED' }],
    [
      'another village has them',
      { seatReserves: [counter, { ...village, regionCode: '330305001008' }] },
      { kind: 'RESERVES_PROMISED' },
    ],
    [
      'one more reserve takes seats from everybody',
      { seatReserves: [counter, village, { ...counter, kind: 'newcomers' }] },
      { kind: 'RESERVES_PROMISED' },
    ],
  ])('%s', (_, change, fault) => {
    expect(promiseFaultOf(paperCutting, { ...paperCutting, ...change }, starts)).toEqual(fault);
  });

  it('a class without late entry may be given one', () => {
    const before = { ...paperCutting, lateEntryClosesAt: null };
    expect(promiseFaultOf(before, paperCutting, starts)).toBeNull();
  });
});
