import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { openSheet } from './read-sheet.js';
import { type SheetRow, tidyCell } from './sheet.js';

async function read(pieces: readonly Buffer[]): Promise<SheetRow[]> {
  const sheet = await openSheet({ open: () => Readable.from(pieces) });
  const found: SheetRow[] = [];
  for await (const some of sheet.rows) found.push(...some);
  return found;
}

/** The text in pieces that may end anywhere, also within a character. */
const cut = (text: string, places: readonly number[]): Buffer[] => {
  const bytes = Buffer.from(text);
  const at = [...new Set([0, ...places.map((place) => place % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  );
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
};

const said = (text: string): SheetRow[] => {
  const records: string[][] = parse(text, { relax_column_count: true, relax_quotes: true });
  return records.map((cells, index) => ({ number: index + 1, cells: cells.map(tidyCell) }));
};

describe('a text in rows and columns', () => {
  it('says the same as csv-parse has it, wherever lines, quotation marks and pieces end', async () => {
    const mark = fc.constantFrom('陈', '海', 'a', '7', ' ', ',', ',', '\n', '\n', '\r\n', '\r\n', '\r', '"');
    const line = fc.constantFrom('名,号\n', '名,号\r\n', '名,号\r', '名,"号\n一"\r\n', '');
    let quoted = 0;
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(
        line,
        fc.array(mark, { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        async (first, marks, places) => {
          const text = `${first}一${marks.join('')}`;
          let expected: SheetRow[] | 'broken';
          try {
            expected = said(text);
          } catch {
            expected = 'broken';
          }
          const found = await read(cut(text, places)).catch((error: { fault?: string }) => error.fault);
          expect(found).toEqual(expected);
          if (text.includes('"')) quoted++;
          else plain++;
        },
      ),
      { numRuns: 500 },
    );
    expect(quoted).toBeGreaterThan(20);
    expect(plain).toBeGreaterThan(20);
  });

  it('goes on with quotation marks where the first one stands, and numbers rows on', async () => {
    const before = Array.from({ length: 1_200 }, (_, index) => `陈${index},a`).join('\r\n');
    const found = await read([Buffer.from(`${before}\r\n"王,二","b\r\nc"\r\n李,d`)]);
    expect(found).toHaveLength(1_202);
    expect(found.at(-2)).toEqual({ number: 1_201, cells: ['王,二', 'b\r\nc'] });
    expect(found.at(-1)).toEqual({ number: 1_202, cells: ['李', 'd'] });
  });

  it.each([
    ['with a line that never ends', `名,号\n${'陈'.repeat(200_001)}`],
    ['whose quotation mark never closes', `名,号\n"${'陈'.repeat(200_001)}`],
  ])('is broken %s', async (_, text) => {
    await expect(read([Buffer.from(text)])).rejects.toMatchObject({ fault: 'broken' });
  });

  it.each([
    ['陈海', '陈海'],
    [' 陈 海　', '陈 海'],
    ['\ufeff陈\u200b海\u0000', '陈海'],
    ['陈'.repeat(501), '陈'.repeat(500)],
    [`${'陈'.repeat(499)}𠮷`, '陈'.repeat(499)],
    ['𠮷', '𠮷'],
    ['', ''],
    [' ', ''],
    ['a', 'a'],
  ])('tidies a cell: %j', (typed, tidy) => {
    expect(tidyCell(typed)).toBe(tidy);
  });
});
