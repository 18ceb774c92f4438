import type { DataSource, EntityManager } from 'typeorm';
import type { AttendanceStatus, MarkKind } from '#contracts';
import { rows } from '#core';
import type { KeptMark, MarkDecision, PresentState } from './attendance.rules.js';

/**
 * Lets one request after the other mark a session, until the transaction ends: two devices that send marks of the same
 * resident would else both find none. A lock of its own and not the session's row, so that nobody else waits for it.
 */
export async function lockSession(em: EntityManager, sessionId: string): Promise<void> {
  await rows(em, `select pg_advisory_xact_lock(hashtextextended('attendance ' || $1::text, 0))`, [sessionId]);
}

/** Marks with one of these ids, wherever, and all marks of these residents at the session. */
export function readMarks(
  em: EntityManager,
  sessionId: string,
  ids: readonly string[],
  residentIds: readonly string[],
): Promise<KeptMark[]> {
  return rows<KeptMark>(
    em,
    `select id, session_id as "sessionId", resident_id as "residentId", kind, status, arrived_at as "arrivedAt",
            left_at as "leftAt", device_id as "deviceId", device_time as "deviceTime", recorded_at as "recordedAt",
            outcome, reason
       from marks where id = any($1::uuid[])
     union
     select id, session_id, resident_id, kind, status, arrived_at, left_at, device_id, device_time, recorded_at,
            outcome, reason
       from marks where session_id = $2 and resident_id = any($3::uuid[])`,
    [ids, sessionId, residentIds],
  );
}

/** A mark that is to be kept. */
export interface NewMark extends MarkDecision {
  /** Of a known resident, on the roster or not. */
  knownResidentId: string | null;
  enrollmentId: string | null;
}

/**
 * Keeps all marks of a request, in the order of their residents: their foreign keys lock residents, and all writers
 * lock those in id order.
 */
export async function insertMarks(
  em: EntityManager,
  sessionId: string,
  marks: readonly NewMark[],
  recordedBy: string | null,
  at: Date,
): Promise<void> {
  if (marks.length === 0) return;
  await rows(
    em,
    `insert into marks (id, session_id, resident_id, enrollment_id, kind, status, arrived_at, left_at, device_id,
                        device_time, recorded_at, recorded_by, outcome, reason)
     select m.id, $12, m.resident_id, m.enrollment_id, m.kind, m.status, m.arrived_at, m.left_at, m.device_id,
            m.device_time, $13, $14, m.outcome, m.reason
       from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[],
                   $8::text[], $9::timestamptz[], $10::text[], $11::text[])
            as m (id, resident_id, enrollment_id, kind, status, arrived_at, left_at, device_id, device_time, outcome,
                  reason)
      order by m.resident_id, m.id`,
    [
      marks.map(({ mark }) => mark.id),
      marks.map(({ knownResidentId }) => knownResidentId),
      marks.map(({ enrollmentId }) => enrollmentId),
      marks.map(({ mark }) => mark.kind),
      marks.map(({ mark }) => mark.status),
      marks.map(({ mark }) => mark.arrivedAt),
      marks.map(({ mark }) => mark.leftAt),
      marks.map(({ mark }) => mark.deviceId),
      marks.map(({ mark }) => mark.deviceTime),
      marks.map(({ outcome }) => outcome),
      marks.map(({ reason }) => reason),
      sessionId,
      at,
      recordedBy,
    ],
  );
}

/** Writes what the marks say at present, in the order of the residents. */
export async function writeAttendances(
  em: EntityManager,
  sessionId: string,
  changed: readonly (PresentState & { residentId: string; enrollmentId: string })[],
  at: Date,
): Promise<void> {
  if (changed.length === 0) return;
  await rows(
    em,
    `insert into attendances
       (session_id, resident_id, enrollment_id, status, arrived_at, left_at, mark_id, recorded_at)
     select $7, a.resident_id, a.enrollment_id, a.status, a.arrived_at, a.left_at, a.mark_id, $8
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::uuid[])
            as a (resident_id, enrollment_id, status, arrived_at, left_at, mark_id)
      order by a.resident_id
     on conflict (session_id, resident_id) do update
        set enrollment_id = excluded.enrollment_id, status = excluded.status, arrived_at = excluded.arrived_at,
            left_at = excluded.left_at, mark_id = excluded.mark_id, recorded_at = excluded.recorded_at`,
    [
      changed.map(({ residentId }) => residentId),
      changed.map(({ enrollmentId }) => enrollmentId),
      changed.map(({ status }) => status),
      changed.map(({ arrivedAt }) => arrivedAt),
      changed.map(({ leftAt }) => leftAt),
      changed.map(({ markId }) => markId),
      sessionId,
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
