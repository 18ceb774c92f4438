import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of whom the share of the elderly who come regularly consists. The next night, or start of the worker, fills it. */
export class KeepWhoCameRegularly1767226010501 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table regular_residents (
        year int not null,
        resident_id uuid not null,
        region_code text,
        counted boolean not null,
        days int not null,
        constraint pk_regular_residents primary key (year, resident_id),
        constraint fk_regular_residents_year foreign key (year) references regular_shares (year),
        constraint fk_regular_residents_resident foreign key (resident_id) references residents (id),
        constraint fk_regular_residents_region foreign key (region_code) references regions (code)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table regular_residents`);
  }
}
