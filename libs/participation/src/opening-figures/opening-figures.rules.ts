/* What counts beside the ledger: 期初数 (counting rule 14) and 汇总数 (rule 9). */

/**
 * Indicators and measures of which figures from before the platform may be held: all that the ledger counts. A register
 * takes entries of any day of the plan, a reported figure too, and neither needs one.
 */
export const OPENING_MEASURES = [
  'degree-upgrade',
  'vocational-training',
  'social-training-annual',
  'elderly-person-times',
  'elderly-people',
  'community-person-times',
] as const;
export type OpeningMeasure = (typeof OPENING_MEASURES)[number];

/** Counts people, each once a calendar year: a figure of part of a year cannot be added to the other part. */
const OF_PEOPLE: readonly string[] = ['elderly-people'] satisfies OpeningMeasure[];

/** The only indicator in which a sealed total counts (rule 9). */
export const SEALED_MEASURE = 'social-training-annual';

export const OPENING_STATES = ['drafted', 'reviewed', 'signed', 'replaced', 'withdrawn'] as const;
/** 待审核, 待签发, 计入, 已被替换, 已撤回. */
export type OpeningState = (typeof OPENING_STATES)[number];

export const SEALED_STATES = ['standing', 'replaced', 'withdrawn'] as const;
/** 计入, 已被名单替换, 已撤回. */
export type SealedState = (typeof SEALED_STATES)[number];

/** The first year of the plan; nothing of before it counts toward it. */
export const FIRST_YEAR = 2023;

/**
 * Why no opening figure of a year can be; null where it can. It covers what was before the cut-over: whole years, and
 * of the cut-over's own year what had passed of it.
 *
 * @param cutOver YYYY-MM-DD, the first day that the ledger counts; null as long as nobody has said
 */
export function openingYearRefusal(
  measure: string,
  year: number,
  cutOver: string | null,
): 'CUT_OVER_UNSET' | 'OPENING_AFTER_CUT_OVER' | 'OPENING_PEOPLE_OF_PART' | null {
  if (cutOver === null) return 'CUT_OVER_UNSET';
  if (`${year}-01-01` >= cutOver) return 'OPENING_AFTER_CUT_OVER';
  if (OF_PEOPLE.includes(measure) && `${year}-12-31` >= cutOver) return 'OPENING_PEOPLE_OF_PART';
  return null;
}

/** Facts of an opening figure by which its moves are decided. */
export interface OpeningStanding {
  state: OpeningState;
  draftedBy: string;
  reviewedBy: string | null;
  /** Whether a scan of its paper is there. */
  scanned: boolean;
}

export type OpeningMove = 'scan' | 'review' | 'sign' | 'withdraw' | 'replace' | 'reinstate';

/**
 * Why somebody may not move an opening figure; null where they may. Three different people draft, review and sign, as
 * with periods (rule 15).
 */
export function openingRefusal(
  { state, draftedBy, reviewedBy, scanned }: OpeningStanding,
  move: OpeningMove,
  staffId: string,
):
  | 'OPENING_NOT_DRAFTED'
  | 'OPENING_SCAN_MISSING'
  | 'OPENING_NOT_REVIEWED'
  | 'OPENING_NOT_PENDING'
  | 'OPENING_NOT_SIGNED'
  | 'OPENING_NOT_REPLACED'
  | 'OPENING_SAME_PERSON'
  | null {
  switch (move) {
    case 'scan':
      return state === 'drafted' ? null : 'OPENING_NOT_DRAFTED';
    case 'review':
      if (state !== 'drafted') return 'OPENING_NOT_DRAFTED';
      if (staffId === draftedBy) return 'OPENING_SAME_PERSON';
      // What is reviewed is compared with the paper.
      return scanned ? null : 'OPENING_SCAN_MISSING';
    case 'sign':
      if (state !== 'reviewed') return 'OPENING_NOT_REVIEWED';
      return staffId === draftedBy || staffId === reviewedBy ? 'OPENING_SAME_PERSON' : null;
    case 'withdraw':
      return state === 'drafted' || state === 'reviewed' ? null : 'OPENING_NOT_PENDING';
    case 'replace':
      return state === 'signed' ? null : 'OPENING_NOT_SIGNED';
    case 'reinstate':
      return state === 'replaced' ? null : 'OPENING_NOT_REPLACED';
  }
}

/** Whether two periods (YYYY or YYYY-MM) share a day. */
export const periodsOverlap = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one);
