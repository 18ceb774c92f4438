import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LotteryOutcome, LotteryState, PassedOverReason } from '#contracts';

/** 摇号: the draw of a class's seats. Its formulas stand in docs/lottery.md. */
@Entity({ name: 'lotteries' })
export class Lottery {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_lotteries' })
  id!: string;

  @Column('uuid', { name: 'class_id' })
  classId!: string;

  @Column('text', { default: 'announced' })
  state!: LotteryState;

  /** 64 hexadecimal digits; published with the result. */
  @Column('bytea', { name: 'secret_sealed' })
  secretSealed!: Buffer;

  @Column('text', { name: 'secret_hash' })
  secretHash!: string;

  /** Where the public number will come from. */
  @Column('text', { name: 'number_name' })
  numberName!: string;

  @Column('timestamptz', { name: 'number_due_at' })
  numberDueAt!: Date;

  @Column('timestamptz', { name: 'announced_at' })
  announcedAt!: Date;

  @Column('timestamptz', { name: 'frozen_at', nullable: true })
  frozenAt!: Date | null;

  @Column('text', { name: 'list_hash', nullable: true })
  listHash!: string | null;

  /** Seats to be drawn, as of the freezing. */
  @Column('int', { nullable: true })
  seats!: number | null;

  /** The most of those on the list who may wait; null for no limit. */
  @Column('int', { name: 'waiting_limit', nullable: true })
  waitingLimit!: number | null;

  @Column('int', { name: 'entry_count', nullable: true })
  entryCount!: number | null;

  @Column('int', { name: 'resident_count', nullable: true })
  residentCount!: number | null;

  /** Digits of the public number; null also where there are seats for all. */
  @Column('text', { nullable: true })
  number!: string | null;

  @Column('uuid', { name: 'number_entered_by', nullable: true })
  numberEnteredBy!: string | null;

  @Column('timestamptz', { name: 'number_entered_at', nullable: true })
  numberEnteredAt!: Date | null;

  @Column('uuid', { name: 'number_confirmed_by', nullable: true })
  numberConfirmedBy!: string | null;

  @Column('timestamptz', { name: 'number_confirmed_at', nullable: true })
  numberConfirmedAt!: Date | null;

  @Column('text', { nullable: true })
  seed!: string | null;

  /** Seats that were there to be given at the draw. */
  @Column('int', { name: 'seats_at_draw', nullable: true })
  seatsAtDraw!: number | null;

  @Column('timestamptz', { name: 'drawn_at', nullable: true })
  drawnAt!: Date | null;

  @Column('timestamptz', { name: 'called_off_at', nullable: true })
  calledOffAt!: Date | null;

  /** As it is published. */
  @Column('text', { name: 'called_off_reason', nullable: true })
  calledOffReason!: string | null;

  @Column('int', { default: 1 })
  version!: number;
}

/** A unit in a lottery, under the name by which it is published. */
@Entity({ name: 'lottery_entries' })
export class LotteryEntryRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_lottery_entries' })
  id!: string;

  @Column('uuid', { name: 'lottery_id' })
  lotteryId!: string;

  @Column('text')
  pseudonym!: string;

  /** The smallest id of the unit's enrollments, from which the pseudonym was drawn. */
  @Column('uuid', { name: 'unit_key' })
  unitKey!: string;

  /** How many pseudonyms drawn for it before were taken. */
  @Column('int', { default: 0 })
  attempt!: number;

  @Column('int')
  size!: number;

  @Column('int')
  tier!: number;

  @Column('int', { nullable: true })
  rank!: number | null;

  /** Those of the unit who still wanted a seat. */
  @Column('int', { name: 'size_at_draw', nullable: true })
  sizeAtDraw!: number | null;

  @Column('text', { nullable: true })
  outcome!: LotteryOutcome | null;

  @Column('text', { nullable: true })
  because!: PassedOverReason | null;
}

/** Whose an entry is. */
@Entity({ name: 'lottery_entry_enrollments' })
export class LotteryEntryEnrollment {
  @PrimaryColumn('uuid', { name: 'entry_id', primaryKeyConstraintName: 'pk_lottery_entry_enrollments' })
  entryId!: string;

  @PrimaryColumn('uuid', { name: 'enrollment_id', primaryKeyConstraintName: 'pk_lottery_entry_enrollments' })
  enrollmentId!: string;
}

/** A file as it was published, when the list was frozen and when it was drawn. Append-only. */
@Entity({ name: 'lottery_files' })
export class LotteryFileRow {
  @PrimaryColumn('uuid', { name: 'lottery_id', primaryKeyConstraintName: 'pk_lottery_files' })
  lotteryId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_lottery_files' })
  stage!: 'frozen' | 'drawn';

  @Column('text')
  text!: string;

  /** SHA-256 of the text. */
  @Column('text')
  hash!: string;

  @Column('timestamptz', { name: 'published_at' })
  publishedAt!: Date;
}
