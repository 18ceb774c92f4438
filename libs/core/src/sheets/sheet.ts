import type { Readable } from 'node:stream';

/** A row with the number that a spreadsheet program shows beside it, and its cells as text without outer blanks. */
export interface SheetRow {
  number: number;
  cells: string[];
}

/** What a file is read from; opened more than once, as its form is found out first. */
export interface SheetSource {
  open(): Readable;
}

/** A sheet that is about to be read, a few rows at a time. */
export interface Sheet {
  /** How its text was written, or xlsx. */
  encoding: SheetEncoding;
  /** About how many rows there are, for the progress. */
  rowsAbout: number | null;
  rows: AsyncIterable<SheetRow[]>;
}

export const SHEET_ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'xlsx'] as const;
export type SheetEncoding = (typeof SHEET_ENCODINGS)[number];

/**
 * Why a file cannot be read at all: nothing in it; text of no encoding that is known; the form of Excel before 2007, or
 * with a password; a picture, a document, a program; an archive that would fill the memory (a zip bomb); too many rows;
 * damaged.
 */
export type SheetFault =
  'empty' | 'encoding' | 'old_excel' | 'not_a_sheet' | 'unpacks_too_far' | 'too_many_rows' | 'broken';

/** Thrown where a file cannot be read. */
export class UnreadableSheet extends Error {
  override name = 'UnreadableSheet';
  constructor(readonly fault: SheetFault) {
    super(fault);
  }
}

/** Characters of a cell that are read; the rest of a longer one is left out. */
export const MOST_CHARACTERS = 500;
/** Cells of a row that are read. */
export const MOST_CELLS = 100;

/** Nothing that a cell loses: no blank at either end, no control character or mark without width, no half of a character. */
const TIDY = /^(?:[!-~\u3400-\u9fff](?:[ -~\u3400-\u9fff]*[!-~\u3400-\u9fff])?)?$/;

export const tidyCell = (text: string): string =>
  text.length <= MOST_CHARACTERS && TIDY.test(text) ? text : tidied(text);

const tidied = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u200b\ufeff]/g, '')
    .trim()
    .slice(0, MOST_CHARACTERS)
    // A half of a character, as is left where one was cut.
    .replace(/\p{Surrogate}/gu, '');
