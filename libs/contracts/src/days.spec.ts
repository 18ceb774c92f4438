import { describe, expect, it } from '@jest/globals';
import { addDays, ageOn, dayOf, isDay } from './days.js';

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

describe('isDay', () => {
  it('knows every day of the calendar, and no other', () => {
    const pad = (number: number, digits: number) => String(number).padStart(digits, '0');
    const wrong: string[] = [];
    for (const year of [1896, 1900, 1999, 2000, 2023, 2024, 2100]) {
      for (let month = 0; month <= 13; month++) {
        for (let day = 0; day <= 32; day++) {
          const written = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
          const date = new Date(`${written}T00:00:00Z`);
          const real = !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === written;
          if (isDay(written) !== real) wrong.push(written);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
