import { PROGRAMME_KINDS, type ProgrammeKind } from '#contracts';
import { OneOf, PageQuery, RegionCode, Text } from '#core';

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
}
