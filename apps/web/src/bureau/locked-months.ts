import { api, ask } from '../shared/api';
import { readAll } from '../shared/staff/lists';
import { may } from './access';

/** 上报数, 更正数, 现值 of a figure in locked months. */
export interface LockedMonths {
  /** The last of them, YYYY-MM. */
  through: string;
  reported: number;
  adjusted: number;
  present: number;
}

/**
 * What was reported of a figure in the locked months of a year, or of all years, and what it comes to now.
 *
 * @param measure code of an indicator or measure
 * @param year YYYY, or empty
 * @returns null where none is locked, or who asks may not see periods
 * @throws ApiProblem, Offline
 */
export async function lockedMonths(measure: string, year: string): Promise<LockedMonths | null> {
  if (!may('periods.read')) return null;
  const periods = await readAll((cursor) =>
    ask(() => api.GET('/api/v1/periods', { params: { query: { cursor, limit: 100 } } }), { again: true }),
  );
  const months = periods.filter(({ month, state }) => state === 'locked' && month.startsWith(year));
  const figures = months.flatMap((period) => period.figures.filter((one) => one.measure === measure));
  if (figures.length === 0) return null;
  const sum = (key: 'reported' | 'adjusted' | 'present') => figures.reduce((all, one) => all + (one[key] ?? 0), 0);
  const through = months
    .map(({ month }) => month)
    .sort()
    .at(-1)!;
  return { through, reported: sum('reported'), adjusted: sum('adjusted'), present: sum('present') };
}
