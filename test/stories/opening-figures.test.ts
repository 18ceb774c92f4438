import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { District, PASSWORD } from '../support/district.js';
import type { Person } from '../support/person.js';

/*
 * A district that reported for years before it had the platform: its figures are entered from the papers, signed by three
 * people, stand on the wall chart as a band of their own, and give way to names when they come. Times are Asia/Shanghai.
 */

let district: District;
let zhang: Person;
let li: Person;
let chen: Person;

beforeAll(async () => {
  district = await District.open('2026-03-02T09:00:00+08:00');
  const admin = await district.staff('admin');
  const officer = async (username: string, name: string) => {
    await admin.post('/staff', { username, name, password: PASSWORD, roles: [{ role: 'bureau_officer' }] });
    return district.staff(username);
  };
  [zhang, li, chen] = [await officer('zhang-wei', '张'), await officer('li-na', '李'), await officer('chen-jun', '陈')];
}, 120_000);

afterAll(() => district?.close(), 60_000);

const onChart = async (code: string) =>
  (await zhang.get('/wall-chart')).indicators.find((one: { code: string }) => one.code === code);
const FIGURE = {
  measure: 'vocational-training',
  year: 2024,
  department: '区教育局职成教科',
  value: 1380,
  documentNumber: '洞教职成〔2025〕4号',
};
let id: string;

it('nothing can be entered before somebody has said where the ledger begins', async () => {
  expect(await onChart('vocational-training')).toMatchObject({ actual: 0, opening: 0 });
  await zhang.refused('POST', '/opening-figures', { body: FIGURE }, 'PARTICIPATION.CUT_OVER_UNSET');
  const settings = await zhang.get('/counting-settings');
  expect(settings).toMatchObject({ cutOverOn: null, version: 1 });
  const body = { cutOverOn: '2026-03-01', documentNumber: '洞教〔2026〕2号' };
  const set = await zhang.send('PUT', '/counting-settings', { body, version: 1 });
  expect(set.body).toMatchObject({ ...body, set: { name: '张' } });
});

it('the figure of a paper counts once three people have signed it, as a band of its own', async () => {
  ({ id } = await zhang.post('/opening-figures', FIGURE));
  await zhang.refused('POST', `/opening-figures/${id}/review`, { version: 1 }, 'PARTICIPATION.OPENING_SAME_PERSON');
  await li.refused('POST', `/opening-figures/${id}/review`, { version: 1 }, 'PARTICIPATION.OPENING_SCAN_MISSING');
  const scan = { file: Buffer.from('%PDF-1.4 洞教职成〔2025〕4号'), type: 'application/pdf', version: 1 };
  expect((await zhang.send('PUT', `/opening-figures/${id}/scan`, scan)).body).toMatchObject({ version: 2 });
  expect((await li.send('GET', `/opening-figures/${id}/scan`)).headers.get('content-type')).toBe('application/pdf');
  await li.post(`/opening-figures/${id}/review`, {}, { version: 2 });
  expect(await onChart('vocational-training')).toMatchObject({ actual: 0 });
  await li.refused('POST', `/opening-figures/${id}/signature`, { version: 3 }, 'PARTICIPATION.OPENING_SAME_PERSON');
  await chen.post(`/opening-figures/${id}/signature`, {}, { version: 3 });

  const chart = await onChart('vocational-training');
  expect(chart).toMatchObject({ actual: 1380, opening: 1380, confirmed: 0, provisional: 0, sealed: 0, noData: false });
  expect(chart.years[1]).toMatchObject({ year: 2024, value: 1380, opening: 1380 });
  // It opens to its paper, and to no entry of the ledger.
  const { items } = await zhang.get('/opening-figures?measure=vocational-training&state=signed');
  expect(items).toMatchObject([{ id, documentNumber: '洞教职成〔2025〕4号', signed: { name: '陈' } }]);
  expect((await zhang.get('/ledger-entries?measure=vocational-training')).items).toEqual([]);
});

it('a named list takes its place and is never added to it', async () => {
  const body = { list: '导入第 1 批', reason: '学校补交 2024 年名单' };
  const replaced = await chen.post(`/opening-figures/${id}/replacement`, body, { version: 4 });
  expect(replaced).toMatchObject({ state: 'replaced', value: 1380, ended: { name: '陈', list: '导入第 1 批' } });
  expect(await onChart('vocational-training')).toMatchObject({ actual: 0, opening: 0 });
  await zhang.refused('POST', '/opening-figures', { body: FIGURE }, 'PARTICIPATION.OPENING_LISTED');
  // Who looks later sees what was reported, and what became of it.
  const trail = await zhang.get(`/audit-entries?targetId=${id}`);
  expect(trail.items.map(({ action }: { action: string }) => action).sort()).toEqual([
    'opening_figure.drafted',
    'opening_figure.replaced',
    'opening_figure.reviewed',
    'opening_figure.scanned',
    'opening_figure.signed',
  ]);
});

it('a total that a department sealed counts in one indicator, not looked at for doubles, until names come', async () => {
  const total = { department: '区农业农村局', period: '2026-02', value: 120, documentNumber: '洞农〔2026〕6号' };
  const { id: sealed } = await zhang.post('/sealed-totals', { ...total, sealedOn: '2026-03-01' });
  expect(await onChart('social-training-annual')).toMatchObject({ sealed: 120, opening: 0 });
  expect(await onChart('vocational-training')).toMatchObject({ sealed: 0 });
  await zhang.refused(
    'POST',
    '/sealed-totals',
    { body: { ...total, period: '2026', sealedOn: '2026-03-01' } },
    'PARTICIPATION.SEALED_STANDS',
  );
  const body = { list: '导入第 2 批', reason: '收到名单' };
  await zhang.post(`/sealed-totals/${sealed}/replacement`, body, { version: 1 });
  expect(await onChart('social-training-annual')).toMatchObject({ sealed: 0 });
});
