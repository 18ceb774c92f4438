/** Sessions missed without a word after which somebody asks. */
const MISSED_SESSIONS = 2;

/** What nobody marked may still come, from a device that was without network. */
const WAIT_FOR_MARKS_MS = 86_400_000;

/** A held session of a class at which somebody with a seat was neither present nor excused. */
export interface MissedSession {
  sessionId: string;
  startsAt: Date;
  endsAt: Date;
  /** Whether somebody marked the absence; else nothing is marked at all. */
  marked: boolean;
}

/** Somebody who is to be asked whether they will come again. */
export interface NoShow {
  /** The session that was one too many: by it one no-show is told from a later one. */
  sessionId: string;
  /** How many sessions they missed. */
  missed: number;
}

/**
 * Whether somebody is to be asked: two sessions were missed without a word, in a row or not. An absence that was marked
 * counts when the session is over, one of which nothing is marked a day later. Whoever was reached begins anew: what was
 * missed before has been spoken about.
 *
 * @param missed sessions since the seat was given
 * @param reachedAt when they were last reached about it
 */
export function noShowOf(missed: readonly MissedSession[], reachedAt: Date | null, now: Date): NoShow | null {
  const counting = missed
    .filter(({ startsAt }) => reachedAt === null || startsAt > reachedAt)
    .filter(({ endsAt, marked }) => endsAt.getTime() + (marked ? 0 : WAIT_FOR_MARKS_MS) <= now.getTime())
    .toSorted((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
  const tooMany = counting[MISSED_SESSIONS - 1];
  return tooMany ? { sessionId: tooMany.sessionId, missed: counting.length } : null;
}
