import { describe, expect, it } from '@jest/globals';
import { assignedTargets, completionOf } from './assignments.rules.js';

/** The straight line to 7,500 by the end of 2027. */
const line = (year: number) => Math.max(0, (year - 2022) * 1500);
const PLAN = [{ year: 2027, value: '7500' }];

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

  it("never moves the plan's own target", () => {
    expect(assignedTargets(PLAN, [{ year: 2027, value: 9000 }], line)).toEqual(PLAN);
  });
});
