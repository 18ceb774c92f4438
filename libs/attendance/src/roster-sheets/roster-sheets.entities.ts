import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EnteredLine } from './roster-sheets.queries.js';

/** 签到表: the roster of a session, printed once on paper. */
@Entity({ name: 'roster_sheets' })
export class RosterSheetEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_roster_sheets' })
  id!: string;

  /** Printed on it, to be scanned or typed. */
  @Column({ type: 'text' })
  code!: string;

  @Column({ name: 'session_id', type: 'uuid' })
  sessionId!: string;

  @Column({ name: 'printed_at', type: 'timestamptz' })
  printedAt!: Date;

  @Column({ name: 'printed_by', type: 'uuid' })
  printedBy!: string;

  @Column({ name: 'transcribed_at', type: 'timestamptz', nullable: true })
  transcribedAt!: Date | null;

  @Column({ name: 'transcribed_by', type: 'uuid', nullable: true })
  transcribedBy!: string | null;

  /** What somebody says is on the paper, settled once for all lines. */
  @Column({ type: 'jsonb', nullable: true })
  entered!: EnteredLine[] | null;

  @Column({ name: 'entered_because', type: 'text', nullable: true })
  enteredBecause!: string | null;
}

/** Who is about to transcribe a sheet; the last one of a sheet holds until its time is over. */
@Entity({ name: 'roster_sheet_claims' })
export class RosterSheetClaimEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_roster_sheet_claims' })
  id!: string;

  @Column({ name: 'sheet_id', type: 'uuid' })
  sheetId!: string;

  @Column({ name: 'claimed_by', type: 'uuid' })
  claimedBy!: string;

  @Column({ name: 'claimed_at', type: 'timestamptz' })
  claimedAt!: Date;

  @Column({ name: 'claimed_until', type: 'timestamptz' })
  claimedUntil!: Date;

  /** Whose claim still held when it was taken over. */
  @Column({ name: 'taken_from', type: 'uuid', nullable: true })
  takenFrom!: string | null;
}

/** A photo of a filled-in sheet; a wrong one is withdrawn and kept. */
@Entity({ name: 'roster_sheet_photos' })
export class RosterSheetPhotoEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_roster_sheet_photos' })
  id!: string;

  @Column({ name: 'sheet_id', type: 'uuid' })
  sheetId!: string;

  @Column({ name: 'file_id', type: 'uuid' })
  fileId!: string;

  @Column({ name: 'added_by', type: 'uuid', nullable: true })
  addedBy!: string | null;

  @Column({ name: 'added_at', type: 'timestamptz', nullable: true })
  addedAt!: Date | null;

  @Column({ name: 'withdrawn_by', type: 'uuid', nullable: true })
  withdrawnBy!: string | null;

  @Column({ name: 'withdrawn_at', type: 'timestamptz', nullable: true })
  withdrawnAt!: Date | null;

  @Column({ name: 'withdrawn_because', type: 'text', nullable: true })
  withdrawnBecause!: string | null;
}

/** A line of a printed sheet. Append-only. */
@Entity({ name: 'roster_sheet_lines' })
export class RosterSheetLineEntity {
  @PrimaryColumn({ name: 'sheet_id', type: 'uuid', primaryKeyConstraintName: 'pk_roster_sheet_lines' })
  sheetId!: string;

  /** 名册号: beside the name on the paper. */
  @PrimaryColumn({ type: 'int', primaryKeyConstraintName: 'pk_roster_sheet_lines' })
  number!: number;

  @Column({ name: 'resident_id', type: 'uuid' })
  residentId!: string;

  /** Of the mark that a transcription makes: the same however often it is sent. */
  @Column({ name: 'mark_id', type: 'uuid' })
  markId!: string;
}
