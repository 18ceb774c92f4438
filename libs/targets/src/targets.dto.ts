import { ApiProperty } from '@nestjs/swagger';
import { PLATE_KINDS, type PlateKind, PROGRAMME_KINDS, type ProgrammeKind } from '#contracts';
import { Day, ListOf, Moment, Nested, OneOf, PageQuery, RegionCode, Text, WholeNumber, YesNo } from '#core';
import { RuleStampView } from '#participation';
import type { CoverageLevel } from './coverage.rules.js';
import { type Basis, type Light, LIGHTS } from './wall-chart.rules.js';

const MEASURES = ['counted', 'coverage', 'register', 'reported'] as const;
const BASES = ['cumulative', 'annual_mean', 'year_end'] as const;
const DISPLAYS = ['number', 'pass_fail'] as const;
const LEVELS = ['township', 'village'] as const;
const LISTING_STATES = ['unlisted', 'listed', 'active'] as const;

const MANY = 1_000_000_000;
/** A count in a view. */
const Count = (description?: string) => WholeNumber({ min: 0, max: MANY, description });
/** A figure in a view, which may have decimals; null where there is none. */
const Figure = (description: string) => ApiProperty({ type: Number, nullable: true, description });

/** Which day the chart is of. */
export class WallChartQuery {
  @Day({ optional: true, description: 'The day of the plan line; today where it is left out.' })
  on?: string;
}

/** Which regions are asked for. */
export class CoverageQuery extends PageQuery {
  @OneOf(PLATE_KINDS, { name: 'PlateKind' })
  plateKind!: PlateKind;

  @OneOf(LEVELS)
  level!: CoverageLevel;

  @Day({ optional: true, description: 'Its year says which regions count; what they amount to is always the present.' })
  on?: string;
}

/** Which regions are to become active next. */
export class NextCoverageQuery extends PageQuery {
  @OneOf(PLATE_KINDS, { name: 'PlateKind' })
  plateKind!: PlateKind;

  @OneOf(LEVELS)
  level!: CoverageLevel;
}

/** What the plan says of an indicator, and which of it is our reading. */
export class IndicatorView {
  @Text({ max: 100 })
  code!: string;

  @Text({ max: 200 })
  name!: string;

  @Text({ max: 200 })
  nameEn!: string;

  @Text({ max: 20, min: 0, description: 'May be empty: a title has no unit.' })
  unit!: string;

  @OneOf(MEASURES, { description: 'Where the figure comes from: ledger, teaching points, a register, a report.' })
  measure!: (typeof MEASURES)[number];

  @OneOf(BASES, { description: '累计, 年均 or 年末.' })
  basis!: Basis;

  @Text({ max: 100, description: 'Where the plan says it.' })
  section!: string;

  @Text({ max: 100, description: 'The department that answers for it.' })
  owner!: string;

  @ApiProperty({ type: [String], description: 'Departments that share in it.' })
  partners!: string[];

  @Text({ max: 200, nullable: true, description: "The plan's own weakening words." })
  qualifier!: string | null;

  @OneOf(DISPLAYS, { description: 'pass_fail is shown as 通过/未通过.' })
  display!: (typeof DISPLAYS)[number];

  @ApiProperty({
    type: [String],
    description: 'Which of measure, basis, owner are our reading until the bureau signs.',
  })
  inferred!: string[];
}

export class TargetView {
  @WholeNumber({ min: 2000, max: 2100 })
  year!: number;

  @ApiProperty({ type: Number })
  value!: number;

  @WholeNumber({
    min: 2000,
    max: 2100,
    nullable: true,
    description: 'The year it was set for, where this year has none and carries it (rule 17).',
  })
  carriedFrom!: number | null;
}

/** 上报数, 更正数, 现值 of locked months; they stand beside each other and are never added. */
export class LockedValueView {
  @Text({ max: 7, description: 'The last locked month of these, YYYY-MM.' })
  through!: string;

  @ApiProperty({ type: Number, description: '上报数: as the months were locked. Never recomputed.' })
  reported!: number;

  @ApiProperty({ type: Number, description: '更正数: posted since.' })
  adjusted!: number;

  @ApiProperty({ type: Number, description: '现值: what the ledger says of these months now.' })
  present!: number;
}

export class YearFigureView {
  @WholeNumber({ min: 2000, max: 2100 })
  year!: number;

  @YesNo({ description: 'Whether nothing is known of this year: the ledger begins later.' })
  noData!: boolean;

  @YesNo({ description: 'Whether the year is the one of the day asked for, and not yet a full one.' })
  running!: boolean;

  @Figure('Everything that counts: the ledger, opening figures and sealed totals.')
  value!: number | null;

  @Figure('已达标·预计.')
  provisional!: number | null;

  @Figure('已确认.')
  confirmed!: number | null;

  @Figure('期初数: reported of the time before the platform; opens to its document and to no entry (rule 14).')
  opening!: number | null;

  @Figure('汇总数, 未查重: sealed by departments without names (rule 9).')
  sealed!: number | null;

  @Nested(() => LockedValueView, { nullable: true, description: 'Of its locked months; null where none is.' })
  locked!: LockedValueView | null;
}

/** What the classes already scheduled are expected to add by the end of the year. */
export class ForecastView {
  @ApiProperty({ type: Number, description: 'The present figure and what is expected; of a yearly mean, the year.' })
  value!: number;

  @Count('Person-times expected from the scheduled classes.')
  expected!: number;

  @Count('Scheduled classes that add to it.')
  classes!: number;

  @ApiProperty({ type: Number, description: 'Percent of the seats that were taken in the classes of the past year.' })
  fillPercent!: number;

  @ApiProperty({ type: Number, description: 'Percent of those who held a seat in them who counted.' })
  countedPercent!: number;

  @Count('How many classes of the past year it goes by.')
  pastClasses!: number;

  @Moment()
  computedAt!: string;
}

/** An indicator against the plan line. */
export class ChartIndicatorView extends IndicatorView {
  @Nested(() => TargetView, { nullable: true, description: 'What the year is held to, else the next one to come.' })
  target!: TargetView | null;

  @YesNo({ description: 'Whether nothing feeds this figure yet; then `actual` is null and never 0.' })
  noData!: boolean;

  @Figure(
    'The sum of all bands that count. Cumulative: from 2023 on. Yearly mean: of the full years elapsed. Coverage: percent of the judged number.',
  )
  actual!: number | null;

  @Text({ max: 200, nullable: true, description: 'Why there is no figure, in words.' })
  says!: string | null;

  @Figure('Of the person-times from 2023 on, those still provisional.')
  provisional!: number | null;

  @Figure('Of the person-times from 2023 on, those confirmed.')
  confirmed!: number | null;

  @Figure('期初数 from 2023 on: a band of its own beside the ledger.')
  opening!: number | null;

  @Figure('汇总数 from 2023 on, 未查重: a band of its own beside the ledger.')
  sealed!: number | null;

  @Nested(() => LockedValueView, { nullable: true, description: 'Of a counted indicator, its locked months.' })
  locked!: LockedValueView | null;

  @ListOf(() => YearFigureView, { max: 100, description: 'Of a counted indicator, the single years.' })
  years!: YearFigureView[];

  @Figure('Of coverage: regions whose plates are in the judged state.')
  n!: number | null;

  @Figure('Of coverage: regions that make up the denominator.')
  d!: number | null;

  @Figure('Of coverage: regions with a plate of the kind (已挂牌).')
  listed!: number | null;

  @Figure('Of coverage: regions whose plate is in regular use (常态开课, rule 16).')
  active!: number | null;

  @OneOf(['listed', 'active'], { nullable: true, description: 'Of coverage: which of the two is judged in this year.' })
  judged!: 'listed' | 'active' | null;

  @Figure('Where the plan wants it to be on this day: the straight line, until targets are assigned (rule 18).')
  planned!: number | null;

  @Figure('Actual less planned. A yearly mean without a full year is held by its running year.')
  gap!: number | null;

  @ApiProperty({ type: Boolean, nullable: true, description: 'Whether the target is reached; null without data.' })
  met!: boolean | null;

  @OneOf(LIGHTS)
  light!: Light;

  @Text({ max: 200, description: 'What the light means.' })
  lightMeaning!: string;

  @Nested(() => ForecastView, {
    nullable: true,
    description:
      'Of a counted indicator on the present day; null where no class of the past year tells how it will go.',
  })
  forecast!: ForecastView | null;

  @Moment({ nullable: true, description: 'Up to when what happened is in the figure.' })
  freshAt!: string | null;
}

/** A share of people, with what it is taken from. */
export class RegularShareView {
  @ApiProperty({ type: Number, description: 'Percent, one decimal.' })
  value!: number;

  @Count('Elderly residents of the counted villages who came regularly.')
  people!: number;

  @Count('Residents of 60 and over in the counted villages.')
  residents!: number;

  @Count('Came regularly, too, and live elsewhere or nobody knows where; in neither number.')
  others!: number;

  @Count('Villages of the district.')
  villages!: number;

  @Count('Villages of which the number of residents of 60 and over is known.')
  villagesCounted!: number;

  @Count('On so many different days of the trailing months, of the counting rules.')
  days!: number;

  @Moment()
  computedAt!: string;
}

/** 未实名 of a year up to the chart's day: shown beside the figure and not in it (counting rule 10). */
export class UnnamedView {
  @OneOf(PROGRAMME_KINDS)
  programmeKind!: ProgrammeKind;

  @Count('Sessions with a headcount.')
  sessions!: number;

  @Count('Heads whose names nobody took.')
  headcount!: number;
}

/** A figure beside the indicators. It has no target and is never added to another. */
export class ChartMeasureView {
  @Text({ max: 100 })
  code!: string;

  @Text({ max: 200 })
  name!: string;

  @Text({ max: 200 })
  nameEn!: string;

  @Text({ max: 20 })
  unit!: string;

  @Text({ max: 500, nullable: true })
  note!: string | null;

  @YesNo()
  noData!: boolean;

  @Text({ max: 200, nullable: true })
  says!: string | null;

  @Nested(() => YearFigureView, { nullable: true, description: 'Of the running year.' })
  year!: YearFigureView | null;

  @Nested(() => RegularShareView, { nullable: true, description: 'Of the share of the elderly who come regularly.' })
  share!: RegularShareView | null;

  @Nested(() => UnnamedView, {
    nullable: true,
    description: 'Who came in the running year without a name; in no figure. Null where nobody did.',
  })
  unnamed!: UnnamedView | null;

  @Figure('From 2023 on; null where years cannot be added, as with people.')
  total!: number | null;
}

/** The board of all indicators against the plan line (挂图作战, 对表). */
export class WallChartView {
  @Day()
  on!: string;

  @Text({ max: 7, description: 'Person-times counted on days up to the end of this month are in: YYYY-MM.' })
  countedThrough!: string;

  @Text({ max: 7, nullable: true, description: 'The first month of the ledger; nothing is known of earlier ones yet.' })
  ledgerBegins!: string | null;

  @Nested(() => RuleStampView)
  rule!: RuleStampView;

  @ListOf(() => ChartIndicatorView, { max: 100 })
  indicators!: ChartIndicatorView[];

  @ListOf(() => ChartMeasureView, { max: 100 })
  measures!: ChartMeasureView[];
}

export class YearlyTargetView {
  @WholeNumber({ min: 2000, max: 2100 })
  year!: number;

  @ApiProperty({ type: Number })
  value!: number;
}

export class PlannedIndicatorView extends IndicatorView {
  @ListOf(() => YearlyTargetView, { max: 100 })
  targets!: YearlyTargetView[];
}

export class FigurePartView {
  @Text({ max: 40, description: 'Division code of the township, id of the organisation, or YYYY-MM.' })
  key!: string;

  @Text({ max: 200, nullable: true })
  name!: string | null;

  @Text({ max: 200, nullable: true })
  nameEn!: string | null;

  @ApiProperty({ type: Number })
  provisional!: number;

  @ApiProperty({ type: Number })
  confirmed!: number;

  @ApiProperty({ type: Number, description: 'Of a month 现值.' })
  total!: number;

  @Figure('Of a locked month 上报数, as it was locked; else null.')
  reported!: number | null;

  @Figure('Of a locked month 更正数, posted since; else null.')
  adjusted!: number | null;
}

export class StatusFigureView {
  @ApiProperty({ type: Number, description: '已达标·预计' })
  provisional!: number;

  @ApiProperty({ type: Number, description: '已确认' })
  confirmed!: number;
}

/** An indicator with all its targets; what is counted, taken apart. */
export class IndicatorDetailView extends PlannedIndicatorView {
  @YesNo()
  noData!: boolean;

  @Text({ max: 200, nullable: true })
  says!: string | null;

  @Nested(() => StatusFigureView, { nullable: true, description: 'From 2023 on, of a counted indicator.' })
  byStatus!: StatusFigureView | null;

  @ListOf(() => FigurePartView, { max: 1000 })
  byTownship!: FigurePartView[];

  @ListOf(() => FigurePartView, { max: 1000 })
  byOrganisation!: FigurePartView[];

  @ListOf(() => FigurePartView, { max: 1000 })
  byMonth!: FigurePartView[];
}

/** What a township's or village's plates of a kind amount to in the trailing 12 months (rule 16). */
export class RegionCoverageView {
  @OneOf(PLATE_KINDS)
  plateKind!: PlateKind;

  @RegionCode()
  code!: string;

  @Text({ max: 200 })
  name!: string;

  @Text({ max: 200 })
  shortName!: string;

  @Text({ max: 200, nullable: true })
  nameEn!: string | null;

  @RegionCode({ nullable: true })
  parentCode!: string | null;

  @OneOf(LISTING_STATES, { description: '未挂牌, 已挂牌, 常态开课.' })
  state!: (typeof LISTING_STATES)[number];

  @Count()
  classes!: number;

  @Count('Sessions held.')
  sessions!: number;

  @Count('Different days with a session.')
  days!: number;

  @ApiProperty({ type: Number, description: 'Class hours of 45 minutes held.' })
  classHours!: number;

  @Count('Different elderly residents who attended at least once.')
  people!: number;

  @Count('Those of them who live in the township.')
  peopleOfTownship!: number;

  @Count('How many the rule demands.')
  peopleNeeded!: number;

  @Figure('Residents of 60 and over who live there; null where nobody has entered it.')
  residentsOfAge!: number | null;

  @Day({ nullable: true, description: 'Where it is active: when it falls dormant unless something is held before.' })
  lapsesOn!: string | null;

  @YesNo({ description: 'Whether that day is near (临近断档).' })
  lapsing!: boolean;

  @Count('Sessions that would have to be held for it to be active.')
  sessionsMissing!: number;

  @Count('Residents of the age who would have to come.')
  peopleMissing!: number;

  @ApiProperty({ type: [String], description: 'What is missing, in words; empty where it is active.' })
  missing!: string[];

  @Moment({ nullable: true })
  computedAt!: string | null;
}
