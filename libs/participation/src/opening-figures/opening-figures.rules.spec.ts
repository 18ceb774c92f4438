import { describe, expect, it } from '@jest/globals';
import {
  type OpeningMove,
  openingRefusal,
  type OpeningState,
  openingYearRefusal,
  periodsOverlap,
} from './opening-figures.rules.js';

describe('an opening figure (rule 14)', () => {
  it.each([
    ['nobody has said where the ledger begins', 'vocational-training', 2024, null, 'CUT_OVER_UNSET'],
    ['of a year before it', 'vocational-training', 2024, '2026-03-01', null],
    ['of the year of the cut-over, up to it', 'vocational-training', 2026, '2026-03-01', null],
    [
      'of a year whose first day the ledger counts',
      'vocational-training',
      2026,
      '2026-01-01',
      'OPENING_AFTER_CUT_OVER',
    ],
    ['of a later year', 'vocational-training', 2027, '2026-03-01', 'OPENING_AFTER_CUT_OVER'],
    ['of people in a whole year', 'elderly-people', 2025, '2026-03-01', null],
    ['of people in part of a year', 'elderly-people', 2026, '2026-03-01', 'OPENING_PEOPLE_OF_PART'],
  ])('%s', (_, measure, year, cutOver, refusal) => {
    expect(openingYearRefusal(measure, year, cutOver)).toBe(refusal);
  });

  it.each<[OpeningMove, OpeningState, string, string | null]>([
    ['review', 'drafted', '李', null],
    ['review', 'drafted', '张', 'OPENING_SAME_PERSON'],
    ['review', 'reviewed', '李', 'OPENING_NOT_DRAFTED'],
    ['sign', 'reviewed', '陈', null],
    ['sign', 'reviewed', '张', 'OPENING_SAME_PERSON'],
    ['sign', 'reviewed', '李', 'OPENING_SAME_PERSON'],
    ['sign', 'drafted', '陈', 'OPENING_NOT_REVIEWED'],
    ['withdraw', 'drafted', '张', null],
    ['withdraw', 'signed', '张', 'OPENING_NOT_PENDING'],
    ['replace', 'signed', '张', null],
    ['replace', 'reviewed', '张', 'OPENING_NOT_SIGNED'],
    ['reinstate', 'replaced', '张', null],
    ['reinstate', 'signed', '张', 'OPENING_NOT_REPLACED'],
  ])('%s of one that is %s by %s: %s', (move, state, staffId, refusal) => {
    const reviewedBy = state === 'drafted' ? null : '李';
    expect(openingRefusal({ state, draftedBy: '张', reviewedBy, scanned: true }, move, staffId)).toBe(refusal);
  });

  it('is not reviewed without its paper, which is scanned before that', () => {
    const drafted = { state: 'drafted', draftedBy: '张', reviewedBy: null, scanned: false } as const;
    expect(openingRefusal(drafted, 'review', '李')).toBe('OPENING_SCAN_MISSING');
    expect(openingRefusal(drafted, 'scan', '张')).toBeNull();
    const reviewed = { ...drafted, state: 'reviewed', reviewedBy: '李', scanned: true } as const;
    expect(openingRefusal(reviewed, 'scan', '张')).toBe('OPENING_NOT_DRAFTED');
  });
});

it.each([
  ['2025', '2025-03', true],
  ['2025-03', '2025', true],
  ['2025-03', '2025-03', true],
  ['2025-03', '2025-04', false],
  ['2025', '2024', false],
])('%s and %s share a day: %s', (one, other, overlap) => {
  expect(periodsOverlap(one, other)).toBe(overlap);
});
