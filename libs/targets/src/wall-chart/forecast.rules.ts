/** A class as far as a forecast needs it. */
export interface ForecastClass {
  state: 'published' | 'finished';
  seats: number;
  /** Residents who hold a seat, or held one to the end. */
  taken: number;
  /** Whether residents may still enroll. */
  open: boolean;
  /** Sessions that were not cancelled, in the order of time. */
  sessions: readonly { day: string; minutes: number }[];
  /** Person-times of the indicator that its residents have already. */
  counted: number;
}

/** How classes of the past went: what part of the seats was taken, and of those who held one how many counted. */
export interface PastRates {
  /** 0 to 1. */
  fill: number;
  /** 0 to 1. */
  counted: number;
  classes: number;
}

export interface Forecast {
  /** Person-times that the scheduled classes add by the end of the year. */
  expected: number;
  /** Scheduled classes that can add something by then. */
  classes: number;
  past: PastRates;
}

/** @returns null where no class with a seat taken has finished: there is nothing to learn from */
export function pastRates(classes: readonly ForecastClass[]): PastRates | null {
  const past = classes.filter(({ state, taken }) => state === 'finished' && taken > 0);
  const sum = (of: (one: ForecastClass) => number) => past.reduce((total, one) => total + of(one), 0);
  if (past.length === 0) return null;
  return {
    // Seats may have been lowered under those who held them.
    fill: Math.min(1, sum(({ taken }) => taken) / sum(({ seats, taken }) => Math.max(seats, taken))),
    counted: Math.min(1, sum(({ counted }) => counted) / sum(({ taken }) => taken)),
    classes: past.length,
  };
}

/**
 * The day on which whoever misses nothing reaches the threshold, by the timetable (counting rule 3): its year is the one
 * the class adds to.
 *
 * @param threshold percent of the minutes
 */
export function thresholdDay(sessions: ForecastClass['sessions'], threshold: number): string | null {
  const all = sessions.reduce((sum, { minutes }) => sum + minutes, 0);
  let minutes = 0;
  for (const session of sessions) {
    minutes += session.minutes;
    if (minutes * 100 >= all * threshold) return session.day;
  }
  return null;
}

/**
 * What the classes that are scheduled add to a counted indicator by the end of a year, if they go as those of the past
 * did: a class that is still open fills as they filled, and of its residents as many count.
 *
 * @param classes those that feed the indicator: finished in the trailing year, and published
 * @param today YYYY-MM-DD, in the year in question; a class whose sessions are all over adds nothing more
 * @param threshold percent of the minutes, of their programme kind
 * @returns null where there is no past to go by
 */
export function forecastOf(classes: readonly ForecastClass[], today: string, threshold: number): Forecast | null {
  const year = Number(today.slice(0, 4));
  const past = pastRates(classes);
  if (!past) return null;
  let [expected, count] = [0, 0];
  for (const one of classes) {
    const goesOn = one.state === 'published' && one.sessions.some((session) => session.day >= today);
    const day = goesOn ? thresholdDay(one.sessions, threshold) : null;
    if (day === null || Number(day.slice(0, 4)) > year) continue;
    const residents = one.open ? Math.max(one.taken, one.seats * past.fill) : one.taken;
    const more = Math.max(0, residents * past.counted - one.counted);
    if (more === 0) continue;
    expected += more;
    count++;
  }
  return { expected: Math.floor(expected), classes: count, past };
}
