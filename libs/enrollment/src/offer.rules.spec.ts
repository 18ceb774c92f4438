import { describe, expect, it } from '@jest/globals';
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
    ['an hour at the least', '2026-09-14T17:30:00+08:00', '2026-09-14T18:00:00+08:00', '2026-09-14T18:30:00+08:00'],
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
});
