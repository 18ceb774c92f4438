import { describe, expect, it } from '@jest/globals';
import { phoneJpeg, TINY_PNG } from '../../../../test/support/pictures.js';
import { withoutMetadata } from './images.rules.js';

const text = (image: Buffer | null) => image!.toString('latin1');

describe('a JPEG', () => {
  it('loses place, comment and what is behind its end, and keeps picture and turn', () => {
    const taken = phoneJpeg({ orientation: 6 });
    expect(text(taken).match(/GPS|taken by/g)).toHaveLength(3);
    const clean = withoutMetadata('image/jpeg', taken);
    expect(text(clean)).not.toMatch(/GPS|taken by/);
    expect(text(clean)).toContain('JFIF');
    expect(text(clean)).toContain('\x11\x11\xff\x00\xff\xd0\x22\xff\xd9');
    expect(text(clean)).toContain('Exif\0\0MM');
    expect(clean!.readUInt16BE(clean!.indexOf('Exif') + 6 + 18)).toBe(6);
    expect(withoutMetadata('image/jpeg', clean!)!.equals(clean!)).toBe(true);
  });

  it('that lies upright says nothing at all', () => {
    expect(text(withoutMetadata('image/jpeg', phoneJpeg({ orientation: 1 })))).not.toContain('Exif');
  });

  it.each<[string, (image: Buffer) => Buffer]>([
    ['cut in its picture', (image) => image.subarray(0, image.indexOf('\x11\x11') + 10)],
    ['cut in a segment', (image) => image.subarray(0, 30)],
    ['without a picture', () => Buffer.from([0xff, 0xd8, 0xff, 0xd9])],
    ['which is something else', () => Buffer.from('<script>alert(1)</script>')],
    ['with a segment that does not end', () => Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, 1])],
    ['with a segment shorter than its length', () => Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 0, 1, 1])],
  ])('%s is none', (_, spoil) => {
    expect(withoutMetadata('image/jpeg', spoil(phoneJpeg()))).toBeNull();
  });
});

describe('a PNG', () => {
  const chunk = (kind: string, body: string) => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(body.length);
    return Buffer.concat([head, Buffer.from(kind + body, 'latin1'), Buffer.alloc(4)]);
  };

  it('loses text and Exif, and keeps the picture', () => {
    const head = TINY_PNG.subarray(0, 33);
    const told = Buffer.concat([head, chunk('tEXt', 'Author 王'), chunk('eXIf', 'GPS'), TINY_PNG.subarray(33)]);
    expect(withoutMetadata('image/png', told)!.equals(TINY_PNG)).toBe(true);
    expect(withoutMetadata('image/png', Buffer.concat([TINY_PNG, Buffer.from('GPS')]))!.equals(TINY_PNG)).toBe(true);
  });

  it('cut short is none', () => {
    expect(withoutMetadata('image/png', TINY_PNG.subarray(0, 50))).toBeNull();
  });
});
