import { ApiProperty } from '@nestjs/swagger';
import {
  Day,
  Decimal,
  Id,
  ListOf,
  Moment,
  MOST_SCANS_OF_ONE,
  OneOf,
  PageQuery,
  ScanView,
  Text,
  WholeNumber,
  YesNo,
} from '#core';
import { FIGURE_STATES, type FigureState } from '../registers/registers.rules.js';

const MANY = 100_000_000;
const DEPARTMENT = { max: 100, description: 'The department whose figure it is.' };
const EVIDENCE = { max: 500, description: 'The paper, table or system it is taken from, with its number.' };

/** A figure that the department which answers for an indicator reports. */
export class ReportFigureRequest {
  @Day({ description: 'The day it describes; a figure of the end of a year is of 31 December.' })
  asOf!: string;

  @Decimal({
    min: 0,
    max: MANY,
    decimals: 4,
    optional: true,
    description: 'Left out where part and whole give a share.',
  })
  value?: number;

  @WholeNumber({ min: 0, max: MANY, optional: true, description: 'Of a share: how many of the whole.' })
  part?: number;

  @WholeNumber({ min: 1, max: MANY, optional: true, description: 'Of a share: the whole.' })
  whole?: number;

  @Text(DEPARTMENT)
  department!: string;

  @Text(EVIDENCE)
  evidence!: string;

  @Text({ max: 500, optional: true, description: 'Why it takes the place of the figure that stands for that day.' })
  because?: string;
}

export class ReportedFiguresQuery extends PageQuery {
  @OneOf(FIGURE_STATES, { optional: true, description: 'Only those that stand so; `reported` waits for a review.' })
  state?: FigureState;
}

export class ReportedFigureView {
  @Id()
  id!: string;

  @Text({ max: 100 })
  indicatorCode!: string;

  @Day()
  asOf!: string;

  @ApiProperty({ type: Number })
  value!: number;

  @WholeNumber({ min: 0, max: MANY, nullable: true })
  part!: number | null;

  @WholeNumber({ min: 1, max: MANY, nullable: true })
  whole!: number | null;

  @Text(DEPARTMENT)
  department!: string;

  @Text(EVIDENCE)
  evidence!: string;

  @Id({ nullable: true, description: 'The figure of the same day whose place it took.' })
  replacesId!: string | null;

  @Text({ max: 500, nullable: true })
  replacedBecause!: string | null;

  @YesNo({ description: 'Whether another one has taken its place.' })
  replaced!: boolean;

  @Text({ max: 100 })
  reportedBy!: string;

  @Moment()
  reportedAt!: string;

  @OneOf(FIGURE_STATES, { description: 'It counts once the bureau has accepted it.' })
  state!: FigureState;

  @Text({ max: 100, nullable: true, description: 'Null: not yet, or it is of before figures were reviewed.' })
  reviewedBy!: string | null;

  @Moment({ nullable: true })
  reviewedAt!: string | null;

  @Text({ max: 500, nullable: true })
  returnedBecause!: string | null;

  @YesNo({ description: 'The caller reported it, and so may not review it.' })
  reportedByCaller!: boolean;

  @ListOf(() => ScanView, {
    max: MOST_SCANS_OF_ONE,
    description: 'Scans of its paper: the last one, then those before it.',
  })
  scans!: ScanView[];
}

/** Why a reported figure is returned. */
export class ReturnFigureRequest {
  @Text({ max: 500, min: 2 })
  reason!: string;
}
