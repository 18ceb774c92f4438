import { ageOn, dayOf, type EnrollmentState, type ProgrammeKind } from '#contracts';

/*
 * Who gets a seat. Everything here is decided from what is handed in; the desk reads it under locks and writes what
 * is decided.
 */

/** Classes of one kind that a resident may hold in one term; a kind that is absent has no cap. */
export const CAPS_PER_TERM: Partial<Record<ProgrammeKind, number>> = { elderly: 2 };

/** A class as far as giving seats goes. */
export interface ClassTerms {
  state: string;
  programmeKind: ProgrammeKind;
  seats: number;
  /** People who may wait; null: any number. */
  waitingLimit: number | null;
  enrollmentOpensAt: Date;
  enrollmentClosesAt: Date;
  minAge: number | null;
  maxAge: number | null;
  firstSessionAt: Date;
}

/** How many seats of a class are spoken for, and how many people wait. */
export interface SeatCounts {
  seats: number;
  taken: number;
  offered: number;
  waiting: number;
}

/** What is known of the one who asks. */
export interface Applicant {
  birthDate: string;
  /** Classes of this kind and term in which the resident has a seat or an open offer; this class not among them. */
  heldOfKind: number;
  /** Name of a class of the resident that meets at the same time, or null. */
  clashesWith: string | null;
}

/** Why someone may not come. */
export type Refusal =
  | { code: 'CLASS_NOT_OPEN' }
  | { code: 'WINDOW_NOT_OPEN'; opensAt: Date }
  | { code: 'WINDOW_CLOSED'; closedAt: Date }
  | { code: 'TOO_YOUNG'; minAge: number; age: number }
  | { code: 'TOO_OLD'; maxAge: number; age: number }
  | { code: 'CAP_REACHED'; cap: number }
  | { code: 'TIME_CLASH'; className: string }
  | { code: 'WAITING_LIST_FULL'; waiting: number };

/** What an application leads to. */
export type SeatDecision = { kind: 'enrolled' } | { kind: 'waiting' } | { kind: 'refused'; refusal: Refusal };

/** Seats that nobody has and nobody was offered; below zero after the capacity was lowered, which evicts nobody. */
export function freeSeats(counts: SeatCounts): number {
  return counts.seats - counts.taken - counts.offered;
}

/** Whether enrollment in the class is open at that moment, and if not, why. */
function windowRefusal(terms: ClassTerms, at: Date): Refusal | null {
  if (terms.state !== 'published') return { code: 'CLASS_NOT_OPEN' };
  if (at < terms.enrollmentOpensAt) return { code: 'WINDOW_NOT_OPEN', opensAt: terms.enrollmentOpensAt };
  if (at >= terms.enrollmentClosesAt) return { code: 'WINDOW_CLOSED', closedAt: terms.enrollmentClosesAt };
  return null;
}

/** Whether this person may have a seat in the class, whenever one is free; age counts on the first day. */
export function personRefusal(terms: ClassTerms, applicant: Applicant): Refusal | null {
  const age = ageOn(applicant.birthDate, dayOf(terms.firstSessionAt));
  if (terms.minAge !== null && age < terms.minAge) return { code: 'TOO_YOUNG', minAge: terms.minAge, age };
  if (terms.maxAge !== null && age > terms.maxAge) return { code: 'TOO_OLD', maxAge: terms.maxAge, age };
  const cap = CAPS_PER_TERM[terms.programmeKind];
  if (cap !== undefined && applicant.heldOfKind >= cap) return { code: 'CAP_REACHED', cap };
  if (applicant.clashesWith !== null) return { code: 'TIME_CLASH', className: applicant.clashesWith };
  return null;
}

/**
 * Decides an application, after the class was settled: whoever waits and may have a free seat has been offered it, so
 * a seat that is still free passes nobody over.
 */
export function decideSeat(terms: ClassTerms, counts: SeatCounts, applicant: Applicant, at: Date): SeatDecision {
  const refusal = windowRefusal(terms, at) ?? personRefusal(terms, applicant);
  if (refusal) return { kind: 'refused', refusal };
  if (freeSeats(counts) > 0) return { kind: 'enrolled' };
  if (terms.waitingLimit !== null && counts.waiting >= terms.waitingLimit) {
    return { kind: 'refused', refusal: { code: 'WAITING_LIST_FULL', waiting: counts.waiting } };
  }
  return { kind: 'waiting' };
}

/** When a session is. */
export interface SessionSpan {
  startsAt: Date;
  endsAt: Date;
}

/** Sessions by class. */
export function sessionsByClass<Session extends SessionSpan & { classId: string }>(
  sessions: readonly Session[],
): Map<string, Session[]> {
  const byClass = new Map<string, Session[]>();
  for (const session of sessions) {
    const list = byClass.get(session.classId);
    if (list) list.push(session);
    else byClass.set(session.classId, [session]);
  }
  return byClass;
}

/** Whether any session of one class overlaps one of the other; both in order of time. One may begin as the other ends. */
export function meetAtOnce(ours: readonly SessionSpan[], theirs: readonly SessionSpan[]): boolean {
  let mine = 0;
  let other = 0;
  while (mine < ours.length && other < theirs.length) {
    const a = ours[mine]!;
    const b = theirs[other]!;
    if (a.startsAt < b.endsAt && b.startsAt < a.endsAt) return true;
    if (a.endsAt <= b.endsAt) mine++;
    else other++;
  }
  return false;
}

/** What people and time do to an enrollment. */
export type Step = 'offer' | 'accept' | 'decline' | 'expire' | 'cancel' | 'withdraw' | 'finish';

/** Every legal move; drawn in docs/enrollment.md. */
const MOVES: Record<Step, { from: readonly EnrollmentState[]; to: EnrollmentState }> = {
  offer: { from: ['waiting'], to: 'offered' },
  accept: { from: ['offered'], to: 'enrolled' },
  decline: { from: ['offered'], to: 'declined' },
  expire: { from: ['offered'], to: 'expired' },
  cancel: { from: ['enrolled', 'waiting', 'offered'], to: 'cancelled' },
  withdraw: { from: ['enrolled'], to: 'withdrawn' },
  finish: { from: ['enrolled'], to: 'finished' },
};

/** Where a step leads from a state, or null where it is not allowed. */
export function moved(from: EnrollmentState, step: Step): EnrollmentState | null {
  return MOVES[step].from.includes(from) ? MOVES[step].to : null;
}

/** Whoever leaves a seat before the first session cancels; afterwards it is a withdrawal, with attendance to keep. */
export function leavingStep(from: EnrollmentState, firstSessionAt: Date, at: Date): 'cancel' | 'withdraw' {
  return from === 'enrolled' && at >= firstSessionAt ? 'withdraw' : 'cancel';
}

/** How a state counts: as a seat taken, a seat offered, a person waiting, or not at all. */
export function countsAs(state: EnrollmentState): 'taken' | 'offered' | 'waiting' | null {
  if (state === 'enrolled' || state === 'finished') return 'taken';
  if (state === 'offered' || state === 'waiting') return state;
  return null;
}
