import type { Readable } from 'node:stream';
import { SaxesParser } from 'saxes';
import { type Entry, fromBuffer, type ZipFile } from 'yauzl';
import { dayOfSerial } from '#contracts';
import { MOST_CELLS, type Sheet, type SheetRow, type SheetSource, tidyCell, UnreadableSheet } from './sheet.js';

/** Files in the archive. */
const MOST_ENTRIES = 1_000;
/** Bytes of all of them unpacked. A sheet of 100,000 full rows has about 100 MB. */
const MOST_UNPACKED = 400 * 1024 * 1024;
/** How many times as large a file of a workbook may become; what repeats itself much packs to a fortieth. */
const MOST_TIMES = 200;
/** Below this nobody asks how many times as large it became. */
const SMALL = 1024 * 1024;
/** Bytes of the parts that are held in memory: names of sheets, formats; texts that cells share. */
const MOST_PART = 8 * 1024 * 1024;
const MOST_TEXTS = 96 * 1024 * 1024;
const MOST_MERGES = 200_000;

/**
 * Opens the first visible sheet of a workbook (.xlsx). It is unpacked and read piece by piece; only the texts that cells
 * share are held in memory. What merged cells show stands in each of them.
 *
 * @throws UnreadableSheet
 */
export async function openWorkbook(source: SheetSource): Promise<Sheet> {
  const pieces: Buffer[] = [];
  for await (const piece of source.open()) pieces.push(piece as Buffer);
  const archive = await Archive.open(Buffer.concat(pieces));
  const { path, from1904 } = await firstSheet(archive);
  const dates = await dateStyles(archive);
  const texts = await sharedTexts(archive);
  const { merges, rowCount } = await lookThrough(archive, path);
  return { encoding: 'xlsx', rowsAbout: rowCount, rows: rowsOf(archive, path, merges, { dates, texts, from1904 }) };
}

/** A zip archive that promises no more than it may. */
class Archive {
  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  static async open(packed: Buffer): Promise<Archive> {
    const zip = await new Promise<ZipFile>((resolve, reject) =>
      fromBuffer(packed, { lazyEntries: true, strictFileNames: false }, (error, opened) =>
        error ? reject(new UnreadableSheet('broken')) : resolve(opened),
      ),
    );
    if (zip.entryCount > MOST_ENTRIES) throw new UnreadableSheet('unpacks_too_far');
    const entries = await new Promise<Map<string, Entry>>((resolve, reject) => {
      const found = new Map<string, Entry>();
      zip.on('entry', (entry: Entry) => {
        found.set(entry.fileName, entry);
        zip.readEntry();
      });
      zip.on('end', () => resolve(found));
      zip.on('error', () => reject(new UnreadableSheet('broken')));
      zip.readEntry();
    });
    let unpacked = 0;
    for (const { uncompressedSize, compressedSize } of entries.values()) {
      unpacked += uncompressedSize;
      if (uncompressedSize > SMALL && uncompressedSize > compressedSize * MOST_TIMES) {
        throw new UnreadableSheet('unpacks_too_far');
      }
    }
    if (unpacked > MOST_UNPACKED) throw new UnreadableSheet('unpacks_too_far');
    return new Archive(zip, entries);
  }

  has(path: string): boolean {
    return this.entries.has(path);
  }

  /** The text of a file, piece by piece. yauzl ends it with an error where it unpacks to more than it said. */
  async *text(path: string, most = MOST_UNPACKED): AsyncGenerator<string> {
    const entry = this.entries.get(path);
    if (!entry || entry.isEncrypted()) throw new UnreadableSheet('not_a_sheet');
    if (entry.uncompressedSize > most) throw new UnreadableSheet('unpacks_too_far');
    const decoder = new TextDecoder();
    const stream = await new Promise<Readable>((resolve, reject) =>
      this.zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened))),
    ).catch(() => {
      throw new UnreadableSheet('broken');
    });
    try {
      for await (const chunk of stream) yield decoder.decode(chunk as Buffer, { stream: true });
    } catch {
      throw new UnreadableSheet('broken');
    } finally {
      stream.destroy();
    }
    yield decoder.decode();
  }
}

type Attributes = Record<string, string>;

/** Reads XML; names come without the prefixes that some programs put before them. */
function reader(on: {
  open?: (name: string, attributes: Attributes) => void;
  close?: (name: string) => void;
  text?: (text: string) => void;
}) {
  const parser = new SaxesParser();
  const bare = (name: string) => name.slice(name.indexOf(':') + 1);
  parser.on('error', () => {
    throw new UnreadableSheet('broken');
  });
  if (on.open) parser.on('opentag', ({ name, attributes }) => on.open!(bare(name), attributes));
  if (on.close) parser.on('closetag', ({ name }) => on.close!(bare(name)));
  if (on.text) {
    parser.on('text', on.text);
    parser.on('cdata', on.text);
  }
  return parser;
}

async function readPart(
  archive: Archive,
  path: string,
  on: Parameters<typeof reader>[0],
  most = MOST_PART,
): Promise<void> {
  const parser = reader(on);
  for await (const text of archive.text(path, most)) parser.write(text);
  parser.close();
}

async function firstSheet(archive: Archive): Promise<{ path: string; from1904: boolean }> {
  if (!archive.has('xl/workbook.xml')) throw new UnreadableSheet('not_a_sheet');
  const sheets: Attributes[] = [];
  let from1904 = false;
  await readPart(archive, 'xl/workbook.xml', {
    open: (name, attributes) => {
      if (name === 'sheet') sheets.push(attributes);
      if (name === 'workbookPr') from1904 = attributes.date1904 === '1' || attributes.date1904 === 'true';
    },
  });
  const sheet = sheets.find(({ state }) => state === undefined || state === 'visible') ?? sheets[0];
  const id = sheet && Object.entries(sheet).find(([name]) => name.endsWith(':id'))?.[1];
  const targets = new Map<string, string>();
  if (archive.has('xl/_rels/workbook.xml.rels')) {
    await readPart(archive, 'xl/_rels/workbook.xml.rels', {
      open: (name, { Id, Target }) => {
        if (name === 'Relationship' && Id && Target) targets.set(Id, Target);
      },
    });
  }
  const target = (id && targets.get(id)) ?? 'worksheets/sheet1.xml';
  const path = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
  if (!archive.has(path)) throw new UnreadableSheet('not_a_sheet');
  return { path, from1904 };
}

/** Which formats of cells show a number as a day. */
async function dateStyles(archive: Archive): Promise<boolean[]> {
  if (!archive.has('xl/styles.xml')) return [];
  const own = new Map<number, boolean>();
  const styles: boolean[] = [];
  let inCells = false;
  await readPart(archive, 'xl/styles.xml', {
    open: (name, { numFmtId, formatCode }) => {
      if (name === 'numFmt') own.set(Number(numFmtId), showsDay(formatCode ?? ''));
      if (name === 'cellXfs') inCells = true;
      if (name === 'xf' && inCells) styles.push(own.get(Number(numFmtId)) ?? isDayFormat(Number(numFmtId)));
    },
    close: (name) => {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return styles;
}

/** The formats that every program knows by number, those of Chinese among them. */
const isDayFormat = (id: number) =>
  (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);

/** Year or day outside of quotation marks and brackets. */
const showsDay = (format: string) => /[yd年月日]/i.test(format.replace(/"[^"]*"|\[[^\]]*\]|\\./g, ''));

async function sharedTexts(archive: Archive): Promise<string[]> {
  const texts: string[] = [];
  if (!archive.has('xl/sharedStrings.xml')) return texts;
  let text = '';
  let inText = false;
  // Readings of characters (rPh) stand beside the text and are no part of it.
  let beside = 0;
  await readPart(
    archive,
    'xl/sharedStrings.xml',
    {
      open: (name) => {
        if (name === 'si') text = '';
        if (name === 'rPh') beside++;
        if (name === 't') inText = beside === 0;
      },
      close: (name) => {
        if (name === 'si') texts.push(tidyCell(text));
        if (name === 'rPh') beside--;
        if (name === 't') inText = false;
      },
      text: (piece) => {
        if (inText) text += piece;
      },
    },
    MOST_TEXTS,
  );
  return texts;
}

interface Merge {
  firstRow: number;
  lastRow: number;
  firstColumn: number;
  lastColumn: number;
  value: string;
}

/** Merged cells stand behind the rows, so the sheet is looked through for them beforehand; and its rows are counted. */
async function lookThrough(archive: Archive, path: string): Promise<{ merges: Merge[]; rowCount: number }> {
  let rowCount = 0;
  const merges: Merge[] = [];
  let rest = '';
  let behind = false;
  for await (const text of archive.text(path)) {
    rest += text;
    if (!behind) rowCount += text.match(/<\/(?:\w+:)?row>/g)?.length ?? 0;
    if (!behind) {
      const end = /<\/(?:\w+:)?sheetData>/.exec(rest);
      behind = end !== null;
      rest = end ? rest.slice(end.index) : rest.slice(-40);
    }
    if (!behind) continue;
    for (const [, ref] of rest.matchAll(/<(?:\w+:)?mergeCell\b[^>]*?\bref="([^"]+)"/g)) {
      const [from, to] = ref!.split(':').map(cellAt);
      if (from && to) {
        merges.push({
          firstRow: from.row,
          lastRow: to.row,
          firstColumn: from.column,
          lastColumn: to.column,
          value: '',
        });
      }
    }
    if (merges.length > MOST_MERGES) throw new UnreadableSheet('unpacks_too_far');
    rest = rest.slice(rest.lastIndexOf('<'));
  }
  return { merges: merges.toSorted((a, b) => a.firstRow - b.firstRow), rowCount };
}

function cellAt(ref: string): { row: number; column: number } | null {
  const [, letters, row] = /^\$?([A-Z]{1,3})\$?(\d{1,7})$/.exec(ref) ?? [];
  return letters && row ? { row: Number(row), column: columnOf(letters) } : null;
}

const columnOf = (letters: string) => [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;

interface Look {
  dates: readonly boolean[];
  texts: readonly string[];
  from1904: boolean;
}

async function* rowsOf(
  archive: Archive,
  path: string,
  merged: readonly Merge[],
  look: Look,
): AsyncGenerator<SheetRow[]> {
  const merges = new MergedCells(merged);
  let rows: SheetRow[] = [];
  let row: SheetRow = { number: 0, cells: [] };
  let cell = { column: 0, type: '', style: 0 };
  let value = '';
  let inValue = false;
  let beside = 0;
  const parser = reader({
    open: (name, { r, t, s }) => {
      if (name === 'row') row = { number: r ? Number(r) : row.number + 1, cells: [] };
      else if (name === 'c') {
        const column = r ? columnOf(r.replace(/\d+$/, '')) : cell.column + 1;
        cell = { column: row.cells.length === 0 && !r ? 0 : column, type: t ?? 'n', style: Number(s ?? 0) };
        value = '';
      } else if (name === 'rPh') beside++;
      else if (name === 'v' || name === 't') inValue = beside === 0;
    },
    close: (name) => {
      if (name === 'row') rows.push(merges.fill(row));
      else if (name === 'rPh') beside--;
      else if (name === 'v' || name === 't') inValue = false;
      else if (name === 'c' && cell.column < MOST_CELLS) {
        while (row.cells.length < cell.column) row.cells.push('');
        row.cells[cell.column] = shown(value, cell, look);
      }
    },
    text: (piece) => {
      if (inValue) value += piece;
    },
  });
  for await (const text of archive.text(path)) {
    parser.write(text);
    if (rows.length === 0) continue;
    yield rows;
    rows = [];
  }
  parser.close();
  if (rows.length > 0) yield rows;
}

/** What a cell says. Numbers of more digits than a program keeps are written so that one sees it: 3.303E+17. */
function shown(
  value: string,
  { type, style }: { type: string; style: number },
  { dates, texts, from1904 }: Look,
): string {
  if (value === '') return '';
  if (type === 's') return texts[Number(value)] ?? '';
  if (type === 'e') return '';
  if (type !== 'n') return tidyCell(value);
  const number = Number(value);
  if (!Number.isFinite(number)) return tidyCell(value);
  if (dates[style]) return dayOfSerial(from1904 ? number + 1462 : number) ?? tidyCell(value);
  if (Math.abs(number) >= 1e15) return number.toExponential().replace('e', 'E');
  return String(Number(number.toPrecision(15)));
}

/** Puts into each of the merged cells what they show together. */
class MergedCells {
  private next = 0;
  private open: Merge[] = [];

  constructor(private readonly merges: readonly Merge[]) {}

  fill(row: SheetRow): SheetRow {
    for (; this.next < this.merges.length && this.merges[this.next]!.firstRow <= row.number; this.next++) {
      const merge = this.merges[this.next]!;
      if (merge.firstRow === row.number) merge.value = row.cells[merge.firstColumn] ?? '';
      this.open.push(merge);
    }
    if (this.open.length === 0) return row;
    this.open = this.open.filter(({ lastRow }) => lastRow >= row.number);
    for (const { firstColumn, lastColumn, value } of this.open) {
      if (value === '') continue;
      for (let column = firstColumn; column <= Math.min(lastColumn, MOST_CELLS - 1); column++) {
        while (row.cells.length < column) row.cells.push('');
        row.cells[column] ||= value;
      }
    }
    return row;
  }
}
