import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { PACKAGE_ROOT } from '#core';
import { openBrowser, type Size, SIZES, Visitor } from '../support/browser.js';
import { DemoDistrict, type DemoIds, type DemoRole } from '../support/demo-district.js';
import { AREAS, type PageOfArea, PAGES } from '../support/pages.js';

/*
 * Pictures of every page on a telephone and on a desk, with the data of the demo at ten in the morning, into
 * build/screens: to be looked at by people. README shows four of them, which are kept in docs/images.
 */

const FOLDER = join(PACKAGE_ROOT, 'build', 'screens');
/** What README shows, on what, and how wide a desk is in it. */
const README_DESK = { width: 1200, height: 750 };
const README: Partial<Record<string, { name: string; size: Size }>> = {
  'resident-home': { name: 'home', size: 'phone' },
  'resident-class': { name: 'class', size: 'phone' },
  'school-roll-call': { name: 'roll-call', size: 'desk' },
  'bureau-wall-chart': { name: 'wall-chart', size: 'desk' },
};

let demo: DemoDistrict;
let ids: DemoIds;
let browser: Browser;
let visitor: Visitor | undefined;
let here: { as: DemoRole | null; size: Size } | undefined;

beforeAll(async () => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(join(FOLDER, 'readme'), { recursive: true });
  [demo, browser] = await Promise.all([DemoDistrict.open(), openBrowser()]);
  ids = await demo.ids();
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await demo?.close();
}, 60_000);

/** Somebody at a device; the same as before where nothing changes, so that what was loaded need not be loaded again. */
async function arrive(as: DemoRole | null, size: Size): Promise<Visitor> {
  if (visitor && here?.as === as && here.size === size) return visitor;
  await visitor?.leave();
  visitor = await Visitor.arrive(browser, demo.address, size, demo.now);
  await visitor.lendChineseFont();
  if (as) await visitor.carryToken((await demo.somebody(as)).token!);
  here = { as, size };
  return visitor;
}

/** README shows these as large as they fit, and the roll call as it is being taken. */
async function keepForReadme(title: string, size: Size): Promise<void> {
  const wanted = README[title];
  if (wanted?.size !== size) return;
  const { page } = visitor!;
  if (size === 'desk') await page.setViewportSize(README_DESK);
  if (wanted.name === 'roll-call') for (const row of [1, 6]) await page.locator('.names .name').nth(row).click();
  await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ path: join(FOLDER, 'readme', `${wanted.name}.png`) });
  await page.setViewportSize(SIZES[size]);
}

/** Takes the picture of a page once it stands still. */
async function shoot({ area, name, as, at }: PageOfArea, size: Size): Promise<void> {
  const { page } = await arrive(as, size);
  await page.goto(at(ids), { waitUntil: 'networkidle' });
  await page.evaluate('document.fonts.ready.then(() => undefined)');
  const title = `${area}-${name}`;
  await keepForReadme(title, size);
  // All of the page at once; what is fixed to the end of the screen then stands at the end of the page.
  const { width, height } = SIZES[size];
  const whole = await page.evaluate<number>('document.documentElement.scrollHeight');
  await page.setViewportSize({ width, height: Math.max(height, whole) });
  await page.screenshot({ path: join(FOLDER, `${title}.${size}.png`) });
  await page.setViewportSize({ width, height });
  expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
}

describe.each(AREAS)('%s', (area) => {
  describe.each(Object.keys(SIZES) as Size[])('on a %s', (size) => {
    it.each(PAGES.filter((page) => page.area === area))('$name', (page) => shoot(page, size));
  });
});
