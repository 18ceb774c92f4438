import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { EnrollmentState, ProgrammeKind } from '#contracts';

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
  source!: 'self' | 'counter';

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

  @Column('uuid', { name: 'enrollment_id' })
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
