import { CONSENT_WAYS, type ConsentWay, PROXY_STANDINGS, type ProxyStanding } from '#contracts';
import { Id, Moment, OneOf, Text } from '#core';

/** Whom the resident lets act: an account that acts for them already. */
export class GiveConsentRequest {
  @Id({ description: 'An account that acts for the resident.' })
  accountId!: string;
}

export class RecordConsentRequest {
  @Id({ optional: true, description: 'An account that acts for the resident already; or else the phone.' })
  accountId?: string;

  @Text({
    max: 30,
    optional: true,
    description: 'The mobile number of the family member, whose account acts for the resident from now on.',
  })
  phone?: string;
}

export class AcceptInvitationRequest {
  @Text({ max: 30, description: 'D- and eight characters, as the resident told it.' })
  code!: string;
}

export class ProxyInvitationView {
  @Text({ max: 10, description: 'D- and eight characters: for one family member, once.' })
  code!: string;

  @Moment()
  expiresAt!: string;
}

/** A family member's account that acts for a resident (代报名), and whether the resident agreed. */
export class ProxyView {
  @Id()
  residentId!: string;

  @Text({ max: 50 })
  residentName!: string;

  @Id()
  accountId!: string;

  @Text({ max: 50, nullable: true, description: 'Who holds the account; null where its holder is not registered.' })
  holderName!: string | null;

  @Text({ max: 11, description: 'Masked: 138****1234.' })
  phone!: string;

  @OneOf(PROXY_STANDINGS, { description: 'to_be_signed never bars from applying: it is signed at the first session.' })
  standing!: ProxyStanding;

  @Id({ nullable: true })
  consentId!: string | null;

  @OneOf(CONSENT_WAYS, { nullable: true })
  how!: ConsentWay | null;

  @Moment({ nullable: true })
  givenAt!: string | null;
}
