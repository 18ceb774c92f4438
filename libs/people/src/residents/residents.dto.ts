import { DOCUMENT_KINDS, type DocumentKind, IDENTITY_STATES, type IdentityState } from '#contracts';
import { Day, Id, Moment, OneOf, PageQuery, RegionCode, Text, WholeNumber, YesNo } from '#core';
import { type Relation, RELATIONS, RESIDENT_STATES, type ResidentState, type Sex, SEXES } from '../people.words.js';

const NAME = { max: 50 };
const DOCUMENT_NUMBER = { max: 40 };
const VERSION = { min: 1, max: 2_147_483_647 };

/** What is declared of a resident at registration. */
class RegisterRequest {
  @Text({ ...NAME, description: 'As on the document.' })
  name!: string;

  @Day()
  birthDate!: string;

  @OneOf(SEXES, { optional: true, description: 'Left out where the document tells it.' })
  sex?: Sex;

  @RegionCode({ description: 'The village (村/社区) of residence.' })
  regionCode!: string;

  @OneOf(DOCUMENT_KINDS, { optional: true, description: 'Goes together with documentNumber.' })
  documentKind?: DocumentKind;

  @Text({ ...DOCUMENT_NUMBER, optional: true })
  documentNumber?: string;
}

export class RegisterOwnResidentRequest extends RegisterRequest {
  @OneOf(RELATIONS, { description: 'The holder of the account, or one of the family.' })
  relation!: Relation;
}

export class RegisterResidentRequest extends RegisterRequest {
  @Text({ max: 30, optional: true, description: 'A mobile number; left out for someone without a phone.' })
  phone?: string;
}

export class VerifyIdentityRequest {
  @OneOf(DOCUMENT_KINDS)
  documentKind!: DocumentKind;

  @Text(DOCUMENT_NUMBER)
  documentNumber!: string;

  @Text({ ...NAME, description: 'As on the document.' })
  name!: string;

  @Day({
    optional: true,
    description: 'As on the document; where it differs from what is registered, giving it corrects that.',
  })
  birthDate?: string;

  @YesNo({ optional: true, description: 'The registered name is wrong and gives way to the document’s.' })
  correctName?: boolean;
}

export class ResidentsSearchRequest extends PageQuery {
  @Text({
    min: 2,
    max: 60,
    description: 'Part of a name, a whole phone number, a document’s number, or a personal code.',
  })
  q!: string;
}

/** A resident as the own account sees them. */
export class OwnResidentView {
  @Id()
  id!: string;

  @Text(NAME)
  name!: string;

  @Day()
  birthDate!: string;

  @OneOf(SEXES, { nullable: true })
  sex!: Sex | null;

  @RegionCode({ nullable: true })
  regionCode!: string | null;

  @Text({ max: 100, nullable: true })
  regionName!: string | null;

  @OneOf(RELATIONS)
  relation!: Relation;

  @OneOf(DOCUMENT_KINDS, { nullable: true, description: 'The kind that was declared or seen; never its number.' })
  documentKind!: DocumentKind | null;

  @OneOf(IDENTITY_STATES)
  identityState!: IdentityState;

  @WholeNumber(VERSION)
  version!: number;
}

/** A resident in the list at the counter. */
export class FoundResidentView {
  @Id()
  id!: string;

  @Text(NAME)
  name!: string;

  @Day()
  birthDate!: string;

  @OneOf(SEXES, { nullable: true })
  sex!: Sex | null;

  @RegionCode({ nullable: true })
  regionCode!: string | null;

  @Text({ max: 100, nullable: true })
  regionName!: string | null;

  @Text({ max: 11, nullable: true, description: 'Masked: 138****1234.' })
  phone!: string | null;

  @OneOf(IDENTITY_STATES)
  identityState!: IdentityState;

  @WholeNumber(VERSION)
  version!: number;
}

/** A resident whom the counter opened. */
export class ResidentView extends FoundResidentView {
  @OneOf(DOCUMENT_KINDS, { nullable: true })
  documentKind!: DocumentKind | null;

  @Moment({ nullable: true })
  identityVerifiedAt!: string | null;

  @OneOf(RESIDENT_STATES)
  state!: ResidentState;

  @Id({ nullable: true, description: 'The record that is used instead of this one, where it was merged.' })
  mergedInto!: string | null;
}

export class PersonalCodeView {
  @Text({ max: 13, description: 'P- and eleven characters, as printed on the card.' })
  code!: string;
}
