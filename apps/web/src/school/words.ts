import type { Problem } from '../shared/api';

/** What a class costs, in yuan as people write it. */
export const yuan = (fen: number): string => (fen % 100 === 0 ? String(fen / 100) : (fen / 100).toFixed(2));

/** Numbers of the sessions that a refusal is about. */
export function sessionsIn(problem: Problem | null): number[] {
  const named = (problem as { sessions?: unknown } | null)?.sessions;
  return Array.isArray(named) ? named.filter((number): number is number => typeof number === 'number') : [];
}
