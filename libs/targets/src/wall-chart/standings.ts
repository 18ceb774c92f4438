import type { Language } from '#contracts';
import { type CountingRule } from '#participation';
import { assignedTargets, type YearlyAssignment } from '../assignments/assignments.rules.js';
import { coverageMet, judgedIn, reportedMet } from '../coverage/coverage.rules.js';
import type { ChartIndicatorView, ForecastView, LockedValueView, YearFigureView } from './wall-chart.dto.js';
import { COVERAGE_IS_OF_TODAY, EMPTY_REGISTER, NO_DATA, NO_FULL_YEAR, NOT_REPORTED_YET } from '../targets.words.js';
import type { ChartFigures, PlannedIndicator } from './wall-chart.queries.js';
import {
  dueInYear,
  firstFullYear,
  meanAtYearEnd,
  meanOfFullYears,
  PLAN_STARTS,
  plannedOn,
  type PresentTarget,
  type YearlyTarget,
} from './wall-chart.rules.js';

/** Everything the chart of a day is made from. */
export interface Chart {
  day: string;
  year: number;
  /** Whether the day has gone by, so that what is kept of the present alone is not known of it. */
  past: boolean;
  rule: CountingRule;
  figures: ChartFigures;
  language: Language;
}

/** Of what is not coverage. */
const NO_COVERAGE = { n: null, d: null, listed: null, active: null, judged: null };

/** What an indicator amounts to, to be held against its plan line. */
export type Standing = Pick<
  ChartIndicatorView,
  | 'noData'
  | 'actual'
  | 'says'
  | 'provisional'
  | 'confirmed'
  | 'opening'
  | 'sealed'
  | 'locked'
  | 'years'
  | keyof typeof NO_COVERAGE
  | 'forecast'
  | 'freshAt'
> & {
  /** The figure that is compared; of a yearly mean without a full year, the running year's. */
  compared: number | null;
  planned: number | null;
  met: boolean | null;
};

/**
 * Whether something feeds a counted figure: the mapping of the counting rules names it (rule 6), and then a zero is a true
 * zero. What no class feeds, such as the upgrade of degrees (rule 7), has no data until a list of it was imported.
 *
 * @param held whether the ledger holds something of it
 */
export const isFed = (measure: string, { parameters }: CountingRule, held: boolean) =>
  held || parameters.mapping.some((line) => line.measure === measure);

/** {@link isFed} by the figures of a chart. */
export const isFedOn = (measure: string, { rule, figures }: Pick<Chart, 'rule' | 'figures'>) =>
  isFed(
    measure,
    rule,
    figures.totals.some((total) => total.measure === measure),
  );

/** Whether an opening figure or a sealed total of it counts. */
const isHeldBeside = (measure: string, { figures }: Chart) => figures.beside.some((one) => one.measure === measure);

/** The plan line, with the years that were assigned by themselves where the figure accumulates (rule 18). */
function lineOf(indicator: PlannedIndicator): PlannedIndicator {
  if (indicator.basis !== 'cumulative') return indicator;
  const lineAt = (year: number, targets: readonly YearlyTarget[]) =>
    plannedOn(`${year}-12-31`, { ...indicator, targets }) ?? 0;
  return { ...indicator, targets: assignedTargets(indicator.targets, indicator.assignments, lineAt) };
}

const assignedIn = (year: number, assignments: readonly YearlyAssignment[]) =>
  assignments.find((one) => one.year === year)?.value;

/** What an indicator amounts to on the day of the chart, by where its figure comes from. */
export function standingOf(indicator: PlannedIndicator, target: PresentTarget | null, chart: Chart): Standing {
  const planned = plannedOn(chart.day, lineOf(indicator));
  if (indicator.measure === 'coverage') {
    return coverageStanding(indicator, target, planned, chart);
  }
  if (indicator.measure === 'counted' && (isFedOn(indicator.code, chart) || isHeldBeside(indicator.code, chart))) {
    return countedStanding(indicator, target, planned, chart);
  }
  if (indicator.measure === 'register') return registerStanding(indicator, target, planned, chart);
  if (indicator.measure === 'reported') return reportedStanding(indicator, target, planned, chart);
  return nothing(planned, NO_DATA[chart.language]);
}

const nothing = (planned: number | null, says: string): Standing => ({
  noData: true,
  actual: null,
  compared: null,
  says,
  provisional: null,
  confirmed: null,
  opening: null,
  sealed: null,
  locked: null,
  years: [],
  ...NO_COVERAGE,
  planned,
  met: null,
  forecast: null,
  freshAt: null,
});

/** A register nobody has written in says nothing; one that was written in counts what stands, be it nothing. */
function registerStanding(
  { code }: PlannedIndicator,
  target: PresentTarget | null,
  planned: number | null,
  { figures, language }: Chart,
): Standing {
  const register = figures.registers.find((one) => one.indicator_code === code);
  if (!register) return nothing(planned, EMPTY_REGISTER[language]);
  const actual = register.entries;
  return {
    ...nothing(planned, ''),
    noData: false,
    actual,
    compared: actual,
    says: null,
    met: target !== null && actual >= Number(target.value),
    freshAt: new Date(register.changed_at).toISOString(),
  };
}

/** The last figure reported up to the day; of a share, whether it reaches the target is decided on part and whole. */
function reportedStanding(
  { code }: PlannedIndicator,
  target: PresentTarget | null,
  planned: number | null,
  { figures, language }: Chart,
): Standing {
  const last = figures.reported.find((one) => one.indicator_code === code);
  if (!last) return nothing(planned, NOT_REPORTED_YET[language]);
  const { part: n, whole: d, value } = last;
  return {
    ...nothing(planned, ''),
    noData: false,
    actual: Number(value),
    compared: Number(value),
    says: null,
    n,
    d,
    met:
      target !== null &&
      (n !== null && d !== null ? reportedMet(n, d, target.value) : Number(value) >= Number(target.value)),
    freshAt: new Date(last.reported_at).toISOString(),
  };
}

function countedStanding(
  { code, basis, assignments }: PlannedIndicator,
  target: PresentTarget | null,
  planned: number | null,
  chart: Chart,
): Standing {
  const { figures, year, day, language } = chart;
  const fed = isFedOn(code, chart);
  const { years, whole, ...bands } = countedYears(code, fed, chart);
  const demand = target && Number(target.value);
  const counted = {
    noData: false,
    ...bands,
    years,
    ...NO_COVERAGE,
    freshAt: figures.recounted_at?.toISOString() ?? null,
  };
  if (basis !== 'annual_mean') {
    const actual = bands.provisional + bands.confirmed + bands.opening + bands.sealed;
    const met = demand !== null && actual >= demand;
    const forecast = forecastFrom(actual, code, chart);
    return { ...counted, forecast, actual, compared: actual, says: null, planned, met };
  }
  const forecast = forecastFrom(years.at(-1)?.value ?? 0, code, chart);
  const yearly = years.map((one) => ({ year: one.year, value: one.value ?? 0 }));
  const mean = meanOfFullYears(yearly, year, whole);
  if (mean !== null) {
    // Beside a mean stands what the mean will be, and not what this year alone will: the two are of different size.
    const atEnd = forecast && meanAtYearEnd(yearly, year, whole, forecast.ofYear);
    return {
      ...counted,
      forecast: forecast && atEnd && { ...forecast, value: atEnd.value, meanOf: atEnd.years },
      actual: mean,
      compared: mean,
      says: null,
      planned,
      met: demand !== null && mean >= demand,
    };
  }
  return {
    ...counted,
    forecast,
    actual: null,
    compared: years.at(-1)?.value ?? 0,
    says: NO_FULL_YEAR[language],
    planned: demand === null ? null : dueInYear(day, assignedIn(year, assignments) ?? demand),
    met: false,
  };
}

/** Forecasts are kept of the present alone, as the classes scheduled are. */
function forecastFrom(present: number, code: string, { figures, past }: Chart): ForecastView | null {
  const kept = past ? undefined : figures.forecasts.find((one) => one.indicator_code === code);
  if (!kept) return null;
  return {
    value: present + kept.expected,
    ofYear: present + kept.expected,
    meanOf: null,
    expected: kept.expected,
    classes: kept.classes,
    fillPercent: kept.fill_percent,
    countedPercent: kept.counted_percent,
    pastClasses: kept.past_classes,
    computedAt: new Date(kept.computed_at).toISOString(),
  };
}

/** The year the ledger begins; a ledger without entries begins in the year asked for. */
const ledgerYear = (begins: string | null, year: number) => (begins ? Number(begins.slice(0, 4)) : year);

/**
 * What counts of a measure, by year and by band: the ledger's provisional and confirmed entries, opening figures, sealed
 * totals. They are shown apart, and `value` is their sum.
 *
 * @param fed whether the ledger counts it
 * @returns `whole` says of which years everything is known
 */
export function countedYears(code: string, fed: boolean, { figures, year: until }: Chart) {
  const { ledger_begins: begins } = figures;
  const totals = figures.totals.filter(({ measure }) => measure === code);
  const beside = figures.beside.filter(({ measure }) => measure === code);
  const years: YearFigureView[] = [];
  const whole = new Set<number>();
  for (let year = PLAN_STARTS; year <= until; year++) {
    const { provisional = 0, confirmed = 0 } = totals.find((total) => total.year === year) ?? {};
    const held = beside.find((one) => one.year === year);
    const { opening = 0, sealed = 0 } = held ?? {};
    const counted = fed && year >= ledgerYear(begins, until);
    const noData = !counted && !held;
    if (held?.whole || (counted && begins && year >= firstFullYear(begins))) whole.add(year);
    years.push({
      year,
      noData,
      running: year === until,
      value: noData ? null : provisional + confirmed + opening + sealed,
      provisional: noData ? null : provisional,
      confirmed: noData ? null : confirmed,
      opening: noData ? null : opening,
      sealed: noData ? null : sealed,
      locked: lockedOf(figures, code, year),
    });
  }
  return {
    years,
    whole,
    provisional: sumOf(totals, 'provisional'),
    confirmed: sumOf(totals, 'confirmed'),
    opening: sumOf(beside, 'opening'),
    sealed: sumOf(beside, 'sealed'),
    locked: lockedOf(figures, code),
  };
}

/**
 * 上报数, 更正数, 现值 of the locked months (rule 15): what was reported is never recomputed.
 *
 * @param year of this year alone
 * @returns null where no month of it is locked
 */
function lockedOf(
  { locked, locked_through: through }: ChartFigures,
  code: string,
  year?: number,
): LockedValueView | null {
  const found = locked.filter((one) => one.measure === code && (year === undefined || one.year === year));
  if (!through || found.length === 0) return null;
  const [reported, present] = [sumOf(found, 'reported'), sumOf(found, 'present')];
  const until = year === undefined || through.startsWith(String(year)) ? through : `${year}-12`;
  return { through: until, reported, adjusted: present - reported, present };
}

function coverageStanding(
  { plate_kind: plateKind, region_level: level }: PlannedIndicator,
  target: PresentTarget | null,
  planned: number | null,
  { figures, rule, year, past, language }: Chart,
): Standing {
  const count = figures.coverage.find((one) => one.plate_kind === plateKind && one.region_level === level);
  if (past) return nothing(planned, COVERAGE_IS_OF_TODAY[language]);
  if (!count?.computed_at) return nothing(planned, NO_DATA[language]);
  const { regions: d, listed, active } = count;
  const judged = judgedIn(year, rule.parameters.coverage);
  const n = judged === 'listed' ? listed : active;
  const actual = (n * 100) / d;
  return {
    noData: false,
    actual,
    compared: actual,
    says: null,
    provisional: null,
    confirmed: null,
    opening: null,
    sealed: null,
    locked: null,
    years: [],
    n,
    d,
    listed,
    active,
    judged,
    planned,
    met: target !== null && coverageMet(n, d, target.value),
    forecast: null,
    freshAt: new Date(count.computed_at).toISOString(),
  };
}

/** The sum of a field. */
export const sumOf = <Key extends string>(all: readonly Record<Key, number>[], key: Key): number =>
  all.reduce((sum, one) => sum + one[key], 0);
