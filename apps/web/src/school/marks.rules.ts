import type { Schema } from '../shared/api';

/*
 * What becomes of marks that wait on a device, as decisions without device or network: which are sent, what an answer
 * means for them, what the roster shows of them meanwhile.
 */

export type Mark = Schema<'MarkRequest'>;
export type MarkAnswer = Schema<'MarkAnswerView'>;

/** Why the platform would not take a request. */
export interface MarkRefusal {
  title: string;
  next: string;
}

export interface KeptMark {
  /** Who made it; only that person's sign-in sends it. */
  by: string;
  classId: string;
  sessionId: string;
  mark: Mark;
  /** Why the platform would not take the request it came in; it is sent again only when somebody says so. */
  refused?: MarkRefusal;
}

/** Marks that one request carries at most. */
export const PER_REQUEST = 500;
const UNAUTHORIZED = 401;
/** Refusals that pass by themselves: no answer, a time-out, a lock that was held, too early, too many requests. */
const PASSING = [0, 408, 409, 425, 429];

/** What was kept as text; nothing where the text is none of ours. */
export function keptFrom(text: string | null): KeptMark[] {
  try {
    const read: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(read) ? (read as KeptMark[]) : [];
  } catch {
    return [];
  }
}

/** The requests in which the marks of this person go: each of one session, in the order in which they were made. */
export function requestsOf(kept: readonly KeptMark[], by: string): { sessionId: string; items: Mark[] }[] {
  const sessions = new Map<string, Mark[]>();
  for (const entry of kept) {
    if (entry.by !== by || entry.refused) continue;
    sessions.set(entry.sessionId, [...(sessions.get(entry.sessionId) ?? []), entry.mark]);
  }
  return [...sessions].flatMap(([sessionId, marks]) => {
    const count = Math.ceil(marks.length / PER_REQUEST);
    return Array.from({ length: count }, (_, part) => ({
      sessionId,
      items: marks.slice(part * PER_REQUEST, (part + 1) * PER_REQUEST),
    }));
  });
}

/**
 * What a status other than success means for the marks in the request: they are sent again by themselves (`later`), once
 * the person has signed in (`signed-out`), or only when somebody says so (`refused`).
 */
export function fateOf(status: number): 'later' | 'signed-out' | 'refused' {
  if (status === UNAUTHORIZED) return 'signed-out';
  return status >= 500 || PASSING.includes(status) ? 'later' : 'refused';
}

/** Marks that were made while it was not known who is signed in are those of whoever is known next on the device. */
export const adoptedBy = (kept: readonly KeptMark[], by: string): KeptMark[] =>
  kept.map((entry) => (entry.by === '' ? { ...entry, by } : entry));

/** Without those that the platform has answered. */
export const withoutAnswered = (kept: readonly KeptMark[], ids: ReadonlySet<string>): KeptMark[] =>
  kept.filter(({ mark }) => !ids.has(mark.id));

/** With the reason at those that the platform would not take. */
export const withRefusal = (kept: readonly KeptMark[], ids: ReadonlySet<string>, refused: MarkRefusal): KeptMark[] =>
  kept.map((entry) => (ids.has(entry.mark.id) ? { ...entry, refused } : entry));

/** What this person wants to be sent once more has no reason any longer; others' marks are theirs. */
export const toSendOnceMore = (kept: readonly KeptMark[], by: string): KeptMark[] =>
  kept.map(({ refused, ...entry }) => (refused && entry.by !== by ? { ...entry, refused } : entry));

/** Without what this person gives up of what the platform would not take. */
export const withoutGivenUp = (kept: readonly KeptMark[], by: string): KeptMark[] =>
  kept.filter((entry) => !entry.refused || entry.by !== by);

/** A reason for which the platform would not take some marks of a session. */
export interface RefusedMarks {
  sessionId: string;
  classId: string;
  refused: MarkRefusal;
  count: number;
}

/** The reasons for which marks of this person were not taken, each session's by itself. */
export function reasonsOf(kept: readonly KeptMark[], by: string): RefusedMarks[] {
  const reasons = new Map<string, RefusedMarks>();
  for (const { refused, sessionId, classId, by: whose } of kept) {
    if (!refused || whose !== by) continue;
    const key = `${sessionId} ${refused.title}`;
    reasons.set(key, { sessionId, classId, refused, count: (reasons.get(key)?.count ?? 0) + 1 });
  }
  return [...reasons.values()];
}

/** A name on the roster with what is known of it here: what the platform says, and what this device has not sent yet. */
export interface RosterLine extends Schema<'RosterEntryView'> {
  status: Schema<'AttendanceView'>['status'] | null;
  arrivedAt: string | null;
  leftAt: string | null;
  /** Recorded on this device, and not sent yet. */
  unsent: boolean;
}

/**
 * Lays the marks of this device over the roster; of two for the same person the later one is seen.
 *
 * @param laidOver may hold marks that were sent, until the roster that knows them is there
 * @param unsent ids of those that were not
 */
export function linesOf(
  roster: readonly Schema<'RosterEntryView'>[],
  laidOver: readonly Mark[],
  unsent: ReadonlySet<string>,
): RosterLine[] {
  const marks = new Map(laidOver.map((mark) => [mark.residentId, mark]));
  return roster.map((entry) => {
    const mark = marks.get(entry.residentId);
    return {
      ...entry,
      status: mark?.status ?? entry.attendance?.status ?? null,
      arrivedAt: (mark ? mark.arrivedAt : entry.attendance?.arrivedAt) ?? null,
      leftAt: (mark ? mark.leftAt : entry.attendance?.leftAt) ?? null,
      unsent: mark !== undefined && unsent.has(mark.id),
    };
  });
}
