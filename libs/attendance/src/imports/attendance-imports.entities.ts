import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AttendanceStatus } from '#contracts';
import type { SheetEncoding } from '#core';
import type { CellProblem } from './attendance-imports.rules.js';
import type { AttendanceImportState } from './attendance-imports.dto.js';
import type { MarkOutcome, Refusal } from '../attendance.rules.js';

/** 签到导入: a roll that was taken elsewhere, uploaded as a sheet. */
@Entity({ name: 'attendance_imports' })
export class AttendanceImportEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_attendance_imports' })
  id!: string;

  @Column({ name: 'class_id', type: 'uuid' })
  classId!: string;

  @Column({ name: 'organisation_id', type: 'uuid' })
  organisationId!: string;

  @Column({ type: 'text', default: 'ready' })
  state!: AttendanceImportState;

  @Column({ name: 'file_name', type: 'text' })
  fileName!: string;

  /** Null once it was let go of. */
  @Column({ name: 'file_id', type: 'uuid', nullable: true })
  fileId!: string | null;

  @Column({ type: 'text' })
  encoding!: SheetEncoding;

  @Column({ name: 'row_count', type: 'int' })
  rowCount!: number;

  /** Headings of columns that are no session's. */
  @Column({ type: 'text', array: true, default: [] })
  ignored!: string[];

  @Column({ name: 'imported_by', type: 'uuid' })
  importedBy!: string;

  @Column({ name: 'imported_at', type: 'timestamptz' })
  importedAt!: Date;

  /** Why it comes so late, as whoever confirmed it said. */
  @Column({ type: 'text', nullable: true })
  because!: string | null;

  @Column({ name: 'confirmed_by', type: 'uuid', nullable: true })
  confirmedBy!: string | null;

  @Column({ name: 'confirmed_at', type: 'timestamptz', nullable: true })
  confirmedAt!: Date | null;

  @Column({ name: 'undone_by', type: 'uuid', nullable: true })
  undoneBy!: string | null;

  @Column({ name: 'undone_at', type: 'timestamptz', nullable: true })
  undoneAt!: Date | null;

  @Column({ name: 'undone_because', type: 'text', nullable: true })
  undoneBecause!: string | null;

  @Column({ type: 'int', default: 1 })
  version!: number;
}

/** A cell of a file: a mark to be, or what is wrong with it. */
@Entity({ name: 'attendance_import_cells' })
export class AttendanceImportCellEntity {
  @PrimaryColumn({ name: 'import_id', type: 'uuid', primaryKeyConstraintName: 'pk_attendance_import_cells' })
  importId!: string;

  /** As the spreadsheet program numbers it. */
  @PrimaryColumn({ name: 'row_number', type: 'int', primaryKeyConstraintName: 'pk_attendance_import_cells' })
  rowNumber!: number;

  /** From 1; 0 stands for the whole row. */
  @PrimaryColumn({ name: 'column_number', type: 'int', primaryKeyConstraintName: 'pk_attendance_import_cells' })
  columnNumber!: number;

  /** As the file has it. */
  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  text!: string;

  @Column({ name: 'session_id', type: 'uuid', nullable: true })
  sessionId!: string | null;

  @Column({ name: 'resident_id', type: 'uuid', nullable: true })
  residentId!: string | null;

  @Column({ type: 'text', nullable: true })
  status!: AttendanceStatus | null;

  @Column({ name: 'arrived_at', type: 'timestamptz', nullable: true })
  arrivedAt!: Date | null;

  @Column({ name: 'left_at', type: 'timestamptz', nullable: true })
  leftAt!: Date | null;

  /** Of the mark that it becomes: the same however often it is written. */
  @Column({ name: 'mark_id', type: 'uuid', nullable: true })
  markId!: string | null;

  @Column({ type: 'text', nullable: true })
  problem!: CellProblem | null;

  @Column({ type: 'text', nullable: true })
  foreseen!: MarkOutcome | null;

  @Column({ name: 'foreseen_reason', type: 'text', nullable: true })
  foreseenReason!: Refusal | null;
}

/** A mark that says nothing any more. Append-only, as the mark is. */
@Entity({ name: 'withdrawn_marks' })
export class WithdrawnMarkEntity {
  @PrimaryColumn({ name: 'mark_id', type: 'uuid', primaryKeyConstraintName: 'pk_withdrawn_marks' })
  markId!: string;

  @Column({ name: 'withdrawn_at', type: 'timestamptz' })
  withdrawnAt!: Date;

  @Column({ name: 'withdrawn_by', type: 'uuid' })
  withdrawnBy!: string;

  @Column({ type: 'text' })
  because!: string;
}
