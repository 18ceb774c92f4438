import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Periods that are submitted, reviewed and signed; what was reported in them; adjustments of what is locked. */
export class CreatePeriods1767225770001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- 统计期: a month. A recount holds its row FOR SHARE while it posts into the month, so that who submits it waits.
      create table periods (
        month text not null,
        id uuid not null,
        state text not null default 'open',
        submitted_by uuid,
        submitted_at timestamptz,
        reviewed_by uuid,
        reviewed_at timestamptz,
        signed_by uuid,
        signed_at timestamptz,
        document_number text,
        returned_by uuid,
        returned_at timestamptz,
        returned_because text,
        last_entry_id bigint,
        rule_ids uuid[],
        version int not null default 1,
        constraint pk_periods primary key (month),
        constraint uq_periods_id unique (id),
        constraint fk_periods_submitted_by foreign key (submitted_by) references staff (id),
        constraint fk_periods_reviewed_by foreign key (reviewed_by) references staff (id),
        constraint fk_periods_signed_by foreign key (signed_by) references staff (id),
        constraint fk_periods_returned_by foreign key (returned_by) references staff (id),
        constraint ck_periods_month check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
        constraint ck_periods_state check (state in ('open', 'submitted', 'locked')),
        constraint ck_periods_submitted check ((state = 'open') = (submitted_by is null) and (submitted_by is null) = (submitted_at is null)),
        constraint ck_periods_reviewed check ((reviewed_by is null) = (reviewed_at is null) and reviewed_by <> submitted_by),
        constraint ck_periods_signed check (
          num_nonnulls(signed_by, signed_at, document_number, last_entry_id, rule_ids) = case state when 'locked' then 5 else 0 end
          and (state <> 'locked' or reviewed_by is not null)
          and signed_by <> submitted_by and signed_by <> reviewed_by)
      );
      insert into periods (month, id) select month, uuidv7() from (select distinct month from ledger_totals) as counted;

      -- What was reported: the totals of a month as they stood when it was locked. Never recomputed.
      create table period_figures (
        month text not null,
        measure text not null,
        status text not null,
        region_code text not null,
        organisation_id uuid not null,
        programme_kind text not null,
        total int not null,
        constraint pk_period_figures primary key (month, measure, status, region_code, organisation_id, programme_kind),
        constraint fk_period_figures_month foreign key (month) references periods (month),
        constraint fk_period_figures_region foreign key (region_code) references regions (code),
        constraint fk_period_figures_organisation foreign key (organisation_id) references organisations (id)
      );
      create trigger tr_period_figures_append_only before update or delete on period_figures
        for each row execute function refuse_change();

      -- 更正: what evidence says by now and a submitted or locked month does not.
      create table adjustments (
        id uuid not null,
        resident_id uuid not null,
        month text not null,
        digest bytea not null,
        postings jsonb not null,
        state text not null default 'proposed',
        proposed_at timestamptz not null,
        asked_by uuid,
        asked_at timestamptz,
        asked_because text,
        decided_by uuid,
        decided_at timestamptz,
        decided_because text,
        version int not null default 1,
        constraint pk_adjustments primary key (id),
        constraint fk_adjustments_resident foreign key (resident_id) references residents (id),
        constraint fk_adjustments_month foreign key (month) references periods (month),
        constraint fk_adjustments_asked_by foreign key (asked_by) references staff (id),
        constraint fk_adjustments_decided_by foreign key (decided_by) references staff (id),
        constraint ck_adjustments_state check (state in ('proposed', 'asked', 'approved', 'declined', 'lapsed')),
        constraint ck_adjustments_asked check (
          num_nonnulls(asked_by, asked_at, asked_because) in (0, 3)
          and (state not in ('asked', 'approved', 'declined') or asked_by is not null)
          and (state <> 'proposed' or asked_by is null)),
        constraint ck_adjustments_decided check (
          (state in ('approved', 'declined')) = (decided_by is not null)
          and (decided_by is null) = (decided_at is null) and decided_by <> asked_by
          and (state = 'declined') = (decided_because is not null))
      );
      create unique index uq_adjustments_standing on adjustments (resident_id, digest)
        where state in ('proposed', 'asked', 'declined');
      create index ix_adjustments_state on adjustments (state, id desc);
      create index ix_adjustments_month on adjustments (month, id desc);

      alter table ledger_entries add column adjustment_id uuid,
        add constraint fk_ledger_entries_adjustment foreign key (adjustment_id) references adjustments (id);
      create index ix_ledger_entries_adjustment on ledger_entries (adjustment_id) where adjustment_id is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table ledger_entries drop column adjustment_id;
      drop table adjustments, period_figures, periods;
    `);
  }
}
