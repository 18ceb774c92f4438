import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Regions, organisations, their plates (teaching points), venues, and how many residents of 60 and over a village has. */
export class CreatePlaces1767225601000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table regions (
        code text not null,
        level text not null,
        name text not null,
        short_name text not null,
        name_en text,
        parent_code text,
        valid_from date not null,
        valid_to date,
        constraint pk_regions primary key (code),
        constraint fk_regions_parent foreign key (parent_code) references regions (code),
        constraint ck_regions_code check (code ~ '^[0-9]{12}$'),
        constraint ck_regions_level check (level in ('province', 'city', 'district', 'township', 'village')),
        constraint ck_regions_validity check (valid_to is null or valid_to > valid_from)
      );
      create index ix_regions_parent on regions (parent_code, code);

      create table organisations (
        id uuid not null,
        kind text not null,
        name text not null,
        name_en text,
        region_code text not null,
        phone text,
        state text not null default 'active',
        version int not null default 1,
        created_at timestamptz not null,
        constraint pk_organisations primary key (id),
        constraint uq_organisations_name unique (name),
        constraint fk_organisations_region foreign key (region_code) references regions (code),
        constraint ck_organisations_state check (state in ('active', 'closed'))
      );

      create table teaching_points (
        id uuid not null,
        organisation_id uuid not null,
        plate_kind text not null,
        region_code text not null,
        name text not null,
        name_en text,
        listed_on date not null,
        delisted_on date,
        document_number text,
        version int not null default 1,
        created_at timestamptz not null,
        constraint pk_teaching_points primary key (id),
        constraint fk_teaching_points_organisation foreign key (organisation_id) references organisations (id),
        constraint fk_teaching_points_region foreign key (region_code) references regions (code),
        constraint ck_teaching_points_plate_kind check (plate_kind in ('elderly_school', 'elderly_classroom')),
        constraint ck_teaching_points_validity check (delisted_on is null or delisted_on > listed_on)
      );
      create unique index uq_teaching_points_plate on teaching_points (organisation_id, plate_kind, region_code)
        where delisted_on is null;
      create index ix_teaching_points_region on teaching_points (region_code, plate_kind);

      create table venues (
        id uuid not null,
        organisation_id uuid not null,
        region_code text not null,
        name text not null,
        name_en text,
        address text not null,
        directions text,
        capacity int not null,
        step_free boolean not null,
        access_route text not null,
        state text not null default 'active',
        version int not null default 1,
        created_at timestamptz not null,
        constraint pk_venues primary key (id),
        constraint uq_venues_name unique (organisation_id, name),
        constraint fk_venues_organisation foreign key (organisation_id) references organisations (id),
        constraint fk_venues_region foreign key (region_code) references regions (code),
        constraint ck_venues_capacity check (capacity between 1 and 10000),
        constraint ck_venues_access_route check (access_route in ('road', 'causeway', 'ferry')),
        constraint ck_venues_state check (state in ('active', 'closed'))
      );
      create index ix_venues_region on venues (region_code);

      create table elderly_populations (
        region_code text not null,
        counted_on date not null,
        aged_60_plus int not null,
        source text not null,
        constraint pk_elderly_populations primary key (region_code, counted_on),
        constraint fk_elderly_populations_region foreign key (region_code) references regions (code),
        constraint ck_elderly_populations_count check (aged_60_plus >= 0)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table elderly_populations, venues, teaching_points, organisations, regions');
  }
}
