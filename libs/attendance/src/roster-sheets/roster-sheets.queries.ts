import type { DataSource, EntityManager } from 'typeorm';
import type { AttendanceStatus } from '#contracts';
import { row, rows } from '#core';

/** A line as somebody says it is on the paper; moments in ISO 8601. */
export interface EnteredLine {
  number: number;
  status: AttendanceStatus;
  arrivedAt: string | null;
  leftAt: string | null;
}

export interface SheetRow {
  id: string;
  code: string;
  session_id: string;
  printed_at: Date;
  transcribed_at: Date | null;
  transcribed_by: string | null;
  /** What is settled to be on it, whether or not it has become marks; null: nothing, or it was entered before that was kept. */
  entered: EnteredLine[] | null;
  entered_because: string | null;
  /** Who claimed it last. */
  claimed_by: string | null;
  claimed_at: Date | null;
  claimed_until: Date | null;
  /** Whether a photo of it is there that nobody withdrew. */
  has_photo: boolean;
}

export const readSheet = (on: DataSource | EntityManager, code: string) =>
  row<SheetRow>(
    on,
    `select t.id, t.code, t.session_id, t.printed_at, t.transcribed_at, t.transcribed_by, t.entered, t.entered_because,
            c.claimed_by, c.claimed_at, c.claimed_until,
            exists (select from roster_sheet_photos p where p.sheet_id = t.id and p.withdrawn_at is null) as has_photo
       from roster_sheets t
       left join lateral (
         select * from roster_sheet_claims c where c.sheet_id = t.id order by c.id desc limit 1) c on true
      where t.code = $1`,
    [code],
  );

/** Who enters, claims or photographs a sheet does so one after the other. */
export const lockSheet = (em: EntityManager, code: string) =>
  rows(em, `select id from roster_sheets where code = $1 for no key update`, [code]);

export interface LineRow {
  number: number;
  resident_id: string;
  mark_id: string;
  name: string;
  /** Of its mark; null: it has none. */
  status: AttendanceStatus | null;
  arrived_at: Date | null;
  left_at: Date | null;
}

export const readLines = (on: DataSource | EntityManager, sheetId: string) =>
  rows<LineRow>(
    on,
    `select l.number, l.resident_id, l.mark_id, r.name, m.status, m.arrived_at, m.left_at
       from roster_sheet_lines l join residents r on r.id = l.resident_id left join marks m on m.id = l.mark_id
      where l.sheet_id = $1 order by l.number`,
    [sheetId],
  );

export interface SheetPhotoRow {
  id: string;
  file_id: string;
  added_by: string | null;
  added_at: Date | null;
  withdrawn_by: string | null;
  withdrawn_at: Date | null;
  withdrawn_because: string | null;
}

/** Every photo of a sheet, the last taken last. */
export const readSheetPhotos = (on: DataSource | EntityManager, sheetId: string) =>
  rows<SheetPhotoRow>(
    on,
    `select id, file_id, added_by, added_at, withdrawn_by, withdrawn_at, withdrawn_because
       from roster_sheet_photos where sheet_id = $1 order by id`,
    [sheetId],
  );
