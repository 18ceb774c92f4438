import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { cardNumber, District, PASSWORD } from '../support/district.js';
import type { Person } from '../support/person.js';
import { waitFor } from '../support/wait-for.js';

/*
 * A department sends the list of its trainings; the bureau uploads it, sees what it would bring, confirms it, opens a
 * number down to its row, and takes it back. Times are Asia/Shanghai.
 */

let district: District;
let officer: Person;
let departmentId: string;

beforeAll(async () => {
  district = await District.open('2026-04-08T09:00:00+08:00');
  const admin = await district.staff('admin');
  await admin.post('/staff', {
    username: 'officer',
    name: '李科',
    password: PASSWORD,
    roles: [{ role: 'bureau_officer', organisationId: null }],
  });
  officer = await district.staff('officer');
  const region = (await officer.get('/regions?level=district')).items[0].code;
  const body = { kind: 'department', name: '区人力社保局', regionCode: region };
  departmentId = (await officer.post('/organisations', body)).id;
}, 120_000);

afterAll(() => district?.close(), 60_000);

/** Waits until the worker has done what is to be done. */
const until = (id: string, state: string) =>
  waitFor(`the import to be ${state}`, async () => {
    const found = await officer.get(`/imports/${id}`);
    return found.state === state && found;
  });

/** A list of GBK, as Excel saves it in China: 姓名,身份证号,工种,班次,开始日期,结束日期,课时 and one row. */
const gbk = (card: string) =>
  Buffer.concat([
    Buffer.from(
      'd0d5c3fb2cc9edb7ddd6a4bac52cb9a4d6d62cb0e0b4ce2cbfaacabcc8d5c6da2cbde1caf8c8d5c6da2cbfcecab10d0a',
      'hex',
    ),
    Buffer.from('cdf5baa3', 'hex'), // 王海
    Buffer.from(`,${card},`),
    Buffer.from('b2e8d2d5', 'hex'), // 茶艺
    Buffer.from(',1,2026/3/2,2026/3/6,40\r\n'),
  ]);

it('a list is uploaded, looked at, confirmed, opened from the ledger, and taken back', async () => {
  const begun = await officer.post('/imports', {
    kind: 'training',
    departmentId,
    documentNumber: '洞人社〔2026〕7号',
    fileName: '名单.csv',
  });
  expect(begun).toMatchObject({ state: 'waiting', departmentName: '区人力社保局' });
  await officer.upload(`/imports/${begun.id}/file`, gbk(cardNumber('1980-01-01', 7)));
  const ready = await until(begun.id, 'ready');
  expect(ready).toMatchObject({ encoding: 'gb18030', counts: { rows: 1, newPeople: 1, counting: 1, unusable: 0 } });
  const measure = '/ledger-entries?measure=social-training-annual&live=true';
  expect((await officer.get(measure)).items).toEqual([]);

  await officer.post(`/imports/${begun.id}/confirmation`, {}, { version: ready.version });
  const written = await until(begun.id, 'written');
  const [entry] = (await officer.get(measure)).items;
  expect(await officer.get(`/ledger-entries/${entry.id}`)).toMatchObject({
    className: '茶艺',
    countedOn: '2026-03-06',
    record: { row: 2, fileName: '名单.csv', departmentName: '区人力社保局', documentNumber: '洞人社〔2026〕7号' },
  });

  await officer.refused(
    'POST',
    `/imports/${begun.id}/undoing`,
    { version: 1, body: { reason: '重复报送' } },
    'CORE.STALE',
  );
  await officer.post(`/imports/${begun.id}/undoing`, { reason: '重复报送' }, { version: written.version });
  expect(await until(begun.id, 'undone')).toMatchObject({ undone: { name: '李科', reason: '重复报送' } });
  expect((await officer.get(measure)).items).toEqual([]);
});

it('templates open again as what they are; too large a file is refused', async () => {
  for (const kind of ['training', 'degree']) {
    for (const form of ['csv', 'xlsx']) {
      const response = await fetch(`${officer.address}/api/v1/imports/templates/${kind}/${form}`, {
        headers: { Authorization: `Bearer ${officer.token}` },
      });
      expect(response.headers.get('content-disposition')).toContain(`.${form}`);
      const file = Buffer.from(await response.arrayBuffer());
      const { id } = await officer.post('/imports', { kind, departmentId, fileName: `模板.${form}` });
      await officer.upload(`/imports/${id}/file`, file);
      expect(await until(id, 'ready')).toMatchObject({ rowCount: 1, encoding: form === 'csv' ? 'utf-8' : 'xlsx' });
    }
  }
  const { id } = await officer.post('/imports', { kind: 'degree', departmentId, fileName: '大.csv' });
  const large = Buffer.alloc(32 * 1024 * 1024 + 1, '姓名,');
  await officer.refused('PUT', `/imports/${id}/file`, { file: large }, 'FILES.TOO_LARGE');
});

it('a file of 2 GB is refused before it has come', async () => {
  const { id } = await officer.post('/imports', { kind: 'training', departmentId, fileName: '大.xlsx' });
  const { hostname, port } = new URL(officer.address);
  const status = await new Promise((resolve, reject) => {
    const sending = request({
      method: 'PUT',
      hostname,
      port,
      path: `/api/v1/imports/${id}/file`,
      headers: {
        Authorization: `Bearer ${officer.token}`,
        'Content-Type': 'application/octet-stream',
        'Content-Length': 2 * 1024 ** 3,
      },
    });
    // Nothing behind the first kilobyte is ever sent.
    sending.once('response', (response) => {
      resolve(response.statusCode);
      sending.destroy();
    });
    sending.once('error', reject);
    sending.write(Buffer.alloc(1024, '姓名,'));
  });
  expect(status).toBe(413);
  expect(await officer.get(`/imports/${id}`)).toMatchObject({ state: 'waiting', fileBytes: null });
});

it('a list takes the place of the total that the department sealed, and gives it back when it is undone', async () => {
  const onChart = async () =>
    (await officer.get('/wall-chart')).indicators.find((one: { code: string }) => one.code === 'social-training-annual')
      .years[3];
  const total = { department: '区人力社保局', period: '2026-03', value: 40, documentNumber: '洞人社〔2026〕9号' };
  const sealed = await officer.post('/sealed-totals', { ...total, sealedOn: '2026-04-07' });
  expect(await onChart()).toMatchObject({ year: 2026, value: 40, sealed: 40 });
  const { id } = await officer.post('/imports', { kind: 'training', departmentId, fileName: '三月.csv' });
  await officer.upload(`/imports/${id}/file`, gbk(cardNumber('1981-01-01', 8)));
  const ready = await until(id, 'ready');
  expect(ready.replaces).toMatchObject([
    { id: sealed.id, kind: 'sealed', period: '2026-03', ofName: '区人力社保局', value: 40, names: 1, state: null },
  ]);
  const path = `/imports/${id}/confirmation`;
  const { version } = ready;
  await officer.refused('POST', path, { version, body: {} }, 'PARTICIPATION.IMPORT_COUNTED_BESIDE');
  await officer.post(path, { replaces: [sealed.id] }, { version });
  const written = await until(id, 'written');
  expect(written.replaces).toMatchObject([{ value: 40, names: 1, state: 'done' }]);
  expect(await onChart()).toMatchObject({ value: 1, sealed: 0 });
  expect((await officer.get('/sealed-totals?state=replaced')).items).toMatchObject([
    { id: sealed.id, ended: { name: '李科', list: '三月.csv' } },
  ]);
  await officer.post(`/imports/${id}/undoing`, { reason: '名单有误' }, { version: written.version });
  expect(await until(id, 'undone')).toMatchObject({ replaces: [{ state: 'returned' }] });
  expect(await onChart()).toMatchObject({ value: 40, sealed: 40 });
});
