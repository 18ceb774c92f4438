import { addDays } from '#contracts';
import { isClockTime, isDay, typedFrom } from './district-time';

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
/** Three years are more than any term, and end a recurrence whose every day is skipped. */
const MOST_DAYS = 1100;

export const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;

/** The sessions that a recurrence means, by day; none while it is not filled in, or ends before it starts. */
export function sessionsOf({ weekdays, from, starts, ends, count, until, skip }: Recurrence): TypedSession[] {
  const filledIn = isDay(from) && isClockTime(starts) && isClockTime(ends) && (count !== null || isDay(until));
  if (!filledIn || ends <= starts || weekdays.length === 0) return [];
  const most = Math.min(Math.floor(count ?? MOST_SESSIONS), MOST_SESSIONS);
  const sessions: TypedSession[] = [];
  for (let day = from, left = MOST_DAYS; left > 0 && sessions.length < most; day = addDays(day, 1), left--) {
    if (count === null && day > until) break;
    if (weekdays.includes(weekdayOf(day)) && !skip.includes(day)) sessions.push({ day, starts, ends });
  }
  return sessions;
}

/** A session that was held or planned; `frozen` where it was part of the plan and not added afterwards. */
interface PlannedSession {
  startsAt: string;
  endsAt: string;
  frozen: boolean;
}

/**
 * The weekly rhythm in which a class was planned, to begin a new one with. Makeups are no part of it, nor is a weekday
 * or a time that was an exception.
 */
export function rhythmOf(
  sessions: readonly PlannedSession[],
): Pick<Recurrence, 'weekdays' | 'starts' | 'ends' | 'count'> | null {
  const planned = sessions
    .filter(({ frozen }) => frozen)
    .map(({ startsAt, endsAt }) => {
      const [day, starts] = typedFrom(startsAt).split('T') as [string, string];
      return { weekday: weekdayOf(day), starts, ends: typedFrom(endsAt).slice(11) };
    });
  if (planned.length === 0) return null;
  const weekdays = countsOf(planned.map(({ weekday }) => weekday));
  const usual = Math.max(...weekdays.values()) / 2;
  const times = [...countsOf(planned.map(({ starts, ends }) => `${starts} ${ends}`))];
  const [[span]] = times.sort(([, one], [, other]) => other - one) as [[string, number]];
  const [starts, ends] = span.split(' ') as [string, string];
  return {
    weekdays: [...weekdays].flatMap(([weekday, count]) => (count >= usual ? [weekday] : [])).sort(),
    starts,
    ends,
    count: planned.length,
  };
}

/** How often each of them is there, in the order of their first. */
function countsOf<Value>(values: readonly Value[]): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Later than any day, so that what has none yet stands last. */
const NO_DAY = '~';

/** In the order in which the platform numbers them; what has no day yet stands last. */
export const inOrder = (sessions: readonly TypedSession[]): TypedSession[] => {
  const key = ({ day, starts, ends }: TypedSession) => `${day || NO_DAY}${starts}${ends}`;
  const keyed = sessions.map((session) => ({ session, key: key(session) }));
  return keyed
    .sort((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)))
    .map(({ session }) => session);
};
