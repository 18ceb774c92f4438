import type { EnrollmentEvidence } from './evidence.js';
import { type Claim, mapClaims } from './mapping.rules.js';
import { type CountingRule, ruleInForce } from './parameters.rules.js';
import { type Decision, evaluate, type Reason } from './threshold.rules.js';
import { dayOf } from '#contracts';

/** Which claims of a resident count; the others with what stands before them. */
export interface Allocation {
  granted: Claim[];
  refused: { claim: Claim; reason: Reason }[];
}

/**
 * Counts nothing twice (counting rule 5): of one resident's claims that share a key only the earliest counts, by the
 * day it counts on, then by enrollment. It is worked out from all claims anew, so when a counted one falls away the
 * next eligible one takes its place.
 *
 * @param claims of one resident, in any order
 */
function allocate(claims: readonly Claim[]): Allocation {
  const inOrder = claims.toSorted(
    (a, b) =>
      compare(a.countedOn, b.countedOn) || compare(a.enrollmentId, b.enrollmentId) || compare(a.measure, b.measure),
  );
  const taken = new Map<string, Claim>();
  const allocation: Allocation = { granted: [], refused: [] };
  for (const claim of inOrder) {
    const clash = claim.keys.find(({ key }) => taken.has(key));
    if (clash) {
      const { enrollmentId, countedOn } = taken.get(clash.key)!;
      const reason: Reason = { code: 'ALREADY_COUNTED', enrollmentId, unique: clash.unique, countedOn };
      allocation.refused.push({ claim, reason });
    } else {
      for (const { key } of claim.keys) taken.set(key, claim);
      allocation.granted.push(claim);
    }
  }
  return allocation;
}

/** What becomes of one enrollment in the light of all the resident's others. */
export interface Outcome {
  evidence: EnrollmentEvidence;
  rule: CountingRule;
  /** By its own evidence. */
  decision: Decision;
  granted: Claim[];
  /** Why something of it does not count; empty where all of it does. */
  reasons: Reason[];
}

/**
 * Everything that counts of one resident, by all their evidence. Each class is counted by the version of the rules
 * under which it began. A class that was over before the cut-over counts nothing: its year's opening figure holds it. One
 * that runs across it belongs wholly to the ledger, whatever day it counts on (counting rule 14).
 *
 * @param evidence of all enrollments of the resident, in any order; one that is given twice counts once
 * @param at the present moment
 * @param cutOver the first day that the ledger counts; null: all of it
 */
export function countResident(
  evidence: readonly EnrollmentEvidence[],
  rules: readonly CountingRule[],
  at: Date,
  cutOver: string | null = null,
): Outcome[] {
  const once = [...new Map(evidence.map((item) => [item.enrollmentId, item])).values()];
  const outcomes = once.flatMap((item) => {
    const rule = ruleInForce(rules, beganOn(item) ?? dayOf(at));
    if (!rule) return [];
    const decision = evaluate(item, rule.parameters, at);
    const mapped = wasOver(item, cutOver)
      ? { claims: [], reasons: [{ code: 'BEFORE_CUT_OVER' as const, cutOver: cutOver! }] }
      : mapClaims(item, decision, rule);
    return [{ evidence: item, rule, decision, ...mapped }];
  });
  const { granted, refused } = allocate(outcomes.flatMap(({ claims }) => claims));
  return outcomes
    .map(({ evidence: item, rule, decision, reasons }) => ({
      evidence: item,
      rule,
      decision,
      granted: granted.filter((claim) => claim.enrollmentId === item.enrollmentId),
      reasons: distinct([
        ...reasons,
        ...refused.filter(({ claim }) => claim.enrollmentId === item.enrollmentId).map(({ reason }) => reason),
      ]),
    }))
    .toSorted((a, b) => compare(a.evidence.enrollmentId, b.evidence.enrollmentId));
}

/** What of a resident does not count only because nobody has verified who they are (counting rule 8). */
export function unverifiedClaims(
  evidence: readonly EnrollmentEvidence[],
  rules: readonly CountingRule[],
  at: Date,
  cutOver: string | null = null,
): Claim[] {
  const unverified = evidence.filter(({ identityState }) => identityState !== 'verified');
  if (unverified.length === 0) return [];
  const granted = (outcomes: readonly Outcome[]) => outcomes.flatMap((outcome) => outcome.granted);
  const nameOf = ({ enrollmentId, measure }: Claim) => `${enrollmentId} ${measure}`;
  const counted = new Set(granted(countResident(unverified, rules, at, cutOver)).map(nameOf));
  const verified = unverified.map((item): EnrollmentEvidence => ({ ...item, identityState: 'verified' }));
  return granted(countResident(verified, rules, at, cutOver)).filter((claim) => !counted.has(nameOf(claim)));
}

/** The day of the first session in the class's timetable, cancelled or not. */
function beganOn({ sessions }: EnrollmentEvidence): string | undefined {
  const starts = sessions.filter((session) => session.frozen).map((session) => session.startsAt.getTime());
  return starts.length > 0 ? dayOf(new Date(Math.min(...starts))) : undefined;
}

/** Whether the last session, cancelled ones apart, was held before the cut-over. */
function wasOver({ sessions }: EnrollmentEvidence, cutOver: string | null): boolean {
  const days = sessions.filter(({ state }) => state !== 'cancelled').map(({ startsAt }) => dayOf(startsAt));
  return cutOver !== null && days.length > 0 && days.every((day) => day < cutOver);
}

const compare = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);

/** Two figures of one enrollment may be refused for the same reason; it is told once. */
const distinct = (reasons: readonly Reason[]) => [
  ...new Map(reasons.map((reason) => [JSON.stringify(reason), reason])).values(),
];
