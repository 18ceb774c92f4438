import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { dayOf } from '#contracts';
import { type Caller, Clock, cutPage, type Page, type PageQuery, readCursor } from '#core';
import { CountingRules, SEALED_MEASURE, SESSION_ATTENDANCES, stampOf } from '#participation';
import { denominatorYear } from '../coverage/coverage.queries.js';
import { INDICATOR_CODE } from '../indicators.js';
import { type Chart, countedYears, isFed, isFedOn, standingOf, sumOf } from './standings.js';
import type {
  FigurePartView,
  IndicatorDetailView,
  IndicatorView,
  MeasureDetailView,
  MeasureQuery,
  PlannedIndicatorView,
} from '../indicators.dto.js';
import type {
  ChartIndicatorView,
  ChartMeasureView,
  RegularShareView,
  UnnamedView,
  WallChartQuery,
  WallChartView,
} from './wall-chart.dto.js';
import { requireDayOfPlan, TargetsErrors } from '../targets.errors.js';
import { LIGHT_MEANING, NO_DATA, NO_POPULATION, WHY_NOTHING } from '../targets.words.js';
import {
  type ChartFigures,
  type FigurePart,
  isEntered,
  type PlannedIndicator,
  readFigures,
  readIndicators,
  readMeasure,
  readParts,
  readReportedMonths,
} from './wall-chart.queries.js';
import { lightOf, PLAN_STARTS, shown, targetOf } from './wall-chart.rules.js';

/** The first month that any figure of the plan covers. */
const FIRST_MONTH = `${PLAN_STARTS}-01`;

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
        readFigures(em, { from: FIRST_MONTH, day, sealedMeasure: SEALED_MEASURE }, denominators),
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
    const [indicator] = INDICATOR_CODE.test(code) ? await readIndicators(em, { code }) : [];
    if (!indicator) throw TargetsErrors.INDICATOR_UNKNOWN();
    const counted = indicator.measure === 'counted';
    const parts = counted ? await readParts(em, code, { from: FIRST_MONTH, to: today.slice(0, 7) }) : [];
    const fed = counted && isFed(code, await this.rules.inForce(em, today), parts.length > 0);
    const reported = fed ? await readReportedMonths(em, code) : new Map<string, number>();
    const byMonth = parts.filter(({ dimension }) => dimension === 'month');
    const entered = indicator.measure === 'register' || indicator.measure === 'reported';
    const noData = entered ? !(await isEntered(em, code)) : indicator.measure === 'counted' && !fed;
    return {
      ...plannedView(indicator),
      noData,
      says: noData ? WHY_NOTHING[indicator.measure][caller.language] : null,
      byStatus: fed ? { provisional: sumOf(byMonth, 'provisional'), confirmed: sumOf(byMonth, 'confirmed') } : null,
      ...partsBy(parts),
      byMonth: withLocked(byMonth, reported),
    };
  }

  /**
   * A figure beside the indicators in a year, by township, organisation, month, kind of class and group.
   *
   * @throws TARGETS.MEASURE_UNKNOWN, also for the share of the elderly, which is no sum of the ledger
   */
  async measure(caller: Caller, code: string, { year }: MeasureQuery): Promise<MeasureDetailView> {
    caller.require('targets.read');
    const em = this.source.manager;
    const of = year ?? Number(dayOf(this.clock.now()).slice(0, 4));
    const measure = INDICATOR_CODE.test(code) && code !== REGULAR_SHARE ? await readMeasure(em, code) : undefined;
    if (!measure) throw TargetsErrors.MEASURE_UNKNOWN();
    const parts = await readParts(em, code, { from: `${of}-01`, to: `${of}-12` });
    const months = parts.filter(({ dimension }) => dimension === 'month');
    const { name, name_en: nameEn, unit } = measure;
    const byStatus = { provisional: sumOf(months, 'provisional'), confirmed: sumOf(months, 'confirmed') };
    return { code, name, nameEn, unit, year: of, byStatus, ...partsBy(parts) };
  }
}

/** Each dimension's parts. */
function partsBy(parts: readonly FigurePart[]) {
  const by = (dimension: FigurePart['dimension']) => parts.filter((part) => part.dimension === dimension).map(partView);
  return {
    byTownship: by('township'),
    byOrganisation: by('organisation'),
    byMonth: by('month'),
    byKind: by('kind'),
    byGroup: by('group'),
  };
}

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

/** The measure that is a share of the villages' elderly residents and no sum of the ledger. */
const REGULAR_SHARE = 'regular-elderly-share';

function shareOf({ figures: { regular } }: Chart): RegularShareView | null {
  if (!regular || regular.residents === 0) return null;
  const { people, residents, others, villages, villages_counted: villagesCounted, days, computed_at } = regular;
  const value = Math.round((people * 1000) / residents) / 10;
  const computedAt = new Date(computed_at).toISOString();
  return { value, people, residents, others, villages, villagesCounted, days, computedAt };
}

/** Who came without a name to classes of the kind that feeds the measure. */
function unnamedOf(code: string, { rule, figures }: Chart): UnnamedView | null {
  const kinds = rule.parameters.mapping.filter(({ measure }) => measure === code).map((line) => line.programmeKind);
  const found = figures.unnamed.find((one) => kinds.includes(one.programme_kind));
  if (!found) return null;
  return { programmeKind: found.programme_kind, sessions: found.sessions, headcount: found.headcount };
}

function chartMeasure(measure: ChartFigures['measures'][number], chart: Chart): ChartMeasureView {
  const { code, name, name_en: nameEn, unit, note } = measure;
  // Session attendances are counted without a mapping.
  const fed = code === SESSION_ATTENDANCES || isFedOn(code, chart);
  const share = code === REGULAR_SHARE ? shareOf(chart) : null;
  const { years } = countedYears(code, fed, chart);
  // A person of one year may be the same as one of the next, so people are never added over years.
  const addable = !chart.rule.parameters.mapping.some((line) => line.measure === code && line.unique === 'year');
  return {
    code,
    name,
    nameEn,
    unit,
    note,
    noData: !fed && !share,
    says: fed || share ? null : (code === REGULAR_SHARE ? NO_POPULATION : NO_DATA)[chart.language],
    share,
    year: (fed && years.at(-1)) || null,
    unnamed: addable ? unnamedOf(code, chart) : null,
    total: fed && addable ? years.reduce((sum, { value }) => sum + (value ?? 0), 0) : null,
  };
}

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
  reported: null,
  adjusted: null,
});

/** Months beside what was reported of them; one that came to nothing since it was reported is there, too. */
function withLocked(months: readonly FigurePart[], reported: ReadonlyMap<string, number>): FigurePartView[] {
  const gone = [...reported].filter(([month, was]) => was !== 0 && !months.some(({ key }) => key === month));
  const nothing = { dimension: 'month' as const, name: null, name_en: null, provisional: 0, confirmed: 0 };
  return [...months, ...gone.map(([key]) => ({ ...nothing, key }))]
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map((month) => {
      const [view, was] = [partView(month), reported.get(month.key)];
      return was === undefined ? view : { ...view, reported: was, adjusted: view.total - was };
    });
}
