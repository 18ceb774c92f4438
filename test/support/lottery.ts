import { createHash } from 'node:crypto';
import {
  allotSeats,
  listHashOf,
  type LotteryFile,
  type LotteryPlace,
  needsNumber,
  pseudonymOf,
  rankEntries,
  seedOf,
  sortedEntries,
} from '#contracts';

export const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

const SECRET = sha256('thirty-two random bytes');

/** What happens in a lottery that a test makes up. */
export interface Draw {
  units: { size: number; tier: number }[];
  seats: number;
  waitingLimit: number | null;
  number?: string;
  /** By index in the ranking. */
  because?: Record<number, LotteryPlace['because']>;
  withdrawn?: Record<number, number>;
}

/** A lottery as the platform publishes it when the list is frozen. */
export function frozenLottery({ units, seats, waitingLimit }: Draw): LotteryFile {
  const list = sortedEntries(
    units.map(({ size, tier }, index) => ({ pseudonym: pseudonymOf(sha256, SECRET, `unit ${index}`, 0), size, tier })),
  );
  const file: LotteryFile = {
    format: 'huixue-lottery/1',
    lottery: '01998e2c-0000-7000-8000-000000000001',
    class: { code: 'B-000000', name: '太极拳 初级班' },
    seats,
    waitingLimit,
    secretHash: sha256(SECRET),
    publicNumber: { name: '中国福利彩票3D 第2026318期', dueAt: '2026-11-30T13:30:00.000Z' },
    frozenAt: '2026-11-30T04:00:00.000Z',
    list,
    listHash: '',
    number: null,
    secret: null,
    seed: null,
    seatsAtDraw: null,
    ranking: null,
  };
  return { ...file, listHash: listHashOf(sha256, file) };
}

/** The same after the draw. */
export function drawnLottery(draw: Draw): LotteryFile & { ranking: LotteryPlace[] } {
  const file = frozenLottery(draw);
  const number = needsNumber(file.list, draw.seats) ? (draw.number ?? '583') : null;
  const seed = seedOf(sha256, SECRET, number ?? '', file.listHash);
  const places = rankEntries(sha256, seed, file.list).map(({ pseudonym, size }, index) => ({
    pseudonym,
    size: size - Math.min(size, draw.withdrawn?.[index] ?? 0),
    because: draw.because?.[index] ?? null,
  }));
  const outcomes = allotSeats(places, draw.seats, draw.waitingLimit);
  const ranking = places.map(({ pseudonym, size, because }, index) => ({
    rank: index + 1,
    pseudonym,
    size,
    outcome: outcomes[index]!,
    because: size === 0 ? null : because,
  }));
  return { ...file, number, secret: SECRET, seed, seatsAtDraw: draw.seats, ranking };
}
