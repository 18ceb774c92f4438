import { Column, Entity, PrimaryColumn } from 'typeorm';

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

  @Column({ name: 'photo_id', type: 'uuid', nullable: true })
  photoId!: string | null;
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
