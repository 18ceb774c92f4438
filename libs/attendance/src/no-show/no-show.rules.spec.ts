import { describe, expect, it } from '@jest/globals';
import { type MissedSession, noShowOf } from './no-show.rules.js';

const at = (text: string) => new Date(`2026-03-${text}:00+08:00`);

/** A session from 9:00 to 10:30 of the day. */
const missed = (day: string, marked = true): MissedSession => ({
  sessionId: day,
  startsAt: at(`${day}T09:00`),
  endsAt: at(`${day}T10:30`),
  marked,
});

describe('somebody is asked who missed two sessions without a word', () => {
  it.each<[string, MissedSession[], string | null, string, ReturnType<typeof noShowOf>]>([
    ['none missed', [], null, '20T12:00', null],
    ['one missed', [missed('02')], null, '20T12:00', null],
    ['two missed', [missed('02'), missed('09')], null, '09T10:30', { sessionId: '09', missed: 2 }],
    [
      'two missed, in whatever order they are told',
      [missed('09'), missed('02')],
      null,
      '09T12:00',
      { sessionId: '09', missed: 2 },
    ],
    ['the second is not over yet', [missed('02'), missed('09')], null, '09T10:29', null],
    ['two missed, not in a row', [missed('02'), missed('16')], null, '16T12:00', { sessionId: '16', missed: 2 }],
    [
      'four missed: still the second',
      ['02', '09', '16', '23'].map((day) => missed(day)),
      null,
      '23T12:00',
      { sessionId: '09', missed: 4 },
    ],
    ['nothing is marked: marks may still come', [missed('02'), missed('09', false)], null, '10T10:29', null],
    [
      'nothing is marked, a day later',
      [missed('02', false), missed('09', false)],
      null,
      '10T10:30',
      { sessionId: '09', missed: 2 },
    ],
    ['reached after two', [missed('02'), missed('09')], '09T15:00', '20T12:00', null],
    [
      'reached after two, and one missed since',
      [missed('02'), missed('09'), missed('16')],
      '09T15:00',
      '20T12:00',
      null,
    ],
    [
      'reached after two, and two missed since',
      ['02', '09', '16', '23'].map((day) => missed(day)),
      '09T15:00',
      '23T12:00',
      { sessionId: '23', missed: 2 },
    ],
  ])('%s', (_, sessions, reachedAt, now, expected) => {
    expect(noShowOf(sessions, reachedAt === null ? null : at(reachedAt), at(now))).toEqual(expected);
  });
});
