import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The plan's indicators with their yearly targets, the measures beside them, and coverage by teaching points. */
export class CreateTargets1767225608000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table indicators (
        code text not null,
        position int not null,
        name text not null,
        name_en text not null,
        unit text not null,
        measure text not null,
        basis text not null,
        section text not null,
        owner text not null,
        partners text[] not null,
        inferred text[] not null,
        qualifier text,
        display text not null default 'number',
        plate_kind text,
        region_level text,
        constraint pk_indicators primary key (code),
        constraint ck_indicators_measure check (measure in ('counted', 'coverage', 'register', 'reported')),
        constraint ck_indicators_basis check (basis in ('cumulative', 'annual_mean', 'year_end')),
        constraint ck_indicators_display check (display in ('number', 'pass_fail')),
        constraint ck_indicators_coverage check ((measure = 'coverage') = (plate_kind is not null and region_level is not null))
      );

      create table indicator_targets (
        indicator_code text not null,
        year int not null,
        value numeric not null,
        constraint pk_indicator_targets primary key (indicator_code, year),
        constraint fk_indicator_targets_indicator foreign key (indicator_code) references indicators (code),
        constraint ck_indicator_targets_year check (year between 2023 and 2100)
      );

      create table measures (
        code text not null,
        position int not null,
        name text not null,
        name_en text not null,
        unit text not null,
        note text,
        constraint pk_measures primary key (code)
      );

      -- Which regions make up the denominator of a year (rule 16): a signed list, here as long as none is signed in trial.
      create table coverage_denominators (
        year int not null,
        region_code text not null,
        state text not null,
        source text not null,
        dated date not null,
        constraint pk_coverage_denominators primary key (year, region_code),
        constraint fk_coverage_denominators_region foreign key (region_code) references regions (code),
        constraint ck_coverage_denominators_state check (state in ('trial', 'published'))
      );

      -- What each region's plates of a kind amount to at present; recomputed when sessions or plates change, and daily.
      create table coverage_states (
        plate_kind text not null,
        region_code text not null,
        state text not null,
        classes int not null,
        sessions int not null,
        days int not null,
        class_hours numeric not null,
        people int not null,
        people_of_township int not null,
        people_needed int not null,
        rule_id uuid not null,
        computed_at timestamptz not null,
        constraint pk_coverage_states primary key (plate_kind, region_code),
        constraint fk_coverage_states_region foreign key (region_code) references regions (code),
        constraint fk_coverage_states_rule foreign key (rule_id) references counting_rules (id),
        constraint ck_coverage_states_state check (state in ('listed', 'active', 'unlisted'))
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table coverage_states, coverage_denominators, measures, indicator_targets, indicators');
  }
}
