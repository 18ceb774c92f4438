import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { barriers } from '../support/accessibility.js';
import { openBrowser, type Size, Visitor } from '../support/browser.js';
import type { Person } from '../support/person.js';
import { apply, type OtherSchool, TestSchool } from '../support/school.js';

/*
 * A class that is too small is to go into one of another school: its school asks, the other objects, the bureau reads it
 * and decides. Times are Asia/Shanghai.
 */

const NOW = '2026-09-02T09:30:00+08:00';
const troubles: string[] = [];
let school: TestSchool;
let other: OtherSchool;
let browser: Browser;

beforeAll(async () => {
  [school, browser] = await Promise.all([TestSchool.open(), openBrowser()]);
  other = await school.another('霓屿社区学校', 'niyu');
  const { id: courseId } = await school.course();
  const small = await school.publish('渔网编织一班', { courseId });
  await school.publish('渔网编织二班', { courseId, ...other.form }, other.principal);
  await school.district.setClock('2026-09-01T09:00:00+08:00');
  await apply(await school.resident('林阿海'), small.id);
  await school.district.setClock(NOW);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await school?.close();
}, 60_000);

async function pageOf(person: Person, size: Size = 'desk'): Promise<Page> {
  // Signs in again where a day has passed.
  await person.get('/me');
  const visitor = await Visitor.arrive(browser, school.district.api.address, size, NOW, troubles);
  await visitor.carryToken(person.token!);
  return visitor.page;
}

it('its school asks the other, and takes nobody anywhere', async () => {
  const page = await pageOf(school.principal);
  await page.goto('/school/classes');
  await page.getByRole('link', { name: '渔网编织一班', exact: true }).click();
  await page.getByRole('button', { name: '停开或并班' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: /并入 渔网编织二班/ }).check();
  await dialog.getByLabel('原因').fill('只有一个人报名');
  expect(await barriers(page)).toEqual([]);
  await dialog.getByRole('button', { name: '请霓屿社区学校答复能不能并入' }).click();
  await dialog.getByText('已请霓屿社区学校答复。').waitFor();
  await page.goto('/school/');
  await page.getByText('我们的“渔网编织一班”想并入霓屿社区学校的“渔网编织二班”').waitFor();
  await page.getByText(/等待答复。9月4日.*以后没有答复，教育局也可以办理。/).waitFor();
}, 60_000);

it('the other sees it on its first page, and objects with a reason', async () => {
  const page = await pageOf(other.principal, 'phone');
  await page.goto('/school/');
  const panel = page.getByRole('region', { name: '与别的学校并班' });
  await panel.getByText('北岙社区学校想把“渔网编织一班”并入我们的“渔网编织二班”').waitFor();
  expect(await barriers(page)).toEqual([]);
  await panel.getByRole('button', { name: '反对' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '反对' }).click();
  await dialog.getByText('请填写这一项').waitFor();
  await dialog.getByLabel('理由').fill('教室小，坐不下');
  await dialog.getByRole('button', { name: '反对' }).click();
  await panel.getByText('理由：教室小，坐不下').waitFor();
}, 60_000);

it('the bureau reads the answer, and merges all the same', async () => {
  const page = await pageOf(school.bureau);
  await page.goto('/bureau/mergers');
  const asked = page.getByRole('region', { name: '正在商议的并班' });
  await asked.getByText('霓屿社区学校反对：教室小，坐不下').waitFor();
  await asked.getByRole('button', { name: '查看并办理' }).click();
  await page.getByRole('heading', { name: '渔网编织一班' }).waitFor();
  await page.getByLabel('原因').fill('两班合上');
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('button', { name: '停开这个班，并入“渔网编织二班”' }).click();
  await page.getByText(/已并班/).waitFor();
  await asked.getByText('没有正在商议的并班。').waitFor();
  expect(troubles).toEqual([]);
}, 60_000);
