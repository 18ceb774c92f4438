const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
const HEALTHY_AFTER_MS = 60_000;
const ATTEMPTS_TO_BECOME_READY = 3;

/** What is remembered of a child between its lives. */
export interface ChildHistory {
  /** Whether any of its lives got as far as answering. */
  everReady: boolean;
  /** Lives that ended since the last one that was healthy for a minute. */
  failures: number;
}

export const NEW_CHILD: ChildHistory = { everReady: false, failures: 0 };

/** How one life of a child went. */
export interface ChildLife {
  /** Whether it said that no retry can mend it: a setting or the database must be changed first. */
  unfit: boolean;
  /** How long it answered, in milliseconds; null when it never did. */
  readyForMs: number | null;
}

export type AfterExit =
  { kind: 'restart'; afterMs: number; history: ChildHistory } | { kind: 'give-up'; because: 'unfit' | 'never-ready' };

/**
 * What to do when a child has ended without being told to.
 *
 * A child that has answered once is started again for ever: whatever ended it may pass. One that never answers is not
 * going to, and the person at the terminal should hear of it at once.
 */
export function afterExit(history: ChildHistory, life: ChildLife): AfterExit {
  const everReady = history.everReady || life.readyForMs !== null;
  const wasHealthy = life.readyForMs !== null && life.readyForMs >= HEALTHY_AFTER_MS;
  const failures = wasHealthy ? 1 : history.failures + 1;
  if (!everReady && life.unfit) return { kind: 'give-up', because: 'unfit' };
  if (!everReady && failures >= ATTEMPTS_TO_BECOME_READY) return { kind: 'give-up', because: 'never-ready' };
  return { kind: 'restart', afterMs: restartDelay(failures), history: { everReady, failures } };
}

/** Milliseconds to wait before a restart: half a second, doubled with every failure, at most half a minute. */
export function restartDelay(failures: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS);
}
