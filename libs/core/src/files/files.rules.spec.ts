import { describe, expect, it } from '@jest/globals';
import { fileNameOf, looksLike, mediaTypeOf } from './files.rules.js';

it.each([
  ['image/jpeg', 'image/jpeg'],
  ['Application/PDF; x=y', 'application/pdf'],
  ['application/octet-stream', 'application/octet-stream'],
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
  ['application/octet-stream', [0x00], true],
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
