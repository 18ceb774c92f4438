import { type AdmissionKind, ADMISSIONS, CLASS_STATES, type ClassState, type EnrollmentRule } from '#contracts';
import { Id, ListOf, Moment, OneOf, PageQuery, Text, WholeNumber } from '#core';
import { EnrollmentRules, MOST_RESERVES, SeatReserveFields } from './enrollment-terms.dto.js';

/** The most sessions of one class. */
const MOST_SESSIONS = 200;
const MOST_SEATS = 5_000;
const MOST_WAITING = 100_000;
const OLDEST = 120;
const HIGHEST_FEE_FEN = 10_000_000;

export class SessionTimesRequest {
  @Moment()
  startsAt!: string;

  @Moment({ description: 'At most 12 hours after the start.' })
  endsAt!: string;
}

/** What both creating and changing a class may say of it, in the same way. */
class ClassTermsFields {
  @Text({ max: 200, optional: true, nullable: true })
  nameEn?: string | null;

  @Text({ max: 2000, optional: true, nullable: true })
  summary?: string | null;

  @WholeNumber({
    min: 0,
    max: MOST_WAITING,
    optional: true,
    nullable: true,
    description: 'The most who may wait; null: no limit.',
  })
  waitingLimit?: number | null;

  @WholeNumber({
    min: 0,
    max: OLDEST,
    optional: true,
    nullable: true,
    description: 'Completed years; null: no limit. Left out of a new elderly class: 50.',
  })
  minAge?: number | null;

  @WholeNumber({ min: 0, max: OLDEST, optional: true, nullable: true })
  maxAge?: number | null;

  @OneOf(ADMISSIONS, {
    optional: true,
    description: 'How seats are given. Left out of a new class: lottery for an elderly one, else first come.',
  })
  admission?: AdmissionKind;

  @Moment({ optional: true, nullable: true, description: '老生续报: before everybody else, with its closing time.' })
  renewalOpensAt?: string | null;

  @Moment({ optional: true, nullable: true })
  renewalClosesAt?: string | null;

  @Moment({
    optional: true,
    nullable: true,
    description: '插班: free seats are given until then, from the first session on. Once published only later.',
  })
  lateEntryClosesAt?: string | null;

  @EnrollmentRules({ optional: true })
  enrollmentRules?: EnrollmentRule[];

  @ListOf(() => SeatReserveFields, {
    max: MOST_RESERVES,
    optional: true,
    description: '预留学位: seats kept for some.',
  })
  seatReserves?: SeatReserveFields[];

  @WholeNumber({
    min: 1,
    max: MOST_SEATS,
    optional: true,
    nullable: true,
    description: '开班人数, with the time below.',
  })
  minimum?: number | null;

  @Moment({ optional: true, nullable: true, description: 'By when it is decided whether the class is held.' })
  minimumDecidedAt?: string | null;

  @WholeNumber({ min: 0, max: HIGHEST_FEE_FEN, optional: true, description: 'What materials cost, integer fen.' })
  materialsFen?: number;

  @Text({ max: 1000, optional: true, nullable: true, description: 'What to bring.' })
  materials?: string | null;
}

export class CreateClassRequest extends ClassTermsFields {
  @Id()
  courseId!: string;

  @Id()
  termId!: string;

  @Id({ description: 'The school that runs it.' })
  organisationId!: string;

  @Text({ max: 100 })
  name!: string;

  @Id({ description: 'Staff of the school with the role teacher.' })
  teacherId!: string;

  @Id({ description: 'A venue of the school.' })
  venueId!: string;

  @WholeNumber({ min: 1, max: MOST_SEATS })
  seats!: number;

  @Moment()
  enrollmentOpensAt!: string;

  @Moment()
  enrollmentClosesAt!: string;

  @WholeNumber({ min: 0, max: HIGHEST_FEE_FEN, description: 'Integer fen; 0 for free.' })
  feeFen!: number;

  @ListOf(() => SessionTimesRequest, {
    max: MOST_SESSIONS,
    optional: true,
    description: 'In any order; they are numbered by time.',
  })
  sessions?: SessionTimesRequest[];
}

export class ChangeClassRequest extends ClassTermsFields {
  @Id({ optional: true })
  courseId?: string;

  @Id({ optional: true })
  termId?: string;

  @Text({ max: 100, optional: true })
  name?: string;

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

  @Moment({ optional: true })
  enrollmentOpensAt?: string;

  @Moment({ optional: true })
  enrollmentClosesAt?: string;

  @WholeNumber({ min: 0, max: HIGHEST_FEE_FEN, optional: true })
  feeFen?: number;

  @ListOf(() => SessionTimesRequest, { max: MOST_SESSIONS, optional: true, description: 'Replaces all sessions.' })
  sessions?: SessionTimesRequest[];
}

export class OrganisationClassesQuery extends PageQuery {
  @OneOf(CLASS_STATES, { optional: true })
  state?: ClassState;

  @Id({ optional: true })
  termId?: string;
}
