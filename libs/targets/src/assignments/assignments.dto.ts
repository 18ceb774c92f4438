import { ApiProperty } from '@nestjs/swagger';
import { Decimal, Id, ListOf, Moment, Nested, OneOf, QueryNumber, RegionCode, Text, WholeNumber } from '#core';
import { PLAN_ENDS, PLAN_STARTS } from '../wall-chart/wall-chart.rules.js';

const YEAR = { min: PLAN_STARTS, max: PLAN_ENDS };
const DOCUMENT_NUMBER = { max: 100, nullable: true, description: '文号 of the paper that assigned it.' };
const MANY = 100_000_000;

export const ASSIGNEE_KINDS = ['district', 'township', 'organisation'] as const;
/** To whom something is assigned: the whole district, a township, an organisation. */
export type AssigneeKind = (typeof ASSIGNEE_KINDS)[number];

export class AssignmentsQuery {
  @QueryNumber(YEAR)
  year!: number;
}

/** What somebody is to reach in a year. Assigning it again replaces it. */
export class AssignmentRequest {
  @WholeNumber(YEAR)
  year!: number;

  @RegionCode({ optional: true, description: 'A township; left out with organisationId for the whole district.' })
  regionCode?: string;

  @Id({ optional: true })
  organisationId?: string;

  @Decimal({ min: 0, max: MANY, decimals: 2 })
  value!: number;

  @Text({ ...DOCUMENT_NUMBER, optional: true })
  documentNumber?: string | null;
}

export class AssignmentView {
  @Id({ nullable: true, description: 'Null where nothing is assigned.' })
  id!: string | null;

  @OneOf(ASSIGNEE_KINDS)
  kind!: AssigneeKind;

  @Text({ max: 40, nullable: true, description: 'Division code, or id of the organisation; null: the district.' })
  key!: string | null;

  @Text({ max: 200, nullable: true })
  name!: string | null;

  @Text({ max: 200, nullable: true })
  nameEn!: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'What is assigned; null where nothing is.' })
  assigned!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'What was reached in the year; null: not known by parts.' })
  actual!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Percent of what is assigned, one decimal (完成率).' })
  completion!: number | null;

  @Text(DOCUMENT_NUMBER)
  documentNumber!: string | null;

  @Moment({ nullable: true })
  assignedAt!: string | null;

  @WholeNumber({ min: 0, max: 1_000_000_000, description: '0 where nothing is assigned.' })
  version!: number;
}

/** A year's targets, split (年度任务分解). */
export class AssignmentsView {
  @WholeNumber(YEAR)
  year!: number;

  @Nested(() => AssignmentView)
  district!: AssignmentView;

  @ListOf(() => AssignmentView, { max: 1000, description: 'Every township, and those organisations that have a part.' })
  parts!: AssignmentView[];

  @ApiProperty({ type: Number, description: 'What is assigned to the townships together.' })
  assignedToTownships!: number;

  @ApiProperty({ type: Number, description: 'What is assigned to the organisations together.' })
  assignedToOrganisations!: number;
}
