import { describe, expect, it } from '@jest/globals';
import { assignedTargets, completionOf } from './assignments.rules.js';
import type { YearlyTarget } from '../wall-chart/wall-chart.rules.js';

const PLAN = [{ year: 2027, value: '7500' }];
/** From nothing at the end of 2022 straight to the next point, in whole years. */
const line = (year: number, targets: readonly YearlyTarget[]) => {
  const points = [{ year: 2022, value: '0' }, ...targets];
  const before = points.findLast((point) => point.year <= year)!;
  const after = points.find((point) => point.year > year) ?? before;
  const part = after === before ? 0 : (year - before.year) / (after.year - before.year);
  return Math.round(Number(before.value) + (Number(after.value) - Number(before.value)) * part);
};

describe('what is completed of an assignment', () => {
  it.each([
    [450, 1500, 30],
    [1, 3, 33.3],
    [0, 10, 0],
    [12, 10, 120],
  ])('%i of %i is %s %%', (actual, assigned, percent) => expect(completionOf(actual, assigned)).toBe(percent));

  it.each([
    ['nothing is assigned', 5, null],
    ['nothing was to be done', 5, 0],
    ['the parts have no figure', null, 10],
  ])('is not said where %s', (_, actual, assigned) => expect(completionOf(actual, assigned)).toBeNull());
});

describe('the plan line with years assigned by themselves', () => {
  it('stays the straight line without any', () => {
    expect(assignedTargets(PLAN, [], line)).toEqual(PLAN);
  });

  it('adds what a year is to reach to the line of the year before', () => {
    expect(assignedTargets(PLAN, [{ year: 2026, value: 900 }], line)).toEqual([
      { year: 2026, value: '5400' },
      { year: 2027, value: '7500' },
    ]);
  });

  it('goes from year to year', () => {
    const years = [
      { year: 2026, value: 2000 },
      { year: 2025, value: 500 },
    ];
    expect(assignedTargets(PLAN, years, line)).toEqual([
      { year: 2025, value: '3500' },
      { year: 2026, value: '5500' },
      { year: 2027, value: '7500' },
    ]);
  });

  it('goes through a year without one from the year before it, and never falls', () => {
    const years = [
      { year: 2024, value: 4000 },
      { year: 2026, value: 500 },
    ];
    // 1,500 and 4,000 more; then a third of the way to 7,500, and 500 more.
    expect(assignedTargets(PLAN, years, line).map(({ value }) => Number(value))).toEqual([5500, 6667, 7500]);
  });

  it("never moves the plan's own target", () => {
    expect(assignedTargets(PLAN, [{ year: 2027, value: 9000 }], line)).toEqual(PLAN);
  });
});
