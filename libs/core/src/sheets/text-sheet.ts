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

async function* rowsOf(source: SheetSource, encoding: string, delimiter: string): AsyncGenerator<SheetRow[]> {
  const parser = parse({
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
    max_record_size: 200_000,
  });
  const text = Readable.from(decoded(source, encoding));
  let failed: Error | undefined;
  const read = pipeline(text, parser).catch((error: unknown) => {
    failed = error instanceof Error ? error : new Error(String(error));
  });
  let rows: SheetRow[] = [];
  let number = 0;
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      rows.push({ number: ++number, cells: record.slice(0, MOST_CELLS).map(tidyCell) });
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
