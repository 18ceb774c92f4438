import { createHmac } from 'node:crypto';

/** How long a code is on the screen (seconds). */
const STEP_SECONDS = 15;
/**
 * Decimal digits of a code. Two codes are good at a time, so whoever tries {@link MOST_TRIES} times hits with a chance of
 * one in ten million.
 */
const DIGITS = 8;
/** Steps back by which a code is known to have been on the screen: ten minutes. */
const REMEMBERED_STEPS = 40;
/** Wrong codes that an account may send of a session within {@link TRIES_SECONDS}. */
const MOST_TRIES = 5;
const TRIES_SECONDS = 600;

const STEP_MS = STEP_SECONDS * 1000;

/** What a code that was typed or scanned is: on the screen, no longer on it, or none of its. */
export type CodeVerdict = 'current' | 'over' | 'wrong';

/** The code on the screen at a moment, and for how many more milliseconds. */
export function codeAt(key: Buffer, now: Date): { code: string; validForMs: number } {
  const step = stepOf(now);
  return { code: codeOf(key, step), validForMs: (step + 1) * STEP_MS - now.getTime() };
}

/** Judges a code by the server's time alone: the present one is good, and the one before it, which may be under way. */
export function judgeCode(key: Buffer, typed: string, now: Date): CodeVerdict {
  const code = typed.normalize('NFKC').replace(/[\s-]/g, '');
  const step = stepOf(now);
  for (let back = 0; back <= REMEMBERED_STEPS; back++) {
    if (codeOf(key, step - back) === code) return back <= 1 ? 'current' : 'over';
  }
  return 'wrong';
}

/** Seconds for which nothing more is looked at; 0 where this try, being counted already, is allowed. */
export function secondsUntilTry({ since, tries }: { since: Date; tries: number }, now: Date): number {
  if (tries <= MOST_TRIES) return 0;
  return Math.max(1, Math.ceil((since.getTime() + TRIES_SECONDS * 1000 - now.getTime()) / 1000));
}

/** Tries before this moment are forgotten. */
export const triesSince = (now: Date): Date => new Date(now.getTime() - TRIES_SECONDS * 1000);

const stepOf = (now: Date) => Math.floor(now.getTime() / STEP_MS);

function codeOf(key: Buffer, step: number): string {
  const number = createHmac('sha256', key).update(String(step)).digest().readUIntBE(0, 6);
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}
