import { afterQuietHours } from '#contracts';

const HOUR_MS = 3_600_000;
/** An offer stands a day. */
const OFFER_MS = 24 * HOUR_MS;
/** It stands an hour at the least. */
const SHORTEST_OFFER_MS = HOUR_MS;

/**
 * Until when an offered seat is kept: a day, or half the time left to the first session where that is shorter, an hour
 * at the least, and never ending in the quiet hours between 20:00 and 09:00.
 */
export function offerUntil(offeredAt: Date, firstSessionAt: Date): Date {
  const left = firstSessionAt.getTime() - offeredAt.getTime();
  const length = left > 0 ? Math.max(SHORTEST_OFFER_MS, Math.min(OFFER_MS, left / 2)) : OFFER_MS;
  return afterQuietHours(new Date(offeredAt.getTime() + length));
}
