import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A resident with an account of their own invites a family member to enroll for them, by a code told to that one. */
export class CreateProxyInvitations1767225630002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table proxy_invitations (
        id uuid not null,
        code text not null,
        resident_id uuid not null,
        account_id uuid not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        used_at timestamptz,
        used_by_account uuid,
        constraint pk_proxy_invitations primary key (id),
        constraint uq_proxy_invitations_code unique (code),
        constraint fk_proxy_invitations_resident foreign key (resident_id) references residents (id),
        constraint fk_proxy_invitations_account foreign key (account_id) references accounts (id),
        constraint fk_proxy_invitations_used_by_account foreign key (used_by_account) references accounts (id),
        constraint ck_proxy_invitations_used check (num_nonnulls(used_at, used_by_account) in (0, 2))
      );
      create index ix_proxy_invitations_resident on proxy_invitations (resident_id);

      alter table account_guesses
        drop constraint ck_account_guesses_kind,
        add constraint ck_account_guesses_kind check (kind in ('companion_code', 'proxy_code', 'registered_already'));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table proxy_invitations;
      delete from account_guesses where kind = 'proxy_code';
      alter table account_guesses
        drop constraint ck_account_guesses_kind,
        add constraint ck_account_guesses_kind check (kind in ('companion_code', 'registered_already'));
    `);
  }
}
