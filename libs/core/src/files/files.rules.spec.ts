import { describe, expect, it } from '@jest/globals';
import { fileNameOf, looksLike, mediaTypeOf } from './files.rules.js';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

it.each([
  ['image/jpeg', 'image/jpeg'],
  ['Text/CSV; charset=GBK', 'text/csv'],
  [XLSX, XLSX],
  ['image/svg+xml', null],
  ['text/html', null],
  [undefined, null],
] as const)('the declared type %s is %s', (header, type) => {
  expect(mediaTypeOf(header)).toBe(type);
});

it.each([
  ['image/jpeg', [0xff, 0xd8, 0xff, 0xe0], true],
  ['image/jpeg', [0x89, 0x50, 0x4e, 0x47], false],
  ['application/pdf', [...Buffer.from('%PDF-1.7')], true],
  ['application/pdf', [...Buffer.from('<html>')], false],
  [XLSX, [0x50, 0x4b, 0x03, 0x04], true],
  [XLSX, [0xd0, 0xcf, 0x11, 0xe0], false],
  ['text/csv', [...Buffer.from('姓名,证件号')], true],
  ['text/csv', [0xd0, 0xd5, 0xc3, 0xfb, 0x2c], true],
  ['text/csv', [0xff, 0xfe, 0x41, 0x00], true],
  ['text/csv', [0x50, 0x4b, 0x03, 0x04, 0x14, 0x00], false],
] as const)('a %s may begin with %j: %s', (type, head, may) => {
  expect(looksLike(type, Uint8Array.from(head))).toBe(may);
});

describe('the name that is kept', () => {
  it.each([
    ['签到表.jpg', '签到表.jpg'],
    ['C:\\Users\\wang\\scan.jpg', 'scan.jpg'],
    ['../../etc/passwd', 'passwd'],
    ['a\r\nSet-Cookie: x.jpg', 'aSet-Cookie: x.jpg'],
    ['gpj.\u202eexe', 'gpj.exe'],
    ['', 'file.jpg'],
    [undefined, 'file.jpg'],
  ])('of %j is %j', (given, kept) => {
    expect(fileNameOf(given, 'image/jpeg')).toBe(kept);
  });

  it('is cut', () => {
    expect(fileNameOf('表'.repeat(500), 'image/jpeg')).toHaveLength(200);
  });
});
