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
