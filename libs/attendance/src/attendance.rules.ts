import { type ClassState, dayOf, type MarkKind, type SessionState } from '#contracts';
import {
  apply,
  earlier,
  inOrderOfTime,
  IS_SCAN,
  IS_STAFFS,
  isBefore,
  isLate,
  isTeachers,
  type KeptMark,
  type MarkOutcome,
  type PresentState,
  presentState,
  type Refusal,
  sameState,
  type SentMark,
} from './standing.rules.js';

export type { MarkOutcome, Refusal, SentMark, Unknown } from './standing.rules.js';

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

/** Marks whose time is the server's, so that one that is sent again bears another. */
const HAS_SERVER_TIME: ReadonlySet<MarkKind> = new Set(['rotating_code', 'monitor_mark']);

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
  /** What is to be kept of them: all but those that were sent before. */
  kept: KeptMark[];
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
  const news: KeptMark[] = [];
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
    news.push(stored);
    take(stored);
    return { mark, outcome, reason, replayed: false, residentId };
  });

  const changed = new Map<string, PresentState>();
  for (const [residentId, marks] of applied) {
    const then = before.get(residentId) ?? null;
    const after = presentState(marks);
    if (after && !(sameState(then, after) && then?.markId === after.markId)) changed.set(residentId, after);
  }
  return { decisions, kept: news, changed };
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

/** Why marks of a session that are made now are late records; null: they are not (counting rule 12). */
export function latenessOf(session: Pick<MarkedSession, 'endsAt' | 'enteredAfterwards'>, now: Date): Refusal | null {
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
 * A mark that is made now, as it is kept. Named field by field: a burst decides a thousand of them a second, and a copy of
 * what is left of an object takes several times as long and as much memory.
 */
const kept = (
  session: MarkedSession,
  mark: SentMark,
  residentId: string | null,
  recordedAt: Date,
  outcome: MarkOutcome,
  reason: Refusal | null,
): KeptMark => ({
  id: mark.id,
  kind: mark.kind,
  status: mark.status,
  arrivedAt: mark.arrivedAt,
  leftAt: mark.leftAt,
  deviceId: mark.deviceId,
  deviceTime: mark.deviceTime,
  because: mark.because,
  sessionId: session.id,
  residentId,
  recordedAt,
  outcome,
  reason,
  signedAt: null,
  withdrawn: false,
  mergedRecordId: null,
  mergedAt: null,
});

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
const isAround = ({ startsAt, endsAt }: MarkedSession, time: Date) =>
  time.getTime() >= startsAt.getTime() - AROUND_HOURS * HOUR &&
  time.getTime() <= endsAt.getTime() + AROUND_HOURS * HOUR;
