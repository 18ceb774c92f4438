import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PlateKind, RegionLevel } from '#contracts';
import type { AwardLevel } from './registers/registers.rules.js';
import type { Basis } from './wall-chart/wall-chart.rules.js';

/** An indicator (指标) of the plan. */
@Entity({ name: 'indicators' })
export class Indicator {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_indicators' })
  code!: string;

  @Column({ type: 'int' })
  position!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'name_en', type: 'text' })
  nameEn!: string;

  @Column({ type: 'text' })
  unit!: string;

  /** Where its figure comes from: the ledger, the teaching points, a register, a department's report. */
  @Column({ type: 'text' })
  measure!: 'counted' | 'coverage' | 'register' | 'reported';

  @Column({ type: 'text' })
  basis!: Basis;

  /** The plan's section. */
  @Column({ type: 'text' })
  section!: string;

  /** The department that answers for it. */
  @Column({ type: 'text' })
  owner!: string;

  @Column({ type: 'text', array: true })
  partners!: string[];

  /** Which of these facts are our reading until the bureau signs them. */
  @Column({ type: 'text', array: true })
  inferred!: string[];

  /** The plan's own weakening words. */
  @Column({ type: 'text', nullable: true })
  qualifier!: string | null;

  @Column({ type: 'text', default: 'number' })
  display!: 'number' | 'pass_fail';

  @Column({ name: 'plate_kind', type: 'text', nullable: true })
  plateKind!: PlateKind | null;

  @Column({ name: 'region_level', type: 'text', nullable: true })
  regionLevel!: RegionLevel | null;

  /** The level from which on an award counts; null: any. */
  @Column({ name: 'least_level', type: 'text', nullable: true })
  leastLevel!: AwardLevel | null;
}

/** What an indicator is to reach by the end of a year. */
@Entity({ name: 'indicator_targets' })
export class IndicatorTarget {
  @PrimaryColumn({ name: 'indicator_code', type: 'text', primaryKeyConstraintName: 'pk_indicator_targets' })
  indicatorCode!: string;

  @PrimaryColumn({ type: 'int', primaryKeyConstraintName: 'pk_indicator_targets' })
  year!: number;

  @Column({ type: 'numeric' })
  value!: string;
}

/** A figure shown beside the indicators, without a target. */
@Entity({ name: 'measures' })
export class Measure {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_measures' })
  code!: string;

  @Column({ type: 'int' })
  position!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'name_en', type: 'text' })
  nameEn!: string;

  @Column({ type: 'text' })
  unit!: string;

  @Column({ type: 'text', nullable: true })
  note!: string | null;
}

/** A region that is part of a year's denominator (counting rule 16). */
@Entity({ name: 'coverage_denominators' })
export class CoverageDenominator {
  @PrimaryColumn({ type: 'int', primaryKeyConstraintName: 'pk_coverage_denominators' })
  year!: number;

  @PrimaryColumn({ name: 'region_code', type: 'text', primaryKeyConstraintName: 'pk_coverage_denominators' })
  regionCode!: string;

  @Column({ type: 'text' })
  state!: 'trial' | 'published';

  @Column({ type: 'text' })
  source!: string;

  /** The day the list describes: 31 December before the year. */
  @Column({ type: 'date' })
  dated!: string;
}

/** What the scheduled classes are expected to add to a counted indicator in a year. */
@Entity({ name: 'indicator_forecasts' })
export class IndicatorForecast {
  @PrimaryColumn({ name: 'indicator_code', type: 'text', primaryKeyConstraintName: 'pk_indicator_forecasts' })
  indicatorCode!: string;

  @PrimaryColumn({ type: 'int', primaryKeyConstraintName: 'pk_indicator_forecasts' })
  year!: number;

  /** Person-times. */
  @Column({ type: 'int' })
  expected!: number;

  /** Scheduled classes that add to it. */
  @Column({ type: 'int' })
  classes!: number;

  @Column({ name: 'fill_percent', type: 'numeric' })
  fillPercent!: string;

  @Column({ name: 'counted_percent', type: 'numeric' })
  countedPercent!: string;

  /** Finished classes it goes by. */
  @Column({ name: 'past_classes', type: 'int' })
  pastClasses!: number;

  @Column({ name: 'computed_at', type: 'timestamptz' })
  computedAt!: Date;
}

/** 经常性参与教育活动的老年人比例 of a year: as it stands, or as the year ended. */
@Entity({ name: 'regular_shares' })
export class RegularShare {
  @PrimaryColumn({ type: 'int', primaryKeyConstraintName: 'pk_regular_shares' })
  year!: number;

  /** Elderly residents of the counted villages who came regularly. */
  @Column({ type: 'int' })
  people!: number;

  /** Those who came regularly and live elsewhere, or nobody knows where. */
  @Column({ type: 'int' })
  others!: number;

  /** Residents of 60 and over in the counted villages. */
  @Column({ type: 'int' })
  residents!: number;

  @Column({ type: 'int' })
  villages!: number;

  /** Villages of which somebody has entered that number. */
  @Column({ name: 'villages_counted', type: 'int' })
  villagesCounted!: number;

  /** On so many different days somebody came who came regularly. */
  @Column({ type: 'int' })
  days!: number;

  @Column({ name: 'rule_id', type: 'uuid' })
  ruleId!: string;

  @Column({ name: 'computed_at', type: 'timestamptz' })
  computedAt!: Date;
}

/** One of those of whom {@link RegularShare} consists. */
@Entity({ name: 'regular_residents' })
export class RegularResident {
  @PrimaryColumn({ type: 'int', primaryKeyConstraintName: 'pk_regular_residents' })
  year!: number;

  @PrimaryColumn({ name: 'resident_id', type: 'uuid', primaryKeyConstraintName: 'pk_regular_residents' })
  residentId!: string;

  @Column({ name: 'region_code', type: 'text', nullable: true })
  regionCode!: string | null;

  /** Whether they live in a village whose number of elderly residents is known. */
  @Column({ type: 'boolean' })
  counted!: boolean;

  /** Different days on which they came. */
  @Column({ type: 'int' })
  days!: number;
}

/** What a region's plates of a kind amount to at present. */
@Entity({ name: 'coverage_states' })
export class CoverageStateRow {
  @PrimaryColumn({ name: 'plate_kind', type: 'text', primaryKeyConstraintName: 'pk_coverage_states' })
  plateKind!: PlateKind;

  @PrimaryColumn({ name: 'region_code', type: 'text', primaryKeyConstraintName: 'pk_coverage_states' })
  regionCode!: string;

  @Column({ type: 'text' })
  state!: 'listed' | 'active' | 'unlisted';

  @Column({ type: 'int' })
  classes!: number;

  @Column({ type: 'int' })
  sessions!: number;

  @Column({ type: 'int' })
  days!: number;

  /** Class hours of 45 minutes held, two decimals. */
  @Column({ name: 'class_hours', type: 'numeric' })
  classHours!: string;

  @Column({ type: 'int' })
  people!: number;

  @Column({ name: 'people_of_township', type: 'int' })
  peopleOfTownship!: number;

  @Column({ name: 'people_needed', type: 'int' })
  peopleNeeded!: number;

  /** The day on which it is no longer active unless something is held there before; of an active one alone. */
  @Column({ name: 'lapses_on', type: 'date', nullable: true })
  lapsesOn!: string | null;

  @Column({ name: 'rule_id', type: 'uuid' })
  ruleId!: string;

  @Column({ name: 'computed_at', type: 'timestamptz' })
  computedAt!: Date;
}
