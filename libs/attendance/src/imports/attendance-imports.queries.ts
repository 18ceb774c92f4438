import type { DataSource, EntityManager } from 'typeorm';
import type { AttendanceStatus } from '#contracts';
import { type PageQuery, readCursor, row, rows, type SheetEncoding } from '#core';
import type { AtSession } from '../attendance.queries.js';
import type { MarkOutcome, Refusal } from '../attendance.rules.js';
import type { AttendanceImportState } from './attendance-imports.dto.js';
import type { CellProblem } from './attendance-imports.rules.js';

export interface AttendanceImportRow {
  id: string;
  class_id: string;
  organisation_id: string;
  state: AttendanceImportState;
  file_name: string;
  file_id: string | null;
  encoding: SheetEncoding;
  row_count: number;
  ignored: string[];
  imported_by: string;
  imported_at: Date;
  because: string | null;
  confirmed_by: string | null;
  confirmed_at: Date | null;
  undone_by: string | null;
  undone_at: Date | null;
  undone_because: string | null;
  version: number;
}

export const readAttendanceImport = (on: DataSource | EntityManager, id: string) =>
  row<AttendanceImportRow>(on, `select * from attendance_imports where id = $1`, [id]);

/** Holds an import as it is until the transaction ends. */
export const lockAttendanceImport = (em: EntityManager, id: string) =>
  row<AttendanceImportRow>(em, `select * from attendance_imports where id = $1 for update`, [id]);

/** The import that a file of a class is at present. */
export const standingImportOf = (on: DataSource | EntityManager, classId: string, fileId: string) =>
  row<AttendanceImportRow>(
    on,
    `select * from attendance_imports
      where class_id = $1 and file_id = $2 and state in ('ready', 'writing', 'written')`,
    [classId, fileId],
  );

/** Imports of a class, the latest first. */
export function readAttendanceImports(on: DataSource, classId: string, { cursor, limit }: PageQuery) {
  const [before = null] = readCursor(cursor, ['uuid']) ?? [];
  return rows<AttendanceImportRow>(
    on,
    `select * from attendance_imports where class_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [classId, before, limit + 1],
  );
}

/** A cell as it was read. */
export interface NewCell {
  rowNumber: number;
  columnNumber: number;
  name: string;
  text: string;
  sessionId: string | null;
  residentId: string | null;
  status: AttendanceStatus | null;
  arrivedAt: Date | null;
  leftAt: Date | null;
  markId: string | null;
  problem: CellProblem | null;
  foreseen: MarkOutcome | null;
  foreseenReason: Refusal | null;
}

/** Keeps the cells of a file, in the order of their residents: their foreign keys lock residents. */
export async function insertCells(em: EntityManager, importId: string, cells: readonly NewCell[]): Promise<void> {
  await rows(
    em,
    `insert into attendance_import_cells (import_id, row_number, column_number, name, text, session_id, resident_id,
            status, arrived_at, left_at, mark_id, problem, foreseen, foreseen_reason)
     select $1, c.* from unnest($2::int[], $3::int[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::text[],
            $9::timestamptz[], $10::timestamptz[], $11::uuid[], $12::text[], $13::text[], $14::text[])
       as c (row_number, column_number, name, text, session_id, resident_id, status, arrived_at, left_at, mark_id,
             problem, foreseen, foreseen_reason)
      order by c.resident_id, c.row_number, c.column_number`,
    [
      importId,
      cells.map(({ rowNumber }) => rowNumber),
      cells.map(({ columnNumber }) => columnNumber),
      cells.map(({ name }) => name),
      cells.map(({ text }) => text),
      cells.map(({ sessionId }) => sessionId),
      cells.map(({ residentId }) => residentId),
      cells.map(({ status }) => status),
      cells.map(({ arrivedAt }) => arrivedAt),
      cells.map(({ leftAt }) => leftAt),
      cells.map(({ markId }) => markId),
      cells.map(({ problem }) => problem),
      cells.map(({ foreseen }) => foreseen),
      cells.map(({ foreseenReason }) => foreseenReason),
    ],
  );
}

export interface CellRow {
  row_number: number;
  column_number: number;
  name: string;
  text: string;
  session_id: string | null;
  session_number: number | null;
  session_starts_at: Date | null;
  resident_id: string | null;
  status: AttendanceStatus | null;
  arrived_at: Date | null;
  left_at: Date | null;
  mark_id: string | null;
  problem: CellProblem | null;
  outcome: MarkOutcome | null;
  reason: Refusal | null;
  /** Whether the mark is there, so that outcome and reason are what became of it. */
  written: boolean;
}

/** What became of a cell where it was written, else what was foreseen. */
const CELLS = `select c.*, s.number as session_number, s.starts_at as session_starts_at,
       case when m.id is null then c.foreseen else m.outcome end as outcome,
       case when m.id is null then c.foreseen_reason else m.reason end as reason, m.id is not null as written
  from attendance_import_cells c
  left join class_sessions s on s.id = c.session_id
  left join marks m on m.id = c.mark_id`;

/** Cells of a file in its order; of problems, whatever is not simply recorded or known already. */
export const readCells = (
  on: DataSource | EntityManager,
  importId: string,
  problems: boolean,
  after: readonly [number, number] | null,
  limit: number,
) =>
  rows<CellRow>(
    on,
    `select * from (${CELLS} where c.import_id = $1) c
      where (not $2::boolean or problem is not null or outcome in ('rejected', 'review'))
        and ($3::int is null or (row_number, column_number) > ($3::int, $4::int))
      order by row_number, column_number limit $5`,
    [importId, problems, after?.[0] ?? null, after?.[1] ?? null, limit],
  );

/** How many cells of these imports come to what. */
export const countCells = (on: DataSource | EntityManager, importIds: readonly string[]) =>
  rows<{ import_id: string; outcome: MarkOutcome | null; late: boolean; cells: number }>(
    on,
    `select import_id, outcome, coalesce(reason in ('TOO_LATE', 'CLASS_ENTERED_LATE'), false) as late,
            count(*)::int as cells
       from (${CELLS} where c.import_id = any($1::uuid[])) c group by 1, 2, 3`,
    [importIds],
  );

/** A cell that is a mark, whether or not it was written yet. */
export interface MarkToBe {
  markId: string;
  rowNumber: number;
  sessionId: string;
  residentId: string;
  status: AttendanceStatus;
  arrivedAt: Date | null;
  leftAt: Date | null;
}

/** The marks to be, session by session in the order of their ids, each in the order of the file. */
export const readMarksToBe = (on: DataSource | EntityManager, importId: string) =>
  rows<MarkToBe>(
    on,
    `select mark_id as "markId", row_number as "rowNumber", session_id as "sessionId", resident_id as "residentId",
            status, arrived_at as "arrivedAt", left_at as "leftAt"
       from attendance_import_cells
      where import_id = $1 and problem is null order by session_id, row_number, column_number`,
    [importId],
  );

/** A session to which a roll may have a column, by number. */
export const readSessionsOfClass = (on: DataSource | EntityManager, classId: string) =>
  rows<{ id: string; number: number; startsAt: Date; endsAt: Date }>(
    on,
    `select id, number, starts_at as "startsAt", ends_at as "endsAt" from class_sessions
      where class_id = $1 and state <> 'cancelled' order by number`,
    [classId],
  );

/** Takes the marks of an import back, those that were kept; they say nothing any more. */
export const withdrawMarks = (em: EntityManager, importId: string, at: Date, by: string, because: string) =>
  rows<AtSession & { enrollmentId: string }>(
    em,
    `with gone as (
       insert into withdrawn_marks (mark_id, withdrawn_at, withdrawn_by, because)
       select c.mark_id, $2, $3, $4 from attendance_import_cells c join marks m on m.id = c.mark_id
        where c.import_id = $1 and m.resident_id is not null and m.enrollment_id is not null order by c.mark_id
       returning mark_id
     )
     select m.session_id as "sessionId", coalesce(r.merged_into, r.id) as "residentId", m.enrollment_id as "enrollmentId"
       from gone join marks m on m.id = gone.mark_id join residents r on r.id = m.resident_id`,
    [importId, at, by, because],
  );

/** Nothing is known any more of these residents at these sessions. */
export const forgetAttendances = (em: EntityManager, pairs: readonly AtSession[]) =>
  rows(
    em,
    `delete from attendances a using (
       select o.session_id, o.resident_id
         from attendances o join unnest($1::uuid[], $2::uuid[]) as p (session_id, resident_id)
           on p.session_id = o.session_id and p.resident_id = o.resident_id
        order by o.resident_id, o.session_id for update of o) as p
      where a.session_id = p.session_id and a.resident_id = p.resident_id`,
    [pairs.map(({ sessionId }) => sessionId), pairs.map(({ residentId }) => residentId)],
  );

/** Of these sessions, those of which nothing is left that ever said somebody was there. */
export async function sessionsWithoutAnyone(em: EntityManager, sessionIds: readonly string[]): Promise<string[]> {
  const found = await rows<{ id: string }>(
    em,
    `select s.id from unnest($1::uuid[]) as s (id)
      where not exists (
              select from marks m
               where m.session_id = s.id and m.status = 'present' and m.outcome <> 'rejected'
                 and not exists (select from withdrawn_marks w where w.mark_id = m.id))
        and not exists (select from session_headcounts h where h.session_id = s.id)
        and not exists (select from sit_ins i where i.session_id = s.id)
      order by 1`,
    [sessionIds],
  );
  return found.map(({ id }) => id);
}

/** Late sheets that wait and on which nothing is left but what was taken back go back to where they came from. */
export const returnEmptySheets = (
  em: EntityManager,
  sessionIds: readonly string[],
  at: Date,
  by: string,
  because: string,
) =>
  rows<{ id: string; session_id: string; organisation_id: string }>(
    em,
    `update late_sheets t set state = 'returned', decided_at = $2, decided_by = $3, returned_because = $4,
            version = t.version + 1
      where t.session_id = any($1::uuid[]) and t.state = 'waiting'
        and not exists (
          select from late_sheet_marks l
           where l.sheet_id = t.id and not exists (select from withdrawn_marks w where w.mark_id = l.mark_id))
     returning t.id, t.session_id, t.organisation_id`,
    [sessionIds, at, by, because],
  );
