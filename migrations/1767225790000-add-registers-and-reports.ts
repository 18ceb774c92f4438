import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What feeds the indicators that no seat feeds: registers of awards, events and approvals, and departments' figures. */
export class AddRegistersAndReports1767225790000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The level from which on an award counts for the indicator; null: any.
      alter table indicators add column least_level text,
        add constraint ck_indicators_least_level check (least_level in ('district', 'city', 'provincial', 'national')),
        add constraint ck_indicators_least_level_of check (least_level is null or measure = 'register');

      create table register_entries (
        id uuid not null,
        indicator_code text not null,
        name text not null,
        level text not null,
        issuer text not null,
        document_number text,
        dated date not null,
        region_code text,
        organisation_id uuid,
        state text not null default 'standing',
        withdrawn_because text,
        recorded_by uuid not null,
        recorded_at timestamptz not null,
        changed_at timestamptz not null,
        version int not null,
        constraint pk_register_entries primary key (id),
        constraint fk_register_entries_indicator foreign key (indicator_code) references indicators (code),
        constraint fk_register_entries_region foreign key (region_code) references regions (code),
        constraint fk_register_entries_organisation foreign key (organisation_id) references organisations (id),
        constraint fk_register_entries_recorded_by foreign key (recorded_by) references staff (id),
        constraint ck_register_entries_level check (level in ('district', 'city', 'provincial', 'national')),
        constraint ck_register_entries_state check (state in ('standing', 'withdrawn')),
        constraint ck_register_entries_withdrawn check ((state = 'withdrawn') = (withdrawn_because is not null))
      );
      -- The same award recorded twice would count twice.
      create unique index uq_register_entries_standing on register_entries (indicator_code, name, dated)
        where state = 'standing';
      create index ix_register_entries_dated on register_entries (indicator_code, dated desc, id desc);
      create index ix_register_entries_region on register_entries (region_code);
      create index ix_register_entries_organisation on register_entries (organisation_id);
      create index ix_register_entries_recorded_by on register_entries (recorded_by);

      -- A figure is never changed: another one of the same day takes its place and says why.
      create table reported_figures (
        id uuid not null,
        indicator_code text not null,
        as_of date not null,
        value numeric not null,
        part int,
        whole int,
        department text not null,
        evidence text not null,
        replaces_id uuid,
        replaced_because text,
        reported_by uuid not null,
        reported_at timestamptz not null,
        constraint pk_reported_figures primary key (id),
        constraint fk_reported_figures_indicator foreign key (indicator_code) references indicators (code),
        constraint fk_reported_figures_replaces foreign key (replaces_id) references reported_figures (id),
        constraint fk_reported_figures_reported_by foreign key (reported_by) references staff (id),
        constraint ck_reported_figures_share check ((part is null) = (whole is null) and part >= 0 and whole > 0 and part <= whole),
        constraint ck_reported_figures_replaced check ((replaces_id is null) = (replaced_because is null))
      );
      create unique index uq_reported_figures_replaces on reported_figures (replaces_id);
      create unique index uq_reported_figures_first on reported_figures (indicator_code, as_of) where replaces_id is null;
      create index ix_reported_figures_as_of on reported_figures (indicator_code, as_of desc, id desc);
      create index ix_reported_figures_reported_by on reported_figures (reported_by);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table reported_figures, register_entries');
    await runner.query('alter table indicators drop column least_level');
  }
}
