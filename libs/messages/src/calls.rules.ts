import { dayOf } from '#contracts';
import type { CallOutcome, SeatAnswer } from '#contracts';

/** An attempt to reach somebody about a seat. */
export interface SeatCall {
  at: Date;
  outcome: CallOutcome;
  answer: SeatAnswer | null;
}

/** Days on which it must have been tried in vain before a seat is given away. */
const DAYS_TRIED = 2;

/**
 * Whether a seat may be taken from somebody who missed sessions: they said themselves that they will not come, or it
 * was tried in vain on two different days. Whoever was reached and keeps the seat begins anew.
 *
 * @param calls in the order in which they were made
 */
export function mayReleaseForNoShow(calls: readonly SeatCall[]): boolean {
  const lastReached = calls.findLastIndex(({ outcome }) => outcome === 'reached');
  if (calls[lastReached]?.answer === 'gives_up_seat') return true;
  const inVain = calls.slice(lastReached + 1);
  return new Set(inVain.map(({ at }) => dayOf(at))).size >= DAYS_TRIED;
}
