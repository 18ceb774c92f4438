import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type AttendanceStatus, makeCode, readCode } from '#contracts';
import {
  Audit,
  type Caller,
  Clock,
  CoreErrors,
  Files,
  IdempotentWrites,
  newId,
  type OnceKey,
  row,
  rows,
  Transactions,
  type Upload,
} from '#core';
import { type SessionFacts, SessionsService } from '#catalogue';
import { RosterService } from '#enrollment';
import { StaffService } from '#people';
import { AttendanceErrors } from './attendance.errors.js';
import { EARLY_MINUTES } from './attendance.rules.js';
import { answerOf, startsAtOf } from './attendance.service.js';
import { CheckInDesk } from './check-in.desk.js';
import { requireOfSession } from './roster.service.js';
import type { RosterSheetView, TranscribedView, TranscribeRequest } from './roster-sheets.dto.js';
import { RosterSheetErrors } from './roster-sheets.errors.js';

const MINUTE_MS = 60_000;

interface SheetRow {
  id: string;
  code: string;
  session_id: string;
  printed_at: Date;
  transcribed_at: Date | null;
  transcribed_by: string | null;
  photo_id: string | null;
}

interface LineRow {
  number: number;
  resident_id: string;
  mark_id: string;
  name: string;
  status: AttendanceStatus | null;
}

/**
 * 签到表: where there is neither network nor device the roll is taken on paper. The roster is printed with a code that
 * stands for session and print; transcribed, each line is a mark of its own, made at the end of the session.
 */
@Injectable()
export class RosterSheetsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly writes: IdempotentWrites,
    private readonly sessions: SessionsService,
    private readonly roster: RosterService,
    private readonly staff: StaffService,
    private readonly files: Files,
    private readonly desk: CheckInDesk,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * A sheet with everybody who has a seat now, numbered in the order in which they asked for it.
   *
   * @throws CATALOGUE.SESSION_UNKNOWN, CORE.FORBIDDEN, ATTENDANCE.SESSION_CANCELLED, ATTENDANCE.SHEET_NOBODY
   */
  print(caller: Caller, sessionId: string, once: OnceKey): Promise<RosterSheetView> {
    return this.writes.run(once, async (em) => {
      const session = await this.sessions.require(em, sessionId);
      requireOfSession(caller, 'attendance.mark', session);
      if (session.state === 'cancelled') throw AttendanceErrors.SESSION_CANCELLED();
      // Ids of enrollments sort by when they were made.
      const seats = (await this.roster.of(em, session))
        .filter(({ left }) => !left)
        .sort((a, b) => (a.enrollmentId < b.enrollmentId ? -1 : 1));
      if (seats.length === 0) throw RosterSheetErrors.SHEET_NOBODY();
      const [id, code] = [newId(), makeCode('sheet', randomInt)];
      await rows(
        em,
        `insert into roster_sheets (id, code, session_id, printed_at, printed_by) values ($1, $2, $3, $4, $5)`,
        [id, code, session.id, this.clock.now(), caller.staffId],
      );
      await rows(
        em,
        `insert into roster_sheet_lines (sheet_id, number, resident_id, mark_id)
         select $1, l.number, l.resident_id, l.mark_id
           from unnest($2::int[], $3::uuid[], $4::uuid[]) as l (number, resident_id, mark_id) order by l.resident_id`,
        [id, seats.map((_, index) => index + 1), seats.map(({ residentId }) => residentId), seats.map(() => newId())],
      );
      await this.record(em, caller, 'roster_sheet.printed', session, { sheetId: id, lines: seats.length });
      return this.viewOf(em, (await this.rowOf(em, code))!, session);
    });
  }

  /** The sheet with this code, as printed, and as transcribed if it was. @throws ATTENDANCE.SHEET_CODE_UNKNOWN, CORE.FORBIDDEN */
  async get(caller: Caller, typed: string): Promise<RosterSheetView> {
    const em = this.source.manager;
    const { sheet, session } = await this.require(em, caller, typed);
    return this.viewOf(em, sheet, session);
  }

  /**
   * Keeps a photo of the sheet, in place of one before it, until it is transcribed.
   *
   * @throws ATTENDANCE.SHEET_CODE_UNKNOWN, ATTENDANCE.SHEET_TRANSCRIBED, CORE.FORBIDDEN, FILES.*
   */
  async addPhoto(caller: Caller, typed: string, upload: Upload): Promise<RosterSheetView> {
    const found = await this.require(this.source.manager, caller, typed);
    const { organisationId } = found.session;
    const file = await this.files.upload(caller, 'document_scan', organisationId, upload);
    return this.transactions.run(async (em) => {
      const { sheet, session } = await this.require(em, caller, typed);
      await this.files.keep(em, caller, 'document_scan', organisationId, [file.id]);
      const kept = await row<{ id: string }>(
        em,
        `update roster_sheets set photo_id = $2 where id = $1 and (transcribed_at is null or photo_id = $2) returning id`,
        [sheet.id, file.id],
      );
      if (!kept) throw await this.transcribedBefore(em, sheet.code);
      return this.viewOf(em, { ...sheet, photo_id: file.id }, session);
    });
  }

  /** The photo of the sheet. @throws ATTENDANCE.SHEET_CODE_UNKNOWN, CORE.NOT_FOUND, CORE.FORBIDDEN */
  async openPhoto(caller: Caller, typed: string) {
    const { sheet } = await this.require(this.source.manager, caller, typed);
    if (sheet.photo_id === null) throw CoreErrors.NOT_FOUND();
    return this.files.open(sheet.photo_id);
  }

  /**
   * Enters what is on the paper; lines that are left out stay unmarked. It wants no Idempotency-Key: each line's mark has
   * its id since it was printed, so the same transcription again changes nothing. Another one is refused.
   *
   * @throws ATTENDANCE.SHEET_CODE_UNKNOWN, ATTENDANCE.SHEET_TRANSCRIBED, ATTENDANCE.SHEET_PHOTO_MISSING,
   *   ATTENDANCE.SHEET_LINE_UNKNOWN, ATTENDANCE.SESSION_CANCELLED, ATTENDANCE.TOO_EARLY, CORE.FORBIDDEN, CORE.BUSY
   */
  async transcribe(caller: Caller, typed: string, request: TranscribeRequest): Promise<TranscribedView> {
    const em = this.source.manager;
    const { sheet, session } = await this.require(em, caller, typed);
    const printed = await this.linesOf(em, sheet.id);
    const said = new Map(request.lines.map(({ number, status }) => [number, status]));
    const known = new Set(printed.map(({ number }) => number));
    const wrong = request.lines.find(({ number }, index) => {
      return !known.has(number) || request.lines.findIndex((other) => other.number === number) !== index;
    });
    if (wrong) throw RosterSheetErrors.SHEET_LINE_UNKNOWN({ number: wrong.number });
    if (sheet.transcribed_at && printed.some(({ number, status }) => status !== (said.get(number) ?? null))) {
      throw await this.transcribedBefore(em, sheet.code);
    }
    if (sheet.photo_id === null) throw RosterSheetErrors.SHEET_PHOTO_MISSING();
    this.requireOpen(session);
    const deviceId = `sheet ${sheet.code}`;
    const lines = printed.filter(({ number }) => said.has(number));
    const { decisions, names } = await this.desk.take({
      caller,
      sessionId: session.id,
      deviceId,
      marks: lines.map(({ number, resident_id: residentId, mark_id: id }) => ({
        id,
        kind: 'paper_sheet',
        status: said.get(number)!,
        named: { residentId },
        arrivedAt: null,
        leftAt: null,
        because: request.because ?? REASON + sheet.code,
        deviceId,
        // What the paper says was so when the session was over, whenever it is entered.
        deviceTime: session.endsAt,
      })),
      permit: (facts) => requireOfSession(caller, 'attendance.mark', facts),
    });
    await this.transactions.run(async (own) => {
      const first = await row(
        own,
        `update roster_sheets set transcribed_at = $2, transcribed_by = $3
          where id = $1 and transcribed_at is null returning 1`,
        [sheet.id, this.clock.now(), caller.staffId],
      );
      const details = { sheetId: sheet.id, lines: lines.length };
      if (first) await this.record(own, caller, 'roster_sheet.transcribed', session, details);
    });
    return {
      sheet: await this.viewOf(em, (await this.rowOf(em, sheet.code))!, session),
      items: decisions.map((decision, index) => answerOf(decision, lines[index]!.mark_id, session, caller, names)),
    };
  }

  private requireOpen(session: SessionFacts): void {
    if (session.state === 'cancelled') throw AttendanceErrors.SESSION_CANCELLED();
    if (this.clock.now().getTime() < session.startsAt.getTime() - EARLY_MINUTES * MINUTE_MS) {
      throw AttendanceErrors.TOO_EARLY({ startsAt: startsAtOf(session) });
    }
  }

  private async require(em: EntityManager, caller: Caller, typed: string) {
    const code = readCode('sheet', typed);
    const sheet = code === null ? undefined : await this.rowOf(em, code);
    if (!sheet) throw RosterSheetErrors.SHEET_CODE_UNKNOWN();
    const session = await this.sessions.require(em, sheet.session_id);
    requireOfSession(caller, 'attendance.mark', session);
    return { sheet, session };
  }

  private async transcribedBefore(em: EntityManager, code: string): Promise<Error> {
    const by = (await this.rowOf(em, code))?.transcribed_by ?? '';
    return RosterSheetErrors.SHEET_TRANSCRIBED({ name: (await this.staff.namesOf(em, [by])).get(by) ?? '' });
  }

  private rowOf(em: EntityManager, code: string): Promise<SheetRow | undefined> {
    return row<SheetRow>(
      em,
      `select id, code, session_id, printed_at, transcribed_at, transcribed_by, photo_id from roster_sheets where code = $1`,
      [code],
    );
  }

  private linesOf(em: EntityManager, sheetId: string): Promise<LineRow[]> {
    return rows<LineRow>(
      em,
      `select l.number, l.resident_id, l.mark_id, r.name, m.status
         from roster_sheet_lines l join residents r on r.id = l.resident_id left join marks m on m.id = l.mark_id
        where l.sheet_id = $1 order by l.number`,
      [sheetId],
    );
  }

  private async viewOf(em: EntityManager, sheet: SheetRow, session: SessionFacts): Promise<RosterSheetView> {
    const { transcribed_at: at, transcribed_by: by } = sheet;
    const names = await this.staff.namesOf(em, by ? [by] : []);
    return {
      code: sheet.code,
      classId: session.classId,
      className: session.className,
      sessionId: session.id,
      sessionNumber: session.number,
      startsAt: session.startsAt.toISOString(),
      endsAt: session.endsAt.toISOString(),
      printedAt: sheet.printed_at.toISOString(),
      lines: (await this.linesOf(em, sheet.id)).map(({ number, name, status }) => ({ number, name, status })),
      hasPhoto: sheet.photo_id !== null,
      transcription: at && { at: at.toISOString(), byName: names.get(by!) ?? '' },
    };
  }

  private async record(
    em: EntityManager,
    caller: Caller,
    action: string,
    { id, organisationId }: SessionFacts,
    details: object,
  ): Promise<void> {
    await this.audit.write(em, caller, [
      { action, targetKind: 'class_session', targetId: id, organisationId, details: { ...details } },
    ]);
  }
}

/** Why a line is marked afterwards, where nobody says more. */
const REASON = '纸质签到表 ';
