import type { OrganisationKind, ProgrammeKind } from '#contracts';

/** The parameters of a version of the counting rules, as they are shown and edited. */
export interface RuleParameters {
  thresholdPercent: Record<ProgrammeKind, number>;
  wholeSessionKinds: ProgrammeKind[];
  lateMinutes: number;
  heldPercent: number;
  confirmAfterDays: number;
  classHourMinutes: number;
  verifiedIdentityKinds: ProgrammeKind[];
  mapping: MappingLine[];
  coverage: {
    elderlyAge: number;
    trailingMonths: number;
    regularDays: number;
    judgedBy: Record<string, 'listed' | 'active'>;
    township: Record<'classes' | 'classHours' | 'people', number>;
    village: Record<
      | 'classes'
      | 'sessions'
      | 'classHours'
      | 'days'
      | 'people'
      | 'peoplePercent'
      | 'peopleAtLeast'
      | 'ofTownshipPercent',
      number
    >;
  };
}

/** Classes of a kind feed a figure, each resident so often, on these conditions. */
export interface MappingLine {
  programmeKind: ProgrammeKind;
  measure: string;
  unique: 'class' | 'course_year' | 'year';
  minClassHours?: number;
  organisationKinds?: OrganisationKind[];
}

/** Names of the whole numbers that stand by themselves. */
export const PLAIN_NUMBERS = ['lateMinutes', 'heldPercent', 'confirmAfterDays', 'classHourMinutes'] as const;
export const COVERAGE_NUMBERS = ['elderlyAge', 'trailingMonths', 'regularDays'] as const;
export const TOWNSHIP_NUMBERS = ['classes', 'classHours', 'people'] as const;
export const VILLAGE_NUMBERS = [
  'classes',
  'sessions',
  'classHours',
  'days',
  'people',
  'peoplePercent',
  'peopleAtLeast',
  'ofTownshipPercent',
] as const;
export const UNIQUENESS = ['class', 'course_year', 'year'] as const;
