import type { MigrationInterface, QueryRunner } from 'typeorm';

/** 年度任务分解: what a year, a township or an organisation is to reach of an indicator (counting rule 18). */
export class CreateAssignments1767225793000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table indicator_assignments (
        id uuid not null,
        indicator_code text not null,
        year int not null,
        region_code text,
        organisation_id uuid,
        value numeric not null,
        document_number text,
        assigned_by uuid not null,
        assigned_at timestamptz not null,
        version int not null,
        constraint pk_indicator_assignments primary key (id),
        constraint uq_indicator_assignments_of unique nulls not distinct (indicator_code, year, region_code, organisation_id),
        constraint fk_indicator_assignments_indicator foreign key (indicator_code) references indicators (code),
        constraint fk_indicator_assignments_region foreign key (region_code) references regions (code),
        constraint fk_indicator_assignments_organisation foreign key (organisation_id) references organisations (id),
        constraint fk_indicator_assignments_assigned_by foreign key (assigned_by) references staff (id),
        constraint ck_indicator_assignments_year check (year between 2023 and 2100),
        constraint ck_indicator_assignments_value check (value >= 0),
        constraint ck_indicator_assignments_one check (region_code is null or organisation_id is null)
      );
      create index ix_indicator_assignments_region on indicator_assignments (region_code);
      create index ix_indicator_assignments_organisation on indicator_assignments (organisation_id);
      create index ix_indicator_assignments_assigned_by on indicator_assignments (assigned_by);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table indicator_assignments');
  }
}
