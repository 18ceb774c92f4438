import { ATTENDANCE_STATUSES, type AttendanceStatus } from '#contracts';
import { Id, ListOf, Moment, OneOf, Text, WholeNumber } from '#core';

/** Of a family; nobody acts for more. */
const MOST_AT_ONCE = 20;

export class RotatingCodeView {
  @Text({ max: 8, description: 'Eight digits, good while they are shown and until the next ones are over.' })
  code!: string;

  @WholeNumber({ min: 0, max: 15_000, description: 'Milliseconds until the next one.' })
  validForMs!: number;
}

class FamilyMemberView {
  @Id()
  residentId!: string;

  @Text({ max: 100 })
  name!: string;

  @OneOf(ATTENDANCE_STATUSES, { nullable: true, description: 'Null as long as nothing is marked.' })
  status!: AttendanceStatus | null;
}

/** A session at which somebody for whom the account acts may check in now. */
export class OpenSessionView {
  @Id()
  sessionId!: string;

  @Text({ max: 100 })
  className!: string;

  @Text({ max: 200, nullable: true })
  classNameEn!: string | null;

  @WholeNumber({ min: 1, max: 1000 })
  number!: number;

  @Moment()
  startsAt!: string;

  @Moment()
  endsAt!: string;

  @ListOf(() => FamilyMemberView, { max: MOST_AT_ONCE })
  residents!: FamilyMemberView[];
}

export class OpenSessionsView {
  @ListOf(() => OpenSessionView, {
    max: 100,
    description: 'By time; those that go on now, or begin within half an hour.',
  })
  items!: OpenSessionView[];
}

class OwnCheckInRequest {
  @Id({ description: 'Made by the device, once for each; sending it again changes nothing.' })
  id!: string;

  @Id({ description: 'The account holder, or somebody of the family.' })
  residentId!: string;
}

export class CheckInByCodeRequest {
  @Text({ max: 20, description: 'As typed or scanned from the screen.' })
  code!: string;

  @ListOf(() => OwnCheckInRequest, { min: 1, max: MOST_AT_ONCE })
  items!: OwnCheckInRequest[];
}
