import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ScriptName } from './call-scripts.js';
import type { CallClosing, CallOutcome, CallReason, CallState, CallSubject, SeatAnswer } from '#contracts';
import type { TemplateName } from './messages.templates.js';

/** A message to a resident and what became of it. Sign-in codes are no messages: they live with lib people. */
@Entity({ name: 'messages' })
export class MessageEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_messages' })
  id!: string;

  @Column({ name: 'resident_id', type: 'uuid' })
  residentId!: string;

  @Column({ type: 'text' })
  template!: TemplateName;

  @Column({ type: 'jsonb' })
  variables!: Record<string, unknown>;

  @Column({ type: 'text', default: 'queued' })
  state!: 'queued' | 'sent' | 'undeliverable';

  @Column({ type: 'text', nullable: true })
  channel!: string | null;

  @Column({ type: 'int', default: 0 })
  attempts!: number;

  /** Why it was not sent (yet), as a word: `no-phone`, `gateway-503`. */
  @Column({ type: 'text', nullable: true })
  problem!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'sent_at', type: 'timestamptz', nullable: true })
  sentAt!: Date | null;

  /** Whose staff calls, should the message not arrive. */
  @Column({ name: 'organisation_id', type: 'uuid', nullable: true })
  organisationId!: string | null;

  @Column({ name: 'subject_kind', type: 'text', nullable: true })
  subjectKind!: CallSubject | null;

  @Column({ name: 'subject_id', type: 'uuid', nullable: true })
  subjectId!: string | null;

  @Column({ type: 'text', nullable: true })
  occasion!: string | null;

  /** Until when it helps to know. */
  @Column({ type: 'timestamptz', nullable: true })
  deadline!: Date | null;

  /** Since when nobody need be told any more. */
  @Column({ name: 'settled_at', type: 'timestamptz', nullable: true })
  settledAt!: Date | null;
}

/** 电话任务: somebody is to be called. */
@Entity({ name: 'call_tasks' })
export class CallTaskEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_call_tasks' })
  id!: string;

  @Column({ name: 'resident_id', type: 'uuid' })
  residentId!: string;

  /** Whose staff calls. */
  @Column({ name: 'organisation_id', type: 'uuid' })
  organisationId!: string;

  @Column({ type: 'text' })
  reason!: CallReason;

  @Column({ type: 'text' })
  template!: ScriptName;

  @Column({ name: 'subject_kind', type: 'text' })
  subjectKind!: CallSubject;

  @Column({ name: 'subject_id', type: 'uuid' })
  subjectId!: string;

  @Column({ type: 'text' })
  occasion!: string;

  @Column({ type: 'jsonb' })
  variables!: Record<string, unknown>;

  @Column({ name: 'due_at', type: 'timestamptz' })
  dueAt!: Date;

  /** After it the call helps no more. */
  @Column({ type: 'timestamptz', nullable: true })
  deadline!: Date | null;

  @Column({ type: 'text', default: 'open' })
  state!: CallState;

  @Column({ name: 'closed_because', type: 'text', nullable: true })
  closedBecause!: CallClosing | null;

  @Column({ name: 'closed_at', type: 'timestamptz', nullable: true })
  closedAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'int', default: 1 })
  version!: number;
}

/** One attempt to reach somebody. Append-only. */
@Entity({ name: 'call_attempts' })
export class CallAttemptEntity {
  /** Made by the device. */
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_call_attempts' })
  id!: string;

  @Column({ name: 'call_task_id', type: 'uuid' })
  callTaskId!: string;

  @Column({ type: 'timestamptz' })
  at!: Date;

  @Column({ name: 'staff_id', type: 'uuid' })
  staffId!: string;

  @Column({ type: 'text' })
  outcome!: CallOutcome;

  @Column({ type: 'text', nullable: true })
  answer!: SeatAnswer | null;

  @Column({ type: 'text', nullable: true })
  note!: string | null;
}
