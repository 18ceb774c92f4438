import type { AttendanceStatus, MarkKind } from '#contracts';

export type MarkOutcome = 'recorded' | 'duplicate' | 'rejected' | 'review';

/** Why a mark is not recorded: the name of an error of `AttendanceErrors`. */
export type Refusal =
  | 'CODE_UNREADABLE'
  | 'CODE_UNKNOWN'
  | 'NOBODY_NAMED'
  | 'ROTATING_CODE_WRONG'
  | 'ROTATING_CODE_OVER'
  | 'NOT_ON_ROSTER'
  | 'SESSION_CANCELLED'
  | 'CLASS_NOT_RUNNING'
  | 'TOO_EARLY'
  | 'TOO_LATE'
  | 'CLASS_ENTERED_LATE'
  | 'TIME_OUTSIDE_SESSION'
  | 'TIMES_REVERSED'
  | 'SCAN_IS_PRESENCE'
  | 'SESSION_OVER'
  | 'SAT_IN'
  | 'REASON_NEEDED'
  | 'TEACHER_STANDS'
  | 'ITEM_ID_REUSED'
  | 'CONFLICTING';

/** Why it is not known whose a mark is, or not believed that they are there. */
export type Unknown = Extract<
  Refusal,
  'CODE_UNREADABLE' | 'CODE_UNKNOWN' | 'NOBODY_NAMED' | 'ROTATING_CODE_WRONG' | 'ROTATING_CODE_OVER'
>;

/** A mark as a device sent it. */
export interface SentMark {
  id: string;
  kind: MarkKind;
  status: AttendanceStatus;
  /** Whose it is: by the code that was scanned, or as named; or why that is not known. */
  whose: { residentId: string } | { unknown: Unknown };
  arrivedAt: Date | null;
  leftAt: Date | null;
  deviceId: string;
  /** By the device's clock. */
  deviceTime: Date;
  /** Why it is marked afterwards; null: nothing was said. */
  because: string | null;
}

/** Marks that are late records (补录) for one of these reasons count when the principal has signed (counting rule 12). */
const IS_LATE: ReadonlySet<Refusal | null> = new Set<Refusal>(['TOO_LATE', 'CLASS_ENTERED_LATE']);
/** Whether a mark is a late record. */
export const isLate = ({ reason }: { reason: Refusal | null }): boolean => IS_LATE.has(reason);

/** Marks that say by themselves that somebody is there at that moment. */
export const IS_SCAN: ReadonlySet<MarkKind> = new Set(['personal_code', 'rotating_code']);
/** Marks by which staff say who was there; those of a monitor give way to them. */
export const IS_STAFFS: ReadonlySet<MarkKind> = new Set(['teacher_mark', 'paper_sheet', 'import']);

/** A mark that is kept. */
export interface KeptMark extends Omit<SentMark, 'whose'> {
  sessionId: string;
  residentId: string | null;
  recordedAt: Date;
  outcome: MarkOutcome;
  reason: Refusal | null;
  /** Of a late record: when the principal signed it; null: not yet, or it is none. */
  signedAt: Date | null;
  /** It was taken back with the import that it came with, and says nothing any more. */
  withdrawn: boolean;
  /** The record under which it was made, where that was merged into the resident's; null: the resident's own. */
  mergedRecordId: string | null;
  /** When that was. */
  mergedAt: Date | null;
}

/** What the marks of one resident at one session say together. */
export interface PresentState {
  status: AttendanceStatus;
  /** Null: from the start, as far as anybody said. */
  arrivedAt: Date | null;
  /** Null: to the end. */
  leftAt: Date | null;
  /** The mark that decides the status. */
  markId: string;
}

/**
 * What the marks of a session say of each resident together: when a principal has signed late records of it, when
 * records were merged, and when it is checked what is kept of it.
 *
 * @param kept of one session
 */
export function standingOf(kept: readonly KeptMark[]): Map<string, PresentState> {
  const applied = new Map<string, KeptMark[]>();
  for (const mark of kept) apply(applied, mark);
  return new Map(
    [...applied].flatMap(([residentId, marks]) => {
      const state = presentState(marks);
      return state ? [[residentId, state] as const] : [];
    }),
  );
}

/**
 * What a resident's marks at a session say together; the order in which they came plays no part.
 *
 * The last one gives the status; where a teacher marked, the monitor's marks say nothing. When somebody came: as staff last
 * stated it, else by the first mark of presence, a scan by its own time and a tick from the start. When somebody left: as
 * last stated.
 *
 * @param marks of one resident at one session; rejected ones and late records that nobody signed say nothing
 */
export function presentState(marks: readonly KeptMark[]): PresentState | null {
  const inOrder = inOrderOfTime(marks);
  const last = inOrder.at(-1);
  if (!last) return null;
  if (last.status !== 'present') return { status: last.status, arrivedAt: null, leftAt: null, markId: last.id };
  const presences = inOrder.filter((mark) => mark.status === 'present');
  const first = presences[0]!;
  // Times that were stated before somebody was marked away went with it.
  const since = inOrder.slice(inOrder.indexOf(firstOfLastRun(inOrder)));
  const stated = since.findLast((mark) => IS_STAFFS.has(mark.kind) && mark.arrivedAt !== null);
  const byScan = IS_SCAN.has(first.kind) ? (first.arrivedAt ?? timeOf(first)) : null;
  const arrivedAt = stated?.arrivedAt ?? byScan;
  const leftAt = since.findLast((mark) => mark.leftAt !== null)?.leftAt ?? null;
  return {
    status: 'present',
    arrivedAt,
    // Two devices may have stated it apart; nobody leaves before they come.
    leftAt: leftAt && arrivedAt && leftAt < arrivedAt ? null : leftAt,
    // The first mark that said so: a repeated tick or scan adds nothing.
    markId: firstOfLastRun(inOrder).id,
  };
}

/** Of the marks at the end that agree on the status, the first. */
function firstOfLastRun(inOrder: readonly KeptMark[]): KeptMark {
  const status = inOrder.at(-1)!.status;
  const different = inOrder.findLastIndex((mark) => mark.status !== status);
  return inOrder[different + 1]!;
}

export const inOrderOfTime = (marks: readonly KeptMark[]): KeptMark[] => ordered(ofOnePerson(marks));

function ordered(marks: readonly KeptMark[]): KeptMark[] {
  const counted = marks.filter(counts);
  const heard = counted.some(isTeachers) ? counted.filter(({ kind }) => kind !== 'monitor_mark') : counted;
  return heard.toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
}

/**
 * Where two records of one person were marked at a session before they were merged, presence stands over an excuse and an
 * excuse over absence, and what was marked of the other record says nothing: nobody is at a session and away from it.
 * What is marked after the merger stands by its time, as ever.
 */
function ofOnePerson(marks: readonly KeptMark[]): readonly KeptMark[] {
  const records = new Map<string, KeptMark[]>();
  for (const mark of marks) {
    if (mark.mergedRecordId === null) continue;
    records.set(mark.mergedRecordId, [...(records.get(mark.mergedRecordId) ?? []), mark]);
  }
  let own = marks.filter(({ mergedRecordId }) => mergedRecordId === null);
  const mergers = [...records.values()].map((theirs) => ({ theirs, at: theirs[0]!.mergedAt! }));
  for (const { theirs, at } of mergers.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
    const before = own.filter(({ recordedAt }) => recordedAt <= at);
    const after = own.filter(({ recordedAt }) => recordedAt > at);
    own = [...(weightOf(theirs) > weightOf(before) ? theirs : before), ...after];
  }
  return records.size === 0 ? marks : own;
}

const WEIGHTS: readonly AttendanceStatus[] = ['absent', 'excused', 'present'];

/** How much what is marked of one record says; -1: nothing counts. */
function weightOf(marks: readonly KeptMark[]): number {
  const last = ordered(marks).at(-1);
  return last ? WEIGHTS.indexOf(last.status) : -1;
}

export const isTeachers = (mark: KeptMark) => IS_STAFFS.has(mark.kind) && counts(mark);

export function apply(applied: Map<string, KeptMark[]>, mark: KeptMark): void {
  if (mark.residentId === null || !counts(mark)) return;
  applied.set(mark.residentId, [...(applied.get(mark.residentId) ?? []), mark]);
}

/** A mark in review because of a later one is part of the story, and the later one stands; a late record is when signed. */
const counts = (mark: KeptMark) =>
  !mark.withdrawn && (isLate(mark) ? mark.signedAt !== null : mark.outcome !== 'rejected');

/** When a mark was made. A clock that is ahead of the server's is not believed, or its marks would stand for ever. */
const timeOf = (mark: KeptMark) => earlier(mark.deviceTime, mark.recordedAt);

export const earlier = (a: Date, b: Date) => (a < b ? a : b);

/** By time, then by id, so that two marks always stand in one order. */
export function isBefore(a: KeptMark, b: KeptMark): boolean {
  const difference = timeOf(a).getTime() - timeOf(b).getTime();
  return difference === 0 ? a.id < b.id : difference < 0;
}

export const sameState = (a: PresentState | null, b: PresentState | null) =>
  a?.status === b?.status &&
  a?.arrivedAt?.getTime() === b?.arrivedAt?.getTime() &&
  a?.leftAt?.getTime() === b?.leftAt?.getTime();
