import { Id, ListOf, Moment, OneOf, PageQuery, Secret, Text, WholeNumber } from '#core';
import { LONGEST_PASSWORD } from '../sign-in/passwords.js';
import { STAFF_ROLES, STAFF_STATES, type StaffRole, type StaffState } from '../people.words.js';

const NAME = { max: 50 };
const PASSWORD = { max: LONGEST_PASSWORD, description: 'At least 10 characters, and not the username.' };

export class GiveRoleRequest {
  @OneOf(STAFF_ROLES)
  role!: StaffRole;

  @Id({ optional: true, nullable: true, description: 'Where it is held; left out for roles of the whole district.' })
  organisationId?: string | null;
}

export class CreateStaffRequest {
  @Text({ min: 3, max: 50, description: 'Kept in lower case.' })
  username!: string;

  @Text(NAME)
  name!: string;

  @Secret(PASSWORD)
  password!: string;

  @ListOf(() => GiveRoleRequest, { min: 1, max: 20 })
  roles!: GiveRoleRequest[];
}

export class ChangeStaffRequest {
  @Text({ ...NAME, optional: true })
  name?: string;

  @OneOf(STAFF_STATES, { optional: true, description: '`left` ends all sign-ins.' })
  state?: StaffState;
}

export class ResetPasswordRequest {
  @Secret(PASSWORD)
  password!: string;
}

export class StaffQuery extends PageQuery {
  @Id({ optional: true, description: 'Who holds a role there.' })
  organisationId?: string;

  @OneOf(STAFF_ROLES, { optional: true, description: 'Who holds this role.' })
  role?: StaffRole;
}

export class StaffRoleView {
  @Id()
  id!: string;

  @OneOf(STAFF_ROLES)
  role!: StaffRole;

  @Id({ nullable: true, description: 'Null: in the whole district.' })
  organisationId!: string | null;

  @Text({ max: 100, nullable: true })
  organisationName!: string | null;

  @Text({ max: 200, nullable: true })
  organisationNameEn!: string | null;

  @Moment()
  since!: string;
}

export class StaffView {
  @Id()
  id!: string;

  @Text({ max: 50 })
  username!: string;

  @Text(NAME)
  name!: string;

  @OneOf(STAFF_STATES)
  state!: StaffState;

  @ListOf(() => StaffRoleView, { max: 100, description: 'Present roles.' })
  roles!: StaffRoleView[];

  @WholeNumber({ min: 1, max: 2_147_483_647 })
  version!: number;
}
