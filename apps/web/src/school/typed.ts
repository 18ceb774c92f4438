/*
 * What is typed into forms: all of it is text, because of what is no number an input for numbers would tell nothing, as
 * if it were left empty.
 */

/** What is wrong with something typed: not there, no whole number, no amount, no moment, an end before its start. */
export type Fault = 'missing' | 'number' | 'money' | 'moment' | 'order';

export const typed = (number: number | null): string => (number === null ? '' : String(number));

/** Digits of a Chinese keyboard are digits. */
export const plain = (filled: string): string => filled.normalize('NFKC').trim();

/** Null where nothing is filled in, NaN where it is no whole number. */
export function wholeFrom(filled: string): number | null {
  const digits = plain(filled);
  if (digits === '') return null;
  return /^\d+$/.test(digits) ? Number(digits) : NaN;
}

/** An amount in yuan as fen, by its digits, because 19.99 is no number that a computer knows; NaN where it is none. */
export function fenFrom(filled: string): number {
  const [, yuan, fen = ''] = /^(\d+)(?:\.(\d{1,2}))?$/.exec(plain(filled) || '0') ?? [];
  return yuan === undefined ? NaN : Number(yuan) * 100 + Number(fen.padEnd(2, '0'));
}
