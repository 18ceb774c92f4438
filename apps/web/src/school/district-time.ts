/*
 * Times as they are typed into forms: the district's clock, whatever the device's. China has kept one offset since 1991.
 */
const OFFSET_HOURS = 8;
const HOUR_MS = 3_600_000;

/** The moment that a day (YYYY-MM-DD) and a clock time (HH:MM) of the district mean, in ISO 8601. */
export const momentAt = (day: string, time: string): string => new Date(`${day}T${time}:00+08:00`).toISOString();

/** `YYYY-MM-DDTHH:MM`, as inputs for date and time take it. */
export const typedFrom = (iso: string): string =>
  new Date(Date.parse(iso) + OFFSET_HOURS * HOUR_MS).toISOString().slice(0, 16);

/** The moment that a filled-in input for date and time means, in ISO 8601; null while it is not filled in. */
export const momentFrom = (typed: string): string | null => {
  const [day, time] = typed.split('T');
  return day && time ? momentAt(day, time.slice(0, 5)) : null;
};
