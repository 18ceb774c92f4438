import type {
  AdmissionKind,
  EnrollmentRule,
  EnrollmentRuleKind,
  LocalTie,
  ProgrammeKind,
  ResidentGroup,
  SeatReserveKind,
  SpokenTerms,
  TermNames,
} from '#contracts';
import type { Schema } from '../shared/api';
import { momentAt, momentFrom, typedFrom } from './district-time';
import { plain, type Fault, typed, wholeFrom } from './typed';

/** Rules who may come, each kind once: whether it is asked for, and what it speaks of. */
export interface RulesForm {
  local: { on: boolean; ties: LocalTie[]; regionCodes: string[] };
  group: { on: boolean; groups: ResidentGroup[] };
  completed_course: { on: boolean; courseCodes: string[] };
  first_timers_first: { on: boolean; until: string };
  verified_identity: { on: boolean };
}

export const RULE_KINDS = [
  'local',
  'group',
  'completed_course',
  'first_timers_first',
  'verified_identity',
] as const satisfies EnrollmentRuleKind[];

/** Seats kept for some, as typed. */
export interface TypedReserve {
  kind: SeatReserveKind;
  /** Of the village or township, for the kind `village`; else empty. */
  regionCode: string;
  seats: string;
  releasedAt: string;
}

/** On what terms a class gives its seats, as far as not every class has them; all as typed. */
export interface TermsForm {
  renewalOpensAt: string;
  renewalClosesAt: string;
  lateEntryClosesAt: string;
  rules: RulesForm;
  reserves: TypedReserve[];
  minimum: string;
  minimumDecidedAt: string;
}

export const emptyTerms = (): TermsForm => ({
  renewalOpensAt: '',
  renewalClosesAt: '',
  lateEntryClosesAt: '',
  rules: {
    local: { on: false, ties: ['residence'], regionCodes: [] },
    group: { on: false, groups: [] },
    completed_course: { on: false, courseCodes: [] },
    first_timers_first: { on: false, until: '' },
    verified_identity: { on: false },
  },
  reserves: [],
  minimum: '',
  minimumDecidedAt: '',
});

const typedMoment = (iso: string | null) => (iso === null ? '' : typedFrom(iso));

export function termsOf(view: Schema<'ClassView'>): TermsForm {
  const { rules, ...others } = emptyTerms();
  for (const rule of view.enrollmentRules as EnrollmentRule[]) {
    switch (rule.kind) {
      case 'local':
        rules.local = { on: true, ties: [...rule.ties], regionCodes: [...rule.regionCodes] };
        break;
      case 'group':
        rules.group = { on: true, groups: [...rule.groups] };
        break;
      case 'completed_course':
        rules.completed_course = { on: true, courseCodes: [...rule.courseCodes] };
        break;
      case 'first_timers_first':
        rules.first_timers_first = { on: true, until: typedFrom(rule.until) };
        break;
      case 'verified_identity':
        rules.verified_identity = { on: true };
    }
  }
  return {
    ...others,
    rules,
    renewalOpensAt: typedMoment(view.renewalOpensAt),
    renewalClosesAt: typedMoment(view.renewalClosesAt),
    lateEntryClosesAt: typedMoment(view.lateEntryClosesAt),
    reserves: view.seatReserves.map(({ kind, regionCode, seats, releasedAt }) => ({
      kind,
      regionCode: regionCode ?? '',
      seats: String(seats),
      releasedAt: typedFrom(releasedAt),
    })),
    minimum: typed(view.minimum),
    minimumDecidedAt: typedMoment(view.minimumDecidedAt),
  };
}

/** The same terms for a class at other times: every moment is to be typed anew. */
export const termsOfCopy = (view: Schema<'ClassView'>): TermsForm => {
  const terms = termsOf(view);
  return {
    ...terms,
    renewalOpensAt: '',
    renewalClosesAt: '',
    lateEntryClosesAt: '',
    minimumDecidedAt: '',
    rules: { ...terms.rules, first_timers_first: { ...terms.rules.first_timers_first, until: '' } },
    reserves: terms.reserves.map((reserve) => ({ ...reserve, releasedAt: '' })),
  };
};

/** What is wrong with the terms before the platform need be asked, by path, such as `reserves.1.seats`. */
export function faultsInTerms(form: TermsForm): Record<string, Fault> {
  const faults: Record<string, Fault> = {};
  for (const field of ['renewalOpensAt', 'renewalClosesAt', 'lateEntryClosesAt', 'minimumDecidedAt'] as const) {
    if (form[field] && momentFrom(form[field]) === null) faults[field] = 'moment';
  }
  if (Number.isNaN(wholeFrom(form.minimum))) faults.minimum = 'number';
  const { local, group, completed_course: completed, first_timers_first: first } = form.rules;
  if (local.on && (local.ties.length === 0 || local.regionCodes.length === 0)) faults['rules.local'] = 'missing';
  if (group.on && group.groups.length === 0) faults['rules.group'] = 'missing';
  if (completed.on && completed.courseCodes.length === 0) faults['rules.completed_course'] = 'missing';
  if (first.on && momentFrom(first.until) === null) {
    faults['rules.first_timers_first'] = first.until ? 'moment' : 'missing';
  }
  for (const [index, reserve] of form.reserves.entries()) {
    const path = `reserves.${index}`;
    if (!plain(reserve.seats)) faults[`${path}.seats`] = 'missing';
    else if (Number.isNaN(wholeFrom(reserve.seats))) faults[`${path}.seats`] = 'number';
    if (reserve.kind === 'village' && !reserve.regionCode) faults[`${path}.regionCode`] = 'missing';
    if (momentFrom(reserve.releasedAt) === null) {
      faults[`${path}.releasedAt`] = reserve.releasedAt ? 'moment' : 'missing';
    }
  }
  return faults;
}

/** The kinds that are asked for, in the order in which the platform is told them. */
export const kindsAsked = ({ rules }: TermsForm): EnrollmentRuleKind[] => RULE_KINDS.filter((kind) => rules[kind].on);

function rulesFrom(form: TermsForm): EnrollmentRule[] {
  const { rules } = form;
  return kindsAsked(form).map((kind): EnrollmentRule => {
    switch (kind) {
      case 'local':
        return { kind, ties: rules.local.ties, regionCodes: rules.local.regionCodes };
      case 'group':
        return { kind, groups: rules.group.groups };
      case 'completed_course':
        return { kind, courseCodes: rules.completed_course.courseCodes };
      case 'first_timers_first':
        return { kind, until: momentFrom(rules.first_timers_first.until) ?? '' };
      case 'verified_identity':
        return { kind };
    }
  });
}

/** The terms as the platform takes them, being without faults. */
export const termsFrom = (form: TermsForm) => ({
  renewalOpensAt: momentFrom(form.renewalOpensAt),
  renewalClosesAt: momentFrom(form.renewalClosesAt),
  lateEntryClosesAt: momentFrom(form.lateEntryClosesAt),
  enrollmentRules: rulesFrom(form),
  seatReserves: form.reserves.map(({ kind, regionCode, seats, releasedAt }) => ({
    kind,
    regionCode: kind === 'village' ? regionCode : null,
    seats: wholeFrom(seats) ?? NaN,
    releasedAt: momentFrom(releasedAt) ?? '',
  })),
  minimum: wholeFrom(form.minimum),
  minimumDecidedAt: momentFrom(form.minimumDecidedAt),
});

/** What the preview needs beside the terms. */
export interface RestOfForm {
  admission: AdmissionKind | '';
  seats: string;
  enrollmentOpensAt: string;
  enrollmentClosesAt: string;
  minAge: string;
  maxAge: string;
  sessions: readonly { day: string; starts: string }[];
}

/**
 * What residents will read, as far as it has been typed: what is half typed is left out.
 *
 * @param kind of the course; null while none is chosen
 * @returns null while the window in which enrollment is open is not there
 */
export function spokenTerms(
  form: TermsForm & RestOfForm,
  cost: { feeFen: number; materialsFen: number },
  kind: ProgrammeKind | null,
  termNames: TermNames,
): SpokenTerms | null {
  const [opensAt, closesAt] = [momentFrom(form.enrollmentOpensAt), momentFrom(form.enrollmentClosesAt)];
  if (opensAt === null || closesAt === null) return null;
  const faults = faultsInTerms(form);
  const number = (text: string) => {
    const whole = wholeFrom(text);
    return Number.isNaN(whole) ? null : whole;
  };
  const all = termsFrom(form);
  const starts = form.sessions
    .filter(({ day, starts: at }) => momentFrom(`${day}T${at}`) !== null)
    .map(({ day, starts: at }) => momentAt(day, at))
    .sort();
  return {
    ...all,
    admission: form.admission || (kind === 'elderly' ? 'lottery' : 'first_come'),
    seats: number(form.seats) ?? 0,
    enrollmentOpensAt: opensAt,
    enrollmentClosesAt: closesAt,
    firstSessionAt: starts[0] ?? null,
    enrollmentRules: all.enrollmentRules.filter((rule) => !faults[`rules.${rule.kind}`]),
    seatReserves: all.seatReserves.filter(
      (_, index) => !Object.keys(faults).some((path) => path.startsWith(`reserves.${index}.`)),
    ),
    minimum: number(form.minimum),
    minAge: number(form.minAge),
    maxAge: number(form.maxAge),
    feeFen: cost.feeFen || 0,
    materialsFen: cost.materialsFen || 0,
    termNames,
  };
}
