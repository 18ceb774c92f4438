import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { barriers } from '../support/accessibility.js';
import { openBrowser, Visitor } from '../support/browser.js';
import { District, PASSWORD } from '../support/district.js';

/*
 * A district in which there is nothing but the first administrator: in the pages alone, it gets its bureau, a school with
 * its head, a term, a course, a venue, a teacher, and a published class in which the first resident has a seat. Times are
 * Asia/Shanghai.
 */

const NOW = '2026-08-20T09:00:00+08:00';
const OPENING = '2026-09-01T09:00:00+08:00';

const troubles: string[] = [];
let district: District;
let browser: Browser;
let device: Visitor;
let page: Page;

beforeAll(async () => {
  [district, browser] = await Promise.all([District.open(NOW), openBrowser()]);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await district?.close();
}, 60_000);

/** Somebody else sits down at the desk, and signs in where their work is. */
async function sitDown(username: string): Promise<void> {
  await device?.leave();
  device = await Visitor.arrive(browser, district.api.address, 'desk', NOW, troubles);
  page = device.page;
  page.on('dialog', (dialog) => dialog.accept());
  await page.goto('/bureau/sign-in');
  await device.signIn(username, PASSWORD);
}

/** Chooses in the form, which stands before the filters of the list. */
async function choose(label: string, option: string | RegExp): Promise<void> {
  const box = page.getByRole('combobox', { name: label, exact: true }).first();
  await box.focus();
  await box.press('Enter');
  await page.getByRole('option', { name: option, exact: true }).locator('visible=true').click();
}

const fill = (label: string, text: string) => page.getByLabel(label, { exact: true }).fill(text);
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const goTo = (place: string) => page.getByRole('navigation').getByRole('link', { name: place, exact: true }).click();
const isTold = (words: string | RegExp) => page.getByText(words).first().waitFor();

async function addStaff(name: string, username: string, role: string, school?: string): Promise<void> {
  await press('添加人员');
  await fill('姓名', name);
  await fill('用户名', username);
  await fill('初始密码', PASSWORD);
  await choose('角色', role);
  if (school) await choose('机构', school);
  await press('添加');
  await isTold(`已添加 ${name}`);
}

describe('the first administrator', () => {
  it('is shown the staff first, and registers a school', async () => {
    await sitDown('admin');
    await page.getByRole('heading', { level: 1, name: '工作人员' }).waitFor();
    await goTo('机构');
    await page.getByText('没有符合条件的机构').waitFor();
    await press('添加机构');
    await press('添加');
    // Each field says so when it has been looked at.
    await page.getByText('请填写这一项。').nth(2).waitFor();
    expect(await page.getByText('请填写这一项。').count()).toBe(3);
    await fill('名称', '北岙社区学校');
    await choose('类别', '社区学校');
    await choose('所在地', '北岙街道');
    await page.getByLabel('咨询电话').fill('0577-63480000');
    await press('添加');
    await isTold('已添加 北岙社区学校');
    await page.getByRole('row').filter({ hasText: '0577-63480000' }).waitFor();
    expect(await barriers(page)).toEqual([]);
  }, 60_000);

  it('corrects what was entered wrongly, also where a colleague was quicker', async () => {
    await press('更改 北岙社区学校');
    const admin = await district.staff('admin');
    const [{ id, version }] = (await admin.get('/organisations')).items;
    await admin.patch(`/organisations/${id}`, { nameEn: 'Beiao Community School' }, version);
    await page.getByLabel('咨询电话').fill('0577-63481111');
    await press('保存');
    await page.getByRole('alert').filter({ hasText: '内容已被他人修改' }).waitFor();
    await press('保存');
    await isTold('已更改 北岙社区学校');
    expect(await admin.get(`/organisations/${id}`)).toMatchObject({
      nameEn: 'Beiao Community School',
      phone: '0577-63481111',
    });
  }, 60_000);

  it('adds an officer of the bureau and the head of the school', async () => {
    await goTo('工作人员');
    await addStaff('周科长', 'bureau', '区教育局人员');
    await addStaff('陈校长', 'head', '校长', '北岙社区学校');
  }, 60_000);
});

describe('the bureau', () => {
  it('makes a term, a course, and hangs a plate', async () => {
    await sitDown('bureau');
    await goTo('学期');
    await press('添加学期');
    await fill('名称', '2026 年秋季学期');
    await fill('第一天', '2026-09-01');
    await fill('最后一天', '2026-08-01');
    await press('添加');
    await page.getByText('学期的结束日期须晚于开始日期').waitFor();
    await fill('最后一天', '2027-01-15');
    await press('添加');
    await isTold('已添加 2026 年秋季学期');
    await goTo('课程');
    await press('添加课程');
    await fill('名称', '渔网编织');
    await fill('课程代码', 'SK-001');
    await choose('类别', '社区');
    await press('添加');
    await isTold('已添加 渔网编织');
    await goTo('教学点');
    await press('添加教学点');
    await fill('名称', '小朴老年学堂');
    await choose('牌子', '老年学堂');
    await choose('机构', '北岙社区学校');
    await choose('挂牌的街道（乡镇）或村（社区）', '北岙街道 · 小朴社区');
    await fill('挂牌日期', '2025-03-01');
    await press('添加');
    await isTold('已添加 小朴老年学堂');
    expect(await barriers(page)).toEqual([]);
  }, 60_000);
});

describe('the head of the school', () => {
  it('enters a venue', async () => {
    await sitDown('head');
    await page.getByRole('heading', { level: 1, name: /今天/ }).waitFor();
    await goTo('场地');
    await press('登记场地');
    await fill('名称', '小朴文化礼堂');
    await choose('所在村（社区）', '北岙街道 · 小朴社区');
    await fill('地址', '小朴社区88号');
    await fill('能坐几人', '四十');
    await choose('怎么到', '陆路可达');
    await choose('台阶', '无台阶，轮椅可进');
    await press('添加');
    await page.getByText('请填 1 到 10000 的整数').waitFor();
    await fill('能坐几人', '40');
    await press('添加');
    await isTold('已添加 小朴文化礼堂');
    expect(await barriers(page)).toEqual([]);
  }, 60_000);

  it('adds a teacher, by the way that leads to the staff and back', async () => {
    await goTo('人员');
    await page.getByRole('heading', { level: 1, name: '工作人员' }).waitFor();
    await addStaff('王老师', 'teacher', '教师', '北岙社区学校');
    await page.getByRole('link', { name: '回到学校' }).click();
    await page.getByRole('heading', { level: 1, name: /今天/ }).waitFor();
  }, 60_000);

  it('writes a class and submits it', async () => {
    await goTo('班级');
    await page.getByRole('link', { name: '新建班级' }).click();
    await choose('课程', /^渔网编织/);
    await choose('学期', '2026 年秋季学期');
    await choose('教师', '王老师');
    await choose('场地', '小朴文化礼堂');
    await fill('名额', '20');
    await fill('报名开始', '2026-09-01T09:00');
    await fill('报名截止', '2026-09-07T08:00');
    await press('周一');
    await fill('从哪天开始', '2026-09-07');
    await page.getByRole('spinbutton', { name: '上几次' }).fill('5');
    await press('排入 5 次课');
    await press('保存并提交审核');
    await isTold('已提交审核');
  }, 60_000);
});

describe('the first class', () => {
  it('is approved by the bureau', async () => {
    await sitDown('bureau');
    await goTo('开班审批');
    await page.getByRole('link', { name: '渔网编织' }).click();
    await press('同意开班');
    await isTold('已同意：渔网编织');
  }, 60_000);

  it('is published by the school', async () => {
    await sitDown('head');
    await goTo('班级');
    await page.getByRole('link', { name: '渔网编织', exact: true }).click();
    await press('发布');
    await isTold(/已发布/);
  }, 60_000);

  it('takes the first resident', async () => {
    await district.setClock(OPENING);
    const person = await district.resident();
    const [found] = (await person.get('/classes?q=ywbz')).items;
    expect(found).toMatchObject({ name: '渔网编织' });
    const { id: residentId } = await person.post('/me/residents', {
      name: '陈小妹',
      birthDate: '1985-07-08',
      regionCode: '330305001007',
      relation: 'self',
    });
    await person.post('/enrollments', { classId: found.id, residentId });
    expect((await person.get('/me/enrollments')).items).toMatchObject([{ state: 'enrolled' }]);
    await device.setClock(OPENING);
    await page.goto(`/classes/${found.id}`);
    await page.getByRole('heading', { level: 1, name: '渔网编织' }).waitFor();
    await page.getByText('0577-63481111').first().waitFor();
    expect(troubles).toEqual([]);
  }, 60_000);
});
