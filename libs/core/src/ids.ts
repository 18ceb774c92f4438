import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** Bytes of chance fetched at once: for a single id the fetching would take four times as long as all the rest. */
const POOL = Buffer.alloc(16 * 256);
let used = POOL.length;

/** Of the last id: ids of one millisecond are counted on from a number of chance. */
let milliseconds = 0;
let count = 0;

/** A new id for a business row: UUID version 7, so that ids made later sort later. */
export function newId(): string {
  if (used === POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  const random = POOL.subarray(used, (used += 16));
  const now = Date.now();
  if (now > milliseconds) {
    milliseconds = now;
    // Half of the numbers are left to count on.
    count = random.readUInt32BE() >>> 1;
  } else {
    count++;
  }
  return v7({ random, msecs: milliseconds, seq: count });
}
