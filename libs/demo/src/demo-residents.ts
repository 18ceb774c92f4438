import { addDays } from '#contracts';
import { at } from './demo-calendar.js';
import type { DemoResident } from './demo-courses.js';
import { cardOf, nameOf, phoneOf, type Sex } from './demo-names.js';
import type { Dice } from './dice.rules.js';

/** Someone made up. */
export interface DemoPerson {
  index: number;
  /** Of those who are tried out. */
  key: DemoResident | null;
  name: string;
  sex: Sex;
  birthDate: string;
  /** The village. */
  regionCode: string;
  /** How they were registered: by an account of their own or the family's, or at the counter. */
  account: { phone: string; relation: 'self' | 'family' } | null;
  /** Of those registered at the counter who have one; couples share it. */
  phone: string | null;
  /** Number of their identity card. */
  card: string;
  /** Staff have seen it. */
  verified: boolean;
  /** Has a printed or shown code. */
  coded: boolean;
  registeredAt: Date;
  /** How reliably they come, 0 to 1. */
  reliability: number;
}

/** How many elders and others of a township. */
export type Quota = readonly [township: string, elders: number, others: number];

/** Those of the demo. */
export const QUOTAS: readonly Quota[] = [
  ['330305001000', 40, 34],
  ['330305003000', 22, 9],
  ['330305101000', 28, 12],
  ['330305005000', 17, 8],
  ['330305004000', 16, 4],
  ['330305202000', 14, 3],
  ['330305002000', 16, 6],
  ['330305006000', 4, 2],
];

/** Who lives in a made-up district, and since when the platform knows them. */
export interface Population {
  quotas: readonly Quota[];
  /** In which the ages are those of the quotas. */
  year: number;
  /** Days on which people are registered: the first waves take most, the later ones come just before later terms. */
  waves: { first: readonly string[]; later: readonly string[] };
}

/** Days after the first day of the demo on which people are registered. */
const FIRST_WAVES = [2, 3, 4, 5, 6];
const LATER_WAVES = [118, 121, 124, 310, 312];

const XIAOPU = '330305001007';

/** The population of the demo. */
export function populationAround(today: string, firstDay: string): Population {
  const days = (offsets: readonly number[]) => offsets.map((offset) => addDays(firstDay, offset));
  return {
    quotas: QUOTAS,
    year: Number(today.slice(0, 4)),
    waves: { first: days(FIRST_WAVES), later: days(LATER_WAVES) },
  };
}

/**
 * The residents of a made-up district: elders of whom many have no phone, families that share one, a quarter unverified.
 *
 * @param villages codes of the villages by township
 */
export function inventResidents(
  { quotas, year, waves: { first, later } }: Population,
  dice: Dice,
  villages: ReadonlyMap<string, readonly string[]>,
): DemoPerson[] {
  const people: DemoPerson[] = [];
  // 1 and 2 are those of the accounts that are tried out.
  let phones = 3;
  const cards = new Set<string>();
  const waves = [...first, ...later];
  const add = (
    given: Omit<DemoPerson, 'index' | 'card' | 'verified' | 'coded' | 'registeredAt' | 'reliability'>,
    verified: boolean,
    wave: number,
  ): void => {
    const index = people.length;
    const card = freeCard(given.birthDate, index, given.sex, cards);
    people.push({
      ...given,
      index,
      card,
      verified,
      coded: given.key !== null || dice.chance(0.25),
      registeredAt: at(waves[wave]!, 9 + (index % 3) * 3),
      reliability: given.key !== null ? 1 : dice.pick([0.98, 0.97, 0.96, 0.93, 0.9, 0.85, 0.55]),
    });
  };
  const known = { regionCode: XIAOPU, phone: null };
  const lin = { phone: phoneOf(1), relation: 'self' as const };
  add({ ...known, key: 'lin', name: '林海燕', sex: 'female', birthDate: '1984-05-06', account: lin }, true, 0);
  add(
    {
      ...known,
      key: 'mother',
      name: '陈阿香',
      sex: 'female',
      birthDate: '1953-03-12',
      account: { ...lin, relation: 'family' },
    },
    true,
    0,
  );
  add(
    {
      ...known,
      key: 'zheng',
      name: '郑建国',
      sex: 'male',
      birthDate: '1957-10-01',
      account: { phone: phoneOf(2), relation: 'self' },
    },
    false,
    0,
  );

  for (const [township, elders, others] of quotas) {
    const codes = villages.get(township) ?? [];
    const anyone = (ages: [number, number]) => {
      const sex: Sex = dice.chance(0.62) ? 'female' : 'male';
      const born = year - dice.between(...ages);
      const birthDate = `${born}-${pad(dice.between(1, 12))}-${pad(dice.between(1, 28))}`;
      return { key: null, name: nameOf(dice, sex, born), sex, birthDate, regionCode: dice.pick(codes) };
    };
    const wave = () =>
      dice.chance(0.7) ? dice.between(0, first.length - 1) : dice.between(first.length, waves.length - 1);
    // The younger hold accounts; every second one acts for an elder of the family, too.
    let left = elders;
    for (let count = 0; count < others; count++) {
      const account = phoneOf(phones++);
      const when = wave();
      add({ ...anyone([22, 57]), account: { phone: account, relation: 'self' }, phone: null }, dice.chance(0.85), when);
      if (left === 0 || !dice.chance(0.5)) continue;
      left--;
      const elder = { ...anyone([62, 84]), account: { phone: account, relation: 'family' as const }, phone: null };
      add(elder, dice.chance(0.7), when);
    }
    for (; left > 0; left--) {
      const when = wave();
      const roll = dice.next();
      if (roll < 0.25) {
        const own = { phone: phoneOf(phones++), relation: 'self' as const };
        add({ ...anyone([61, 75]), account: own, phone: null }, dice.chance(0.7), when);
      } else if (roll < 0.5 && left > 1) {
        // A couple with one phone between them.
        const phone = phoneOf(phones++);
        left--;
        for (let one = 0; one < 2; one++) add({ ...anyone([64, 82]), account: null, phone }, dice.chance(0.8), when);
      } else {
        add({ ...anyone([66, 88]), account: null, phone: null }, dice.chance(0.8), when);
      }
    }
  }
  return people;
}

const pad = (number: number) => String(number).padStart(2, '0');

/** A card that nobody else has: its number only tells a thousand born on one day apart. */
function freeCard(birthDate: string, index: number, sex: Sex, taken: Set<string>): string {
  let serial = index;
  while (taken.has(cardOf(birthDate, serial, sex))) serial++;
  const card = cardOf(birthDate, serial, sex);
  taken.add(card);
  return card;
}
