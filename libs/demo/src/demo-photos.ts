import { crc32, deflateSync } from 'node:zlib';

const [WIDTH, HEIGHT] = [480, 320];

type Colour = readonly [red: number, green: number, blue: number];
const WALL: Colour = [243, 236, 222];
const BOARD: Colour = [11, 93, 122];
const FLOOR: Colour = [196, 164, 122];
const HAIR: Colour = [92, 86, 84];
const COATS: readonly Colour[] = [
  [180, 84, 60],
  [58, 110, 140],
  [122, 138, 92],
  [150, 112, 150],
];

/**
 * A drawn picture of a full room from behind, as a PNG: what stands in the demo for the photos of a lecture, since
 * nobody's face may.
 *
 * @param turn another number gives another picture
 */
export function drawnPhoto(turn: number): Buffer {
  const lines = Buffer.alloc((WIDTH * 3 + 1) * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) lines.set(colourAt(x, y, turn), y * (WIDTH * 3 + 1) + 1 + x * 3);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  // Eight bits of red, green and blue each.
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function colourAt(x: number, y: number, turn: number): Colour {
  // The rows nearest to us hide those before them.
  for (let line = 3; line >= 0; line--) {
    const size = 16 + line * 7;
    const step = size * 2.6;
    const middleY = 150 + line * 48;
    const seat = Math.floor((x + line * 31 + turn * 17) / step);
    // Here and there a chair is empty.
    if ((seat * 7 + line * 3 + turn) % 5 === 0) continue;
    const fromMiddle = x + line * 31 + turn * 17 - (seat + 0.5) * step;
    if (fromMiddle ** 2 + (y - middleY) ** 2 < size ** 2) return HAIR;
    const shoulders = (fromMiddle / (size * 1.2)) ** 2 + ((y - middleY - size * 1.9) / (size * 1.3)) ** 2;
    if (shoulders < 1) return COATS[(seat + line + turn) % COATS.length]!;
  }
  if (y > 210) return FLOOR;
  return x > 120 && x < 360 && y > 26 && y < 112 ? BOARD : WALL;
}

function chunk(kind: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(kind, 'latin1'), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
