import { Day, Id, Nested, OneOf, PageQuery, QueryNumber, Text, WholeNumber } from '#core';
import {
  FIRST_YEAR,
  OPENING_MEASURES,
  OPENING_STATES,
  type OpeningMeasure,
  type OpeningState,
  SEALED_STATES,
  type SealedState,
} from './opening-figures.rules.js';
import { PeriodStepView } from '../periods/periods.dto.js';

const VALUE = { min: 0, max: 100_000_000, description: 'Person-times; of people, people.' };
const DEPARTMENT = { max: 100, description: 'A department or provider that is no organisation of the platform.' };
const DOCUMENT = { max: 100, description: '文号 of the paper that says it.' };
const REASON = { max: 300 };
const LIST = { max: 200, description: 'The named list in its place: number of the import batch, or of the paper.' };
const PERIOD = { max: 7, description: 'A year (YYYY) or a month (YYYY-MM).' };
const YEAR = { min: FIRST_YEAR, max: 2100 };
const SCAN = { nullable: true, description: 'The scanned paper.' };

/* Settings of the counting */

export class CountingSettingsView {
  @Day({
    nullable: true,
    description: '启用日期: the first day that the ledger counts. What was over before is held by opening figures.',
  })
  cutOverOn!: string | null;

  @Text({ ...DOCUMENT, nullable: true })
  documentNumber!: string | null;

  @Nested(() => PeriodStepView, { nullable: true })
  set!: PeriodStepView | null;

  @WholeNumber({ min: 1, max: 1_000_000_000 })
  version!: number;
}

export class SetCutOverRequest {
  @Day()
  cutOverOn!: string;

  @Text(DOCUMENT)
  documentNumber!: string;
}

/* Opening figures */

export class OpeningFiguresQuery extends PageQuery {
  @OneOf(OPENING_MEASURES, { optional: true })
  measure?: OpeningMeasure;

  @QueryNumber({ ...YEAR, optional: true })
  year?: number;

  @OneOf(OPENING_STATES, { optional: true })
  state?: OpeningState;
}

export class DraftOpeningFigureRequest {
  @OneOf(OPENING_MEASURES, { description: 'Code of the indicator or measure.' })
  measure!: OpeningMeasure;

  @WholeNumber(YEAR)
  year!: number;

  @Id({ optional: true, nullable: true, description: 'Whose figure it is; else a department.' })
  organisationId?: string | null;

  @Text({ ...DEPARTMENT, optional: true, nullable: true })
  department?: string | null;

  @WholeNumber(VALUE)
  value!: number;

  @Text(DOCUMENT)
  documentNumber!: string;
}

/** A new figure that takes the place of one that counts, once it is signed. */
export class CorrectOpeningFigureRequest {
  @WholeNumber(VALUE)
  value!: number;

  @Text(DOCUMENT)
  documentNumber!: string;

  @Text(REASON)
  reason!: string;
}

export class EndFigureRequest {
  @Text(REASON)
  reason!: string;
}

export class ReplaceByListRequest {
  @Text(LIST)
  list!: string;

  @Text(REASON)
  reason!: string;
}

/** Why something counts no longer. */
export class EndedView extends PeriodStepView {
  @Text(REASON)
  reason!: string;

  @Text({ ...LIST, nullable: true })
  list!: string | null;
}

export class OpeningFigureView {
  @Id()
  id!: string;

  @OneOf(OPENING_MEASURES)
  measure!: OpeningMeasure;

  @WholeNumber(YEAR)
  year!: number;

  @Id({ nullable: true })
  organisationId!: string | null;

  @Text({ max: 200, description: 'Name of the organisation or department.' })
  ofName!: string;

  @Text({ max: 200, nullable: true })
  ofNameEn!: string | null;

  @WholeNumber(VALUE)
  value!: number;

  @Text(DOCUMENT)
  documentNumber!: string;

  @Id(SCAN)
  scanId!: string | null;

  @OneOf(OPENING_STATES, { description: '待审核, 待签发, 计入, 已被替换, 已撤回. It counts while it is signed.' })
  state!: OpeningState;

  @Nested(() => PeriodStepView, { description: '填报' })
  drafted!: PeriodStepView;

  @Nested(() => PeriodStepView, { nullable: true, description: '审核' })
  reviewed!: PeriodStepView | null;

  @Nested(() => PeriodStepView, { nullable: true, description: '签发' })
  signed!: PeriodStepView | null;

  @Id({ nullable: true, description: 'The figure whose place it takes, or took.' })
  correctsId!: string | null;

  @Text({ ...REASON, nullable: true })
  correctsBecause!: string | null;

  @Id({ nullable: true, description: 'The figure that took its place.' })
  correctedById!: string | null;

  @Nested(() => EndedView, { nullable: true, description: 'Who replaced or withdrew it.' })
  ended!: EndedView | null;

  @WholeNumber({ min: 1, max: 1_000_000_000 })
  version!: number;
}

/* Sealed totals */

export class SealedTotalsQuery extends PageQuery {
  @OneOf(SEALED_STATES, { optional: true })
  state?: SealedState;
}

export class RecordSealedTotalRequest {
  @Text(DEPARTMENT)
  department!: string;

  @Text(PERIOD)
  period!: string;

  @WholeNumber(VALUE)
  value!: number;

  @Text(DOCUMENT)
  documentNumber!: string;

  @Day({ description: 'The day on which the department sealed it.' })
  sealedOn!: string;
}

export class SealedTotalView {
  @Id()
  id!: string;

  @Text(DEPARTMENT)
  department!: string;

  @Text(PERIOD)
  period!: string;

  @WholeNumber(VALUE)
  value!: number;

  @Text(DOCUMENT)
  documentNumber!: string;

  @Day()
  sealedOn!: string;

  @Id(SCAN)
  scanId!: string | null;

  @OneOf(SEALED_STATES, { description: '计入(未查重), 已被名单替换, 已撤回.' })
  state!: SealedState;

  @Nested(() => PeriodStepView)
  recorded!: PeriodStepView;

  @Nested(() => EndedView, { nullable: true })
  ended!: EndedView | null;

  @WholeNumber({ min: 1, max: 1_000_000_000 })
  version!: number;
}
