import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Codes of a session's screen that an account sent lately and that may have been guesses. */
@Entity({ name: 'check_in_tries' })
export class CheckInTriesEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid', primaryKeyConstraintName: 'pk_check_in_tries' })
  accountId!: string;

  @PrimaryColumn({ name: 'session_id', type: 'uuid', primaryKeyConstraintName: 'pk_check_in_tries' })
  sessionId!: string;

  @Column({ type: 'timestamptz' })
  since!: Date;

  @Column({ type: 'int' })
  tries!: number;
}

/** 班长: a resident of the class who may take its roll. */
@Entity({ name: 'class_monitors' })
export class ClassMonitorEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_class_monitors' })
  id!: string;

  @Column({ name: 'class_id', type: 'uuid' })
  classId!: string;

  @Column({ name: 'resident_id', type: 'uuid' })
  residentId!: string;

  /** The last day; null: as long as the class runs. */
  @Column({ name: 'until_day', type: 'date', nullable: true })
  untilDay!: string | null;

  @Column({ name: 'named_at', type: 'timestamptz' })
  namedAt!: Date;

  @Column({ name: 'named_by', type: 'uuid' })
  namedBy!: string;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt!: Date | null;

  @Column({ name: 'ended_by', type: 'uuid', nullable: true })
  endedBy!: string | null;
}

/** 旁听: somebody without a seat who sat in a session. */
@Entity({ name: 'sit_ins' })
export class SitInEntity {
  @PrimaryColumn({ name: 'session_id', type: 'uuid', primaryKeyConstraintName: 'pk_sit_ins' })
  sessionId!: string;

  @PrimaryColumn({ name: 'resident_id', type: 'uuid', primaryKeyConstraintName: 'pk_sit_ins' })
  residentId!: string;

  /** Why there was no seat: the code of the refusal, and its sentence. */
  @Column({ name: 'reason_code', type: 'text' })
  reasonCode!: string;

  @Column({ name: 'reason_zh', type: 'text' })
  reasonZh!: string;

  @Column({ name: 'reason_en', type: 'text' })
  reasonEn!: string;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;

  @Column({ name: 'recorded_by', type: 'uuid' })
  recordedBy!: string;
}
