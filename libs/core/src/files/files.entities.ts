import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FilePurpose, MediaType } from './files.rules.js';

/** A file that was uploaded; its content is in pieces ({@link StoredFilePieceEntity}). */
@Entity({ name: 'stored_files' })
export class StoredFileEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_stored_files' })
  id!: string;

  @Column({ type: 'text' })
  purpose!: FilePurpose;

  @Column({ name: 'media_type', type: 'text' })
  mediaType!: MediaType;

  /** As it was called where it came from. */
  @Column({ type: 'text' })
  name!: string;

  /** Bytes; null while it is being uploaded. */
  @Column({ type: 'bigint', nullable: true })
  size!: string | null;

  /** SHA-256 of the content as it is stored; null while it is being uploaded. */
  @Column({ type: 'bytea', nullable: true })
  sha256!: Buffer | null;

  @Column({ name: 'organisation_id', type: 'uuid', nullable: true })
  organisationId!: string | null;

  /** Null: the platform itself. */
  @Column({ name: 'uploaded_by', type: 'uuid', nullable: true })
  uploadedBy!: string | null;

  @Column({ name: 'uploaded_at', type: 'timestamptz' })
  uploadedAt!: Date;

  /** Since when something refers to it; a file that is null for a day is purged. */
  @Column({ name: 'kept_at', type: 'timestamptz', nullable: true })
  keptAt!: Date | null;
}

/** A piece of a file, sealed by itself so that neither upload nor download ever holds the whole. */
@Entity({ name: 'stored_file_pieces' })
export class StoredFilePieceEntity {
  @PrimaryColumn({ name: 'file_id', type: 'uuid', primaryKeyConstraintName: 'pk_stored_file_pieces' })
  fileId!: string;

  /** From 0. */
  @PrimaryColumn({ type: 'int', primaryKeyConstraintName: 'pk_stored_file_pieces' })
  number!: number;

  @Column({ type: 'bytea' })
  sealed!: Buffer;
}

/** A scan of the paper behind something that the district wrote. Append-only: the last one is the paper. */
@Entity({ name: 'document_scans' })
export class DocumentScanEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_document_scans' })
  id!: string;

  @Column({ name: 'subject_kind', type: 'text' })
  subjectKind!: string;

  @Column({ name: 'subject_id', type: 'uuid' })
  subjectId!: string;

  @Column({ name: 'file_id', type: 'uuid' })
  fileId!: string;

  @Column({ name: 'added_by', type: 'uuid' })
  addedBy!: string;

  @Column({ name: 'added_at', type: 'timestamptz' })
  addedAt!: Date;
}
