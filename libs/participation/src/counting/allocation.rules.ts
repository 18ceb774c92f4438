import type { EnrollmentEvidence, RecordEvidence } from '../evidence/evidence.js';
import { nameOf } from './difference.rules.js';
import { type Claim, mapClaims, sourceIdOf } from './mapping.rules.js';
import { type CountingRule, ruleInForce } from './parameters.rules.js';
import { mapRecord, recordBeganOn } from '../evidence/records.rules.js';
import { type Decision, evaluate, type Reason } from './threshold.rules.js';
import { groupBy, dayOf } from '#contracts';

/** Which claims of a resident count; the others with what stands before them. */
export interface Allocation {
  granted: Claim[];
  refused: { claim: Claim; reason: Reason }[];
}

/**
 * Counts nothing twice (counting rule 5): of one resident's claims that share a key only the earliest counts, by the
 * day it counts on, then by enrollment or imported record. It is worked out from all claims anew, so when a counted one falls away the
 * next eligible one takes its place.
 *
 * @param claims of one resident, in any order
 */
function allocate(claims: readonly Claim[]): Allocation {
  const inOrder = claims.toSorted(
    (a, b) =>
      compare(a.countedOn, b.countedOn) || compare(sourceIdOf(a), sourceIdOf(b)) || compare(a.measure, b.measure),
  );
  const taken = new Map<string, Claim>();
  const allocation: Allocation = { granted: [], refused: [] };
  for (const claim of inOrder) {
    const clash = claim.keys.find(({ key }) => taken.has(key));
    if (clash) {
      const first = taken.get(clash.key)!;
      const { countedOn } = first;
      const before =
        first.enrollmentId === null
          ? { enrollmentId: null, recordId: first.recordId }
          : { enrollmentId: first.enrollmentId, recordId: null };
      allocation.refused.push({
        claim,
        reason: { code: 'ALREADY_COUNTED', ...before, unique: clash.unique, countedOn },
      });
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

/** What becomes of one imported record in the light of everything else of the resident. */
export interface RecordOutcome {
  record: RecordEvidence;
  granted: Claim[];
  /** Why something of it does not count; empty where all of it does. */
  reasons: Reason[];
}

export interface Counted {
  /** By enrollment. */
  outcomes: Outcome[];
  /** By record. */
  records: RecordOutcome[];
}

/**
 * Everything that counts of one resident, by all their evidence. Each class, training and degree is counted by the
 * version of the rules under which it began. A class that was over before the cut-over counts nothing: its year's opening
 * figure holds it. One that runs across it belongs wholly to the ledger, whatever day it counts on (counting rule 14).
 * Records count whenever they are of: a named list takes the place of the opening figure.
 *
 * @param evidence of all enrollments of the resident, in any order; one that is given twice counts once
 * @param records of the resident that were imported, in any order
 * @param at the present moment
 * @param cutOver the first day that the ledger counts; null: all of it
 */
export function countResident(
  evidence: readonly EnrollmentEvidence[],
  records: readonly RecordEvidence[],
  rules: readonly CountingRule[],
  at: Date,
  cutOver: string | null = null,
): Counted {
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
  const mapped = [...new Map(records.map((item) => [item.recordId, item])).values()].flatMap((record) => {
    const rule = ruleInForce(rules, recordBeganOn(record) ?? dayOf(at));
    return rule ? [{ record, ...mapRecord(record, records, rule) }] : [];
  });
  const { granted, refused } = allocate([...outcomes, ...mapped].flatMap(({ claims }) => claims));
  const grantedBySource = groupBy(granted, sourceIdOf);
  const refusedBySource = groupBy(refused, ({ claim }) => sourceIdOf(claim));
  const allocated = (id: string, reasons: readonly Reason[]) => ({
    granted: grantedBySource.get(id) ?? [],
    reasons: distinct([...reasons, ...(refusedBySource.get(id) ?? []).map(({ reason }) => reason)]),
  });
  return {
    outcomes: outcomes
      .map(({ evidence: item, rule, decision, reasons }) => ({
        evidence: item,
        rule,
        decision,
        ...allocated(item.enrollmentId, reasons),
      }))
      .toSorted((a, b) => compare(a.evidence.enrollmentId, b.evidence.enrollmentId)),
    records: mapped
      .map(({ record, reasons }) => ({ record, ...allocated(record.recordId, reasons) }))
      .toSorted((a, b) => compare(a.record.recordId, b.record.recordId)),
  };
}

/** What of a resident does not count only because nobody has verified who they are (counting rule 8). */
export function unverifiedClaims(
  evidence: readonly EnrollmentEvidence[],
  records: readonly RecordEvidence[],
  rules: readonly CountingRule[],
  at: Date,
  cutOver: string | null = null,
): Claim[] {
  const unverified = evidence.filter(({ identityState }) => identityState !== 'verified');
  if (unverified.length === 0) return [];
  // Records count whoever has seen the card; what they count already is not waited for.
  const granted = (items: readonly EnrollmentEvidence[]) =>
    countResident(items, records, rules, at, cutOver).outcomes.flatMap((outcome) => outcome.granted);
  const counted = new Set(granted(unverified).map(nameOf));
  const verified = unverified.map((item): EnrollmentEvidence => ({ ...item, identityState: 'verified' }));
  return granted(verified).filter((claim) => !counted.has(nameOf(claim)));
}

/** The day of the first session in the class's timetable, cancelled or not. */
function beganOn({ sessions }: EnrollmentEvidence): string | undefined {
  let first: Date | undefined;
  for (const { frozen, startsAt } of sessions) if (frozen && (!first || startsAt < first)) first = startsAt;
  return first && dayOf(first);
}

/** Whether the last session, cancelled ones apart, was held before the cut-over. */
function wasOver({ sessions }: EnrollmentEvidence, cutOver: string | null): boolean {
  if (cutOver === null) return false;
  const days = sessions.filter(({ state }) => state !== 'cancelled').map(({ startsAt }) => dayOf(startsAt));
  return days.length > 0 && days.every((day) => day < cutOver);
}

const compare = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);

/** Two figures of one enrollment may be refused for the same reason; it is told once. */
const distinct = (reasons: readonly Reason[]) => [
  ...new Map(reasons.map((reason) => [JSON.stringify(reason), reason])).values(),
];
