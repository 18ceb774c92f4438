import { describe, expect, it } from '@jest/globals';
import { MERGER_PROPOSAL_STATES, type MergerProposalState } from './merger-proposals.dto.js';
import { isOpen, mayMerge } from './merger-proposals.rules.js';

const askedAt = new Date('2026-09-01T09:00:00+08:00');
const dayBefore = new Date('2026-09-03T08:59:59+08:00');
const due = new Date('2026-09-03T09:00:00+08:00');

describe('the bureau merges into a class of another school', () => {
  it.each<[MergerProposalState, Date, boolean]>([
    ['asked', dayBefore, false],
    ['asked', due, true],
    ['agreed', askedAt, true],
    ['objected', askedAt, true],
    ['dropped', due, false],
    ['merged', due, false],
    ['lapsed', due, false],
  ])('%s at %s: %s', (state, at, may) => {
    expect(mayMerge({ state, askedAt }, at)).toBe(may);
  });

  it('no more is asked about what is over', () => {
    expect(MERGER_PROPOSAL_STATES.filter(isOpen)).toEqual(['asked', 'agreed', 'objected']);
  });
});
