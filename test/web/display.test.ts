import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, Visitor } from '../support/browser.js';
import { District } from '../support/district.js';

/*
 * How a resident has the pages drawn and read: larger, in black and white, aloud. A test machine has no voice, so what is
 * given to one is written down instead.
 */

const NOW = '2026-09-01T10:00:00+08:00';
const VOICE = `
  window.given = [];
  const voice = {
    speak: (speech) => window.given.push(speech),
    cancel: () => window.given.splice(0).forEach((speech) => speech.onerror?.(new Event('error'))),
  };
  Object.defineProperty(window, 'speechSynthesis', { value: voice });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
`;

let district: District;
let browser: Browser;
let device: Visitor;
let page: Page;

beforeAll(async () => {
  [district, browser] = await Promise.all([District.open(NOW), openBrowser()]);
  device = await Visitor.arrive(browser, district.api.address, 'phone', NOW);
  page = device.page;
  await page.addInitScript(VOICE);
  await page.goto('/');
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await district?.close();
}, 60_000);

const openSettings = () => page.getByRole('button', { name: '字号 · 语言' }).click();
const given = () =>
  page.evaluate<{ text: string; lang: string }[]>('window.given.map(({ text, lang }) => ({ text, lang }))');

it('draws the pages as large and strong as was chosen, also the next time', async () => {
  const drawn = () => page.evaluate<string>(`JSON.stringify({ ...document.documentElement.dataset })`);
  const size = () => page.evaluate<number>(`parseFloat(getComputedStyle(document.body).fontSize)`);
  const before = await size();
  await openSettings();
  await page.getByLabel('最大').check();
  await page.getByLabel('黑白分明').check();
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(JSON.parse(await drawn())).toMatchObject({ type: 'largest', contrast: 'high' });
  expect(await size()).toBeGreaterThan(before * 1.3);
});

it('reads the page that is open, line by line, until it is stopped or left', async () => {
  await openSettings();
  const title = (await page.getByRole('heading', { level: 1 }).textContent())!;
  await page.getByRole('button', { name: '读这一页给我听' }).click();
  expect(await given()).toContainEqual({ text: title, lang: 'zh-CN' });
  expect((await given()).length).toBeGreaterThan(5);
  await page.getByRole('button', { name: '停止朗读' }).click();
  expect(await given()).toEqual([]);

  await page.getByRole('button', { name: '读这一页给我听' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: '登录' }).click();
  await page.getByRole('heading', { level: 1, name: '登录' }).waitFor();
  expect(await given()).toEqual([]);
});

it('reads Chinese as Chinese in a page that is in English', async () => {
  await page.goto('/');
  await openSettings();
  await page.getByLabel('English').check();
  await page.getByRole('button', { name: 'Read this page to me' }).click();
  const lines = await given();
  expect(lines.length).toBeGreaterThan(5);
  for (const { text, lang } of lines) expect(lang).toBe(/\p{Script=Han}/u.test(text) ? 'zh-CN' : 'en-GB');
});
