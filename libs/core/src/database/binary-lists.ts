/*
 * Lists of ids, of moments and of bytes as PostgreSQL itself keeps them, for statements that take hundreds of them: it
 * would else read each from its text, an id two digits at a time.
 *
 * A list in binary form is: its dimensions (1), whether it holds nulls, the type of its items, their number, the index of
 * the first (1), and then each item with its length in bytes before it, -1 for null. All numbers are big-endian.
 */

const ID_TYPE = 2950;
const MOMENT_TYPE = 1184;
const BYTES_TYPE = 17;
const HEAD_BYTES = 20;
const LENGTH_BYTES = 4;
const ID_BYTES = 16;
const MOMENT_BYTES = 8;
/** Milliseconds from 1970 to 2000, from which PostgreSQL counts. */
const TO_2000 = Date.UTC(2000, 0, 1);
const NULL = -1;

/** Puts a list into binary form; undefined where it has to go as text. */
type InBinary = (list: readonly unknown[]) => Buffer | undefined;

/** How the parameters are sent that a statement calls lists of these, by index. */
export type BinaryLists = ReadonlyMap<number, InBinary>;

/** Finds them by what the statement says of its parameters, such as `$1::uuid[]`. */
export function binaryListsOf(text: string): BinaryLists {
  const found = new Map<number, InBinary>();
  for (const [, place, type] of text.matchAll(/\$(\d+)::(uuid|timestamptz|bytea)\[\]/g)) {
    found.set(Number(place) - 1, IN_BINARY[type as keyof typeof IN_BINARY]);
  }
  return found;
}

/** Undefined for no ids, or where one is none in its usual form: PostgreSQL knows others, and says what is none. */
export function idsInBinary(ids: readonly unknown[]): Buffer | undefined {
  if (ids.length === 0) return undefined;
  const buffer = headed(ID_TYPE, ids, ids.length * ID_BYTES);
  let at = HEAD_BYTES;
  for (const id of ids) {
    if (id === null) {
      at = buffer.writeInt32BE(NULL, at);
    } else {
      if (typeof id !== 'string' || !writeId(buffer, buffer.writeInt32BE(ID_BYTES, at), id)) return undefined;
      at += LENGTH_BYTES + ID_BYTES;
    }
  }
  return buffer.subarray(0, at);
}

/** Undefined for no moments, or where one is no moment of the calendar. */
export function momentsInBinary(moments: readonly unknown[]): Buffer | undefined {
  if (moments.length === 0) return undefined;
  const buffer = headed(MOMENT_TYPE, moments, moments.length * MOMENT_BYTES);
  let at = HEAD_BYTES;
  for (const moment of moments) {
    if (moment === null) {
      at = buffer.writeInt32BE(NULL, at);
    } else {
      const microseconds = moment instanceof Date ? (moment.getTime() - TO_2000) * 1000 : Number.NaN;
      if (!Number.isSafeInteger(microseconds)) return undefined;
      at = buffer.writeInt32BE(MOMENT_BYTES, at);
      at = buffer.writeInt32BE(Math.floor(microseconds / 2 ** 32), at);
      at = buffer.writeUInt32BE(microseconds >>> 0, at);
    }
  }
  return buffer.subarray(0, at);
}

/** Undefined for an empty list, or where one of it is no bytes. */
export function bytesInBinary(list: readonly unknown[]): Buffer | undefined {
  let size = 0;
  for (const bytes of list) {
    if (Buffer.isBuffer(bytes)) size += bytes.length;
    else if (bytes !== null) return undefined;
  }
  if (list.length === 0) return undefined;
  const buffer = headed(BYTES_TYPE, list, size);
  let at = HEAD_BYTES;
  for (const bytes of list as readonly (Buffer | null)[]) {
    at = buffer.writeInt32BE(bytes === null ? NULL : bytes.length, at);
    at += bytes?.copy(buffer, at) ?? 0;
  }
  return buffer;
}

const IN_BINARY = { uuid: idsInBinary, timestamptz: momentsInBinary, bytea: bytesInBinary };

/** Room for a list that is not empty and whose items take so many bytes at most, with its head. */
function headed(type: number, list: readonly unknown[], bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(HEAD_BYTES + list.length * LENGTH_BYTES + bytes);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(list.includes(null) ? 1 : 0, 4);
  buffer.writeInt32BE(type, 8);
  buffer.writeInt32BE(list.length, 12);
  buffer.writeInt32BE(1, 16);
  return buffer;
}

/** What each character is worth as a digit; -1: it is none. */
const DIGITS = Int8Array.from({ length: 128 }, (_, code) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase()),
);
const DASH = '-'.charCodeAt(0);

/** Writes an id of the form 8-4-4-4-12; false where it is of another. */
function writeId(buffer: Buffer, at: number, id: string): boolean {
  if (id.length !== 36) return false;
  let allDigits = 0;
  let allCodes = 0;
  for (let place = 0; place < 36; place += 2) {
    if (place === 8 || place === 13 || place === 18 || place === 23) {
      if (id.charCodeAt(place) !== DASH) return false;
      place++;
    }
    const high = id.charCodeAt(place);
    const low = id.charCodeAt(place + 1);
    const byte = (DIGITS[high]! << 4) | DIGITS[low]!;
    allCodes |= high | low;
    allDigits |= byte;
    buffer[at++] = byte;
  }
  return allDigits >= 0 && allCodes < 128;
}
