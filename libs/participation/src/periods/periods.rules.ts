import { groupBy } from '#contracts';
import { type EntryContent, nameOf, type Posting } from '../counting/difference.rules.js';
import { keysOfEntry, sourceIdOf } from '../counting/mapping.rules.js';
import type { CountingRule } from '../counting/parameters.rules.js';

/** A posting with the period (YYYY-MM) in which it is posted. */
export type PostedIn = Posting & { period: string };

/** What of one resident may be posted only once somebody has asked for it and another has approved it. */
export interface ProposedAdjustment {
  residentId: string;
  /** The earliest closed month that it touches. */
  month: string;
  /** Reversals first, each before its replacement. */
  postings: Posting[];
}

export interface HeldBack {
  post: PostedIn[];
  propose: ProposedAdjustment[];
}

/**
 * Keeps closed months as they were reported (counting rule 15). What changes a figure of a submitted or locked month is
 * not posted but proposed; everything else is posted, in the month it counts on while that is open, else in the
 * present one: a confirmation changes no figure, so it needs nobody's leave.
 *
 * What an enrollment or a record changes stays together, and with it whatever shares a key of uniqueness (rule 5) with it: were the
 * next eligible class posted while the one before it still stands in a locked month, the resident would count twice.
 *
 * Records that were merged are one person: what is taken back of the one and put in for the other is one adjustment. Of
 * two, either posted alone would lose the person-time, or count it twice.
 *
 * @param postings differences of any residents, in the order of `difference`
 * @param closed months that are submitted or locked
 * @param present the present month, which is always open
 * @param merged into which record those were merged that are used no longer
 */
export function holdBack(
  postings: readonly Posting[],
  rules: readonly CountingRule[],
  closed: ReadonlySet<string>,
  present: string,
  merged: ReadonlyMap<string, string> = new Map(),
): HeldBack {
  const periodOf = (posting: Posting) => (closed.has(monthOf(posting)) ? present : monthOf(posting));
  const inPeriods = (parts: readonly Posting[]) => parts.map((posting) => ({ ...posting, period: periodOf(posting) }));
  // As nearly always, also of a long list.
  if (closed.size === 0) return { post: inPeriods(postings), propose: [] };
  const propose: ProposedAdjustment[] = [];
  const held = new Set<Posting>();
  for (const [person, own] of groupBy(postings, ({ residentId }) => merged.get(residentId) ?? residentId)) {
    const units = [...groupBy(own, sourceIdOf).values()].map((unit) => ({
      unit,
      keys: new Set(unit.flatMap((posting) => keysOfEntry(posting, rules))),
      months: touched(unit).filter((month) => closed.has(month)),
    }));
    let rest = units;
    for (const start of units.filter(({ months }) => months.length > 0)) {
      if (!rest.includes(start)) continue;
      const together = [start];
      rest = rest.filter((other) => other !== start);
      for (let next = sharing(rest, together); next; next = sharing(rest, together)) {
        together.push(next);
        rest = rest.filter((other) => other !== next);
      }
      const parts = together.flatMap(({ unit }) => unit);
      for (const posting of parts) held.add(posting);
      propose.push({
        residentId: person,
        month: together.flatMap(({ months }) => months).sort()[0]!,
        postings: parts.toSorted((a, b) => a.amount - b.amount || compare(nameOf(a), nameOf(b))),
      });
    }
  }
  return {
    post: inPeriods(postings.filter((posting) => !held.has(posting))),
    propose,
  };
}

/** Months of which some figure changes: what is taken back and put there again unchanged touches nothing. */
function touched(postings: readonly Posting[]): string[] {
  const changes = new Map<string, { month: string; change: number }>();
  for (const posting of postings) {
    const { measure, regionCode, organisationId, programmeKind, amount } = posting;
    const figure = [measure, monthOf(posting), regionCode, organisationId, programmeKind].join(' ');
    const { change } = changes.get(figure) ?? { change: 0 };
    changes.set(figure, { month: monthOf(posting), change: change + amount });
  }
  return [...changes.values()].filter(({ change }) => change !== 0).map(({ month }) => month);
}

interface Unit {
  keys: ReadonlySet<string>;
}

const sharing = <T extends Unit>(rest: readonly T[], together: readonly T[]): T | undefined =>
  rest.find(({ keys }) => together.some((other) => [...keys].some((key) => other.keys.has(key))));

/** Every month that something of these postings counts in. */
export const monthsOf = (postings: readonly Posting[]): string[] => [...new Set(postings.map(monthOf))].sort();

const monthOf = ({ countedOn }: Pick<EntryContent, 'countedOn'>) => countedOn.slice(0, 7);

const compare = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);

/* The way of a period: 填报, 审核, 签发 */

export const PERIOD_MOVES = ['submit', 'review', 'sign', 'return'] as const;
export type PeriodMove = (typeof PERIOD_MOVES)[number];

/** Facts of a period by which its moves are decided. */
export interface PeriodStanding {
  month: string;
  state: 'open' | 'submitted' | 'locked';
  submittedBy: string | null;
  reviewedBy: string | null;
}

export type PeriodRefusal =
  | 'PERIOD_NOT_OVER'
  | 'PERIOD_NOT_OPEN'
  | 'PERIOD_NOT_SUBMITTED'
  | 'PERIOD_REVIEWED'
  | 'PERIOD_NOT_REVIEWED'
  | 'PERIOD_LOCKED'
  | 'PERIOD_SAME_PERSON';

/**
 * Why somebody may not move a period; null where they may. Three different people submit, review and sign.
 *
 * @param present the present month
 */
export function periodRefusal(
  period: PeriodStanding,
  move: PeriodMove,
  staffId: string,
  present: string,
): PeriodRefusal | null {
  const { month, state, submittedBy, reviewedBy } = period;
  if (state === 'locked') return 'PERIOD_LOCKED';
  if (move === 'submit') {
    if (state !== 'open') return 'PERIOD_NOT_OPEN';
    return month < present ? null : 'PERIOD_NOT_OVER';
  }
  if (state !== 'submitted') return 'PERIOD_NOT_SUBMITTED';
  if (move === 'return') return null;
  if (move === 'review') {
    if (reviewedBy !== null) return 'PERIOD_REVIEWED';
    return staffId === submittedBy ? 'PERIOD_SAME_PERSON' : null;
  }
  if (reviewedBy === null) return 'PERIOD_NOT_REVIEWED';
  return staffId === submittedBy || staffId === reviewedBy ? 'PERIOD_SAME_PERSON' : null;
}
