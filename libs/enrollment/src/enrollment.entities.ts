import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { EnrollmentSource, EnrollmentState, ProgrammeKind } from '#contracts';

/** A resident's application to a class, in one of its states. */
@Entity({ name: 'enrollments' })
export class Enrollment {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_enrollments' })
  id!: string;

  @Column('uuid', { name: 'class_id' })
  classId!: string;

  @Column('uuid', { name: 'resident_id' })
  residentId!: string;

  @Column('uuid', { name: 'term_id' })
  termId!: string;

  @Column('text', { name: 'programme_kind' })
  programmeKind!: ProgrammeKind;

  @Column('text')
  state!: EnrollmentState;

  /** Place in the queue together with the id; it never changes. */
  @Column('timestamptz', { name: 'queued_at' })
  queuedAt!: Date;

  @Column('timestamptz', { name: 'offered_until', nullable: true })
  offeredUntil!: Date | null;

  @Column('text')
  source!: EnrollmentSource;

  /** Those who share it applied together: they queue, are drawn and get seats as one. */
  @Column('uuid', { name: 'unit_id', nullable: true })
  unitId!: string | null;

  /** Whether a seat that falls free is taken without asking first. */
  @Column('boolean', { default: true })
  automatic!: boolean;

  /** The reserve from which the seat was taken: `counter`, `newcomers`, `village:330305001007`. */
  @Column('text', { nullable: true })
  reserve!: string | null;

  /** Until when cancelling can be taken back, and to which state; a seat is held that long. */
  @Column('timestamptz', { name: 'undo_until', nullable: true })
  undoUntil!: Date | null;

  @Column('text', { name: 'undo_to', nullable: true })
  undoTo!: 'enrolled' | 'waiting' | 'applied' | null;

  @Column('timestamptz', { name: 'decided_at' })
  decidedAt!: Date;

  @Column('int', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}

/** One move of an enrollment from state to state: who, when, why. Append-only. */
@Entity({ name: 'enrollment_moves' })
export class EnrollmentMove {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_enrollment_moves',
  })
  id!: string;

  @PrimaryColumn('uuid', { name: 'enrollment_id', primaryKeyConstraintName: 'pk_enrollment_moves' })
  enrollmentId!: string;

  @Column('text', { name: 'from_state', nullable: true })
  fromState!: EnrollmentState | null;

  @Column('text', { name: 'to_state' })
  toState!: EnrollmentState;

  @Column('timestamptz')
  at!: Date;

  @Column('text', { name: 'actor_kind' })
  actorKind!: string;

  @Column('uuid', { name: 'actor_id', nullable: true })
  actorId!: string | null;

  @Column('text')
  reason!: string;

  /** What was done: `apply`, `accept`, `transfer`, … */
  @Column('text', { default: 'apply' })
  step!: string;
}

/** An enrollment that went over to another class, with its attendance and its place in the queue. Append-only. */
@Entity({ name: 'enrollment_transfers' })
export class EnrollmentTransfer {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_enrollment_transfers',
  })
  id!: string;

  @Column('uuid', { name: 'enrollment_id' })
  enrollmentId!: string;

  @Column('uuid', { name: 'from_class_id' })
  fromClassId!: string;

  @Column('uuid', { name: 'to_class_id' })
  toClassId!: string;

  @Column('timestamptz')
  at!: Date;
}

/** A course that a resident has completed, in one of its classes. */
@Entity({ name: 'completed_courses' })
export class CompletedCourse {
  @PrimaryColumn('uuid', { name: 'resident_id', primaryKeyConstraintName: 'pk_completed_courses' })
  residentId!: string;

  @PrimaryColumn('uuid', { name: 'course_id', primaryKeyConstraintName: 'pk_completed_courses' })
  courseId!: string;

  @PrimaryColumn('uuid', { name: 'class_id', primaryKeyConstraintName: 'pk_completed_courses' })
  classId!: string;
}

/** A fee that was paid at the counter, or given back. Append-only. */
@Entity({ name: 'enrollment_payments' })
export class EnrollmentPayment {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_enrollment_payments' })
  id!: string;

  @Column('uuid', { name: 'enrollment_id' })
  enrollmentId!: string;

  @Column('text')
  kind!: 'paid' | 'refunded';

  /** Integer fen, above zero. */
  @Column('int', { name: 'amount_fen' })
  amountFen!: number;

  @Column('text', { nullable: true })
  note!: string | null;

  @Column('timestamptz')
  at!: Date;

  @Column('uuid', { name: 'recorded_by' })
  recordedBy!: string;
}

/** 申诉: a resident asks the school to look again at what became of an enrollment. */
@Entity({ name: 'appeals' })
export class Appeal {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_appeals' })
  id!: string;

  @Column('uuid', { name: 'enrollment_id' })
  enrollmentId!: string;

  @Column('uuid', { name: 'resident_id' })
  residentId!: string;

  @Column('uuid', { name: 'organisation_id' })
  organisationId!: string;

  @Column('text')
  text!: string;

  @Column('text', { default: 'open' })
  state!: 'open' | 'upheld' | 'rejected';

  @Column('text', { nullable: true })
  answer!: string | null;

  @Column('uuid', { name: 'decided_by', nullable: true })
  decidedBy!: string | null;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt!: Date | null;

  @Column('int', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}

/** A resident's term: the row that is locked before the resident's claims of the term are counted. */
@Entity({ name: 'resident_terms' })
export class ResidentTerm {
  @PrimaryColumn('uuid', { name: 'resident_id', primaryKeyConstraintName: 'pk_resident_terms' })
  residentId!: string;

  @PrimaryColumn('uuid', { name: 'term_id', primaryKeyConstraintName: 'pk_resident_terms' })
  termId!: string;
}

/** A cancelled session of which those with a seat have been told. */
@Entity({ name: 'told_cancellations' })
export class ToldCancellation {
  @PrimaryColumn('uuid', { name: 'session_id', primaryKeyConstraintName: 'pk_told_cancellations' })
  sessionId!: string;

  @Column('timestamptz')
  at!: Date;
}
