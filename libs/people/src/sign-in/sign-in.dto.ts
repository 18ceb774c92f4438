import { type Role, ROLES } from '#contracts';
import { Id, ListOf, Moment, Nested, OneOf, Secret, Text } from '#core';
import { OwnResidentView } from '../residents/residents.dto.js';
import { LONGEST_PASSWORD } from './passwords.js';

export class PasswordSignInRequest {
  @Text({ max: 50 })
  username!: string;

  @Secret({ max: LONGEST_PASSWORD })
  password!: string;
}

export class SmsCodeRequest {
  @Text({ max: 30, description: 'A mainland mobile number.' })
  phone!: string;
}

export class SmsSignInRequest extends SmsCodeRequest {
  @Text({ max: 20, description: 'The six digits of the message.' })
  code!: string;
}

export class ChangePasswordRequest {
  @Secret({ max: LONGEST_PASSWORD })
  oldPassword!: string;

  @Secret({ max: LONGEST_PASSWORD, description: 'At least 10 characters, and not the username.' })
  newPassword!: string;
}

export class MyRoleView {
  @OneOf(ROLES)
  role!: Role;

  @Id({ nullable: true, description: 'Null: in the whole district.' })
  organisationId!: string | null;

  @Text({ max: 100, nullable: true })
  organisationName!: string | null;

  @Text({ max: 200, nullable: true })
  organisationNameEn!: string | null;
}

export class MeView {
  @OneOf(['staff', 'account'])
  kind!: 'staff' | 'account';

  @Id({ description: 'Of the staff member or the account.' })
  id!: string;

  @Text({ max: 50, nullable: true, description: 'Of staff.' })
  username!: string | null;

  @Text({ max: 50, nullable: true, description: 'Of staff, or of the account’s holder once registered.' })
  name!: string | null;

  @Text({ max: 11, nullable: true, description: 'Of an account, masked: 138****1234.' })
  phone!: string | null;

  @ListOf(() => MyRoleView, { max: 100 })
  roles!: MyRoleView[];

  @ListOf(() => OwnResidentView, { max: 8 })
  residents!: OwnResidentView[];
}

export class SignedInView {
  @Text({ max: 1000, description: 'For machines, as Authorization: Bearer; browsers have it as a cookie.' })
  token!: string;

  @Moment({ description: 'The token runs out then; a call made later renews it by itself while the sign-in holds.' })
  expiresAt!: string;

  @Nested(() => MeView)
  me!: MeView;
}
