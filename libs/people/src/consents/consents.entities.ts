import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ConsentWay, GroupSource, ResidentGroup } from '#contracts';
import type { GuessKind } from '../merging/guesses.rules.js';

/** 重点群体: a group that a resident belongs to, from `since` on and before `until`. */
@Entity({ name: 'resident_groups' })
export class ResidentGroupEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_resident_groups' })
  id!: string;

  @Column({ name: 'resident_id', type: 'uuid' })
  residentId!: string;

  @Column({ type: 'text' })
  kind!: ResidentGroup;

  @Column({ type: 'text' })
  source!: GroupSource;

  @Column({ type: 'date' })
  since!: string;

  @Column({ type: 'date', nullable: true })
  until!: string | null;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;
}

/** 代报名同意: a resident lets an account that acts for them enroll them. */
@Entity({ name: 'proxy_consents' })
export class ProxyConsentEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_proxy_consents' })
  id!: string;

  @Column({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @Column({ name: 'resident_id', type: 'uuid' })
  residentId!: string;

  @Column({ type: 'text' })
  how!: ConsentWay;

  @Column({ name: 'given_at', type: 'timestamptz' })
  givenAt!: Date;

  @Column({ name: 'recorded_by_account', type: 'uuid', nullable: true })
  recordedByAccount!: string | null;

  @Column({ name: 'recorded_by_staff', type: 'uuid', nullable: true })
  recordedByStaff!: string | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;

  @Column({ name: 'revoked_by_account', type: 'uuid', nullable: true })
  revokedByAccount!: string | null;

  @Column({ name: 'revoked_by_staff', type: 'uuid', nullable: true })
  revokedByStaff!: string | null;
}

/** 安全声明: whether a resident of 70 or older says to be fit for the classes of a term. */
@Entity({ name: 'safety_declarations' })
export class SafetyDeclarationEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_safety_declarations' })
  id!: string;

  @Column({ name: 'resident_id', type: 'uuid' })
  residentId!: string;

  @Column({ name: 'term_id', type: 'uuid' })
  termId!: string;

  /** Yes: fit. */
  @Column({ type: 'boolean' })
  answer!: boolean;

  @Column({ name: 'given_at', type: 'timestamptz' })
  givenAt!: Date;

  @Column({ name: 'given_by_account', type: 'uuid', nullable: true })
  givenByAccount!: string | null;

  @Column({ name: 'given_by_staff', type: 'uuid', nullable: true })
  givenByStaff!: string | null;

  /** When a later answer took its place. */
  @Column({ name: 'superseded_at', type: 'timestamptz', nullable: true })
  supersededAt!: Date | null;
}

/** How often an account guessed lately at what it may not look up. */
@Entity({ name: 'account_guesses' })
export class AccountGuessesEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid', primaryKeyConstraintName: 'pk_account_guesses' })
  accountId!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_account_guesses' })
  kind!: GuessKind;

  @Column({ type: 'timestamptz' })
  since!: Date;

  @Column({ type: 'int' })
  guesses!: number;
}

/** A code by which a resident's own account lets another act for them: good once, for a day. */
@Entity({ name: 'proxy_invitations' })
export class ProxyInvitationEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_proxy_invitations' })
  id!: string;

  @Column({ type: 'text' })
  code!: string;

  @Column({ name: 'resident_id', type: 'uuid' })
  residentId!: string;

  @Column({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ name: 'used_at', type: 'timestamptz', nullable: true })
  usedAt!: Date | null;

  @Column({ name: 'used_by_account', type: 'uuid', nullable: true })
  usedByAccount!: string | null;
}
