import { ApiProperty } from '@nestjs/swagger';
import { PROGRAMME_KINDS, type ProgrammeKind } from '#contracts';
import { Day, ListOf, Moment, Nested, OneOf, Text, WholeNumber, YesNo } from '#core';
import { RuleStampView } from '#participation';
import { Count, Figure } from './figure.fields.js';
import { IndicatorView, TargetView } from '../indicators.dto.js';
import { type Light, LIGHTS } from './wall-chart.rules.js';

/** Which day the chart is of. */
export class WallChartQuery {
  @Day({ optional: true, description: 'The day of the plan line; today where it is left out.' })
  on?: string;
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
  @ApiProperty({
    type: Number,
    description: 'What the figure is expected to be at the end of the year; of a yearly mean, the mean.',
  })
  value!: number;

  @ApiProperty({
    type: Number,
    description:
      'The present figure and what is expected, before a mean is taken; of a yearly mean, of this year alone.',
  })
  ofYear!: number;

  @WholeNumber({
    min: 1,
    max: 100,
    nullable: true,
    description: 'Of how many years the value is the mean; null where it is none.',
  })
  meanOf!: number | null;

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
