import type { AttendanceStatus, EnrollmentState, IdentityState } from '#contracts';
import { countResident } from '../counting/allocation.rules.js';
import { type AttendanceCount, countAttendances, type EntryContent } from '../counting/difference.rules.js';
import type {
  AttendanceEvidence,
  EnrollmentEvidence,
  PlannedSession,
  ReadClass,
  RecordEvidence,
  SessionEvidence,
} from '../evidence/evidence.js';
import { evidenceText } from '../counting/entry-text.rules.js';
import type { CountingRule } from '../counting/parameters.rules.js';

/** What a resident is counted by, and what is counted of them, as verify reads it. */
export interface ReadResident {
  id: string;
  identityState: IdentityState;
  /**
   * Another record of the same person, a change of classes, or a late record that waits: what is to be seen together with
   * more than is read here.
   */
  apart: boolean;
  /** Something of them came with a list. */
  imported: boolean;
  enrollments: { id: string; state: EnrollmentState; classId: string }[];
  /** By the key of the session (`keyOf`). */
  attended: Map<string, AttendanceEvidence>;
  /** What the ledger says, each in the words of `isAsCounted`; null where one of them cannot be told from others. */
  entries: string[] | null;
  /** The session attendances that the totals hold, likewise. */
  counted: string[];
}

/** What everybody is counted by. */
export interface CountedBy {
  rules: readonly CountingRule[];
  /** The first day that the ledger counts; null: all of it. */
  cutOver: string | null;
  at: Date;
}

/**
 * Whether the ledger says of a resident, to the letter, what a recount would have it say. Where it does not, only a recount
 * can tell what is due: the same may be said in other words.
 *
 * @param classes of all the resident's enrollments
 */
export function isAsCounted(
  resident: ReadResident,
  records: readonly RecordEvidence[],
  classes: ReadonlyMap<string, KeyedClass>,
  { rules, cutOver, at }: CountedBy,
): boolean {
  const evidence = evidenceOf(resident, classes);
  const { outcomes, records: fromLists } = countResident(evidence, records, rules, at, cutOver);
  const claims = [...outcomes, ...fromLists].flatMap(({ granted }) => granted);
  return (
    resident.entries !== null &&
    sameTexts(claims.map(claimText), resident.entries) &&
    sameTexts(countAttendances(evidence).map(countText), resident.counted)
  );
}

/** A session, by what it is found among what a resident attended, and what it is for most: made once for all of them. */
export interface KeyedSession {
  key: string;
  unmarked: SessionEvidence;
  /** Of those of whom nothing but this is known. */
  plainly: Readonly<Record<AttendanceStatus, SessionEvidence>>;
}

export interface KeyedClass extends Omit<ReadClass, 'sessions'> {
  sessions: KeyedSession[];
}

export function keyedSession(session: PlannedSession, key: string): KeyedSession {
  const plainly = (status: AttendanceStatus) => withAttendance(session, plainlyOf(status));
  return {
    key,
    unmarked: withAttendance(session, null),
    plainly: { present: plainly('present'), absent: plainly('absent'), excused: plainly('excused') },
  };
}

const plainlyOf = (status: AttendanceStatus): AttendanceEvidence => ({
  status,
  arrivedAt: null,
  leftAt: null,
  // By it nothing is counted.
  markKind: 'teacher_mark',
});

/** Each field by its name, which is copied faster than what is left of an object. */
const withAttendance = (session: PlannedSession, attendance: AttendanceEvidence | null): SessionEvidence => ({
  id: session.id,
  number: session.number,
  startsAt: session.startsAt,
  endsAt: session.endsAt,
  state: session.state,
  frozen: session.frozen,
  makeupOf: session.makeupOf,
  regionCode: session.regionCode,
  attendance,
  waiting: null,
});

function evidenceOf(resident: ReadResident, classes: ReadonlyMap<string, KeyedClass>): EnrollmentEvidence[] {
  const { attended } = resident;
  return resident.enrollments.map(({ id, state, classId }) => {
    const { facts, sessions } = classes.get(classId)!;
    return {
      enrollmentId: id,
      state,
      residentId: resident.id,
      identityState: resident.identityState,
      // They stand with an entry and decide nothing of what it says.
      groups: [],
      class: facts,
      sessions: sessions.map(({ key, unmarked, plainly }) => {
        const attendance = attended.get(key);
        if (attendance === undefined) return unmarked;
        const plain = attendance.arrivedAt === null && attendance.leftAt === null;
        return plain ? plainly[attendance.status] : withAttendance(unmarked, attendance);
      }),
    };
  });
}

const FEW = 6;

/** In whatever order; none of them twice. */
function sameTexts(expected: readonly string[], there: readonly string[]): boolean {
  if (expected.length !== there.length) return false;
  // Most differ soon: a few are compared with one another faster than looked up.
  if (expected.length <= FEW) {
    return (
      expected.every((text) => there.includes(text)) && there.every((text, index) => there.indexOf(text) === index)
    );
  }
  const texts = new Set(there);
  return texts.size === there.length && expected.every((text) => texts.has(text));
}

/** What an entry says, as PostgreSQL writes it. */
const claimText = (entry: EntryContent): string =>
  `${entry.enrollmentId ?? ''}|${entry.recordId ?? ''}|${entry.classId ?? ''}|${entry.measure}|${entry.status}|${entry.countedOn}|${entry.regionCode}|${entry.organisationId}|${entry.programmeKind}|${entry.ruleId}|${entry.courseCode}|${evidenceText(entry.evidence)}`;

/** How many sessions are counted somewhere in a month, as PostgreSQL writes it. */
const countText = ({ classId, month, regionCode, sessions }: AttendanceCount): string =>
  `${classId}|${month}|${regionCode}|${sessions}`;
