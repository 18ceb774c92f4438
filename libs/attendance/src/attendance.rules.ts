import { type AttendanceStatus, type ClassState, dayOf, type MarkKind, type SessionState } from '#contracts';

/** Minutes before the start from which marks are taken. */
export const EARLY_MINUTES = 30;
/** Hours around a session within which arrivals and leavings lie. */
const AROUND_HOURS = 4;
/** Days after a session until which marks count without the principal's signature (counting rule 12). */
const LATE_DAYS = 7;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** What a device held without network it sends within this time, in however many requests. */
const ONE_UPLOAD = HOUR;

const NOBODY: ReadonlySet<string> = new Set();
const WAS_PUBLISHED: ReadonlySet<ClassState> = new Set(['published', 'finished', 'stopped']);

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

/** Marks that are late records (补录) for one of these reasons count when the principal has signed (counting rule 12). */
const IS_LATE: ReadonlySet<Refusal | null> = new Set<Refusal>(['TOO_LATE', 'CLASS_ENTERED_LATE']);
/** Whether a mark is a late record. */
export const isLate = ({ reason }: { reason: Refusal | null }): boolean => IS_LATE.has(reason);

/** Marks that say by themselves that somebody is there at that moment. */
const IS_SCAN: ReadonlySet<MarkKind> = new Set(['personal_code', 'rotating_code']);
/** Marks by which staff say who was there; those of a monitor give way to them. */
const IS_STAFFS: ReadonlySet<MarkKind> = new Set(['teacher_mark', 'paper_sheet', 'import']);
/** Marks by which staff may say when somebody came and left. */
const STATES_TIMES: ReadonlySet<MarkKind> = new Set(['teacher_mark', 'import']);
/** Marks whose time is the server's, so that one that is sent again bears another. */
const HAS_SERVER_TIME: ReadonlySet<MarkKind> = new Set(['rotating_code', 'monitor_mark']);

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

/** Facts of the session by which marks are decided. */
export interface MarkedSession {
  id: string;
  startsAt: Date;
  endsAt: Date;
  state: SessionState;
  classState: ClassState;
  /** The class was created after its first session; then every mark of it is a late record. */
  enteredAfterwards: boolean;
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

/** What is known beforehand of whose mark it is. */
interface Known {
  /** Their marks at the session that count. */
  own: readonly KeptMark[];
  onRoster: boolean;
  /** A late record of theirs at the session is there that nobody signed. */
  waits: boolean;
}

/** What becomes of a mark that was sent. */
export interface MarkDecision {
  mark: SentMark;
  outcome: MarkOutcome;
  reason: Refusal | null;
  /** The mark was sent before and is kept already: nothing is to be written. */
  replayed: boolean;
  /** Of a mark of someone on the roster. */
  residentId: string | null;
}

export interface Decided {
  decisions: MarkDecision[];
  /** Residents whose present state is another than before. */
  changed: Map<string, PresentState>;
}

/**
 * Decides the marks of one session in the order in which they were sent.
 *
 * @param keptBefore all marks with one of the ids that were sent, and all of this session of the residents named
 * @param roster residents who have a seat in the class
 * @param now by the server's clock
 * @param satIn residents who sat in at this session (旁听), whatever they got later
 */
export function decideMarks(
  session: MarkedSession,
  sent: readonly SentMark[],
  keptBefore: readonly KeptMark[],
  roster: ReadonlySet<string>,
  now: Date,
  satIn: ReadonlySet<string> = NOBODY,
): Decided {
  const byId = new Map(keptBefore.map((mark) => [mark.id, mark]));
  const applied = new Map<string, KeptMark[]>();
  /** Of whom a late record is there that nobody signed. */
  const waiting = new Set<string | null>();
  const take = (mark: KeptMark) => {
    apply(applied, mark);
    if (isLate(mark) && mark.signedAt === null && !mark.withdrawn) waiting.add(mark.residentId);
  };
  for (const mark of keptBefore) if (mark.sessionId === session.id) take(mark);

  const before = new Map([...applied].map(([residentId, marks]) => [residentId, presentState(marks)]));
  const decisions = sent.map((mark): MarkDecision => {
    const residentId = 'residentId' in mark.whose && roster.has(mark.whose.residentId) ? mark.whose.residentId : null;
    const earlier = byId.get(mark.id);
    if (earlier) return { ...replay(session, mark, earlier), mark, residentId, replayed: true };
    const own = residentId === null ? [] : (applied.get(residentId) ?? []);
    const sat = residentId !== null && satIn.has(residentId);
    const { outcome, reason } = sat
      ? ({ outcome: 'rejected', reason: 'SAT_IN' } as const)
      : decideMark(session, mark, { own, onRoster: residentId !== null, waits: waiting.has(residentId) }, now);
    const stored = kept(session, mark, residentId, now, outcome, reason);
    byId.set(mark.id, stored);
    take(stored);
    return { mark, outcome, reason, replayed: false, residentId };
  });

  const changed = new Map<string, PresentState>();
  for (const [residentId, marks] of applied) {
    const then = before.get(residentId) ?? null;
    const after = presentState(marks);
    if (after && !(sameState(then, after) && then?.markId === after.markId)) changed.set(residentId, after);
  }
  return { decisions, changed };
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
 * What becomes of a mark, in the light of those of the same resident at the same session.
 *
 * Of two marks that contradict each other the later one stands, by the clocks of the devices: somebody marked absent
 * who then scans has come after all, and a teacher who marks a scanned one absent has seen why. So the order in which
 * they arrive makes no difference to what stands. An older one that arrives later from another device goes to review.
 *
 * A late record goes to review whatever it says (see {@link decideLate}).
 */
function decideMark(
  session: MarkedSession,
  mark: SentMark,
  known: Known,
  now: Date,
): { outcome: MarkOutcome; reason: Refusal | null } {
  const { own, onRoster } = known;
  const refusal = refusalOf(session, mark, onRoster, now);
  if (refusal) return { outcome: 'rejected', reason: refusal };
  const late = latenessOf(session, now);
  if (late) return decideLate(session, mark, known, late, now);
  // The first that is said of somebody, as nearly all that is sent at nine o'clock: there is nothing to compare.
  if (own.length === 0) return { outcome: 'recorded', reason: null };
  const present = presentState(own);
  if (mark.kind === 'monitor_mark' && own.some(isTeachers)) {
    // What the teacher says stands, whichever of the two came first.
    if (mark.status === present?.status) return { outcome: 'duplicate', reason: null };
    return { outcome: 'review', reason: 'TEACHER_STANDS' };
  }
  const last = inOrderOfTime(own).at(-1);
  const candidate = kept(session, mark, null, now, 'recorded', null);
  const overrules = IS_STAFFS.has(mark.kind) && last?.kind === 'monitor_mark';
  if (last && !overrules && isBefore(candidate, last) && mark.status !== last.status) {
    // One device's own earlier mark is history and contradicts nobody.
    if (last.deviceId === mark.deviceId) return { outcome: 'recorded', reason: null };
    return { outcome: 'review', reason: 'CONFLICTING' };
  }
  const together = presentState([...own, candidate]);
  if (mark.because === null && present && !sameState(present, together) && isCorrection(session, mark, own, now)) {
    return { outcome: 'rejected', reason: 'REASON_NEEDED' };
  }
  return { outcome: present && sameState(present, together) ? 'duplicate' : 'recorded', reason: null };
}

/** Until when marks of a session count without a signature. */
const countsUntil = ({ endsAt }: Pick<MarkedSession, 'endsAt'>) => endsAt.getTime() + LATE_DAYS * DAY;

/** Whether a mark was made within those days by its device, whenever it was sent. */
export const madeInTime = (session: Pick<MarkedSession, 'endsAt'>, { deviceTime }: Pick<SentMark, 'deviceTime'>) =>
  deviceTime.getTime() <= countsUntil(session);

function latenessOf(session: MarkedSession, now: Date): Refusal | null {
  if (session.enteredAfterwards) return 'CLASS_ENTERED_LATE';
  return now.getTime() > countsUntil(session) ? 'TOO_LATE' : null;
}

/**
 * 补录: a mark more than 7 days after the session, and every mark of a class that was created after its first session,
 * is kept, waits on a late sheet, and counts when the principal has signed (counting rule 12). It wants a reason, unless
 * by its device it was made in time: a device that was long without network cannot say more, and its clock proves
 * nothing, so that it waits like the others. What says only what counts already needs no signature.
 */
function decideLate(
  session: MarkedSession,
  mark: SentMark,
  { own, waits }: Known,
  reason: Refusal,
  now: Date,
): { outcome: MarkOutcome; reason: Refusal | null } {
  const present = presentState(own);
  const together = presentState([...own, kept(session, mark, null, now, 'recorded', null)]);
  // It may take back what waits.
  const saysNothing = !waits && present?.status === mark.status && sameState(present, together);
  if (saysNothing) return { outcome: 'duplicate', reason: null };
  const inTime = reason === 'TOO_LATE' ? madeInTime(session, mark) : !isCorrection(session, mark, own, now);
  if (mark.because === null && !inTime) return { outcome: 'rejected', reason: 'REASON_NEEDED' };
  return { outcome: 'review', reason };
}

/**
 * Whether a mark that changes what is known is a correction after the fact (改签), which wants a reason: it comes after
 * the session's day, and was not made on it. A device that was without network says by its clock when a mark was made;
 * it is believed until the device has sent something of the same resident after that day and more than an hour ago:
 * what it held is uploaded then, and a clock that is put back does not spare the reason.
 *
 * @param own what is kept of the same resident at the session
 */
export function isCorrection(
  session: Pick<MarkedSession, 'startsAt'>,
  mark: Pick<SentMark, 'deviceId' | 'deviceTime'>,
  own: readonly Pick<KeptMark, 'deviceId' | 'recordedAt'>[],
  now: Date,
): boolean {
  const day = dayOf(session.startsAt);
  if (dayOf(now) <= day) return false;
  const madeThen = dayOf(earlier(mark.deviceTime, now)) <= day;
  const uploadedBefore = own.some(
    ({ deviceId, recordedAt }) =>
      deviceId === mark.deviceId && dayOf(recordedAt) > day && now.getTime() - recordedAt.getTime() > ONE_UPLOAD,
  );
  return !madeThen || uploadedBefore;
}

/**
 * What a resident's marks at a session say together; the order in which they came plays no part.
 *
 * The last one gives the status; where a teacher marked, the monitor's marks say nothing. When somebody came: as a teacher last stated it, else by the first mark of presence,
 * a scan by its own time and a teacher's tick from the start. When somebody left: as last stated.
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
  const stated = since.findLast((mark) => STATES_TIMES.has(mark.kind) && mark.arrivedAt !== null);
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

const inOrderOfTime = (marks: readonly KeptMark[]): KeptMark[] => ordered(ofOnePerson(marks));

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

const isTeachers = (mark: KeptMark) => IS_STAFFS.has(mark.kind) && counts(mark);

const kept = (
  session: MarkedSession,
  { whose: _, ...mark }: SentMark,
  residentId: string | null,
  recordedAt: Date,
  outcome: MarkOutcome,
  reason: Refusal | null,
): KeptMark => ({
  ...mark,
  ...{ sessionId: session.id, residentId, recordedAt, outcome, reason },
  ...UNMERGED,
});

/** Of a mark that is made now. */
export const UNMERGED = { signedAt: null, withdrawn: false, mergedRecordId: null, mergedAt: null };

function refusalOf(session: MarkedSession, mark: SentMark, onRoster: boolean, now: Date): Refusal | null {
  const { arrivedAt, leftAt } = mark;
  // Of a class that was stopped or merged, what was held before may still be corrected; the rest is cancelled.
  if (!WAS_PUBLISHED.has(session.classState)) return 'CLASS_NOT_RUNNING';
  if (session.state === 'cancelled') return 'SESSION_CANCELLED';
  if (now.getTime() < session.startsAt.getTime() - EARLY_MINUTES * MINUTE) return 'TOO_EARLY';
  if ('unknown' in mark.whose) return mark.whose.unknown;
  if (!onRoster) return 'NOT_ON_ROSTER';
  if (IS_SCAN.has(mark.kind) && mark.status !== 'present') return 'SCAN_IS_PRESENCE';
  if (mark.kind === 'rotating_code' && now > session.endsAt) return 'SESSION_OVER';
  if (mark.kind === 'monitor_mark' && dayOf(now) !== dayOf(session.startsAt)) return 'SESSION_OVER';
  const came = arrivedAt ?? (IS_SCAN.has(mark.kind) ? earlier(mark.deviceTime, now) : null);
  if (mark.status === 'present' && [came, leftAt].some((time) => time && !isAround(session, time))) {
    return 'TIME_OUTSIDE_SESSION';
  }
  if (arrivedAt && leftAt && leftAt < arrivedAt) return 'TIMES_REVERSED';
  return null;
}

/** What is answered to a mark that is kept already: what was answered then, "duplicate" where it was recorded. */
function replay(session: MarkedSession, mark: SentMark, first: KeptMark): Pick<MarkDecision, 'outcome' | 'reason'> {
  const same =
    first.sessionId === session.id &&
    first.kind === mark.kind &&
    first.status === mark.status &&
    (HAS_SERVER_TIME.has(mark.kind) || first.deviceTime.getTime() === mark.deviceTime.getTime()) &&
    // A code may have been replaced since; then it does not tell whose the mark was.
    (first.residentId === null || !('residentId' in mark.whose) || first.residentId === mark.whose.residentId);
  if (!same) return { outcome: 'rejected', reason: 'ITEM_ID_REUSED' };
  return { outcome: first.outcome === 'recorded' ? 'duplicate' : first.outcome, reason: first.reason };
}

function apply(applied: Map<string, KeptMark[]>, mark: KeptMark): void {
  if (mark.residentId === null || !counts(mark)) return;
  applied.set(mark.residentId, [...(applied.get(mark.residentId) ?? []), mark]);
}

/** A mark in review because of a later one is part of the story, and the later one stands; a late record is when signed. */
const counts = (mark: KeptMark) =>
  !mark.withdrawn && (isLate(mark) ? mark.signedAt !== null : mark.outcome !== 'rejected');

/** When a mark was made. A clock that is ahead of the server's is not believed, or its marks would stand for ever. */
const timeOf = (mark: KeptMark) => earlier(mark.deviceTime, mark.recordedAt);

const earlier = (a: Date, b: Date) => (a < b ? a : b);

/** By time, then by id, so that two marks always stand in one order. */
function isBefore(a: KeptMark, b: KeptMark): boolean {
  const difference = timeOf(a).getTime() - timeOf(b).getTime();
  return difference === 0 ? a.id < b.id : difference < 0;
}

const isAround = ({ startsAt, endsAt }: MarkedSession, time: Date) =>
  time.getTime() >= startsAt.getTime() - AROUND_HOURS * HOUR &&
  time.getTime() <= endsAt.getTime() + AROUND_HOURS * HOUR;

export const sameState = (a: PresentState | null, b: PresentState | null) =>
  a?.status === b?.status &&
  a?.arrivedAt?.getTime() === b?.arrivedAt?.getTime() &&
  a?.leftAt?.getTime() === b?.leftAt?.getTime();
