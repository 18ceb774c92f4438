import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Outbox, idempotency keys, the audit log and the chains that seal it and the ledger. */
export class CreateCore1767225600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table outbox (
        id bigint generated always as identity,
        topic text not null,
        ids uuid[] not null,
        at timestamptz not null,
        constraint pk_outbox primary key (id)
      );

      create table idempotency_keys (
        subject text not null,
        key text not null,
        fingerprint bytea not null,
        answer_sealed bytea,
        at timestamptz not null,
        constraint pk_idempotency_keys primary key (subject, key)
      );
      create index ix_idempotency_keys_at on idempotency_keys (at);

      create table audit_entries (
        id bigint generated always as identity,
        tx xid8 not null default pg_current_xact_id(),
        at timestamptz not null,
        actor_kind text not null,
        actor_id uuid,
        on_behalf_of uuid,
        action text not null,
        target_kind text not null,
        target_id uuid not null,
        organisation_id uuid,
        details jsonb not null,
        trace_id text not null,
        constraint pk_audit_entries primary key (id, at)
      ) partition by range (at);
      create index ix_audit_entries_tx on audit_entries (tx, id);
      create index ix_audit_entries_target on audit_entries (target_id, id);
      create index ix_audit_entries_organisation on audit_entries (organisation_id, id);

      -- Catches what falls outside of the months that were made, so that no deed fails for want of a partition.
      create table audit_entries_default partition of audit_entries default;

      -- Makes the partitions of the month of a day and of so many months after it; those that stand are left alone,
      -- and so are months of which the default partition already holds entries.
      create function make_audit_partitions(from_day date, months_ahead int) returns void language plpgsql as $$
      declare
        month_start date;
        name text;
      begin
        perform pg_advisory_xact_lock(hashtext('make_audit_partitions'));
        for step in 0 .. months_ahead loop
          month_start := (date_trunc('month', from_day) + make_interval(months => step))::date;
          name := 'audit_entries_' || to_char(month_start, 'YYYY_MM');
          if to_regclass(name) is null and not exists (
            select 1 from audit_entries_default
             where at >= month_start::timestamptz and at < (month_start + interval '1 month')::timestamptz
          ) then
            execute format(
              'create table %I partition of audit_entries for values from (%L) to (%L)',
              name, month_start::timestamptz, (month_start + interval '1 month')::timestamptz
            );
          end if;
        end loop;
      end $$;

      -- A keyed hash of a constant: whoever starts with another HASHING_KEY is told before anything is written with it.
      create table key_checks (
        id int not null default 1,
        hashed bytea not null,
        constraint pk_key_checks primary key (id),
        constraint ck_key_checks_single check (id = 1)
      );

      create table chain_positions (
        chain text not null,
        cluster text not null,
        after_tx xid8 not null,
        after_id bigint not null,
        min_id bigint not null,
        constraint pk_chain_positions primary key (chain)
      );
      create table chain_blocks (
        chain text not null,
        number bigint not null,
        previous_hash bytea not null,
        hash bytea not null,
        entry_count int not null,
        after_tx xid8 not null,
        after_id bigint not null,
        up_to_tx xid8 not null,
        up_to_id bigint not null,
        min_id bigint not null,
        sealed_at timestamptz not null,
        constraint pk_chain_blocks primary key (chain, number)
      );

      -- For tables whose rows are facts: they are added, never changed or removed.
      create function refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception 'rows of % are never changed or deleted', tg_table_name using errcode = 'restrict_violation';
      end $$;
      create trigger tr_audit_entries_append_only before update or delete on audit_entries
        for each row execute function refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table chain_blocks, chain_positions, key_checks, audit_entries, idempotency_keys, outbox;
      drop function make_audit_partitions(date, int);
      drop function refuse_change();
    `);
  }
}
