/** Wrong passwords after which a staff member is locked out, and for how long. */
const MOST_WRONG_PASSWORDS = 10;
const LOCK_MS = 15 * 60_000;

/** How long a code works, and how many wrong guesses it bears. */
export const CODE_LIFE_MS = 5 * 60_000;
export const MOST_WRONG_CODES = 5;

/** Codes a phone may be sent within a span: one a minute, five an hour, ten a day. */
const CODE_LIMITS = [
  { withinMs: 60_000, most: 1 },
  { withinMs: 3_600_000, most: 5 },
  { withinMs: 86_400_000, most: 10 },
] as const;

/** The longest span of {@link CODE_LIMITS}: older codes do not matter. */
export const CODE_MEMORY_MS = 86_400_000;

/**
 * Whole seconds until this phone may be sent another code; 0 means now.
 *
 * @param sent when codes were sent to it, in any order
 */
export function secondsUntilNextCode(sent: readonly Date[], now: Date): number {
  const newestFirst = sent.map((at) => at.getTime()).sort((a, b) => b - a);
  const waits = CODE_LIMITS.map(({ withinMs, most }) => {
    // As long as so many lie within the span, the oldest of them must leave it first.
    const blocking = newestFirst[most - 1];
    return blocking === undefined ? 0 : blocking + withinMs - now.getTime();
  });
  return Math.max(0, Math.ceil(Math.max(...waits) / 1000));
}

/** What is known of someone's wrong passwords. */
export interface PasswordTries {
  failedAttempts: number;
  lockedUntil: Date | null;
}

export type PasswordTry = { kind: 'locked'; until: Date } | ({ kind: 'try' } & PasswordTries);

/**
 * Whether a password may be tried now. The attempt is counted before the password is checked, so that guesses sent all
 * at once cannot outrun the counter; a right password sets it back.
 */
export function tryPassword(tries: PasswordTries, now: Date): PasswordTry {
  if (tries.lockedUntil && tries.lockedUntil > now) return { kind: 'locked', until: tries.lockedUntil };
  // A lock that ran out begins a new count.
  const failedAttempts = (tries.lockedUntil ? 0 : tries.failedAttempts) + 1;
  const lockedUntil = failedAttempts >= MOST_WRONG_PASSWORDS ? new Date(now.getTime() + LOCK_MS) : null;
  return { kind: 'try', failedAttempts, lockedUntil };
}

/** Usernames are kept and compared in lower case. */
export const normalUsername = (typed: string) => typed.normalize('NFKC').trim().toLowerCase();

/** Whether a password will do: at least 10 characters, and not the username. */
export function isGoodPassword(password: string, username: string): boolean {
  return [...password].length >= 10 && password.trim().toLowerCase() !== normalUsername(username);
}

/** 138****1234. */
export const maskPhone = (phone: string) => `${phone.slice(0, 3)}****${phone.slice(-4)}`;
