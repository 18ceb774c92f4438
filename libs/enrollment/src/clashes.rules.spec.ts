import { describe, expect, it } from '@jest/globals';
import type { SessionTime } from '#catalogue';
import { meetAtOnce } from './clashes.rules.js';

const span = (from: string, to: string, venueId = 'hall'): SessionTime => ({
  classId: 'class',
  startsAt: new Date(`${from}Z`),
  endsAt: new Date(`${to}Z`),
  venueId,
  regionCode: '330305001007',
  accessRoute: 'road',
});
const mondays = [span('2026-09-07T01:00', '2026-09-07T02:30'), span('2026-09-14T01:00', '2026-09-14T02:30')];

describe('meetAtOnce', () => {
  const noWay = () => 0;
  it.each([
    ['another day', [span('2026-09-08T01:00', '2026-09-08T02:30')], false],
    ['right after it', [span('2026-09-14T02:30', '2026-09-14T04:00')], false],
    [
      'its last minute',
      [span('2026-09-08T01:00', '2026-09-08T02:00'), span('2026-09-14T02:29', '2026-09-14T04:00')],
      true,
    ],
    ['all of it', mondays, true],
    ['no session at all', [], false],
  ])('%s', (_, other, expected) => {
    expect(meetAtOnce(mondays, other, noWay)).toBe(expected);
    expect(meetAtOnce(other, mondays, noWay)).toBe(expected);
  });

  const ferry = (one: SessionTime, other: SessionTime) => (one.venueId === other.venueId ? 0 : 90);
  it.each([
    ['the other island an hour later: the ferry takes longer', '03:30', 'island', true],
    ['the other island an hour and a half later', '04:00', 'island', false],
    ['the same hall an hour later', '03:30', 'hall', false],
  ])('%s', (_, from, venueId, expected) => {
    const other = [span(`2026-09-14T${from}`, '2026-09-14T05:00', venueId)];
    expect(meetAtOnce(mondays, other, ferry)).toBe(expected);
    expect(meetAtOnce(other, mondays, ferry)).toBe(expected);
  });

  it('looks beyond a session nearby to one far away that begins soon after', () => {
    const ours = [span('2026-09-14T01:00', '2026-09-14T02:00')];
    const theirs = [
      span('2026-09-14T02:05', '2026-09-14T02:30'),
      span('2026-09-14T02:40', '2026-09-14T03:30', 'island'),
    ];
    expect(meetAtOnce(ours, theirs, ferry)).toBe(true);
    expect(meetAtOnce(theirs, ours, ferry)).toBe(true);
  });
});
