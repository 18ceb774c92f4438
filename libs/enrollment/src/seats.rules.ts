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
  let free = freeSeats(counts);
  if (free < claims.length) return null;
  const standing = standingReserves(reserves, at).map((reserve) => ({
    reserve,
    left: Math.max(0, reserve.seats - (used.get(reserveName(reserve)) ?? 0)),
  }));
  const given: (ReserveName | null)[] = [];
  for (const claim of claims) {
    const own = standing.find(({ reserve, left }) => left > 0 && isFor(reserve, claim));
    const kept = standing.reduce((sum, { left }) => sum + left, 0);
    if (own) own.left--;
    else if (free - kept <= 0) return null;
    free--;
    given.push(own ? reserveName(own.reserve) : null);
  }
  return given;
}
