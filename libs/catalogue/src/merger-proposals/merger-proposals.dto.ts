import { Id, Moment, Nested, OneOf, PageQuery, pageOf, Text, WholeNumber } from '#core';
import { ClassNameView, OrganisationOfClassView } from '../classes/class-parts.dto.js';

export const MERGER_PROPOSAL_STATES = ['asked', 'agreed', 'objected', 'merged', 'dropped', 'lapsed'] as const;
export type MergerProposalState = (typeof MERGER_PROPOSAL_STATES)[number];

export class ProposeMergerRequest {
  @Id({ description: 'The parallel class of another school.' })
  intoClassId!: string;

  @Text({ max: 200, description: 'Read by the school that is asked, and by the bureau.' })
  reason!: string;
}

export class AnswerMergerRequest {
  @OneOf(['agreed', 'objected'])
  answer!: 'agreed' | 'objected';

  @Text({ max: 200, optional: true, nullable: true, description: 'Required with an objection; the bureau reads it.' })
  reason?: string | null;
}

export class MergerProposalsQuery extends PageQuery {
  @Id({ optional: true, description: 'The school of either class; without it those of the whole district.' })
  organisationId?: string;

  @OneOf(['true', 'false'], { optional: true, description: 'Only those of which nothing has come yet.' })
  openOnly?: 'true' | 'false';
}

class ClassOfProposalView extends ClassNameView {
  @Nested(() => OrganisationOfClassView)
  organisation!: OrganisationOfClassView;
}

/** 并班商议. */
export class MergerProposalView {
  @Id()
  id!: string;

  @Nested(() => ClassOfProposalView)
  courseClass!: ClassOfProposalView;

  @Nested(() => ClassOfProposalView)
  into!: ClassOfProposalView;

  @Text({ max: 200 })
  reason!: string;

  @OneOf(MERGER_PROPOSAL_STATES)
  state!: MergerProposalState;

  @Text({ max: 100 })
  askedBy!: string;

  @Moment()
  askedAt!: string;

  @Moment({ description: 'From then on the bureau may merge without an answer.' })
  answerDueAt!: string;

  @Text({ max: 200, nullable: true })
  answerReason!: string | null;

  @Text({ max: 100, nullable: true })
  answeredBy!: string | null;

  @Moment({ nullable: true })
  answeredAt!: string | null;

  @WholeNumber({ min: 1, max: 2_147_483_647 })
  version!: number;
}

export const MergerProposalPage = pageOf(MergerProposalView);
