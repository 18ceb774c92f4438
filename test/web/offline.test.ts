import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { DataSource } from 'typeorm';
import { rows } from '#core';
import { openBrowser, type Size, Visitor } from '../support/browser.js';
import { District, PASSWORD } from '../support/district.js';
import type { Person } from '../support/person.js';
import { seedClass, seedResidents } from '../support/seed.js';

/*
 * The roll is called on an island without a network, on two devices; both come back, and nothing is lost or doubled.
 */

const BEGINS = '2026-09-08T14:00:00+08:00';
const NOW = '2026-09-08T14:02:00+08:00';
const LATER = '2026-09-08T14:10:00+08:00';
const DAYS_LATER = '2026-09-11T09:00:00+08:00';

let district: District;
let browser: Browser;
let registrar: Person;
let sessionId: string;
let rollCall: string;
let names: string[];
let codes: string[];

beforeAll(async () => {
  district = await District.open(BEGINS);
  const source = await new DataSource({ type: 'postgres', url: district.database.url }).initialize();
  const at = new Date(BEGINS);
  const { classId, organisationId, termId } = await seedClass(source, at, { seats: 9, inDays: 0 });
  const residents = (await seedResidents(source, at, 3)).map(({ residentId }) => residentId);
  await rows(
    source,
    `insert into enrollments (id, class_id, resident_id, term_id, programme_kind, state, queued_at, source, decided_at, created_at)
     select id, $2, resident_id, $3, 'skills', 'enrolled', $4, 'self', $4, $4 from unnest($1::uuid[], $5::uuid[]) as n (id, resident_id)`,
    [residents.map(() => randomUUID()), classId, termId, at, residents],
  );
  await rows(source, `update class_availability set taken = 3`);
  await source.destroy();
  const admin = await district.staff('admin');
  await admin.post('/staff', {
    username: 'registrar',
    name: '陈老师',
    password: PASSWORD,
    roles: [{ role: 'registrar', organisationId }],
  });
  registrar = await district.staff('registrar');
  sessionId = (await registrar.get(`/classes/${classId}`)).sessions[0].id;
  rollCall = `/school/classes/${classId}/sessions/${sessionId}/roll-call`;
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

/** A device on which the roll was opened while there was a network, and which is ready to go without. */
async function readyDevice(size: Size, at: string) {
  const visitor = await Visitor.arrive(browser, district.api.address, size, at, [], { worksOffline: true });
  const { page } = visitor;
  await visitor.carryToken(registrar.token!);
  await page.goto(rollCall);
  await page.getByText('名单已存在本机，没有网络也能点名').waitFor();
  await page.waitForFunction('navigator.serviceWorker.controller !== null');
  return { visitor, page };
}

const roster = async () => (await registrar.get(`/sessions/${sessionId}/roster`)).items as any[];
const marked = async () =>
  Object.fromEntries((await roster()).map((one) => [one.name, one.attendance?.status ?? null]));
const name = (page: Page, who: string) => page.locator('button.name', { hasText: who });

/** What the store of the device holds, as somebody who copied it would see it. */
const storeOf = (page: Page): Promise<{ extractable: boolean[]; sealed: string[] }> =>
  page.evaluate(`(async () => {
    const done = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const database = await done(indexedDB.open('huixue-school'));
    const all = (store) => done(database.transaction(store).objectStore(store).getAll());
    const [keys, sealed] = [await all('keys'), await all('sealed')];
    return {
      extractable: keys.map(({ extractable }) => extractable),
      sealed: sealed.map((one) => new TextDecoder().decode(one.sealed)),
    };
  })()`);

describe('the roll without a network', () => {
  it('is called on two devices, also after the page was opened anew, and comes together when they are back', async () => {
    const phone = await readyDevice('phone', NOW);
    const desk = await readyDevice('desk', LATER);
    await phone.visitor.setOffline(true);
    await desk.visitor.setOffline(true);

    await name(phone.page, names[1]!).click();
    await phone.page.getByRole('button', { name: '缺 1 人，其余 2 人到课' }).click();
    await phone.page.getByText('已保存在本机，有网络时会自动上传').first().waitFor();
    // Nothing gets through, from the page's worker neither.
    const [worker] = phone.page.context().serviceWorkers();
    expect(await worker!.evaluate(() => fetch('/healthz').then((answer) => answer.status, String))).toMatch(
      /TypeError/,
    );
    await phone.page.reload();
    await phone.page.getByText('现在没有网络，或平台没有回应。').waitFor();
    await phone.page.getByText('3 条未上传').first().waitFor();
    await name(phone.page, names[1]!).getByText('缺课').waitFor();
    expect(await marked()).toEqual(Object.fromEntries(names.map((one) => [one, null])));

    // At the other door the one who came late holds the card before the other device.
    await desk.page.getByRole('link', { name: '扫码签到' }).click();
    await desk.page.getByLabel('输入卡片上的码号').fill(codes[1]!);
    await desk.page.getByRole('button', { name: '签到', exact: true }).click();
    await desk.page.getByText('1 条未上传').first().waitFor();

    await district.setClock(LATER);
    await Promise.all([desk.visitor.setOffline(false), phone.visitor.setOffline(false)]);
    await phone.page.getByText('已全部上传').waitFor();
    await desk.page.getByText('已全部上传').waitFor();
    expect(await marked()).toEqual(Object.fromEntries(names.map((one) => [one, 'present'])));
    // The card says when it was held there, and not when the mark arrived.
    const late = (await roster()).find((one) => one.name === names[1]);
    expect(Date.parse(late.attendance.arrivedAt)).toBe(Date.parse(LATER));
    await phone.visitor.leave();
    await desk.visitor.leave();
  }, 120_000);

  it('keeps names sealed on the device, and drops them when the session is long over', async () => {
    const { visitor, page } = await readyDevice('phone', LATER);
    const store = await storeOf(page);
    expect(store.extractable).toEqual([false]);
    expect(store.sealed).toHaveLength(2);
    expect(store.sealed.join()).not.toContain(names[0]);

    await visitor.setOffline(true);
    await visitor.setClock(DAYS_LATER);
    await page.reload();
    await page.getByText('没有网络').first().waitFor();
    await page.getByRole('button', { name: '再试一次' }).first().waitFor();
    expect(await page.getByText(names[0]!).count()).toBe(0);
    expect((await storeOf(page)).sealed).toEqual([]);
    await visitor.leave();
  }, 60_000);

  it('keeps the files of earlier versions for pages that were opened with them, and not for ever', async () => {
    const visitor = await Visitor.arrive(browser, district.api.address, 'phone', LATER, [], { worksOffline: true });
    const { page } = visitor;
    await page.goto('/school/sign-in');
    await page.waitForFunction('navigator.serviceWorker.controller !== null');
    // As if three versions had come before the one that takes over now.
    const kept = await page.evaluate(`(async () => {
      for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
      for (const name of await caches.keys()) await caches.delete(name);
      for (const version of ['1', '2', '3']) {
        const cache = await caches.open('huixue-school-' + version);
        await cache.put('/assets/of-' + version + '.js', new Response(version));
      }
      return caches.keys();
    })()`);
    expect(kept).toHaveLength(3);
    await page.reload();
    await page.waitForFunction(
      `caches.keys().then((names) => names.length === 3 && !names.includes('huixue-school-1'))`,
    );
    await page.waitForFunction('navigator.serviceWorker.controller !== null');
    await visitor.setOffline(true);
    const file = (version: string) =>
      page.evaluate(`fetch('/assets/of-${version}.js').then((answer) => answer.text(), () => 'none')`);
    expect([await file('1'), await file('2'), await file('3')]).toEqual(['none', '2', '3']);
    await visitor.leave();
  }, 60_000);

  it('drops the names at once when the teacher signs out', async () => {
    const { visitor, page } = await readyDevice('phone', LATER);
    await page.getByRole('button', { name: '退出' }).click();
    await page.waitForURL(/sign-in/);
    expect(await storeOf(page)).toEqual({ extractable: [], sealed: [] });
    await visitor.leave();
  }, 60_000);
});
