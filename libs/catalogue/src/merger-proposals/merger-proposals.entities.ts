import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { MergerProposalState } from './merger-proposals.dto.js';

/** 并班商议: whether a class may be merged into one of another school, which is asked beforehand. */
@Entity({ name: 'merger_proposals' })
export class MergerProposal {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_merger_proposals' })
  id!: string;

  @Column('uuid', { name: 'class_id' })
  classId!: string;

  @Column('uuid', { name: 'into_class_id' })
  intoClassId!: string;

  @Column('text')
  reason!: string;

  @Column('text', { default: 'asked' })
  state!: MergerProposalState;

  @Column('uuid', { name: 'asked_by' })
  askedBy!: string;

  @Column('timestamptz', { name: 'asked_at' })
  askedAt!: Date;

  /** What the school that was asked says; there where it objects. */
  @Column('text', { name: 'answer_reason', nullable: true })
  answerReason!: string | null;

  @Column('uuid', { name: 'answered_by', nullable: true })
  answeredBy!: string | null;

  @Column('timestamptz', { name: 'answered_at', nullable: true })
  answeredAt!: Date | null;

  /** Who merged the classes, dropped the proposal or finished one of them; null where the platform finished it. */
  @Column('uuid', { name: 'ended_by', nullable: true })
  endedBy!: string | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column('int', { default: 1 })
  version!: number;
}
