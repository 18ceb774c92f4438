import { PROGRAMME_KINDS, type ProgrammeKind } from '#contracts';
import { OneOf, PageQuery, QueryNumber, RegionCode, Text } from '#core';

export class SearchClassesQuery extends PageQuery {
  @OneOf(PROGRAMME_KINDS, { optional: true })
  programmeKind?: ProgrammeKind;

  @RegionCode({ optional: true, description: 'Township or village where it is held.' })
  region?: string;

  @Text({
    max: 100,
    optional: true,
    description: 'Words, all of which must be found: 太极拳, taijiquan or tjq; names, places, the class code.',
  })
  q?: string;

  @OneOf(['true', 'false'], { optional: true, description: 'Only classes whose enrollment is open now.' })
  openOnly?: 'true' | 'false';

  @QueryNumber({ min: 1, max: 366, optional: true, description: 'Only classes that begin within so many days.' })
  startsWithinDays?: number;

  @QueryNumber({
    min: 1,
    max: 366,
    optional: true,
    description: 'Only classes whose enrollment opens within so many days, those that open first at the top.',
  })
  opensWithinDays?: number;
}
