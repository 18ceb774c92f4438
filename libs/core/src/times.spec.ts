import { expect, it } from '@jest/globals';
import { isDay, isMoment } from './times.js';

it.each(['1900-01-01', '2024-02-29', '2199-12-31'])('%s is a day', (text) => {
  expect(isDay(text)).toBe(true);
});

it.each(['0000-01-01', '1899-12-31', '2200-01-01', '2026-02-29', '2026-13-01', '2026-1-1', '2026-01-01 ', ''])(
  '%j is no day',
  (text) => {
    expect(isDay(text)).toBe(false);
  },
);

it.each(['2026-09-01T09:00:00+08:00', '2026-09-01T09:00+08:00', '2026-09-01T01:00:00Z', '2026-09-01T01:00:00.123456Z'])(
  '%s is a moment, here and in JavaScript',
  (text) => {
    expect(isMoment(text)).toBe(true);
    expect(Number.isNaN(Date.parse(text))).toBe(false);
  },
);

it.each([
  ['without its offset', '2026-09-01T09:00:00'],
  ['of a week', '2026-W10-1T00:00:00Z'],
  ['of a day of the year', '2026-100T00:00:00Z'],
  ['of hours only', '2026-01-01T10Z'],
  ['with a comma', '2026-01-01T00:00:00,5Z'],
  ['of the year 0', '0000-01-01T00:00:00Z'],
  ['of a far year', '+020260-01-01T00:00:00Z'],
  ['of 30 February', '2026-02-30T00:00:00Z'],
  ['at 24 o’clock', '2026-01-01T24:00:00Z'],
  ['in a leap second', '2026-12-31T23:59:60Z'],
  ['with an offset that no place has', '2026-01-01T00:00:00+23:59'],
])('a time %s is no moment', (_, text) => {
  expect(isMoment(text)).toBe(false);
});
