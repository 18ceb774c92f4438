import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isGoodPassword, maskPhone, type PasswordTries, secondsUntilNextCode, tryPassword } from './sign-in.rules.js';

const NOON = new Date('2026-03-05T12:00:00+08:00');
const before = (seconds: number) => new Date(NOON.getTime() - seconds * 1000);
const MINUTE = 60;
const HOUR = 3_600;

describe('how soon another code may be sent', () => {
  it.each<[string, number[], number]>([
    ['the first at once', [], 0],
    ['not twice in a minute', [10], 50],
    ['again after a minute', [60], 0],
    ['the sixth in an hour waits until the first is an hour old', [59, 40, 30, 20, 2].map((m) => m * MINUTE), MINUTE],
    [
      'five in an hour, the last of them just now, waits for the longer of both',
      [55, 40, 30, 20, 0.5].map((m) => m * MINUTE),
      5 * MINUTE,
    ],
    [
      'the eleventh of a day waits until the first is a day old',
      [23, 20, 18, 16, 14, 12, 10, 8, 6, 4].map((h) => h * HOUR),
      HOUR,
    ],
    ['what was sent the day before does not count', [25, 26, 27, 28, 29, 30, 31, 32, 33, 34].map((h) => h * HOUR), 0],
  ])('%s', (_, ago, seconds) => {
    expect(secondsUntilNextCode(ago.map(before), NOON)).toBe(seconds);
  });

  it('never lets a minute, an hour or a day hold more than its limit, and never makes anyone wait for ever', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 7_200 }), { maxLength: 200 }), (pauses) => {
        const sent: Date[] = [];
        let now = NOON.getTime();
        for (const pause of pauses) {
          now += pause * 1000;
          const seconds = secondsUntilNextCode(sent, new Date(now));
          expect(secondsUntilNextCode(sent, new Date(now + seconds * 1000))).toBe(0);
          if (seconds === 0) sent.push(new Date(now));
        }
        for (const [span, most] of [
          [MINUTE, 1],
          [HOUR, 5],
          [24 * HOUR, 10],
        ] as const) {
          for (const start of sent) {
            const within = sent.filter((at) => at >= start && at.getTime() < start.getTime() + span * 1000);
            expect(within.length).toBeLessThanOrEqual(most);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('trying a password', () => {
  const tries = (failedAttempts: number, lockedUntil: Date | null = null): PasswordTries => ({
    failedAttempts,
    lockedUntil,
  });
  const inMinutes = (minutes: number) => before(-minutes * MINUTE);

  it('counts each attempt before it is looked at', () => {
    expect(tryPassword(tries(0), NOON)).toEqual({ kind: 'try', failedAttempts: 1, lockedUntil: null });
  });

  it('looks at the tenth, and locks for 15 minutes unless it is right', () => {
    expect(tryPassword(tries(9), NOON)).toEqual({ kind: 'try', failedAttempts: 10, lockedUntil: inMinutes(15) });
  });

  it('looks at none while locked, right or wrong', () => {
    expect(tryPassword(tries(10, inMinutes(1)), NOON)).toEqual({ kind: 'locked', until: inMinutes(1) });
  });

  it('begins anew when the lock has run out', () => {
    expect(tryPassword(tries(10, NOON), NOON)).toEqual({ kind: 'try', failedAttempts: 1, lockedUntil: null });
  });
});

describe('passwords and phones', () => {
  it.each([
    ['long enough', 'ten chars!', 'wangli', true],
    ['one too short', 'nine char', 'wangli', false],
    ['the username', 'zhangjianguo', 'zhangjianguo', false],
    ['the username in capitals', 'ZhangJianGuo', 'zhangjianguo', false],
    ['Chinese counts by character', '海霞故里望海楼前半屏', 'haixia', true],
  ])('%s: %s', (_, password, username, good) => {
    expect(isGoodPassword(password, username)).toBe(good);
  });

  it('masks the middle of a phone', () => {
    expect(maskPhone('13800001234')).toBe('138****1234');
  });
});
