import { createHash } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { pseudonymOf, rankEntries, seedOf } from '#contracts';
import { Dice } from '../dice.rules.js';
import { numberThatDraws } from './simulated-draws.rules.js';

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

/** A lottery of people 0, 1, …, whose ids, secret and list are another in each play. */
function lottery(play: string, people: number, seats: number) {
  const secret = sha256(`secret of ${play}`);
  const applicants = Array.from({ length: people }, (_, key) => ({ key, enrollmentId: `${play} ${key}` }));
  const list = applicants.map(({ enrollmentId }) => ({
    pseudonym: pseudonymOf(sha256, secret, enrollmentId, 0),
    size: 1,
    tier: 0,
  }));
  return { secret, applicants, frozen: { list, listHash: sha256(`list of ${play}`), seats } };
}

/** Whom a number leaves out, by what is published. */
function leftOut({ secret, applicants, frozen }: ReturnType<typeof lottery>, number: string): number[] {
  const ranked = rankEntries(sha256, seedOf(sha256, secret, number, frozen.listHash), frozen.list);
  const keys = new Map(
    applicants.map(({ enrollmentId, key }) => [pseudonymOf(sha256, secret, enrollmentId, 0), key] as const),
  );
  return ranked.slice(frozen.seats).map(({ pseudonym }) => keys.get(pseudonym)!);
}

it.each([
  [16, 14],
  [26, 24],
  [15, 14],
])('%i apply for %i seats: the same are left out in each play, in the same order', (people, seats) => {
  const [first, second] = ['first', 'second'].map((play) => {
    const played = lottery(play, people, seats);
    // Who applied is found in another order.
    const applicants = play === 'first' ? played.applicants : played.applicants.toReversed();
    const number = numberThatDraws(sha256, played.frozen, played.secret, applicants, new Dice('year'))!;
    expect(number).toMatch(/^\d{5}$/);
    return leftOut(played, number);
  });
  expect(first).toHaveLength(people - seats);
  expect(second).toEqual(first);
});

it('other dice leave out others', () => {
  const played = lottery('play', 20, 18);
  const by = (seed: string) =>
    leftOut(played, numberThatDraws(sha256, played.frozen, played.secret, played.applicants, new Dice(seed))!);
  expect(by('one')).not.toEqual(by('two'));
});

it('finds no number where too many are left out', () => {
  const played = lottery('play', 14, 4);
  expect(numberThatDraws(sha256, played.frozen, played.secret, played.applicants, new Dice('x'))).toBeNull();
});
