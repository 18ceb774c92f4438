import { isDay } from './days.js';

/**
 * Codes that people read aloud, type and scan. Their alphabet is Crockford's base 32 (no I, L, O, U, which are taken
 * for 1, 1, 0, V); the last character checks the others (Luhn mod N with N = 32), so a slip of one character or of two
 * neighbours is noticed before anything is asked of the server.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const CODE_FORMS = {
  /** On posters and in messages: `B-` and 6 characters. */
  class: { prefix: 'B', length: 6 },
  /** On a resident's card and phone: `P-` and 11 characters (50 random bits and the check). */
  personal: { prefix: 'P', length: 11 },
  /** Under which an entry of a lottery (摇号) is published: `Y-` and 9 characters (40 bits and the check). */
  lottery: { prefix: 'Y', length: 9 },
  /** Told to friends who want to apply together (结伴): `J-` and 6 characters (25 random bits and the check). */
  companions: { prefix: 'J', length: 6 },
  /** Told to the one who is to enroll for the family (代报名): `D-` and 8 characters (35 random bits and the check). */
  proxy: { prefix: 'D', length: 8 },
  /** On a printed roster sheet (签到表): `Q-` and 7 characters (30 random bits and the check). */
  sheet: { prefix: 'Q', length: 7 },
} as const;

export type CodeKind = keyof typeof CODE_FORMS;

function checkCharacter(payload: string): string {
  let sum = 0;
  let factor = 2;
  for (let index = payload.length - 1; index >= 0; index--) {
    const product = factor * ALPHABET.indexOf(payload.charAt(index));
    sum += Math.floor(product / ALPHABET.length) + (product % ALPHABET.length);
    factor = factor === 2 ? 1 : 2;
  }
  return ALPHABET.charAt((ALPHABET.length - (sum % ALPHABET.length)) % ALPHABET.length);
}

/**
 * Makes a code.
 *
 * @param dice gives a whole number from 0 to below its argument; use a cryptographic source for personal codes.
 */
export function makeCode(kind: CodeKind, dice: (sides: number) => number): string {
  const { prefix, length } = CODE_FORMS[kind];
  let payload = '';
  while (payload.length < length - 1) payload += ALPHABET.charAt(dice(ALPHABET.length));
  return `${prefix}-${payload}${checkCharacter(payload)}`;
}

/**
 * Reads a code as typed or scanned: any case, with or without dashes and blanks, I and L as 1, O as 0.
 *
 * @returns the code in its proper form, or null where it is not a code of this kind or its check fails.
 */
export function readCode(kind: CodeKind, typed: string): string | null {
  const { prefix, length } = CODE_FORMS[kind];
  const bare = typed.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '');
  if (!bare.startsWith(prefix)) return null;
  const body = bare.slice(prefix.length).replace(/[IL]/g, '1').replace(/O/g, '0');
  if (body.length !== length || [...body].some((character) => !ALPHABET.includes(character))) return null;
  const payload = body.slice(0, -1);
  return checkCharacter(payload) === body.slice(-1) ? `${prefix}-${body}` : null;
}

const CARD_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CARD_CHECKS = '10X98765432';
const ZERO = '0'.charCodeAt(0);

/**
 * Reads a resident identity card number (GB 11643-1999): 18 characters, a real birth date, a right check character.
 *
 * @returns the number with X in upper case, its birth date (YYYY-MM-DD) and sex, or null where it is not one.
 */
export function readResidentCard(typed: string): { number: string; birthDate: string; sex: 'male' | 'female' } | null {
  const number = typed.normalize('NFKC').replace(/\s/g, '').toUpperCase();
  if (!/^[1-9]\d{16}[\dX]$/.test(number)) return null;
  const sum = CARD_WEIGHTS.reduce((total, weight, index) => total + weight * (number.charCodeAt(index) - ZERO), 0);
  if (CARD_CHECKS.charAt(sum % 11) !== number.charAt(17)) return null;
  const birthDate = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
  if (!isDay(birthDate)) return null;
  return { number, birthDate, sex: Number(number.charAt(16)) % 2 === 1 ? 'male' : 'female' };
}

/**
 * Reads a mainland mobile number as typed, with or without +86, blanks and dashes.
 *
 * @returns the 11 digits, or null.
 */
export function readMobilePhone(typed: string): string | null {
  const digits = typed
    .normalize('NFKC')
    .replace(/[\s-]/g, '')
    .replace(/^(\+86|0086)/, '');
  return /^1[3-9]\d{9}$/.test(digits) ? digits : null;
}
