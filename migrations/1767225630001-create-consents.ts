import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who may enroll for whom, who declared to be fit, and who applies together with whom. */
export class CreateConsents1767225630001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A family member enrolls for a resident (代报名); the resident's consent to it, until it is revoked.
      create table proxy_consents (
        id uuid not null,
        account_id uuid not null,
        resident_id uuid not null,
        how text not null,
        given_at timestamptz not null,
        recorded_by_account uuid,
        recorded_by_staff uuid,
        revoked_at timestamptz,
        revoked_by_account uuid,
        revoked_by_staff uuid,
        constraint pk_proxy_consents primary key (id),
        constraint fk_proxy_consents_pair foreign key (account_id, resident_id) references account_residents (account_id, resident_id),
        constraint fk_proxy_consents_recorded_by_account foreign key (recorded_by_account) references accounts (id),
        constraint fk_proxy_consents_recorded_by_staff foreign key (recorded_by_staff) references staff (id),
        constraint fk_proxy_consents_revoked_by_account foreign key (revoked_by_account) references accounts (id),
        constraint fk_proxy_consents_revoked_by_staff foreign key (revoked_by_staff) references staff (id),
        constraint ck_proxy_consents_how check (how in ('beforehand', 'at_counter', 'at_first_session')),
        constraint ck_proxy_consents_recorded check (num_nonnulls(recorded_by_account, recorded_by_staff) = 1),
        constraint ck_proxy_consents_revoked check (
          num_nonnulls(revoked_by_account, revoked_by_staff) = (revoked_at is not null)::int
        )
      );
      create unique index uq_proxy_consents_standing on proxy_consents (resident_id, account_id) where revoked_at is null;
      create index ix_proxy_consents_account on proxy_consents (account_id, resident_id);

      -- Yes or no, once a term, never why: from residents of 70 and older. A later answer supersedes the one before.
      create table safety_declarations (
        id uuid not null,
        resident_id uuid not null,
        term_id uuid not null,
        answer boolean not null,
        given_at timestamptz not null,
        given_by_account uuid,
        given_by_staff uuid,
        superseded_at timestamptz,
        constraint pk_safety_declarations primary key (id),
        constraint fk_safety_declarations_resident foreign key (resident_id) references residents (id),
        constraint fk_safety_declarations_term foreign key (term_id) references terms (id),
        constraint fk_safety_declarations_given_by_account foreign key (given_by_account) references accounts (id),
        constraint fk_safety_declarations_given_by_staff foreign key (given_by_staff) references staff (id),
        constraint ck_safety_declarations_given check (num_nonnulls(given_by_account, given_by_staff) = 1)
      );
      create unique index uq_safety_declarations_present on safety_declarations (resident_id, term_id)
        where superseded_at is null;

      -- Residents who apply together (结伴): whoever joins agrees to be applied for by the others.
      create table companion_groups (
        id uuid not null,
        code text not null,
        made_by_account uuid,
        made_by_staff uuid,
        created_at timestamptz not null,
        dissolved_at timestamptz,
        constraint pk_companion_groups primary key (id),
        constraint uq_companion_groups_code unique (code),
        constraint fk_companion_groups_made_by_account foreign key (made_by_account) references accounts (id),
        constraint fk_companion_groups_made_by_staff foreign key (made_by_staff) references staff (id),
        constraint ck_companion_groups_made check (num_nonnulls(made_by_account, made_by_staff) = 1)
      );

      create table companion_members (
        id uuid not null,
        group_id uuid not null,
        resident_id uuid not null,
        joined_at timestamptz not null,
        left_at timestamptz,
        constraint pk_companion_members primary key (id),
        constraint fk_companion_members_group foreign key (group_id) references companion_groups (id),
        constraint fk_companion_members_resident foreign key (resident_id) references residents (id)
      );
      create unique index uq_companion_members_present on companion_members (group_id, resident_id) where left_at is null;
      create index ix_companion_members_resident on companion_members (resident_id) where left_at is null;

      -- How often an account guessed lately at what it may not look up: codes of others, names of who is registered.
      create table account_guesses (
        account_id uuid not null,
        kind text not null,
        since timestamptz not null,
        guesses int not null,
        constraint pk_account_guesses primary key (account_id, kind),
        constraint fk_account_guesses_account foreign key (account_id) references accounts (id),
        constraint ck_account_guesses_kind check (kind in ('companion_code', 'registered_already'))
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table account_guesses, companion_members, companion_groups, safety_declarations, proxy_consents',
    );
  }
}
