import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { GroupSource, LedgerStatus, ProgrammeKind, ResidentGroup, RuleState } from '#contracts';
import type { Cause } from './counting/difference.rules.js';
import type { EntryEvidence, GroupTag } from './counting/mapping.rules.js';
import type { CountingParameters } from './counting/parameters.rules.js';

/** 统计口径: a version of the counting rules. */
@Entity({ name: 'counting_rules' })
export class CountingRuleEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_counting_rules' })
  id!: string;

  @Column({ type: 'int' })
  version!: number;

  @Column({ type: 'text' })
  state!: RuleState;

  /** 文号. */
  @Column({ name: 'document_number', type: 'text', nullable: true })
  documentNumber!: string | null;

  @Column({ name: 'drafting_office', type: 'text' })
  draftingOffice!: string;

  @Column({ name: 'departments_consulted', type: 'text', array: true })
  departmentsConsulted!: string[];

  @Column({ type: 'text', nullable: true })
  signer!: string | null;

  @Column({ name: 'effective_from', type: 'date' })
  effectiveFrom!: string;

  @Column({ type: 'jsonb' })
  parameters!: CountingParameters;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  /** The version whose parameters it began with. */
  @Column({ name: 'copied_from', type: 'uuid', nullable: true })
  copiedFrom!: string | null;

  @Column({ name: 'created_by', type: 'uuid', nullable: true })
  createdBy!: string | null;

  /** When it was put on trial or published; null for the first, which was loaded. */
  @Column({ name: 'enacted_at', type: 'timestamptz', nullable: true })
  enactedAt!: Date | null;

  @Column({ name: 'enacted_by', type: 'uuid', nullable: true })
  enactedBy!: string | null;

  /** The first day that it counts no longer. */
  @Column({ name: 'repealed_from', type: 'date', nullable: true })
  repealedFrom!: string | null;

  @Column({ name: 'repealed_by', type: 'uuid', nullable: true })
  repealedBy!: string | null;

  @Column({ name: 'repealed_because', type: 'text', nullable: true })
  repealedBecause!: string | null;

  /** Of the row, for If-Match. */
  @Column({ type: 'int', default: 1 })
  revision!: number;
}

/**
 * 人次明细账: an entry. Append-only; its column `tx` (xid8, the transaction that posted it, for the sealer) is the
 * database's own and of a type that TypeORM does not know.
 */
@Entity({ name: 'ledger_entries' })
export class LedgerEntryEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_ledger_entries',
  })
  id!: string;

  @Column({ name: 'resident_id', type: 'uuid' })
  residentId!: string;

  @Column({ name: 'class_id', type: 'uuid', nullable: true })
  classId!: string | null;

  @Column({ name: 'enrollment_id', type: 'uuid', nullable: true })
  enrollmentId!: string | null;

  /** The imported record on which it stands, in place of an enrollment. */
  @Column({ name: 'record_id', type: 'uuid', nullable: true })
  recordId!: string | null;

  @Column({ type: 'text' })
  measure!: string;

  @Column({ type: 'smallint' })
  amount!: 1 | -1;

  @Column({ type: 'text' })
  status!: LedgerStatus;

  /** The day it counts on; of the posting there are `period` and `postedAt`. */
  @Column({ name: 'counted_on', type: 'date' })
  countedOn!: string;

  /** Month of posting, YYYY-MM. */
  @Column({ type: 'text' })
  period!: string;

  @Column({ name: 'region_code', type: 'text' })
  regionCode!: string;

  @Column({ name: 'organisation_id', type: 'uuid' })
  organisationId!: string;

  @Column({ name: 'programme_kind', type: 'text' })
  programmeKind!: ProgrammeKind;

  @Column({ name: 'course_code', type: 'text' })
  courseCode!: string;

  @Column({ name: 'rule_id', type: 'uuid' })
  ruleId!: string;

  @Column({ type: 'json' })
  evidence!: EntryEvidence;

  /** As they stood on the day counted on; null in entries posted before tags were kept. */
  @Column({ type: 'jsonb', nullable: true })
  groups!: GroupTag[] | null;

  /** The entry that this one takes back. */
  @Column({ type: 'bigint', nullable: true })
  reverses!: string | null;

  @Column({ type: 'text' })
  cause!: Cause;

  /** The adjustment that posted it. */
  @Column({ name: 'adjustment_id', type: 'uuid', nullable: true })
  adjustmentId!: string | null;

  @Column({ name: 'posted_at', type: 'timestamptz' })
  postedAt!: Date;
}

/** A sum of the ledger, kept in the transactions that post its entries. */
@Entity({ name: 'ledger_totals' })
export class LedgerTotalEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_ledger_totals' })
  measure!: string;

  /** Of the day counted on, YYYY-MM. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_ledger_totals' })
  month!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_ledger_totals' })
  status!: LedgerStatus;

  @PrimaryColumn({ name: 'region_code', type: 'text', primaryKeyConstraintName: 'pk_ledger_totals' })
  regionCode!: string;

  @PrimaryColumn({ name: 'organisation_id', type: 'uuid', primaryKeyConstraintName: 'pk_ledger_totals' })
  organisationId!: string;

  @PrimaryColumn({ name: 'programme_kind', type: 'text', primaryKeyConstraintName: 'pk_ledger_totals' })
  programmeKind!: ProgrammeKind;

  @Column({ type: 'int' })
  total!: number;
}

/** A sum of the ledger by group of residents, kept as {@link LedgerTotalEntity} is. Who belongs to two groups is in both. */
@Entity({ name: 'ledger_group_totals' })
export class LedgerGroupTotalEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_ledger_group_totals' })
  measure!: string;

  /** Of the day counted on, YYYY-MM. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_ledger_group_totals' })
  month!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_ledger_group_totals' })
  status!: LedgerStatus;

  @PrimaryColumn({ name: 'resident_group', type: 'text', primaryKeyConstraintName: 'pk_ledger_group_totals' })
  group!: ResidentGroup;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_ledger_group_totals' })
  source!: GroupSource;

  @Column({ type: 'int' })
  total!: number;
}

/** 到课人次 that the totals hold, by resident, class, month and place. */
@Entity({ name: 'counted_attendances' })
export class CountedAttendanceEntity {
  @PrimaryColumn({ name: 'resident_id', type: 'uuid', primaryKeyConstraintName: 'pk_counted_attendances' })
  residentId!: string;

  @PrimaryColumn({ name: 'class_id', type: 'uuid', primaryKeyConstraintName: 'pk_counted_attendances' })
  classId!: string;

  /** YYYY-MM */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_counted_attendances' })
  month!: string;

  @PrimaryColumn({ name: 'region_code', type: 'text', primaryKeyConstraintName: 'pk_counted_attendances' })
  regionCode!: string;

  @Column({ name: 'organisation_id', type: 'uuid' })
  organisationId!: string;

  @Column({ name: 'programme_kind', type: 'text' })
  programmeKind!: ProgrammeKind;

  @Column({ type: 'int' })
  sessions!: number;
}

/** What would count of a resident whose identity nobody has verified (counting rule 8). */
@Entity({ name: 'unverified_claims' })
export class UnverifiedClaimEntity {
  @PrimaryColumn({ name: 'enrollment_id', type: 'uuid', primaryKeyConstraintName: 'pk_unverified_claims' })
  enrollmentId!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_unverified_claims' })
  measure!: string;

  @Column({ name: 'resident_id', type: 'uuid' })
  residentId!: string;

  @Column({ name: 'counted_on', type: 'date' })
  countedOn!: string;

  @Column({ name: 'region_code', type: 'text' })
  regionCode!: string;

  @Column({ name: 'organisation_id', type: 'uuid' })
  organisationId!: string;

  @Column({ name: 'programme_kind', type: 'text' })
  programmeKind!: ProgrammeKind;
}

/** The one row that says how fresh the figures are. */
@Entity({ name: 'recount_states' })
export class RecountStateEntity {
  @PrimaryColumn({ type: 'int', default: 1, primaryKeyConstraintName: 'pk_recount_states' })
  id!: number;

  @Column({ name: 'recounted_at', type: 'timestamptz' })
  recountedAt!: Date;
}
