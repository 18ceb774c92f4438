import { applyDecorators } from '@nestjs/common';
import {
  type EnrollmentRule,
  LOCAL_TIES,
  type LocalTie,
  RESIDENT_GROUPS,
  type ResidentGroup,
  SEAT_RESERVE_KINDS,
  type SeatReserveKind,
} from '#contracts';
import { ListOfKinds, Moment, OneOf, RegionCode, RegionCodes, SomeOf, Text, Texts, WholeNumber } from '#core';

/*
 * 报名条件 and 预留学位 as they are sent and shown. What they mean is told in lib contracts, and what may be wrong with
 * them beyond their form in enrollment-terms.rules.ts.
 */

export class LocalRule {
  @OneOf(['local'])
  kind!: 'local';

  @SomeOf(LOCAL_TIES, { min: 1, description: 'Any one of them is enough.' })
  ties!: LocalTie[];

  @RegionCodes({ max: 20, description: 'Villages or wider; any one of them is enough.' })
  regionCodes!: string[];
}

export class GroupRule {
  @OneOf(['group'])
  kind!: 'group';

  @SomeOf(RESIDENT_GROUPS, { min: 1, description: 'Any one of them is enough.' })
  groups!: ResidentGroup[];
}

export class CompletedCourseRule {
  @OneOf(['completed_course'])
  kind!: 'completed_course';

  @Texts({ max: 10, maxLength: 40, description: "The bureau's course codes; any one of them is enough." })
  courseCodes!: string[];
}

export class FirstTimersFirstRule {
  @OneOf(['first_timers_first'])
  kind!: 'first_timers_first';

  @Moment({ description: 'Within the enrollment window.' })
  until!: string;
}

export class VerifiedIdentityRule {
  @OneOf(['verified_identity'])
  kind!: 'verified_identity';
}

const RULES = {
  local: LocalRule,
  group: GroupRule,
  completed_course: CompletedCourseRule,
  first_timers_first: FirstTimersFirstRule,
  verified_identity: VerifiedIdentityRule,
} satisfies Record<EnrollmentRule['kind'], unknown>;

/** Rules of a class, each kind at most once. */
export const EnrollmentRules = (options: { optional?: boolean } = {}) =>
  applyDecorators(
    ListOfKinds(RULES, {
      ...options,
      max: Object.keys(RULES).length,
      description: 'Who may come, beside the ages: all of them must be met. Each kind at most once.',
    }),
  );

/** Reserves of a class at most: the counter, newcomers, and some villages. */
export const MOST_RESERVES = 20;

export class SeatReserveFields {
  @OneOf(SEAT_RESERVE_KINDS)
  kind!: SeatReserveKind;

  @RegionCode({ nullable: true, description: 'The village or township, for the kind `village`; else null.' })
  regionCode!: string | null;

  @WholeNumber({ min: 1, max: 5_000 })
  seats!: number;

  @Moment({
    description: 'From then on these seats are everybody’s. Once published it may be made earlier, not later.',
  })
  releasedAt!: string;
}

/** Something with a code that the terms speak of. */
export class NamedCodeView {
  @Text({ max: 40 })
  code!: string;

  @Text({ max: 100 })
  name!: string;

  @Text({ max: 200, nullable: true })
  nameEn!: string | null;
}
