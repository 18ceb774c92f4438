import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the classes already scheduled are expected to add to a counted indicator by the end of a year. */
export class CreateForecasts1767225792000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table indicator_forecasts (
        indicator_code text not null,
        year int not null,
        expected int not null,
        classes int not null,
        fill_percent numeric not null,
        counted_percent numeric not null,
        past_classes int not null,
        computed_at timestamptz not null,
        constraint pk_indicator_forecasts primary key (indicator_code, year),
        constraint fk_indicator_forecasts_indicator foreign key (indicator_code) references indicators (code),
        constraint ck_indicator_forecasts_counts check (expected >= 0 and classes >= 0 and past_classes > 0)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table indicator_forecasts');
  }
}
