import { ApiProperty } from '@nestjs/swagger';
import { Day, Decimal, Id, Moment, Text, WholeNumber, YesNo } from '#core';

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
}
