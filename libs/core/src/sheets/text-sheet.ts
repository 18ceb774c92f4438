import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import {
  MOST_CELLS,
  type Sheet,
  type SheetEncoding,
  type SheetRow,
  type SheetSource,
  tidyCell,
  UnreadableSheet,
} from './sheet.js';

/** Bytes by which encoding without a mark, and whether it is text at all, are guessed. */
const SAMPLE = 4_096;
/** Rows that are handed on at once. */
const TOGETHER = 500;

/**
 * Opens text in rows and columns: UTF-8, UTF-16 and GB18030 (of which GBK and GB2312 are part), with a byte order mark
 * or without; columns apart by comma, semicolon or tab.
 *
 * @throws UnreadableSheet
 */
export async function openTextSheet(source: SheetSource, head: Buffer): Promise<Sheet> {
  const { encoding, rowsAbout } = await encodingOf(source, head);
  const first = new TextDecoder(encoding).decode(head);
  return { encoding, rowsAbout, rows: rowsOf(source, encoding, delimiterOf(first)) };
}

interface Found {
  encoding: Exclude<SheetEncoding, 'xlsx'>;
  rowsAbout: number | null;
}

async function encodingOf(source: SheetSource, head: Buffer): Promise<Found> {
  const utf16 = (encoding: 'utf-16le' | 'utf-16be'): Found => ({ encoding, rowsAbout: null });
  if (head[0] === 0xff && head[1] === 0xfe) return utf16('utf-16le');
  if (head[0] === 0xfe && head[1] === 0xff) return utf16('utf-16be');
  const sample = head.subarray(0, SAMPLE);
  const zeros = [0, 0];
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2]!++;
  // Digits, commas and line ends of UTF-16 have a zero on one side; other text has none at all.
  if (zeros[1]! > sample.length / 20 && zeros[0] === 0) return utf16('utf-16le');
  if (zeros[0]! > sample.length / 20 && zeros[1] === 0) return utf16('utf-16be');
  if (zeros[0]! + zeros[1]! > 0) throw new UnreadableSheet('not_a_sheet');
  // Every text of GBK that is not plain ASCII is wrong as UTF-8, so this order never errs.
  for (const encoding of ['utf-8', 'gb18030'] as const) {
    const lines = await linesOf(source, encoding);
    if (lines !== null) return { encoding, rowsAbout: lines };
  }
  throw new UnreadableSheet('encoding');
}

/** How many lines the text has; null where it is not of this encoding. */
async function linesOf(source: SheetSource, encoding: string): Promise<number | null> {
  let lines = 0;
  const decoder = new TextDecoder(encoding, { fatal: true });
  const stream = source.open();
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      decoder.decode(chunk, { stream: true });
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
    }
    decoder.decode();
    return lines;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return null;
    throw error;
  } finally {
    stream.destroy();
  }
}

/** What most parts the first line that says anything. */
function delimiterOf(text: string): string {
  const line = text.split(/\r?\n|\r/).find((one) => one.trim() !== '') ?? '';
  const often = (mark: string) => line.split(mark).length;
  return [',', '\t', ';'].toSorted((a, b) => often(b) - often(a))[0]!;
}

/** Characters of a row at most; in a longer one a quotation mark never closes, or it is none. */
const MOST_OF_A_ROW = 200_000;

async function* rowsOf(source: SheetSource, encoding: string, delimiter: string): AsyncGenerator<SheetRow[]> {
  let number = 0;
  const rowOf = (cells: string[]): SheetRow => ({ number: ++number, cells: cells.slice(0, MOST_CELLS).map(tidyCell) });
  const text = decoded(source, encoding);
  try {
    const plain = plainLinesOf(text);
    let next = await plain.next();
    for (; !next.done; next = await plain.next()) {
      const lines = next.value;
      for (let from = 0; from < lines.length; from += TOGETHER) {
        yield lines.slice(from, from + TOGETHER).map((line) => rowOf(line.split(delimiter, MOST_CELLS)));
      }
    }
    if (next.value) yield* quotedRowsOf(next.value, delimiter, rowOf);
  } finally {
    await text.return(undefined);
  }
}

/** The text from its first line with a quotation mark on, and by what its lines end; undefined where none has ended yet. */
interface QuotedText {
  text: AsyncGenerator<string>;
  lineEnd: string | undefined;
}

/**
 * Lines of a text as long as there is no quotation mark in it, as in most lists. What ends the first line ends all, and a row
 * may be as long, as csv-parse has it, which takes six times as long for them.
 *
 * @returns the rest, where there is one
 */
async function* plainLinesOf(text: AsyncGenerator<string>): AsyncGenerator<string[], QuotedText | undefined> {
  let lineEnd: string | undefined;
  /** Of the last line, which has not ended yet. */
  let rest = '';
  const split = (all: string): string[] => {
    const lines = lineEnd === undefined ? [all] : all.split(lineEnd);
    if (lines.some((line) => line.length > MOST_OF_A_ROW)) throw new UnreadableSheet('broken');
    rest = lines.pop()!;
    return lines;
  };
  for (let more = await text.next(); !more.done; more = await text.next()) {
    const all = rest + more.value;
    const quote = all.indexOf('"', rest.length);
    const plain = quote < 0 ? all : all.slice(0, quote);
    // Of a mark that stands at the end the other half may be still to come.
    lineEnd ??= /\r\n|\n|\r(?=[^])/.exec(plain)?.[0];
    const lines = split(plain);
    if (lines.length > 0) yield lines;
    if (quote >= 0) return { text: behind(rest + all.slice(quote), text), lineEnd };
  }
  lineEnd ??= rest.endsWith('\r') ? '\r' : undefined;
  const lines = split(rest);
  if (rest !== '') lines.push(rest);
  if (lines.length > 0) yield lines;
  return undefined;
}

async function* behind(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}

async function* quotedRowsOf(
  { text: quoted, lineEnd }: QuotedText,
  delimiter: string,
  rowOf: (cells: string[]) => SheetRow,
): AsyncGenerator<SheetRow[]> {
  const parser = parse({
    delimiter,
    ...(lineEnd && { record_delimiter: lineEnd }),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
    max_record_size: MOST_OF_A_ROW,
  });
  const text = Readable.from(quoted);
  let failed: Error | undefined;
  const read = pipeline(text, parser).catch((error: unknown) => {
    failed = error instanceof Error ? error : new Error(String(error));
  });
  let rows: SheetRow[] = [];
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      rows.push(rowOf(record));
      if (rows.length >= TOGETHER) {
        yield rows;
        rows = [];
      }
    }
  } catch (error) {
    // A quotation mark that never closes swallows the rest of the file.
    if (String((error as { code?: unknown }).code).startsWith('CSV_')) {
      throw new UnreadableSheet('broken');
    }
    throw error;
  } finally {
    text.destroy();
    await read;
  }
  if (failed) throw failed;
  if (rows.length > 0) yield rows;
}

async function* decoded(source: SheetSource, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of source.open()) yield decoder.decode(chunk as Buffer, { stream: true });
  yield decoder.decode();
}
