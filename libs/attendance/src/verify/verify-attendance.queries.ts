import type { DataSource, EntityManager } from 'typeorm';
import type { AttendanceStatus, MarkKind } from '#contracts';
import { row, rows } from '#core';
import { MARKS_CHAIN } from './marks.chain.js';
import { type AtSession, SIGNED_AT, WITHDRAWN } from '../attendance.queries.js';
import type { MarkOutcome, Refusal } from '../attendance.rules.js';
import type { KeptMark, PresentState } from '../standing.rules.js';

/** What is kept of somebody at a session: what is said of them, and all the marks that may be behind it. */
export interface KeptOfOne {
  sessionId: string;
  residentId: string;
  /** Null: nothing. */
  says: PresentState | null;
  marks: KeptMark[];
  /** What is known under a record that was merged is about to go over to the one that is used. */
  moving: boolean;
}

/** A moment as a number, milliseconds since 1970, which costs neither side much. */
const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::bigint`;

type PackedMark = [
  id: string,
  kind: MarkKind,
  status: AttendanceStatus,
  arrivedAt: number | null,
  leftAt: number | null,
  deviceTime: number,
  recordedAt: number,
  outcome: MarkOutcome,
  reason: Refusal | null,
  signedAt: number | null,
  mergedRecordId: string | null,
  mergedAt: number | null,
  withdrawn: boolean,
];
type Packed = [
  sessionId: string,
  residentId: string,
  marks: PackedMark[] | null,
  status: AttendanceStatus | null,
  arrivedAt: number | null,
  leftAt: number | null,
  markId: string | null,
  moving: boolean | null,
];

/**
 * Those who have more than one record: what they were marked under all of them is seen together. Few are; they are looked up
 * in a list that is made once a statement.
 */
const MERGED = `select id from residents where merged_into is not null
                 union select merged_into from residents where merged_into is not null`;

/**
 * Whether a mark `m`, if it is the only one, and an attendance `a` say just the same, as `presentState` has it: only what is
 * plain is told so, all else is for that function. Its test holds the two against each other.
 */
export const PLAIN = `m.outcome <> 'rejected' and m.reason is distinct from 'TOO_LATE' and m.reason is distinct from 'CLASS_ENTERED_LATE'
   and not (${WITHDRAWN}) and a.mark_id = m.id and a.status = m.status
   and case when m.status <> 'present' then a.arrived_at is null and a.left_at is null
       else (m.left_at is null or a.arrived_at is null or m.left_at >= a.arrived_at)
            and a.left_at is not distinct from m.left_at
            and a.arrived_at is not distinct from
                case when m.kind in ('personal_code', 'rotating_code') then coalesce(m.arrived_at, least(m.device_time, m.recorded_at))
                     when m.kind = 'monitor_mark' then null else m.arrived_at end
       end`;

/** The last of the next so many sessions; null where there are no more than that behind the cursor. */
export async function lastOfNextSessions(
  on: DataSource | EntityManager,
  after: string | null,
  count: number,
): Promise<string | null> {
  const found = await row<{ id: string }>(
    on,
    `select id from class_sessions where $1::uuid is null or id > $1::uuid order by id offset $2 limit 1`,
    [after, count - 1],
  );
  return found?.id ?? null;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Who, at the sessions behind the cursor, has marks and an attendance that are not plainly the same: in the order of both
 * tables, so that what is millions of times as it should be is read once and sent nowhere. Of two marks of somebody one is not
 * the one that the attendance names, so they need not be counted.
 *
 * @param until the last of these sessions; null: to the end
 */
export const readDoubtful = (
  on: DataSource | EntityManager,
  after: AtSession,
  until: string | null,
  limit: number,
): Promise<AtSession[]> =>
  rows<AtSession>(
    on,
    `with merged as materialized (${MERGED})
     select distinct session_id as "sessionId", resident_id as "residentId"
       from (select * from marks
              where (session_id, resident_id) > ($1::uuid, $2::uuid) and ($3::uuid is null or session_id <= $3::uuid)) m
       full join (select * from attendances
                   where (session_id, resident_id) > ($1::uuid, $2::uuid) and ($3::uuid is null or session_id <= $3::uuid)) a
            using (session_id, resident_id)
      where case when ${PLAIN} then false else resident_id not in (select id from merged) end
      order by 1, 2 limit $4`,
    [after.sessionId, after.residentId, until, limit],
  );

/** Where {@link readDoubtful} begins behind a session; null: at the first one. */
export const behind = (sessionId: string | null): AtSession => ({
  sessionId: sessionId ?? NOBODY,
  residentId: sessionId === null ? NOBODY : LAST,
});

const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Where the next so many people who have more than one record were marked, under any of them. */
export const readOfMerged = (on: DataSource | EntityManager, after: AtSession, limit: number): Promise<AtSession[]> =>
  rows<AtSession>(
    on,
    `with records as materialized (
       select id, merged_into as person from residents where merged_into is not null
       union select merged_into, merged_into from residents where merged_into is not null
     )
     select distinct at.session_id as "sessionId", r.person as "residentId" from records r
       join lateral (
         select session_id from marks where resident_id = r.id
          union select session_id from attendances where resident_id = r.id) at on true
      where (at.session_id, r.person) > ($1::uuid, $2::uuid)
      order by 1, 2 limit $3`,
    [after.sessionId, after.residentId, limit],
  );

/**
 * What is kept of these people at these sessions, under their merged records, too, in one statement, hence of one moment:
 * marks and attendances are written in one transaction. As JSON in one value, since as rows it would cost three times as
 * much.
 */
export async function readKept(on: DataSource | EntityManager, pairs: readonly AtSession[]): Promise<KeptOfOne[]> {
  const found = await row<{ kept: Packed[] | null }>(
    on,
    `with asked as materialized (
       select * from unnest($1::uuid[], $2::uuid[]) as pair (session_id, person)
     ), records as materialized (
       select session_id, person, person as id, null::timestamptz as merged_at from asked
       union all
       select a.session_id, a.person, r.id, r.merged_at from asked a
         join lateral (select id, merged_at from residents other where other.merged_into = a.person offset 0) r on true
     ), marked as (
       select r.session_id, r.person, json_agg(json_build_array(
                m.id, m.kind, m.status, ${ms('m.arrived_at')}, ${ms('m.left_at')}, ${ms('m.device_time')},
                ${ms('m.recorded_at')}, m.outcome, m.reason, ${ms(`(${SIGNED_AT})`)},
                case when r.id <> r.person then r.id end, ${ms('r.merged_at')}, ${WITHDRAWN})) as marks
         from records r
         join lateral (
           select * from marks own where own.session_id = r.session_id and own.resident_id = r.id offset 0) m on true
        group by 1, 2
     ), said as (
       select a.*, r.person from records r
         join lateral (
           select * from attendances own where own.session_id = r.session_id and own.resident_id = r.id offset 0) a on true
     ), standing as (
       select s.session_id, s.person, s.status, s.arrived_at, s.left_at, s.mark_id
         from said s where s.resident_id = s.person
     ), moving as (
       select distinct session_id, person, true as moving from said where resident_id <> person
     )
     select (select json_agg(json_build_array(session_id, person, m.marks, s.status, ${ms('s.arrived_at')},
                                              ${ms('s.left_at')}, s.mark_id, g.moving) order by session_id, person)
               from marked m full join standing s using (session_id, person)
               left join moving g using (session_id, person)) as kept`,
    [pairs.map(({ sessionId }) => sessionId), pairs.map(({ residentId }) => residentId)],
  );
  return (found!.kept ?? []).map(unpacked);
}

const at = (moment: number | null) => (moment === null ? null : new Date(moment));

const unpacked = ([sessionId, residentId, marks, status, arrivedAt, leftAt, markId, moving]: Packed): KeptOfOne => ({
  sessionId,
  residentId,
  says: status && { status, arrivedAt: at(arrivedAt), leftAt: at(leftAt), markId: markId! },
  marks: (marks ?? []).map((mark) => ({
    sessionId,
    residentId,
    id: mark[0],
    kind: mark[1],
    status: mark[2],
    arrivedAt: at(mark[3]),
    leftAt: at(mark[4]),
    deviceTime: new Date(mark[5]),
    recordedAt: new Date(mark[6]),
    outcome: mark[7],
    reason: mark[8],
    signedAt: at(mark[9]),
    mergedRecordId: mark[10],
    mergedAt: at(mark[11]),
    withdrawn: mark[12],
    // By neither is it decided what stands.
    deviceId: '',
    because: null,
  })),
  moving: moving === true,
});

/** What a mark lacks that it must have behind it: its line on a printed sheet, or its place on a late sheet. */
export type MarkLacks = 'paper' | 'late_sheet';

/**
 * Marks that say that they are from a printed sheet and are no line of one of their session, and late records that are on no
 * late sheet of it.
 */
export const readMarksOfNothing = (on: DataSource | EntityManager) =>
  rows<{ id: string; session_id: string; lacks: MarkLacks }>(
    on,
    `select m.id, m.session_id, 'paper' as lacks
       from marks m
      where m.kind = 'paper_sheet' and not exists (
        select from roster_sheet_lines l
          join roster_sheets t on t.id = l.sheet_id
          join residents r on r.id = l.resident_id
         where l.mark_id = m.id and t.session_id = m.session_id and m.resident_id in (r.id, r.merged_into))
     union all
     select m.id, m.session_id, 'late_sheet'
       from marks m
      where m.outcome = 'review' and m.reason in ('TOO_LATE', 'CLASS_ENTERED_LATE') and not exists (
        select from late_sheet_marks l join late_sheets t on t.id = l.sheet_id
         where l.mark_id = m.id and t.session_id = m.session_id and l.resident_id = m.resident_id)
      order by 1`,
  );

/** Late sheets that are signed or returned, of which the audit log does not say that this person did so. */
export const readUntoldSheets = (on: DataSource | EntityManager) =>
  rows<{ id: string; session_id: string; state: string }>(
    on,
    `select t.id, t.session_id, t.state from late_sheets t
      where t.state <> 'waiting' and not exists (
        select from audit_entries e
         where e.target_id = t.id and e.action = 'late_sheet.' || t.state and e.actor_id = t.decided_by)
      order by t.id`,
  );

/** Marks of a block by their numbers. */
export const readMarksOfBlock = (on: DataSource | EntityManager, block: number, numbers: readonly string[]) =>
  rows<{ id: string; number: string }>(
    on,
    `select m.id, m.number from chain_blocks b
       join marks m on (m.tx, m.number) > (b.after_tx, b.after_id) and (m.tx, m.number) <= (b.up_to_tx, b.up_to_id)
      where b.chain = $1 and b.number = $2 and m.number = any($3::bigint[]) order by m.number`,
    [MARKS_CHAIN.name, block, numbers],
  );

/** Marks that were taken back with an import, of which the audit log does not say that this person undid it. */
export const readUntoldWithdrawals = (on: DataSource | EntityManager) =>
  rows<{ id: string; session_id: string }>(
    on,
    `select m.id, m.session_id from withdrawn_marks w join marks m on m.id = w.mark_id
      where not exists (
        select from attendance_import_cells c
          join audit_entries e on e.target_id = c.import_id and e.action = 'attendance_import.undone'
         where c.mark_id = w.mark_id and e.actor_id = w.withdrawn_by)
      order by m.id`,
  );
