import {
  ENROLLMENT_SOURCES,
  ENROLLMENT_STATES,
  type EnrollmentSource,
  type EnrollmentState,
  PROGRAMME_KINDS,
} from '#contracts';
import { Day, Id, Ids, ListOf, Moment, OneOf, PageQuery, pageOf, Text, WholeNumber, YesNo } from '#core';

/** The most people who apply together. */
const MOST_TOGETHER = 4;

export class ApplyRequest {
  @Id()
  classId!: string;

  @Id({ description: 'Whom the seat is for: oneself or a family member of the account.' })
  residentId!: string;

  @Ids({
    max: MOST_TOGETHER - 1,
    optional: true,
    description:
      'Companions and family who want a seat with them or not at all: they queue, are drawn and get seats as one.',
  })
  companionIds?: string[];

  @YesNo({ optional: true, description: 'Take a seat that falls free without being asked first; so unless false.' })
  automatic?: boolean;
}

export class CounterApplyRequest {
  @Id()
  residentId!: string;

  @Ids({ max: MOST_TOGETHER - 1, optional: true, description: 'Who wants a seat together with them or not at all.' })
  companionIds?: string[];

  @YesNo({ optional: true, description: 'Take a seat that falls free without being asked first; so unless false.' })
  automatic?: boolean;
}

export class ListedPersonRequest {
  @Text({ max: 50, description: 'As on the document.' })
  name!: string;

  @Text({
    max: 40,
    optional: true,
    description: 'Mobile number, document number, or personal code: what tells them from namesakes.',
  })
  identifier?: string;

  @Day({ optional: true, description: 'The day of birth, where nothing else tells them from namesakes.' })
  birthDate?: string;
}

/** The most rows of a pasted list. */
const MOST_ROWS = 200;

export class ListApplyRequest {
  @ListOf(() => ListedPersonRequest, {
    min: 1,
    max: MOST_ROWS,
    description: 'One person a row, in the order of the list.',
  })
  rows!: ListedPersonRequest[];
}

export class DecideApplicationRequest {
  @OneOf(['approved', 'refused'])
  decision!: 'approved' | 'refused';

  @Text({ max: 200, optional: true, description: 'Required for a refusal: why, in words the resident is told.' })
  reason?: string;
}

export class RemoveRequest {
  @OneOf(['no_show', 'mistake', 'other'], {
    description: '`no_show` needs call attempts on record; the others need a reason the resident is told.',
  })
  because!: 'no_show' | 'mistake' | 'other';

  @Text({ max: 200 })
  reason!: string;
}

export class TransferRequest {
  @Id({ description: 'A parallel class: the same course in the same term.' })
  toClassId!: string;

  @Text({ max: 200, optional: true })
  reason?: string;
}

export class EnrollmentView {
  @Id()
  id!: string;

  @Id()
  classId!: string;

  @Text({ max: 100 })
  className!: string;

  @Text({ max: 100, nullable: true })
  classNameEn!: string | null;

  @Id()
  residentId!: string;

  @OneOf(ENROLLMENT_STATES)
  state!: EnrollmentState;

  @WholeNumber({ min: 1, max: 1_000_000, nullable: true, description: 'Number in the queue, from 1, while waiting.' })
  position!: number | null;

  @Moment({ nullable: true, description: 'Until when an offered seat is kept.' })
  offeredUntil!: string | null;

  @Moment()
  queuedAt!: string;

  @WholeNumber({ min: 1, max: 4, description: 'People who queue, are drawn and get seats as one with them; 1: alone.' })
  unitSize!: number;

  @YesNo({ description: 'A seat that falls free is taken without asking first.' })
  automatic!: boolean;

  @Moment({ nullable: true, description: 'Until when cancelling can be taken back; a seat is kept that long.' })
  undoUntil!: string | null;

  @Text({ max: 300, description: 'Where the enrollment stands and what to do next, in the language asked for.' })
  sentence!: string;
}

export class MyEnrollmentView extends EnrollmentView {
  @Text({ max: 100 })
  residentName!: string;

  @Moment()
  firstSessionAt!: string;

  @Moment()
  lastSessionAt!: string;

  @OneOf(PROGRAMME_KINDS)
  programmeKind!: string;
}

export const MyEnrollmentPage = pageOf(MyEnrollmentView);

export class ClassEnrollmentView {
  @Id()
  id!: string;

  @Id()
  residentId!: string;

  @Text({ max: 100 })
  residentName!: string;

  @OneOf(ENROLLMENT_STATES)
  state!: EnrollmentState;

  @WholeNumber({ min: 1, max: 1_000_000, nullable: true, description: 'Number in the queue, from 1, while waiting.' })
  position!: number | null;

  @Moment({ nullable: true })
  offeredUntil!: string | null;

  @Moment()
  queuedAt!: string;

  @OneOf(ENROLLMENT_SOURCES)
  source!: EnrollmentSource;

  @Id({ nullable: true, description: 'Those who share it are one unit.' })
  unitId!: string | null;

  @Moment({ nullable: true, description: 'Until when cancelling can be taken back.' })
  undoUntil!: string | null;

  @WholeNumber({ min: 0, max: 20_000_000, description: 'Fee and materials, integer fen.' })
  dueFen!: number;

  @WholeNumber({ min: -20_000_000, max: 20_000_000, description: 'Paid and not refunded, integer fen.' })
  paidFen!: number;
}

export const ClassEnrollmentPage = pageOf(ClassEnrollmentView);

const MONEY_MATTERS = ['unpaid', 'to_refund'] as const;
/** What is left to settle at the counter. */
export type MoneyMatter = (typeof MONEY_MATTERS)[number];

export class ClassEnrollmentQuery extends PageQuery {
  @OneOf(ENROLLMENT_STATES, { optional: true })
  state?: EnrollmentState;

  @OneOf(MONEY_MATTERS, {
    optional: true,
    description: '`unpaid`: has a seat and has not paid all of it. `to_refund`: left, and not all was given back.',
  })
  money?: MoneyMatter;
}

export class EligibilityQuery {
  @Id()
  residentId!: string;

  @Ids({ max: MOST_TOGETHER - 1, optional: true, query: true, description: 'Who would apply together with them.' })
  companionIds?: string[];
}

export class EligibilityView {
  @YesNo({ description: 'Whether applying now leads to a seat or a place in the queue.' })
  eligible!: boolean;

  @OneOf(['enrolled', 'waiting', 'applied', 'present', 'refused'], { description: 'What applying now would lead to.' })
  outcome!: 'enrolled' | 'waiting' | 'applied' | 'present' | 'refused';

  @Text({ max: 60, nullable: true, description: 'Code of the reason why not.' })
  code!: string | null;

  @Text({ max: 300 })
  sentence!: string;

  @Text({ max: 300, nullable: true })
  next!: string | null;
}

export class MoveView {
  @OneOf(ENROLLMENT_STATES, { nullable: true })
  from!: EnrollmentState | null;

  @OneOf(ENROLLMENT_STATES)
  to!: EnrollmentState;

  @Moment()
  at!: string;

  @Text({ max: 20, description: 'What was done: apply, accept, transfer, …' })
  step!: string;

  @OneOf(['staff', 'account', 'system'])
  actorKind!: string;

  @Text({ max: 100, nullable: true, description: 'Who it was, for staff to read; of an account its holder.' })
  actorName!: string | null;

  @YesNo({ description: 'Somebody else did it for the resident: family, the counter, or by telephone.' })
  onBehalf!: boolean;

  @Text({ max: 100, nullable: true, description: 'Of a transfer: the class that was left.' })
  leftClassName!: string | null;

  @Text({ max: 200, description: 'As a person gave it; empty where nobody did.' })
  reason!: string;
}

export class EnrollmentDetailView extends EnrollmentView {
  @Text({ max: 100 })
  residentName!: string;

  @OneOf(ENROLLMENT_SOURCES)
  source!: EnrollmentSource;

  @ListOf(() => MoveView, { max: 1000, description: 'Every move so far, the oldest first.' })
  moves!: MoveView[];
}

export class LeaveRequest {
  @Text({ max: 200, optional: true, description: 'Why, for the school.' })
  reason?: string;
}

/** What became of one row of a pasted list. */
export class ListRowView {
  @WholeNumber({ min: 1, max: MOST_ROWS })
  row!: number;

  @Text({ max: 50 })
  name!: string;

  @OneOf(['enrolled', 'waiting', 'applied', 'present', 'refused', 'unknown', 'ambiguous'])
  outcome!: 'enrolled' | 'waiting' | 'applied' | 'present' | 'refused' | 'unknown' | 'ambiguous';

  @Id({ nullable: true })
  enrollmentId!: string | null;

  @Text({ max: 60, nullable: true, description: 'Code of the reason why not.' })
  code!: string | null;

  @Text({ max: 300 })
  sentence!: string;
}

export class ListResultView {
  @ListOf(() => ListRowView, { max: MOST_ROWS })
  rows!: ListRowView[];
}

export class PaymentRequest {
  @Id({ description: 'Made by the client, so that sending it twice records it once.' })
  id!: string;

  @OneOf(['paid', 'refunded'])
  kind!: 'paid' | 'refunded';

  @WholeNumber({ min: 1, max: 20_000_000, description: 'Integer fen.' })
  amountFen!: number;

  @Text({ max: 200, optional: true })
  note?: string;
}

export class PaymentView {
  @Id()
  id!: string;

  @OneOf(['paid', 'refunded'])
  kind!: 'paid' | 'refunded';

  @WholeNumber({ min: 1, max: 20_000_000 })
  amountFen!: number;

  @Text({ max: 200, nullable: true })
  note!: string | null;

  @Moment()
  at!: string;

  @Text({ max: 100 })
  recordedBy!: string;
}

export class PaymentsView {
  @WholeNumber({ min: 0, max: 20_000_000, description: 'Fee and materials, integer fen.' })
  dueFen!: number;

  @WholeNumber({ min: -20_000_000, max: 20_000_000, description: 'Paid and not refunded.' })
  paidFen!: number;

  @ListOf(() => PaymentView, { max: 1000 })
  payments!: PaymentView[];
}
