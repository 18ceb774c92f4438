import { type Sheet, type SheetSource, UnreadableSheet } from './sheet.js';
import { openTextSheet } from './text-sheet.js';
import { openWorkbook } from './workbook.js';

/** Bytes of the beginning by which the form of a file is known. */
const HEAD = 65_536;

/**
 * Opens a list that somebody uploaded: a workbook (.xlsx) or text (.csv), told apart by what is in it and not by its name.
 *
 * @throws UnreadableSheet, also from the rows
 */
export async function openSheet(source: SheetSource): Promise<Sheet> {
  const head = await headOf(source);
  if (head.length === 0) throw new UnreadableSheet('empty');
  const starts = (...bytes: number[]) => bytes.every((byte, index) => head[index] === byte);
  if (starts(0x50, 0x4b, 3, 4)) return openWorkbook(source);
  if (starts(0xd0, 0xcf, 0x11, 0xe0)) throw new UnreadableSheet('old_excel');
  return openTextSheet(source, head);
}

async function headOf(source: SheetSource): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  const stream = source.open();
  for await (const piece of stream) {
    pieces.push(piece as Buffer);
    length += (piece as Buffer).length;
    if (length >= HEAD) break;
  }
  stream.destroy();
  return Buffer.concat(pieces).subarray(0, HEAD);
}
