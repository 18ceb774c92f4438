import { Readable } from 'node:stream';
import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { openSheet } from './read-sheet.js';
import type { SheetRow } from './sheet.js';

type Parts = Record<string, string | Buffer>;

/** An archive as a spreadsheet program writes it, packed; `says` lies about the unpacked size of a file. */
function zip(parts: Parts, says: Record<string, number> = {}): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(parts)) {
    const body = Buffer.from(content);
    const packed = deflateRawSync(body, { level: 9 });
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(8, 4);
    facts.writeUInt32LE(crc32(body), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(says[name] ?? body.length, 18);
    facts.writeUInt16LE(name.length, 22);
    bodies.push(Buffer.from('PK\x03\x04', 'latin1'), facts, Buffer.from(name), packed);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), facts, place, Buffer.from(name));
    offset += 4 + facts.length + name.length + packed.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(Object.keys(parts).length, 8);
  end.writeUInt16LE(Object.keys(parts).length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, listed, end]);
}

const SHEET = 'xl/worksheets/sheet1.xml';

/** A workbook with these rows; `more` stands behind them. */
const workbook = (sheetRows: string, { more = '', ...parts }: Parts & { more?: string } = {}): Parts => ({
  'xl/workbook.xml': '<workbook><sheets><sheet name="名单" sheetId="1"/></sheets></workbook>',
  [SHEET]: `<worksheet><sheetData>${sheetRows}</sheetData>${more}</worksheet>`,
  ...parts,
});

const text = (ref: string, value: string) => `<c r="${ref}" t="inlineStr"><is><t>${value}</t></is></c>`;

async function read(file: Buffer): Promise<SheetRow[]> {
  const sheet = await openSheet({ open: () => Readable.from([file]) });
  const found: SheetRow[] = [];
  for await (const some of sheet.rows) found.push(...some);
  return found;
}

describe('a workbook', () => {
  it('says in each of the merged cells what they show together', async () => {
    const rows =
      `<row r="1">${text('A1', '机构')}${text('B1', '姓名')}</row><row r="2">${text('A2', '电大')}${text('B2', '林')}</row>` +
      `<row r="3">${text('B3', '陈')}</row><row r="4">${text('B4', '叶')}</row>`;
    const merged = workbook(rows, { more: '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>' });
    expect((await read(zip(merged))).map(({ cells }) => cells)).toEqual([
      ['机构', '姓名'],
      ['电大', '林'],
      ['电大', '陈'],
      ['', '叶'],
    ]);
  });

  it.each([
    ['counted from 1900', '', '2026-03-13'],
    ['counted from 1904', '<workbookPr date1904="1"/>', '2030-03-14'],
  ])('shows days as days, %s; other numbers stay numbers', async (_, settings, day) => {
    const parts = workbook('<row r="1"><c r="A1" s="1"><v>46094</v></c><c r="B1"><v>46094</v></c></row>', {
      'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
      'xl/workbook.xml': `<workbook>${settings}<sheets><sheet name="a" sheetId="1"/></sheets></workbook>`,
    });
    expect(await read(zip(parts))).toEqual([{ number: 1, cells: [day, '46094'] }]);
  });

  it('shows that a document number was made a number, and leaves readings of characters out', async () => {
    const parts = workbook('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>3.30305198001010E+17</v></c></row>', {
      'xl/sharedStrings.xml': '<sst><si><r><t>陈</t></r><r><t>海</t></r><rPh><t>chenhai</t></rPh></si></sst>',
    });
    const [{ cells }] = (await read(zip(parts))) as [SheetRow];
    expect(cells).toEqual(['陈海', expect.stringMatching(/^3\.30305\d*E\+17$/)]);
  });

  it.each<[string, Parts, Record<string, number>, string]>([
    ['packs 300 times its size', workbook(' '.repeat(8 * 1024 * 1024)), {}, 'unpacks_too_far'],
    [
      'unpacks to more than it says',
      workbook(`<row>${text('A1', '陈')}</row>`.repeat(500)),
      { [SHEET]: 100 },
      'broken',
    ],
    [
      'holds a thousand files and more',
      { ...workbook(''), ...Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`${n}.xml`, '<a/>'])) },
      {},
      'unpacks_too_far',
    ],
    [
      'would hold too much in memory at once',
      workbook('', {
        'xl/styles.xml': Buffer.from(Array.from({ length: 9 * 1024 * 1024 }, (_, n) => (n * n * 31) % 251)),
      }),
      {},
      'unpacks_too_far',
    ],
    ['is no sheet', { 'word/document.xml': '<a/>' }, {}, 'not_a_sheet'],
    ['is damaged', workbook('<row><c></row>'), {}, 'broken'],
  ])('that %s is not read', async (_, parts, says, fault) => {
    await expect(read(zip(parts, says))).rejects.toMatchObject({ fault });
  });
});

describe('a text', () => {
  const LINE = '姓名,电话\r\n陈海,"1,2"\r\n';
  it.each([
    ['utf-8', Buffer.from(LINE)],
    ['utf-8', Buffer.from(`\ufeff${LINE}`)],
    ['utf-16le', Buffer.from(`\ufeff${LINE}`, 'utf16le')],
    ['utf-16be', Buffer.from(`\ufeff${LINE}`, 'utf16le').swap16()],
  ])('is read as %s', async (encoding, file) => {
    const sheet = await openSheet({ open: () => Readable.from([file]) });
    expect(sheet.encoding).toBe(encoding);
    expect((await read(file)).map(({ cells }) => cells)).toEqual([
      ['姓名', '电话'],
      ['陈海', '1,2'],
    ]);
  });
});
