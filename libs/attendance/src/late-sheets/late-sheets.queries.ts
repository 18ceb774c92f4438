import type { DataSource, EntityManager } from 'typeorm';
import type { AttendanceStatus, MarkKind } from '#contracts';
import { newId, preparedRows, row, rows } from '#core';
import type { NewMark } from '../attendance.queries.js';
import type { Refusal } from '../attendance.rules.js';
import type { LateSheetState } from './late-sheets.dto.js';

/**
 * Puts late records on the sheet of their session that waits, or on a new one. Who read the sheet before must read it
 * again before signing. Sent at once, so that it is in the packet of the marks and before its commit.
 *
 * @param late marks of residents on the roster, in sessions that are locked
 */
export async function putOnLateSheets(
  em: EntityManager,
  late: readonly NewMark[],
  sessions: ReadonlyMap<string, { organisationId: string }>,
  at: Date,
): Promise<void> {
  if (late.length === 0) return;
  const sessionIds = [...new Set(late.map(({ sessionId }) => sessionId))].sort();
  await preparedRows(
    em,
    `with sheets as (
       insert into late_sheets (id, session_id, organisation_id, opened_at)
       select s.id, s.session_id, s.organisation_id, $4 from unnest($1::uuid[], $2::uuid[], $3::uuid[])
         as s (id, session_id, organisation_id)
       on conflict (session_id) where state = 'waiting' do update set version = late_sheets.version + 1
       returning id, session_id
     )
     insert into late_sheet_marks (mark_id, sheet_id, resident_id)
     select m.id, sheets.id, m.resident_id
       from unnest($5::uuid[], $6::uuid[], $7::uuid[]) as m (id, session_id, resident_id)
       join sheets on sheets.session_id = m.session_id
      order by m.resident_id, m.id`,
    [
      sessionIds.map(() => newId()),
      sessionIds,
      sessionIds.map((id) => sessions.get(id)!.organisationId),
      at,
      late.map(({ mark }) => mark.id),
      late.map(({ sessionId }) => sessionId),
      late.map(({ knownResidentId }) => knownResidentId),
    ],
  );
}

export interface LateSheetRow {
  id: string;
  state: LateSheetState;
  organisation_id: string;
  class_id: string;
  class_name: string;
  class_name_en: string | null;
  session_id: string;
  session_number: number;
  starts_at: Date;
  ends_at: Date;
  marks: number;
  opened_at: Date;
  decided_at: Date | null;
  decided_by: string | null;
  returned_because: string | null;
  version: number;
}

const SHEETS = `select t.id, t.state, t.organisation_id, c.id as class_id, c.name as class_name, c.name_en as class_name_en,
       s.id as session_id, s.number as session_number, s.starts_at, s.ends_at, t.opened_at, t.decided_at, t.decided_by,
       t.returned_because, t.version,
       (select count(*)::int from late_sheet_marks l where l.sheet_id = t.id) as marks
  from late_sheets t join class_sessions s on s.id = t.session_id join course_classes c on c.id = s.class_id`;

/** Sheets of a school, the newest first. */
export const readSheetsOf = (
  on: DataSource | EntityManager,
  organisationId: string,
  state: LateSheetState | undefined,
  before: string | null,
  limit: number,
) =>
  rows<LateSheetRow>(
    on,
    `${SHEETS} where t.organisation_id = $1 and ($2::text is null or t.state = $2) and ($3::uuid is null or t.id < $3)
      order by t.id desc limit $4`,
    [organisationId, state ?? null, before, limit],
  );

export const readSheet = (on: DataSource | EntityManager, id: string) =>
  row<LateSheetRow>(on, `${SHEETS} where t.id = $1`, [id]);

/** Holds a sheet as it is until the transaction ends. */
export const lockSheet = (em: EntityManager, id: string) =>
  row(em, `select 1 from late_sheets where id = $1 for update`, [id]);

export interface LateMarkRow {
  id: string;
  resident_id: string;
  resident_name: string;
  enrollment_id: string;
  status: AttendanceStatus;
  kind: MarkKind;
  arrived_at: Date | null;
  left_at: Date | null;
  device_time: Date;
  recorded_at: Date;
  recorded_by: string | null;
  because: string | null;
  reason: Refusal | null;
  ends_at: Date;
  present_status: AttendanceStatus | null;
  present_kind: MarkKind | null;
  withdrawn: boolean;
}

/** Marks of a sheet in the order in which they were entered; of whom another record was merged into, under that one. */
export const readMarksOf = (on: DataSource | EntityManager, sheetId: string, after: string | null, limit: number) =>
  rows<LateMarkRow>(
    on,
    `select m.id, p.id as resident_id, p.name as resident_name, m.enrollment_id, m.status, m.kind, m.arrived_at, m.left_at,
            m.device_time, m.recorded_at, m.recorded_by, m.correction_reason as because,
            m.reason, s.ends_at, a.status as present_status, n.kind as present_kind,
            exists (select from withdrawn_marks w where w.mark_id = m.id) as withdrawn
       from late_sheet_marks l
       join marks m on m.id = l.mark_id
       join class_sessions s on s.id = m.session_id
       join residents r on r.id = l.resident_id
       join residents p on p.id = coalesce(r.merged_into, r.id)
       left join attendances a on a.session_id = m.session_id and a.resident_id = p.id
       left join marks n on n.id = a.mark_id
      where l.sheet_id = $1 and ($2::uuid is null or l.mark_id > $2)
      order by l.mark_id limit $3`,
    [sheetId, after, limit],
  );

/** Everyone with a mark on a sheet, with the seat that they had; of merged records the one that stands. */
export const readPeopleOf = (em: EntityManager, sheetId: string) =>
  rows<{ resident_id: string; enrollment_id: string }>(
    em,
    `select distinct on (1) coalesce(r.merged_into, r.id) as resident_id, m.enrollment_id
       from late_sheet_marks l join marks m on m.id = l.mark_id join residents r on r.id = l.resident_id
      where l.sheet_id = $1 order by 1, m.recorded_at desc, m.id desc`,
    [sheetId],
  );

/** Whether somebody entered a mark of this sheet. */
export async function hasEntered(on: DataSource | EntityManager, sheetId: string, staffId: string): Promise<boolean> {
  const found = await rows(
    on,
    `select 1 from late_sheet_marks l join marks m on m.id = l.mark_id
      where l.sheet_id = $1 and m.recorded_by = $2 limit 1`,
    [sheetId, staffId],
  );
  return found.length > 0;
}

/** What late records of a session say by resident, as far as they wait for a signature; the last entered of each. */
export async function readWaiting(
  on: DataSource | EntityManager,
  sessionId: string,
): Promise<Map<string, AttendanceStatus>> {
  const found = await rows<{ resident_id: string; status: AttendanceStatus }>(
    on,
    `select distinct on (1) coalesce(r.merged_into, r.id) as resident_id, m.status
       from late_sheets t join late_sheet_marks l on l.sheet_id = t.id join marks m on m.id = l.mark_id
       join residents r on r.id = l.resident_id
      where t.session_id = $1 and t.state = 'waiting'
        and not exists (select from withdrawn_marks w where w.mark_id = m.id)
      order by 1, m.recorded_at desc, m.id desc`,
    [sessionId],
  );
  return new Map(found.map(({ resident_id, status }) => [resident_id, status]));
}

export interface LateSheetScanRow {
  id: string;
  file_id: string;
  added_by: string;
  added_at: Date;
}

export const readScansOf = (on: DataSource | EntityManager, sheetId: string) =>
  rows<LateSheetScanRow>(
    on,
    `select id, file_id, added_by, added_at from late_sheet_scans where sheet_id = $1 order by id`,
    [sheetId],
  );
