import { PROGRAMME_KINDS, type ProgrammeKind } from '#contracts';
import { Id, ListOf, Moment, OneOf, PageQuery, QueryNumber, RegionCode, Text, WholeNumber } from '#core';

const MANY = { min: 0, max: 1_000_000_000 };
const NAME = { max: 200 };
const NAME_EN = { max: 200, nullable: true };

/** Which headcounts: of a year by the day of the session, of a school, held in a region, of a kind of class. */
export class HeadcountsQuery extends PageQuery {
  @QueryNumber({ min: 2000, max: 2100, optional: true, description: 'Calendar year of the session.' })
  year?: number;

  @RegionCode({ optional: true, description: 'Where the session was held: this region and all that lie in it.' })
  regionCode?: string;

  @Id({ optional: true })
  organisationId?: string;

  @OneOf(PROGRAMME_KINDS, { optional: true })
  programmeKind?: ProgrammeKind;
}

/** A session to which people came without their names being taken, as it stands. */
export class SessionHeadcountView {
  @Id()
  sessionId!: string;

  @WholeNumber({ min: 1, max: 1_000 })
  number!: number;

  @Moment()
  startsAt!: string;

  @Id()
  classId!: string;

  @Text(NAME)
  className!: string;

  @Text(NAME_EN)
  classNameEn!: string | null;

  @OneOf(PROGRAMME_KINDS)
  programmeKind!: ProgrammeKind;

  @Id()
  organisationId!: string;

  @Text(NAME)
  organisationName!: string;

  @Text(NAME_EN)
  organisationNameEn!: string | null;

  @RegionCode({ description: 'Where it was held.' })
  regionCode!: string;

  @Text(NAME)
  regionName!: string;

  @WholeNumber({ min: 1, max: 100_000, description: 'Heads whose names were not taken: 未实名.' })
  headcount!: number;

  @WholeNumber({ ...MANY, description: 'How many were marked by name beside them; those count by the rules.' })
  named!: number;

  @WholeNumber({ ...MANY, description: 'Photos that stand. The pictures themselves are for the school alone.' })
  photos!: number;

  @Text({ max: 200, nullable: true })
  note!: string | null;

  @Moment({ description: 'When the headcount was recorded.' })
  recordedAt!: string;

  @Text({ max: 300, description: 'Why it is in no figure, in a sentence.' })
  says!: string;
}

/** Headcounts of a township or a school. */
export class HeadcountPartView {
  @Text({ max: 40, description: 'Division code of the township, or id of the organisation.' })
  key!: string;

  @Text(NAME)
  name!: string;

  @Text(NAME_EN)
  nameEn!: string | null;

  @WholeNumber(MANY)
  sessions!: number;

  @WholeNumber(MANY)
  headcount!: number;
}

/** 未实名: who came without their names being taken; shown, in no figure (counting rule 10). */
export class HeadcountSumsView {
  @WholeNumber(MANY)
  sessions!: number;

  @WholeNumber({ ...MANY, description: 'Heads. Whoever came twice is in it twice.' })
  headcount!: number;

  @Text({ max: 300, description: 'Why they are in no figure, in a sentence.' })
  says!: string;

  @ListOf(() => HeadcountPartView, { max: 1000 })
  byTownship!: HeadcountPartView[];

  @ListOf(() => HeadcountPartView, { max: 1000 })
  byOrganisation!: HeadcountPartView[];
}

/** Which headcounts to add up. */
export class HeadcountSumsQuery {
  @QueryNumber({ min: 2000, max: 2100, optional: true, description: 'Calendar year of the session.' })
  year?: number;

  @RegionCode({ optional: true, description: 'Where the session was held: this region and all that lie in it.' })
  regionCode?: string;

  @Id({ optional: true })
  organisationId?: string;

  @OneOf(PROGRAMME_KINDS, { optional: true })
  programmeKind?: ProgrammeKind;
}
