import { describe, expect, it } from '@jest/globals';
import {
  dueInYear,
  firstFullYear,
  lightOf,
  type Line,
  meanAtYearEnd,
  meanOfFullYears,
  plannedOn,
  shown,
  targetOf,
} from './wall-chart.rules.js';

const SCHOOLS = [
  { year: 2023, value: '90' },
  { year: 2025, value: '100' },
];

describe('the target of a year', () => {
  it.each([
    ['its own', 2023, { year: 2023, value: '90', carriedFrom: null }],
    ['the last one, carried', 2024, { year: 2024, value: '90', carriedFrom: 2023 }],
    ['its own again', 2025, { year: 2025, value: '100', carriedFrom: null }],
    ['the last of all, carried on', 2029, { year: 2029, value: '100', carriedFrom: 2025 }],
  ])('is %s (%i)', (_, year, expected) => {
    expect(targetOf(year, SCHOOLS)).toEqual(expected);
  });

  it('is the first to come, under its own year, where nothing is due yet', () => {
    expect(targetOf(2026, [{ year: 2027, value: '3000' }])).toEqual({ year: 2027, value: '3000', carriedFrom: null });
  });

  it('is nothing where the plan has none', () => {
    expect(targetOf(2026, [])).toBeNull();
  });
});

describe('the plan line', () => {
  const cumulative: Line = {
    basis: 'cumulative',
    measure: 'counted',
    display: 'number',
    targets: [{ year: 2027, value: '1826' }],
  };
  const line = (changes: Partial<Line>): Line => ({ ...cumulative, ...changes });

  it.each<[string, string, Line, number | null]>([
    ['starts from nothing', '2022-12-31', cumulative, 0],
    ['climbs one a day, if 1826 are due in five years', '2023-01-10', cumulative, 10],
    ['is reached on the last day', '2027-12-31', cumulative, 1826],
    ['stays there', '2029-05-01', cumulative, 1826],
    ['runs between the targets of two years', '2024-12-31', line({ basis: 'year_end', targets: SCHOOLS }), 95.007],
    ['demands the same mean in each year', '2025-06-01', line({ basis: 'annual_mean' }), 1826],
    [
      'says nothing of a reported figure before its first target is due',
      '2026-06-01',
      line({ basis: 'year_end', measure: 'reported', targets: [{ year: 2027, value: '15.5' }] }),
      null,
    ],
    [
      'runs on from its first target',
      '2023-12-31',
      line({
        basis: 'year_end',
        measure: 'reported',
        targets: [
          { year: 2023, value: '57' },
          { year: 2024, value: '60' },
        ],
      }),
      57,
    ],
    ['demands no part of a title', '2026-06-01', line({ measure: 'register', display: 'pass_fail' }), null],
    ['demands the title when it is due', '2027-12-31', line({ display: 'pass_fail' }), 1826],
    ['is missing where the plan has no target', '2026-06-01', line({ targets: [] }), null],
  ])('%s', (_, day, given, expected) => {
    const planned = plannedOn(day, given);
    if (expected === null) expect(planned).toBeNull();
    else expect(planned).toBeCloseTo(expected, 2);
  });

  it("of the running year is the year's demand by the days that have passed", () => {
    expect(dueInYear('2026-12-31', 3000)).toBe(3000);
    expect(dueInYear('2026-01-01', 365)).toBe(1);
    expect(dueInYear('2024-12-31', 366)).toBe(366);
  });
});

describe('the yearly mean', () => {
  const figures = [
    { year: 2024, value: 2800 },
    { year: 2025, value: 3100 },
    { year: 2026, value: 50 },
  ];

  it('is of the full years elapsed, not of the running one', () => {
    expect(meanOfFullYears(figures, 2026, new Set([2024, 2025, 2026]))).toBe(2950);
  });

  it('begins with the first year of which the ledger knows every month', () => {
    expect([firstFullYear('2025-01'), firstFullYear('2025-02'), firstFullYear('2025-12')]).toEqual([2025, 2026, 2026]);
  });

  it('leaves out the years that are not known whole', () => {
    expect(meanOfFullYears(figures, 2026, new Set([2025, 2026]))).toBe(3100);
  });

  it('counts a year without a person-time as none, once the ledger has begun', () => {
    expect(meanOfFullYears(figures, 2026, new Set([2023, 2024, 2025]))).toBe(1966.7);
  });

  it('takes years that opening figures hold, with a gap between them and the ledger', () => {
    expect(meanOfFullYears(figures, 2027, new Set([2024, 2026]))).toBe(1425);
  });

  it('is not there before a year is over', () => {
    expect(meanOfFullYears(figures, 2026, new Set([2026]))).toBeNull();
  });
});

describe('what the mean of the years will be at the end of one', () => {
  const figures = [
    { year: 2024, value: 2800 },
    { year: 2025, value: 3100 },
    { year: 2026, value: 50 },
  ];

  it('has the year in it at what is expected of it, so that it is of the size of the mean', () => {
    expect(meanAtYearEnd(figures, 2026, new Set([2024, 2025, 2026]), 250)).toEqual({ value: 2050, years: 3 });
  });

  it('is without the year where not all of it is known', () => {
    expect(meanAtYearEnd(figures, 2026, new Set([2024, 2025]), 250)).toEqual({ value: 2950, years: 2 });
  });

  it('is that year alone in the first, and nothing where no year is known whole', () => {
    expect(meanAtYearEnd(figures, 2026, new Set([2026]), 250)).toEqual({ value: 250, years: 1 });
    expect(meanAtYearEnd(figures, 2026, new Set(), 250)).toBeNull();
  });
});

describe('the light', () => {
  it.each([
    ['green on the line', 100, 100, false, 'green'],
    ['green ahead of it', 130, 100, false, 'green'],
    ['amber up to a tenth behind', 90, 100, false, 'amber'],
    ['red further behind', 89.9, 100, false, 'red'],
    ['red for a true zero', 0, 100, false, 'red'],
    ['out without data', null, 100, false, 'none'],
    ['out without a line', 12, null, false, 'none'],
    ['green when the target is met, line or not', 12, null, true, 'green'],
  ])('is %s', (_, actual, planned, met, light) => {
    expect(lightOf(actual, planned, met)).toBe(light);
  });
});

it('figures are shown at the decimals of the target, at least one', () => {
  expect(shown(15.153, '15.15')).toBe(15.15);
  expect(shown(88.888, '88.9')).toBe(88.9);
  expect(shown(12.345, '3000')).toBe(12.3);
  expect(shown(7, undefined)).toBe(7);
});
