import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AwardLevel, FigureDecision, RegisterState } from './registers.rules.js';

/** An award, an event or an approval that counts for an indicator. */
@Entity({ name: 'register_entries' })
export class RegisterEntry {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_register_entries' })
  id!: string;

  @Column({ name: 'indicator_code', type: 'text' })
  indicatorCode!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  level!: AwardLevel;

  @Column({ type: 'text' })
  issuer!: string;

  /** 文号. */
  @Column({ name: 'document_number', type: 'text', nullable: true })
  documentNumber!: string | null;

  /** The day of the paper or of the event, from which on it counts. */
  @Column({ type: 'date' })
  dated!: string;

  @Column({ name: 'region_code', type: 'text', nullable: true })
  regionCode!: string | null;

  @Column({ name: 'organisation_id', type: 'uuid', nullable: true })
  organisationId!: string | null;

  @Column({ type: 'text', default: 'standing' })
  state!: RegisterState;

  @Column({ name: 'withdrawn_because', type: 'text', nullable: true })
  withdrawnBecause!: string | null;

  @Column({ name: 'recorded_by', type: 'uuid' })
  recordedBy!: string;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;

  /** When it was recorded or withdrawn. */
  @Column({ name: 'changed_at', type: 'timestamptz' })
  changedAt!: Date;

  @Column({ type: 'int' })
  version!: number;
}

/** A figure that a department reported of a day; never changed, only followed by another. */
@Entity({ name: 'reported_figures' })
export class ReportedFigure {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_reported_figures' })
  id!: string;

  @Column({ name: 'indicator_code', type: 'text' })
  indicatorCode!: string;

  @Column({ name: 'as_of', type: 'date' })
  asOf!: string;

  @Column({ type: 'numeric' })
  value!: string;

  /** Of a share: how many of the whole. */
  @Column({ type: 'int', nullable: true })
  part!: number | null;

  @Column({ type: 'int', nullable: true })
  whole!: number | null;

  @Column({ type: 'text' })
  department!: string;

  @Column({ type: 'text' })
  evidence!: string;

  /** The figure of the same day whose place it took. */
  @Column({ name: 'replaces_id', type: 'uuid', nullable: true })
  replacesId!: string | null;

  @Column({ name: 'replaced_because', type: 'text', nullable: true })
  replacedBecause!: string | null;

  @Column({ name: 'reported_by', type: 'uuid' })
  reportedBy!: string;

  @Column({ name: 'reported_at', type: 'timestamptz' })
  reportedAt!: Date;
}

/** 审核: whether the bureau accepted what was reported. Append-only. */
@Entity({ name: 'figure_reviews' })
export class FigureReview {
  @PrimaryColumn({ name: 'figure_id', type: 'uuid', primaryKeyConstraintName: 'pk_figure_reviews' })
  figureId!: string;

  @Column({ type: 'text' })
  decision!: FigureDecision;

  @Column({ name: 'returned_because', type: 'text', nullable: true })
  returnedBecause!: string | null;

  /** Null: it was reported before figures were reviewed. */
  @Column({ name: 'reviewed_by', type: 'uuid', nullable: true })
  reviewedBy!: string | null;

  @Column({ name: 'reviewed_at', type: 'timestamptz' })
  reviewedAt!: Date;
}
