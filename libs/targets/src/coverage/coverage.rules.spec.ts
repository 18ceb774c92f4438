import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  classHours,
  type CoverageFacts,
  coverageMet,
  type CoverageRule,
  coverageState,
  effortOf,
  factsOf,
  fallsOutOn,
  type HeldSession,
  isLapsing,
  judgedIn,
  lacks,
  lapsesOn,
  minutesOf,
  peopleNeeded,
  reportedMet,
  trailingFrom,
} from './coverage.rules.js';

const RULE: CoverageRule = {
  elderlyAge: 60,
  trailingMonths: 12,
  regularDays: 4,
  judgedBy: { '2023': 'listed', '2024': 'listed', '2025': 'listed', '2026': 'active', '2027': 'active' },
  township: { classes: 2, classHours: 20, people: 15 },
  village: {
    classes: 1,
    sessions: 4,
    classHours: 8,
    days: 4,
    people: 10,
    peoplePercent: 10,
    peopleAtLeast: 5,
    ofTownshipPercent: 50,
  },
  classHourMinutes: 45,
};

describe('a coverage target in whole numbers', () => {
  it.each([
    [7, 8, '90', false, '90 % of 8 townships needs all 8'],
    [8, 8, '90', true, 'all 8 reach 90 %'],
    [46, 94, '50', false, '46 of 94 villages are less than half'],
    [47, 94, '50', true, '47 of 94 villages are half'],
    [41, 83, '50', false, '41 of 83 are less than half'],
    [42, 83, '50', true, '42 of 83 are half and a bit'],
    [8, 9, '88.9', false, '8 of 9 are 88.88 %, which counted exactly is not 88.9 %'],
    [9, 9, '88.9', true, 'all reach it'],
    [6, 6, '100', true, 'all of 6'],
    [5, 6, '100', false, 'one is missing'],
    [0, 0, '50', false, 'nothing is no half of nothing'],
  ])('%i of %i against %s %%: %s (%s)', (n, d, percent, met) => {
    expect(coverageMet(n, d, percent)).toBe(met);
  });

  it('is n >= ceil(p x d) for every percentage with one decimal', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 200 }), (tenths, d) => {
        const needed = Math.floor((tenths * d + 999) / 1000);
        const percent = (tenths / 10).toFixed(1);
        return coverageMet(needed, d, percent) && !coverageMet(needed - 1, d, percent);
      }),
    );
  });
});

describe('a reported share', () => {
  it.each([
    [8, 9, '88.9', true, '8 of 9 are printed as 88.9'],
    [8, 9, '89', true, 'and as 89 without decimals'],
    [8, 9, '88.89', true, 'and as 88.89 with two'],
    [8, 9, '88.90', false, 'but not as 88.90'],
    [399, 500, '79.8', true, 'exactly 79.8'],
    [797, 1000, '79.8', false, '79.7 is less'],
    [7975, 10000, '79.8', true, 'half a tenth is rounded up'],
    [0, 0, '10', false, 'nobody to ask'],
  ])('%i of %i against %s: %s (%s)', (n, d, percent, met) => {
    expect(reportedMet(n, d, percent)).toBe(met);
  });
});

describe('how many elders a village needs', () => {
  it.each<[number | null, number, string]>([
    [5, 5, 'never below 5, even if only 5 live there'],
    [10, 5, '10 % of 10 is 1, but never below 5'],
    [50, 5, '10 % of 50 is 5'],
    [51, 6, '10 % of 51 is more than 5'],
    [60, 6, '10 % of 60 is 6'],
    [100, 10, '10 % of 100 is 10'],
    [900, 10, 'never more than 10'],
    [null, 10, 'the most where nobody has entered how many live there'],
  ])('of %p residents of 60 and over: %i (%s)', (residents, needed) => {
    expect(peopleNeeded('village', residents, RULE)).toBe(needed);
  });

  it('a township always needs 15', () => {
    expect(peopleNeeded('township', 3, RULE)).toBe(15);
  });
});

const VILLAGE: CoverageFacts = { classes: 1, sessions: 4, days: 4, minutes: 360, people: 10, peopleOfTownship: 10 };
const TOWNSHIP: CoverageFacts = { classes: 2, sessions: 20, days: 20, minutes: 900, people: 15, peopleOfTownship: 0 };

describe('a village classroom is in regular use', () => {
  it.each<[string, Partial<CoverageFacts>, string[]]>([
    ['with a class of 4 sessions on 4 days and 10 elders', {}, []],
    ['with 8 class hours on 4 days, if the sessions are fewer than 4', { sessions: 3 }, []],
    ['with 4 sessions, if the class hours are fewer than 8', { minutes: 240 }, []],
    ['not with 3 sessions and 7 class hours', { sessions: 3, minutes: 315 }, ['sessions-or-hours']],
    ['not with 4 sessions on 2 days', { days: 2 }, ['days']],
    ['not with 9 elders', { people: 9, peopleOfTownship: 9 }, ['people']],
    ['with half of the elders from the township', { peopleOfTownship: 5 }, []],
    ['not with less than half from the township', { people: 11, peopleOfTownship: 5 }, ['people-of-township']],
    [
      'not when nothing was held',
      { classes: 0, sessions: 0, days: 0, minutes: 0, people: 0, peopleOfTownship: 0 },
      ['classes', 'sessions-or-hours', 'days', 'people'],
    ],
  ])('%s', (_, facts, missing) => {
    expect(lacks('village', { ...VILLAGE, ...facts }, 10, RULE).map(({ what }) => what)).toEqual(missing);
  });

  it('needs 5 elders where 30 live', () => {
    const five = { ...VILLAGE, people: 5, peopleOfTownship: 5 };
    expect(lacks('village', five, peopleNeeded('village', 30, RULE), RULE)).toEqual([]);
  });

  it('says how much is missing', () => {
    expect(lacks('village', { ...VILLAGE, sessions: 2, minutes: 180, days: 2 }, 10, RULE)).toEqual([
      { what: 'sessions-or-hours', sessions: 2, hours: 4 },
      { what: 'days', more: 2 },
    ]);
  });
});

describe("a township's school is in regular use", () => {
  it.each<[string, Partial<CoverageFacts>, string[]]>([
    ['with 2 classes, 20 class hours and 15 elders, wherever they live', {}, []],
    ['not with one class', { classes: 1 }, ['classes']],
    ['not a minute under 20 class hours', { minutes: 899 }, ['class-hours']],
    ['not with 14 elders', { people: 14 }, ['people']],
  ])('%s', (_, facts, missing) => {
    expect(lacks('township', { ...TOWNSHIP, ...facts }, 15, RULE).map(({ what }) => what)).toEqual(missing);
  });
});

it('a plate that is not listed is not active, whatever is held there', () => {
  expect(coverageState(false, [])).toBe('unlisted');
  expect(coverageState(true, [])).toBe('active');
  expect(coverageState(true, [{ what: 'days', more: 1 }])).toBe('listed');
});

it('until 2025 the listed plates are judged, from 2026 on the active ones', () => {
  expect([2023, 2025, 2026, 2027, 2030].map((year) => judgedIn(year, RULE))).toEqual([
    'listed',
    'listed',
    'active',
    'active',
    'active',
  ]);
  expect(judgedIn(2022, RULE)).toBe('listed');
});

it('12 months up to a day begin on the day after the same day a year before', () => {
  expect(trailingFrom('2026-11-23', 12)).toBe('2025-11-24');
  expect(trailingFrom('2024-02-29', 12)).toBe('2023-03-01');
  expect(trailingFrom('2026-03-31', 1)).toBe('2026-03-01');
  expect(trailingFrom('2026-12-31', 12)).toBe('2026-01-01');
});

it('class hours that are kept tell each minute from the next', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1_000_000 }),
      fc.integer({ min: 1, max: 240 }),
      (minutes, classHourMinutes) => {
        const rule = { ...RULE, classHourMinutes };
        return minutesOf(classHours(minutes, rule), rule) === minutes;
      },
    ),
  );
});

describe('the day a session leaves the trailing 12 months', () => {
  it.each([
    ['2025-11-24', '2026-11-24'],
    ['2024-02-29', '2025-03-01'],
    ['2023-02-28', '2024-02-28'],
    ['2025-12-31', '2026-12-31'],
  ])('%s leaves on %s', (day, out) => expect(fallsOutOn(day, 12)).toBe(out));

  it('is the first whose trailing months begin after it, whatever the day', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 24 }), (offset, months) => {
        const day = new Date(Date.UTC(2022, 0, 1 + offset)).toISOString().slice(0, 10);
        const out = fallsOutOn(day, months);
        const before = new Date(Date.parse(`${out}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
        return trailingFrom(out, months) > day && trailingFrom(before, months) <= day;
      }),
    );
  });
});

describe('when an active village lapses', () => {
  const elders = Array.from({ length: 10 }, (_, index) => `elder ${index}`);
  const session = (day: string, people = elders): HeldSession => ({
    day,
    classId: 'tai chi',
    minutes: 90,
    people,
    peopleOfTownship: people,
  });
  const four = ['2026-03-02', '2026-03-09', '2026-03-16', '2026-03-23'].map((day) => session(day));
  const lapse = (sessions: readonly HeldSession[]) => lapsesOn('village', sessions, 10, RULE);

  it('with exactly four sessions, when the first of them is a year ago', () => {
    expect(lapse(four)).toBe('2027-03-02');
  });

  it('with a fifth one later, when the second of the first four is', () => {
    expect(lapse([...four, session('2026-10-01')])).toBe('2027-03-09');
  });

  it('when the session that alone brought the tenth resident is', () => {
    const nine = elders.slice(0, 9);
    const sessions = [session('2026-01-05'), ...four.map(({ day }) => session(day, nine))];
    expect(lapse(sessions)).toBe('2027-01-05');
  });

  it('never before it would lack something, nor after', () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 4, maxLength: 9 });
    fc.assert(
      fc.property(days, (offsets) => {
        const sessions = offsets.map((offset) =>
          session(new Date(Date.UTC(2026, 0, 1 + offset)).toISOString().slice(0, 10)),
        );
        const on = lapse(sessions);
        const left = (day: string) => sessions.filter((one) => one.day >= trailingFrom(day, 12));
        const lacking = (day: string) => lacks('village', factsOf(left(day)), 10, RULE).length > 0;
        const before = new Date(Date.parse(`${on}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
        return lacking(on) && !lacking(before);
      }),
    );
  });

  it('is near from 60 days before on', () => {
    expect(isLapsing('2027-03-02', '2027-01-01')).toBe(true);
    expect(isLapsing('2027-03-02', '2026-12-31')).toBe(false);
    expect(isLapsing(null, '2026-12-31')).toBe(false);
  });
});

describe('what it takes to become active', () => {
  it.each([
    ['nothing held yet', { classes: 0, sessions: 0, days: 0, minutes: 0, people: 0, peopleOfTownship: 0 }, 4, 10],
    ['one session short', { classes: 1, sessions: 3, days: 3, minutes: 270, people: 10, peopleOfTownship: 10 }, 1, 0],
    ['two people short', { classes: 1, sessions: 4, days: 4, minutes: 360, people: 8, peopleOfTownship: 8 }, 1, 2],
  ])('%s', (_, facts, sessions, people) => {
    expect(effortOf(lacks('village', facts, 10, RULE))).toEqual({ sessions, people });
  });
});
