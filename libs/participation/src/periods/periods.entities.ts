import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AdjustmentState, LedgerStatus, PeriodState, ProgrammeKind } from '#contracts';
import type { Posting } from '../counting/difference.rules.js';

/** 统计期: a month, open until it is submitted, locked once three different people have submitted, reviewed and signed it. */
@Entity({ name: 'periods' })
export class PeriodEntity {
  /** YYYY-MM */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_periods' })
  month!: string;

  /** By which the audit names it. */
  @Column({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text', default: 'open' })
  state!: PeriodState;

  @Column({ name: 'submitted_by', type: 'uuid', nullable: true })
  submittedBy!: string | null;

  @Column({ name: 'submitted_at', type: 'timestamptz', nullable: true })
  submittedAt!: Date | null;

  @Column({ name: 'reviewed_by', type: 'uuid', nullable: true })
  reviewedBy!: string | null;

  @Column({ name: 'reviewed_at', type: 'timestamptz', nullable: true })
  reviewedAt!: Date | null;

  @Column({ name: 'signed_by', type: 'uuid', nullable: true })
  signedBy!: string | null;

  @Column({ name: 'signed_at', type: 'timestamptz', nullable: true })
  signedAt!: Date | null;

  /** 文号 of the signed report. */
  @Column({ name: 'document_number', type: 'text', nullable: true })
  documentNumber!: string | null;

  @Column({ name: 'returned_by', type: 'uuid', nullable: true })
  returnedBy!: string | null;

  @Column({ name: 'returned_at', type: 'timestamptz', nullable: true })
  returnedAt!: Date | null;

  @Column({ name: 'returned_because', type: 'text', nullable: true })
  returnedBecause!: string | null;

  /** The last entry behind what was reported. */
  @Column({ name: 'last_entry_id', type: 'bigint', nullable: true })
  lastEntryId!: string | null;

  /** Versions of the rules that counted what was reported. */
  @Column({ name: 'rule_ids', type: 'uuid', array: true, nullable: true })
  ruleIds!: string[] | null;

  @Column({ type: 'int', default: 1 })
  version!: number;
}

/** What was reported: a total as it stood when its month was locked. */
@Entity({ name: 'period_figures' })
export class PeriodFigureEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_period_figures' })
  month!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_period_figures' })
  measure!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_period_figures' })
  status!: LedgerStatus;

  @PrimaryColumn({ name: 'region_code', type: 'text', primaryKeyConstraintName: 'pk_period_figures' })
  regionCode!: string;

  @PrimaryColumn({ name: 'organisation_id', type: 'uuid', primaryKeyConstraintName: 'pk_period_figures' })
  organisationId!: string;

  @PrimaryColumn({ name: 'programme_kind', type: 'text', primaryKeyConstraintName: 'pk_period_figures' })
  programmeKind!: ProgrammeKind;

  @Column({ type: 'int' })
  total!: number;
}

/** 更正: what evidence says by now and a submitted or locked month does not. */
@Entity({ name: 'adjustments' })
export class AdjustmentEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_adjustments' })
  id!: string;

  @Column({ name: 'resident_id', type: 'uuid' })
  residentId!: string;

  /** The earliest closed month that it touches. */
  @Column({ type: 'text' })
  month!: string;

  /** SHA-256 of the postings, by which a recount knows what it has proposed already. */
  @Column({ type: 'bytea' })
  digest!: Buffer;

  @Column({ type: 'jsonb' })
  postings!: Posting[];

  @Column({ type: 'text', default: 'proposed' })
  state!: AdjustmentState;

  @Column({ name: 'proposed_at', type: 'timestamptz' })
  proposedAt!: Date;

  @Column({ name: 'asked_by', type: 'uuid', nullable: true })
  askedBy!: string | null;

  @Column({ name: 'asked_at', type: 'timestamptz', nullable: true })
  askedAt!: Date | null;

  @Column({ name: 'asked_because', type: 'text', nullable: true })
  askedBecause!: string | null;

  @Column({ name: 'decided_by', type: 'uuid', nullable: true })
  decidedBy!: string | null;

  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  decidedAt!: Date | null;

  @Column({ name: 'decided_because', type: 'text', nullable: true })
  decidedBecause!: string | null;

  @Column({ type: 'int', default: 1 })
  version!: number;
}
