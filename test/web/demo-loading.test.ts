import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { DataSource } from 'typeorm';
import { newId, rows } from '#core';
import { barriers } from '../support/accessibility.js';
import { openBrowser, type Size, Visitor } from '../support/browser.js';
import { District } from '../support/district.js';
import { seedClass } from '../support/seed.js';

const NOW = '2026-09-01T10:00:00+08:00';
const NOTICE = /演示街区正在布置/;

let district: District;
let browser: Browser;
let source: DataSource;

beforeAll(async () => {
  [district, browser] = await Promise.all([District.open(NOW), openBrowser()]);
  source = await new DataSource({ type: 'postgres', url: district.database.url }).initialize();
}, 120_000);

afterAll(async () => {
  await source?.destroy();
  await browser?.close();
  await district?.close();
}, 60_000);

/** As the loader writes it. */
const mark = async (progress: number, loadedAt: Date | null) => {
  await rows(
    source,
    `insert into demo_loads (day, seed, begun_at, progress, loaded_at) values ('2026-09-01', 1, $1, $2, $3)
     on conflict (id) do update set progress = excluded.progress, loaded_at = excluded.loaded_at`,
    [new Date(NOW), progress, loadedAt],
  );
  await rows(source, `notify demo_changed`);
};

it.each([
  ['/', 'phone'],
  ['/sign-in', 'phone'],
  ['/school/sign-in', 'desk'],
  ['/bureau/sign-in', 'desk'],
] as [string, Size][])(
  '%s says that the demo is being loaded and how far it is, and shows it when it is there',
  async (path, size) => {
    await mark(37, null);
    const troubles: string[] = [];
    const { page } = await Visitor.arrive(browser, district.api.address, size, NOW, troubles);
    await page.goto(path);
    const notice = page.getByText(NOTICE);
    await notice.waitFor();
    expect(await page.getByRole('progressbar').getAttribute('value')).toBe('37');
    expect(await barriers(page)).toEqual([]);
    await mark(80, null);
    await page.locator('progress[value="80"]').waitFor();

    const name = `潮汐观察 ${newId()}`;
    const { classId } = await seedClass(source, new Date(NOW), { seats: 3, inDays: 1 });
    await rows(source, `update course_classes set name = $1 where id = $2`, [name, classId]);
    await mark(100, new Date(NOW));
    await notice.waitFor({ state: 'detached' });
    await page
      .getByText(path === '/' ? name : '演示账号')
      .first()
      .waitFor();
    expect(troubles).toEqual([]);
  },
);

it('whoever tries to sign in meanwhile is told to wait, and then gets in', async () => {
  await mark(50, null);
  const { page } = await Visitor.arrive(browser, district.api.address, 'desk', NOW);
  await page.goto('/bureau/sign-in');
  await page.getByText(NOTICE).waitFor();
  await page.getByLabel('用户名').fill('admin');
  await page.getByLabel('密码', { exact: true }).fill('sea-breeze-2026');
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByRole('alert').getByText('演示街区还在布置中').waitFor();
  await mark(100, new Date(NOW));
  await page.getByText(NOTICE).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: '登录' }).click();
  await page.waitForURL(/\/bureau(?!\/sign-in)/);
});
