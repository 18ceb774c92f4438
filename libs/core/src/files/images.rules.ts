import type { MediaType } from './files.rules.js';

/**
 * An image without what says where, when and with which device it was taken: JPEG loses Exif (which has the place),
 * XMP, IPTC, comments, previews and whatever follows its end; PNG loses text, time and Exif. The pixels stay as they
 * are, and so does the turn (Exif orientation) without which a phone's picture would lie on its side.
 *
 * @returns null where the bytes are no such image, or only a part of one
 */
export function withoutMetadata(mediaType: MediaType, image: Buffer): Buffer | null {
  if (mediaType === 'image/jpeg') return cleanJpeg(image);
  if (mediaType === 'image/png') return cleanPng(image);
  return image;
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;
const COMMENT = 0xfe;

function cleanJpeg(image: Buffer): Buffer | null {
  if (image.length < 4 || image[0] !== 0xff || image[1] !== SOI) return null;
  const kept: Buffer[] = [image.subarray(0, 2)];
  let orientation = 1;
  let scans = 0;
  let at = 2;
  while (at + 2 <= image.length) {
    if (image[at] !== 0xff) return null;
    const marker = image[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === EOI) {
      if (scans === 0) return null;
      kept.push(image.subarray(at, at + 2));
      if (orientation !== 1) kept.splice(1, 0, turn(orientation));
      return Buffer.concat(kept);
    }
    if (at + 4 > image.length) return null;
    const next = at + 2 + image.readUInt16BE(at + 2);
    if (next > image.length || next < at + 4) return null;
    const body = image.subarray(at + 4, next);
    if (marker === APP1) orientation = orientationOf(body) ?? orientation;
    if (isPicture(marker, body)) kept.push(image.subarray(at, next));
    at = next;
    if (marker === SOS) {
      scans++;
      at = endOfScan(image, next);
      kept.push(image.subarray(next, at));
    }
  }
  return null;
}

/** Whether a segment is needed to show the picture: JFIF, colour profile, Adobe's colour transform, and no APPn else. */
function isPicture(marker: number, body: Buffer): boolean {
  if (marker === APP0) return body.subarray(0, 5).toString('latin1') === 'JFIF\0';
  if (marker === APP2) return body.subarray(0, 12).toString('latin1') === 'ICC_PROFILE\0';
  if (marker === APP14) return true;
  return marker !== COMMENT && (marker < APP0 || marker > APP15);
}

/** Where the entropy-coded data that begin here end: at the next marker that is neither stuffing nor a restart. */
function endOfScan(image: Buffer, start: number): number {
  for (let at = start; at + 1 < image.length; at++) {
    const next = image[at + 1]!;
    if (image[at] === 0xff && next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return image.length;
}

const EXIF = 'Exif\0\0';
const ORIENTATION = 0x0112;

/** The Exif orientation (1 to 8) in an APP1 segment, if it says one. */
function orientationOf(body: Buffer): number | null {
  if (body.subarray(0, 6).toString('latin1') !== EXIF || body.length < 14) return null;
  const tiff = body.subarray(6);
  const little = tiff.subarray(0, 2).toString('latin1') === 'II';
  const u16 = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const first = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (first + 2 > tiff.length) return null;
  const count = u16(first);
  for (let entry = 0; entry < count; entry++) {
    const at = first + 2 + entry * 12;
    if (at + 12 > tiff.length) return null;
    if (u16(at) !== ORIENTATION) continue;
    const value = u16(at + 8);
    return value >= 1 && value <= 8 ? value : null;
  }
  return null;
}

/** An Exif segment that says the turn and nothing else. */
function turn(orientation: number): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write('MM', 'latin1');
  tiff.writeUInt16BE(42, 2);
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  tiff.writeUInt16BE(ORIENTATION, 10);
  tiff.writeUInt16BE(3, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(orientation, 18);
  const body = Buffer.concat([Buffer.from(EXIF, 'latin1'), tiff]);
  const head = Buffer.from([0xff, APP1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

const PNG_HEAD = 8;
/** Chunks of a PNG by which it is shown. */
const PNG_KEPT = /^(IHDR|PLTE|IDAT|IEND|tRNS|gAMA|cHRM|sRGB|iCCP|sBIT|bKGD|pHYs)$/;

function cleanPng(image: Buffer): Buffer | null {
  const kept: Buffer[] = [image.subarray(0, PNG_HEAD)];
  for (let at = PNG_HEAD; at + 12 <= image.length;) {
    const next = at + 12 + image.readUInt32BE(at);
    if (next > image.length) return null;
    const kind = image.subarray(at + 4, at + 8).toString('latin1');
    if (PNG_KEPT.test(kind)) kept.push(image.subarray(at, next));
    if (kind === 'IEND') return Buffer.concat(kept);
    at = next;
  }
  return null;
}
