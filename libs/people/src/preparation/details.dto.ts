import { GROUP_SOURCES, type GroupSource, type Need, NEEDS, RESIDENT_GROUPS, type ResidentGroup } from '#contracts';
import { Day, Id, ListOf, Nested, OneOf, RegionCode, SomeOf, Text, WholeNumber } from '#core';

const NAME = { max: 50 };

class EmergencyContactRequest {
  @Text({ ...NAME, description: 'Whom to call in an emergency.' })
  name!: string;

  @Text({ max: 30, description: 'A mobile number.' })
  phone!: string;
}

/** What is left out stays as it is. */
class ChangeDetailsFields {
  @RegionCode({ optional: true, description: 'The village (村/社区) of residence.' })
  regionCode?: string;

  @RegionCode({ optional: true, nullable: true, description: 'Village or township of work; null: none.' })
  workRegionCode?: string | null;

  @RegionCode({
    optional: true,
    nullable: true,
    description: 'Village or township of household registration (户籍); null: outside the district.',
  })
  householdRegionCode?: string | null;

  @SomeOf(NEEDS, { optional: true, description: 'All that the teacher should prepare for; never an illness.' })
  needs?: Need[];

  @Nested(() => EmergencyContactRequest, { optional: true, nullable: true, description: 'null: nobody any more.' })
  contact?: EmergencyContactRequest | null;
}

export class ChangeOwnDetailsRequest extends ChangeDetailsFields {
  @SomeOf(RESIDENT_GROUPS, {
    optional: true,
    description: 'All groups the resident says to belong to from today on; what staff certified stays.',
  })
  groups?: ResidentGroup[];
}

class ResidentGroupRequest {
  @OneOf(RESIDENT_GROUPS)
  kind!: ResidentGroup;

  @OneOf(GROUP_SOURCES, { description: 'certified: staff saw the certificate.' })
  source!: GroupSource;

  @Day({ optional: true, description: 'First day by the certificate, today at the latest; left out: today.' })
  since?: string;

  @Day({
    optional: true,
    nullable: true,
    description: 'Last day by the certificate; left out or null: until further notice.',
  })
  lastDay?: string | null;
}

export class ChangeDetailsRequest extends ChangeDetailsFields {
  @ListOf(() => ResidentGroupRequest, {
    max: RESIDENT_GROUPS.length,
    optional: true,
    description: 'All groups the resident belongs to from today on, each kind once.',
  })
  groups?: ResidentGroupRequest[];
}

class EmergencyContactView {
  @Text(NAME)
  name!: string;

  @Text({ max: 11, description: 'Masked (138****1234) at the counter.' })
  phone!: string;
}

class ResidentGroupView {
  @OneOf(RESIDENT_GROUPS)
  kind!: ResidentGroup;

  @OneOf(GROUP_SOURCES)
  source!: GroupSource;

  @Day()
  since!: string;

  @Day({ nullable: true })
  lastDay!: string | null;
}

/** What enrollment and teachers know of a resident beside who they are. */
export class ResidentDetailsView {
  @Id()
  residentId!: string;

  @RegionCode({ nullable: true })
  regionCode!: string | null;

  @Text({ max: 100, nullable: true })
  regionName!: string | null;

  @RegionCode({ nullable: true })
  workRegionCode!: string | null;

  @Text({ max: 100, nullable: true })
  workRegionName!: string | null;

  @RegionCode({ nullable: true })
  householdRegionCode!: string | null;

  @Text({ max: 100, nullable: true })
  householdRegionName!: string | null;

  @SomeOf(NEEDS)
  needs!: Need[];

  @Nested(() => EmergencyContactView, { nullable: true })
  contact!: EmergencyContactView | null;

  @ListOf(() => ResidentGroupView, { max: RESIDENT_GROUPS.length, description: 'Groups to which they belong today.' })
  groups!: ResidentGroupView[];

  @WholeNumber({ min: 1, max: 2_147_483_647, description: 'Of the resident.' })
  version!: number;
}
