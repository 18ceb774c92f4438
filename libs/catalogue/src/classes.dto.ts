import {
  ACCESS_ROUTES,
  type AccessRoute,
  CLASS_STATES,
  type ClassState,
  PROGRAMME_KINDS,
  type ProgrammeKind,
  SESSION_STATES,
  type SessionState,
} from '#contracts';
import { Id, ListOf, Moment, Nested, OneOf, PageQuery, RegionCode, Text, WholeNumber, YesNo } from '#core';

/** The most sessions of one class. */
const MOST_SESSIONS = 200;
const MOST_SEATS = 5_000;
const MOST_WAITING = 100_000;
const OLDEST = 120;
const HIGHEST_FEE_FEN = 10_000_000;
const COUNT = { min: 0, max: 1_000_000_000 };

export class SessionTimesRequest {
  @Moment()
  startsAt!: string;

  @Moment({ description: 'At most 12 hours after the start.' })
  endsAt!: string;
}

export class CreateClassRequest {
  @Id()
  courseId!: string;

  @Id()
  termId!: string;

  @Id({ description: 'The school that runs it.' })
  organisationId!: string;

  @Text({ max: 100 })
  name!: string;

  @Text({ max: 200, optional: true, nullable: true })
  nameEn?: string | null;

  @Text({ max: 2000, optional: true, nullable: true })
  summary?: string | null;

  @Id({ description: 'Staff of the school with the role teacher.' })
  teacherId!: string;

  @Id({ description: 'A venue of the school.' })
  venueId!: string;

  @WholeNumber({ min: 1, max: MOST_SEATS })
  seats!: number;

  @WholeNumber({
    min: 0,
    max: MOST_WAITING,
    optional: true,
    nullable: true,
    description: 'The most who may wait; without it, no limit.',
  })
  waitingLimit?: number | null;

  @Moment()
  enrollmentOpensAt!: string;

  @Moment()
  enrollmentClosesAt!: string;

  @WholeNumber({
    min: 0,
    max: OLDEST,
    optional: true,
    nullable: true,
    description: 'Completed years. Left out for an elderly class: 50; null: no limit.',
  })
  minAge?: number | null;

  @WholeNumber({ min: 0, max: OLDEST, optional: true, nullable: true })
  maxAge?: number | null;

  @WholeNumber({ min: 0, max: HIGHEST_FEE_FEN, description: 'Integer fen; 0 for free.' })
  feeFen!: number;

  @Text({ max: 1000, optional: true, nullable: true, description: 'What to bring.' })
  materials?: string | null;

  @ListOf(() => SessionTimesRequest, {
    max: MOST_SESSIONS,
    optional: true,
    description: 'In any order; they are numbered by time.',
  })
  sessions?: SessionTimesRequest[];
}

export class ChangeClassRequest {
  @Id({ optional: true })
  courseId?: string;

  @Id({ optional: true })
  termId?: string;

  @Text({ max: 100, optional: true })
  name?: string;

  @Text({ max: 200, optional: true, nullable: true })
  nameEn?: string | null;

  @Text({ max: 2000, optional: true, nullable: true })
  summary?: string | null;

  @Id({ optional: true })
  teacherId?: string;

  @Id({ optional: true })
  venueId?: string;

  @WholeNumber({
    min: 1,
    max: MOST_SEATS,
    optional: true,
    description: 'Lowered below those who have a seat, nobody loses it; raised, the waiting are offered the new ones.',
  })
  seats?: number;

  @WholeNumber({ min: 0, max: MOST_WAITING, optional: true, nullable: true })
  waitingLimit?: number | null;

  @Moment({ optional: true })
  enrollmentOpensAt?: string;

  @Moment({ optional: true })
  enrollmentClosesAt?: string;

  @WholeNumber({ min: 0, max: OLDEST, optional: true, nullable: true })
  minAge?: number | null;

  @WholeNumber({ min: 0, max: OLDEST, optional: true, nullable: true })
  maxAge?: number | null;

  @WholeNumber({ min: 0, max: HIGHEST_FEE_FEN, optional: true })
  feeFen?: number;

  @Text({ max: 1000, optional: true, nullable: true })
  materials?: string | null;

  @ListOf(() => SessionTimesRequest, { max: MOST_SESSIONS, optional: true, description: 'Replaces all sessions.' })
  sessions?: SessionTimesRequest[];
}

const DECISIONS = ['approved', 'returned'] as const;

export class DecideClassRequest {
  @OneOf(DECISIONS)
  decision!: (typeof DECISIONS)[number];

  @Text({ max: 500, optional: true, nullable: true, description: 'Required when it is returned: what to change.' })
  note?: string | null;
}

export class OrganisationClassesQuery extends PageQuery {
  @OneOf(CLASS_STATES, { optional: true })
  state?: ClassState;

  @Id({ optional: true })
  termId?: string;
}

export class CourseOfClassView {
  @Id()
  id!: string;

  @Text({ max: 40 })
  code!: string;

  @Text({ max: 100 })
  name!: string;

  @Text({ max: 200, nullable: true })
  nameEn!: string | null;
}

export class OrganisationOfClassView {
  @Id()
  id!: string;

  @Text({ max: 200 })
  name!: string;

  @Text({ max: 400, nullable: true })
  nameEn!: string | null;
}

export class TeacherView {
  @Id()
  id!: string;

  @Text({ max: 100 })
  name!: string;
}

export class VenueOfClassView {
  @Id()
  id!: string;

  @Text({ max: 200 })
  name!: string;

  @Text({ max: 400, nullable: true })
  nameEn!: string | null;

  @Text({ max: 400 })
  address!: string;

  @Text({ max: 1000, nullable: true, description: 'How to find it and which bus or boat to take.' })
  directions!: string | null;

  @YesNo({ description: 'Reached without a step.' })
  stepFree!: boolean;

  @OneOf(ACCESS_ROUTES)
  accessRoute!: AccessRoute;

  @RegionCode()
  regionCode!: string;
}

export class TownshipView {
  @RegionCode()
  code!: string;

  @Text({ max: 60 })
  shortName!: string;

  @Text({ max: 120, nullable: true })
  nameEn!: string | null;
}

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

  @WholeNumber({ ...COUNT, description: 'Neither taken nor offered to someone.' })
  seatsLeft!: number;

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

  @WholeNumber({ ...COUNT, description: 'Without cancelled ones.' })
  sessionCount!: number;

  @Moment({ nullable: true, description: 'Start of the first session.' })
  firstSessionAt!: string | null;

  @Moment({ nullable: true, description: 'End of the last session.' })
  lastSessionAt!: string | null;
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
}

export class TermOfClassView {
  @Id()
  id!: string;

  @Text({ max: 60 })
  name!: string;

  @Text({ max: 120, nullable: true })
  nameEn!: string | null;
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
}

/** A class with all that is to be known of it. */
export class ClassView extends ClassCardView {
  @Text({ max: 2000, nullable: true })
  summary!: string | null;

  @Text({ max: 1000, nullable: true })
  materials!: string | null;

  @Nested(() => TermOfClassView)
  term!: TermOfClassView;

  @ListOf(() => SessionView, { max: 1_000 })
  sessions!: SessionView[];

  @Nested(() => ClassPlanningView, { optional: true, description: 'For staff of the school and the bureau only.' })
  planning?: ClassPlanningView;

  @WholeNumber({ min: 1, max: 1_000_000_000, optional: true, description: 'For those who see `planning`.' })
  version?: number;
}
