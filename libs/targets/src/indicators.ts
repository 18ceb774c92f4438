import type { EntityManager } from 'typeorm';
import { row } from '#core';
import type { AwardLevel } from './registers/registers.rules.js';
import { TargetsErrors } from './targets.errors.js';

/** What codes of indicators look like. */
export const INDICATOR_CODE = /^[a-z0-9-]{1,60}$/;

/**
 * The indicator, if its figure comes from there.
 *
 * @param lock holds it until the transaction ends, so that of two who write its figures one sees what the other wrote
 * @throws TARGETS.INDICATOR_UNKNOWN, TARGETS.NOT_A_REGISTER, TARGETS.NOT_REPORTED
 */
export async function requireIndicator(
  em: EntityManager,
  code: string,
  measure: 'register' | 'reported',
  { lock = false } = {},
): Promise<{ least_level: AwardLevel | null; owner: string }> {
  const found = INDICATOR_CODE.test(code)
    ? await row<{ measure: string; least_level: AwardLevel | null; owner: string }>(
        em,
        `select measure, least_level, owner from indicators where code = $1 ${lock ? 'for no key update' : ''}`,
        [code],
      )
    : undefined;
  if (!found) throw TargetsErrors.INDICATOR_UNKNOWN();
  if (found.measure !== measure) {
    throw measure === 'register' ? TargetsErrors.NOT_A_REGISTER() : TargetsErrors.NOT_REPORTED();
  }
  return found;
}
