import type { AdmissionKind, EnrollmentRule, EnrollmentRuleKind, ProgrammeKind, SeatReserve } from '#contracts';

/*
 * What can be wrong with the terms on which a class gives its seats, and what of them may still change once residents
 * have read them.
 */

/** Elderly classes are drawn by lot over a window of days: who is quick with a phone has no advantage over who is not. */
export function defaultAdmission(kind: ProgrammeKind): AdmissionKind {
  return kind === 'elderly' ? 'lottery' : 'first_come';
}

/** The terms of a class, as far as something can be wrong with them. */
export interface EnrollmentTerms {
  seats: number;
  admission: AdmissionKind;
  renewalOpensAt: Date | null;
  renewalClosesAt: Date | null;
  enrollmentOpensAt: Date;
  enrollmentClosesAt: Date;
  lateEntryClosesAt: Date | null;
  enrollmentRules: readonly EnrollmentRule[];
  seatReserves: readonly SeatReserve[];
  minimum: number | null;
  minimumDecidedAt: Date | null;
}

/** Something wrong with the terms; `kind` is the name of its error. */
export type TermsFault =
  | {
      kind:
        | 'RENEWAL_INCOMPLETE'
        | 'RENEWAL_REVERSED'
        | 'RENEWAL_TOO_LATE'
        | 'LOTTERY_WINDOW_SHORT'
        | 'LOTTERY_TOO_LATE'
        | 'LATE_ENTRY_TOO_EARLY'
        | 'LATE_ENTRY_TOO_LATE'
        | 'FIRST_TIMERS_OUTSIDE_WINDOW'
        | 'MINIMUM_INCOMPLETE'
        | 'MINIMUM_TOO_EARLY'
        | 'MINIMUM_TOO_LATE';
    }
  | { kind: 'RULE_TWICE'; rule: EnrollmentRuleKind }
  | { kind: 'RESERVE_REGION' | 'RESERVE_TWICE' | 'RESERVE_RELEASE'; reserve: number }
  | { kind: 'RESERVES_OVER_SEATS'; reserved: number; seats: number }
  | { kind: 'MINIMUM_OVER_SEATS'; minimum: number; seats: number };

/** How long a lottery's window is open at least: everybody is awake in it once. */
const SHORTEST_LOTTERY_WINDOW_MS = 24 * 3_600_000;

/** From the end of a lottery's window to the first session at least: the public number is drawn once a day. */
const TIME_TO_DRAW_MS = 24 * 3_600_000;

/** What is wrong with the windows that stand around the enrollment window; asked once that itself is right. */
export function windowsFaultOf(terms: EnrollmentTerms): TermsFault | null {
  const { renewalOpensAt, renewalClosesAt, enrollmentOpensAt, enrollmentClosesAt } = terms;
  if ((renewalOpensAt === null) !== (renewalClosesAt === null)) return { kind: 'RENEWAL_INCOMPLETE' };
  if (renewalOpensAt !== null && renewalClosesAt !== null) {
    if (renewalOpensAt >= renewalClosesAt) return { kind: 'RENEWAL_REVERSED' };
    if (renewalClosesAt > enrollmentOpensAt) return { kind: 'RENEWAL_TOO_LATE' };
  }
  const openFor = enrollmentClosesAt.getTime() - enrollmentOpensAt.getTime();
  if (terms.admission === 'lottery' && openFor < SHORTEST_LOTTERY_WINDOW_MS) return { kind: 'LOTTERY_WINDOW_SHORT' };
  return null;
}

/**
 * What else is wrong, in the order of the form.
 *
 * @param starts when the first and the last session start; null while none is laid down
 */
export function termsFaultOf(terms: EnrollmentTerms, starts: { first: Date; last: Date } | null): TermsFault | null {
  return (
    rulesFaultOf(terms) ??
    reservesFaultOf(terms, starts?.first ?? null) ??
    minimumFaultOf(terms, starts?.first ?? null) ??
    (starts && drawFaultOf(terms, starts.first)) ??
    (starts && lateEntryFaultOf(terms, starts))
  );
}

function rulesFaultOf({ enrollmentRules, enrollmentOpensAt, enrollmentClosesAt }: EnrollmentTerms): TermsFault | null {
  const twice = enrollmentRules.find(
    ({ kind }, index) => enrollmentRules.findIndex((rule) => rule.kind === kind) < index,
  );
  if (twice) return { kind: 'RULE_TWICE', rule: twice.kind };
  for (const rule of enrollmentRules) {
    if (rule.kind !== 'first_timers_first') continue;
    const until = new Date(rule.until);
    if (until <= enrollmentOpensAt || until > enrollmentClosesAt) return { kind: 'FIRST_TIMERS_OUTSIDE_WINDOW' };
  }
  return null;
}

function reservesFaultOf(terms: EnrollmentTerms, firstStart: Date | null): TermsFault | null {
  const { seatReserves, seats } = terms;
  const opens = terms.renewalOpensAt ?? terms.enrollmentOpensAt;
  for (const [index, reserve] of seatReserves.entries()) {
    const number = index + 1;
    if ((reserve.kind === 'village') !== (reserve.regionCode !== null))
      return { kind: 'RESERVE_REGION', reserve: number };
    if (seatReserves.slice(0, index).some((other) => isSameReserve(other, reserve))) {
      return { kind: 'RESERVE_TWICE', reserve: number };
    }
    const released = new Date(reserve.releasedAt);
    if (released <= opens || (firstStart && released > firstStart)) return { kind: 'RESERVE_RELEASE', reserve: number };
  }
  const reserved = seatReserves.reduce((sum, reserve) => sum + reserve.seats, 0);
  return reserved > seats ? { kind: 'RESERVES_OVER_SEATS', reserved, seats } : null;
}

function minimumFaultOf(terms: EnrollmentTerms, firstStart: Date | null): TermsFault | null {
  const { minimum, minimumDecidedAt, seats, enrollmentOpensAt } = terms;
  if ((minimum === null) !== (minimumDecidedAt === null)) return { kind: 'MINIMUM_INCOMPLETE' };
  if (minimum === null || minimumDecidedAt === null) return null;
  if (minimum > seats) return { kind: 'MINIMUM_OVER_SEATS', minimum, seats };
  if (minimumDecidedAt <= enrollmentOpensAt) return { kind: 'MINIMUM_TOO_EARLY' };
  return firstStart && minimumDecidedAt >= firstStart ? { kind: 'MINIMUM_TOO_LATE' } : null;
}

function drawFaultOf({ admission, enrollmentClosesAt }: EnrollmentTerms, firstStart: Date): TermsFault | null {
  const left = firstStart.getTime() - enrollmentClosesAt.getTime();
  return admission === 'lottery' && left < TIME_TO_DRAW_MS ? { kind: 'LOTTERY_TOO_LATE' } : null;
}

/** Late entry begins with the first session or the end of the window, whichever is later. */
function lateEntryFaultOf(
  { lateEntryClosesAt, enrollmentClosesAt }: Pick<EnrollmentTerms, 'lateEntryClosesAt' | 'enrollmentClosesAt'>,
  starts: { first: Date; last: Date },
): TermsFault | null {
  if (lateEntryClosesAt === null) return null;
  if (lateEntryClosesAt <= enrollmentClosesAt || lateEntryClosesAt <= starts.first)
    return { kind: 'LATE_ENTRY_TOO_EARLY' };
  return lateEntryClosesAt > starts.last ? { kind: 'LATE_ENTRY_TOO_LATE' } : null;
}

const isSameReserve = (one: SeatReserve, other: SeatReserve): boolean =>
  one.kind === other.kind && one.regionCode === other.regionCode;

/** What of the terms may still change once residents have read them. */
export type PublishedTerms = Pick<EnrollmentTerms, 'enrollmentClosesAt' | 'lateEntryClosesAt' | 'seatReserves'>;

/** A promise that a change would break; `kind` is the name of its error. */
export type PromiseFault = TermsFault | { kind: 'LATE_ENTRY_SHORTENED' | 'RESERVES_PROMISED' };

/**
 * What a change to a published class would take from somebody who has read its terms: late entry may become longer,
 * and reserved seats may be released earlier, nothing else.
 */
export function promiseFaultOf(
  before: PublishedTerms,
  after: PublishedTerms,
  starts: { first: Date; last: Date } | null,
): PromiseFault | null {
  const [promised, wanted] = [before.lateEntryClosesAt, after.lateEntryClosesAt];
  if (promised?.getTime() !== wanted?.getTime()) {
    if (wanted === null || (promised !== null && wanted < promised)) return { kind: 'LATE_ENTRY_SHORTENED' };
    const fault = starts && lateEntryFaultOf(after, starts);
    if (fault) return fault;
  }
  const kept =
    before.seatReserves.length === after.seatReserves.length &&
    before.seatReserves.every((reserve) =>
      after.seatReserves.some(
        (other) =>
          isSameReserve(reserve, other) &&
          other.seats === reserve.seats &&
          new Date(other.releasedAt) <= new Date(reserve.releasedAt),
      ),
    );
  return kept ? null : { kind: 'RESERVES_PROMISED' };
}
