/** A JPEG segment. */
const segment = (marker: number, body: Buffer) => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
};

/** What a phone writes about where and how a picture was taken; `GPS` stands for the place. */
const exif = (orientation: number) => {
  const tiff = Buffer.alloc(26);
  tiff.write('II', 'latin1');
  tiff.writeUInt16LE(42, 2);
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(1, 8);
  tiff.writeUInt16LE(0x0112, 10);
  tiff.writeUInt16LE(3, 12);
  tiff.writeUInt32LE(1, 14);
  tiff.writeUInt16LE(orientation, 18);
  return segment(
    0xe1,
    Buffer.concat([Buffer.from('Exif\0\0GPS', 'latin1').subarray(0, 6), tiff, Buffer.from('GPS 27.8,121.1')]),
  );
};

/** A JPEG of the parts that a phone's has: with place, comment and something behind its end; of so many bytes of picture. */
export function phoneJpeg({ orientation = 6, bytes = 64, mark = 0 } = {}): Buffer {
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
    exif(orientation),
    segment(0xfe, Buffer.from('taken by 王老师')),
    segment(0xdb, Buffer.alloc(65, 1)),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    // Stuffing and a restart marker belong to the picture.
    Buffer.concat([Buffer.alloc(bytes, 0x11 + mark), Buffer.from([0xff, 0, 0xff, 0xd0, 0x22])]),
    Buffer.from([0xff, 0xd9]),
    Buffer.from('GPS in a film behind the picture'),
  ]);
}

/** A real picture of one pixel. */
export const TINY_PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
