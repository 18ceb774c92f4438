import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Language } from '#contracts';
import { Clock, Files, newId, openSheet, type SheetEncoding, sheetFaultInWords, UnreadableSheet } from '#core';
import { type CourseClass, SessionsService } from '#catalogue';
import { RosterService } from '#enrollment';
import { ResidentsService } from '#people';
import { readMarks, readSitInsOf } from '../attendance.queries.js';
import { decideMarks, type SentMark } from '../attendance.rules.js';
import { AttendanceImportErrors } from './attendance-imports.errors.js';
import { type MarkToBe, type NewCell, readSessionsOfClass } from './attendance-imports.queries.js';
import {
  type ColumnSession,
  type Heading,
  HEADING_WITHIN,
  type ListedSeat,
  MOST_MARKS,
  MOST_ROWS,
  readCell,
  readHeading,
  seatCodeOf,
  whoseRow,
} from './attendance-imports.rules.js';

/** What a file says. */
export interface ReadRoll {
  encoding: SheetEncoding;
  rowCount: number;
  ignored: string[];
  cells: NewCell[];
}

/** What a mark is sent as, of a session that ends then. */
type MarkOf = (mark: MarkToBe, endsAt: Date) => SentMark;

const isMark = (cell: NewCell): cell is NewCell & MarkToBe => cell.problem === null;

/** Reads a roll that was taken elsewhere, and foresees what would become of each of its marks. */
@Injectable()
export class AttendanceImportReader {
  constructor(
    private readonly files: Files,
    private readonly sessions: SessionsService,
    private readonly roster: RosterService,
    private readonly residents: ResidentsService,
    private readonly clock: Clock,
  ) {}

  /** Everybody whom a row of the class's roll may mean, in the order in which they asked for their seats. */
  async seatsOf(em: EntityManager, classId: string, sessions: readonly ColumnSession[]): Promise<ListedSeat[]> {
    // With those who have gone over to another class since: what they attended here may be entered.
    const startsAt = sessions[0]?.startsAt ?? this.clock.now();
    const seats = (await this.roster.of(em, { classId, startsAt })).sort((a, b) =>
      a.enrollmentId < b.enrollmentId ? -1 : 1,
    );
    const names = await this.residents.namesOf(
      em,
      seats.map(({ residentId }) => residentId),
    );
    return seats.map(({ enrollmentId, residentId }) => ({
      residentId,
      name: names.get(residentId) ?? '',
      code: seatCodeOf(enrollmentId),
    }));
  }

  /**
   * @param mark what each mark is sent as
   * @throws ATTENDANCE.IMPORT_UNREADABLE and what else is the matter with the whole file
   */
  async read(em: EntityManager, { id: classId }: CourseClass, fileId: string, mark: MarkOf): Promise<ReadRoll> {
    const sessions = await readSessionsOfClass(em, classId);
    const seats = await this.seatsOf(em, classId, sessions);
    const roll = await this.readFile(fileId, sessions, seats);
    if (roll.cells.length === 0) throw AttendanceImportErrors.IMPORT_NOTHING();
    await this.foresee(em, roll.cells, new Map(sessions.map((session) => [session.id, session])), mark);
    return roll;
  }

  private async readFile(
    fileId: string,
    sessions: readonly ColumnSession[],
    seats: readonly ListedSeat[],
  ): Promise<ReadRoll> {
    const whole = await this.files.read(fileId);
    try {
      const sheet = await openSheet({ open: () => Readable.from([whole], { objectMode: false }) });
      const roll: ReadRoll = { encoding: sheet.encoding, rowCount: 0, ignored: [], cells: [] };
      let heading: Heading | null = null;
      let looked = 0;
      const seen = new Set<string>();
      for await (const some of sheet.rows) {
        for (const { number, cells } of some) {
          if (heading === null) {
            heading = headingOf(cells, sessions, ++looked);
            if (heading) roll.ignored = heading.ignored;
            continue;
          }
          const read = cellsOf(number, cells, heading, seats, seen);
          if (read.length === 0) continue;
          roll.rowCount += 1;
          roll.cells.push(...read);
          if (roll.rowCount > MOST_ROWS || roll.cells.length > MOST_MARKS)
            throw AttendanceImportErrors.IMPORT_TOO_LARGE();
        }
      }
      if (heading === null) throw AttendanceImportErrors.IMPORT_NO_HEADING();
      return roll;
    } catch (error) {
      if (!(error instanceof UnreadableSheet)) throw error;
      const inWords = (language: Language) => sheetFaultInWords(error.fault, MOST_ROWS, language);
      throw AttendanceImportErrors.IMPORT_UNREADABLE({ zh: inWords('zh'), en: inWords('en') });
    }
  }

  /** Says of each cell what would become of its mark if it were written now. */
  private async foresee(
    em: EntityManager,
    cells: readonly NewCell[],
    sessions: ReadonlyMap<string, ColumnSession>,
    mark: MarkOf,
  ): Promise<void> {
    const bySession = new Map<string, (NewCell & MarkToBe)[]>();
    for (const cell of cells) {
      if (isMark(cell)) bySession.set(cell.sessionId, [...(bySession.get(cell.sessionId) ?? []), cell]);
    }
    const facts = await this.sessions.factsOf(em, [...bySession.keys()]);
    const now = this.clock.now();
    for (const [sessionId, own] of bySession) {
      const pairs = own.map(({ residentId }) => ({ sessionId, residentId }));
      const kept = await readMarks(em, [], pairs);
      const seats = (await this.roster.seatsOfPairs(em, pairs)).get(sessionId);
      const satIn = (await readSitInsOf(em, pairs)).get(sessionId);
      const sent = own.map((cell) => mark(cell, sessions.get(sessionId)!.endsAt));
      const { decisions } = decideMarks(facts.get(sessionId)!, sent, kept, new Set(seats?.keys()), now, satIn);
      for (const [index, { outcome, reason }] of decisions.entries()) {
        own[index]!.foreseen = outcome;
        own[index]!.foreseenReason = reason;
      }
    }
  }
}

/** The heading, or null where the table may begin further down. */
function headingOf(cells: readonly string[], sessions: readonly ColumnSession[], looked: number): Heading | null {
  const found = readHeading(cells, sessions);
  if ('heading' in found) return found.heading;
  const { fault } = found;
  switch (fault.code) {
    case 'NO_HEADING':
      if (looked >= HEADING_WITHIN) throw AttendanceImportErrors.IMPORT_NO_HEADING();
      return null;
    case 'NO_SESSIONS':
      throw AttendanceImportErrors.IMPORT_NO_SESSIONS();
    case 'SESSION_MOVED':
      throw AttendanceImportErrors.IMPORT_SESSION_MOVED({ ...fault });
    case 'SESSION_TWICE':
      throw AttendanceImportErrors.IMPORT_SESSION_TWICE({ ...fault });
  }
}

/** What a row says, cell by cell; nothing where all of them are empty. */
function cellsOf(
  rowNumber: number,
  cells: readonly string[],
  heading: Heading,
  seats: readonly ListedSeat[],
  seen: Set<string>,
): NewCell[] {
  const name = cells[heading.name] ?? '';
  const said = heading.sessions.flatMap(({ column, session }) => {
    const text = cells[column] ?? '';
    const read = readCell(text, session);
    return read ? [{ column, session, text, read }] : [];
  });
  if (said.length === 0) return [];
  const whose = whoseRow(name, heading.code === null ? '' : (cells[heading.code] ?? ''), seats);
  if ('problem' in whose) return [{ ...NOTHING, rowNumber, name, problem: whose.problem }];
  if (seen.has(whose.residentId)) return [{ ...NOTHING, rowNumber, name, problem: 'PERSON_TWICE' }];
  seen.add(whose.residentId);
  return said.map(({ column, session, text, read }): NewCell => {
    const cell = { ...NOTHING, rowNumber, columnNumber: column + 1, name, text, sessionId: session.id };
    if ('problem' in read) return { ...cell, problem: read.problem };
    return { ...cell, ...read, residentId: whose.residentId, markId: newId() };
  });
}

const NOTHING: NewCell = {
  rowNumber: 0,
  columnNumber: 0,
  name: '',
  text: '',
  sessionId: null,
  residentId: null,
  status: null,
  arrivedAt: null,
  leftAt: null,
  markId: null,
  problem: null,
  foreseen: null,
  foreseenReason: null,
};
