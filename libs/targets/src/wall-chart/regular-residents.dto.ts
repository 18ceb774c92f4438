import { Id, PageQuery, QueryNumber, QueryYesNo, RegionCode, Text, WholeNumber, YesNo } from '#core';

export class RegularResidentsQuery extends PageQuery {
  @QueryNumber({ min: 2000, max: 2100, optional: true, description: 'The running year where it is left out.' })
  year?: number;

  @QueryYesNo({
    optional: true,
    description: 'Only those who live in villages whose number of elderly residents is known, or only the others.',
  })
  counted?: boolean;
}

/** One of the elderly who came regularly in the twelve months up to the day of the share. */
export class RegularResidentView {
  @Id()
  residentId!: string;

  @Text({ max: 200, description: 'Masked: 王*英.' })
  residentName!: string;

  @RegionCode({ nullable: true, description: 'Where they live, as far as it is known.' })
  regionCode!: string | null;

  @Text({ max: 200, nullable: true })
  regionName!: string | null;

  @YesNo({ description: 'Whether the share counts them: the number of elderly residents of their village is known.' })
  counted!: boolean;

  @WholeNumber({ min: 1, max: 366, description: 'Different days on which they came.' })
  days!: number;
}
