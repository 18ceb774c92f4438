/** The first and the last year of the plan. */
export const PLAN_STARTS = 2023;
export const PLAN_ENDS = 2027;

/** How a figure is told over the years: 累计, 年均, 年末. */
export type Basis = 'cumulative' | 'annual_mean' | 'year_end';

/** A yearly target, as the plan prints it. */
export interface YearlyTarget {
  year: number;
  /** A decimal such as `88.9`. */
  value: string;
}

export interface PresentTarget {
  /** The year whose target is shown. */
  year: number;
  value: string;
  /** The year it was set for, where this year has none and carries it. */
  carriedFrom: number | null;
}

/**
 * The target that a year is held to: its own, else the last one before it, carried (counting rule 17), else the first
 * one to come, under its own year.
 */
export function targetOf(year: number, targets: readonly YearlyTarget[]): PresentTarget | null {
  const inOrder = [...targets].sort((a, b) => a.year - b.year);
  const last = inOrder.filter((target) => target.year <= year).at(-1);
  if (last) return { year, value: last.value, carriedFrom: last.year === year ? null : last.year };
  const first = inOrder[0];
  return first ? { ...first, carriedFrom: null } : null;
}

/** What decides the course of an indicator's plan line. */
export interface Line {
  basis: Basis;
  measure: 'counted' | 'coverage' | 'register' | 'reported';
  display: 'number' | 'pass_fail';
  targets: readonly YearlyTarget[];
}

/**
 * Where the plan wants the figure to be on a day: the straight line between the yearly targets, each due on 31 December
 * (counting rule 18 makes this the fallback where no assignment splits the target; none is kept yet).
 *
 * What is counted, registered or covered starts from nothing on the eve of the plan. A reported figure (a share of
 * children, years of schooling) has no start that the plan names, and a title is not won by parts: no line before the
 * first target is due. A yearly mean is the same demand in each year.
 *
 * @param day YYYY-MM-DD
 * @returns the figure, or null where the plan says nothing of that day
 */
export function plannedOn(day: string, { basis, measure, display, targets }: Line): number | null {
  const present = targetOf(Number(day.slice(0, 4)), targets);
  if (!present) return null;
  if (basis === 'annual_mean') return Number(present.value);
  const startsFromNothing = measure !== 'reported' && display !== 'pass_fail';
  const points = [
    ...(startsFromNothing ? [{ on: `${PLAN_STARTS - 1}-12-31`, value: 0 }] : []),
    ...[...targets]
      .sort((a, b) => a.year - b.year)
      .map(({ year, value }) => ({ on: `${year}-12-31`, value: Number(value) })),
  ];
  const before = points.filter(({ on }) => on <= day).at(-1);
  const after = points.find(({ on }) => on > day);
  if (!before) return null;
  if (!after) return before.value;
  if (display === 'pass_fail') return before.value;
  const part = daysBetween(before.on, day) / daysBetween(before.on, after.on);
  return before.value + (after.value - before.value) * part;
}

/** The part of a year's demand that is due by a day of it. */
export function dueInYear(day: string, demand: number): number {
  const year = Number(day.slice(0, 4));
  const eve = `${year - 1}-12-31`;
  return (demand * daysBetween(eve, day)) / daysBetween(eve, `${year}-12-31`);
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000;
}

/** A year's person-times, by everything that counts. */
export interface YearFigure {
  year: number;
  value: number;
}

/** The first year of which the ledger knows every month. @param begins the ledger's first month, YYYY-MM */
export function firstFullYear(begins: string): number {
  return Number(begins.slice(0, 4)) + (begins.slice(5, 7) === '01' ? 0 : 1);
}

/**
 * The mean of the years of the plan that have passed before a year and are known whole: every month of them is in the
 * ledger, or an opening figure or a yearly sealed total holds what is not. One decimal.
 *
 * @param whole years that are known whole
 * @returns null where no such year has passed
 */
export function meanOfFullYears(
  figures: readonly YearFigure[],
  year: number,
  whole: ReadonlySet<number>,
): number | null {
  const full = [...whole].filter((one) => one >= PLAN_STARTS && one < year);
  if (full.length === 0) return null;
  const total = figures.filter((figure) => full.includes(figure.year)).reduce((sum, { value }) => sum + value, 0);
  return Math.round((total * 10) / full.length) / 10;
}

/**
 * What {@link meanOfFullYears} will be at a year's end, if the year comes to what is expected of it.
 *
 * @param expected what the year is expected to come to
 * @returns null where no year is known whole by then; `years` says of how many it is the mean
 */
export function meanAtYearEnd(
  figures: readonly YearFigure[],
  year: number,
  whole: ReadonlySet<number>,
  expected: number,
): { value: number; years: number } | null {
  const foreseen = figures.map((figure) => (figure.year === year ? { year, value: expected } : figure));
  const value = meanOfFullYears(foreseen, year + 1, whole);
  return value === null ? null : { value, years: [...whole].filter((one) => one >= PLAN_STARTS && one <= year).length };
}

export const LIGHTS = ['green', 'amber', 'red', 'none'] as const;
/** 绿灯, 黄灯, 红灯, 无灯. */
export type Light = (typeof LIGHTS)[number];

/** From this part of the plan line on, what is behind it is shown amber and not red. */
const AMBER_FROM = 0.9;

/**
 * How a figure stands against the plan line.
 *
 * @param actual null where there is no data
 * @param planned null where the plan says nothing of the day
 * @param met whether the target itself is reached, line or not
 */
export function lightOf(actual: number | null, planned: number | null, met: boolean): Light {
  if (actual === null) return 'none';
  if (met) return 'green';
  if (planned === null) return 'none';
  if (actual >= planned) return 'green';
  return actual >= planned * AMBER_FROM ? 'amber' : 'red';
}

/** A figure as it is shown: at the decimals the target is printed with, at least one. */
export function shown(figure: number, target: string | undefined): number {
  const decimals = Math.max(1, target?.split('.')[1]?.length ?? 0);
  return Number(figure.toFixed(decimals));
}
