import type { AccessRoute } from '#contracts';

/** Where somebody sits in a session, as far as the way from there matters. */
export interface Spot {
  venueId: string;
  /** The village it stands in, or its township. */
  regionCode: string;
  accessRoute: AccessRoute;
}

/** Minutes between two townships as the bureau put them down, either way round; undefined where it has not. */
export type KnownMinutes = (townshipA: string, townshipB: string) => number | undefined;

/**
 * Minutes of the way where nothing else is known. No paper gives them: they are the platform's own assumption, on the
 * careful side of what an elderly person needs on foot and by bus, until the bureau puts down the townships' own times.
 * By ferry it counts the wait for the boat too.
 */
export const ASSUMED_MINUTES = { village: 10, township: 20, road: 45, ferry: 90 } as const;

/** The township in which a village lies, or the township itself, by the code alone. */
const townshipCodeOf = (regionCode: string): string => `${regionCode.slice(0, 9)}000`;

/** How many minutes it takes from one venue to another, or back. */
export function travelMinutes(a: Spot, b: Spot, known: KnownMinutes): number {
  if (a.venueId === b.venueId) return 0;
  const [townshipA, townshipB] = [townshipCodeOf(a.regionCode), townshipCodeOf(b.regionCode)];
  if (townshipA === townshipB) {
    // A venue of which only the township is known may stand in another village than its neighbour.
    const sameVillage = a.regionCode === b.regionCode && a.regionCode !== townshipA;
    return sameVillage ? ASSUMED_MINUTES.village : ASSUMED_MINUTES.township;
  }
  return known(townshipA, townshipB) ?? assumedBetweenTownships(a.accessRoute, b.accessRoute);
}

/** Where one of the two is an island of its own, the boat decides. */
function assumedBetweenTownships(a: AccessRoute, b: AccessRoute): number {
  return a === 'ferry' || b === 'ferry' ? ASSUMED_MINUTES.ferry : ASSUMED_MINUTES.road;
}
