import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { AuditAction } from '#contracts';
import {
  Audit,
  type Caller,
  Clock,
  cutPage,
  Files,
  newId,
  type Page,
  type PageQuery,
  readCursor,
  requireVersion,
  rows,
  type SheetForm,
  sheetOf,
  Transactions,
  type Upload,
} from '#core';
import { ClassesService, type CourseClass } from '#catalogue';
import { StaffService } from '#people';
import { lockSessions } from '../attendance.queries.js';
import { AttendanceImportReader } from './attendance-import-reader.js';
import { AttendanceImportWriter } from './attendance-import-writer.js';
import {
  type AttendanceImportCellsQuery,
  type AttendanceImportCellView,
  type AttendanceImportView,
  CELL_OUTCOMES,
  type CellOutcome,
} from './attendance-imports.dto.js';
import { AttendanceImportEntity } from './attendance-imports.entities.js';
import { AttendanceImportErrors } from './attendance-imports.errors.js';
import { markOf } from './attendance-imports.marks.js';
import {
  type AttendanceImportRow,
  countCells,
  insertCells,
  lockAttendanceImport,
  readAttendanceImport,
  readAttendanceImports,
  readCells,
  readMarksToBe,
  readSessionsOfClass,
  standingImportOf,
} from './attendance-imports.queries.js';
import { columnOf } from './attendance-imports.rules.js';
import { cellViewOf, outcomeOf } from './attendance-imports.words.js';
import { requireOfSession } from '../roster.service.js';

/** Columns of sessions in a template: of a sheet that is uploaded no more cells of a row are read. */
const MOST_COLUMNS = 95;

/**
 * 签到导入: a school that took the roll elsewhere, in a spreadsheet or another system, uploads it for a class. Each cell is
 * a mark of its own, made at the end of its session, and goes through the same desk as any other.
 */
@Injectable()
export class AttendanceImportsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly classes: ClassesService,
    private readonly staff: StaffService,
    private readonly files: Files,
    private readonly reader: AttendanceImportReader,
    private readonly writer: AttendanceImportWriter,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Imports of a class, the latest first. @throws CATALOGUE.CLASS_UNKNOWN, CORE.FORBIDDEN */
  async list(caller: Caller, classId: string, query: PageQuery): Promise<Page<AttendanceImportView>> {
    requireOfClass(caller, await this.classes.require(this.source.manager, classId));
    const found = await readAttendanceImports(this.source, classId, query);
    const views = await this.viewsOf(this.source.manager, found.slice(0, query.limit));
    return cutPage(
      found,
      query.limit,
      ({ id }) => [id],
      ({ id }) => views.get(id)!,
    );
  }

  /** @throws ATTENDANCE.IMPORT_UNKNOWN, CORE.FORBIDDEN */
  async get(caller: Caller, id: string): Promise<AttendanceImportView> {
    return this.viewOf(this.source.manager, await this.require(this.source.manager, caller, id));
  }

  /** Cells in the order of the file, with what becomes of each. @throws ATTENDANCE.IMPORT_UNKNOWN, CORE.FORBIDDEN */
  async cells(caller: Caller, id: string, query: AttendanceImportCellsQuery): Promise<Page<AttendanceImportCellView>> {
    await this.require(this.source.manager, caller, id);
    const after = readCursor(query.cursor, ['number', 'number']);
    const found = await readCells(
      this.source,
      id,
      query.show === 'problems',
      after && [Number(after[0]), Number(after[1])],
      query.limit + 1,
    );
    return cutPage(
      found,
      query.limit,
      ({ row_number, column_number }) => [row_number, column_number],
      (cell) => cellViewOf(cell, caller.language),
    );
  }

  /**
   * The roll of a class to be filled in: a row for everybody, a column for each session that is not called off.
   *
   * @throws CATALOGUE.CLASS_UNKNOWN, CORE.FORBIDDEN
   */
  async template(caller: Caller, classId: string, form: SheetForm): Promise<{ name: string; sheet: Buffer }> {
    const em = this.source.manager;
    const courseClass = await this.classes.require(em, classId);
    requireOfClass(caller, courseClass);
    const sessions = await readSessionsOfClass(em, classId);
    const now = this.clock.now();
    const begun = sessions.filter(({ startsAt }) => startsAt <= now);
    const shown = (begun.length > 0 ? begun : sessions).slice(-MOST_COLUMNS);
    const seats = await this.reader.seatsOf(em, classId, sessions);
    const lines = [
      ['编号', '姓名', ...shown.map(columnOf)],
      ...seats.map(({ code, name }) => [code, name, ...shown.map(() => '')]),
    ];
    return { name: `${courseClass.name}签到表`, sheet: sheetOf(form, '签到表', lines) };
  }

  /**
   * Reads a sheet and foresees what it would bring; nothing is written before it is confirmed. It wants no
   * Idempotency-Key: the same file of a class is one import as long as it stands.
   *
   * @throws CATALOGUE.CLASS_UNKNOWN, CORE.FORBIDDEN, FILES.*, ATTENDANCE.IMPORT_UNREADABLE and the like
   */
  async upload(caller: Caller, classId: string, upload: Upload): Promise<AttendanceImportView> {
    const courseClass = await this.classes.require(this.source.manager, classId);
    requireOfClass(caller, courseClass);
    const { organisationId } = courseClass;
    const file = await this.files.upload(caller, 'roll', organisationId, upload);
    return this.transactions.run(async (em) => {
      // One after the other, or the same file that is sent twice at once would be read twice.
      await this.classes.lock(em, classId);
      const standing = await standingImportOf(em, classId, file.id);
      if (standing) return this.viewOf(em, standing);
      const id = newId();
      const of = { id, file_name: file.name, because: null };
      const { cells, ...roll } = await this.reader.read(em, courseClass, file.id, (mark, endsAt) =>
        markOf(mark, of, endsAt),
      );
      await this.files.keep(em, caller, 'roll', organisationId, [file.id]);
      const importedAt = this.clock.now();
      await em.insert(AttendanceImportEntity, {
        id,
        classId,
        organisationId,
        fileName: file.name,
        fileId: file.id,
        ...roll,
        importedBy: caller.staffId,
        importedAt,
      });
      await insertCells(em, id, cells);
      const made = (await readAttendanceImport(em, id))!;
      await this.record(em, caller, 'attendance_import.read', made, { cells: cells.length });
      return this.viewOf(em, made);
    });
  }

  /**
   * Writes the marks. Where it was cut off half-way it is confirmed once more and goes on: each mark has had its id since
   * the file was read, so that none is made twice.
   *
   * @throws ATTENDANCE.IMPORT_UNKNOWN, ATTENDANCE.IMPORT_NOT_READY, ATTENDANCE.IMPORT_NOTHING_USABLE, CORE.STALE,
   *   CORE.FORBIDDEN, CORE.BUSY
   */
  async confirm(caller: Caller, id: string, version: number, because?: string): Promise<AttendanceImportView> {
    const begun = await this.transactions.run(async (em) => {
      await lockAttendanceImport(em, id);
      const found = await this.require(em, caller, id);
      if (found.state === 'writing') return found;
      if (found.state === 'written' && found.confirmed_by === caller.staffId) return found;
      if (found.state !== 'ready') throw AttendanceImportErrors.IMPORT_NOT_READY();
      requireVersion(found.version, version);
      if ((await readMarksToBe(em, id)).length === 0) throw AttendanceImportErrors.IMPORT_NOTHING_USABLE();
      await rows(
        em,
        `update attendance_imports set state = 'writing', confirmed_by = $2, confirmed_at = $3, because = $4,
                version = version + 1 where id = $1`,
        [id, caller.staffId, this.clock.now(), because ?? null],
      );
      return (await readAttendanceImport(em, id))!;
    });
    if (begun.state === 'writing') {
      const marks = await this.writer.write(caller, begun);
      await this.transactions.run(async (em) => {
        if ((await lockAttendanceImport(em, id))?.state !== 'writing') return;
        await rows(em, `update attendance_imports set state = 'written', version = version + 1 where id = $1`, [id]);
        await this.record(em, caller, 'attendance_import.written', begun, { marks });
      });
    }
    return this.get(caller, id);
  }

  /**
   * Lets go of what was read and of the file.
   *
   * @throws ATTENDANCE.IMPORT_UNKNOWN, ATTENDANCE.IMPORT_NOT_DISCARDABLE, CORE.STALE, CORE.FORBIDDEN
   */
  discard(caller: Caller, id: string, version: number): Promise<AttendanceImportView> {
    return this.transactions.run(async (em) => {
      await lockAttendanceImport(em, id);
      const found = await this.require(em, caller, id);
      if (found.state === 'discarded') return this.viewOf(em, found);
      if (found.state !== 'ready') throw AttendanceImportErrors.IMPORT_NOT_DISCARDABLE();
      requireVersion(found.version, version);
      await rows(em, `delete from attendance_import_cells where import_id = $1`, [id]);
      await rows(
        em,
        `update attendance_imports set state = 'discarded', file_id = null, version = version + 1 where id = $1`,
        [id],
      );
      // An import that was undone, or one of another class, may have the same file.
      const [other] = await rows(em, `select 1 from attendance_imports where file_id = $1 limit 1`, [found.file_id]);
      if (!other) await this.files.letGo(em, found.file_id!);
      await this.record(em, caller, 'attendance_import.discarded', found);
      return this.viewOf(em, (await readAttendanceImport(em, id))!);
    });
  }

  /**
   * 撤销: its marks say nothing any more; what else was marked stands again, and whoever it is about is recounted. The
   * marks stay as they came.
   *
   * @throws ATTENDANCE.IMPORT_UNKNOWN, ATTENDANCE.IMPORT_NOT_WRITTEN, CORE.STALE, CORE.FORBIDDEN
   */
  async undo(caller: Caller, id: string, version: number, reason: string): Promise<AttendanceImportView> {
    const marks = await readMarksToBe(this.source, id);
    return this.transactions.run(async (em) => {
      const sessionIds = [...new Set(marks.map(({ sessionId }) => sessionId))];
      // No mark of these sessions is on its way while what stands is worked out anew.
      await lockSessions(em, sessionIds);
      await lockAttendanceImport(em, id);
      const found = await this.require(em, caller, id);
      if (found.state === 'undone' && found.undone_by === caller.staffId) return this.viewOf(em, found);
      if (found.state !== 'written') throw AttendanceImportErrors.IMPORT_NOT_WRITTEN();
      requireVersion(found.version, version);
      await rows(
        em,
        `update attendance_imports set state = 'undone', undone_by = $2, undone_at = $3, undone_because = $4,
                version = version + 1 where id = $1`,
        [id, caller.staffId, this.clock.now(), reason],
      );
      const gone = await this.writer.withdraw(em, caller, found, sessionIds, reason);
      await this.record(em, caller, 'attendance_import.undone', found, { marks: gone });
      return this.viewOf(em, (await readAttendanceImport(em, id))!);
    });
  }

  /** An import that the caller may see. */
  private async require(em: EntityManager, caller: Caller, id: string): Promise<AttendanceImportRow> {
    const found = await readAttendanceImport(em, id);
    if (!found) throw AttendanceImportErrors.IMPORT_UNKNOWN();
    requireOfClass(caller, await this.classes.require(em, found.class_id));
    return found;
  }

  private async viewOf(em: EntityManager, found: AttendanceImportRow): Promise<AttendanceImportView> {
    return (await this.viewsOf(em, [found])).get(found.id)!;
  }

  private async viewsOf(
    em: EntityManager,
    found: readonly AttendanceImportRow[],
  ): Promise<Map<string, AttendanceImportView>> {
    const names = await this.staff.namesOf(
      em,
      found.flatMap((one) => [one.imported_by, one.confirmed_by, one.undone_by].filter((id) => id !== null)),
    );
    const counts = new Map(found.map(({ id }) => [id, new Map<CellOutcome, number>()]));
    for (const { import_id, outcome, late, cells } of await countCells(
      em,
      found.map(({ id }) => id),
    )) {
      const of = counts.get(import_id)!;
      const word = outcomeOf(outcome, late);
      of.set(word, (of.get(word) ?? 0) + cells);
    }
    const step = (by: string | null, at: Date | null, reason: string | null = null) =>
      by !== null && at !== null ? { name: names.get(by) ?? '', at: at.toISOString(), reason } : null;
    return new Map(
      found.map((one) => [
        one.id,
        {
          id: one.id,
          classId: one.class_id,
          state: one.state,
          fileName: one.file_name,
          encoding: one.encoding,
          rows: one.row_count,
          ignored: one.ignored,
          counts: CELL_OUTCOMES.flatMap((outcome) => {
            const cells = counts.get(one.id)!.get(outcome);
            return cells ? [{ outcome, cells }] : [];
          }),
          imported: step(one.imported_by, one.imported_at)!,
          confirmed: step(one.confirmed_by, one.confirmed_at, one.because),
          undone: step(one.undone_by, one.undone_at, one.undone_because),
          version: one.version,
        },
      ]),
    );
  }

  private async record(
    em: EntityManager,
    caller: Caller,
    action: AuditAction,
    { id, class_id: classId, organisation_id: organisationId }: AttendanceImportRow,
    details: object = {},
  ): Promise<void> {
    await this.audit.write(em, caller, [
      { action, targetKind: 'attendance_import', targetId: id, organisationId, details: { classId, ...details } },
    ]);
  }
}

function requireOfClass(caller: Caller, { organisationId, teacherId }: CourseClass): void {
  requireOfSession(caller, 'attendance.mark', { organisationId, teacherId, classTeacherId: teacherId });
}
