import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What counts beside the ledger: figures from before the platform, and totals that other departments sealed. */
export class CreateOpeningFigures1767225840000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table counting_settings (
        id int not null default 1,
        cut_over_on date,
        document_number text,
        set_by uuid,
        set_at timestamptz,
        version int not null default 1,
        constraint pk_counting_settings primary key (id),
        constraint fk_counting_settings_set_by foreign key (set_by) references staff (id),
        constraint ck_counting_settings_single check (id = 1),
        constraint ck_counting_settings_set check (num_nonnulls(cut_over_on, document_number, set_by, set_at) in (0, 4))
      );
      insert into counting_settings (id) values (1);

      -- 期初数: what was reported of a year before the platform kept the ledger. Drafted, reviewed and signed by three
      -- people; it counts while it is signed. Its place is taken by a correction or by a named list, never added to.
      create table opening_figures (
        id uuid not null,
        measure text not null,
        year int not null,
        organisation_id uuid,
        department text,
        value int not null,
        document_number text not null,
        scan_id uuid,
        state text not null default 'drafted',
        corrects_id uuid,
        corrects_because text,
        drafted_by uuid not null,
        drafted_at timestamptz not null,
        reviewed_by uuid,
        reviewed_at timestamptz,
        signed_by uuid,
        signed_at timestamptz,
        ended_by uuid,
        ended_at timestamptz,
        ended_because text,
        list_name text,
        version int not null default 1,
        constraint pk_opening_figures primary key (id),
        constraint fk_opening_figures_organisation foreign key (organisation_id) references organisations (id),
        constraint fk_opening_figures_scan foreign key (scan_id) references stored_files (id),
        constraint fk_opening_figures_corrects foreign key (corrects_id) references opening_figures (id),
        constraint fk_opening_figures_drafted_by foreign key (drafted_by) references staff (id),
        constraint fk_opening_figures_reviewed_by foreign key (reviewed_by) references staff (id),
        constraint fk_opening_figures_signed_by foreign key (signed_by) references staff (id),
        constraint fk_opening_figures_ended_by foreign key (ended_by) references staff (id),
        constraint ck_opening_figures_state check (state in ('drafted', 'reviewed', 'signed', 'replaced', 'withdrawn')),
        constraint ck_opening_figures_of check (num_nonnulls(organisation_id, department) = 1),
        constraint ck_opening_figures_value check (value >= 0),
        constraint ck_opening_figures_corrects check ((corrects_id is null) = (corrects_because is null)),
        constraint ck_opening_figures_reviewed check (
          (reviewed_by is null) = (reviewed_at is null) and reviewed_by <> drafted_by
          and (state not in ('reviewed', 'signed', 'replaced') or reviewed_by is not null)),
        constraint ck_opening_figures_signed check (
          (signed_by is null) = (signed_at is null) and signed_by <> drafted_by and signed_by <> reviewed_by
          and (state in ('signed', 'replaced')) = (signed_by is not null)
          and (signed_by is null or scan_id is not null)),
        constraint ck_opening_figures_ended check (
          num_nonnulls(ended_by, ended_at, ended_because) = case when state in ('replaced', 'withdrawn') then 3 else 0 end
          and (list_name is null or state = 'replaced'))
      );
      -- One counts, and one is on its way; the department or the organisation says whose it is.
      create unique index uq_opening_figures_signed
        on opening_figures (measure, year, coalesce(department, organisation_id::text)) where state = 'signed';
      create unique index uq_opening_figures_pending
        on opening_figures (measure, year, coalesce(department, organisation_id::text)) where state in ('drafted', 'reviewed');
      create index ix_opening_figures_organisation on opening_figures (organisation_id);
      create index ix_opening_figures_scan on opening_figures (scan_id);

      -- 汇总数: what another department sealed as a total without names (counting rule 9).
      create table sealed_totals (
        id uuid not null,
        department text not null,
        period text not null,
        value int not null,
        document_number text not null,
        sealed_on date not null,
        scan_id uuid,
        state text not null default 'standing',
        recorded_by uuid not null,
        recorded_at timestamptz not null,
        ended_by uuid,
        ended_at timestamptz,
        ended_because text,
        list_name text,
        version int not null default 1,
        constraint pk_sealed_totals primary key (id),
        constraint fk_sealed_totals_scan foreign key (scan_id) references stored_files (id),
        constraint fk_sealed_totals_recorded_by foreign key (recorded_by) references staff (id),
        constraint fk_sealed_totals_ended_by foreign key (ended_by) references staff (id),
        constraint ck_sealed_totals_state check (state in ('standing', 'replaced', 'withdrawn')),
        constraint ck_sealed_totals_period check (period ~ '^[0-9]{4}(-(0[1-9]|1[0-2]))?$'),
        constraint ck_sealed_totals_value check (value >= 0),
        constraint ck_sealed_totals_ended check (
          num_nonnulls(ended_by, ended_at, ended_because) = case when state = 'standing' then 0 else 3 end
          and (list_name is null or state = 'replaced'))
      );
      create index ix_sealed_totals_scan on sealed_totals (scan_id);
      create unique index uq_sealed_totals_standing on sealed_totals (department, period) where state = 'standing';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table sealed_totals, opening_figures, counting_settings');
  }
}
