import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LateSheetState } from './late-sheets.dto.js';

/** 补录单: the late records of a session that wait for one signature, or got it. */
@Entity({ name: 'late_sheets' })
export class LateSheetEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_late_sheets' })
  id!: string;

  @Column({ name: 'session_id', type: 'uuid' })
  sessionId!: string;

  @Column({ name: 'organisation_id', type: 'uuid' })
  organisationId!: string;

  @Column({ type: 'text' })
  state!: LateSheetState;

  @Column({ name: 'opened_at', type: 'timestamptz' })
  openedAt!: Date;

  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  decidedAt!: Date | null;

  @Column({ name: 'decided_by', type: 'uuid', nullable: true })
  decidedBy!: string | null;

  @Column({ name: 'returned_because', type: 'text', nullable: true })
  returnedBecause!: string | null;

  @Column({ type: 'int' })
  version!: number;
}

/** A mark on a late sheet. Append-only, as the marks are. */
@Entity({ name: 'late_sheet_marks' })
export class LateSheetMarkEntity {
  @PrimaryColumn({ name: 'mark_id', type: 'uuid', primaryKeyConstraintName: 'pk_late_sheet_marks' })
  markId!: string;

  @Column({ name: 'sheet_id', type: 'uuid' })
  sheetId!: string;

  /** Of the mark; by it a recount finds what still waits. */
  @Column({ name: 'resident_id', type: 'uuid' })
  residentId!: string;
}

/** A photo or scan of the paper that a late sheet was entered from. */
@Entity({ name: 'late_sheet_scans' })
export class LateSheetScanEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_late_sheet_scans' })
  id!: string;

  @Column({ name: 'sheet_id', type: 'uuid' })
  sheetId!: string;

  @Column({ name: 'file_id', type: 'uuid' })
  fileId!: string;

  @Column({ name: 'added_by', type: 'uuid' })
  addedBy!: string;

  @Column({ name: 'added_at', type: 'timestamptz' })
  addedAt!: Date;
}
