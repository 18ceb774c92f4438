import { Id, ListOf, Moment, OneOf, PageQuery, pageOf, Text, WholeNumber } from '#core';

export const APPEAL_STATES = ['open', 'upheld', 'rejected'] as const;
export type AppealState = (typeof APPEAL_STATES)[number];

export class AppealRequest {
  @Text({ min: 5, max: 1000, description: 'What went wrong, in the resident’s words.' })
  text!: string;
}

export class DecideAppealRequest {
  @OneOf(['upheld', 'rejected'], {
    description: '`upheld` puts the enrollment back into the queue at its old place, or into a free seat.',
  })
  decision!: 'upheld' | 'rejected';

  @Text({ min: 2, max: 1000, description: 'What the resident is told.' })
  answer!: string;
}

export class AppealView {
  @Id()
  id!: string;

  @Id()
  enrollmentId!: string;

  @Id()
  classId!: string;

  @Text({ max: 100 })
  className!: string;

  @Text({ max: 200, nullable: true })
  classNameEn!: string | null;

  @Text({ max: 100 })
  residentName!: string;

  @Text({ max: 1000 })
  text!: string;

  @OneOf(APPEAL_STATES)
  state!: AppealState;

  @Text({ max: 1000, nullable: true })
  answer!: string | null;

  @Moment()
  createdAt!: string;

  @Moment({ nullable: true })
  decidedAt!: string | null;

  @WholeNumber({ min: 1, max: 2_147_483_647 })
  version!: number;
}

class ApplicationsView {
  @Id()
  classId!: string;

  @Text({ max: 100 })
  className!: string;

  @Text({ max: 100, nullable: true })
  classNameEn!: string | null;

  @WholeNumber({ min: 1, max: 1_000_000 })
  count!: number;
}

/** Classes that are named at most. */
export const MOST_CLASSES_TO_DECIDE = 100;

export class ToDecideView {
  @WholeNumber({ min: 0, max: 1_000_000 })
  openAppeals!: number;

  @ListOf(() => ApplicationsView, {
    max: MOST_CLASSES_TO_DECIDE,
    description: 'Classes by approval with applications that wait, the first to begin first.',
  })
  applications!: ApplicationsView[];
}

export const AppealPage = pageOf(AppealView);

export class AppealsQuery extends PageQuery {
  @OneOf(APPEAL_STATES, { optional: true })
  state?: AppealState;
}
