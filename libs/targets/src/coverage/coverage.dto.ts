import { ApiProperty } from '@nestjs/swagger';
import { PLATE_KINDS, type PlateKind } from '#contracts';
import { Day, Moment, OneOf, PageQuery, RegionCode, Text, YesNo } from '#core';
import type { CoverageLevel } from './coverage.rules.js';
import { Count, Figure } from '../wall-chart/figure.fields.js';

const LEVELS = ['township', 'village'] as const;
const LISTING_STATES = ['unlisted', 'listed', 'active'] as const;

/** Which regions are asked for. */
export class CoverageQuery extends PageQuery {
  @OneOf(PLATE_KINDS, { name: 'PlateKind' })
  plateKind!: PlateKind;

  @OneOf(LEVELS)
  level!: CoverageLevel;

  @Day({ optional: true, description: 'Its year says which regions count; what they amount to is always the present.' })
  on?: string;
}

/** Which regions are to become active next. */
export class NextCoverageQuery extends PageQuery {
  @OneOf(PLATE_KINDS, { name: 'PlateKind' })
  plateKind!: PlateKind;

  @OneOf(LEVELS)
  level!: CoverageLevel;
}

/** What a township's or village's plates of a kind amount to in the trailing 12 months (rule 16). */
export class RegionCoverageView {
  @OneOf(PLATE_KINDS)
  plateKind!: PlateKind;

  @RegionCode()
  code!: string;

  @Text({ max: 200 })
  name!: string;

  @Text({ max: 200 })
  shortName!: string;

  @Text({ max: 200, nullable: true })
  nameEn!: string | null;

  @RegionCode({ nullable: true })
  parentCode!: string | null;

  @OneOf(LISTING_STATES, { description: '未挂牌, 已挂牌, 常态开课.' })
  state!: (typeof LISTING_STATES)[number];

  @Count()
  classes!: number;

  @Count('Sessions held.')
  sessions!: number;

  @Count('Different days with a session.')
  days!: number;

  @ApiProperty({ type: Number, description: 'Class hours of 45 minutes held.' })
  classHours!: number;

  @Count('Different elderly residents who attended at least once.')
  people!: number;

  @Count('Those of them who live in the township.')
  peopleOfTownship!: number;

  @Count('How many the rule demands.')
  peopleNeeded!: number;

  @Figure('Residents of 60 and over who live there; null where nobody has entered it.')
  residentsOfAge!: number | null;

  @Day({ nullable: true, description: 'Where it is active: when it falls dormant unless something is held before.' })
  lapsesOn!: string | null;

  @YesNo({ description: 'Whether that day is near (临近断档).' })
  lapsing!: boolean;

  @Count('Sessions that would have to be held for it to be active.')
  sessionsMissing!: number;

  @Count('Residents of the age who would have to come.')
  peopleMissing!: number;

  @ApiProperty({ type: [String], description: 'What is missing, in words; empty where it is active.' })
  missing!: string[];

  @Moment({ nullable: true })
  computedAt!: string | null;
}
