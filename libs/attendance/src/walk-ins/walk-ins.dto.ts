import { ATTENDANCE_STATUSES, type AttendanceStatus, MARK_KINDS, type MarkKind } from '#contracts';
import { Id, Moment, OneOf, Text } from '#core';
import type { MarkOutcome } from '../attendance.rules.js';

const WALK_IN_OUTCOMES = ['enrolled', 'present', 'sat_in'] as const;
export type WalkInOutcome = (typeof WALK_IN_OUTCOMES)[number];

export class WalkInRequest {
  @Id({ description: 'Who came, found or registered at the counter.' })
  residentId!: string;
}

export class WalkInView {
  @Id()
  residentId!: string;

  @Text({ max: 100 })
  name!: string;

  @OneOf(WALK_IN_OUTCOMES, {
    description:
      'enrolled: has a seat from today, and is present. present: had one. sat_in: 旁听, which does not count.',
  })
  outcome!: WalkInOutcome;

  @Text({ max: 400, nullable: true, description: "Why there was no seat, in the caller's language." })
  reason!: string | null;
}

export class SitInView {
  @Id()
  residentId!: string;

  @Text({ max: 100 })
  name!: string;

  @Text({ max: 60, description: 'Such as ENROLLMENT.CLASS_FULL.' })
  code!: string;

  @Text({ max: 400, description: "Why there was no seat, in the caller's language." })
  reason!: string;

  @Moment()
  recordedAt!: string;
}

/** 改签记录: a mark of somebody at a session, as it came. */
export class KeptMarkView {
  @Id()
  id!: string;

  @OneOf(MARK_KINDS)
  kind!: MarkKind;

  @OneOf(ATTENDANCE_STATUSES)
  status!: AttendanceStatus;

  @Moment({ nullable: true })
  arrivedAt!: string | null;

  @Moment({ nullable: true })
  leftAt!: string | null;

  @Moment({ description: "By the device's clock." })
  deviceTime!: string;

  @Moment()
  recordedAt!: string;

  @Text({ max: 100, nullable: true, description: 'The member of staff; null: by a resident.' })
  by!: string | null;

  @OneOf(['recorded', 'duplicate', 'rejected', 'review'])
  outcome!: MarkOutcome;

  @Text({ max: 200, nullable: true, description: 'Why it does not stand.' })
  why!: string | null;

  @Text({ max: 200, nullable: true, description: "Why it was changed after the session's day." })
  because!: string | null;
}
