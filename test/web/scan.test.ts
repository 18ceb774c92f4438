import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { DataSource } from 'typeorm';
import { rows } from '#core';
import { openBrowser, Visitor } from '../support/browser.js';
import { cameraScript } from '../support/camera.js';
import { District, PASSWORD } from '../support/district.js';
import type { Person } from '../support/person.js';
import { seedClass, seedResidents } from '../support/seed.js';

/*
 * A resident holds the card with the personal code before the camera of the teacher's telephone, and is checked in.
 */

const NOW = '2026-09-08T14:02:00+08:00';
const BEGINS = '2026-09-08T14:00:00+08:00';
/** Which of our own files reads codes where the browser cannot. */
const OUR_READER = /\/assets\/decode-[\w-]+\.js/;

let district: District;
let browser: Browser;
let registrar: Person;
let sessionId: string;
let address: string;
let names: string[];
let codes: string[];

beforeAll(async () => {
  district = await District.open(BEGINS);
  const source = await new DataSource({ type: 'postgres', url: district.database.url }).initialize();
  const at = new Date(BEGINS);
  const { classId, organisationId, termId } = await seedClass(source, at, { seats: 9, inDays: 0 });
  const residents = (await seedResidents(source, at, 2)).map(({ residentId }) => residentId);
  await rows(
    source,
    `insert into enrollments (id, class_id, resident_id, term_id, programme_kind, state, queued_at, source, decided_at, created_at)
     select id, $2, resident_id, $3, 'skills', 'enrolled', $4, 'self', $4, $4 from unnest($1::uuid[], $5::uuid[]) as n (id, resident_id)`,
    [residents.map(() => randomUUID()), classId, termId, at, residents],
  );
  await rows(source, `update class_availability set taken = 2`);
  await source.destroy();
  const admin = await district.staff('admin');
  const roles = [{ role: 'registrar', organisationId }];
  await admin.post('/staff', { username: 'registrar', name: '陈老师', password: PASSWORD, roles });
  registrar = await district.staff('registrar');
  sessionId = (await registrar.get(`/classes/${classId}`)).sessions[0].id;
  address = `/school/classes/${classId}/sessions/${sessionId}/scan`;
  names = await Promise.all(residents.map(async (id) => (await registrar.get(`/residents/${id}`)).name as string));
  codes = await Promise.all(
    residents.map(async (id) => (await registrar.post(`/residents/${id}/personal-code`)).code as string),
  );
  browser = await openBrowser();
  await district.setClock(NOW);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await district?.close();
}, 60_000);

/** The teacher's telephone on the page where codes are scanned; what it loads is told. */
async function atTheScan({ withCamera = true, before }: { withCamera?: boolean; before?: string } = {}) {
  const visitor = await Visitor.arrive(browser, district.api.address, 'phone', NOW);
  const { page } = visitor;
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(request.url()));
  await page.addInitScript(cameraScript(withCamera ? codes[0]! : null));
  if (before) await page.addInitScript(before);
  await visitor.carryToken(registrar.token!);
  await page.goto(address);
  return { visitor, page, loaded };
}

const roster = async () => (await registrar.get(`/sessions/${sessionId}/roster`)).items as any[];
const count = (page: Page, present: number) => page.getByText(`已到 ${present} / 2 人`).waitFor();

describe('a card before the camera', () => {
  it('checks its owner in, read by the page itself where the browser reads no codes', async () => {
    const { visitor, page, loaded } = await atTheScan();
    await page.getByText(`✓ ${names[0]}`).waitFor();
    await page.getByText('签到成功').waitFor();
    await count(page, 1);
    expect(loaded.some((url) => OUR_READER.test(url))).toBe(true);
    expect((await roster()).map(({ name, attendance }) => [name, attendance?.status])).toEqual(
      expect.arrayContaining([
        [names[0], 'present'],
        [names[1], undefined],
      ]),
    );
    await visitor.leave();
  });

  it('is not scanned twice: its owner is here already', async () => {
    const { visitor, page } = await atTheScan();
    await page.getByText('已经签过到了').waitFor();
    await count(page, 1);
    await visitor.leave();
  });

  it('is read by the browser where it can, which then loads no reader of ours', async () => {
    // This browser reads none on this system, so what others have is put into its place: it tells the other card.
    const native = `globalThis.BarcodeDetector = class {
      static getSupportedFormats() { return Promise.resolve(['ean_13', 'qr_code']); }
      detect(video) { return Promise.resolve(video.videoWidth > 0 ? [{ rawValue: ${JSON.stringify(codes[1])} }] : []); }
    };`;
    const { visitor, page, loaded } = await atTheScan({ before: native });
    await page.getByText(`✓ ${names[1]}`).waitFor();
    await count(page, 2);
    expect(loaded.filter((url) => OUR_READER.test(url))).toEqual([]);
    await visitor.leave();
  });

  it('is read by the page where the browser reads other codes only', async () => {
    const native = `globalThis.BarcodeDetector = class {
      static getSupportedFormats() { return Promise.resolve(['ean_13']); }
      detect() { return Promise.reject(new Error('reads no such codes')); }
    };`;
    const { visitor, page } = await atTheScan({ before: native });
    await page.getByText(`✓ ${names[0]}`).waitFor();
    await visitor.leave();
  });
});

describe('without a camera', () => {
  it('the page says what to do, and takes the code by its letters', async () => {
    const { visitor, page } = await atTheScan({ withCamera: false });
    await page.getByText('没有使用摄像头的许可').waitFor();
    await page.getByLabel('输入卡片上的码号').fill('P-1234');
    await page.getByRole('button', { name: '签到', exact: true }).click();
    await page.getByText('这不是签到码').waitFor();
    await page.getByLabel('输入卡片上的码号').fill(codes[0]!.toLowerCase());
    await page.getByRole('button', { name: '签到', exact: true }).click();
    await page.getByText(`✓ ${names[0]}`).waitFor();
    await visitor.leave();
  });
});
