import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AttendanceStatus, MarkKind } from '#contracts';
import type { MarkOutcome, Refusal } from './attendance.rules.js';

/**
 * A mark as a device sent it, and what became of it. Append-only; its column `tx` (xid8, the transaction that kept it,
 * for the sealer) is the database's own and of a type that TypeORM does not know.
 */
@Entity({ name: 'marks' })
export class MarkEntity {
  /** Made by the device. */
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_marks' })
  id!: string;

  @Column({ name: 'session_id', type: 'uuid' })
  sessionId!: string;

  @Column({ name: 'resident_id', type: 'uuid', nullable: true })
  residentId!: string | null;

  @Column({ name: 'enrollment_id', type: 'uuid', nullable: true })
  enrollmentId!: string | null;

  @Column({ type: 'text' })
  kind!: MarkKind;

  @Column({ type: 'text' })
  status!: AttendanceStatus;

  @Column({ name: 'arrived_at', type: 'timestamptz', nullable: true })
  arrivedAt!: Date | null;

  @Column({ name: 'left_at', type: 'timestamptz', nullable: true })
  leftAt!: Date | null;

  @Column({ name: 'device_id', type: 'text' })
  deviceId!: string;

  @Column({ name: 'device_time', type: 'timestamptz' })
  deviceTime!: Date;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;

  @Column({ name: 'recorded_by', type: 'uuid', nullable: true })
  recordedBy!: string | null;

  @Column({ type: 'text' })
  outcome!: MarkOutcome;

  @Column({ type: 'text', nullable: true })
  reason!: Refusal | null;

  /** Why it was marked after the session's day. */
  @Column({ name: 'correction_reason', type: 'text', nullable: true })
  correctionReason!: string | null;

  /** An identity of the database, in the order of which marks of one transaction are sealed. */
  @Column({ type: 'bigint', insert: false, update: false })
  number!: string;
}

/** 考勤: what the marks say at present of a resident at a session. */
@Entity({ name: 'attendances' })
export class AttendanceEntity {
  @PrimaryColumn({ name: 'session_id', type: 'uuid', primaryKeyConstraintName: 'pk_attendances' })
  sessionId!: string;

  @PrimaryColumn({ name: 'resident_id', type: 'uuid', primaryKeyConstraintName: 'pk_attendances' })
  residentId!: string;

  @Column({ name: 'enrollment_id', type: 'uuid' })
  enrollmentId!: string;

  @Column({ type: 'text' })
  status!: AttendanceStatus;

  @Column({ name: 'arrived_at', type: 'timestamptz', nullable: true })
  arrivedAt!: Date | null;

  @Column({ name: 'left_at', type: 'timestamptz', nullable: true })
  leftAt!: Date | null;

  @Column({ name: 'mark_id', type: 'uuid' })
  markId!: string;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;
}
