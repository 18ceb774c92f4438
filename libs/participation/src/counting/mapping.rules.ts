import type { GroupSource, LedgerStatus, ResidentGroup } from '#contracts';
import type {
  ClassEvidence,
  EnrollmentEvidence,
  GroupEvidence,
  RecordFacts,
  DegreeFacts,
  TrainingFacts,
} from '../evidence/evidence.js';
import type { CountingRule, KeyKind, MappingLine } from './parameters.rules.js';
import type { CountedSession, Decision, Minutes, Reason } from './threshold.rules.js';

/** The evidence that an entry keeps: what was held, what of it was attended, and how much was needed. */
export interface EntryEvidence {
  /** Held sessions up to the one that made it count; of a finished class all. `minutes` attended, `held` held. */
  sessions: { id: string; number: number; day: string; minutes: number; held: number }[];
  minutesAttended: number;
  minutesFrozen: number;
  minutesHeld: number;
  /** Percent. */
  threshold: number;
  /** Of what was imported: what its row says, in place of sessions. */
  record?: RecordFacts;
}

/** A group that a resident belonged to on the day counted on, and who says so. */
export interface GroupTag {
  kind: ResidentGroup;
  source: GroupSource;
}

/** By what something counts: an enrollment in a class, or an imported record. */
export type Source =
  { enrollmentId: string; classId: string; recordId: null } | { enrollmentId: null; classId: null; recordId: string };

/** The id of the one or the other. */
export const sourceIdOf = (source: Source): string => source.enrollmentId ?? source.recordId;

/** What an enrollment that met its threshold, or an imported record, asks to be counted as: +1 of one measure. */
export type Claim = Source & {
  residentId: string;
  measure: string;
  status: LedgerStatus;
  /** YYYY-MM-DD */
  countedOn: string;
  regionCode: string;
  organisationId: string;
  programmeKind: ClassEvidence['programmeKind'];
  courseCode: string;
  ruleId: string;
  evidence: EntryEvidence;
  /** As they stood on the day counted on; they change no figure, so another tag alone stirs no ledger. */
  groups: GroupTag[];
  /** Of claims with an equal key only the first counts (rule 5). */
  keys: Key[];
};

export interface Key {
  unique: KeyKind;
  key: string;
}

/** The claims of one enrollment, and why it makes none for what its kind would otherwise feed. */
export interface Mapped {
  claims: Claim[];
  reasons: Reason[];
}

/**
 * What a counted enrollment feeds (counting rule 6): only what the rules' table names for its kind and organisation,
 * and training only by classes long enough (rule 5). A class that still runs is taken to hold what is in its
 * timetable; once finished, what it held decides.
 *
 * A degree class feeds nothing here: degrees count by registration or graduation (rule 7).
 */
export function mapClaims(evidence: EnrollmentEvidence, decision: Decision, rule: CountingRule): Mapped {
  if (decision.kind !== 'counted') return { claims: [], reasons: decision.reasons };
  const { class: courseClass } = evidence;
  const { mapping, classHourMinutes } = rule.parameters;
  const lines = mapping.filter(
    (line) =>
      line.programmeKind === courseClass.programmeKind &&
      (line.organisationKinds?.includes(courseClass.organisationKind) ?? true),
  );
  if (lines.length === 0) return { claims: [], reasons: [{ code: 'NOT_MAPPED' }] };

  const minutes = decision.finished ? decision.minutesHeld : decision.minutesFrozen;
  const longEnough = (line: MappingLine) => minutes >= (line.minClassHours ?? 0) * classHourMinutes;
  const reasons: Reason[] = lines
    .filter((line) => !longEnough(line))
    .slice(0, 1)
    .map((line) => ({
      code: 'CLASS_TOO_SHORT',
      classHours: Math.floor((minutes * 10) / classHourMinutes) / 10,
      classHoursNeeded: line.minClassHours ?? 0,
    }));
  const claims = lines.filter(longEnough).map((line): Claim => {
    const { countedOn } = decision;
    return {
      enrollmentId: evidence.enrollmentId,
      classId: courseClass.id,
      recordId: null,
      residentId: evidence.residentId,
      measure: line.measure,
      status: decision.status,
      countedOn,
      regionCode: regionOf(decision.sessions, courseClass.venueRegionCode),
      organisationId: courseClass.organisationId,
      programmeKind: courseClass.programmeKind,
      courseCode: courseClass.courseCode,
      ruleId: rule.id,
      evidence: evidenceOf(decision, decision.sessions),
      groups: groupsOn(evidence.groups, countedOn),
      keys: keysOf(line, courseClass.id, courseClass.courseCode, countedOn.slice(0, 4)),
    };
  });
  return { claims, reasons };
}

/** What of a posted entry decides its keys. */
type KeyedEntry = Pick<
  Claim,
  'ruleId' | 'measure' | 'programmeKind' | 'classId' | 'courseCode' | 'countedOn' | 'evidence'
>;

/** The keys of what an entry says, by the version of the rules that counted it. */
export function keysOfEntry(entry: KeyedEntry, rules: readonly CountingRule[]): string[] {
  const { record } = entry.evidence;
  if (record?.kind === 'degree') return degreeKeys(entry.measure, record).map(({ key }) => key);
  const rule = rules.find(({ id }) => id === entry.ruleId);
  const line = rule?.parameters.mapping.find(
    ({ measure, programmeKind }) => measure === entry.measure && programmeKind === entry.programmeKind,
  );
  if (!line) throw new Error(`no rule ${entry.ruleId} feeds ${entry.measure}`);
  const year = entry.countedOn.slice(0, 4);
  const keys = record
    ? trainingKeys(line, record, entry.courseCode, year)
    : keysOf(line, entry.classId!, entry.courseCode, year);
  return keys.map(({ key }) => key);
}

export const groupsOn = (groups: readonly GroupEvidence[], day: string): GroupTag[] =>
  groups
    .filter(({ since, until }) => since <= day && (until === null || until > day))
    .map(({ kind, source }) => ({ kind, source }))
    .toSorted((a, b) => (a.kind < b.kind ? -1 : 1));

/** Rule 5: once a class always; beside that once a course and calendar year, or once a calendar year. */
const keysOf = (line: MappingLine, classId: string, courseCode: string, year: string): Key[] => [
  { unique: 'class', key: `${line.measure} class ${classId}` },
  ...yearlyKeys(line, courseCode, year),
];

/**
 * Rule 9: the same training once, known by its certificate or else by trade and class term, whichever department sends
 * it and however often; beside that whatever rule 5 says of classes, so that the two share their keys.
 */
export function trainingKeys(line: MappingLine, facts: TrainingFacts, courseCode: string, year: string): Key[] {
  const { certificateNumber, classTerm, startsOn } = facts;
  const one = certificateNumber ? `certificate ${certificateNumber}` : `term ${courseCode} ${classTerm ?? startsOn}`;
  return [{ unique: 'record', key: `${line.measure} ${one}` }, ...yearlyKeys(line, courseCode, year)];
}

/** Rule 7: a level once, so that the two certificates of 双证制 are one outcome. */
export const degreeKeys = (measure: string, { level }: DegreeFacts): Key[] => [
  { unique: 'level', key: `${measure} level ${level}` },
];

function yearlyKeys({ measure, unique }: MappingLine, courseCode: string, year: string): Key[] {
  if (unique === 'course_year') return [{ unique, key: `${measure} course ${courseCode} ${year}` }];
  if (unique === 'year') return [{ unique, key: `${measure} year ${year}` }];
  return [];
}

function evidenceOf({ minutesFrozen, threshold }: Minutes, sessions: readonly CountedSession[]): EntryEvidence {
  return {
    sessions: sessions.map(({ id, number, day, minutes, held }) => ({ id, number, day, minutes, held })),
    minutesAttended: sessions.reduce((total, session) => total + session.minutes, 0),
    minutesFrozen,
    minutesHeld: sessions.reduce((total, session) => total + session.held, 0),
    threshold,
  };
}

/** Where most minutes were held (rule 13), of equals the lowest code; where nothing was held, the venue's region. */
function regionOf(sessions: readonly Pick<CountedSession, 'regionCode' | 'held'>[], venueRegion: string): string {
  const minutes = new Map<string, number>();
  for (const { regionCode, held } of sessions) minutes.set(regionCode, (minutes.get(regionCode) ?? 0) + held);
  const [most] = [...minutes].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return most?.[0] ?? venueRegion;
}
