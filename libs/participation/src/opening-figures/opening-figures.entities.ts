import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OpeningState, SealedState } from './opening-figures.rules.js';

/** The one row of what the bureau sets for the counting. */
@Entity({ name: 'counting_settings' })
export class CountingSettingsEntity {
  @PrimaryColumn({ type: 'int', default: 1, primaryKeyConstraintName: 'pk_counting_settings' })
  id!: number;

  /** The first day that the ledger counts; what was over before it is held by opening figures. */
  @Column({ name: 'cut_over_on', type: 'date', nullable: true })
  cutOverOn!: string | null;

  /** 文号. */
  @Column({ name: 'document_number', type: 'text', nullable: true })
  documentNumber!: string | null;

  @Column({ name: 'set_by', type: 'uuid', nullable: true })
  setBy!: string | null;

  @Column({ name: 'set_at', type: 'timestamptz', nullable: true })
  setAt!: Date | null;

  @Column({ type: 'int', default: 1 })
  version!: number;
}

/** 期初数: what was reported of a year before the platform. It counts while it is signed. */
@Entity({ name: 'opening_figures' })
export class OpeningFigureEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_opening_figures' })
  id!: string;

  @Column({ type: 'text' })
  measure!: string;

  @Column({ type: 'int' })
  year!: number;

  @Column({ name: 'organisation_id', type: 'uuid', nullable: true })
  organisationId!: string | null;

  /** Where it is no organisation of the platform. */
  @Column({ type: 'text', nullable: true })
  department!: string | null;

  @Column({ type: 'int' })
  value!: number;

  @Column({ name: 'document_number', type: 'text' })
  documentNumber!: string;

  @Column({ name: 'scan_id', type: 'uuid', nullable: true })
  scanId!: string | null;

  @Column({ type: 'text', default: 'drafted' })
  state!: OpeningState;

  /** The figure whose place it takes once it is signed. */
  @Column({ name: 'corrects_id', type: 'uuid', nullable: true })
  correctsId!: string | null;

  @Column({ name: 'corrects_because', type: 'text', nullable: true })
  correctsBecause!: string | null;

  @Column({ name: 'drafted_by', type: 'uuid' })
  draftedBy!: string;

  @Column({ name: 'drafted_at', type: 'timestamptz' })
  draftedAt!: Date;

  @Column({ name: 'reviewed_by', type: 'uuid', nullable: true })
  reviewedBy!: string | null;

  @Column({ name: 'reviewed_at', type: 'timestamptz', nullable: true })
  reviewedAt!: Date | null;

  @Column({ name: 'signed_by', type: 'uuid', nullable: true })
  signedBy!: string | null;

  @Column({ name: 'signed_at', type: 'timestamptz', nullable: true })
  signedAt!: Date | null;

  /** Who replaced or withdrew it. */
  @Column({ name: 'ended_by', type: 'uuid', nullable: true })
  endedBy!: string | null;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt!: Date | null;

  @Column({ name: 'ended_because', type: 'text', nullable: true })
  endedBecause!: string | null;

  /** The named list in its place: an import, or a paper; null where a correction took it. */
  @Column({ name: 'list_name', type: 'text', nullable: true })
  listName!: string | null;

  @Column({ type: 'int', default: 1 })
  version!: number;
}

/** 汇总数: a total without names that a department sealed (counting rule 9). */
@Entity({ name: 'sealed_totals' })
export class SealedTotalEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_sealed_totals' })
  id!: string;

  @Column({ type: 'text' })
  department!: string;

  /** YYYY or YYYY-MM. */
  @Column({ type: 'text' })
  period!: string;

  @Column({ type: 'int' })
  value!: number;

  @Column({ name: 'document_number', type: 'text' })
  documentNumber!: string;

  @Column({ name: 'sealed_on', type: 'date' })
  sealedOn!: string;

  @Column({ name: 'scan_id', type: 'uuid', nullable: true })
  scanId!: string | null;

  @Column({ type: 'text', default: 'standing' })
  state!: SealedState;

  @Column({ name: 'recorded_by', type: 'uuid' })
  recordedBy!: string;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;

  @Column({ name: 'ended_by', type: 'uuid', nullable: true })
  endedBy!: string | null;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt!: Date | null;

  @Column({ name: 'ended_because', type: 'text', nullable: true })
  endedBecause!: string | null;

  @Column({ name: 'list_name', type: 'text', nullable: true })
  listName!: string | null;

  @Column({ type: 'int', default: 1 })
  version!: number;
}
