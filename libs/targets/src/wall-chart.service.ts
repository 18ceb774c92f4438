import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { dayOf, type Language } from '#contracts';
import { type Caller, Clock, cutPage, type Page, type PageQuery, readCursor } from '#core';
import { type CountingRule, CountingRules, SESSION_ATTENDANCES, stampOf } from '#participation';
import { denominatorYear } from './coverage.queries.js';
import { coverageMet, judgedIn } from './coverage.rules.js';
import type {
  ChartIndicatorView,
  ChartMeasureView,
  FigurePartView,
  IndicatorDetailView,
  IndicatorView,
  PlannedIndicatorView,
  WallChartQuery,
  WallChartView,
  YearFigureView,
} from './targets.dto.js';
import { requireDayOfPlan, TargetsErrors } from './targets.errors.js';
import { COVERAGE_IS_OF_TODAY, LIGHT_MEANING, NO_DATA, NO_FULL_YEAR } from './targets.words.js';
import {
  type ChartFigures,
  type FigurePart,
  type PlannedIndicator,
  readFigures,
  readIndicators,
  readParts,
} from './wall-chart.queries.js';
import {
  dueInYear,
  lightOf,
  firstFullYear,
  meanOfFullYears,
  PLAN_STARTS,
  plannedOn,
  type PresentTarget,
  shown,
  targetOf,
  type YearFigure,
} from './wall-chart.rules.js';

/** What codes of indicators look like. */
const CODE = /^[a-z0-9-]{1,60}$/;

/** The first month that any figure of the plan covers. */
const FIRST_MONTH = `${PLAN_STARTS}-01`;

/** Everything the chart of a day is made from. */
interface Chart {
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
type Standing = Pick<
  ChartIndicatorView,
  'noData' | 'actual' | 'says' | 'provisional' | 'confirmed' | 'years' | keyof typeof NO_COVERAGE | 'freshAt'
> & {
  /** The figure that is compared; of a yearly mean without a full year, the running year's. */
  compared: number | null;
  planned: number | null;
  met: boolean | null;
};

/**
 * The wall chart and the indicators on it. It reads the totals of the ledger and the states of coverage, and never an
 * entry or a session.
 */
@Injectable()
export class WallChartService {
  constructor(
    private readonly source: DataSource,
    private readonly rules: CountingRules,
    private readonly clock: Clock,
  ) {}

  /**
   * All indicators against the plan line of a day.
   *
   * Person-times are those counted up to the end of the day's month, because the totals are kept by month. Coverage is
   * kept for the present alone: a day gone by has none.
   *
   * @throws TARGETS.DAY_OUTSIDE_PLAN
   */
  async chart(caller: Caller, { on }: WallChartQuery): Promise<WallChartView> {
    caller.require('targets.read');
    const em = this.source.manager;
    const today = dayOf(this.clock.now());
    const day = requireDayOfPlan(on ?? today);
    const year = Number(day.slice(0, 4));
    const [indicators, figures, rule] = await Promise.all([
      readIndicators(em),
      denominatorYear(em, year).then((denominators) =>
        readFigures(em, { from: FIRST_MONTH, to: day.slice(0, 7) }, denominators),
      ),
      this.rules.inForce(em, day),
    ]);
    const chart: Chart = { day, year, past: day < today, rule, figures, language: caller.language };
    return {
      on: day,
      countedThrough: day.slice(0, 7),
      ledgerBegins: figures.ledger_begins,
      rule: stampOf(rule, caller.language),
      indicators: indicators.map((indicator) => chartIndicator(indicator, chart)),
      measures: figures.measures.map((measure) => chartMeasure(measure, chart)),
    };
  }

  /** The plan's indicators in its order. */
  async page(caller: Caller, { cursor, limit }: PageQuery): Promise<Page<PlannedIndicatorView>> {
    caller.require('targets.read');
    const [after = '0'] = readCursor(cursor, ['number']) ?? [];
    const found = await readIndicators(this.source.manager, { after: Number(after), limit: limit + 1 });
    return cutPage(found, limit, ({ position }) => [position], plannedView);
  }

  /**
   * An indicator with all its targets and, where the ledger feeds it, its figure by township, organisation, month and
   * status.
   *
   * @throws TARGETS.INDICATOR_UNKNOWN
   */
  async one(caller: Caller, code: string): Promise<IndicatorDetailView> {
    caller.require('targets.read');
    const em = this.source.manager;
    const today = dayOf(this.clock.now());
    const [indicator] = CODE.test(code) ? await readIndicators(em, { code }) : [];
    if (!indicator) throw TargetsErrors.INDICATOR_UNKNOWN();
    const fed = indicator.measure === 'counted' && isFed(code, await this.rules.inForce(em, today));
    const parts = fed ? await readParts(em, code, { from: FIRST_MONTH, to: today.slice(0, 7) }) : [];
    const by = (dimension: FigurePart['dimension']) => parts.filter((part) => part.dimension === dimension);
    const byMonth = by('month');
    const noData = indicator.measure === 'coverage' ? false : !fed;
    return {
      ...plannedView(indicator),
      noData,
      says: noData ? NO_DATA[caller.language] : null,
      byStatus: fed ? { provisional: sumOf(byMonth, 'provisional'), confirmed: sumOf(byMonth, 'confirmed') } : null,
      byTownship: by('township').map(partView),
      byOrganisation: by('organisation').map(partView),
      byMonth: byMonth.map(partView),
    };
  }
}

/**
 * Whether something feeds a counted figure: the mapping of the counting rules names it (rule 6). Then a zero is a true
 * zero. What no mapping names, such as the upgrade of degrees, has no data yet.
 */
const isFed = (measure: string, { parameters }: CountingRule) =>
  parameters.mapping.some((line) => line.measure === measure);

function chartIndicator(indicator: PlannedIndicator, chart: Chart): ChartIndicatorView {
  const target = targetOf(chart.year, indicator.targets);
  const { compared, planned, met, ...standing } = standingOf(indicator, target, chart);
  const rounded = (figure: number | null) => (figure === null ? null : shown(figure, target?.value));
  const light = lightOf(compared, planned, met ?? false);
  return {
    ...indicatorView(indicator),
    target: target && { ...target, value: Number(target.value) },
    ...standing,
    actual: rounded(standing.actual),
    planned: rounded(planned),
    gap: compared === null || planned === null ? null : rounded(compared - planned),
    met,
    light,
    lightMeaning: LIGHT_MEANING[light][chart.language],
  };
}

function standingOf(indicator: PlannedIndicator, target: PresentTarget | null, chart: Chart): Standing {
  const planned = plannedOn(chart.day, indicator);
  if (indicator.measure === 'coverage') {
    return coverageStanding(indicator, target, planned, chart);
  }
  if (indicator.measure === 'counted' && isFed(indicator.code, chart.rule)) {
    return countedStanding(indicator, target, planned, chart);
  }
  return nothing(planned, NO_DATA[chart.language]);
}

const nothing = (planned: number | null, says: string): Standing => ({
  noData: true,
  actual: null,
  compared: null,
  says,
  provisional: null,
  confirmed: null,
  years: [],
  ...NO_COVERAGE,
  planned,
  met: null,
  freshAt: null,
});

function countedStanding(
  { code, basis }: PlannedIndicator,
  target: PresentTarget | null,
  planned: number | null,
  { figures, year, day, language }: Chart,
): Standing {
  const totals = figures.totals.filter(({ measure }) => measure === code);
  const years = yearsOf(totals, year, figures.ledger_begins);
  const provisional = sumOf(totals, 'provisional');
  const confirmed = sumOf(totals, 'confirmed');
  const demand = target && Number(target.value);
  const counted = {
    noData: false,
    provisional,
    confirmed,
    years,
    ...NO_COVERAGE,
    freshAt: figures.recounted_at?.toISOString() ?? null,
  };
  if (basis !== 'annual_mean') {
    const actual = provisional + confirmed;
    return { ...counted, actual, compared: actual, says: null, planned, met: demand !== null && actual >= demand };
  }
  const mean = meanOfFullYears(totals, year, figures.ledger_begins ? firstFullYear(figures.ledger_begins) : year);
  if (mean !== null) {
    return { ...counted, actual: mean, compared: mean, says: null, planned, met: demand !== null && mean >= demand };
  }
  return {
    ...counted,
    actual: null,
    compared: years.at(-1)?.value ?? 0,
    says: NO_FULL_YEAR[language],
    planned: demand === null ? null : dueInYear(day, demand),
    met: false,
  };
}

/** The year the ledger begins; a ledger without entries begins in the year asked for. */
const ledgerYear = (begins: string | null, year: number) => (begins ? Number(begins.slice(0, 4)) : year);

function yearsOf(totals: readonly YearFigure[], until: number, ledgerBegins: string | null): YearFigureView[] {
  const years: YearFigureView[] = [];
  for (let year = PLAN_STARTS; year <= until; year++) {
    const found = totals.find((total) => total.year === year);
    const noData = year < ledgerYear(ledgerBegins, until);
    const { provisional = 0, confirmed = 0 } = found ?? {};
    years.push({
      year,
      noData,
      running: year === until,
      value: noData ? null : provisional + confirmed,
      provisional: noData ? null : provisional,
      confirmed: noData ? null : confirmed,
    });
  }
  return years;
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
    years: [],
    n,
    d,
    listed,
    active,
    judged,
    planned,
    met: target !== null && coverageMet(n, d, target.value),
    freshAt: new Date(count.computed_at).toISOString(),
  };
}

function chartMeasure(measure: ChartFigures['measures'][number], chart: Chart): ChartMeasureView {
  const { code, name, name_en: nameEn, unit, note } = measure;
  // Session attendances are counted without a mapping.
  const fed = code === SESSION_ATTENDANCES || isFed(code, chart.rule);
  const totals = chart.figures.totals.filter((total) => total.measure === code);
  // A person of one year may be the same as one of the next, so people are never added over years.
  const addable = !chart.rule.parameters.mapping.some((line) => line.measure === code && line.unique === 'year');
  return {
    code,
    name,
    nameEn,
    unit,
    note,
    noData: !fed,
    says: fed ? null : NO_DATA[chart.language],
    year: (fed && yearsOf(totals, chart.year, chart.figures.ledger_begins).at(-1)) || null,
    total: fed && addable ? sumOf(totals, 'provisional') + sumOf(totals, 'confirmed') : null,
  };
}

const sumOf = <Key extends string>(all: readonly Record<Key, number>[], key: Key): number =>
  all.reduce((sum, one) => sum + one[key], 0);

function indicatorView(indicator: PlannedIndicator): IndicatorView {
  const { code, name, name_en: nameEn, unit, measure, basis, section, owner } = indicator;
  const { partners, qualifier, display, inferred } = indicator;
  return { code, name, nameEn, unit, measure, basis, section, owner, partners, qualifier, display, inferred };
}

const plannedView = (indicator: PlannedIndicator): PlannedIndicatorView => ({
  ...indicatorView(indicator),
  targets: indicator.targets.map(({ year, value }) => ({ year, value: Number(value) })),
});

const partView = ({ key, name, name_en: nameEn, provisional, confirmed }: FigurePart): FigurePartView => ({
  key,
  name,
  nameEn,
  provisional,
  confirmed,
  total: provisional + confirmed,
});
