import type { GroupSource, ResidentGroup } from '#contracts';

/** A group that a resident has belonged to: from `since` on, before `until`; null: still. Days, YYYY-MM-DD. */
export interface GroupSpan {
  kind: ResidentGroup;
  source: GroupSource;
  since: string;
  until: string | null;
}

export interface RecordedGroup extends GroupSpan {
  id: string;
}

export interface GroupPlan {
  /** Spans that end, and the day from which they hold no more; one that ends as it began never held. */
  cut: { id: string; until: string }[];
  begin: GroupSpan[];
}

const later = (one: string, other: string) => (one > other ? one : other);

/** Whether the resident belongs to the group on a day. */
export const holdsOn = ({ since, until }: GroupSpan, day: string) => since <= day && (until === null || until > day);

/**
 * What to change so that from today on the resident belongs to exactly the groups that are wanted. A group that goes on
 * as it is keeps its first day. A certificate that was issued earlier replaces, from its first day on, what was declared.
 *
 * @param wanted each kind once, none of them beginning after today
 */
export function planGroups(recorded: readonly RecordedGroup[], wanted: readonly GroupSpan[], today: string): GroupPlan {
  const plan: GroupPlan = { cut: [], begin: [] };
  const kept = new Set<string>();
  for (const span of wanted) {
    const going = recorded.find(
      (one) =>
        one.kind === span.kind &&
        one.source === span.source &&
        one.until === span.until &&
        one.since <= span.since &&
        holdsOn(one, today),
    );
    if (going) kept.add(going.id);
    else plan.begin.push(span);
  }
  for (const one of recorded) {
    if (kept.has(one.id)) continue;
    const instead = plan.begin.find(({ kind }) => kind === one.kind);
    const ends = instead ? instead.since : today;
    if (one.until === null || one.until > ends) plan.cut.push({ id: one.id, until: later(one.since, ends) });
  }
  return plan;
}
