import type { Schema } from '../shared/api';

type Indicator = Schema<'ChartIndicatorView'>;

/** The figure that is held against the plan line; of a yearly mean without a full year, the running year's. */
export function compared(indicator: Indicator): { value: number; runningYear: number | null } | null {
  if (indicator.actual !== null) return { value: indicator.actual, runningYear: null };
  const running = indicator.noData ? undefined : indicator.years.find((year) => year.running);
  return running?.value == null ? null : { value: running.value, runningYear: running.year };
}

/** Where a number of the chart opens to: coverage has a table of regions, all others a page of their own. */
export const pageOf = (indicator: Pick<Indicator, 'code'>) => `/indicators/${indicator.code}`;

/** What changed between two readings of the chart, by code. */
export function changes(
  before: readonly Indicator[],
  after: readonly Indicator[],
): { indicator: Indicator; from: number; to: number }[] {
  return after.flatMap((indicator) => {
    const was = before.find(({ code }) => code === indicator.code);
    const [from, to] = [was && compared(was)?.value, compared(indicator)?.value];
    return from === undefined || to === undefined || from === to ? [] : [{ indicator, from, to }];
  });
}
