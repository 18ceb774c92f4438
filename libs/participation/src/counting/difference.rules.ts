import { type Claim, type EntryEvidence, type GroupTag, type Source, sourceIdOf } from './mapping.rules.js';
import type { GroupSource, LedgerStatus, ProgrammeKind, ResidentGroup } from '#contracts';
import { dayOf } from '#contracts';
import type { EnrollmentEvidence, RecordFacts } from '../evidence/evidence.js';

/** What a ledger entry says, apart from when and why it was posted. */
export type EntryContent = Source & {
  residentId: string;
  measure: string;
  status: LedgerStatus;
  countedOn: string;
  regionCode: string;
  organisationId: string;
  programmeKind: ProgrammeKind;
  courseCode: string;
  ruleId: string;
  evidence: EntryEvidence;
  /** As they stood on the day counted on; null in entries posted before tags were kept. */
  groups: GroupTag[] | null;
};

/** An entry of +1 that nothing has reversed. */
export type LiveEntry = EntryContent & {
  /** bigint */
  id: string;
};

/**
 * Why an entry is posted: the threshold was met; the class was finished; the evidence changed; it does not count any
 * more.
 */
export type Cause = 'met' | 'confirmed' | 'corrected' | 'withdrawn';

/** An entry to be posted. */
export type Posting = EntryContent & {
  amount: 1 | -1;
  /** Id of the entry that this one takes back. */
  reverses: string | null;
  cause: Cause;
};

/**
 * What must be posted so that the ledger says what it should: nothing for what it says already, a reversal for what
 * it should not say (any more), and an entry for what it does not say yet. Reversals come first, each before its
 * replacement.
 */
export function difference(shouldSay: readonly Claim[], live: readonly LiveEntry[]): Posting[] {
  const wanted = new Map(shouldSay.map((claim) => [nameOf(claim), claim]));
  const postings: Posting[] = [];
  const standing = new Set<string>();
  // Of a name the oldest.
  const liveByName = new Map(live.toReversed().map((entry) => [nameOf(entry), entry]));
  for (const entry of live) {
    const claim = wanted.get(nameOf(entry));
    if (claim && !standing.has(nameOf(entry)) && contentOf(claim) === contentOf(entry)) {
      standing.add(nameOf(entry));
      continue;
    }
    const { id, ...content } = entry;
    postings.push({ ...content, amount: -1, reverses: id, cause: claim ? causeOfChange(claim, entry) : 'withdrawn' });
  }
  for (const [name, { keys: _, ...content }] of wanted) {
    if (standing.has(name)) continue;
    const before = liveByName.get(name);
    const cause = before ? causeOfChange(content, before) : 'met';
    postings.push({ ...content, amount: 1, reverses: null, cause });
  }
  return postings;
}

const causeOfChange = (now: EntryContent, before: EntryContent): Cause =>
  now.status === 'confirmed' && before.status === 'provisional' && now.countedOn === before.countedOn
    ? 'confirmed'
    : 'corrected';

/** What a resident is counted by counts at most once in a measure, so these name the entry. */
export const nameOf = (entry: Source & { measure: string }) => `${sourceIdOf(entry)} ${entry.measure}`;

/** All that an entry says of what counts, as one text. */
export function contentOf(entry: EntryContent): string {
  const { evidence } = entry;
  return JSON.stringify([
    entry.residentId,
    entry.classId,
    entry.status,
    entry.countedOn,
    entry.regionCode,
    entry.organisationId,
    entry.programmeKind,
    entry.courseCode,
    entry.ruleId,
    evidence.minutesAttended,
    evidence.minutesFrozen,
    evidence.minutesHeld,
    evidence.threshold,
    ...evidence.sessions.map(({ id, number, day, minutes, held }) => [id, number, day, minutes, held]),
    // What was posted before there were records reads as it did, and so do the digests of its proposals.
    ...(evidence.record ? [factsOf(evidence.record)] : []),
  ]);
}

/** In one order: jsonb keeps keys in another than they were written in. */
const factsOf = (record: RecordFacts) => Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));

/** Sessions that one resident attended in a class, by month and place. */
export interface AttendanceCount {
  residentId: string;
  classId: string;
  /** YYYY-MM */
  month: string;
  regionCode: string;
  organisationId: string;
  programmeKind: ProgrammeKind;
  sessions: number;
}

/**
 * Session attendances (到课人次): every held session at which a resident was present, whether or not the enrollment
 * counts, sessions added later included. It stands beside person-times and is never added to them (rule 1).
 */
export function countAttendances(evidence: readonly EnrollmentEvidence[]): AttendanceCount[] {
  const counts = new Map<string, AttendanceCount>();
  // A resident who left a class and came back has two enrollments in it, and sat in each session once.
  const seen = new Map<string, Set<string>>();
  for (const { residentId, class: courseClass, sessions } of evidence) {
    let own = seen.get(residentId);
    if (!own) seen.set(residentId, (own = new Set()));
    let last: AttendanceCount | undefined;
    for (const session of sessions) {
      if (session.state !== 'held' || session.attendance?.status !== 'present') continue;
      if (own.has(session.id)) continue;
      own.add(session.id);
      const month = dayOf(session.startsAt).slice(0, 7);
      // Sessions follow each other in time, and mostly at one place.
      if (last?.month === month && last.regionCode === session.regionCode) {
        last.sessions += 1;
        continue;
      }
      const name = `${residentId} ${courseClass.id} ${month} ${session.regionCode}`;
      last = counts.get(name);
      if (last) {
        last.sessions += 1;
        continue;
      }
      last = {
        residentId,
        classId: courseClass.id,
        month,
        regionCode: session.regionCode,
        organisationId: courseClass.organisationId,
        programmeKind: courseClass.programmeKind,
        sessions: 1,
      };
      counts.set(name, last);
    }
  }
  return [...counts.values()];
}

/** Changes of the counts of attendances: new numbers, zero where nothing is left. */
export function attendanceDifference(
  shouldSay: readonly AttendanceCount[],
  said: readonly AttendanceCount[],
): { now: AttendanceCount; change: number }[] {
  const nameOfCount = (count: AttendanceCount) =>
    `${count.residentId} ${count.classId} ${count.month} ${count.regionCode}`;
  const before = new Map(said.map((count) => [nameOfCount(count), count]));
  const changes = shouldSay.map((now) => {
    const old = before.get(nameOfCount(now));
    before.delete(nameOfCount(now));
    return { now, change: now.sessions - (old?.sessions ?? 0) };
  });
  const gone = [...before.values()]
    .filter((old) => old.sessions !== 0)
    .map((old) => ({ now: { ...old, sessions: 0 }, change: -old.sessions }));
  return [...changes.filter(({ change }) => change !== 0), ...gone];
}

/** The key of a row of totals with what is added to it. */
export interface TotalChange {
  measure: string;
  /** YYYY-MM of the day counted on. */
  month: string;
  status: LedgerStatus;
  regionCode: string;
  organisationId: string;
  programmeKind: ProgrammeKind;
  change: number;
}

/** The key of a row of the totals by group with what is added to it. */
export interface GroupTotalChange {
  measure: string;
  /** YYYY-MM of the day counted on. */
  month: string;
  status: LedgerStatus;
  group: ResidentGroup;
  source: GroupSource;
  change: number;
}

/** What postings add to the totals by group, in the one order in which all writers lock those rows. */
export function groupTotalChanges(postings: readonly Posting[]): GroupTotalChange[] {
  const totals = new Map<string, GroupTotalChange>();
  for (const { measure, countedOn, status, groups, amount } of postings) {
    const month = countedOn.slice(0, 7);
    for (const { kind: group, source } of groups ?? []) {
      const key = [measure, month, status, group, source].join(' ');
      const sum = totals.get(key);
      if (sum) sum.change += amount;
      else totals.set(key, { measure, month, status, group, source, change: amount });
    }
  }
  return [...totals]
    .filter(([, { change }]) => change !== 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, change]) => change);
}

/** Measure of the sum of session attendances in the totals. */
export const SESSION_ATTENDANCES = 'session-attendances';

/** What postings and changed attendances add to the totals, in the one order in which all writers lock those rows. */
export function totalChanges(
  postings: readonly Posting[],
  attendances: readonly { now: AttendanceCount; change: number }[],
): TotalChange[] {
  const totals = new Map<string, TotalChange>();
  const add = (change: TotalChange) => {
    const key = [
      change.measure,
      change.month,
      change.status,
      change.regionCode,
      change.organisationId,
      change.programmeKind,
    ].join(' ');
    const sum = totals.get(key);
    if (sum) sum.change += change.change;
    else totals.set(key, change);
  };
  for (const { measure, countedOn, status, regionCode, organisationId, programmeKind, amount } of postings) {
    add({ measure, month: countedOn.slice(0, 7), status, regionCode, organisationId, programmeKind, change: amount });
  }
  for (const { now, change } of attendances) {
    const { month, regionCode, organisationId, programmeKind } = now;
    add({
      measure: SESSION_ATTENDANCES,
      month,
      status: 'confirmed',
      regionCode,
      organisationId,
      programmeKind,
      change,
    });
  }
  return [...totals]
    .filter(([, { change }]) => change !== 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, change]) => change);
}
