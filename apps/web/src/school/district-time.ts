/*
 * Times as they are typed into forms: the district's clock, whatever the device's. China has kept one offset since 1991.
 */
const OFFSET_HOURS = 8;
const HOUR_MS = 3_600_000;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const CLOCK_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** Whether it is a day of the calendar (YYYY-MM-DD); while it is typed, its year may have five digits. */
export const isDay = (text: string): boolean => {
  const date = DAY.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  // 30 February would roll over into March.
  return date !== null && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
};

/** Whether it is a time of the day (HH:MM). */
export const isClockTime = (text: string): boolean => CLOCK_TIME.test(text);

/** The moment that a day (YYYY-MM-DD) and a clock time (HH:MM) of the district mean, in ISO 8601. */
export const momentAt = (day: string, time: string): string => new Date(`${day}T${time}:00+08:00`).toISOString();

/** `YYYY-MM-DDTHH:MM`, as inputs for date and time take it. */
export const typedFrom = (iso: string): string =>
  new Date(Date.parse(iso) + OFFSET_HOURS * HOUR_MS).toISOString().slice(0, 16);

/** The moment that a filled-in input for date and time means, in ISO 8601; null while it means none. */
export const momentFrom = (typed: string): string | null => {
  const [day = '', time = ''] = typed.split('T');
  return isDay(day) && isClockTime(time.slice(0, 5)) ? momentAt(day, time.slice(0, 5)) : null;
};
