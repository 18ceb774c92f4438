import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A photo taken at a session. One that was withdrawn is kept, with the reason. */
@Entity({ name: 'session_photos' })
export class SessionPhotoEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_session_photos' })
  id!: string;

  @Column({ name: 'session_id', type: 'uuid' })
  sessionId!: string;

  @Column({ name: 'file_id', type: 'uuid' })
  fileId!: string;

  @Column({ name: 'added_by', type: 'uuid' })
  addedBy!: string;

  @Column({ name: 'added_at', type: 'timestamptz' })
  addedAt!: Date;

  @Column({ name: 'withdrawn_by', type: 'uuid', nullable: true })
  withdrawnBy!: string | null;

  @Column({ name: 'withdrawn_at', type: 'timestamptz', nullable: true })
  withdrawnAt!: Date | null;

  @Column({ name: 'withdrawn_because', type: 'text', nullable: true })
  withdrawnBecause!: string | null;

  @Column({ type: 'int' })
  version!: number;
}

/** How many came to a session without their names being taken (counting rule 10). Append-only; the last one stands. */
@Entity({ name: 'session_headcounts' })
export class SessionHeadcountEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_session_headcounts' })
  id!: string;

  @Column({ name: 'session_id', type: 'uuid' })
  sessionId!: string;

  @Column({ type: 'int' })
  headcount!: number;

  @Column({ type: 'text', nullable: true })
  note!: string | null;

  @Column({ name: 'recorded_by', type: 'uuid' })
  recordedBy!: string;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;
}
