import {
  ATTENDANCE_STATUSES,
  type AttendanceStatus,
  DECLARATION_STATES,
  type DeclarationState,
  ENROLLMENT_STATES,
  type EnrollmentState,
  IDENTITY_STATES,
  type IdentityState,
  MARK_KINDS,
  type MarkKind,
  type Need,
  NEEDS,
  STAFF_MARK_KINDS,
} from '#contracts';
import { Id, Ids, ListOf, Moment, Nested, OneOf, SomeOf, Text, YesNo } from '#core';
import type { MarkOutcome } from './attendance.rules.js';

/** Marks in one request at most. */
const MARKS_PER_REQUEST = 500;

const MARK_OUTCOMES = ['recorded', 'duplicate', 'rejected', 'review'] as const satisfies readonly MarkOutcome[];

export class MarkRequest {
  @Id({ description: 'Made by the device, once for each mark; sending it again changes nothing.' })
  id!: string;

  @OneOf(STAFF_MARK_KINDS)
  kind!: (typeof STAFF_MARK_KINDS)[number];

  @Text({ max: 100, min: 0, optional: true, description: 'What was scanned, for personal_code.' })
  code?: string;

  @Id({ optional: true, description: 'Whose mark it is, for teacher_mark.' })
  residentId?: string;

  @OneOf(ATTENDANCE_STATUSES)
  status!: AttendanceStatus;

  @Moment({
    optional: true,
    nullable: true,
    description: 'When they came, if not at the start (or, scanned, not then).',
  })
  arrivedAt?: string | null;

  @Moment({ optional: true, nullable: true, description: 'When they left, if not at the end.' })
  leftAt?: string | null;

  @Moment({ description: "When the mark was made, by the device's clock." })
  deviceTime!: string;

  @Text({
    max: 200,
    optional: true,
    description:
      "Why it is marked afterwards. A mark that was not made on the session's day and changes another needs it.",
  })
  because?: string;
}

export class MarksRequest {
  @Text({ max: 100, description: 'The same for all marks that this device ever sends.' })
  deviceId!: string;

  @ListOf(() => MarkRequest, { min: 1, max: MARKS_PER_REQUEST })
  items!: MarkRequest[];
}

/** What became of one mark. */
export class MarkAnswerView {
  @Id()
  id!: string;

  @OneOf(MARK_OUTCOMES, {
    description:
      'recorded: it stands. duplicate: said already. rejected: see code. review: kept, not applied, somebody will look.',
  })
  outcome!: MarkOutcome;

  @Text({ max: 60, optional: true, description: 'Such as ATTENDANCE.NOT_ON_ROSTER.' })
  code?: string;

  @Text({ max: 200, optional: true, description: "What is not right, in the caller's language." })
  title?: string;

  @Text({ max: 300, optional: true, description: 'What to do now.' })
  next?: string;

  @Id({ optional: true, description: 'Of someone on the roster.' })
  residentId?: string;

  @Text({ max: 100, optional: true, description: 'Of someone on the roster.' })
  name?: string;
}

export class MarksAnswerView {
  @ListOf(() => MarkAnswerView, { max: MARKS_PER_REQUEST, description: 'In the order of the request.' })
  items!: MarkAnswerView[];
}

export class AttendanceView {
  @OneOf(ATTENDANCE_STATUSES)
  status!: AttendanceStatus;

  @OneOf(MARK_KINDS)
  kind!: MarkKind;

  @Moment({ nullable: true, description: 'Null: from the start.' })
  arrivedAt!: string | null;

  @Moment({ nullable: true, description: 'Null: to the end.' })
  leftAt!: string | null;

  @Moment()
  recordedAt!: string;
}

export class RosterEntryView {
  @Id()
  enrollmentId!: string;

  @Id()
  residentId!: string;

  @Text({ max: 100 })
  name!: string;

  @OneOf(ENROLLMENT_STATES)
  state!: EnrollmentState;

  @YesNo({ description: 'Gone over to another class after this session: to be corrected only.' })
  left!: boolean;

  @OneOf(IDENTITY_STATES)
  identityState!: IdentityState;

  @SomeOf(NEEDS, { description: 'What to prepare for: hearing, wheelchair, escort.' })
  needs!: Need[];

  @YesNo({ description: 'Somebody of the family applied for them, and they have yet to sign that this was right.' })
  consentToSign!: boolean;

  @OneOf(DECLARATION_STATES, { description: 'missing: from 70 on, to be asked whether they are fit for this class.' })
  declaration!: DeclarationState;

  @YesNo({ description: 'Whether there is somebody to call in an emergency; who, is shown on demand.' })
  hasContact!: boolean;

  @Nested(() => AttendanceView, { nullable: true, description: 'Null as long as nothing is marked.' })
  attendance!: AttendanceView | null;

  @OneOf(ATTENDANCE_STATUSES, {
    nullable: true,
    description: 'What a late record (补录) says that waits for the principal to sign; null: there is none.',
  })
  waiting!: AttendanceStatus | null;
}

/** Residents in one request at most. */
const SIGNATURES_PER_REQUEST = 100;

export class SignedConsentsRequest {
  @Ids({ min: 1, max: SIGNATURES_PER_REQUEST, description: 'Who signed, of those on the roster.' })
  residentIds!: string[];
}

class SignedConsentView {
  @Id()
  residentId!: string;

  @YesNo({ description: 'False: nothing is left to sign.' })
  consentToSign!: boolean;
}

export class SignedConsentsView {
  @ListOf(() => SignedConsentView, { max: SIGNATURES_PER_REQUEST, description: 'In the order of the request.' })
  items!: SignedConsentView[];
}

export class EmergencyContactView {
  @Id()
  residentId!: string;

  @Text({ max: 50, nullable: true, description: 'Null: nobody was named.' })
  name!: string | null;

  @Text({ max: 11, nullable: true })
  phone!: string | null;
}
