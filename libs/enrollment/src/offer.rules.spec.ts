import { describe, expect, it } from '@jest/globals';
import { isQuiet, wakingTimeBetween } from '#contracts';
import { offerUntil } from './offer.rules.js';

describe('offerUntil', () => {
  it.each([
    ['a day', '2026-09-01T10:00:00+08:00', '2026-09-15T09:00:00+08:00', '2026-09-02T10:00:00+08:00'],
    [
      'half the time that is left',
      '2026-09-14T09:00:00+08:00',
      '2026-09-14T19:00:00+08:00',
      '2026-09-14T14:00:00+08:00',
    ],
    ['two hours at the least', '2026-09-14T16:30:00+08:00', '2026-09-14T17:00:00+08:00', '2026-09-14T18:30:00+08:00'],
    [
      'two hours of the morning where it is offered at night, though the class begins',
      '2026-09-14T22:00:00+08:00',
      '2026-09-15T10:00:00+08:00',
      '2026-09-15T11:00:00+08:00',
    ],
    [
      'what is left of the evening and the rest in the morning',
      '2026-09-14T19:30:00+08:00',
      '2026-09-15T09:30:00+08:00',
      '2026-09-15T10:30:00+08:00',
    ],
    [
      'more than the least where there is time',
      '2026-09-14T05:00:00+08:00',
      '2026-09-15T09:00:00+08:00',
      '2026-09-14T19:00:00+08:00',
    ],
    [
      'until the morning where it would end at night',
      '2026-09-01T21:00:00+08:00',
      '2026-09-15T09:00:00+08:00',
      '2026-09-03T09:00:00+08:00',
    ],
    [
      'until the morning where it would end before nine',
      '2026-09-01T05:00:00+08:00',
      '2026-09-15T09:00:00+08:00',
      '2026-09-02T09:00:00+08:00',
    ],
    [
      'a day once the class has started',
      '2026-09-20T10:00:00+08:00',
      '2026-09-15T09:00:00+08:00',
      '2026-09-21T10:00:00+08:00',
    ],
  ])('%s', (_, offered, first, until) => {
    expect(offerUntil(new Date(offered), new Date(first))).toEqual(new Date(until));
  });

  it('never ends in the quiet hours and always leaves two waking hours', () => {
    for (let offered = 0; offered < 48; offered += 0.5) {
      for (let first = -2; first < 60; first += 0.5) {
        const at = new Date(Date.UTC(2026, 8, 14) + offered * 3_600_000);
        const until = offerUntil(at, new Date(at.getTime() + first * 3_600_000));
        expect(isQuiet(until)).toBe(false);
        expect(wakingTimeBetween(at, until)).toBeGreaterThanOrEqual(2 * 3_600_000);
      }
    }
  });
});
