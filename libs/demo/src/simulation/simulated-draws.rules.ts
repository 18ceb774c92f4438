import { type HashText, type LotteryFile, pseudonymOf, rankEntries, seedOf } from '#contracts';
import type { Dice } from '../dice.rules.js';

/** Digits of a number of 排列5. */
const DIGITS = 5;
/** Numbers that are tried: where two of 26 are left out, one in 650 does. */
const MOST_TRIED = 20_000;

/** One who has applied, in whatever order. */
export interface Applicant {
  enrollmentId: string;
  /** The same in every play of the same year, unlike the id. */
  key: number;
}

/**
 * The public number of a lottery in a simulated year. Ids, codes and moments of a play are never the same again, so what a
 * number draws is not, either; whoever plays the year knows the secret, and names the first number, from one thrown on,
 * that leaves out those whom the dice leave out, in that order. The draw itself is a true one, and its file is checked like any.
 *
 * @param frozen the published list
 * @param applicants of its entries, one a unit
 * @returns null where no number that is tried does: too many are left out
 */
export function numberThatDraws(
  hash: HashText,
  frozen: Pick<LotteryFile, 'list' | 'listHash' | 'seats'>,
  secret: string,
  applicants: readonly Applicant[],
  dice: Dice,
): string | null {
  const keys = new Map(
    applicants.map(({ enrollmentId, key }) => [pseudonymOf(hash, secret, enrollmentId, 0), key] as const),
  );
  const inOrder = applicants.map(({ key }) => key).sort((a, b) => a - b);
  const leftOut = dice.shuffled(inOrder).slice(frozen.seats);
  const first = dice.between(0, 10 ** DIGITS - 1);
  for (let more = 0; more < MOST_TRIED; more++) {
    const number = String((first + more) % 10 ** DIGITS).padStart(DIGITS, '0');
    const ranked = rankEntries(hash, seedOf(hash, secret, number, frozen.listHash), frozen.list);
    const out = ranked.slice(frozen.seats);
    if (out.every(({ pseudonym }, index) => keys.get(pseudonym) === leftOut[index])) return number;
  }
  return null;
}
