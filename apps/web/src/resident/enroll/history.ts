import type { Schema } from '../../shared/api';

type Move = Schema<'MoveView'>;

/** Who did it, as residents call them: a key of `enrollment.by`. */
export function doerOf({ actorKind, onBehalf }: Move): 'resident' | 'family' | 'school' | 'counter' | 'platform' {
  if (actorKind === 'system') return 'platform';
  if (actorKind === 'staff') return onBehalf ? 'counter' : 'school';
  return onBehalf ? 'family' : 'resident';
}

/** Steps that lead to different states, which is then said with them. */
export const saysState = ({ step }: Move): boolean => ['apply', 'undo', 'reinstate', 'transfer'].includes(step);
