import { addDays, dayOf, type EnrollmentState, type LedgerStatus, LIVE_ENROLLMENT_STATES } from '#contracts';
import type { AttendanceEvidence, ClassEvidence, EnrollmentEvidence, SessionEvidence } from '../evidence/evidence.js';
import type { CountingParameters, KeyKind } from './parameters.rules.js';

/** A held session among those that count, and how much of it the resident attended. */
export interface CountedSession {
  id: string;
  number: number;
  /** YYYY-MM-DD, Asia/Shanghai */
  day: string;
  /** Minutes attended. */
  minutes: number;
  /** Minutes held. */
  held: number;
  present: boolean;
  regionCode: string;
}

/** Minutes behind a decision. */
export interface Minutes {
  minutesAttended: number;
  /** In the timetable when the class began, less what was cancelled. */
  minutesFrozen: number;
  minutesHeld: number;
  /** That the bureau approved. */
  minutesApproved: number;
  /** Percent of the minutes that must be attended. */
  threshold: number;
}

/** Why an enrollment does not count, or not yet. */
export type Reason =
  | { code: 'NO_SEAT'; state: EnrollmentState }
  | { code: 'NO_SEAT_YET'; state: EnrollmentState }
  | { code: 'NOTHING_HELD' }
  | { code: 'CLASS_UNFINISHED'; minutesHeld: number; minutesApproved: number; heldPercent: number }
  | { code: 'BELOW_THRESHOLD'; minutesAttended: number; minutesOf: number; threshold: number }
  | { code: 'LATE_RECORDS_WAIT'; marks: number }
  | { code: 'IDENTITY_UNVERIFIED' }
  | { code: 'NOT_MAPPED' }
  | { code: 'CLASS_TOO_SHORT'; classHours: number; classHoursNeeded: number }
  /** Over before the cut-over: the opening figure of the year holds it (rule 14). */
  | { code: 'BEFORE_CUT_OVER'; cutOver: string }
  | ({ code: 'ALREADY_COUNTED'; unique: KeyKind; countedOn: string } & (
      { enrollmentId: string; recordId: null } | { enrollmentId: null; recordId: string }
    ))
  | { code: 'LEVEL_NOT_COUNTED' }
  | { code: 'NOT_GRADUATED' }
  | { code: 'NOT_REGISTERED' }
  | { code: 'OUTSIDE_YEARS'; day: string; from: number; to: number }
  | { code: 'LEFT_IN_FIRST_TERM'; leftOn: string };

export type Decision = Minutes & { finished: boolean } & (
    | { kind: 'counted'; countedOn: string; status: LedgerStatus; sessions: CountedSession[] }
    | { kind: 'not_counted' | 'not_yet'; reasons: Reason[] }
  );

/**
 * Whether one enrollment's evidence meets the threshold of its class (counting rules 1 to 4, 8, 11, 12); whether it
 * then counts beside the resident's other classes is for `allocate` to say.
 *
 * Unverified residents (rule 8) do not count in the kinds that feed targets, skills and degree: a target must not be
 * reached by people whom nobody has identified. Elderly and community person-times are measures and no targets, and
 * coverage takes named, phone-confirmed residents too (rule 16), so there they count; which kinds ask for a verified
 * identity is a parameter (`verifiedIdentityKinds`).
 *
 * Late records (rule 12) count when the principal has signed. Until then they are evidence of nothing but that something
 * waits, which is said where it may be what is missing.
 *
 * @param at the present moment, by which a class is finished 15 days after its last session
 */
export function evaluate(evidence: EnrollmentEvidence, rules: CountingParameters, at: Date): Decision {
  const kind = evidence.class.programmeKind;
  const inTimetable = sessionsInTimetable(evidence.sessions);
  const notCancelled = inTimetable.filter(({ stands }) => stands.state !== 'cancelled');
  const held = notCancelled
    .filter(({ stands }) => stands.state === 'held')
    .map((planned) => countedSession(planned, kind, rules));
  const threshold = rules.thresholdPercent[kind];
  const finished = isFinished(evidence.class, evidence.sessions, rules, at);
  const minutes: Minutes = {
    minutesAttended: sum(held.map((session) => session.minutes)),
    minutesFrozen: sum(notCancelled.map(minutesOf)),
    minutesHeld: sum(held.map((session) => session.held)),
    minutesApproved: evidence.class.approvedMinutes ?? sum(inTimetable.map(({ planned }) => lengthOf(planned))),
    threshold,
  };

  const reasons: Reason[] = [];
  const seat = seatOf(evidence.state);
  if (seat !== 'seat') reasons.push({ code: seat === 'lost' ? 'NO_SEAT' : 'NO_SEAT_YET', state: evidence.state });
  if (minutes.minutesHeld === 0) reasons.push({ code: 'NOTHING_HELD' });
  else if (!reaches(minutes.minutesHeld, rules.heldPercent, minutes.minutesApproved)) {
    const { minutesHeld, minutesApproved } = minutes;
    reasons.push({ code: 'CLASS_UNFINISHED', minutesHeld, minutesApproved, heldPercent: rules.heldPercent });
  }
  const met = thresholdMet(held, minutes, inTimetable.length === 1, finished);
  if (!met && minutes.minutesHeld > 0) {
    const minutesOf = finished ? minutes.minutesHeld : minutes.minutesFrozen;
    reasons.push({ code: 'BELOW_THRESHOLD', minutesAttended: minutes.minutesAttended, minutesOf, threshold });
  }
  const waiting = notCancelled.filter(({ stands }) => waits(stands)).length;
  // A session at which nobody else was marked becomes held by the signature, too.
  if (waiting > 0 && reasons.some(({ code }) => MENDED_BY_PRESENCE.has(code))) {
    reasons.push({ code: 'LATE_RECORDS_WAIT', marks: waiting });
  }
  const unidentified = evidence.identityState !== 'verified' && rules.verifiedIdentityKinds.includes(kind);
  if (unidentified) reasons.push({ code: 'IDENTITY_UNVERIFIED' });

  if (met && reasons.length === 0) {
    const status: LedgerStatus = finished ? 'confirmed' : 'provisional';
    // What made it count is the evidence of a provisional entry, so that sessions after it do not stir the ledger;
    // a finished class shows all it held.
    const sessions = finished ? held : held.slice(0, held.indexOf(met) + 1);
    return { kind: 'counted', countedOn: met.day, status, sessions, finished, ...minutes };
  }
  // Sessions still to come, and late records that wait for a signature, may mend what is missing, but neither a seat
  // that was given up nor an unknown identity.
  const mended = finished
    ? reasons.some(({ code }) => code === 'LATE_RECORDS_WAIT')
    : reasons.some(({ code }) => code !== 'IDENTITY_UNVERIFIED');
  const mayStillCome = mended && seat !== 'lost';
  return { kind: mayStillCome ? 'not_yet' : 'not_counted', reasons, finished, ...minutes };
}

/** What more sessions attended, or held, may mend. */
const MENDED_BY_PRESENCE: ReadonlySet<Reason['code']> = new Set<Reason['code']>([
  'NOTHING_HELD',
  'CLASS_UNFINISHED',
  'BELOW_THRESHOLD',
]);

/** Whether a late record would say that the resident was there, if somebody signed it. */
const waits = ({ waiting, attendance }: SessionEvidence) => waiting === 'present' && attendance?.status !== 'present';

/**
 * The held session that made the enrollment count: the one at which the minutes attended reached the threshold of the
 * timetable's minutes, else, once the class is finished, the last held one if they reach it of the minutes held. A
 * class of one session wants one check-in (rules 2 and 3).
 */
function thresholdMet(
  held: readonly CountedSession[],
  { minutesFrozen, minutesHeld, threshold }: Minutes,
  oneSession: boolean,
  finished: boolean,
): CountedSession | undefined {
  if (oneSession) return held.find((session) => session.present);
  let attended = 0;
  for (const session of held) {
    attended += session.minutes;
    if (reaches(attended, threshold, minutesFrozen)) return session;
  }
  return finished && reaches(attended, threshold, minutesHeld) ? held.at(-1) : undefined;
}

/** A seat was taken and kept, is still to come, or is not to be had any more. */
function seatOf(state: EnrollmentState): 'seat' | 'to-come' | 'lost' {
  if (state === 'enrolled' || state === 'finished') return 'seat';
  return (LIVE_ENROLLMENT_STATES as readonly EnrollmentState[]).includes(state) ? 'to-come' : 'lost';
}

/** A session that was in the timetable when the class began, and the one that stands in its place at present. */
interface PlannedSession {
  planned: SessionEvidence;
  stands: SessionEvidence;
}

/**
 * Sessions that were in the timetable when the class began, in the order in which they are held; those added later
 * enter neither side (rule 3). A makeup stands in the place of its session, and so does the makeup of a makeup (rule 2).
 */
function sessionsInTimetable(sessions: readonly SessionEvidence[]): PlannedSession[] {
  if (sessions.every(({ makeupOf }) => makeupOf === null)) {
    // As in most classes.
    return inOrder(sessions.filter(({ frozen }) => frozen).map((session) => ({ planned: session, stands: session })));
  }
  const ids = new Set(sessions.map(({ id }) => id));
  const makeups = new Map(sessions.flatMap((session) => (session.makeupOf ? [[session.makeupOf, session]] : [])));
  const standsFor = (session: SessionEvidence): SessionEvidence => {
    const makeup = session.state === 'cancelled' ? makeups.get(session.id) : undefined;
    return makeup ? standsFor(makeup) : session;
  };
  return inOrder(
    sessions
      // Of someone who came to the class in between, a makeup may replace what was before their time.
      .filter(({ frozen, makeupOf }) => frozen && (makeupOf === null || !ids.has(makeupOf)))
      .map((planned) => ({ planned, stands: standsFor(planned) })),
  );
}

const inOrder = (sessions: readonly PlannedSession[]): PlannedSession[] =>
  sessions.toSorted(
    ({ stands: a }, { stands: b }) => a.startsAt.getTime() - b.startsAt.getTime() || a.number - b.number,
  );

/** Minutes of a planned session; a makeup counts for no more than what it makes up for. */
const minutesOf = ({ planned, stands }: PlannedSession) => Math.min(lengthOf(planned), lengthOf(stands));

/** By staff (结班), by stopping the class, or by so many days after its last session (rule 3). */
function isFinished(
  { state }: ClassEvidence,
  sessions: readonly SessionEvidence[],
  rules: CountingParameters,
  at: Date,
): boolean {
  if (state === 'finished' || state === 'stopped') return true;
  const uncancelled = sessions.filter((session) => session.state !== 'cancelled');
  const ends = (uncancelled.length > 0 ? uncancelled : sessions).map((session) => session.endsAt.getTime());
  if (ends.length === 0) return false;
  return dayOf(at) >= addDays(dayOf(new Date(Math.max(...ends))), rules.confirmAfterDays);
}

function countedSession(
  session: PlannedSession,
  kind: ClassEvidence['programmeKind'],
  rules: CountingParameters,
): CountedSession {
  const { id, number, regionCode, attendance, startsAt } = session.stands;
  const held = minutesOf(session);
  const present = attendance?.status === 'present' ? attendance : null;
  const whole = rules.wholeSessionKinds.includes(kind);
  const minutes = present ? (whole ? held : Math.min(held, minutesIn(session.stands, present, rules))) : 0;
  return { id, number, day: dayOf(startsAt), minutes, held, present: present !== null, regionCode };
}

/**
 * Whole minutes of a session that somebody attended: a check-in up to 15 minutes late counts from the start, a later
 * one from the check-in; leaving early is taken off (rule 2).
 */
function minutesIn(
  session: Pick<SessionEvidence, 'startsAt' | 'endsAt'>,
  { arrivedAt, leftAt }: Pick<AttendanceEvidence, 'arrivedAt' | 'leftAt'>,
  { lateMinutes }: Pick<CountingParameters, 'lateMinutes'>,
): number {
  const length = lengthOf(session);
  const late = arrivedAt ? minutesBetween(session.startsAt, arrivedAt) : 0;
  const from = late > lateMinutes ? late : 0;
  const to = leftAt ? Math.min(length, minutesBetween(session.startsAt, leftAt)) : length;
  return Math.max(0, to - from);
}

const minutesBetween = (from: Date, to: Date) => Math.floor((to.getTime() - from.getTime()) / 60_000);

/** Minutes of a session by the timetable. */
const lengthOf = ({ startsAt, endsAt }: Pick<SessionEvidence, 'startsAt' | 'endsAt'>) =>
  minutesBetween(startsAt, endsAt);

/** part / whole >= percent, in whole numbers so that nothing is lost to rounding. */
const reaches = (part: number, percent: number, whole: number) => part * 100 >= percent * whole;

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
