import type { YearlyTarget } from './wall-chart.rules.js';

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
 * @param lineAt the straight line's value at the end of a year
 */
export function assignedTargets(
  targets: readonly YearlyTarget[],
  assignments: readonly YearlyAssignment[],
  lineAt: (year: number) => number,
): YearlyTarget[] {
  const points = new Map(targets.map(({ year, value }) => [year, value]));
  for (const { year, value } of [...assignments].sort((a, b) => a.year - b.year)) {
    // The plan's own figure for a year is what it is held to, however the way there was split.
    if (targets.some((target) => target.year === year)) continue;
    const before = points.get(year - 1);
    points.set(year, String((before === undefined ? lineAt(year - 1) : Number(before)) + value));
  }
  return [...points].map(([year, value]) => ({ year, value })).sort((a, b) => a.year - b.year);
}
