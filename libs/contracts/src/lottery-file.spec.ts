import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Draw, drawnLottery as drawn, frozenLottery as frozen, sha256 } from '../../../test/support/lottery.js';
import { rankEntries, seedOf } from './lottery.js';
import { type LotteryFile, lotteryFileText, verifyLottery } from './lottery-file.js';

const FIVE: Draw = {
  units: [1, 2, 1, 1, 3].map((size, index) => ({ size, tier: index === 4 ? 1 : 0 })),
  seats: 4,
  waitingLimit: 3,
};

const wrong = (file: unknown) =>
  verifyLottery(file, sha256)
    .filter(({ ok }) => !ok)
    .map(({ name }) => name);

/** A copy that somebody has altered. */
function altered(file: LotteryFile, change: (file: any) => void): unknown {
  const copy: unknown = JSON.parse(lotteryFileText(file));
  change(copy);
  return copy;
}

describe('a published lottery', () => {
  it('is right in every check, which say in both languages what was looked at', () => {
    const checks = verifyLottery(drawn(FIVE), sha256);
    expect(checks.map(({ name, ok }) => [name, ok])).toEqual(
      [
        'format',
        'list',
        'list_hash',
        'before_number',
        'secret',
        'number',
        'seed',
        'order',
        'seats_kept',
        'seats',
        'said',
      ].map((name) => [name, true]),
    );
    const before = checks.find(({ name }) => name === 'before_number')!;
    expect(before.sentence.zh).toBe(
      '名单于 2026-11-30 12:00 冻结，早于公共号码（中国福利彩票3D 第2026318期）揭晓的 2026-11-30 21:30',
    );
    const number = checks.find(({ name }) => name === 'number')!;
    expect(number.sentence.zh).toBe('请与官方公布的结果核对：中国福利彩票3D 第2026318期 是 583');
    expect(number.sentence.en).toBe('Compare with the official result: 中国福利彩票3D 第2026318期 is 583');
  });

  it('is right before the draw as far as it goes', () => {
    const file = frozen(FIVE);
    const checks = verifyLottery(file, sha256);
    expect(checks.every(({ ok }) => ok)).toBe(true);
    expect(checks.at(-1)!.name).toBe('drawn');
    expect(checks.at(-1)!.sentence.en).toContain(file.listHash);
  });

  it('needs no number where there are seats for all', () => {
    const file = drawn({ ...FIVE, seats: 8 });
    expect(file.number).toBeNull();
    expect(file.ranking.every(({ outcome }) => outcome === 'seat')).toBe(true);
    expect(wrong(file)).toEqual([]);
  });

  it('is right whatever the entries, seats, reasons and withdrawals', () => {
    const units = fc.array(fc.record({ size: fc.integer({ min: 1, max: 4 }), tier: fc.nat(2) }), { maxLength: 30 });
    const some = <T>(value: fc.Arbitrary<T>) => fc.dictionary(fc.nat(29).map(String), value, { maxKeys: 4 });
    fc.assert(
      fc.property(
        fc.record({
          units,
          seats: fc.nat(40),
          waitingLimit: fc.option(fc.nat(20)),
          number: fc.stringMatching(/^\d{3,14}$/),
          because: some(fc.constantFrom('cap_reached' as const, 'time_clash' as const, 'not_eligible' as const)),
          withdrawn: some(fc.integer({ min: 1, max: 4 })),
        }),
        (draw) => {
          expect(wrong(JSON.parse(lotteryFileText(drawn(draw))))).toEqual([]);
        },
      ),
    );
  });

  it.each<[string, (file: any) => void, string[]]>([
    ['another version', (file) => (file.format = 'huixue-lottery/2'), ['format']],
    ['no lottery at all', (file) => delete file.format, ['format']],
    ['a member that says more', (file) => (file.remark = 'trust me'), ['format']],
    ['a member that is missing', (file) => delete file.list[0].tier, ['format']],
    ['a secret without a result', (file) => (file.ranking = null), ['format']],
    ['a name over two lines', (file) => (file.class.name = '太极拳\nseats 99'), ['format']],
    ['a pseudonym that is none', (file) => (file.list[0].pseudonym = 'Y-AAAAAAAAA'), ['format']],
    ['an entry that is gone', (file) => file.list.splice(2, 1), ['list_hash', 'order', 'seats']],
    ['an entry that came twice', (file) => file.list.push(file.list[0]), ['list', 'list_hash', 'order']],
    ['an entry in a better tier', (file) => raise(file), ['list_hash', 'order']],
    ['fewer seats', (file) => (file.seats = 2), ['list_hash', 'seats_kept']],
    ['fewer seats drawn than promised', (file) => (file.seatsAtDraw = 2), ['seats_kept', 'seats']],
    ['another secret', (file) => (file.secret = sha256('other')), ['secret', 'seed', 'order']],
    ['another secret with its hash', (file) => reseal(file), ['list_hash', 'seed', 'order']],
    ['another number', (file) => (file.number = '584'), ['seed', 'order']],
    ['no number', (file) => (file.number = null), ['number', 'seed', 'order']],
    [
      'a number known before',
      (file) => (file.publicNumber.dueAt = '2026-11-30T03:00:00.000Z'),
      ['list_hash', 'before_number'],
    ],
    ['two that changed places', (file) => swap(file.ranking), ['order']],
    ['one that is not in the result', (file) => file.ranking.pop(), ['order']],
    ['a seat given to one further back', (file) => (file.ranking.at(-1).outcome = 'seat'), ['seats']],
    ['a seat withheld without a reason', (file) => (file.ranking[0].outcome = 'waiting'), ['seats']],
    ['a seat in spite of a reason', (file) => (file.ranking[0].because = 'time_clash'), ['seats']],
    ['a reason of no known kind', (file) => (file.ranking[0].because = 'disliked'), ['format']],
    ['a unit that grew', (file) => file.ranking.find((place: any) => place.size === 2).size++, ['seats']],
  ])('is found wrong with %s', (_, change, names) => {
    expect(wrong(altered(drawn(FIVE), change))).toEqual(names);
  });

  it('says whether the hash of the list is the one that somebody noted', () => {
    const file = drawn(FIVE);
    const noted = (hash: string) => verifyLottery(file, sha256, hash).find(({ name }) => name === 'noted_hash')!.ok;
    expect(noted(` ${file.listHash.toUpperCase()} `)).toBe(true);
    expect(noted(sha256('other'))).toBe(false);
  });

  it('names what only those concerned can judge', () => {
    const file = drawn({ ...FIVE, because: { 0: 'cap_reached' }, withdrawn: { 4: 2 } });
    const [first, last] = [file.ranking[0]!.pseudonym, file.ranking[4]!.pseudonym];
    expect(verifyLottery(file, sha256).at(-1)!.sentence).toEqual({
      zh: `以下情况无法计算，只有本人知道是否属实，如有异议可申诉：${first}（本学期这类班已报满）、${last}（冻结后退出 2 人）`,
      en: `This cannot be computed; only they know whether it is so, and may appeal: ${first} (has all classes of the kind that a term allows), ${last} (2 withdrew)`,
    });
  });

  it('is found wrong when any one character is another, unless that only says that somebody withdrew', () => {
    const file = drawn({ ...FIVE, because: { 1: 'cap_reached' } });
    const text = lotteryFileText(file);
    const others = [...'019afzY"{}[],: \n'];
    let found = 0;
    for (const at of text.split('').keys()) {
      for (const other of others) {
        let changed: any;
        try {
          changed = JSON.parse(text.slice(0, at) + other + text.slice(at + 1));
        } catch {
          continue;
        }
        if (JSON.stringify(changed) === JSON.stringify(file)) continue;
        const unitShrank = file.ranking.some(({ size }, index) => changed.ranking?.[index]?.size < size);
        if (wrong(changed).length > 0) found++;
        else expect([at, other, unitShrank]).toEqual([at, other, true]);
      }
    }
    expect(found).toBeGreaterThan(5000);
  });

  it.each([null, undefined, 1, '', [], {}, { format: 'huixue-lottery/1' }, { format: 'huixue-lottery/1', list: {} }])(
    'is not %j',
    (other) => {
      expect(wrong(other)).toEqual(['format']);
    },
  );
});

/** Exchanges the secret and its hash, as somebody would who does not like the result. */
function reseal(file: any): void {
  file.secret = sha256('other');
  file.secretHash = sha256(file.secret);
}

function raise(file: any): void {
  file.list.find((entry: any) => entry.tier === 1).tier = 0;
  // Without this luck would decide whether the order is another.
  const seed = seedOf(sha256, file.secret, file.number, file.listHash);
  expect(rankEntries(sha256, seed, file.list).at(-1)).not.toBe(file.list.find((entry: any) => entry.size === 3));
}

function swap(ranking: any[]): void {
  const two = ranking.findIndex((place, index) => {
    const next = ranking[index + 1];
    return place.outcome === next.outcome && place.size === next.size;
  });
  [ranking[two].pseudonym, ranking[two + 1].pseudonym] = [ranking[two + 1].pseudonym, ranking[two].pseudonym];
}
