import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { AuditAction } from '#contracts';
import {
  Audit,
  type Caller,
  Clock,
  CoreErrors,
  cutPage,
  Files,
  newId,
  Outbox,
  type Page,
  type PageQuery,
  readCursor,
  requireVersion,
  rows,
  Transactions,
  type Upload,
} from '#core';
import { SessionsService } from '#catalogue';
import { RosterService } from '#enrollment';
import { StaffService } from '#people';
import { lockSessions, readMarks, writeAttendances } from '../attendance.queries.js';
import { madeInTime } from '../attendance.rules.js';
import {
  type LateMarkView,
  type LateSheetDetailView,
  type LateSheetsQuery,
  type LateSheetView,
  MOST_SCANS,
} from './late-sheets.dto.js';
import { LateSheetErrors } from './late-sheets.errors.js';
import {
  hasEntered,
  type LateMarkRow,
  type LateSheetRow,
  lockSheet,
  readMarksOf,
  readPeopleOf,
  readScansOf,
  readSheet,
  readSheetsOf,
} from './late-sheets.queries.js';
import { standingOf } from '../standing.rules.js';

/**
 * 补录单: what was marked of a session more than 7 days afterwards waits here, and counts when a principal of the school
 * has signed who did not enter it (counting rule 12).
 */
@Injectable()
export class LateSheetsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly sessions: SessionsService,
    private readonly roster: RosterService,
    private readonly staff: StaffService,
    private readonly files: Files,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Sheets of a school, the newest first. @throws CORE.FORBIDDEN */
  async ofOrganisation(caller: Caller, organisationId: string, query: LateSheetsQuery): Promise<Page<LateSheetView>> {
    caller.require('attendance.read', organisationId);
    const [before = null] = readCursor(query.cursor, ['uuid']) ?? [];
    const found = await readSheetsOf(this.source, organisationId, query.state, before, query.limit + 1);
    const names = await this.decidersOf(this.source.manager, found);
    return cutPage(
      found,
      query.limit,
      ({ id }) => [id],
      (sheet) => viewOf(sheet, names),
    );
  }

  /** One sheet with its scans. @throws ATTENDANCE.LATE_SHEET_UNKNOWN, CORE.FORBIDDEN */
  async get(caller: Caller, id: string): Promise<LateSheetDetailView> {
    const em = this.source.manager;
    const sheet = await this.require(em, caller, id);
    return this.detailOf(em, caller, sheet);
  }

  /** What is on a sheet, in the order in which it was entered. @throws ATTENDANCE.LATE_SHEET_UNKNOWN, CORE.FORBIDDEN */
  async marksOf(caller: Caller, id: string, query: PageQuery): Promise<Page<LateMarkView>> {
    const em = this.source.manager;
    await this.require(em, caller, id);
    const [after = null] = readCursor(query.cursor, ['uuid']) ?? [];
    const found = await readMarksOf(em, id, after, query.limit + 1);
    const names = await this.staff.namesOf(
      em,
      found.flatMap(({ recorded_by }) => recorded_by ?? []),
    );
    return cutPage(
      found,
      query.limit,
      (mark) => [mark.id],
      (mark) => markView(mark, names),
    );
  }

  /**
   * Adds a photo or scan of the paper to a sheet that waits. The same one again is answered as it is.
   *
   * @throws ATTENDANCE.LATE_SHEET_UNKNOWN, ATTENDANCE.LATE_SHEET_DECIDED, ATTENDANCE.LATE_SHEET_SCANS_ENOUGH,
   *   CORE.FORBIDDEN, FILES.*
   */
  async addScan(caller: Caller, id: string, upload: Upload): Promise<LateSheetDetailView> {
    const { organisation_id: organisationId, state } = await this.require(this.source.manager, caller, id);
    caller.require('attendance.mark', organisationId);
    if (state !== 'waiting') throw LateSheetErrors.LATE_SHEET_DECIDED();
    const file = await this.files.upload(caller, 'document_scan', organisationId, upload);
    return this.transactions.run(async (em) => {
      await lockSheet(em, id);
      const sheet = await this.require(em, caller, id);
      if (sheet.state !== 'waiting') throw LateSheetErrors.LATE_SHEET_DECIDED();
      const there = await readScansOf(em, id);
      if (!there.some(({ file_id }) => file_id === file.id)) {
        if (there.length >= MOST_SCANS) throw LateSheetErrors.LATE_SHEET_SCANS_ENOUGH({ most: MOST_SCANS });
        await this.files.keep(em, caller, 'document_scan', organisationId, [file.id]);
        await rows(
          em,
          `insert into late_sheet_scans (id, sheet_id, file_id, added_by, added_at) values ($1, $2, $3, $4, $5)`,
          [newId(), id, file.id, caller.staffId, this.clock.now()],
        );
        await this.record(em, caller, 'late_sheet.scan_added', sheet);
      }
      return this.detailOf(em, caller, sheet);
    });
  }

  /** A scan of a sheet. @throws ATTENDANCE.LATE_SHEET_UNKNOWN, CORE.NOT_FOUND, CORE.FORBIDDEN */
  async openScan(caller: Caller, id: string, scanId: string) {
    const em = this.source.manager;
    await this.require(em, caller, id);
    const scan = (await readScansOf(em, id)).find((one) => one.id === scanId);
    if (!scan) throw CoreErrors.NOT_FOUND();
    return this.files.open(scan.file_id);
  }

  /**
   * 签字: from now on what is on the sheet counts, and whoever it is about is recounted. Signing again what the caller
   * has signed changes nothing.
   *
   * @throws ATTENDANCE.LATE_SHEET_UNKNOWN, ATTENDANCE.LATE_SHEET_OWN, ATTENDANCE.LATE_SHEET_DECIDED,
   *   ATTENDANCE.LATE_SHEET_CANCELLED, CORE.STALE, CORE.FORBIDDEN
   */
  async sign(caller: Caller, id: string, version: number): Promise<LateSheetDetailView> {
    return this.decide(caller, id, version, 'signed', async (em, sheet) => {
      if (await hasEntered(em, id, caller.staffId)) throw LateSheetErrors.LATE_SHEET_OWN();
      await rows(
        em,
        `update late_sheets set state = 'signed', decided_at = $2, decided_by = $3, version = version + 1 where id = $1`,
        [id, this.clock.now(), caller.staffId],
      );
      await this.apply(em, sheet);
    });
  }

  /**
   * 退回: what is on the sheet counts nothing; it stays with the reason, and may be entered anew. Returning again what
   * the caller has returned changes nothing.
   *
   * @throws ATTENDANCE.LATE_SHEET_UNKNOWN, ATTENDANCE.LATE_SHEET_DECIDED, CORE.STALE, CORE.FORBIDDEN
   */
  async giveBack(caller: Caller, id: string, version: number, reason: string): Promise<LateSheetDetailView> {
    return this.decide(caller, id, version, 'returned', async (em, sheet) => {
      await rows(
        em,
        `update late_sheets set state = 'returned', decided_at = $2, decided_by = $3, returned_because = $4,
                version = version + 1 where id = $1`,
        [id, this.clock.now(), caller.staffId, reason],
      );
      // Who was not called because of it may have to be.
      await this.outbox.tell(em, 'sessions.attended', [sheet.session_id]);
    });
  }

  private async decide(
    caller: Caller,
    id: string,
    version: number,
    to: 'signed' | 'returned',
    carryOut: (em: EntityManager, sheet: LateSheetRow) => Promise<void>,
  ): Promise<LateSheetDetailView> {
    const { session_id: sessionId } = await this.require(this.source.manager, caller, id);
    return this.transactions.run(async (em) => {
      // No mark of the session is on its way while what stands is worked out anew.
      await lockSessions(em, [sessionId]);
      await lockSheet(em, id);
      const sheet = await this.require(em, caller, id);
      caller.require('late-sheets.sign', sheet.organisation_id);
      if (sheet.state === to && sheet.decided_by === caller.staffId) return this.detailOf(em, caller, sheet);
      if (sheet.state !== 'waiting') throw LateSheetErrors.LATE_SHEET_DECIDED();
      requireVersion(sheet.version, version);
      await carryOut(em, sheet);
      await this.record(em, caller, `late_sheet.${to}`, sheet);
      return this.detailOf(em, caller, (await readSheet(em, id))!);
    });
  }

  /** Lets what is on a signed sheet stand among the other marks of its session. */
  private async apply(em: EntityManager, { id, session_id: sessionId }: LateSheetRow): Promise<void> {
    const session = await this.sessions.require(em, sessionId);
    if (session.state === 'cancelled') throw LateSheetErrors.LATE_SHEET_CANCELLED();
    const people = await readPeopleOf(em, id);
    const pairs = people.map(({ resident_id }) => ({ sessionId, residentId: resident_id }));
    const seats = (await this.roster.seatsOfPairs(em, pairs)).get(sessionId);
    const standing = standingOf(await readMarks(em, [], pairs));
    const states = people.flatMap(({ resident_id: residentId, enrollment_id }) => {
      const state = standing.get(residentId);
      return state ? [{ ...state, sessionId, residentId, enrollmentId: seats?.get(residentId) ?? enrollment_id }] : [];
    });
    await writeAttendances(em, states, this.clock.now());
    await this.outbox.tell(
      em,
      'evidence.changed',
      states.map(({ residentId }) => residentId),
    );
    await this.outbox.tell(em, 'sessions.attended', [sessionId]);
    const toHold = session.state === 'scheduled' && states.some(({ status }) => status === 'present');
    if (!toHold) return;
    if ((await this.sessions.markHeld(em, [sessionId])).length === 0) throw CoreErrors.CONFLICT();
    // Minutes held are those of everybody in the class, also of those who are not on the sheet.
    await this.outbox.tell(em, 'class-evidence.changed', [session.classId]);
  }

  /** A sheet that the caller may see. */
  private async require(em: EntityManager, caller: Caller, id: string): Promise<LateSheetRow> {
    const sheet = await readSheet(em, id);
    if (!sheet) throw LateSheetErrors.LATE_SHEET_UNKNOWN();
    caller.require('attendance.read', sheet.organisation_id);
    return sheet;
  }

  private decidersOf(em: EntityManager, sheets: readonly LateSheetRow[]): Promise<Map<string, string>> {
    return this.staff.namesOf(
      em,
      sheets.flatMap(({ decided_by }) => decided_by ?? []),
    );
  }

  private async detailOf(em: EntityManager, caller: Caller, sheet: LateSheetRow): Promise<LateSheetDetailView> {
    const scans = await readScansOf(em, sheet.id);
    const files = await this.files.find(
      em,
      scans.map(({ file_id }) => file_id),
    );
    const names = await this.staff.namesOf(
      em,
      scans.map(({ added_by }) => added_by),
    );
    return {
      ...viewOf(sheet, await this.decidersOf(em, [sheet])),
      enteredByCaller: await hasEntered(em, sheet.id, caller.staffId),
      scans: scans.map((scan) => {
        const { name, mediaType } = files.get(scan.file_id)!;
        const { id, added_at, added_by } = scan;
        return {
          id,
          fileName: name,
          mediaType,
          addedAt: added_at.toISOString(),
          addedByName: names.get(added_by) ?? '',
        };
      }),
    };
  }

  private async record(em: EntityManager, caller: Caller, action: AuditAction, sheet: LateSheetRow): Promise<void> {
    await this.audit.write(em, caller, [
      {
        action,
        targetKind: 'late_sheet',
        targetId: sheet.id,
        organisationId: sheet.organisation_id,
        details: { sessionId: sheet.session_id, marks: sheet.marks },
      },
    ]);
  }
}

const viewOf = (sheet: LateSheetRow, names: ReadonlyMap<string, string>): LateSheetView => ({
  id: sheet.id,
  state: sheet.state,
  organisationId: sheet.organisation_id,
  classId: sheet.class_id,
  className: sheet.class_name,
  classNameEn: sheet.class_name_en,
  sessionId: sheet.session_id,
  sessionNumber: sheet.session_number,
  startsAt: sheet.starts_at.toISOString(),
  endsAt: sheet.ends_at.toISOString(),
  marks: sheet.marks,
  openedAt: sheet.opened_at.toISOString(),
  decidedAt: sheet.decided_at?.toISOString() ?? null,
  decidedByName: names.get(sheet.decided_by ?? '') ?? null,
  returnedBecause: sheet.returned_because,
  version: sheet.version,
});

const markView = (mark: LateMarkRow, names: ReadonlyMap<string, string>): LateMarkView => ({
  id: mark.id,
  residentId: mark.resident_id,
  residentName: mark.resident_name,
  status: mark.status,
  kind: mark.kind,
  arrivedAt: mark.arrived_at?.toISOString() ?? null,
  leftAt: mark.left_at?.toISOString() ?? null,
  deviceTime: mark.device_time.toISOString(),
  recordedAt: mark.recorded_at.toISOString(),
  by: names.get(mark.recorded_by ?? '') ?? null,
  because: mark.because,
  madeInTime: wasMadeInTime(mark),
  present: mark.present_status && { status: mark.present_status, kind: mark.present_kind! },
  withdrawn: mark.withdrawn,
});

/**
 * Of a class that was entered afterwards none is taken without a reason but what was made on the day. What waited before
 * there were late sheets was put on them as it was, and nobody had been asked why; then the clock of the device tells.
 */
const wasMadeInTime = ({ because, reason, ends_at: endsAt, device_time: deviceTime }: LateMarkRow) =>
  because === null && (reason !== 'TOO_LATE' || madeInTime({ endsAt }, { deviceTime }));
