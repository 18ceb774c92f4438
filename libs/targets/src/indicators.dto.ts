import { ApiProperty } from '@nestjs/swagger';
import { ListOf, Nested, OneOf, QueryNumber, Text, WholeNumber, YesNo } from '#core';
import { Figure } from './wall-chart/figure.fields.js';
import type { Basis } from './wall-chart/wall-chart.rules.js';

const MEASURES = ['counted', 'coverage', 'register', 'reported'] as const;
const BASES = ['cumulative', 'annual_mean', 'year_end'] as const;
const DISPLAYS = ['number', 'pass_fail'] as const;

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
  @Text({
    max: 40,
    description:
      'Division code of the township (of the district, what is of no township), id of the organisation, YYYY-MM, kind of class, or group of residents and who says so, such as farmer.certified.',
  })
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

/** Of which year a measure is taken apart. */
export class MeasureQuery {
  @QueryNumber({ min: 2023, max: 2100, optional: true, description: 'The present one where it is left out.' })
  year?: number;
}

/** A figure beside the indicators in a year, taken apart. */
export class MeasureDetailView {
  @Text({ max: 100 })
  code!: string;

  @Text({ max: 200 })
  name!: string;

  @Text({ max: 200 })
  nameEn!: string;

  @Text({ max: 20 })
  unit!: string;

  @WholeNumber({ min: 2000, max: 2100 })
  year!: number;

  @Nested(() => StatusFigureView, { description: 'What the ledger holds of the year.' })
  byStatus!: StatusFigureView;

  @ListOf(() => FigurePartView, { max: 1000 })
  byTownship!: FigurePartView[];

  @ListOf(() => FigurePartView, { max: 1000 })
  byOrganisation!: FigurePartView[];

  @ListOf(() => FigurePartView, { max: 1000 })
  byMonth!: FigurePartView[];

  @ListOf(() => FigurePartView, { max: 100 })
  byKind!: FigurePartView[];

  @ListOf(() => FigurePartView, { max: 100, description: 'Of session attendances nothing: no group is kept of them.' })
  byGroup!: FigurePartView[];
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

  @ListOf(() => FigurePartView, { max: 100 })
  byKind!: FigurePartView[];

  @ListOf(() => FigurePartView, {
    max: 100,
    description: 'By group of residents. Who belongs to several is in each, who to none in none; never added up.',
  })
  byGroup!: FigurePartView[];
}
