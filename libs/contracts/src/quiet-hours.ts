import { addDays, dayOf } from './days.js';
import { DISTRICT_ZONE } from './vocabulary.js';

/** While people sleep, from 20:00 to 09:00, nothing runs out that they must answer, and nobody is called. */
const QUIET_FROM_HOUR = 20;
const QUIET_UNTIL_HOUR = 9;

const HOUR_FORMAT = new Intl.DateTimeFormat('en-GB', { timeZone: DISTRICT_ZONE, hour: '2-digit', hourCycle: 'h23' });
const hourOf = (moment: Date): number => Number(HOUR_FORMAT.format(moment));
const two = (hour: number): string => String(hour).padStart(2, '0');

/** Whether the moment falls into the quiet hours; 09:00 is the first of those that do not. */
export function isQuiet(moment: Date): boolean {
  const hour = hourOf(moment);
  return hour < QUIET_UNTIL_HOUR || hour >= QUIET_FROM_HOUR;
}

/** The same moment, or 09:00 of the morning that ends the quiet hours it falls into. */
export function afterQuietHours(moment: Date): Date {
  if (!isQuiet(moment)) return moment;
  const day = dayOf(moment);
  const morning = hourOf(moment) < QUIET_UNTIL_HOUR ? day : addDays(day, 1);
  return new Date(`${morning}T${two(QUIET_UNTIL_HOUR)}:00:00+08:00`);
}

/** 20:00 of the day of a moment outside the quiet hours. */
const eveningOf = (moment: Date) => new Date(`${dayOf(moment)}T${two(QUIET_FROM_HOUR)}:00:00+08:00`);

/** The moment by which so many milliseconds outside the quiet hours have passed. */
export function afterWakingTime(from: Date, ms: number): Date {
  let at = afterQuietHours(from);
  for (let left = ms; ;) {
    const evening = eveningOf(at);
    const today = evening.getTime() - at.getTime();
    if (left < today) return new Date(at.getTime() + left);
    left -= today;
    at = afterQuietHours(evening);
  }
}

/** Milliseconds outside the quiet hours between two moments; 0 where the second is not later. */
export function wakingTimeBetween(from: Date, to: Date): number {
  let total = 0;
  for (let at = afterQuietHours(from); at < to;) {
    const evening = eveningOf(at);
    total += Math.min(evening.getTime(), to.getTime()) - at.getTime();
    at = afterQuietHours(evening);
  }
  return total;
}
