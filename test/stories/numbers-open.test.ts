import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DemoDistrict } from '../support/demo-district.js';
import type { Person } from '../support/person.js';

/*
 * Every number of the wall chart opens to what it is made of, and that comes to just the number: by year, township, school,
 * month, kind of class and group of residents. Asked of the made-up district, as the bureau asks.
 */

interface Part {
  key: string;
  total: number;
}
type Parts = Record<'byTownship' | 'byOrganisation' | 'byMonth' | 'byKind' | 'byGroup', Part[]>;

let demo: DemoDistrict;
let bureau: Person;

beforeAll(async () => {
  demo = await DemoDistrict.open();
  bureau = await demo.somebody('bureau_officer');
}, 120_000);
afterAll(() => demo?.close());

/** All of a list, page by page. */
async function all(path: string): Promise<any[]> {
  const found: any[] = [];
  for (let cursor = ''; ;) {
    const page = await bureau.get(`${path}limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    found.push(...page.items);
    if (!page.next) return found;
    cursor = page.next;
  }
}
const entries = (filter: string) => all(`/ledger-entries?live=true&${filter}&`);
const attended = async (filter: string) =>
  (await all(`/counted-attendances?${filter}&`)).reduce((sum, { sessions }) => sum + sessions, 0);

/** By which filter of a list each part opens, as the pages link it. */
const FILTER: Record<keyof Parts, (key: string) => string> = {
  byTownship: (key) => `regionCode=${key}${key.endsWith('000000') ? '&within=false' : ''}`,
  byOrganisation: (key) => `organisationId=${key}`,
  byMonth: (key) => `month=${key}`,
  byKind: (key) => `programmeKind=${key}`,
  byGroup: (key) => `group=${key.split('.')[0]}&groupSource=${key.split('.')[1]}`,
};

/** Compares each part with what its list comes to. */
async function compare(parts: Parts, whole: number, listed: (filter: string) => Promise<number>): Promise<void> {
  for (const dimension of Object.keys(FILTER) as (keyof Parts)[]) {
    const found = await Promise.all(
      parts[dimension].map(async ({ key }) => [key, await listed(FILTER[dimension](key))]),
    );
    expect([dimension, found]).toEqual([dimension, parts[dimension].map(({ key, total }) => [key, total])]);
    // Somebody may be of two groups, or of none.
    if (dimension !== 'byGroup') expect(parts[dimension].reduce((sum, { total }) => sum + total, 0)).toBe(whole);
  }
}

describe('a number that the ledger feeds', () => {
  it('is the sum of its entries, whole and in each part', async () => {
    const { indicators } = await bureau.get('/wall-chart');
    const counted = indicators.filter(({ measure, noData }: any) => measure === 'counted' && !noData);
    expect(counted.length).toBeGreaterThanOrEqual(2);
    for (const { code, provisional, confirmed, years } of counted) {
      const count = async (filter: string) => (await entries(`measure=${code}&${filter}`)).length;
      expect(await count('status=provisional')).toBe(provisional);
      expect(await count('status=confirmed')).toBe(confirmed);
      for (const { year, noData, ...bands } of years) {
        if (noData) continue;
        expect([year, await count(`year=${year}`)]).toEqual([year, bands.provisional + bands.confirmed]);
      }
      await compare(await bureau.get(`/indicators/${code}`), provisional + confirmed, count);
    }
  }, 60_000);

  it('is taken apart by group of residents, too', async () => {
    const { byGroup } = await bureau.get('/indicators/social-training-annual');
    expect(byGroup.length).toBeGreaterThan(0);
  });

  it('stands beside the opening figures that it shows', async () => {
    const { indicators } = await bureau.get('/wall-chart');
    const signed = (await all('/opening-figures?state=signed&')) as {
      measure: string;
      counts: number;
      value: number;
    }[];
    for (const { code, opening } of indicators.filter(({ opening: band }: any) => band)) {
      const own = signed.filter(({ measure }) => measure === code);
      expect([code, own.reduce((sum, { counts, value }) => sum + (counts ?? value), 0)]).toEqual([code, opening]);
    }
  });
});

describe('a figure beside the indicators', () => {
  it.each(['elderly-person-times', 'elderly-people', 'community-person-times'])(
    '%s is the sum of its entries of the year',
    async (code) => {
      const { measures } = await bureau.get('/wall-chart');
      const { year } = measures.find((one: any) => one.code === code);
      const parts = await bureau.get(`/measures/${code}?year=${year.year}`);
      const own = `measure=${code}&year=${year.year}`;
      expect(parts.byStatus).toEqual({ provisional: year.provisional, confirmed: year.confirmed });
      await compare(
        parts,
        year.provisional + year.confirmed,
        async (filter) => (await entries(`${own}&${filter}`)).length,
      );
    },
    60_000,
  );

  it('session attendances are the sum of who was where how often', async () => {
    const { measures } = await bureau.get('/wall-chart');
    const { year } = measures.find(({ code }: any) => code === 'session-attendances');
    const parts = await bureau.get('/measures/session-attendances');
    await compare(parts, year.value, (filter) => attended(`year=${year.year}&${filter}`));
  }, 60_000);

  it('the share of the elderly who come regularly opens to them, and each to where they were', async () => {
    const { measures } = await bureau.get('/wall-chart');
    const { share } = measures.find(({ code }: any) => code === 'regular-elderly-share');
    const people = await all('/regular-elderly?counted=true&');
    expect(people.length).toBe(share.people);
    expect(people.length).toBeGreaterThan(0);
    expect(await all('/regular-elderly?counted=false&')).toHaveLength(share.others);
    for (const { residentId, days } of people.slice(0, 5)) {
      expect(days).toBeGreaterThanOrEqual(share.days);
      expect(await attended(`residentId=${residentId}`)).toBeGreaterThanOrEqual(days);
    }
  }, 60_000);

  it('is unknown where it is none, or no sum of the ledger', async () => {
    for (const code of ['vocational-training', 'regular-elderly-share', "x'"]) {
      await bureau.refused('GET', `/measures/${encodeURIComponent(code)}`, {}, 'TARGETS.MEASURE_UNKNOWN');
    }
    await bureau.refused('GET', '/ledger-entries?month=2026-13', {}, 'CORE.INVALID');
    await bureau.refused('GET', '/adjustments?month=soon', {}, 'CORE.INVALID');
  });
});

it('the other indicators are as many as their registers, regions and reported figures say', async () => {
  const { indicators } = await bureau.get('/wall-chart');
  const kinds = new Set(indicators.map(({ measure }: any) => measure));
  expect([indicators.length, kinds]).toEqual([28, new Set(['counted', 'coverage', 'register', 'reported'])]);
  for (const { code, measure, actual, n, d, listed, active } of indicators) {
    if (measure === 'register') {
      const standing = (await all(`/indicators/${code}/register-entries?`)).filter(({ state }) => state === 'standing');
      expect([code, standing.length]).toEqual([code, actual ?? 0]);
    }
    if (measure === 'reported' && actual !== null) {
      const [last] = (await all(`/indicators/${code}/reported-figures?`))
        .filter(({ state }) => state === 'accepted')
        .sort((a, b) => (a.asOf < b.asOf ? 1 : -1));
      expect(Math.abs(last.value - actual)).toBeLessThan(0.05);
      if (n !== null) expect([code, last.part, last.whole]).toEqual([code, n, d]);
    }
    if (measure === 'coverage') {
      const plate = code === 'township-elderly-school' ? 'elderly_school' : 'elderly_classroom';
      const level = code.startsWith('village') ? 'village' : 'township';
      const regions = await all(`/coverage?plateKind=${plate}&level=${level}&`);
      expect([code, regions.length]).toEqual([code, d]);
      const inState = (...states: string[]) => regions.filter(({ state }) => states.includes(state)).length;
      expect([code, inState('active'), inState('listed', 'active')]).toEqual([code, active, listed]);
    }
  }
}, 60_000);
