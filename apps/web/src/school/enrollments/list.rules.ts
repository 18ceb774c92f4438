import type { Schema } from '../../shared/api';
import { isDay } from '../district-time';

/*
 * A list of names as it is pasted from a spreadsheet or a chat, and what became of its rows, as decisions without page
 * or network.
 */

/** Rows that are sent at once: few enough that progress is seen, many enough that a long list is soon through. */
export const ROWS_AT_ONCE = 50;

/** A person of the list, as typed. */
export interface ListedPerson {
  name: string;
  /** Phone, document number or personal code; empty where none was given. */
  identifier: string;
  /** YYYY-MM-DD; empty where none was given. */
  birthDate: string;
}

/** What became of a row; `wrong`: it was not sent, because something is missing or mistyped. */
export interface RowResult {
  outcome: Schema<'ListRowView'>['outcome'] | 'wrong';
  sentence: string;
  enrollmentId: string | null;
}

/** A row with its number in the list, which it keeps when it is corrected. */
export interface ListRow extends ListedPerson {
  number: number;
  result: RowResult | null;
}

const FAILED = ['refused', 'unknown', 'ambiguous', 'wrong'];

/** Whether the person of the row is not in the class, so that it may be corrected and sent again. */
export const hasFailed = ({ result }: ListRow): boolean => result !== null && FAILED.includes(result.outcome);

const HEADINGS = ['姓名', '名字', 'name'];
const DAY_WRITTEN = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/;

/** A day as people write it (1950/5/6, 1950年5月6日), as YYYY-MM-DD; null where it is none. */
export function dayFrom(text: string): string | null {
  const [, year, month, day] = DAY_WRITTEN.exec(text.trim()) ?? [];
  if (!year) return null;
  const found = `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`;
  return isDay(found) ? found : null;
}

/**
 * The people of a pasted text: one a line, cells parted by tabs, commas or blanks, the name before the others. A number
 * in front and a line of headings are passed over; somebody who stands there twice is taken once.
 */
export function peopleIn(text: string): ListedPerson[] {
  const seen = new Set<string>();
  return text.split(/\r?\n/).flatMap((line) => {
    const cells = cellsOf(line);
    if (cells.length === 0 || HEADINGS.includes(cells[0]!.toLowerCase())) return [];
    const person = { name: cells[0]!, identifier: '', birthDate: '' };
    for (const cell of cells.slice(1)) {
      const day = dayFrom(cell);
      if (day) person.birthDate ||= day;
      // A cell without a digit is no phone, document or code: the village, a remark.
      else if (/\d/.test(cell)) person.identifier ||= cell;
    }
    const key = JSON.stringify(person);
    if (seen.has(key)) return [];
    seen.add(key);
    return [person];
  });
}

function cellsOf(line: string): string[] {
  // Names hold blanks only where they are written in letters, and those lists come with tabs or commas.
  const parting = /[\t,,;;]/.test(line) ? /[\t,,;;]/ : /\s+/;
  const cells = line
    .split(parting)
    .map((cell) => cell.trim().replace(/^["'](.*)["']$/, '$1'))
    .filter((cell) => cell !== '');
  return /^\d{1,4}[.、]?$/.test(cells[0] ?? '') ? cells.slice(1) : cells;
}

/** What is wrong with a row before it is sent: a key of the messages, or null. */
export function faultOf({ name, identifier, birthDate }: ListedPerson): 'noName' | 'tooLong' | 'noDay' | null {
  if (!name.trim() || /\d/.test(name)) return 'noName';
  if (name.length > 50 || identifier.length > 40) return 'tooLong';
  return birthDate !== '' && dayFrom(birthDate) === null ? 'noDay' : null;
}

/** A row as the platform takes it. */
export function requestOf({ name, identifier, birthDate }: ListedPerson): Schema<'ListedPersonRequest'> {
  const day = birthDate === '' ? null : dayFrom(birthDate);
  return {
    name: name.trim(),
    ...(identifier.trim() && { identifier: identifier.trim() }),
    ...(day && { birthDate: day }),
  };
}

/** How many rows came to what, in the order in which they are told. */
export function countsOf(rows: readonly ListRow[]): { outcome: RowResult['outcome']; count: number }[] {
  const order = ['enrolled', 'waiting', 'applied', 'present', 'refused', 'ambiguous', 'unknown', 'wrong'] as const;
  return order
    .map((outcome) => ({ outcome, count: rows.filter(({ result }) => result?.outcome === outcome).length }))
    .filter(({ count }) => count > 0);
}
