import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { barriers } from '../support/accessibility.js';
import { openBrowser, Visitor } from '../support/browser.js';
import { District, PASSWORD } from '../support/district.js';

/* 覆盖名单 on its page: who is judged is ticked and signed by a paper, and how many elderly people live there is put down. */

const NOW = '2026-09-02T09:30:00+08:00';

const troubles: string[] = [];
let district: District;
let browser: Browser;
let page: Page;
let device: Visitor;

beforeAll(async () => {
  [district, browser] = await Promise.all([District.open(NOW), openBrowser()]);
  const admin = await district.staff('admin');
  const roles = [{ role: 'bureau_officer' }];
  await admin.post('/staff', { username: 'bureau', name: '周科长', password: PASSWORD, roles });
  device = await Visitor.arrive(browser, district.api.address, 'desk', NOW, troubles);
  await device.carryToken((await district.staff('bureau')).token!);
  page = device.page;
}, 120_000);

afterAll(async () => {
  await device?.leave();
  await browser?.close();
  await district?.close();
}, 60_000);

describe('the page of the coverage list', () => {
  it('is come to from coverage, and has the list signed without who is administered by others', async () => {
    await page.goto('/bureau/coverage');
    await page.getByRole('link', { name: /^按哪些乡镇/ }).click();
    await page.getByText('还没有签发名单').waitFor();
    await page.getByText('乡镇（街道）8 个，村（社区）94 个').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: '签发名单' }).click();
    await page.getByRole('checkbox', { name: /^计入昆鹏/ }).uncheck();
    await page.getByText('乡镇（街道）7 个，村（社区）94 个').waitFor();
    await page.getByLabel('文号').fill('洞教〔2026〕20号');
    await page.getByLabel('来源', { exact: true }).fill('区民政局名册');
    expect(await page.getByLabel(/^名单日期/).inputValue()).toBe('2025-12-31');
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: '签发', exact: true }).click();
    await page.getByText(/洞教〔2026〕20号，签发于/).waitFor();
    await page.getByRole('row', { name: /^昆鹏/ }).first().getByText('不计入').waitFor();
    await page.goto('/bureau/coverage');
    await page.getByText('0 / 7', { exact: true }).first().waitFor();
  }, 60_000);

  it('of a year that is over is shown, and signed no more', async () => {
    await page.goto('/bureau/coverage/list?year=2025');
    await page.getByText('还没有签发名单').waitFor();
    expect(await page.getByRole('button', { name: '签发名单' }).count()).toBe(0);
  });

  it('takes how many elderly people live somewhere', async () => {
    await page.goto('/bureau/coverage/list');
    const row = page.getByRole('row', { name: /^北岙/ }).first();
    await row.getByRole('button', { name: /^录入/ }).click();
    await row.getByLabel('60 岁以上居民').fill('12345');
    await row.getByLabel('统计日期').fill('2025-12-31');
    await row.getByLabel('来源').fill('区公安分局');
    await row.getByRole('button', { name: '保存' }).click();
    await row.getByText('12,345').waitFor();
  }, 60_000);

  it('leaves nothing wrong behind in the browser', () => {
    expect(troubles).toEqual([]);
  });
});
