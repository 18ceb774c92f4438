import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readCode } from './codes.js';
import {
  allotSeats,
  frozenText,
  type LotteryEntry,
  type LotteryTerms,
  needsNumber,
  pseudonymOf,
  rankEntries,
  type RankedEntry,
  readPublicNumber,
  seedOf,
} from './lottery.js';

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
const name = (index: number) => pseudonymOf(sha256, 'secret', String(index), 0);
const entry = (index: number, size = 1, tier = 0): LotteryEntry => ({ pseudonym: name(index), size, tier });

const TERMS: LotteryTerms = {
  lotteryId: '01998e2c-0000-7000-8000-000000000001',
  classCode: 'B-7K2M9X',
  className: '太极拳初级班',
  seats: 20,
  waitingLimit: null,
  secretHash: sha256('secret'),
  numberName: '中国福利彩票3D 第2026318期',
  numberDueAt: '2026-11-30T13:30:00.000Z',
  frozenAt: '2026-11-30T04:00:00.000Z',
};

const entries = fc
  .array(fc.record({ size: fc.integer({ min: 1, max: 4 }), tier: fc.nat(2) }), { maxLength: 60 })
  .map((units) => units.map(({ size, tier }, index) => entry(index, size, tier)));

describe('the frozen list', () => {
  it('is a line for each thing that is fixed, and for each entry by pseudonym', () => {
    const list = [
      { pseudonym: 'Y-B', size: 2, tier: 1 },
      { pseudonym: 'Y-A', size: 1, tier: 0 },
    ];
    expect(frozenText({ ...TERMS, waitingLimit: 5 }, list)).toBe(
      [
        'huixue-lottery/1',
        'lottery 01998e2c-0000-7000-8000-000000000001',
        'class B-7K2M9X 太极拳初级班',
        'seats 20',
        'waiting 5',
        'secret 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b',
        'number 中国福利彩票3D 第2026318期',
        'due 2026-11-30T13:30:00.000Z',
        'frozen 2026-11-30T04:00:00.000Z',
        'Y-A 1 0',
        'Y-B 2 1',
        '',
      ].join('\n'),
    );
  });

  it('is the same in whatever order the entries come, and another when anything is', () => {
    fc.assert(
      fc.property(entries, fc.integer(), (list, seed) => {
        const shuffled = [...list].sort((a, b) =>
          sha256(`${seed}${a.pseudonym}`) < sha256(`${seed}${b.pseudonym}`) ? -1 : 1,
        );
        const text = frozenText(TERMS, list);
        expect(frozenText(TERMS, shuffled)).toBe(text);
        expect(frozenText(TERMS, [...list, entry(1000)])).not.toBe(text);
        expect(frozenText({ ...TERMS, seats: 21 }, list)).not.toBe(text);
      }),
    );
  });
});

describe('whether a number is needed', () => {
  it.each([
    ['as many people as seats', [entry(1, 2), entry(2, 3)], 5, false],
    ['one more', [entry(1, 2), entry(2, 4)], 5, true],
    ['nobody', [], 0, false],
    ['no seat', [entry(1)], 0, true],
  ])('%s', (_, list, seats, needed) => {
    expect(needsNumber(list, seats)).toBe(needed);
  });
});

describe('the public number', () => {
  it.each([
    ['583', '583'],
    [' 0 5 8 ', '058'],
    ['５，８，３', '583'],
    ['03 08 15 22 27 31 + 07', '03081522273107'],
    ['3,456.78', '345678'],
    ['58', null],
    ['', null],
    ['5八3', null],
    ['5x83', null],
    ['1'.repeat(41), null],
  ])('%j is read as %j', (typed, digits) => {
    expect(readPublicNumber(typed)).toBe(digits);
  });
});

describe('the order', () => {
  const seed = sha256('seed');

  it('is that of tier and hash, for somebody who computes it by hand', () => {
    const ranked = rankEntries(sha256, seed, [entry(1), entry(2), entry(3), entry(4, 1, 1)]);
    const scores = ranked.slice(0, 3).map(({ pseudonym }) => sha256(`${seed}\n${pseudonym}`));
    expect(scores).toEqual([...scores].sort());
    expect(ranked[3]).toEqual(entry(4, 1, 1));
  });

  it('is the same for any permutation of the entries, and holds each once', () => {
    fc.assert(
      fc.property(
        entries.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          const ranked = rankEntries(sha256, seed, list);
          expect(rankEntries(sha256, seed, shuffled)).toEqual(ranked);
          expect(new Set(ranked)).toEqual(new Set(list));
          expect(ranked.map(({ tier }) => tier)).toEqual(ranked.map(({ tier }) => tier).sort());
        },
      ),
    );
  });

  it('is that of the pseudonyms where hashes are the same', () => {
    expect(rankEntries(() => 'same', seed, [entry(2), entry(1)]).map(({ pseudonym }) => pseudonym)).toEqual(
      [name(1), name(2)].sort(),
    );
  });

  it('gives each of 10 entries each rank about as often', () => {
    const list = Array.from({ length: 10 }, (_, index) => entry(index));
    const first = new Map<string, number>();
    for (let number = 0; number < 2000; number++) {
      const drawn = seedOf(sha256, 'a'.repeat(64), String(number).padStart(4, '0'), 'b'.repeat(64));
      const winner = rankEntries(sha256, drawn, list)[0]!.pseudonym;
      first.set(winner, (first.get(winner) ?? 0) + 1);
    }
    // Expected 200 each with a standard deviation of 13; the numbers are fixed, so this holds always or never.
    for (const { pseudonym } of list) expect(Math.abs(first.get(pseudonym)! - 200)).toBeLessThan(54);
  });
});

describe('the seed', () => {
  const hash = fc.stringMatching(/^[0-9a-f]{64}$/);

  it('is another for another number, secret or list', () => {
    fc.assert(
      fc.property(hash, hash, fc.stringMatching(/^\d{3,8}$/), fc.stringMatching(/^\d{3,8}$/), (one, two, a, b) => {
        fc.pre(one !== two && a !== b);
        const seed = seedOf(sha256, one, a, two);
        expect(seedOf(sha256, one, b, two)).not.toBe(seed);
        expect(seedOf(sha256, two, a, two)).not.toBe(seed);
        expect(seedOf(sha256, one, a, one)).not.toBe(seed);
      }),
    );
  });

  it('cannot be known before the number: each possible number puts another first', () => {
    const list = Array.from({ length: 30 }, (_, index) => entry(index));
    const winners = Array.from({ length: 1000 }, (_, number) => {
      const seed = seedOf(sha256, 'a'.repeat(64), String(number).padStart(3, '0'), 'b'.repeat(64));
      return rankEntries(sha256, seed, list)[0]!.pseudonym;
    });
    expect(new Set(winners).size).toBe(30);
  });
});

describe('seats', () => {
  const unit = (size: number, because: RankedEntry['because'] = null): RankedEntry => ({ size, because });

  it.each([
    ['go by rank until none is left', [unit(1), unit(1), unit(1)], 2, null, ['seat', 'seat', 'waiting']],
    [
      'a couple that does not fit is skipped, who comes behind it gets the last seat',
      [unit(1), unit(2), unit(1)],
      2,
      null,
      ['seat', 'waiting', 'seat'],
    ],
    ['who may not have one is passed over and waits', [unit(1, 'cap_reached'), unit(1)], 1, null, ['waiting', 'seat']],
    ['who has withdrawn gets nothing', [unit(0), unit(1)], 1, null, ['withdrawn', 'seat']],
    ['without a waiting list the others are not drawn', [unit(1), unit(1)], 1, 0, ['seat', 'not_drawn']],
    [
      'a waiting list is filled by rank',
      [unit(1), unit(2), unit(2), unit(1)],
      1,
      3,
      ['seat', 'waiting', 'not_drawn', 'waiting'],
    ],
    ['nobody gets one where there is none', [unit(1)], 0, null, ['waiting']],
  ])('%s', (_, ranked, seats, waitingLimit, outcomes) => {
    expect(allotSeats(ranked, seats, waitingLimit)).toEqual(outcomes);
  });

  it('are never more than there are, and none stays free that the next could have', () => {
    const ranked = fc.array(
      fc.record({
        size: fc.integer({ min: 0, max: 4 }),
        because: fc.option(fc.constantFrom('cap_reached' as const, 'time_clash' as const)),
      }),
    );
    fc.assert(
      fc.property(ranked, fc.nat(40), fc.option(fc.nat(20)), (units, seats, waitingLimit) => {
        const outcomes = allotSeats(units, seats, waitingLimit);
        const sizeOf = (outcome: string) =>
          units.reduce((sum, { size }, index) => (outcomes[index] === outcome ? sum + size : sum), 0);
        const left = seats - sizeOf('seat');
        expect(left).toBeGreaterThanOrEqual(0);
        expect(sizeOf('waiting')).toBeLessThanOrEqual(waitingLimit ?? Infinity);
        for (const [index, { size, because }] of units.entries()) {
          if (outcomes[index] === 'seat') expect(because).toBeNull();
          else if (because === null && size > 0) expect(size).toBeGreaterThan(left);
        }
      }),
    );
  });
});

describe('pseudonyms', () => {
  it('are codes of their kind, the same again, others for another secret, unit or attempt', () => {
    const pseudonym = pseudonymOf(sha256, 'secret', 'unit', 0);
    expect(readCode('lottery', pseudonym)).toBe(pseudonym);
    expect(pseudonymOf(sha256, 'secret', 'unit', 0)).toBe(pseudonym);
    const others = [
      pseudonymOf(sha256, 'other', 'unit', 0),
      pseudonymOf(sha256, 'secret', 'other', 0),
      pseudonymOf(sha256, 'secret', 'unit', 1),
    ];
    expect(new Set([pseudonym, ...others]).size).toBe(4);
  });
});
