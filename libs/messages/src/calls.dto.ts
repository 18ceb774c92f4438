import { Id, ListOf, Moment, Nested, OneOf, PageQuery, Text, WholeNumber, YesNo } from '#core';
import {
  CALL_CLOSINGS,
  CALL_OUTCOMES,
  CALL_REASONS,
  CALL_STATES,
  type CallClosing,
  type CallOutcome,
  type CallReason,
  type CallState,
  SEAT_ANSWERS,
  type SeatAnswer,
} from '#contracts';

export class CallTasksQuery extends PageQuery {
  @OneOf(CALL_STATES, { optional: true, description: 'Without it: open.' })
  state?: CallState;

  @OneOf(CALL_REASONS, { optional: true })
  reason?: CallReason;

  @Moment({ optional: true, description: 'Only those due by then.' })
  dueBy?: string;

  @Text({ max: 100, optional: true, description: 'Only those about classes with this in their name.' })
  className?: string;
}

/** Somebody to call, as in the list: enough to choose by, and not the number. */
export class CallTaskView {
  @Id()
  id!: string;

  @OneOf(CALL_REASONS)
  reason!: CallReason;

  @OneOf(CALL_STATES)
  state!: CallState;

  @Id()
  residentId!: string;

  @Text({ max: 100 })
  residentName!: string;

  @Text({ max: 20, nullable: true, description: 'With its middle hidden; null where there is none.' })
  maskedPhone!: string | null;

  @Text({ max: 200, description: 'What it is about.' })
  className!: string;

  @Text({ max: 200, nullable: true })
  classNameEn!: string | null;

  @Id({ nullable: true })
  enrollmentId!: string | null;

  @Moment({ description: 'By when somebody should have called.' })
  dueAt!: string;

  @Moment({ nullable: true, description: 'After it the call helps no more.' })
  deadline!: string | null;

  @WholeNumber({ min: 0, max: 10_000 })
  attempts!: number;

  @OneOf(CALL_OUTCOMES, { nullable: true, description: 'Of the last attempt.' })
  lastOutcome!: CallOutcome | null;

  @Moment({ nullable: true })
  lastAttemptAt!: string | null;

  @OneOf(CALL_CLOSINGS, { nullable: true })
  closedBecause!: CallClosing | null;

  @WholeNumber({ min: 1, max: 1_000_000_000 })
  version!: number;
}

export class CallCountsView {
  @WholeNumber({ min: 0, max: 1_000_000_000, description: 'To be called by now.' })
  due!: number;

  @WholeNumber({ min: 0, max: 1_000_000_000 })
  open!: number;
}

/** The same in both languages; the resident may speak another than the one who calls. */
export class SpokenView {
  @Text({ max: 2000 })
  zh!: string;

  @Text({ max: 2000 })
  en!: string;
}

export class CallAttemptView {
  @Id()
  id!: string;

  @Moment()
  at!: string;

  @Text({ max: 100 })
  staffName!: string;

  @OneOf(CALL_OUTCOMES)
  outcome!: CallOutcome;

  @OneOf(SEAT_ANSWERS, { nullable: true })
  answer!: SeatAnswer | null;

  @Text({ max: 500, nullable: true })
  note!: string | null;
}

export class CallTaskDetailView extends CallTaskView {
  @Text({ max: 20, nullable: true, description: 'The whole number; null where there is none.' })
  phone!: string | null;

  @Text({ max: 100, nullable: true, description: 'Where the resident lives, for those without a phone.' })
  villageName!: string | null;

  @Nested(() => SpokenView, { description: 'What to say.' })
  say!: SpokenView;

  @Nested(() => SpokenView, { description: 'What to do after the call.' })
  afterwards!: SpokenView;

  @ListOf(() => CallAttemptView, { max: 200, description: 'The oldest first.' })
  history!: CallAttemptView[];

  @YesNo({ description: 'For a no-show: whether the seat may be given away now.' })
  mayReleaseSeat!: boolean;
}

export class CallAttemptRequest {
  @Id({ description: 'Made by the device, once for each attempt; sending it again changes nothing.' })
  id!: string;

  @OneOf(CALL_OUTCOMES)
  outcome!: CallOutcome;

  @OneOf(SEAT_ANSWERS, { optional: true, description: 'What was said of the seat; only where somebody was reached.' })
  answer?: SeatAnswer;

  @Text({ max: 500, optional: true })
  note?: string;
}

export class CloseCallRequest {
  @Text({ max: 500, description: 'Why nobody need call: told at the counter, moved away.' })
  reason!: string;
}
