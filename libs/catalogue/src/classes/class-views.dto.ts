import {
  type AdmissionKind,
  ADMISSIONS,
  CLASS_STATES,
  type ClassState,
  type EnrollmentRule,
  PROGRAMME_KINDS,
  type ProgrammeKind,
  SESSION_STATES,
  type SessionState,
} from '#contracts';
import { Id, ListOf, Moment, Nested, OneOf, Text, WholeNumber, YesNo } from '#core';
import {
  ClassNameView,
  CourseOfClassView,
  OrganisationOfClassView,
  TeacherView,
  TownshipView,
  VenueOfClassView,
} from './class-parts.dto.js';
import { EnrollmentRules, MOST_RESERVES, NamedCodeView, SeatReserveFields } from './enrollment-terms.dto.js';

const OLDEST = 120;
const HIGHEST_FEE_FEN = 10_000_000;
const COUNT = { min: 0, max: 1_000_000_000 };

/** A class in a list. */
export class ClassCardView {
  @Id()
  id!: string;

  @Text({ max: 20, description: 'For posters: B- and six characters.' })
  code!: string;

  @Text({ max: 100 })
  name!: string;

  @Text({ max: 200, nullable: true })
  nameEn!: string | null;

  @OneOf(PROGRAMME_KINDS)
  programmeKind!: ProgrammeKind;

  @OneOf(CLASS_STATES)
  state!: ClassState;

  @Nested(() => CourseOfClassView)
  course!: CourseOfClassView;

  @Nested(() => OrganisationOfClassView)
  organisation!: OrganisationOfClassView;

  @Nested(() => TeacherView)
  teacher!: TeacherView;

  @Nested(() => VenueOfClassView)
  venue!: VenueOfClassView;

  @Nested(() => TownshipView, { nullable: true })
  township!: TownshipView | null;

  @WholeNumber(COUNT)
  seats!: number;

  @WholeNumber({ ...COUNT, description: 'Neither taken nor held for someone; some may be reserved.' })
  seatsLeft!: number;

  @OneOf(ADMISSIONS, { description: 'How seats are given.' })
  admission!: AdmissionKind;

  @WholeNumber({ ...COUNT, description: "Applications that wait for the lottery or the school's decision." })
  applied!: number;

  @WholeNumber(COUNT)
  waiting!: number;

  @WholeNumber({ ...COUNT, nullable: true })
  waitingLimit!: number | null;

  @Moment()
  enrollmentOpensAt!: string;

  @Moment()
  enrollmentClosesAt!: string;

  @WholeNumber({ min: 0, max: OLDEST, nullable: true })
  minAge!: number | null;

  @WholeNumber({ min: 0, max: OLDEST, nullable: true })
  maxAge!: number | null;

  @WholeNumber({ min: 0, max: HIGHEST_FEE_FEN })
  feeFen!: number;

  @WholeNumber({ min: 0, max: HIGHEST_FEE_FEN })
  materialsFen!: number;

  @WholeNumber({ ...COUNT, description: 'Without cancelled ones.' })
  sessionCount!: number;

  @Moment({ nullable: true, description: 'Start of the first session.' })
  firstSessionAt!: string | null;

  @Moment({ nullable: true, description: 'End of the last session.' })
  lastSessionAt!: string | null;
}

/** 代课: who teaches a session instead, and why. */
export class SubstituteView {
  @Text({ max: 50 })
  name!: string;

  @Text({ max: 200 })
  reason!: string;
}

export class SessionView {
  @Id()
  id!: string;

  @WholeNumber({ min: 1, max: 1_000 })
  number!: number;

  @Moment()
  startsAt!: string;

  @Moment()
  endsAt!: string;

  @OneOf(SESSION_STATES)
  state!: SessionState;

  @Text({ max: 200, nullable: true })
  cancelledReason!: string | null;

  @YesNo({ description: 'False for a session that was added after the first one had started.' })
  frozen!: boolean;

  @Id({ nullable: true, description: 'The cancelled session that this one makes up for.' })
  makeupOf!: string | null;

  @Nested(() => SubstituteView, { nullable: true, description: "Null: the class's teacher teaches." })
  substitute!: SubstituteView | null;
}

export class TermOfClassView {
  @Id()
  id!: string;

  @Text({ max: 60 })
  name!: string;

  @Text({ max: 120, nullable: true })
  nameEn!: string | null;
}

/** The names of what the terms of a class speak of. */
export class TermNamesView {
  @ListOf(() => NamedCodeView, { max: 1_000 })
  regions!: NamedCodeView[];

  @ListOf(() => NamedCodeView, { max: 1_000 })
  courses!: NamedCodeView[];
}

/** 停开, 并班: how a class ended before its time. */
export class StoppedView {
  @Moment()
  at!: string;

  @Text({ max: 200 })
  reason!: string;

  @Nested(() => ClassNameView, { nullable: true, description: 'The class to which its people were moved.' })
  movedTo!: ClassNameView | null;
}

/** What only those who run or approve the class see. */
export class ClassPlanningView {
  @WholeNumber({ ...COUNT, nullable: true, description: 'Scheduled minutes at approval.' })
  approvedMinutes!: number | null;

  @Moment({ nullable: true })
  submittedAt!: string | null;

  @Moment({ nullable: true })
  decidedAt!: string | null;

  @Text({ max: 500, nullable: true })
  decisionNote!: string | null;

  @Moment({ nullable: true })
  publishedAt!: string | null;

  @Moment({ nullable: true })
  finishedAt!: string | null;

  @WholeNumber(COUNT)
  taken!: number;

  @WholeNumber(COUNT)
  offered!: number;

  @WholeNumber({ ...COUNT, description: 'Given up, and may still be taken back.' })
  held!: number;
}

/** A class with all that is to be known of it. */
export class ClassView extends ClassCardView {
  @Text({ max: 2000, nullable: true })
  summary!: string | null;

  @Text({ max: 1000, nullable: true })
  materials!: string | null;

  @Nested(() => TermOfClassView)
  term!: TermOfClassView;

  @Moment({ nullable: true })
  renewalOpensAt!: string | null;

  @Moment({ nullable: true })
  renewalClosesAt!: string | null;

  @Moment({ nullable: true })
  lateEntryClosesAt!: string | null;

  @EnrollmentRules()
  enrollmentRules!: EnrollmentRule[];

  @ListOf(() => SeatReserveFields, { max: MOST_RESERVES })
  seatReserves!: SeatReserveFields[];

  @WholeNumber({ ...COUNT, nullable: true })
  minimum!: number | null;

  @Moment({ nullable: true })
  minimumDecidedAt!: string | null;

  @Nested(() => TermNamesView)
  termNames!: TermNamesView;

  @Nested(() => StoppedView, { nullable: true })
  stopped!: StoppedView | null;

  @ListOf(() => SessionView, { max: 1_000 })
  sessions!: SessionView[];

  @Nested(() => ClassPlanningView, { optional: true, description: 'For staff of the school and the bureau only.' })
  planning?: ClassPlanningView;

  @WholeNumber({ min: 1, max: 1_000_000_000, optional: true, description: 'For those who see `planning`.' })
  version?: number;
}
