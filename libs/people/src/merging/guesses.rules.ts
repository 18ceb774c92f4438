const HOUR_MS = 3_600_000;

/**
 * What an account may ask of others' things, so many times an hour: codes that friends and family told it, and whether
 * somebody is registered. Few enough that nobody finds out by trying; a family that mistypes has enough.
 */
const MOST_AN_HOUR = { companion_code: 10, proxy_code: 10, registered_already: 20 } as const;

export type GuessKind = keyof typeof MOST_AN_HOUR;

/** The guesses that are counted, since the first of them. */
export interface Guesses {
  since: Date;
  guesses: number;
}

/** The count with one more guess; an hour after the first a new count begins. */
export function countGuess(counted: Guesses | undefined, now: Date): Guesses {
  return counted && now.getTime() - counted.since.getTime() < HOUR_MS
    ? { since: counted.since, guesses: counted.guesses + 1 }
    : { since: now, guesses: 1 };
}

/** Whole seconds until the account may guess again; 0 where this guess is allowed. */
export function secondsUntilGuess(kind: GuessKind, { since, guesses }: Guesses, now: Date): number {
  if (guesses <= MOST_AN_HOUR[kind]) return 0;
  return Math.max(1, Math.ceil((since.getTime() + HOUR_MS - now.getTime()) / 1000));
}
