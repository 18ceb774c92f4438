/** From the lowest to the highest. */
export const AWARD_LEVELS = ['district', 'city', 'provincial', 'national'] as const;
/** 区级, 市级, 省级, 国家级. */
export type AwardLevel = (typeof AWARD_LEVELS)[number];

export const REGISTER_STATES = ['standing', 'withdrawn'] as const;
/** 有效, 已撤销. */
export type RegisterState = (typeof REGISTER_STATES)[number];

/**
 * Whether something of this level counts for an indicator: a brand of the city counts neither as a provincial one nor as
 * none (市级及以上 means city level or above).
 *
 * @param least the level the plan asks for; null asks for none
 */
export function reachesLevel(level: AwardLevel, least: AwardLevel | null): boolean {
  return least === null || AWARD_LEVELS.indexOf(level) >= AWARD_LEVELS.indexOf(least);
}

export const FIGURE_STATES = ['reported', 'accepted', 'returned', 'replaced'] as const;
/** 待审核, 已审核, 已退回, 已被更正: where a reported figure stands. */
export type FigureState = (typeof FIGURE_STATES)[number];
export type FigureDecision = Extract<FigureState, 'accepted' | 'returned'>;

/**
 * Whether an organisation is the department that answers for an indicator. The plan calls departments by their short
 * names (区教育局), the register of organisations by their full ones (洞头区教育局).
 */
export const isOwner = (owner: string, organisationName: string): boolean => organisationName.endsWith(owner);
