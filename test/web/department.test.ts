import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { barriers } from '../support/accessibility.js';
import { openBrowser, type Size, Visitor } from '../support/browser.js';
import { District, PASSWORD } from '../support/district.js';
import type { Person } from '../support/person.js';

/*
 * A department reports a figure: the administrator makes the account on the page of staff, its owner finds what there is
 * to report, and the bureau sees what waits for a review, accepts it, and has it on the wall chart.
 */

const NOW = '2026-09-02T09:30:00+08:00';
const USERNAME = 'tongji';
const INDICATOR = '儿童平均预期受教育年限';
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');

const troubles: string[] = [];
let district: District;
let browser: Browser;
let admin: Person;

beforeAll(async () => {
  [district, browser] = await Promise.all([District.open(NOW), openBrowser()]);
  admin = await district.staff('admin');
  const office = (kind: string, name: string) =>
    admin.post('/organisations', { kind, name, regionCode: '330305001000', phone: '0577-63480000' });
  await office('bureau', '洞头区教育局');
  await office('department', '洞头区民政局');
  await office('community_school', '北岙社区学校');
  const password = PASSWORD;
  await admin.post('/staff', { username: 'bureau', name: '周科长', password, roles: [{ role: 'bureau_officer' }] });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await district?.close();
}, 60_000);

async function at(size: Size, person: Person | null): Promise<{ page: Page; device: Visitor }> {
  const device = await Visitor.arrive(browser, district.api.address, size, NOW, troubles);
  if (person) await device.carryToken(person.token!);
  return { page: device.page, device };
}

describe('an officer of a department', () => {
  it('is made with the keyboard alone, and may be of a department or the bureau only', async () => {
    const { page, device } = await at('desk', admin);
    await page.goto('/bureau/staff');
    await page.getByRole('button', { name: '添加人员' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('姓名', { exact: true }).and(page.locator(':focus')).waitFor();
    await page.keyboard.type('陈统计');
    await page.keyboard.press('Tab');
    await page.keyboard.type(USERNAME);
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Tab');
    // The first of the roles.
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: '部门填报员' }).first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('填报本部门负责的指标，由区教育局审核').waitFor();
    const choices = page.locator('.el-select-dropdown:visible');
    await choices.waitFor({ state: 'hidden' });
    await page.keyboard.press('Tab');
    await page.getByRole('combobox', { name: '所属部门' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    const offered = choices.getByRole('option');
    await offered.first().waitFor();
    expect((await offered.allTextContents()).sort()).toEqual(['洞头区教育局', '洞头区民政局'].sort());
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: '所属部门' }).press('Enter');
    await offered.filter({ hasText: '洞头区教育局' }).click();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: '添加', exact: true }).press('Enter');
    const row = page.getByRole('row', { name: /陈统计/ });
    await row.getByText('部门填报员 · 洞头区教育局').waitFor();
    await device.leave();
  }, 60_000);

  it('comes to the figures when signing in, and reports one with its paper', async () => {
    const { page, device } = await at('phone', null);
    await page.goto('/school/sign-in');
    await device.signIn(USERNAME, PASSWORD);
    await page.waitForURL('**/bureau/figures');
    await page.getByText('没有等待审核的填报数').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('region', { name: '由您填报的指标' }).getByRole('link', { name: INDICATOR }).click();
    await page.getByRole('button', { name: '填报一个数' }).click();
    await page.getByLabel('截至日期').fill('2026-08-31');
    await page.getByLabel('数值', { exact: true }).fill('15.4');
    await page.getByLabel(/^依据/).fill('教育事业统计季报');
    await page.getByRole('button', { name: '提交', exact: true }).click();
    const row = page.getByRole('row', { name: /2026-08-31/ });
    await row.getByText('待审核').waitFor();
    const paper = { name: 'report.pdf', mimeType: 'application/pdf', buffer: PDF };
    await row.locator('input[type=file]').setInputFiles(paper);
    await row.getByRole('link', { name: '查看扫描件' }).waitFor();
    expect(await page.getByRole('button', { name: '退回' }).count()).toBe(0);
    await device.leave();
  }, 60_000);

  it('is answered by the bureau, which finds what waits', async () => {
    const { page, device } = await at('desk', await district.staff('bureau'));
    await page.goto('/bureau/figures');
    const waiting = page.getByRole('region', { name: '等待审核' });
    await waiting.getByText('陈统计').waitFor();
    expect(await barriers(page)).toEqual([]);
    await waiting.getByRole('link', { name: INDICATOR }).click();
    const row = page.getByRole('row', { name: /2026-08-31/ });
    await row.getByRole('button', { name: '审核通过' }).click();
    await row.getByText('已审核').waitFor();
    await page.goto('/bureau/figures');
    await page.getByText('没有等待审核的填报数').waitFor();
    await page
      .getByRole('row', { name: new RegExp(INDICATOR) })
      .getByText('15.4 年')
      .waitFor();
    await device.leave();
  }, 60_000);

  it('who has left signs in no more', async () => {
    const { page, device } = await at('phone', admin);
    await page.goto('/bureau/staff?role=department_officer');
    await page.getByRole('link', { name: '陈统计' }).click();
    await page.getByRole('button', { name: '设为离岗' }).click();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: '确定离岗' }).click();
    await page.getByText('已离岗').first().waitFor();
    const answer = await district.visitor().send('POST', '/sign-in/password', {
      body: { username: USERNAME, password: PASSWORD },
    });
    expect(answer.status).toBe(401);
    await device.leave();
  }, 60_000);
});

it('nothing went wrong behind the pages', () => {
  expect(troubles).toEqual([]);
});
