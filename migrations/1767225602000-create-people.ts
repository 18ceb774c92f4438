import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Residents and their accounts, staff and roles, sign-ins. */
export class CreatePeople1767225602000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A phone may belong to a whole family, so its hash is never unique here.
      create table residents (
        id uuid not null,
        name text not null,
        birth_date date not null,
        sex text,
        region_code text,
        phone_sealed bytea,
        phone_hash bytea,
        document_kind text,
        document_sealed bytea,
        document_hash bytea,
        identity_state text not null default 'declared',
        identity_verified_at timestamptz,
        identity_verified_by uuid,
        state text not null default 'active',
        version int not null default 1,
        created_at timestamptz not null,
        constraint pk_residents primary key (id),
        constraint fk_residents_region foreign key (region_code) references regions (code),
        constraint ck_residents_sex check (sex in ('male', 'female')),
        constraint ck_residents_document_kind check (document_kind in ('resident_card', 'passport', 'hkmo_permit', 'taiwan_permit')),
        constraint ck_residents_document check (num_nonnulls(document_kind, document_sealed, document_hash) in (0, 3)),
        constraint ck_residents_identity check (
          identity_state = 'declared'
          or (identity_state = 'verified' and document_hash is not null and identity_verified_at is not null)
        ),
        constraint ck_residents_state check (state in ('active', 'merged', 'pseudonymised'))
      );
      create unique index uq_residents_document on residents (document_kind, document_hash)
        where identity_state = 'verified' and state = 'active';
      create index ix_residents_phone on residents (phone_hash);
      create index ix_residents_name on residents using gin (name gin_trgm_ops);
      create index ix_residents_region on residents (region_code);

      create table personal_codes (
        code text not null,
        resident_id uuid not null,
        state text not null default 'active',
        issued_at timestamptz not null,
        constraint pk_personal_codes primary key (code),
        constraint fk_personal_codes_resident foreign key (resident_id) references residents (id),
        constraint ck_personal_codes_state check (state in ('active', 'replaced'))
      );
      create unique index uq_personal_codes_active on personal_codes (resident_id) where state = 'active';

      create table accounts (
        id uuid not null,
        phone_sealed bytea not null,
        phone_hash bytea not null,
        state text not null default 'active',
        created_at timestamptz not null,
        constraint pk_accounts primary key (id),
        constraint ck_accounts_state check (state in ('active', 'closed'))
      );
      create unique index uq_accounts_phone on accounts (phone_hash) where state = 'active';

      create table account_residents (
        account_id uuid not null,
        resident_id uuid not null,
        relation text not null,
        since timestamptz not null,
        until timestamptz,
        constraint pk_account_residents primary key (account_id, resident_id),
        constraint fk_account_residents_account foreign key (account_id) references accounts (id),
        constraint fk_account_residents_resident foreign key (resident_id) references residents (id),
        constraint ck_account_residents_relation check (relation in ('self', 'family'))
      );
      create unique index uq_account_residents_self on account_residents (account_id) where relation = 'self' and until is null;
      create index ix_account_residents_resident on account_residents (resident_id);

      create table staff (
        id uuid not null,
        username text not null,
        name text not null,
        password_hash text not null,
        failed_attempts int not null default 0,
        locked_until timestamptz,
        state text not null default 'active',
        version int not null default 1,
        created_at timestamptz not null,
        constraint pk_staff primary key (id),
        constraint uq_staff_username unique (username),
        constraint ck_staff_state check (state in ('active', 'left'))
      );

      create table staff_roles (
        id uuid not null,
        staff_id uuid not null,
        role text not null,
        organisation_id uuid,
        since timestamptz not null,
        until timestamptz,
        constraint pk_staff_roles primary key (id),
        constraint fk_staff_roles_staff foreign key (staff_id) references staff (id),
        constraint fk_staff_roles_organisation foreign key (organisation_id) references organisations (id),
        constraint ck_staff_roles_role check (role in ('administrator', 'bureau_officer', 'principal', 'registrar', 'teacher', 'village_agent')),
        constraint ck_staff_roles_where check ((organisation_id is null) = (role in ('administrator', 'bureau_officer')))
      );
      create unique index uq_staff_roles_present on staff_roles (staff_id, role, organisation_id) nulls not distinct
        where until is null;
      create index ix_staff_roles_organisation on staff_roles (organisation_id);

      create table sign_ins (
        id uuid not null,
        account_id uuid,
        staff_id uuid,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        revoked_at timestamptz,
        constraint pk_sign_ins primary key (id),
        constraint fk_sign_ins_account foreign key (account_id) references accounts (id),
        constraint fk_sign_ins_staff foreign key (staff_id) references staff (id),
        constraint ck_sign_ins_subject check (num_nonnulls(account_id, staff_id) = 1)
      );
      create index ix_sign_ins_revoked on sign_ins (revoked_at) where revoked_at is not null;
      create index ix_sign_ins_account on sign_ins (account_id);
      create index ix_sign_ins_staff on sign_ins (staff_id);

      create table sign_in_codes (
        id uuid not null,
        phone_sealed bytea not null,
        phone_hash bytea not null,
        code_sealed bytea not null,
        language text not null,
        attempts int not null default 0,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        used_at timestamptz,
        constraint pk_sign_in_codes primary key (id)
      );
      create index ix_sign_in_codes_phone on sign_in_codes (phone_hash, created_at desc);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table sign_in_codes, sign_ins, staff_roles, staff, account_residents, accounts, personal_codes, residents',
    );
  }
}
