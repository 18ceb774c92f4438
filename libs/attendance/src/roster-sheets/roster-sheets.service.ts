import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type AuditAction, DISTRICT_ZONE, makeCode, readCode } from '#contracts';
import { Audit, type Caller, Clock, IdempotentWrites, newId, type OnceKey, row, rows, Transactions } from '#core';
import { type SessionFacts, SessionsService } from '#catalogue';
import { RosterService } from '#enrollment';
import { StaffService } from '#people';
import { AttendanceErrors } from '../attendance.errors.js';
import { EARLY_MINUTES, latenessOf } from '../attendance.rules.js';
import { answerOf, startsAtOf } from '../attendance.service.js';
import { CheckInDesk } from '../check-in/check-in.desk.js';
import { requireOfSession } from '../roster.service.js';
import type { RosterSheetView, TranscribedView, TranscribeRequest } from './roster-sheets.dto.js';
import { RosterSheetErrors } from './roster-sheets.errors.js';
import {
  type EnteredLine,
  type LineRow,
  lockSheet,
  readLines,
  readSheet,
  readSheetPhotos,
  type SheetRow,
} from './roster-sheets.queries.js';

const MINUTE_MS = 60_000;
/** Minutes for which a claim holds. */
const CLAIM_MINUTES = 30;

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
      return this.viewOf(em, caller, code);
    });
  }

  /** The sheet with this code, as printed, and as transcribed if it was. @throws ATTENDANCE.SHEET_CODE_UNKNOWN, CORE.FORBIDDEN */
  async get(caller: Caller, typed: string): Promise<RosterSheetView> {
    const { sheet, em } = await this.require(caller, typed);
    return this.viewOf(em, caller, sheet.code);
  }

  /**
   * Says that the caller is about to transcribe the sheet, for half an hour from now; again, that it goes on. So two people
   * do not enter one paper, each without knowing of the other.
   *
   * @throws ATTENDANCE.SHEET_CODE_UNKNOWN, ATTENDANCE.SHEET_TRANSCRIBED, ATTENDANCE.SHEET_CLAIMED by somebody else, unless
   *   the caller takes it over, CORE.FORBIDDEN
   */
  async claim(caller: Caller, typed: string, takeOver = false): Promise<RosterSheetView> {
    const found = await this.require(caller, typed);
    return this.transactions.run(async (em) => {
      const sheet = await this.hold(em, found.sheet.code);
      if (sheet.entered || sheet.transcribed_at) throw await this.transcribedBefore(em, sheet);
      await this.claimFor(em, caller, sheet, found.session, takeOver);
      return this.viewOf(em, caller, sheet.code);
    });
  }

  /**
   * Enters what is on the paper; lines that are left out stay unmarked. Whoever comes first settles what it says, for all
   * lines together: the same transcription again changes nothing and brings to its end what was broken off, another one
   * is refused. So it wants no Idempotency-Key; each line's mark has its id since it was printed.
   *
   * @throws ATTENDANCE.SHEET_CODE_UNKNOWN, ATTENDANCE.SHEET_TRANSCRIBED, ATTENDANCE.SHEET_CLAIMED,
   *   ATTENDANCE.SHEET_PHOTO_MISSING, ATTENDANCE.SHEET_LINE_UNKNOWN, ATTENDANCE.SHEET_TIME_OUTSIDE,
   *   ATTENDANCE.SHEET_REASON_NEEDED, ATTENDANCE.SESSION_CANCELLED, ATTENDANCE.TOO_EARLY, CORE.FORBIDDEN, CORE.BUSY
   */
  async transcribe(caller: Caller, typed: string, request: TranscribeRequest): Promise<TranscribedView> {
    const em = this.source.manager;
    const { sheet: found, session } = await this.require(caller, typed);
    const printed = await readLines(em, found.id);
    const said = enteredOf(request, session, printed);
    const { sheet, because } = await this.transactions.run(async (own) => {
      const held = await this.hold(own, found.code);
      return { sheet: held, because: await this.settle(own, caller, held, session, said, request.because ?? null) };
    });
    const deviceId = `sheet ${sheet.code}`;
    const byNumber = new Map(said.map((line) => [line.number, line]));
    const lines = printed.filter(({ number }) => byNumber.has(number));
    const { decisions, names } = await this.desk.take({
      caller,
      sessionId: session.id,
      deviceId,
      marks: lines.map(({ number, resident_id: residentId, mark_id: id }) => {
        const { status, arrivedAt, leftAt } = byNumber.get(number)!;
        return {
          id,
          kind: 'paper_sheet',
          status,
          named: { residentId },
          arrivedAt: arrivedAt === null ? null : new Date(arrivedAt),
          leftAt: leftAt === null ? null : new Date(leftAt),
          because: because === null ? REASON + sheet.code : `${REASON}${sheet.code}：${because}`,
          deviceId,
          // What the paper says was so when the session was over, whenever it is entered.
          deviceTime: session.endsAt,
        };
      }),
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
      sheet: await this.viewOf(em, caller, sheet.code),
      items: decisions.map((decision, index) => answerOf(decision, lines[index]!.mark_id, session, caller, names)),
    };
  }

  /**
   * Settles what is on the paper, or finds it settled so.
   *
   * @returns why it is entered so late, where that was wanted
   */
  private async settle(
    em: EntityManager,
    caller: Caller,
    sheet: SheetRow,
    session: SessionFacts,
    said: readonly EnteredLine[],
    because: string | null,
  ): Promise<string | null> {
    const before = sheet.entered ?? (sheet.transcribed_at && markedOf(await readLines(em, sheet.id)));
    if (before) {
      if (contentOf(before) !== contentOf(said)) throw await this.transcribedBefore(em, sheet);
      return sheet.entered_because;
    }
    if (!sheet.has_photo) throw RosterSheetErrors.SHEET_PHOTO_MISSING();
    this.requireOpen(session);
    const late = latenessOf(session, this.clock.now()) !== null;
    if (late && because === null) throw RosterSheetErrors.SHEET_REASON_NEEDED();
    await this.claimFor(em, caller, sheet, session, false);
    const reason = late ? because : null;
    await rows(em, `update roster_sheets set entered = $2, entered_because = $3 where id = $1`, [
      sheet.id,
      JSON.stringify(said),
      reason,
    ]);
    return reason;
  }

  /** Locks the sheet and says how it stands, with its last claim. */
  protected async hold(em: EntityManager, code: string): Promise<SheetRow> {
    await lockSheet(em, code);
    return (await readSheet(em, code))!;
  }

  private async claimFor(
    em: EntityManager,
    caller: Caller,
    sheet: SheetRow,
    session: SessionFacts,
    takeOver: boolean,
  ): Promise<void> {
    const now = this.clock.now();
    const until = new Date(now.getTime() + CLAIM_MINUTES * MINUTE_MS);
    const holder = holderOf(sheet, now);
    if (holder === caller.staffId) {
      await rows(
        em,
        `update roster_sheet_claims set claimed_until = $2
          where id = (select id from roster_sheet_claims where sheet_id = $1 order by id desc limit 1)`,
        [sheet.id, until],
      );
      return;
    }
    if (holder !== null && !takeOver) {
      const names = await this.staff.namesOf(em, [holder]);
      const parameters = { name: names.get(holder) ?? '', until: LOCAL_HOUR.format(sheet.claimed_until!) };
      throw RosterSheetErrors.SHEET_CLAIMED(parameters);
    }
    await rows(
      em,
      `insert into roster_sheet_claims (id, sheet_id, claimed_by, claimed_at, claimed_until, taken_from)
       values ($1, $2, $3, $4, $5, $6)`,
      [newId(), sheet.id, caller.staffId, now, until, holder],
    );
    const action = holder === null ? 'roster_sheet.claimed' : 'roster_sheet.taken_over';
    await this.record(em, caller, action, session, { sheetId: sheet.id, ...(holder && { from: holder }) });
  }

  private requireOpen(session: SessionFacts): void {
    if (session.state === 'cancelled') throw AttendanceErrors.SESSION_CANCELLED();
    if (this.clock.now().getTime() < session.startsAt.getTime() - EARLY_MINUTES * MINUTE_MS) {
      throw AttendanceErrors.TOO_EARLY({ startsAt: startsAtOf(session) });
    }
  }

  /** A sheet of a session that the caller may mark. @throws ATTENDANCE.SHEET_CODE_UNKNOWN, CORE.FORBIDDEN */
  async require(caller: Caller, typed: string, em: EntityManager = this.source.manager) {
    const code = readCode('sheet', typed);
    const sheet = code === null ? undefined : await readSheet(em, code);
    if (!sheet) throw RosterSheetErrors.SHEET_CODE_UNKNOWN();
    const session = await this.sessions.require(em, sheet.session_id);
    requireOfSession(caller, 'attendance.mark', session);
    return { sheet, session, em };
  }

  private async transcribedBefore(em: EntityManager, sheet: SheetRow): Promise<Error> {
    const by = sheet.transcribed_by ?? sheet.claimed_by ?? '';
    return RosterSheetErrors.SHEET_TRANSCRIBED({ name: (await this.staff.namesOf(em, [by])).get(by) ?? '' });
  }

  /** How a sheet is shown to somebody who may see it. */
  async viewOf(em: EntityManager, caller: Caller, code: string): Promise<RosterSheetView> {
    const sheet = (await readSheet(em, code))!;
    const session = await this.sessions.require(em, sheet.session_id);
    const { transcribed_at: at, transcribed_by: by } = sheet;
    const now = this.clock.now();
    const holder = at ? null : holderOf(sheet, now);
    const photos = await readSheetPhotos(em, sheet.id);
    const seen = [by, holder, ...photos.flatMap(({ added_by, withdrawn_by }) => [added_by, withdrawn_by])];
    const names = await this.staff.namesOf(
      em,
      seen.flatMap((id) => id ?? []),
    );
    const nameOf = (id: string) => names.get(id) ?? '';
    return {
      code: sheet.code,
      classId: session.classId,
      className: session.className,
      sessionId: session.id,
      sessionNumber: session.number,
      startsAt: session.startsAt.toISOString(),
      endsAt: session.endsAt.toISOString(),
      printedAt: sheet.printed_at.toISOString(),
      lines: linesOf(await readLines(em, sheet.id), sheet.entered),
      hasPhoto: sheet.has_photo,
      photos: photos.map(({ id, added_by, added_at, withdrawn_by, withdrawn_at, withdrawn_because }) => ({
        id,
        addedAt: added_at?.toISOString() ?? null,
        addedByName: added_by && nameOf(added_by),
        withdrawn: withdrawn_at && {
          at: withdrawn_at.toISOString(),
          byName: nameOf(withdrawn_by!),
          because: withdrawn_because!,
        },
      })),
      claim:
        holder === null
          ? null
          : {
              byName: nameOf(holder),
              mine: holder === caller.staffId,
              since: sheet.claimed_at!.toISOString(),
              until: sheet.claimed_until!.toISOString(),
            },
      reasonNeeded: latenessOf(session, now) !== null,
      transcription: at && { at: at.toISOString(), byName: nameOf(by!) },
    };
  }

  private async record(
    em: EntityManager,
    caller: Caller,
    action: AuditAction,
    { id, organisationId }: SessionFacts,
    details: object,
  ): Promise<void> {
    await this.audit.write(em, caller, [
      { action, targetKind: 'class_session', targetId: id, organisationId, details: { ...details } },
    ]);
  }
}

/** Why a line is marked afterwards; where it is late, what was said is added. */
const REASON = '纸质签到表 ';

const LOCAL_HOUR = new Intl.DateTimeFormat('sv-SE', { timeZone: DISTRICT_ZONE, hour: '2-digit', minute: '2-digit' });

/** Who has claimed a sheet at this moment. */
const holderOf = ({ claimed_by, claimed_until }: SheetRow, now: Date) =>
  claimed_until !== null && claimed_until > now ? claimed_by : null;

/** @throws ATTENDANCE.SHEET_LINE_UNKNOWN, ATTENDANCE.SHEET_TIME_OUTSIDE */
function enteredOf(
  { lines }: TranscribeRequest,
  { startsAt, endsAt }: SessionFacts,
  printed: readonly LineRow[],
): EnteredLine[] {
  const open = new Set(printed.map(({ number }) => number));
  return lines
    .map(({ number, status, arrivedAt, leftAt }): EnteredLine => {
      // A number that is given twice is not there the second time.
      if (!open.delete(number)) throw RosterSheetErrors.SHEET_LINE_UNKNOWN({ number });
      const [came, left] = [arrivedAt, leftAt].map((moment) => (moment ? new Date(moment) : null));
      const wrong = [came, left].some((time) => time && !(time >= startsAt && time <= endsAt));
      const reversed = came && left && left <= came;
      if (wrong || reversed || ((came || left) && status !== 'present')) {
        throw RosterSheetErrors.SHEET_TIME_OUTSIDE({ number });
      }
      return { number, status, arrivedAt: came?.toISOString() ?? null, leftAt: left?.toISOString() ?? null };
    })
    .toSorted((a, b) => a.number - b.number);
}

/** What the marks of a sheet say. */
const markedOf = (lines: readonly LineRow[]): EnteredLine[] =>
  lines.flatMap(({ number, status, arrived_at, left_at }) =>
    status === null
      ? []
      : [{ number, status, arrivedAt: arrived_at?.toISOString() ?? null, leftAt: left_at?.toISOString() ?? null }],
  );

/** jsonb keeps keys in another order than they were written in. */
const contentOf = (lines: readonly EnteredLine[]) =>
  JSON.stringify(lines.map(({ number, status, arrivedAt, leftAt }) => [number, status, arrivedAt, leftAt]));

function linesOf(printed: readonly LineRow[], entered: readonly EnteredLine[] | null): RosterSheetView['lines'] {
  const said = new Map((entered ?? markedOf(printed)).map((line) => [line.number, line]));
  return printed.map(({ number, name }) => ({
    ...(said.get(number) ?? { number, status: null, arrivedAt: null, leftAt: null }),
    name,
  }));
}
