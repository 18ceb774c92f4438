import {
  ENROLLMENT_SOURCES,
  ENROLLMENT_STATES,
  type EnrollmentSource,
  type EnrollmentState,
  PROGRAMME_KINDS,
} from '#contracts';
import { Id, ListOf, Moment, OneOf, PageQuery, pageOf, Text, WholeNumber, YesNo } from '#core';

export class ApplyRequest {
  @Id()
  classId!: string;

  @Id({ description: 'Whom the seat is for: oneself or a family member of the account.' })
  residentId!: string;
}

export class CounterApplyRequest {
  @Id()
  residentId!: string;
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
}

export const ClassEnrollmentPage = pageOf(ClassEnrollmentView);

export class ClassEnrollmentQuery extends PageQuery {
  @OneOf(ENROLLMENT_STATES, { optional: true })
  state?: EnrollmentState;
}

export class EligibilityQuery {
  @Id()
  residentId!: string;
}

export class EligibilityView {
  @YesNo({ description: 'Whether applying now leads to a seat or a place in the queue.' })
  eligible!: boolean;

  @OneOf(['enrolled', 'waiting', 'present', 'refused'], { description: 'What applying now would lead to.' })
  outcome!: 'enrolled' | 'waiting' | 'present' | 'refused';

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

  @OneOf(['staff', 'account', 'system'])
  actorKind!: string;

  @Text({ max: 200 })
  reason!: string;
}

export class EnrollmentDetailView extends EnrollmentView {
  @ListOf(() => MoveView, { max: 1000, description: 'Every move so far, the oldest first.' })
  moves!: MoveView[];
}

export class LeaveRequest {
  @Text({ max: 200, optional: true, description: 'Why, for the school.' })
  reason?: string;
}
