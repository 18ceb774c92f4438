import { addDays } from '#contracts';
import { typedFrom } from './district-time';

/** A session as it stands in the form: a day of the district and two clock times. */
export interface TypedSession {
  day: string;
  starts: string;
  ends: string;
}

/** Monday is 1, Sunday is 7. */
export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

/** When a class meets, week by week. */
export interface Recurrence {
  weekdays: number[];
  from: string;
  starts: string;
  ends: string;
  /** How many sessions; where it is null, `until` ends them. */
  count: number | null;
  /** Last day, included. */
  until: string;
  /** Days on which there is no session, such as holidays. */
  skip: string[];
}

/** The most sessions of one class. */
export const MOST_SESSIONS = 200;

export const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;

/** The sessions that a recurrence means, by day; none while it is not filled in. */
export function sessionsOf({ weekdays, from, starts, ends, count, until, skip }: Recurrence): TypedSession[] {
  if (!from || !starts || !ends || weekdays.length === 0 || (count === null && !until)) return [];
  const most = Math.min(count ?? MOST_SESSIONS, MOST_SESSIONS);
  const sessions: TypedSession[] = [];
  // Three years are more than any term, and end a recurrence whose every day is skipped.
  for (let day = from, left = 1100; left > 0 && sessions.length < most; day = addDays(day, 1), left--) {
    if (count === null && day > until) break;
    if (weekdays.includes(weekdayOf(day)) && !skip.includes(day)) sessions.push({ day, starts, ends });
  }
  return sessions;
}

/** The weekly rhythm of sessions that were held, to begin a new class with. */
export function rhythmOf(
  sessions: readonly { startsAt: string; endsAt: string }[],
): Pick<Recurrence, 'weekdays' | 'starts' | 'ends' | 'count'> | null {
  const [first] = sessions;
  if (!first) return null;
  const weekdays = new Set(sessions.map(({ startsAt }) => weekdayOf(typedFrom(startsAt).slice(0, 10))));
  return {
    weekdays: [...weekdays].sort(),
    starts: typedFrom(first.startsAt).slice(11),
    ends: typedFrom(first.endsAt).slice(11),
    count: sessions.length,
  };
}

/** In the order in which the platform numbers them. */
export const inOrder = (sessions: readonly TypedSession[]): TypedSession[] =>
  [...sessions].sort((one, other) =>
    `${one.day}${one.starts}${one.ends}`.localeCompare(`${other.day}${other.starts}${other.ends}`),
  );
