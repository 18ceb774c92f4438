import {
  ADJUSTMENT_STATES,
  type AdjustmentState,
  LEDGER_STATUSES,
  type LedgerStatus,
  PERIOD_STATES,
  type PeriodState,
} from '#contracts';
import {
  Day,
  Id,
  ListOf,
  Moment,
  Month,
  MOST_SCANS_OF_ONE,
  Nested,
  OneOf,
  PageQuery,
  ScanView,
  Text,
  WholeNumber,
} from '#core';
import { RuleStampView } from '../participation.dto.js';

const COUNT = { min: -1_000_000_000, max: 1_000_000_000 };

/** What one indicator or measure comes to in a period. */
export class PeriodFigureView {
  @Text({ max: 60 })
  measure!: string;

  @WholeNumber({ ...COUNT, nullable: true, description: '上报数: as it was locked; null before. Never recomputed.' })
  reported!: number | null;

  @WholeNumber({ ...COUNT, nullable: true, description: '更正数: what has changed since; null before the lock.' })
  adjusted!: number | null;

  @WholeNumber({ ...COUNT, description: '现值: what the ledger says now.' })
  present!: number;

  @WholeNumber({ ...COUNT, description: 'Of the present value, what is not confirmed yet.' })
  provisional!: number;
}

/** One of the three who answer for a period. */
export class PeriodStepView {
  @Text({ max: 100 })
  name!: string;

  @Moment()
  at!: string;
}

export class PeriodReturnView extends PeriodStepView {
  @Text({ max: 300 })
  reason!: string;
}

export class PeriodView {
  @Month()
  month!: string;

  @OneOf(PERIOD_STATES)
  state!: PeriodState;

  @Nested(() => PeriodStepView, { nullable: true, description: '填报' })
  submitted!: PeriodStepView | null;

  @Nested(() => PeriodStepView, { nullable: true, description: '审核' })
  reviewed!: PeriodStepView | null;

  @Nested(() => PeriodStepView, { nullable: true, description: '签发' })
  signed!: PeriodStepView | null;

  @Text({ max: 100, nullable: true, description: '文号 of the signed report.' })
  documentNumber!: string | null;

  @Nested(() => PeriodReturnView, { nullable: true, description: 'When and why it was last returned.' })
  returned!: PeriodReturnView | null;

  @ListOf(() => PeriodFigureView, { max: 100 })
  figures!: PeriodFigureView[];

  @WholeNumber({ min: 0, max: 1_000_000_000, description: 'Adjustments of it that wait.' })
  adjustments!: number;

  @WholeNumber({ min: 1, max: 1_000_000_000 })
  version!: number;
}

export class PeriodDetailView extends PeriodView {
  @ListOf(() => RuleStampView, { max: 100, description: 'Versions of the rules behind what was reported.' })
  rules!: RuleStampView[];

  @Text({ max: 20, nullable: true, description: 'The last ledger entry behind what was reported.' })
  lastEntryId!: string | null;

  @ListOf(() => ScanView, {
    max: MOST_SCANS_OF_ONE,
    description: 'Scans of the printed, signed and sealed figures: the last one, then those before it.',
  })
  scans!: ScanView[];
}

export class SignPeriodRequest {
  @Text({ max: 100, description: '文号 of the report that is printed, signed and sealed.' })
  documentNumber!: string;
}

export class ReturnPeriodRequest {
  @Text({ max: 300 })
  reason!: string;
}

export class AdjustmentsQuery extends PageQuery {
  @OneOf(ADJUSTMENT_STATES, { optional: true })
  state?: AdjustmentState;

  @Month({ optional: true })
  month?: string;
}

/** An entry that an adjustment takes back or puts in. */
export class AdjustmentEntryView {
  @Text({ max: 60 })
  measure!: string;

  @WholeNumber({ min: -1, max: 1 })
  amount!: number;

  @OneOf(LEDGER_STATUSES)
  status!: LedgerStatus;

  @Day()
  countedOn!: string;

  @Text({ max: 20, nullable: true, description: 'The original entry that is taken back.' })
  reverses!: string | null;

  @Id({ nullable: true, description: 'Null where it stands on an imported record.' })
  enrollmentId!: string | null;

  @Id({ nullable: true })
  classId!: string | null;

  @Id({ nullable: true })
  recordId!: string | null;

  @Text({ max: 200, description: 'The class, or what the imported row calls the training or the degree.' })
  className!: string;

  @Text({ max: 200, nullable: true })
  classNameEn!: string | null;
}

export class AdjustmentView {
  @Id()
  id!: string;

  @Month()
  month!: string;

  @OneOf(ADJUSTMENT_STATES)
  state!: AdjustmentState;

  @Text({ max: 100, description: 'Masked: the bureau needs no names.' })
  residentName!: string;

  @ListOf(() => AdjustmentEntryView, { max: 1_000 })
  entries!: AdjustmentEntryView[];

  @Moment()
  proposedAt!: string;

  @Nested(() => PeriodReturnView, { nullable: true, description: 'Who asked for it, when and why.' })
  asked!: PeriodReturnView | null;

  @Nested(() => PeriodStepView, { nullable: true })
  decided!: PeriodStepView | null;

  @Text({ max: 300, nullable: true, description: 'Why it was declined.' })
  declinedBecause!: string | null;

  @WholeNumber({ min: 1, max: 1_000_000_000 })
  version!: number;
}

export class AdjustmentReasonRequest {
  @Text({ max: 300 })
  reason!: string;
}
