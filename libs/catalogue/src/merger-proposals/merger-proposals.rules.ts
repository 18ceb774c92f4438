import type { MergerProposalState } from './merger-proposals.dto.js';

/** Nothing has come of them yet. */
export const OPEN_PROPOSALS: readonly MergerProposalState[] = ['asked', 'agreed', 'objected'];

export const isOpen = (state: MergerProposalState): boolean => OPEN_PROPOSALS.includes(state);

/** How long a school has to answer before the bureau may decide without: two days. */
const ANSWER_MS = 2 * 86_400_000;

export const answerDueAt = (askedAt: Date): Date => new Date(askedAt.getTime() + ANSWER_MS);

/**
 * Whether the bureau may merge: the receiving school has been heard, whatever it said, or has let its time pass. An
 * objection is read and weighed; it is no veto.
 */
export function mayMerge({ state, askedAt }: { state: MergerProposalState; askedAt: Date }, at: Date): boolean {
  return state === 'agreed' || state === 'objected' || (state === 'asked' && at >= answerDueAt(askedAt));
}
