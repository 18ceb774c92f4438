import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How long it takes from one township to another, where the bureau has put it down. */
export class CreateTravelTimes1767225660000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table travel_times (
        -- The way there takes as long as the way back: a pair stands once, the lesser code first.
        township_a text not null,
        township_b text not null,
        -- Null once it was taken back: then what the platform assumes holds again.
        minutes int,
        source text not null,
        constraint pk_travel_times primary key (township_a, township_b),
        constraint fk_travel_times_township_a foreign key (township_a) references regions (code),
        constraint fk_travel_times_township_b foreign key (township_b) references regions (code),
        constraint ck_travel_times_pair check (township_a < township_b),
        constraint ck_travel_times_minutes check (minutes between 1 and 1440)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table travel_times');
  }
}
