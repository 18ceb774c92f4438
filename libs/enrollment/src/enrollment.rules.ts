import {
  ageOn,
  dayOf,
  type EnrollmentRule,
  type EnrollmentRuleKind,
  liesIn,
  type LocalTie,
  type ProgrammeKind,
  type ResidentGroup,
  type SeatReserve,
} from '#contracts';
import type { SeatCounts } from '#catalogue';
import { type ReserveName, type SeatClaim, seatTogether } from './seats.rules.js';
import { admissionIn, type Phase, phaseAt, type WindowRefusal, type Windows } from './windows.rules.js';

/*
 * 谁能报名, 谁有名额. Who may come, and who gets a seat: asked in this order, and the first "no" is the answer that the
 * resident reads, with what to do next. The same is asked on the class page beforehand, at the counter, by a village
 * agent and for a list of names; nobody is asked less, and nobody can be let past a rule.
 *
 * 1. Is it time? 老生续报 is for those who sat in an earlier class of the course; then 公开报名 for everybody; from the
 *    first session on 插班, where the class has it (windows.rules.ts).
 * 2. What every class asks: 年龄 on its first day, 限报门数 of the term, 时间冲突 with another class of theirs.
 * 3. What this class asks (报名条件), and only if it was published so: 居住/工作/户籍 here, a group, a completed course,
 *    first-timers first, a seen identity card. A class that asks for none of these is open to people from anywhere.
 * 4. Then the class's way of giving seats: 摇号 and 学校审核 keep the application; 先到先得 gives a seat if one is free that
 *    is not reserved for others (seats.rules.ts), else a place on the 候补 list, unless that is full.
 *
 * People who come together (结伴报名) are each asked all of it. They all get in, or all wait, or nobody is let in and they
 * are told on whom it failed.
 *
 * For programmers: everything is decided from what is handed in; the desk reads it under locks and writes what is decided.
 */

/** A class as far as giving seats goes. */
export interface ClassTerms extends Windows {
  courseId: string;
  programmeKind: ProgrammeKind;
  /** Classes of this kind that a resident may hold in the term; null: any number. */
  capPerTerm: number | null;
  /** People who may wait; null: any number. */
  waitingLimit: number | null;
  minAge: number | null;
  maxAge: number | null;
  enrollmentRules: readonly EnrollmentRule[];
  seatReserves: readonly SeatReserve[];
}

/** What is known of somebody who asks. */
export interface Applicant extends SeatClaim {
  residentId: string;
  birthDate: string;
  /** Where they live, work and are registered. */
  ties: Record<LocalTie, string | null>;
  verified: boolean;
  groups: readonly ResidentGroup[];
  /** The bureau's codes of the courses they have completed. */
  completedCourses: readonly string[];
  /** Whether they sat in an earlier class of this course. */
  renews: boolean;
  /** Classes of this kind and term in which they have a seat or an open offer; this class not among them. */
  heldOfKind: number;
  /** Name of a class of theirs that meets at the same time, or null. */
  clashesWith: string | null;
}

/** Why somebody may not come; each has its sentence to the resident in enrollment.errors.ts. */
export type PersonRefusal =
  | { code: 'TOO_YOUNG'; minAge: number; age: number }
  | { code: 'TOO_OLD'; maxAge: number; age: number }
  | { code: 'CAP_REACHED'; cap: number }
  | { code: 'TIME_CLASH'; className: string }
  | { code: 'NOT_LOCAL'; ties: readonly LocalTie[]; regionCodes: readonly string[] }
  | { code: 'NOT_OF_GROUP'; groups: readonly ResidentGroup[] }
  | { code: 'COURSE_NOT_COMPLETED'; courseCodes: readonly string[] }
  | { code: 'FIRST_TIMERS_FIRST'; until: Date }
  | { code: 'IDENTITY_NOT_VERIFIED' };

export type Refusal =
  | WindowRefusal
  | PersonRefusal
  /** Only those who sat in an earlier class of the course may apply yet. */
  | { code: 'RENEWAL_ONLY'; opensAt: Date }
  | { code: 'WAITING_LIST_FULL'; waiting: number }
  /** One of those who apply together may not come. */
  | { code: 'COMPANION_REFUSED'; residentId: string; refusal: PersonRefusal | { code: 'RENEWAL_ONLY'; opensAt: Date } };

/** Age counts on the first day of the class, in completed years, both limits included. */
function refusedByAge({ minAge, maxAge, firstSessionAt }: ClassTerms, { birthDate }: Applicant): PersonRefusal | null {
  const age = ageOn(birthDate, dayOf(firstSessionAt));
  if (minAge !== null && age < minAge) return { code: 'TOO_YOUNG', minAge, age };
  if (maxAge !== null && age > maxAge) return { code: 'TOO_OLD', maxAge, age };
  return null;
}

/** At most so many classes of a kind in a term (elderly: two). Waiting does not count. */
function refusedByCap({ capPerTerm }: ClassTerms, { heldOfKind }: Applicant): PersonRefusal | null {
  return capPerTerm !== null && heldOfKind >= capPerTerm ? { code: 'CAP_REACHED', cap: capPerTerm } : null;
}

/** Nobody can be in two places at once, nor get from one to the other in no time. */
function refusedByClash({ clashesWith }: Applicant): PersonRefusal | null {
  return clashesWith === null ? null : { code: 'TIME_CLASH', className: clashesWith };
}

/** The rules that a class may choose; each says why somebody may not come, or null. */
type ChosenRule<Kind extends EnrollmentRuleKind> = (
  rule: Extract<EnrollmentRule, { kind: Kind }>,
  applicant: Applicant,
  terms: ClassTerms,
  at: Date,
) => PersonRefusal | null;

const CHOSEN_RULES: { [Kind in EnrollmentRuleKind]: ChosenRule<Kind> } = {
  /** Lives, works or is registered here: one of those that the class asks for is enough. */
  local: ({ ties, regionCodes }, applicant) => {
    const isLocal = ties.some((tie) => regionCodes.some((region) => liesIn(applicant.ties[tie], region)));
    return isLocal ? null : { code: 'NOT_LOCAL', ties, regionCodes };
  },

  /** Belongs to one of the groups the class is for. */
  group: ({ groups }, applicant) =>
    groups.some((group) => applicant.groups.includes(group)) ? null : { code: 'NOT_OF_GROUP', groups },

  /** Has completed a course this one builds on. */
  completed_course: ({ courseCodes }, applicant) =>
    courseCodes.some((code) => applicant.completedCourses.includes(code))
      ? null
      : { code: 'COURSE_NOT_COMPLETED', courseCodes },

  /**
   * First-timers have the first days to themselves. A lottery draws them first instead. Where a class has a renewal
   * (老生续报), those who sat in its course have that right beside them.
   */
  first_timers_first: ({ until }, applicant, { admission, renewalOpensAt }, at) => {
    const mayRenew = renewalOpensAt !== null && applicant.renews;
    const openToAll = admission === 'lottery' || at >= new Date(until) || applicant.firstTimer || mayRenew;
    return openToAll ? null : { code: 'FIRST_TIMERS_FIRST', until: new Date(until) };
  },

  /** Somebody has seen the identity card, or a trusted sign-on has vouched for it. */
  verified_identity: (_rule, { verified }) => (verified ? null : { code: 'IDENTITY_NOT_VERIFIED' }),
};

function refusedByChosen<Kind extends EnrollmentRuleKind>(
  rule: Extract<EnrollmentRule, { kind: Kind }>,
  applicant: Applicant,
  terms: ClassTerms,
  at: Date,
): PersonRefusal | null {
  return (CHOSEN_RULES[rule.kind] as ChosenRule<Kind>)(rule, applicant, terms, at);
}

/** Whether this person may have a seat in the class, whenever one is free: the first reason why not, or null. */
export function personRefusal(terms: ClassTerms, applicant: Applicant, at: Date): PersonRefusal | null {
  const refusal = refusedByAge(terms, applicant) ?? refusedByCap(terms, applicant) ?? refusedByClash(applicant);
  if (refusal) return refusal;
  for (const rule of terms.enrollmentRules) {
    const chosen = refusedByChosen(rule, applicant, terms, at);
    if (chosen) return chosen;
  }
  return null;
}

/** What an application leads to, for all who apply together: a seat, the waiting list, the lottery or the school, or no. */
export type SeatDecision =
  /** A seat for each, and the reserve that gives it, if one does. */
  | { kind: 'enrolled'; reserves: (ReserveName | null)[] }
  | { kind: 'waiting' }
  /** It goes into the lottery, or to the school. */
  | { kind: 'applied' }
  | { kind: 'refused'; refusal: Refusal };

/** Where the seats of a class stand. */
export interface SeatSituation {
  counts: SeatCounts;
  reservesUsed: ReadonlyMap<ReserveName, number>;
  /** False while some who wait are not known: then no seat may be given past them. */
  queueIsWhole: boolean;
}

/**
 * Decides an application of one person, or of up to four who come together or not at all.
 *
 * The class was settled before: whoever waits, may come and fits has got what was free, so a seat that is still free
 * passes nobody over.
 *
 * @param applicants the one who asks first
 */
export function decideSeats(
  terms: ClassTerms,
  seats: SeatSituation,
  applicants: readonly Applicant[],
  at: Date,
): SeatDecision {
  const window = phaseAt(terms, at);
  if ('refusal' in window) return { kind: 'refused', refusal: asItOpens(window.refusal, terms, applicants, at) };

  for (const applicant of applicants) {
    const refusal = refusedInPhase(window.phase, terms, applicant) ?? personRefusal(terms, applicant, at);
    if (refusal) return { kind: 'refused', refusal: asTold(refusal, applicant, applicants) };
  }

  if (admissionIn(window.phase, terms.admission) !== 'first_come') return { kind: 'applied' };

  const reserves = seats.queueIsWhole
    ? seatTogether(seats.counts, terms.seatReserves, seats.reservesUsed, applicants, at)
    : null;
  if (reserves) return { kind: 'enrolled', reserves };

  const isFull = refusedByFullList(terms, seats.counts.waiting, applicants.length);
  return isFull ? { kind: 'refused', refusal: isFull } : { kind: 'waiting' };
}

/** A class may say how many wait at most; who comes together waits together, or not at all. */
export function refusedByFullList({ waitingLimit }: ClassTerms, waiting: number, coming: number): Refusal | null {
  return waitingLimit !== null && waiting + coming > waitingLimit ? { code: 'WAITING_LIST_FULL', waiting } : null;
}

/** Who may renew is told when the renewal begins, everybody else when the class opens to all. */
function asItOpens(
  refusal: WindowRefusal,
  { renewalOpensAt }: ClassTerms,
  applicants: readonly Applicant[],
  at: Date,
): WindowRefusal {
  const isAhead = refusal.code === 'WINDOW_NOT_OPEN' && renewalOpensAt !== null && at < renewalOpensAt;
  return isAhead && applicants.every(({ renews }) => renews) ? { ...refusal, opensAt: renewalOpensAt } : refusal;
}

/** Before everybody, those who sat in an earlier class of the course (老生续报). */
export function refusedInPhase(phase: Phase, { enrollmentOpensAt }: Windows, { renews }: Pick<Applicant, 'renews'>) {
  return phase === 'renewal' && !renews ? { code: 'RENEWAL_ONLY' as const, opensAt: enrollmentOpensAt } : null;
}

/** A refusal of somebody who was brought along names them. */
function asTold(
  refusal: PersonRefusal | { code: 'RENEWAL_ONLY'; opensAt: Date },
  { residentId }: Applicant,
  applicants: readonly Applicant[],
): Refusal {
  return residentId === applicants[0]!.residentId ? refusal : { code: 'COMPANION_REFUSED', residentId, refusal };
}
