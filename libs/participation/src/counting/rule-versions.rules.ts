import type { RuleState } from '#contracts';
import type { CountingParameters } from './parameters.rules.js';

/* The life of a version of the counting rules: draft, 试行, 发布, 废止. */

export type RuleMove = 'edit' | 'try' | 'publish' | 'repeal';

export type RuleRefusal = 'RULE_NOT_DRAFT' | 'RULE_COUNTED_ALREADY' | 'RULE_NOT_IN_FORCE' | 'RULE_IN_PAST';

/**
 * Why a version may not be moved; null where it may. Nothing applies backwards: whatever it is to apply from must not
 * have passed. A version on trial that has begun to apply stays what it was when it counted, unsigned; its copy is
 * published in its place.
 *
 * @param from the day from which the move is to hold (YYYY-MM-DD); of an edit the day it would apply from
 * @param today YYYY-MM-DD
 */
export function ruleRefusal(
  { state, effectiveFrom }: { state: RuleState; effectiveFrom: string },
  move: RuleMove,
  from: string,
  today: string,
): RuleRefusal | null {
  if (move === 'repeal') {
    if (state !== 'trial' && state !== 'published') return 'RULE_NOT_IN_FORCE';
  } else if (move === 'publish' && state === 'trial') {
    if (effectiveFrom <= today) return 'RULE_COUNTED_ALREADY';
  } else if (state !== 'draft') {
    return 'RULE_NOT_DRAFT';
  }
  return move !== 'edit' && from < today ? 'RULE_IN_PAST' : null;
}

/** One number or list that a version says otherwise than another; null: not said there. */
export interface RuleChange {
  /** Such as `thresholdPercent.skills`, or `mapping.skills.vocational-training.minClassHours`. */
  path: string;
  before: string | null;
  after: string | null;
}

/** What changed from one version to another, in the order of the paths. */
export function changesOf(before: CountingParameters, after: CountingParameters): RuleChange[] {
  const [was, is] = [said(before), said(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .sort()
    .filter((path) => was.get(path) !== is.get(path))
    .map((path) => ({ path, before: was.get(path) ?? null, after: is.get(path) ?? null }));
}

/** Every number and list by its path. Lines of the mapping go by what they feed, wherever they stand. */
function said(parameters: CountingParameters): Map<string, string> {
  const all = new Map<string, string>();
  const add = (value: unknown, path: string): void => {
    if (Array.isArray(value)) all.set(path, [...(value as string[])].sort().join(', '));
    else if (typeof value === 'object' && value !== null) {
      for (const [name, held] of Object.entries(value)) add(held, `${path}.${name}`);
    } else all.set(path, String(value));
  };
  const { mapping, ...others } = parameters;
  for (const [name, value] of Object.entries(others)) add(value, name);
  for (const { programmeKind, measure, ...line } of mapping) add(line, `mapping.${programmeKind}.${measure}`);
  return all;
}
