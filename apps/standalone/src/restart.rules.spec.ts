import { describe, expect, it } from '@jest/globals';
import { afterExit, type ChildHistory, type ChildLife, NEW_CHILD, restartDelay } from './restart.rules.js';

const MINUTE_MS = 60_000;
const settled: ChildHistory = { everReady: true, failures: 4 };

describe('what happens when a child ends', () => {
  const scenarios: [string, ChildHistory, ChildLife, ReturnType<typeof afterExit>][] = [
    [
      'settings are wrong at the first start: give up at once',
      NEW_CHILD,
      { unfit: true, readyForMs: null },
      { kind: 'give-up', because: 'unfit' },
    ],
    [
      'the first start fails: try again in half a second',
      NEW_CHILD,
      { unfit: false, readyForMs: null },
      { kind: 'restart', afterMs: 500, history: { everReady: false, failures: 1 } },
    ],
    [
      'the third start fails as the two before: give up',
      { everReady: false, failures: 2 },
      { unfit: false, readyForMs: null },
      { kind: 'give-up', because: 'never-ready' },
    ],
    [
      'killed after a second of service: try again in half a second',
      NEW_CHILD,
      { unfit: false, readyForMs: 1_000 },
      { kind: 'restart', afterMs: 500, history: { everReady: true, failures: 1 } },
    ],
    [
      'fails again and again after having served once: wait longer, never give up',
      settled,
      { unfit: false, readyForMs: null },
      { kind: 'restart', afterMs: 8_000, history: { everReady: true, failures: 5 } },
    ],
    [
      'complains about settings after having served once: keep trying',
      settled,
      { unfit: true, readyForMs: null },
      { kind: 'restart', afterMs: 8_000, history: { everReady: true, failures: 5 } },
    ],
    [
      'served for a minute: earlier failures are forgotten',
      settled,
      { unfit: false, readyForMs: MINUTE_MS },
      { kind: 'restart', afterMs: 500, history: { everReady: true, failures: 1 } },
    ],
    [
      'served for a moment less than a minute: earlier failures count',
      settled,
      { unfit: false, readyForMs: MINUTE_MS - 1 },
      { kind: 'restart', afterMs: 8_000, history: { everReady: true, failures: 5 } },
    ],
  ];

  it.each(scenarios)('%s', (_, history, life, expected) => {
    expect(afterExit(history, life)).toEqual(expected);
  });

  it('waits at most half a minute', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 2_000].map(restartDelay)).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ]);
  });
});
