import {
  Day,
  Id,
  ListOf,
  Moment,
  MOST_SCANS_OF_ONE,
  OneOf,
  PageQuery,
  RegionCode,
  ScanView,
  Text,
  WholeNumber,
} from '#core';
import { AWARD_LEVELS, type AwardLevel, REGISTER_STATES, type RegisterState } from './registers.rules.js';

const NAME = { max: 200 };
const ISSUER = { max: 200, description: 'Who awarded or approved it; of an event, who held it.' };
const DOCUMENT_NUMBER = { max: 100, nullable: true, description: '文号 of the paper that proves it.' };

export class RegisterQuery extends PageQuery {
  @OneOf(REGISTER_STATES, { optional: true })
  state?: RegisterState;
}

/** An award, an event or an approval that counts for an indicator. */
export class RegisterEntryRequest {
  @Text(NAME)
  name!: string;

  @OneOf(AWARD_LEVELS)
  level!: AwardLevel;

  @Text(ISSUER)
  issuer!: string;

  @Text({ ...DOCUMENT_NUMBER, optional: true })
  documentNumber?: string | null;

  @Day({ description: 'The day of the paper, or of the event; from it on the entry counts.' })
  dated!: string;

  @RegionCode({ nullable: true, optional: true })
  regionCode?: string | null;

  @Id({ nullable: true, optional: true })
  organisationId?: string | null;
}

/** Why something that was recorded does not hold. */
export class WithdrawEntryRequest {
  @Text({ max: 500 })
  reason!: string;
}

export class RegisterEntryView {
  @Id()
  id!: string;

  @Text({ max: 100 })
  indicatorCode!: string;

  @Text(NAME)
  name!: string;

  @OneOf(AWARD_LEVELS)
  level!: AwardLevel;

  @Text(ISSUER)
  issuer!: string;

  @Text(DOCUMENT_NUMBER)
  documentNumber!: string | null;

  @Day()
  dated!: string;

  @RegionCode({ nullable: true })
  regionCode!: string | null;

  @Text({ max: 200, nullable: true })
  regionName!: string | null;

  @Id({ nullable: true })
  organisationId!: string | null;

  @Text({ max: 200, nullable: true })
  organisationName!: string | null;

  @OneOf(REGISTER_STATES)
  state!: RegisterState;

  @Text({ max: 500, nullable: true })
  withdrawnBecause!: string | null;

  @Text({ max: 100 })
  recordedBy!: string;

  @Moment()
  recordedAt!: string;

  @ListOf(() => ScanView, {
    max: MOST_SCANS_OF_ONE,
    description: 'Scans of its paper: the last one, then those before it.',
  })
  scans!: ScanView[];

  @WholeNumber({ min: 1, max: 1_000_000_000 })
  version!: number;
}
