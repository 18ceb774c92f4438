import { DISTRICT_ZONE } from './vocabulary.js';

const DAY_FORMAT = new Intl.DateTimeFormat('en-CA', {
  timeZone: DISTRICT_ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** Days change on full quarters of an hour in any zone. */
const QUARTER_MS = 900_000;
const MOST_QUARTERS = 20_000;
const daysOfQuarters = new Map<number, string>();

/** The district's calendar day (YYYY-MM-DD, Asia/Shanghai) on which a moment falls. */
export function dayOf(moment: Date): string {
  // A recount asks for each session of each resident; the calendar takes longer to answer than all the rest.
  const quarter = Math.floor(moment.getTime() / QUARTER_MS);
  const known = daysOfQuarters.get(quarter);
  if (known !== undefined) return known;
  const day = DAY_FORMAT.format(moment);
  if (daysOfQuarters.size >= MOST_QUARTERS) daysOfQuarters.clear();
  daysOfQuarters.set(quarter, day);
  return day;
}

/**
 * Age in completed years on a day; someone born on 29 February has the birthday on 1 March of common years.
 *
 * @param birthDate YYYY-MM-DD
 * @param day YYYY-MM-DD
 */
export function ageOn(birthDate: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) >= birthDate.slice(5) ? years : years - 1;
}

/** The day so many days later (or earlier, if negative), both YYYY-MM-DD. */
export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** Whether there is such a day: digits as YYYY-MM-DD, which need not be one. */
export function isDay(written: string): boolean {
  const [year, month, day] = [Number(written.slice(0, 4)), Number(written.slice(5, 7)), Number(written.slice(8))];
  // The calendar itself is asked where a month may be too short: for a long list it takes longer than all the rest.
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  return day <= 28 || day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}

/**
 * The day (YYYY-MM-DD) that Excel counts as so many from the end of 1899; undefined where it is none of the last or
 * next hundred years.
 */
export function dayOfSerial(serial: number): string | undefined {
  if (serial < 7_305 || serial >= 73_051) return undefined;
  return new Date(Date.UTC(1899, 11, 30) + Math.floor(serial) * 86_400_000).toISOString().slice(0, 10);
}
