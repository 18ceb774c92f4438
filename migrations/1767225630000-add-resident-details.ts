import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where residents work and are registered, which groups they belong to, whom to call and what they need. */
export class AddResidentDetails1767225630000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table residents
        add column work_region_code text,
        add column household_region_code text,
        add column contact_name_sealed bytea,
        add column contact_phone_sealed bytea,
        add column needs text[] not null default '{}',
        add constraint fk_residents_work_region foreign key (work_region_code) references regions (code),
        add constraint fk_residents_household_region foreign key (household_region_code) references regions (code),
        add constraint ck_residents_contact check (num_nonnulls(contact_name_sealed, contact_phone_sealed) in (0, 2)),
        add constraint ck_residents_needs check (needs <@ array['hearing', 'wheelchair', 'escort']);
      -- The same person is looked for by name and birth date while somebody types them.
      create index ix_residents_birth_date on residents (birth_date, name);

      -- From since on, until before \`until\`; nobody belongs to the same group twice on one day.
      create table resident_groups (
        id uuid not null,
        resident_id uuid not null,
        kind text not null,
        source text not null,
        since date not null,
        until date,
        recorded_at timestamptz not null,
        constraint pk_resident_groups primary key (id),
        constraint fk_resident_groups_resident foreign key (resident_id) references residents (id),
        constraint ck_resident_groups_kind check (kind in ('sme_employee', 'farmer', 'job_seeker', 'new_resident')),
        constraint ck_resident_groups_source check (source in ('declared', 'certified')),
        constraint ck_resident_groups_span check (until >= since),
        constraint ex_resident_groups_twice exclude using gist (resident_id with =, kind with =, daterange(since, until) with &&)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table resident_groups;
      drop index ix_residents_birth_date;
      alter table residents
        drop column work_region_code,
        drop column household_region_code,
        drop column contact_name_sealed,
        drop column contact_phone_sealed,
        drop column needs;
    `);
  }
}
