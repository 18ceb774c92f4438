/*
 * Days and moments as they stand in requests and cursors. What passes here is read alike by this program and by
 * PostgreSQL, which knows neither the year 0 nor ISO 8601's weeks.
 */

const DAY = /^(?:19|20|21)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const MOMENT =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** Whether a text is a day of the calendar, YYYY-MM-DD, in the years 1900 to 2199. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const day = Number(text.slice(8));
  // Day 0 of the next month is the last of this one.
  return day <= 28 || day <= new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
}

/** Whether a text is a moment with its offset, YYYY-MM-DDThh:mm:ss+08:00, on a day that {@link isDay} knows. */
export function isMoment(text: string): boolean {
  const day = MOMENT.exec(text)?.[1];
  return day !== undefined && isDay(day);
}
