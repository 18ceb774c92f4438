import { describe, expect, it } from '@jest/globals';
import { afterQuietHours, beforeQuietHours, isQuiet } from './quiet-hours.js';

describe('the quiet hours', () => {
  it.each([
    ['noon', '2026-03-05T12:00:00+08:00', false, null, null],
    ['the last waking minute', '2026-03-05T19:59:00+08:00', false, null, null],
    ['20:00', '2026-03-05T20:00:00+08:00', true, '2026-03-06T09:00:00+08:00', '2026-03-05T19:00:00+08:00'],
    ['the turn of a year', '2026-12-31T23:59:59+08:00', true, '2027-01-01T09:00:00+08:00', '2026-12-31T19:00:00+08:00'],
    ['midnight', '2026-03-01T00:00:00+08:00', true, '2026-03-01T09:00:00+08:00', '2026-02-28T19:00:00+08:00'],
    ['just before 09:00', '2026-03-05T08:59:59+08:00', true, '2026-03-05T09:00:00+08:00', '2026-03-04T19:00:00+08:00'],
    ['09:00', '2026-03-05T09:00:00+08:00', false, null, null],
  ])('%s', (_, moment, quiet, morning, evening) => {
    const at = new Date(moment);
    expect(isQuiet(at)).toBe(quiet);
    expect(afterQuietHours(at)).toEqual(new Date(morning ?? moment));
    expect(beforeQuietHours(at)).toEqual(new Date(evening ?? moment));
  });
});
