import { addDays, dayOf, DISTRICT_ZONE } from '#contracts';

const HOUR_MS = 3_600_000;
/** An offer stands a day. */
const OFFER_MS = 24 * HOUR_MS;
/** It stands an hour at the least. */
const SHORTEST_OFFER_MS = HOUR_MS;
/** No offer runs out while people sleep: what would end from 20:00 on ends at 09:00. */
const QUIET_FROM_HOUR = 20;
const QUIET_UNTIL_HOUR = 9;

const HOUR_FORMAT = new Intl.DateTimeFormat('en-GB', { timeZone: DISTRICT_ZONE, hour: '2-digit', hourCycle: 'h23' });

/**
 * Until when an offered seat is kept: a day, or half the time left to the first session where that is shorter, an hour
 * at the least, and never ending between 20:00 and 09:00.
 */
export function offerUntil(offeredAt: Date, firstSessionAt: Date): Date {
  const left = firstSessionAt.getTime() - offeredAt.getTime();
  const length = left > 0 ? Math.max(SHORTEST_OFFER_MS, Math.min(OFFER_MS, left / 2)) : OFFER_MS;
  return afterQuietHours(new Date(offeredAt.getTime() + length));
}

/** The same moment, or 09:00 of the morning that ends the quiet hours it falls into. */
function afterQuietHours(moment: Date): Date {
  const hour = Number(HOUR_FORMAT.format(moment));
  if (hour >= QUIET_UNTIL_HOUR && hour < QUIET_FROM_HOUR) return moment;
  const day = dayOf(moment);
  return new Date(`${hour < QUIET_UNTIL_HOUR ? day : addDays(day, 1)}T09:00:00+08:00`);
}
