import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { DataSource } from 'typeorm';
import { rows } from '#core';
import { openBrowser, Visitor } from '../support/browser.js';
import { District } from '../support/district.js';
import { seedClass } from '../support/seed.js';

const NOW = '2026-09-01T10:00:00+08:00';
/** More stops than any page has before what is wanted. */
const STOPS = 80;

let district: District;
let browser: Browser;
let visitor: Visitor;

beforeAll(async () => {
  [district, browser] = await Promise.all([District.open(NOW), openBrowser()]);
  const source = await new DataSource({ type: 'postgres', url: district.database.url }).initialize();
  await seedClass(source, new Date(NOW), { seats: 3 });
  await rows(source, `update course_classes set name = $1, search_text = $1`, ['渔网编织秋季班']);
  await source.destroy();
  visitor = await Visitor.arrive(browser, district.api.address, 'phone', NOW);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await district?.close();
}, 60_000);

/** Tabs on until what has this role and name has the focus, and shows it; whoever cannot reach it cannot use it. */
async function tabTo(page: Page, role: 'link' | 'button' | 'textbox' | 'searchbox' | 'combobox', name: string) {
  const wanted = page.getByRole(role, { name, exact: true });
  await wanted.first().waitFor();
  const focused = wanted.and(page.locator(':focus'));
  for (let stop = 0; stop < STOPS; stop++) {
    if ((await focused.count()) > 0) {
      const outline = await focused.evaluate<string, never>('(element) => getComputedStyle(element).outlineStyle');
      expect({ name, outline }).not.toEqual({ name, outline: 'none' });
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`The keyboard does not reach the ${role} “${name}”.`);
}

describe('with the keyboard alone', () => {
  it('somebody finds a class, signs in, says who they are and enrolls', async () => {
    const { page } = visitor;
    const press = async (role: 'link' | 'button', name: string) => {
      await tabTo(page, role, name);
      await page.keyboard.press('Enter');
    };
    const type = async (role: 'textbox' | 'searchbox', name: string, words: string) => {
      await tabTo(page, role, name);
      await page.keyboard.type(words);
    };
    const choose = async (name: string, wanted: string) => {
      await tabTo(page, 'combobox', name);
      const chosen = page.locator(':focus').locator('option:checked');
      for (let stop = 0; stop < STOPS && (await chosen.textContent()) !== wanted; stop++) {
        await page.keyboard.press('ArrowDown');
      }
    };
    await page.goto('/');
    await type('searchbox', '课程、老师、地点、拼音都行', '渔网');
    await page.keyboard.press('Enter');
    await press('link', '渔网编织秋季班');

    await press('link', '登录后报名');
    const phone = district.newPhone();
    await type('textbox', '手机号', phone);
    await page.keyboard.press('Enter');
    const code = /\d{6}/.exec(await district.sms(phone, /\d{6}/))![0];
    await type('textbox', '短信里的 6 位数字', code);
    await page.keyboard.press('Enter');

    await type('textbox', '姓名', '林阿海');
    await type('textbox', '年', '1950');
    await type('textbox', '月', '5');
    await type('textbox', '日', '6');
    await choose('乡镇、街道', '北岙街道');
    await choose('村、社区', '小朴社区');
    await press('button', '保存');

    await press('button', '我要报名');
    await press('button', '确定报名');
    await page.getByText('报名成功').waitFor();
    // The answer itself has the focus, so that it is read out.
    expect(await page.locator(':focus').textContent()).toContain('报名成功');
  }, 60_000);
});
