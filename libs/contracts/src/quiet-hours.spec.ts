import { describe, expect, it } from '@jest/globals';
import { afterQuietHours, afterWakingTime, isQuiet, wakingTimeBetween } from './quiet-hours.js';

describe('the quiet hours', () => {
  it.each([
    ['noon', '2026-03-05T12:00:00+08:00', false, null],
    ['the last waking minute', '2026-03-05T19:59:00+08:00', false, null],
    ['20:00', '2026-03-05T20:00:00+08:00', true, '2026-03-06T09:00:00+08:00'],
    ['the turn of a year', '2026-12-31T23:59:59+08:00', true, '2027-01-01T09:00:00+08:00'],
    ['midnight', '2026-03-01T00:00:00+08:00', true, '2026-03-01T09:00:00+08:00'],
    ['just before 09:00', '2026-03-05T08:59:59+08:00', true, '2026-03-05T09:00:00+08:00'],
    ['09:00', '2026-03-05T09:00:00+08:00', false, null],
  ])('%s', (_, moment, quiet, morning) => {
    const at = new Date(moment);
    expect(isQuiet(at)).toBe(quiet);
    expect(afterQuietHours(at)).toEqual(new Date(morning ?? moment));
  });
});

describe('waking time', () => {
  it.each([
    ['within a day', '05T10:00', 2, '05T12:00'],
    ['over a night', '05T19:00', 2, '06T10:00'],
    ['from within a night', '05T22:00', 2, '06T11:00'],
    ['that ends when people go to bed: the next morning', '05T18:00', 2, '06T09:00'],
    ['over two nights', '05T19:30', 12, '07T09:30'],
    ['none', '05T03:00', 0, '05T09:00'],
  ])('%s', (_, from, hours, until) => {
    const at = (text: string) => new Date(`2026-03-${text}:00+08:00`);
    expect(afterWakingTime(at(from), hours * 3_600_000)).toEqual(at(until));
    expect(wakingTimeBetween(at(from), at(until))).toBe(hours * 3_600_000);
  });
  it('is none between a moment and an earlier one, and in one night', () => {
    expect(wakingTimeBetween(new Date('2026-03-05T12:00:00+08:00'), new Date('2026-03-05T10:00:00+08:00'))).toBe(0);
    expect(wakingTimeBetween(new Date('2026-03-05T20:00:00+08:00'), new Date('2026-03-06T09:00:00+08:00'))).toBe(0);
  });
});
