import { type AttendanceStatus, dayOf, DISTRICT_ZONE } from '#contracts';

/** Rows above the table (a title, which school) in which its heading is looked for. */
export const HEADING_WITHIN = 10;
/** Rows below the heading at most; no class has more seats. */
export const MOST_ROWS = 1_000;
/** Marks of one file at most, so that it is read and written within a request. */
export const MOST_MARKS = 10_000;

const MINUTE_MS = 60_000;

/** Why something in a file is no mark. */
export type CellProblem =
  | 'NAME_MISSING'
  | 'NOBODY'
  | 'SEVERAL'
  | 'CODE_OF_ANOTHER'
  | 'PERSON_TWICE'
  | 'UNREADABLE'
  | 'TIME_NEEDED'
  | 'TIME_WRONG';

/** A session to which a column may belong. */
export interface ColumnSession {
  id: string;
  number: number;
  startsAt: Date;
  endsAt: Date;
}

/** Somebody whom a row may mean. */
export interface ListedSeat {
  residentId: string;
  name: string;
  code: string;
}

/** What a cell says. */
export interface CellMark {
  status: AttendanceStatus;
  arrivedAt: Date | null;
  leftAt: Date | null;
}

export interface Heading {
  name: number;
  code: number | null;
  /** Columns with the sessions that they are of. */
  sessions: { column: number; session: ColumnSession }[];
  /** Headings of columns that mean nothing here. */
  ignored: string[];
}

/** Why no row of a file is a heading of a roll. */
export type HeadingFault =
  | { code: 'NO_HEADING' }
  | { code: 'NO_SESSIONS' }
  | { code: 'SESSION_MOVED'; heading: string; number: number; day: string }
  | { code: 'SESSION_TWICE'; number: number };

const bare = (text: string) => text.normalize('NFKC').replace(/\s/g, '').toLowerCase();

const NAMES = new Set(['姓名', '学员姓名', '学员', '名字', 'name']);
const CODES = new Set(['编号', '学员编号', 'code']);

/**
 * What stands for somebody in the list of a class, so that two of one name are told apart: it says nothing of them, stays
 * when others come or go, and no spreadsheet program takes it for a number.
 */
export const seatCodeOf = (enrollmentId: string): string =>
  `R${enrollmentId.replaceAll('-', '').slice(-6).toUpperCase()}`;

/** A moment as it stands in a list, in the district's zone: 2026-09-07 19:00. */
export const listedMoment = (at: Date): string => LISTED.format(at);

const LISTED = new Intl.DateTimeFormat('sv-SE', { timeZone: DISTRICT_ZONE, dateStyle: 'short', timeStyle: 'short' });

/** The heading of a session's column: 第3次 2026-09-07 19:00. */
export const columnOf = ({ number, startsAt }: ColumnSession): string => `第${number}次 ${listedMoment(startsAt)}`;

/**
 * Reads a row as the heading of a roll: a column of names, perhaps one of codes, and one for each session, headed by its
 * number, by its day, or as the template heads it.
 */
export function readHeading(
  cells: readonly string[],
  sessions: readonly ColumnSession[],
): { heading: Heading } | { fault: HeadingFault } {
  const words = cells.map(bare);
  const name = words.findIndex((word) => NAMES.has(word));
  if (name < 0) return { fault: { code: 'NO_HEADING' } };
  const code = words.findIndex((word) => CODES.has(word));
  const found: Heading = { name, code: code < 0 ? null : code, sessions: [], ignored: [] };
  for (const [column, cell] of cells.entries()) {
    if (column === name || column === code || cell === '') continue;
    const session = sessionOf(cell, sessions);
    if (session === null) found.ignored.push(cell);
    else if ('code' in session) return { fault: session };
    else if (found.sessions.some((one) => one.session.id === session.id)) {
      return { fault: { code: 'SESSION_TWICE', number: session.number } };
    } else found.sessions.push({ column, session });
  }
  return found.sessions.length === 0 ? { fault: { code: 'NO_SESSIONS' } } : { heading: found };
}

function sessionOf(cell: string, sessions: readonly ColumnSession[]): ColumnSession | HeadingFault | null {
  const text = bare(cell);
  const numbered = /^第?(\d{1,4})[次课节讲]|^(?:session|no\.?)(\d{1,4})/.exec(text);
  const dated = /(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?/.exec(text);
  const day = dated && { year: dated[1], rest: `${dated[2]!.padStart(2, '0')}-${dated[3]!.padStart(2, '0')}` };
  const isThen = ({ startsAt }: ColumnSession) =>
    !day || dayOf(startsAt) === (day.year ? `${day.year}-${day.rest}` : dayOf(startsAt).slice(0, 5) + day.rest);
  if (numbered) {
    const number = Number(numbered[1] ?? numbered[2]);
    const session = sessions.find((one) => one.number === number);
    if (!session) return null;
    return isThen(session)
      ? session
      : { code: 'SESSION_MOVED', heading: cell, number, day: listedMoment(session.startsAt) };
  }
  if (!day) return null;
  const then = sessions.filter(isThen);
  return then.length === 1 ? then[0]! : null;
}

/** Whom a row means: by the code, and by the name where there is none or it is nobody's. */
export function whoseRow(
  name: string,
  code: string,
  seats: readonly ListedSeat[],
): { residentId: string } | { problem: CellProblem } {
  // A formula is kept from being one by an apostrophe, which comes back with the name.
  const named = bare(name.replace(/^'/, ''));
  if (named === '') return { problem: 'NAME_MISSING' };
  const byCode = code === '' ? undefined : seats.find((seat) => seat.code === bare(code).toUpperCase());
  if (byCode) return bare(byCode.name) === named ? byCode : { problem: 'CODE_OF_ANOTHER' };
  const byName = seats.filter((seat) => bare(seat.name) === named);
  if (byName.length > 1) return { problem: 'SEVERAL' };
  return byName[0] ?? { problem: 'NOBODY' };
}

const WORDS: readonly [AttendanceStatus, readonly string[]][] = [
  ['present', ['到', '到课', '已到', '出勤', '出席', '在', '是', '√', '✓', '✔', '☑', '1', 'y', 'yes', 'p', 'present']],
  [
    'absent',
    ['缺', '缺课', '缺勤', '缺席', '旷课', '未到', '否', '×', 'x', '✗', '✕', '✘', '0', 'n', 'no', 'a', 'absent'],
  ],
  ['excused', ['假', '请假', '事假', '病假', '公假', 'e', 'excused']],
];
const STATUSES = new Map(WORDS.flatMap(([status, words]) => words.map((word) => [word, status] as const)));

/**
 * What a cell says of somebody at a session; null where it is empty: nothing is known then. Beside the words for present,
 * absent and excused it may say how late somebody came and how early they left: 迟到 19:20, 迟到20分钟, 早退 20:00,
 * 19:20-20:00.
 */
export function readCell(text: string, session: ColumnSession): CellMark | { problem: CellProblem } | null {
  const cell = bare(text).replace(/[，,;；、]/g, '');
  if (cell === '' || cell === '-' || cell === '—') return null;
  const status = STATUSES.get(cell);
  if (status) return { status, arrivedAt: null, leftAt: null };
  const span = /^(\d{1,2}:\d{2})(?::\d{2})?(?:[-~—到至](\d{1,2}:\d{2})(?::\d{2})?)?$/.exec(cell);
  if (span) return within(session, timeAt(session, span[1]!), span[2] ? timeAt(session, span[2]) : null);
  const parts = /^(?:到课?)?(?:迟到?(\d{1,2}:\d{2}|\d{1,3}分?钟?)?)?(?:早退(\d{1,2}:\d{2}|\d{1,3}分?钟?)?)?$/.exec(
    cell,
  );
  if (!parts || !/[迟早]/.test(cell)) return { problem: 'UNREADABLE' };
  const [, late, early] = parts;
  if ((cell.includes('迟') && !late) || (cell.includes('早退') && !early)) return { problem: 'TIME_NEEDED' };
  const minutes = (said: string) => Number.parseInt(said, 10) * MINUTE_MS;
  const came = late
    ? late.includes(':')
      ? timeAt(session, late)
      : new Date(session.startsAt.getTime() + minutes(late))
    : null;
  const left = early
    ? early.includes(':')
      ? timeAt(session, early)
      : new Date(session.endsAt.getTime() - minutes(early))
    : null;
  return within(session, came, left);
}

/** A time of the session's day, counted from its start, in the district's zone. */
function timeAt({ startsAt }: ColumnSession, text: string): Date | 'wrong' {
  const ofDay = (clock: string) => Number(clock.split(':')[0]) * 60 + Number(clock.split(':')[1]);
  if (Number(text.split(':')[0]) > 23 || Number(text.split(':')[1]) > 59) return 'wrong';
  const after = ofDay(text) - ofDay(listedMoment(startsAt).slice(-5));
  return new Date(startsAt.getTime() + after * MINUTE_MS);
}

/** Somebody was there from one moment to another; who came after the end, or left before they came, is a slip. */
function within(
  { startsAt, endsAt }: ColumnSession,
  arrivedAt: Date | 'wrong' | null,
  leftAt: Date | 'wrong' | null,
): CellMark | { problem: CellProblem } {
  if (arrivedAt === 'wrong' || leftAt === 'wrong') return { problem: 'TIME_WRONG' };
  const [came, left] = [arrivedAt ?? startsAt, leftAt ?? endsAt];
  if (came >= endsAt || left <= startsAt || left <= came) return { problem: 'TIME_WRONG' };
  return { status: 'present', arrivedAt, leftAt };
}
