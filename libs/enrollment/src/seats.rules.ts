import { type EnrollmentSource, liesIn, type SeatReserve } from '#contracts';
import type { SeatCounts } from '#catalogue';

/*
 * How many seats there are to give, and to whom: free seats, and seats reserved for the counter, for first-timers and
 * for a village until their published date.
 */

/** Seats that nobody has, holds or was offered; below zero after the capacity was lowered, which evicts nobody. */
export function freeSeats({ seats, taken, offered, held }: SeatCounts): number {
  return seats - taken - offered - held;
}

/** What an enrollment keeps of the reserve that gave it its seat. */
export type ReserveName = string;

/** The name of a reserve; a class may have one for each of several villages. */
export function reserveName({ kind, regionCode }: Pick<SeatReserve, 'kind' | 'regionCode'>): ReserveName {
  return kind === 'village' ? `village:${regionCode}` : kind;
}

/** Reserves that are not released yet. */
export function standingReserves(reserves: readonly SeatReserve[], at: Date): SeatReserve[] {
  return reserves.filter(({ releasedAt }) => new Date(releasedAt) > at);
}

/** Free seats that are kept for nobody. */
export function openSeats(
  counts: SeatCounts,
  reserves: readonly SeatReserve[],
  used: ReadonlyMap<ReserveName, number>,
  at: Date,
): number {
  const kept = standingReserves(reserves, at).reduce(
    (sum, reserve) => sum + Math.max(0, reserve.seats - (used.get(reserveName(reserve)) ?? 0)),
    0,
  );
  return Math.max(0, freeSeats(counts) - kept);
}

/** What of a person decides which reserves are open to them. */
export interface SeatClaim {
  source: EnrollmentSource;
  firstTimer: boolean;
  /** The village of residence. */
  regionCode: string | null;
}

function isFor(reserve: SeatReserve, claim: SeatClaim): boolean {
  switch (reserve.kind) {
    case 'counter':
      return claim.source === 'counter' || claim.source === 'agent' || claim.source === 'list';
    case 'newcomers':
      return claim.firstTimer;
    case 'village':
      return liesIn(claim.regionCode, reserve.regionCode!);
  }
}

/**
 * Seats for people who want them together, all or none.
 *
 * A person takes a reserved seat where one is open to them, so that the seats of everybody last longer; what is still
 * kept for others is not free.
 *
 * @param used seats taken, offered or held of each reserve
 * @returns for each person the reserve that gives the seat, null where none does; or null when they do not all fit
 */
export function seatTogether(
  counts: SeatCounts,
  reserves: readonly SeatReserve[],
  used: ReadonlyMap<ReserveName, number>,
  claims: readonly SeatClaim[],
  at: Date,
): (ReserveName | null)[] | null {
  const free = freeSeats(counts);
  if (free < claims.length) return null;
  const standing = standingReserves(reserves, at).map((reserve) => ({
    reserve,
    left: Math.max(0, reserve.seats - (used.get(reserveName(reserve)) ?? 0)),
  }));
  const kept = standing.reduce((sum, { left }) => sum + left, 0);
  return share(claims, standing, free - kept, free);
}

/**
 * Shares out seats, the reserved ones first. Where the first reserve that is open to somebody is the only one that is
 * open to another, the next choice is tried: there are four people at most.
 *
 * @param open seats that are kept for nobody; below zero where fewer are free than are kept
 * @param free seats that are free at all
 */
function share(
  [claim, ...others]: readonly SeatClaim[],
  standing: readonly { reserve: SeatReserve; left: number }[],
  open: number,
  free: number,
): (ReserveName | null)[] | null {
  if (!claim) return [];
  if (free <= 0) return null;
  for (const own of standing) {
    if (own.left === 0 || !isFor(own.reserve, claim)) continue;
    const less = standing.map((one) => (one === own ? { ...one, left: one.left - 1 } : one));
    const rest = share(others, less, open, free - 1);
    if (rest) return [reserveName(own.reserve), ...rest];
  }
  const rest = open > 0 ? share(others, standing, open - 1, free - 1) : null;
  return rest && [null, ...rest];
}
