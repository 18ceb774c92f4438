import { ATTENDANCE_STATUSES, type AttendanceStatus, MARK_KINDS, type MarkKind } from '#contracts';
import { Day, Id, ListOf, Moment, OneOf, Text, WholeNumber, YesNo } from '#core';

export class NameMonitorRequest {
  @Id({ description: 'Somebody with a seat in the class.' })
  residentId!: string;

  @Day({ optional: true, nullable: true, description: 'The last day; without it, as long as the class runs.' })
  untilDay?: string | null;
}

export class MonitorView {
  @Id()
  id!: string;

  @Id()
  residentId!: string;

  @Text({ max: 100 })
  name!: string;

  @Day({ nullable: true })
  untilDay!: string | null;

  @YesNo({ description: 'Whether they may take the roll today; not once they have left the class.' })
  present!: boolean;

  @Moment()
  namedAt!: string;

  @Text({ max: 100 })
  namedBy!: string;

  @Moment({ nullable: true })
  endedAt!: string | null;
}

/** A session of today whose roll the caller may take. */
export class MonitoredSessionView {
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
}

export class MonitoredSessionsView {
  @ListOf(() => MonitoredSessionView, {
    max: 100,
    description: 'By time; from half an hour before to the end of the day.',
  })
  items!: MonitoredSessionView[];
}

/** A name on the roll, and nothing else of its bearer. */
export class MonitoredResidentView {
  @Id()
  residentId!: string;

  @Text({ max: 100 })
  name!: string;

  @OneOf(ATTENDANCE_STATUSES, { nullable: true, description: 'Null as long as nothing is marked.' })
  status!: AttendanceStatus | null;

  @OneOf(MARK_KINDS, { nullable: true })
  kind!: MarkKind | null;
}

class MonitorMarkRequest {
  @Id({ description: 'Made by the device, once for each mark; sending it again changes nothing.' })
  id!: string;

  @Id()
  residentId!: string;

  @OneOf(['present', 'absent'])
  status!: 'present' | 'absent';
}

export class MonitorMarksRequest {
  @ListOf(() => MonitorMarkRequest, { min: 1, max: 500 })
  items!: MonitorMarkRequest[];
}
