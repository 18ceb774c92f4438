import type { YearlyTarget } from '../wall-chart/wall-chart.rules.js';

/** What of an assignment is reached, in percent at one decimal; null where there is nothing to compare. */
export function completionOf(actual: number | null, assigned: number | null): number | null {
  if (actual === null || assigned === null || assigned === 0) return null;
  return Math.round((actual * 1000) / assigned) / 10;
}

/** What the district is to reach in a year by itself. */
export interface YearlyAssignment {
  year: number;
  value: number;
}

/**
 * The points of the plan line of a figure that accumulates, with what was assigned to single years (counting rule 18): a
 * year with an assignment adds it to the year before; between years without one the plan's straight line stays.
 *
 * @param targets the plan's own, each the sum to be reached by the end of its year
 * @param lineAt the line through these points at the end of a year
 */
export function assignedTargets(
  targets: readonly YearlyTarget[],
  assignments: readonly YearlyAssignment[],
  lineAt: (year: number, points: readonly YearlyTarget[]) => number,
): YearlyTarget[] {
  let points = [...targets];
  for (const { year, value } of [...assignments].sort((a, b) => a.year - b.year)) {
    // The plan's own figure for a year is what it is held to, however the way there was split.
    if (targets.some((target) => target.year === year)) continue;
    const point = { year, value: String(lineAt(year - 1, points) + value) };
    points = [...points, point].sort((one, other) => one.year - other.year);
  }
  return points;
}
