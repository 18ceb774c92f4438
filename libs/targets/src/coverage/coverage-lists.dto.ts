import { Day, ListOf, Moment, OneOf, QueryNumber, RegionCode, RegionCodes, Text, WholeNumber, YesNo } from '#core';
import { Figure } from '../wall-chart/figure.fields.js';
import { PLAN_ENDS, PLAN_STARTS } from '../wall-chart/wall-chart.rules.js';

const YEAR = { min: PLAN_STARTS, max: PLAN_ENDS };
/** More townships and villages than any district has. */
const MANY = 2000;
const SOURCE = { max: 200, description: 'Who says so, and in which register it stands.' };
const DATED = { description: 'The day that the list describes: 31 December before the year.' };

export class CoverageListQuery {
  @QueryNumber(YEAR)
  year!: number;
}

/** A paper that says by which townships and villages a year's coverage is judged. */
export class SignCoverageListRequest {
  @WholeNumber(YEAR)
  year!: number;

  @Text({ max: 100, description: '文号.' })
  documentNumber!: string;

  @Text(SOURCE)
  source!: string;

  @Day(DATED)
  dated!: string;

  @RegionCodes({ max: MANY, min: 1, description: 'All that are in; who is left out is not judged in that year.' })
  regionCodes!: string[];
}

/** A township or village that stands in the year, or is on its list. */
export class ListedRegionView {
  @RegionCode()
  code!: string;

  @Text({ max: 200 })
  shortName!: string;

  @Text({ max: 200, nullable: true })
  nameEn!: string | null;

  @OneOf(['township', 'village'])
  level!: 'township' | 'village';

  @RegionCode({ nullable: true })
  parentCode!: string | null;

  @YesNo({ description: 'Whether coverage is judged by it.' })
  included!: boolean;

  @Figure('Residents of 60 and over who live there, by the latest count; null where nobody has entered it.')
  residentsOfAge!: number | null;

  @Day({ nullable: true, description: 'The day of that count.' })
  countedOn!: string | null;
}

/** 覆盖名单: by which townships and villages a year's coverage is judged (counting rule 16). */
export class CoverageListView {
  @WholeNumber(YEAR)
  year!: number;

  @OneOf(['trial', 'published'], { description: 'On trial: all that stand in the year, until a list is signed.' })
  state!: 'trial' | 'published';

  @Text({ ...SOURCE, nullable: true })
  source!: string | null;

  @Day({ ...DATED, nullable: true })
  dated!: string | null;

  @Text({ max: 100, nullable: true, description: '文号 of the signed paper.' })
  documentNumber!: string | null;

  @Moment({ nullable: true })
  signedAt!: string | null;

  @WholeNumber({ min: 0, max: 1_000_000_000, description: 'For If-Match; 0 where none was signed.' })
  version!: number;

  @ListOf(() => ListedRegionView, { max: MANY })
  regions!: ListedRegionView[];
}
