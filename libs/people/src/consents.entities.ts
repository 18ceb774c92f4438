import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ConsentWay, GroupSource, ResidentGroup } from '#contracts';

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
  kind!: 'companion_code' | 'registered_already';

  @Column({ type: 'timestamptz' })
  since!: Date;

  @Column({ type: 'int' })
  guesses!: number;
}
