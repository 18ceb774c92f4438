import type { SessionTime } from '#catalogue';

/** Whether two classes of a resident meet at the same time, the way between them included. */

/** Minutes from the one place to the other. */
export type Travel = (from: SessionTime, to: SessionTime) => number;

/** Sessions by class. */
export function sessionsByClass<Session extends SessionTime>(sessions: readonly Session[]): Map<string, Session[]> {
  const byClass = new Map<string, Session[]>();
  for (const session of sessions) {
    const list = byClass.get(session.classId);
    if (list) list.push(session);
    else byClass.set(session.classId, [session]);
  }
  return byClass;
}

/** The longest way in the district: sessions further apart need not be looked at. */
const LONGEST_WAY_MS = 12 * 3_600_000;

/**
 * Whether nobody can be at both: a session of one class begins before the other's has ended and the way is done. With
 * no way to go one may begin as the other ends.
 *
 * @param ours in order of time, as are `theirs`
 */
export function meetAtOnce(ours: readonly SessionTime[], theirs: readonly SessionTime[], travel: Travel): boolean {
  let from = 0;
  for (const mine of ours) {
    const earliest = mine.startsAt.getTime() - LONGEST_WAY_MS;
    while (from < theirs.length && theirs[from]!.endsAt.getTime() <= earliest) from++;
    for (let index = from; index < theirs.length; index++) {
      const other = theirs[index]!;
      const gap = Math.max(
        other.startsAt.getTime() - mine.endsAt.getTime(),
        mine.startsAt.getTime() - other.endsAt.getTime(),
      );
      if (gap < 0) return true;
      if (gap < LONGEST_WAY_MS && gap < travel(mine, other) * 60_000) return true;
      if (other.startsAt.getTime() >= mine.endsAt.getTime() + LONGEST_WAY_MS) break;
    }
  }
  return false;
}
