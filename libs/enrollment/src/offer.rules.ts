import { afterQuietHours, afterWakingTime } from '#contracts';

const HOUR_MS = 3_600_000;
/** An offer stands a day. */
const OFFER_MS = 24 * HOUR_MS;
/** It leaves so much time at the least in which people are awake: to read of it, to be called, and to answer. */
const LEAST_WAKING_MS = 2 * HOUR_MS;

/**
 * Until when an offered seat is kept: a day, or half the time left to the first session where that is shorter. It never
 * ends in the quiet hours between 20:00 and 09:00, and leaves two hours outside of them at the least, even where the
 * first session begins before.
 */
export function offerUntil(offeredAt: Date, firstSessionAt: Date): Date {
  const left = firstSessionAt.getTime() - offeredAt.getTime();
  const length = left > 0 ? Math.min(OFFER_MS, left / 2) : OFFER_MS;
  const wished = afterQuietHours(new Date(offeredAt.getTime() + length));
  const least = afterWakingTime(offeredAt, LEAST_WAKING_MS);
  return wished > least ? wished : least;
}
