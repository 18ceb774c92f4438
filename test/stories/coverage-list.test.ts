import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cli, District, PASSWORD } from '../support/district.js';
import type { Person } from '../support/person.js';

/*
 * 覆盖名单: the bureau lays down by a signed paper by which townships and villages a year is judged; two of them are
 * administered by somebody else. Times are Asia/Shanghai.
 */

/** Administered by 瓯江口. */
const ELSEWHERE = ['昆鹏街道', '灵昆街道'];
const PAPER = { documentNumber: '洞教〔2026〕20号', source: '区民政局 行政区划名册', dated: '2025-12-31' };

interface Region {
  code: string;
  shortName: string;
  level: 'township' | 'village';
  parentCode: string | null;
  included: boolean;
}

let district: District;
let bureau: Person;

const listOf = (year: number) =>
  bureau.get<{ version: number; state: string; regions: Region[] }>(`/coverage/list?year=${year}`);
const sign = (year: number, regionCodes: string[], version: number, other: object = {}) => ({
  body: { year, ...PAPER, regionCodes, ...other },
  version,
});
const judged = async (code: string) =>
  (await bureau.get('/wall-chart')).indicators.find((one: { code: string }) => one.code === code).d as number;

beforeAll(async () => {
  district = await District.open('2026-03-02T09:00:00+08:00');
  const admin = await district.staff('admin');
  const roles = [{ role: 'bureau_officer' }];
  await admin.post('/staff', { username: 'bureau', name: '周科长', password: PASSWORD, roles });
  bureau = await district.staff('bureau');
}, 60_000);
afterAll(() => district?.close());

describe('the list of a year', () => {
  it('is on trial until it is signed, with all that stand in the year', async () => {
    const { state, version, regions } = await listOf(2026);
    expect({ state, version }).toEqual({ state: 'trial', version: 0 });
    expect(regions.every(({ included }) => included)).toBe(true);
    expect(await judged('township-elderly-school')).toBe(8);
    expect(await judged('village-elderly-classroom')).toBe(94);
  });

  it('is what the signed paper says: who is administered by others is left out', async () => {
    const { regions } = await listOf(2026);
    const away = regions.filter(({ shortName }) => ELSEWHERE.includes(shortName)).map(({ code }) => code);
    expect(away).toHaveLength(2);
    const codes = regions
      .filter(({ code, parentCode }) => !away.includes(code) && !away.includes(parentCode ?? ''))
      .map(({ code }) => code);
    const put = sign(2026, codes, 0);
    await bureau.refused('PUT', '/coverage/list', { ...put, version: 3 }, 'CORE.STALE');
    const signed = (await bureau.send('PUT', '/coverage/list', put)).body;
    expect(signed).toMatchObject({ state: 'published', version: 1, documentNumber: PAPER.documentNumber });
    expect(signed.regions).toHaveLength(102);
    expect(await judged('township-elderly-school')).toBe(6);
    expect(await judged('village-elderly-classroom')).toBe(83);
    const query = '/coverage?plateKind=elderly_classroom&level=township&limit=100';
    expect((await bureau.get(query)).items.map(({ code }: Region) => code)).not.toContain(away[0]);
  });

  it('stays as it was signed, whatever is loaded, and is changed by another paper alone', async () => {
    cli(['load'], district.database.url);
    const { version, regions } = await listOf(2026);
    const all = regions.map(({ code }) => code);
    await bureau.refused('PUT', '/coverage/list', sign(2026, all, version), 'TARGETS.LIST_SAME_PAPER');
    expect(await judged('township-elderly-school')).toBe(6);
    const correcting = sign(2026, all, version, { documentNumber: '洞教〔2026〕21号' });
    expect((await bureau.send('PUT', '/coverage/list', correcting)).body).toMatchObject({ version: 2 });
    expect(await judged('township-elderly-school')).toBe(8);
    const { items } = await bureau.get('/audit-entries?action=coverage_list.signed&limit=10');
    expect(items.map(({ details }: any) => [details.documentNumber, details.townships, details.villages])).toEqual([
      ['洞教〔2026〕21号', 8, 94],
      ['洞教〔2026〕20号', 6, 83],
    ]);
  });

  it('is refused with what to do next where it cannot be', async () => {
    const [first] = (await listOf(2027)).regions;
    const one = [first!.code];
    await bureau.refused('PUT', '/coverage/list', sign(2025, one, 0), 'TARGETS.LIST_YEAR_OVER');
    await bureau.refused('PUT', '/coverage/list', sign(2027, one, 0, { dated: '2026-12-31' }), 'TARGETS.DAY_TO_COME');
    await bureau.refused('PUT', '/coverage/list', sign(2027, ['330399001000'], 0), 'PLACES.REGION_UNKNOWN');
    await bureau.refused('PUT', '/coverage/list', sign(2027, ['330305000000'], 0), 'PLACES.REGION_LEVEL');
    await bureau.refused('PUT', '/coverage/list', sign(2027, [], 0), 'CORE.INVALID');
    await bureau.refused('PUT', '/coverage/list', sign(2031, one, 0), 'CORE.INVALID');
    expect(await listOf(2027)).toMatchObject({ state: 'trial', version: 0 });
  });

  it('of two who sign at once one is told that it has changed', async () => {
    const codes = (await listOf(2027)).regions.slice(0, 5).map(({ code }) => code);
    const ends = await Promise.all(
      ['洞教〔2026〕22号', '洞教〔2026〕23号'].map((documentNumber) =>
        bureau.send('PUT', '/coverage/list', sign(2027, codes, 0, { documentNumber })),
      ),
    );
    expect(ends.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('shows how many elderly people live there, once that is entered', async () => {
    const [first] = (await listOf(2026)).regions;
    const count = { aged60Plus: 3210, countedOn: '2025-12-31', source: '区公安分局' };
    const put = await bureau.send('PUT', `/regions/${first!.code}/elderly-population`, { body: count });
    expect(put.status).toBe(200);
    const [now] = (await listOf(2026)).regions;
    expect(now).toMatchObject({ code: first!.code, residentsOfAge: 3210, countedOn: '2025-12-31' });
  });
});
