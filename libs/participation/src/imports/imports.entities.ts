import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DegreeLevel, DocumentKind, ImportKind, ImportState } from '#contracts';
import type { SheetEncoding } from '#core';
import type { ImportProblem } from './import-rows.rules.js';
import type { ImportCounts, ImportFailure } from './imports.rules.js';
import type { Reason } from '../counting/threshold.rules.js';

/** 导入: a list that another department sent. */
@Entity({ name: 'imports' })
export class ImportEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_imports' })
  id!: string;

  @Column({ type: 'text' })
  kind!: ImportKind;

  @Column({ type: 'text', default: 'waiting' })
  state!: ImportState;

  /** Who sent it. */
  @Column({ name: 'department_id', type: 'uuid' })
  departmentId!: string;

  /** 文号 of the letter with which it came. */
  @Column({ name: 'document_number', type: 'text', nullable: true })
  documentNumber!: string | null;

  @Column({ name: 'file_name', type: 'text' })
  fileName!: string;

  /** Null before it was uploaded, and once it was let go of. */
  @Column({ name: 'file_id', type: 'uuid', nullable: true })
  fileId!: string | null;

  @Column({ type: 'text', nullable: true })
  encoding!: SheetEncoding | null;

  @Column({ type: 'jsonb', nullable: true })
  failure!: ImportFailure | null;

  /** Rows of the file, about as many until they were read; null before it was opened. */
  @Column({ name: 'row_count', type: 'int', nullable: true })
  rowCount!: number | null;

  @Column({ name: 'rows_read', type: 'int', default: 0 })
  rowsRead!: number;

  @Column({ name: 'rows_checked', type: 'int', default: 0 })
  rowsChecked!: number;

  /** Rows that were written, or withdrawn. */
  @Column({ name: 'rows_done', type: 'int', default: 0 })
  rowsDone!: number;

  /** Hash of the document of the last person who was checked, or written of those whose hash lies in the lower half. */
  @Column({ name: 'done_up_to', type: 'bytea', nullable: true })
  doneUpTo!: Buffer | null;

  /** Of the last person written of those whose hash lies in the upper half, which are written at the same time. */
  @Column({ name: 'upper_done_up_to', type: 'bytea', nullable: true })
  upperDoneUpTo!: Buffer | null;

  @Column({ type: 'jsonb', nullable: true })
  counts!: ImportCounts | null;

  @Column({ name: 'imported_by', type: 'uuid' })
  importedBy!: string;

  @Column({ name: 'imported_at', type: 'timestamptz' })
  importedAt!: Date;

  @Column({ name: 'ready_at', type: 'timestamptz', nullable: true })
  readyAt!: Date | null;

  @Column({ name: 'confirmed_by', type: 'uuid', nullable: true })
  confirmedBy!: string | null;

  @Column({ name: 'confirmed_at', type: 'timestamptz', nullable: true })
  confirmedAt!: Date | null;

  @Column({ name: 'written_at', type: 'timestamptz', nullable: true })
  writtenAt!: Date | null;

  @Column({ name: 'undone_by', type: 'uuid', nullable: true })
  undoneBy!: string | null;

  @Column({ name: 'undone_at', type: 'timestamptz', nullable: true })
  undoneAt!: Date | null;

  @Column({ name: 'undone_because', type: 'text', nullable: true })
  undoneBecause!: string | null;

  @Column({ type: 'int', default: 1 })
  version!: number;
}

/** What a row and a record say. */
abstract class Facts {
  @Column({ type: 'text' })
  kind!: ImportKind;

  @Column({ name: 'class_term', type: 'text', nullable: true })
  classTerm!: string | null;

  @Column({ name: 'certificate_number', type: 'text', nullable: true })
  certificateNumber!: string | null;

  @Column({ name: 'class_hours', type: 'numeric', nullable: true })
  classHours!: string | null;

  @Column({ name: 'starts_on', type: 'date', nullable: true })
  startsOn!: string | null;

  @Column({ name: 'ends_on', type: 'date', nullable: true })
  endsOn!: string | null;

  @Column({ type: 'text', nullable: true })
  level!: DegreeLevel | null;

  @Column({ name: 'registered_on', type: 'date', nullable: true })
  registeredOn!: string | null;

  @Column({ name: 'expected_year', type: 'int', nullable: true })
  expectedYear!: number | null;

  @Column({ name: 'graduated_on', type: 'date', nullable: true })
  graduatedOn!: string | null;

  @Column({ name: 'left_on', type: 'date', nullable: true })
  leftOn!: string | null;
}

/** A row as it was read, whether or not it can be used. */
@Entity({ name: 'import_rows' })
export class ImportRowEntity extends Facts {
  @PrimaryColumn({ name: 'import_id', type: 'uuid', primaryKeyConstraintName: 'pk_import_rows' })
  importId!: string;

  /** As the spreadsheet program numbers it. */
  @PrimaryColumn({ type: 'int', primaryKeyConstraintName: 'pk_import_rows' })
  number!: number;

  @Column({ type: 'text', nullable: true })
  name!: string | null;

  @Column({ name: 'document_kind', type: 'text', nullable: true })
  documentKind!: DocumentKind | null;

  @Column({ name: 'document_sealed', type: 'bytea', nullable: true })
  documentSealed!: Buffer | null;

  @Column({ name: 'document_hash', type: 'bytea', nullable: true })
  documentHash!: Buffer | null;

  @Column({ name: 'phone_sealed', type: 'bytea', nullable: true })
  phoneSealed!: Buffer | null;

  @Column({ name: 'phone_hash', type: 'bytea', nullable: true })
  phoneHash!: Buffer | null;

  @Column({ name: 'birth_date', type: 'date', nullable: true })
  birthDate!: string | null;

  @Column({ type: 'text', nullable: true })
  sex!: string | null;

  @Column({ type: 'text', default: '' })
  title!: string;

  @Column({ name: 'course_code', type: 'text', nullable: true })
  courseCode!: string | null;

  @Column({ type: 'boolean', default: false })
  dual!: boolean;

  @Column({ name: 'organisation_id', type: 'uuid', nullable: true })
  organisationId!: string | null;

  @Column({ name: 'region_code', type: 'text', nullable: true })
  regionCode!: string | null;

  @Column({ type: 'jsonb', default: [] })
  problems!: ImportProblem[];

  /** Whether it becomes a record when somebody confirms. */
  @Column({ type: 'boolean' })
  usable!: boolean;

  @Column({ type: 'text', nullable: true })
  person!: 'new' | 'known' | 'differs' | null;

  @Column({ name: 'resident_id', type: 'uuid', nullable: true })
  residentId!: string | null;

  /** Whether it would count, by what was known when it was checked. */
  @Column({ type: 'boolean', nullable: true })
  counts!: boolean | null;

  /** In what it would count; null where that was not kept yet when it was checked. */
  @Column({ type: 'text', array: true, nullable: true })
  measures!: string[] | null;

  @Column({ type: 'jsonb', nullable: true })
  reasons!: Reason[] | null;
}

/** A row that somebody confirmed: evidence, as an enrollment is. */
@Entity({ name: 'imported_records' })
export class ImportedRecordEntity extends Facts {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_imported_records' })
  id!: string;

  @Column({ name: 'import_id', type: 'uuid' })
  importId!: string;

  @Column({ name: 'row_number', type: 'int' })
  rowNumber!: number;

  @Column({ name: 'resident_id', type: 'uuid' })
  residentId!: string;

  @Column({ type: 'text' })
  title!: string;

  @Column({ name: 'course_code', type: 'text' })
  courseCode!: string;

  @Column({ type: 'boolean' })
  dual!: boolean;

  @Column({ name: 'organisation_id', type: 'uuid' })
  organisationId!: string;

  @Column({ name: 'region_code', type: 'text' })
  regionCode!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  /** When its import was undone. */
  @Column({ name: 'withdrawn_at', type: 'timestamptz', nullable: true })
  withdrawnAt!: Date | null;
}
