import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DocumentKind, IdentityState, Language, Need } from '#contracts';
import type { Relation, ResidentState, Sex, StaffRole, StaffState } from './people.words.js';

/** 居民. Name and birth date stand in clear, for search and ages; phone and document are sealed. */
@Entity({ name: 'residents' })
export class ResidentEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_residents' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'birth_date', type: 'date' })
  birthDate!: string;

  @Column({ type: 'text', nullable: true })
  sex!: Sex | null;

  @Column({ name: 'region_code', type: 'text', nullable: true })
  regionCode!: string | null;

  /** Where they work; null: nowhere, or not said. */
  @Column({ name: 'work_region_code', type: 'text', nullable: true })
  workRegionCode!: string | null;

  /** 户籍: where they are registered; null: outside the district, or not said. */
  @Column({ name: 'household_region_code', type: 'text', nullable: true })
  householdRegionCode!: string | null;

  @Column({ name: 'phone_sealed', type: 'bytea', nullable: true })
  phoneSealed!: Buffer | null;

  /** One phone may belong to a whole family. */
  @Column({ name: 'phone_hash', type: 'bytea', nullable: true })
  phoneHash!: Buffer | null;

  @Column({ name: 'document_kind', type: 'text', nullable: true })
  documentKind!: DocumentKind | null;

  @Column({ name: 'document_sealed', type: 'bytea', nullable: true })
  documentSealed!: Buffer | null;

  @Column({ name: 'document_hash', type: 'bytea', nullable: true })
  documentHash!: Buffer | null;

  @Column({ name: 'identity_state', type: 'text', default: 'declared' })
  identityState!: IdentityState;

  @Column({ name: 'identity_verified_at', type: 'timestamptz', nullable: true })
  identityVerifiedAt!: Date | null;

  @Column({ name: 'identity_verified_by', type: 'uuid', nullable: true })
  identityVerifiedBy!: string | null;

  /** Whom to call in an emergency. */
  @Column({ name: 'contact_name_sealed', type: 'bytea', nullable: true })
  contactNameSealed!: Buffer | null;

  @Column({ name: 'contact_phone_sealed', type: 'bytea', nullable: true })
  contactPhoneSealed!: Buffer | null;

  @Column({ type: 'text', array: true, default: [] })
  needs!: Need[];

  @Column({ type: 'text', default: 'active' })
  state!: ResidentState;

  /** The record that is used instead, of the same person. */
  @Column({ name: 'merged_into', type: 'uuid', nullable: true })
  mergedInto!: string | null;

  @Column({ name: 'merged_at', type: 'timestamptz', nullable: true })
  mergedAt!: Date | null;

  @Column({ type: 'int', default: 1 })
  version!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

/** What stands on a resident's printed card; a new one replaces the old. */
@Entity({ name: 'personal_codes' })
export class PersonalCodeEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_personal_codes' })
  code!: string;

  @Column({ name: 'resident_id', type: 'uuid' })
  residentId!: string;

  @Column({ type: 'text', default: 'active' })
  state!: 'active' | 'replaced';

  @Column({ name: 'issued_at', type: 'timestamptz' })
  issuedAt!: Date;
}

/** What a phone signs in to; it holds the residents of a family. */
@Entity({ name: 'accounts' })
export class AccountEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_accounts' })
  id!: string;

  @Column({ name: 'phone_sealed', type: 'bytea' })
  phoneSealed!: Buffer;

  @Column({ name: 'phone_hash', type: 'bytea' })
  phoneHash!: Buffer;

  @Column({ type: 'text', default: 'active' })
  state!: 'active' | 'closed';

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

/** For whom an account acts. */
@Entity({ name: 'account_residents' })
export class AccountResidentEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid', primaryKeyConstraintName: 'pk_account_residents' })
  accountId!: string;

  @PrimaryColumn({ name: 'resident_id', type: 'uuid', primaryKeyConstraintName: 'pk_account_residents' })
  residentId!: string;

  @Column({ type: 'text' })
  relation!: Relation;

  @Column({ type: 'timestamptz' })
  since!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  until!: Date | null;
}

@Entity({ name: 'staff' })
export class StaffEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_staff' })
  id!: string;

  @Column({ type: 'text' })
  username!: string;

  @Column({ type: 'text' })
  name!: string;

  /** scrypt with its parameters: see passwords.ts. */
  @Column({ name: 'password_hash', type: 'text' })
  passwordHash!: string;

  @Column({ name: 'failed_attempts', type: 'int', default: 0 })
  failedAttempts!: number;

  @Column({ name: 'locked_until', type: 'timestamptz', nullable: true })
  lockedUntil!: Date | null;

  @Column({ type: 'text', default: 'active' })
  state!: StaffState;

  @Column({ type: 'int', default: 1 })
  version!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

/** A role that someone holds, in an organisation or (null) in the whole district, from a moment until another. */
@Entity({ name: 'staff_roles' })
export class StaffRoleEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_staff_roles' })
  id!: string;

  @Column({ name: 'staff_id', type: 'uuid' })
  staffId!: string;

  @Column({ type: 'text' })
  role!: StaffRole;

  @Column({ name: 'organisation_id', type: 'uuid', nullable: true })
  organisationId!: string | null;

  @Column({ type: 'timestamptz' })
  since!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  until!: Date | null;
}

/** One sign-in, on one device. */
@Entity({ name: 'sign_ins' })
export class SignInEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_sign_ins' })
  id!: string;

  @Column({ name: 'account_id', type: 'uuid', nullable: true })
  accountId!: string | null;

  @Column({ name: 'staff_id', type: 'uuid', nullable: true })
  staffId!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;
}

/** A code that was sent to a phone. */
@Entity({ name: 'sign_in_codes' })
export class SignInCodeEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_sign_in_codes' })
  id!: string;

  @Column({ name: 'phone_sealed', type: 'bytea' })
  phoneSealed!: Buffer;

  @Column({ name: 'phone_hash', type: 'bytea' })
  phoneHash!: Buffer;

  @Column({ name: 'code_sealed', type: 'bytea' })
  codeSealed!: Buffer;

  @Column({ type: 'text' })
  language!: Language;

  /** Wrong guesses so far. */
  @Column({ type: 'int', default: 0 })
  attempts!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ name: 'used_at', type: 'timestamptz', nullable: true })
  usedAt!: Date | null;
}
