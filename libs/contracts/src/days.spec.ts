import { describe, expect, it } from '@jest/globals';
import { addDays, ageOn, dayOf } from './days.js';

describe('dayOf', () => {
  it.each([
    ['just before midnight in the district', '2026-12-31T15:59:59Z', '2026-12-31'],
    ['midnight in the district', '2026-12-31T16:00:00Z', '2027-01-01'],
    ['a leap day', '2028-02-28T16:00:00Z', '2028-02-29'],
  ])('%s', (_, moment, day) => {
    expect(dayOf(new Date(moment))).toBe(day);
  });
});

describe('ageOn', () => {
  it.each([
    ['the day before a birthday', '1966-09-15', '2026-09-14', 59],
    ['the birthday', '1966-09-15', '2026-09-15', 60],
    ['born on a leap day, 28 February', '1964-02-29', '2026-02-28', 61],
    ['born on a leap day, 1 March', '1964-02-29', '2026-03-01', 62],
    ['a new-born', '2026-09-15', '2026-09-15', 0],
  ])('%s', (_, birthDate, day, age) => {
    expect(ageOn(birthDate, day)).toBe(age);
  });
});

describe('addDays', () => {
  it('crosses months, years and leap days', () => {
    expect([addDays('2026-12-31', 1), addDays('2028-02-28', 1), addDays('2026-03-01', -1)]).toEqual([
      '2027-01-01',
      '2028-02-29',
      '2026-02-28',
    ]);
  });
});
