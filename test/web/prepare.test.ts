import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { barriers } from '../support/accessibility.js';
import { openBrowser, Visitor } from '../support/browser.js';
import { District, PASSWORD } from '../support/district.js';
import type { Person } from '../support/person.js';

/*
 * 报名准备 on two phones: a mother of 76 fills in what can be filled in beforehand and tells her daughter a code; the
 * daughter types it, and the two go together. Then the counter does for a father with a card what a phone would.
 */

const NOW = '2026-08-20T10:00:00+08:00';
const XIAOPU = '330305001007';

const troubles: string[] = [];
let district: District;
let browser: Browser;
let mother: Person;
let mothers: Page;
let daughters: Page;

beforeAll(async () => {
  [district, browser] = await Promise.all([District.open(NOW), openBrowser()]);
  const admin = await district.staff('admin');
  await admin.post('/staff', {
    username: 'bureau',
    name: '周科长',
    password: PASSWORD,
    roles: [{ role: 'bureau_officer' }],
  });
  const bureau = await district.staff('bureau');
  await bureau.post('/terms', { name: '2026年秋季', startsOn: '2026-09-01', endsOn: '2027-01-15' });
  mother = await district.resident();
  const daughter = await district.resident();
  const register = (who: Person, name: string, birthDate: string) =>
    who.post('/me/residents', { name, birthDate, regionCode: XIAOPU, relation: 'self' });
  await register(mother, '林秀英', '1950-03-04');
  await register(daughter, '林红', '1975-05-06');
  mothers = await phoneOf(mother);
  daughters = await phoneOf(daughter);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await district?.close();
}, 60_000);

async function phoneOf(person: Person): Promise<Page> {
  const visitor = await Visitor.arrive(browser, district.api.address, 'phone', NOW, troubles);
  await visitor.carryToken(person.token!);
  return visitor.page;
}

/** What an item of the list says of its state. */
const stateOf = (page: Page, item: string) =>
  page.getByRole('listitem').filter({ hasText: item }).locator('.state').first().textContent();

describe('the mother', () => {
  it('sees what is not ready, and says that she is fit', async () => {
    await mothers.goto('/me');
    await mothers.getByRole('link', { name: '报名准备' }).click();
    await mothers.getByRole('heading', { name: '林秀英' }).waitFor();
    expect(await stateOf(mothers, '紧急联系人')).toBe('还没填');
    expect(await stateOf(mothers, '姓名和身份')).toBe('到窗口办');
    await mothers.getByRole('button', { name: '适合', exact: true }).click();
    await mothers.getByText('您答的是：适合。').waitFor();
    expect(await stateOf(mothers, '安全声明')).toBe('已备好');
    expect(await barriers(mothers)).toEqual([]);
  }, 60_000);

  it('says where she is registered, whom to call and what the teacher should know', async () => {
    await mothers.getByRole('link', { name: '紧急联系人，林秀英：去填写' }).click();
    await mothers.getByRole('heading', { name: '林秀英的报名信息' }).waitFor();
    await mothers.getByLabel('联系人姓名').fill('林红');
    await mothers.getByRole('button', { name: '保存' }).click();
    await mothers.getByText('姓名和手机号要一起填').waitFor();
    await mothers.getByLabel('联系人手机号').fill('13800000001');
    await mothers.getByRole('group', { name: '户籍在哪里' }).getByLabel('乡镇、街道').selectOption('北岙街道');
    await mothers.getByLabel('听力不好').check();
    await mothers.getByRole('button', { name: '保存' }).click();
    await mothers.getByText('已保存。').waitFor();
    expect(await barriers(mothers)).toEqual([]);
    await mothers.getByRole('link', { name: '返回报名准备' }).click();
    await mothers.getByRole('heading', { name: '林秀英' }).waitFor();
    expect(await stateOf(mothers, '紧急联系人')).toBe('已备好');
    expect(await stateOf(mothers, '工作、户籍所在地')).toBe('已备好');
    const [{ id }] = await mother.get('/me/residents');
    expect(await mother.get(`/me/residents/${id}/details`)).toMatchObject({
      householdRegionName: '北岙街道',
      needs: ['hearing'],
      contact: { name: '林红', phone: '13800000001' },
    });
  }, 60_000);
});

describe('the daughter', () => {
  it('is told while typing that her mother is registered already', async () => {
    await daughters.goto('/me/family');
    await daughters.getByLabel('姓名').fill('林秀英');
    for (const [label, value] of [
      ['年', '1950'],
      ['月', '3'],
      ['日', '4'],
    ] as const) {
      await daughters.getByLabel(label, { exact: true }).fill(value);
    }
    await daughters.getByText('已经有一位同名、同一天出生的人登记了').waitFor();
    expect(await barriers(daughters)).toEqual([]);
  }, 60_000);

  it('types the code that her mother tells her, and may enroll her with her consent', async () => {
    await mothers.goto('/me/family');
    await mothers.getByRole('button', { name: '给家人一个代办码' }).click();
    await mothers.locator('.code').waitFor();
    const code = (await mothers.locator('.code').textContent())!;
    expect(await barriers(mothers)).toEqual([]);
    await daughters.getByLabel('代办码，D 开头').fill('D-00000000');
    await daughters.getByRole('button', { name: '确定', exact: true }).click();
    await daughters.getByText('代办码不正确或已失效').waitFor();
    await daughters.getByLabel('代办码，D 开头').fill(code.toLowerCase());
    await daughters.getByRole('button', { name: '确定', exact: true }).click();
    await daughters.getByText('现在可以替林秀英报名了，本人已同意。').waitFor();
    await daughters.getByText('已同意您代报名').waitFor();
    await mothers.reload();
    await mothers.getByRole('button', { name: '不再同意' }).waitFor();
  }, 60_000);

  it('goes together with her mother, and with a friend who types their code', async () => {
    await daughters.getByRole('link', { name: '结伴' }).click();
    await daughters.getByText('还没有结伴。').waitFor();
    const makes = daughters.getByRole('region', { name: '新建一个结伴' });
    await makes.getByLabel('林秀英').check();
    await makes.getByRole('button', { name: '新建' }).click();
    await daughters.getByText('已新建。').waitFor();
    const code = (await daughters.locator('.code').textContent())!.trim();
    expect(await barriers(daughters)).toEqual([]);

    const friend = await district.resident();
    await friend.post('/me/residents', {
      name: '陈美兰',
      birthDate: '1951-05-06',
      regionCode: XIAOPU,
      relation: 'self',
    });
    const friends = await phoneOf(friend);
    await friends.goto('/me/companions');
    await friends.getByLabel('结伴码，J 开头').fill(code);
    await friends.getByRole('button', { name: '加入' }).click();
    await friends.getByText('已加入。').waitFor();
    await friends.getByRole('listitem').filter({ hasText: '林秀英' }).first().waitFor();
    await friends.getByRole('button', { name: '陈美兰退出' }).click();
    await friends.getByRole('button', { name: '是，退出' }).click();
    await friends.getByText('还没有结伴。').waitFor();
  }, 60_000);
});

it('nothing went wrong in the pages', () => {
  expect(troubles).toEqual([]);
});
