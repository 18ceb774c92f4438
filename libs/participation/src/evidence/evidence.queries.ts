import type { EntityManager } from 'typeorm';
import { preparedRows } from '#core';
import type {
  AttendanceEvidence,
  ClassEvidence,
  EnrollmentEvidence,
  GroupEvidence,
  PlannedSession,
  ReadClass,
  SessionEvidence,
} from './evidence.js';

/* Evidence is read by the hundred thousand residents, when all is verified: as JSON, and each class once for everybody. */

type PackedSession = [
  id: string,
  number: number,
  startsAt: number,
  endsAt: number,
  state: SessionEvidence['state'],
  frozen: boolean,
  makeupOf: string | null,
  regionCode: string,
];
type PackedClass = [
  id: string,
  state: ClassEvidence['state'],
  programmeKind: ClassEvidence['programmeKind'],
  courseCode: string,
  organisationId: string,
  organisationKind: ClassEvidence['organisationKind'],
  venueRegionCode: string,
  approvedMinutes: number | null,
  sessions: PackedSession[] | null,
];
type PackedEnrollment = [
  id: string,
  state: EnrollmentEvidence['state'],
  residentId: string,
  identityState: EnrollmentEvidence['identityState'],
  classId: string,
];
type PackedTransfer = [enrollmentId: string, fromClassId: string, at: number];
type PackedAttendance = [
  residentId: string,
  sessionId: string,
  status: AttendanceEvidence['status'],
  arrivedAt: number | null,
  leftAt: number | null,
  markKind: AttendanceEvidence['markKind'],
];
type PackedWaiting = [residentId: string, sessionId: string, status: AttendanceEvidence['status']];

interface Packed {
  classes: PackedClass[] | null;
  enrollments: PackedEnrollment[] | null;
  transfers: PackedTransfer[] | null;
  attended: PackedAttendance[] | null;
  late: PackedWaiting[] | null;
}

/** A moment as a number, milliseconds since 1970, which costs neither side much. */
const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::bigint`;

/** Classes with all of their sessions, as one JSON value; `where` is for whoever asks. */
const CLASSES = `select json_agg(json_build_array(c.id, c.state, c.programme_kind, k.code, c.organisation_id, o.kind,
                                              cv.region_code, c.approved_minutes, (
                select json_agg(json_build_array(s.id, s.number, ${ms('s.starts_at')}, ${ms('s.ends_at')}, s.state, s.frozen,
                                                 s.makeup_of, v.region_code) order by s.starts_at)
                  from class_sessions s join venues v on v.id = s.venue_id where s.class_id = c.id)))
               as classes
               from course_classes c
               join courses k on k.id = c.course_id
               join organisations o on o.id = c.organisation_id
               join venues cv on cv.id = c.venue_id`;

/**
 * All evidence of these residents in one statement, hence of one moment: every enrollment of theirs in whatever state,
 * its class, and each session of it with what is known of the resident there.
 *
 * An enrollment that went over from another class keeps what was attended there: its sessions are those of each class
 * that began while it was in that class.
 */
export async function readEvidence(em: EntityManager, residentIds: readonly string[]): Promise<EnrollmentEvidence[]> {
  // Sent together.
  const reading = preparedRows<Packed>(
    em,
    `with own as materialized (
       select e.id, e.state, e.resident_id, r.identity_state, e.class_id
         from enrollments e join residents r on r.id = e.resident_id
        where e.resident_id = any($1::uuid[])
     ), gone as materialized (
       select t.id, t.enrollment_id, t.from_class_id, t.at
         from enrollment_transfers t join own on own.id = t.enrollment_id
     ), late as (
       select distinct on (1, 2) coalesce(r.merged_into, r.id) as resident_id, t.session_id, m.status
         from late_sheet_marks l
         join late_sheets t on t.id = l.sheet_id and t.state = 'waiting'
         join marks m on m.id = l.mark_id
         join residents r on r.id = l.resident_id
        where l.resident_id in (
          select unnest($1::uuid[]) union select p.id from residents p where p.merged_into = any($1::uuid[]))
          and not exists (select from withdrawn_marks w where w.mark_id = m.id)
        order by 1, 2, m.recorded_at desc, m.id desc
     )
     select (${CLASSES}
              where c.id in (select class_id from own union select from_class_id from gone)) as classes,
            (select json_agg(json_build_array(id, state, resident_id, identity_state, class_id) order by id)
               from own) as enrollments,
            (select json_agg(json_build_array(enrollment_id, from_class_id, ${ms('at')}) order by id) from gone) as transfers,
            (select json_agg(json_build_array(a.resident_id, a.session_id, a.status, ${ms('a.arrived_at')},
                                              ${ms('a.left_at')}, m.kind))
               from attendances a left join marks m on m.id = a.mark_id
              where a.resident_id = any($1::uuid[])) as attended,
            (select json_agg(json_build_array(resident_id, session_id, status)) from late) as late`,
    [residentIds],
  );
  const [[read], groups] = await Promise.all([reading, readGroups(em, residentIds)]);
  const found = read!;
  const classes = new Map((found.classes ?? []).map((packed) => [packed[0], classOf(packed)]));
  const transfers = new Map<string, PackedTransfer[]>();
  for (const transfer of found.transfers ?? []) {
    transfers.set(transfer[0], [...(transfers.get(transfer[0]) ?? []), transfer]);
  }
  const attended = bySession(found.attended ?? [], attendanceOf);
  const late = bySession(found.late ?? [], ([, , status]) => status);
  return (found.enrollments ?? []).map(([enrollmentId, state, residentId, identityState, classId]) => {
    const present = classes.get(classId)!;
    const sessions = sessionsOf(present, transfers.get(enrollmentId), classes);
    const [attendances, waiting] = [attended.get(residentId), late.get(residentId)];
    return {
      enrollmentId,
      state,
      residentId,
      identityState,
      groups: groups.get(residentId) ?? [],
      class: present.facts,
      sessions: sessions.map((session) => ({
        ...session,
        attendance: attendances?.get(session.id) ?? null,
        waiting: waiting?.get(session.id) ?? null,
      })),
    };
  });
}

/** These classes with all of their sessions. */
export async function readClasses(em: EntityManager, ids: readonly string[]): Promise<ReadClass[]> {
  const [found] = await preparedRows<{ classes: PackedClass[] | null }>(em, `${CLASSES} where c.id = any($1::uuid[])`, [
    ids,
  ]);
  return (found!.classes ?? []).map(classOf);
}

const classOf = (packed: PackedClass): ReadClass => ({
  facts: {
    id: packed[0],
    state: packed[1],
    programmeKind: packed[2],
    courseCode: packed[3],
    organisationId: packed[4],
    organisationKind: packed[5],
    venueRegionCode: packed[6],
    approvedMinutes: packed[7],
  },
  sessions: (packed[8] ?? []).map(([id, number, startsAt, endsAt, state, frozen, makeupOf, regionCode]) => ({
    id,
    number,
    startsAt: new Date(startsAt),
    endsAt: new Date(endsAt),
    state,
    frozen,
    makeupOf,
    regionCode,
  })),
});

/** The sessions of each class that began while the enrollment was in it. */
function sessionsOf(
  present: ReadClass,
  transfers: readonly PackedTransfer[] | undefined,
  classes: ReadonlyMap<string, ReadClass>,
): PlannedSession[] {
  if (!transfers) return present.sessions;
  const began = (of: ReadClass, from: number, until: number) =>
    of.sessions.filter(({ startsAt }) => startsAt.getTime() >= from && startsAt.getTime() < until);
  const before = transfers.flatMap(([, fromClassId, at], index) => {
    const since = Math.max(-Infinity, ...transfers.slice(0, index).map((earlier) => earlier[2]));
    return began(classes.get(fromClassId)!, since, at);
  });
  return [...before, ...began(present, Math.max(...transfers.map(([, , at]) => at)), Infinity)];
}

const moment = (at: number | null) => (at === null ? null : new Date(at));

const attendanceOf = ([, , status, arrivedAt, leftAt, markKind]: PackedAttendance): AttendanceEvidence => ({
  status,
  arrivedAt: moment(arrivedAt),
  leftAt: moment(leftAt),
  markKind,
});

/** Of each resident, by session. */
function bySession<Row extends readonly [residentId: string, sessionId: string, ...rest: unknown[]], Said>(
  found: readonly Row[],
  said: (one: Row) => Said,
): Map<string, Map<string, Said>> {
  const of = new Map<string, Map<string, Said>>();
  for (const one of found) {
    const own = of.get(one[0]);
    if (own) own.set(one[1], said(one));
    else of.set(one[0], new Map([[one[1], said(one)]]));
  }
  return of;
}

/** Groups that these residents belong or belonged to. */
export async function readGroups(
  em: EntityManager,
  residentIds: readonly string[],
): Promise<Map<string, GroupEvidence[]>> {
  const found = await preparedRows<GroupEvidence & { resident_id: string }>(
    em,
    `select resident_id, kind, source, since, until from resident_groups where resident_id = any($1::uuid[])`,
    [residentIds],
  );
  const groups = new Map<string, GroupEvidence[]>();
  for (const { resident_id, ...group } of found) groups.set(resident_id, [...(groups.get(resident_id) ?? []), group]);
  return groups;
}
