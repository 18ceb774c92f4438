import type { DataSource, EntityManager } from 'typeorm';
import type { AttendanceStatus, MarkKind } from '#contracts';
import { preparedRows, rows } from '#core';
import type { MarkDecision } from './attendance.rules.js';
import type { KeptMark, PresentState } from './standing.rules.js';

/**
 * Lets one batch after the other mark a session, until the transaction ends: two devices that send marks of the same
 * resident would else both find none. Locks of their own and not the sessions' rows, so that nobody else waits for
 * them; taken in the order of their numbers, or two batches would wait for each other.
 */
export const lockSessions = (em: EntityManager, sessionIds: readonly string[]): Promise<unknown> =>
  preparedRows(
    em,
    `select pg_advisory_xact_lock(number) from (
       select distinct hashtextextended('attendance ' || id, 0) as number from unnest($1::text[]) as s (id) order by 1
     ) as locks`,
    [sessionIds],
  );

/** Somebody at a session. */
export interface AtSession {
  sessionId: string;
  residentId: string;
}

/** Of a mark `m`: when the late sheet was signed on which it waited. Few marks are late records, so few are looked up. */
export const SIGNED_AT = `case when m.reason in ('TOO_LATE', 'CLASS_ENTERED_LATE') then (
              select t.decided_at from late_sheet_marks l join late_sheets t on t.id = l.sheet_id
               where l.mark_id = m.id and t.state = 'signed') end`;

/** Of a mark `m`: whether it was taken back with the import that it came with. Only such marks are looked up. */
export const WITHDRAWN = `m.kind = 'import' and exists (select from withdrawn_marks w where w.mark_id = m.id)`;

/**
 * Marks with one of these ids, wherever, and all marks of these residents at these sessions, those of records that were
 * merged into theirs included.
 *
 * Each is looked up by itself (an offset keeps PostgreSQL from joining otherwise): a plan that was made while there were
 * few marks reads all of them, and is kept.
 */
export function readMarks(em: EntityManager, ids: readonly string[], pairs: readonly AtSession[]): Promise<KeptMark[]> {
  return preparedRows<KeptMark>(
    em,
    `with asked as (select * from unnest($2::uuid[], $3::uuid[]) as pair (session_id, resident_id))
     select m.id, m.session_id as "sessionId", coalesce(r.merged_into, m.resident_id) as "residentId", m.kind, m.status,
            m.arrived_at as "arrivedAt", m.left_at as "leftAt", m.device_id as "deviceId",
            m.device_time as "deviceTime", m.recorded_at as "recordedAt", m.outcome, m.reason,
            m.correction_reason as because, ${SIGNED_AT} as "signedAt", ${WITHDRAWN} as withdrawn,
            case when r.merged_into is not null then r.id end as "mergedRecordId", r.merged_at as "mergedAt"
       from (
         select * from marks where id = any($1::uuid[])
         union
         select m.* from asked
           join lateral (
             select * from marks own
              where own.session_id = asked.session_id and own.resident_id = asked.resident_id offset 0) m on true
         union
         select m.* from asked
           join lateral (select id from residents where merged_into = asked.resident_id offset 0) r on true
           join lateral (
             select * from marks other
              where other.session_id = asked.session_id and other.resident_id = r.id offset 0) m on true
       ) m
       left join residents r on r.id = m.resident_id`,
    [ids, pairs.map(({ sessionId }) => sessionId), pairs.map(({ residentId }) => residentId)],
  );
}

/** A mark that is to be kept. */
export interface NewMark extends MarkDecision {
  sessionId: string;
  /** Of a known resident, on the roster or not. */
  knownResidentId: string | null;
  enrollmentId: string | null;
  recordedBy: string | null;
}

/**
 * Keeps all marks of a batch, in the order of their residents: their foreign keys lock residents, and all writers lock
 * those in id order.
 */
export async function insertMarks(em: EntityManager, marks: readonly NewMark[], at: Date): Promise<void> {
  if (marks.length === 0) return;
  await preparedRows(
    em,
    `insert into marks (id, session_id, resident_id, enrollment_id, kind, status, arrived_at, left_at, device_id,
                        device_time, recorded_at, recorded_by, outcome, reason, correction_reason)
     select m.id, m.session_id, m.resident_id, m.enrollment_id, m.kind, m.status, m.arrived_at, m.left_at, m.device_id,
            m.device_time, $14, m.recorded_by, m.outcome, m.reason, m.because
       from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[],
                   $8::timestamptz[], $9::text[], $10::timestamptz[], $11::uuid[], $12::text[], $13::text[],
                   $15::text[])
            as m (id, session_id, resident_id, enrollment_id, kind, status, arrived_at, left_at, device_id, device_time,
                  recorded_by, outcome, reason, because)
      order by m.resident_id, m.id`,
    [
      marks.map(({ mark }) => mark.id),
      marks.map(({ sessionId }) => sessionId),
      marks.map(({ knownResidentId }) => knownResidentId),
      marks.map(({ enrollmentId }) => enrollmentId),
      marks.map(({ mark }) => mark.kind),
      marks.map(({ mark }) => mark.status),
      marks.map(({ mark }) => mark.arrivedAt),
      marks.map(({ mark }) => mark.leftAt),
      marks.map(({ mark }) => mark.deviceId),
      marks.map(({ mark }) => mark.deviceTime),
      marks.map(({ recordedBy }) => recordedBy),
      marks.map(({ outcome }) => outcome),
      marks.map(({ reason }) => reason),
      at,
      marks.map(({ mark }) => mark.because),
    ],
  );
}

/** Writes what the marks say at present, in the order of the residents. */
export async function writeAttendances(
  em: EntityManager,
  changed: readonly (PresentState & AtSession & { enrollmentId: string })[],
  at: Date,
): Promise<void> {
  if (changed.length === 0) return;
  await preparedRows(
    em,
    `insert into attendances
       (session_id, resident_id, enrollment_id, status, arrived_at, left_at, mark_id, recorded_at)
     select a.session_id, a.resident_id, a.enrollment_id, a.status, a.arrived_at, a.left_at, a.mark_id, $8
       from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::uuid[])
            as a (session_id, resident_id, enrollment_id, status, arrived_at, left_at, mark_id)
      order by a.resident_id, a.session_id
     on conflict (session_id, resident_id) do update
        set enrollment_id = excluded.enrollment_id, status = excluded.status, arrived_at = excluded.arrived_at,
            left_at = excluded.left_at, mark_id = excluded.mark_id, recorded_at = excluded.recorded_at`,
    [
      changed.map(({ sessionId }) => sessionId),
      changed.map(({ residentId }) => residentId),
      changed.map(({ enrollmentId }) => enrollmentId),
      changed.map(({ status }) => status),
      changed.map(({ arrivedAt }) => arrivedAt),
      changed.map(({ leftAt }) => leftAt),
      changed.map(({ markId }) => markId),
      at,
    ],
  );
}

/** What is known of these residents at a session, and how it was marked. */
export function readAttendances(on: EntityManager | DataSource, sessionId: string, residentIds: readonly string[]) {
  return rows<{
    resident_id: string;
    status: AttendanceStatus;
    arrived_at: Date | null;
    left_at: Date | null;
    recorded_at: Date;
    kind: MarkKind;
  }>(
    on,
    `select a.resident_id, a.status, a.arrived_at, a.left_at, a.recorded_at, m.kind
       from attendances a join marks m on m.id = a.mark_id
      where a.session_id = $1 and a.resident_id = any($2::uuid[])`,
    [sessionId, residentIds],
  );
}

/** What is known of these residents at these sessions. */
export const readAttendancesOf = (em: EntityManager, sessionIds: readonly string[], residentIds: readonly string[]) =>
  rows<{ session_id: string; resident_id: string; status: AttendanceStatus }>(
    em,
    `select session_id, resident_id, status from attendances
      where session_id = any($1::uuid[]) and resident_id = any($2::uuid[])`,
    [sessionIds, residentIds],
  );

/** Who of these sat in at these sessions (旁听), by session. */
export async function readSitInsOf(
  em: EntityManager,
  pairs: readonly AtSession[],
): Promise<Map<string, ReadonlySet<string>>> {
  const found = await preparedRows<{ session_id: string; resident_id: string }>(
    em,
    `select s.session_id, coalesce(r.merged_into, r.id) as resident_id
       from unnest($1::uuid[], $2::uuid[]) as asked (session_id, resident_id)
       join residents r on r.id = asked.resident_id or r.merged_into = asked.resident_id
       join sit_ins s on s.session_id = asked.session_id and s.resident_id = r.id`,
    [pairs.map(({ sessionId }) => sessionId), pairs.map(({ residentId }) => residentId)],
  );
  const bySession = new Map<string, Set<string>>();
  for (const { session_id, resident_id } of found) {
    bySession.set(session_id, (bySession.get(session_id) ?? new Set()).add(resident_id));
  }
  return bySession;
}

/** All marks of one resident at one session, those of merged records included, the last recorded first. */
export const readHistory = (
  em: EntityManager,
  { sessionId, residentId }: AtSession,
  before: readonly [string, string] | null,
  limit: number,
) =>
  rows<Omit<KeptMark, 'mergedRecordId' | 'mergedAt'> & { recordedBy: string | null }>(
    em,
    `select m.id, m.session_id as "sessionId", m.resident_id as "residentId", m.kind, m.status,
            m.arrived_at as "arrivedAt", m.left_at as "leftAt", m.device_id as "deviceId",
            m.device_time as "deviceTime", m.recorded_at as "recordedAt", m.outcome, m.reason,
            m.correction_reason as because, m.recorded_by as "recordedBy", ${SIGNED_AT} as "signedAt",
            ${WITHDRAWN} as withdrawn
       from marks m join residents r on r.id = m.resident_id
      where m.session_id = $1 and (r.id = $2 or r.merged_into = $2)
        and ($3::timestamptz is null or (m.recorded_at, m.id) < ($3::timestamptz, $4::uuid))
      order by m.recorded_at desc, m.id desc limit $5`,
    [sessionId, residentId, before?.[0] ?? null, before?.[1] ?? null, limit],
  );
