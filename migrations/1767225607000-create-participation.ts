import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Counting rules, the ledger of person-times and its totals. */
export class CreateParticipation1767225607000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table counting_rules (
        id uuid not null,
        version int not null,
        state text not null,
        document_number text,
        drafting_office text not null,
        departments_consulted text[] not null,
        signer text,
        effective_from date not null,
        parameters jsonb not null,
        created_at timestamptz not null,
        constraint pk_counting_rules primary key (id),
        constraint uq_counting_rules_version unique (version),
        constraint ck_counting_rules_state check (state in ('draft', 'trial', 'published', 'repealed')),
        constraint ck_counting_rules_signed check (state <> 'published' or (document_number is not null and signer is not null))
      );

      create table ledger_entries (
        id bigint generated always as identity,
        tx xid8 not null default pg_current_xact_id(),
        resident_id uuid not null,
        class_id uuid not null,
        enrollment_id uuid not null,
        measure text not null,
        amount smallint not null,
        status text not null,
        counted_on date not null,
        period text not null,
        region_code text not null,
        organisation_id uuid not null,
        programme_kind text not null,
        course_code text not null,
        rule_id uuid not null,
        evidence jsonb not null,
        reverses bigint,
        cause text not null,
        posted_at timestamptz not null,
        constraint pk_ledger_entries primary key (id),
        constraint uq_ledger_entries_reverses unique (reverses),
        constraint fk_ledger_entries_resident foreign key (resident_id) references residents (id),
        constraint fk_ledger_entries_class foreign key (class_id) references course_classes (id),
        constraint fk_ledger_entries_enrollment foreign key (enrollment_id) references enrollments (id),
        constraint fk_ledger_entries_region foreign key (region_code) references regions (code),
        constraint fk_ledger_entries_organisation foreign key (organisation_id) references organisations (id),
        constraint fk_ledger_entries_rule foreign key (rule_id) references counting_rules (id),
        constraint fk_ledger_entries_reverses foreign key (reverses) references ledger_entries (id),
        constraint ck_ledger_entries_amount check ((amount = 1 and reverses is null) or (amount = -1 and reverses is not null)),
        constraint ck_ledger_entries_status check (status in ('provisional', 'confirmed')),
        constraint ck_ledger_entries_period check (period ~ '^[0-9]{4}-[0-9]{2}$')
      );
      create index ix_ledger_entries_tx on ledger_entries (tx, id);
      create index ix_ledger_entries_resident on ledger_entries (resident_id, id);
      create index ix_ledger_entries_drill on ledger_entries (measure, counted_on desc, id desc);
      create index ix_ledger_entries_class on ledger_entries (class_id, id);
      create trigger tr_ledger_entries_append_only before update or delete on ledger_entries
        for each row execute function refuse_change();

      -- Sums of the ledger, kept in the transactions that post its entries; the wall chart reads nothing else.
      create table ledger_totals (
        measure text not null,
        month text not null,
        status text not null,
        region_code text not null,
        organisation_id uuid not null,
        programme_kind text not null,
        total int not null,
        constraint pk_ledger_totals primary key (measure, month, status, region_code, organisation_id, programme_kind),
        constraint fk_ledger_totals_region foreign key (region_code) references regions (code),
        constraint fk_ledger_totals_organisation foreign key (organisation_id) references organisations (id)
      ) with (fillfactor = 70);

      -- Session attendances (到课人次) that the totals already hold, by resident, class and month.
      create table counted_attendances (
        resident_id uuid not null,
        class_id uuid not null,
        month text not null,
        region_code text not null,
        organisation_id uuid not null,
        programme_kind text not null,
        sessions int not null,
        constraint pk_counted_attendances primary key (resident_id, class_id, month, region_code),
        constraint fk_counted_attendances_resident foreign key (resident_id) references residents (id),
        constraint fk_counted_attendances_class foreign key (class_id) references course_classes (id)
      );

      -- The moment up to which all evidence is in the ledger, for the freshness of the figures shown.
      create table recount_states (
        id int not null default 1,
        recounted_at timestamptz not null,
        constraint pk_recount_states primary key (id),
        constraint ck_recount_states_single check (id = 1)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table recount_states, counted_attendances, ledger_totals, ledger_entries, counting_rules');
  }
}
