import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { DataSource } from 'typeorm';
import { rows } from '#core';
import { openBrowser, Visitor } from '../support/browser.js';
import { District, PASSWORD } from '../support/district.js';
import type { Person } from '../support/person.js';
import { seedClass, type SeededClass, seedResidents } from '../support/seed.js';

/* What a registrar does on the pages beside the counter: decides applications, takes a fee, pastes a list of names. */

const NOW = '2026-09-01T10:00:00+08:00';
const FEE = 12_000;
const NAMES = ['陈小妹', '林阿海', '郑大海'];

let district: District;
let browser: Browser;
let visitor: Visitor;
let page: Page;
let registrar: Person;
let byApproval: SeededClass;
let open: SeededClass;

beforeAll(async () => {
  [district, browser] = await Promise.all([District.open(NOW), openBrowser()]);
  const source = await new DataSource({ type: 'postgres', url: district.database.url }).initialize();
  byApproval = await seedClass(source, new Date(NOW), { seats: 2, admission: 'approval' });
  open = await seedClass(source, new Date(NOW), { seats: 5, beside: byApproval, inDays: 40 });
  await rows(source, `update course_classes set fee_fen = $2 where id = $1`, [byApproval.classId, FEE]);
  const residents = await seedResidents(source, new Date(NOW), NAMES.length);
  await rows(
    source,
    `update residents r set name = n.name from unnest($1::uuid[], $2::text[]) as n (id, name) where r.id = n.id`,
    [residents.map(({ residentId }) => residentId), NAMES],
  );
  await source.destroy();

  const admin = await district.staff('admin');
  const roles = [{ role: 'registrar', organisationId: byApproval.organisationId }];
  await admin.post('/staff', { username: 'registrar', name: '陈老师', password: PASSWORD, roles });
  registrar = await district.staff('registrar');
  for (const { residentId } of residents) {
    await registrar.post(`/classes/${byApproval.classId}/counter-enrollments`, { residentId });
  }
  visitor = await Visitor.arrive(browser, district.api.address, 'desk', NOW);
  await visitor.carryToken(registrar.token!);
  ({ page } = visitor);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await district?.close();
}, 60_000);

const button = (name: string) => page.getByRole('button', { name, exact: true });

describe('applications', () => {
  it('are counted on the first page, approved together, and refused with a reason', async () => {
    await page.goto('/school');
    const waiting = page.getByRole('region', { name: '等待审核和答复' });
    await waiting.getByText('3 个申请待审核').waitFor();
    await waiting.getByRole('link').first().click();

    await page.getByRole('checkbox', { name: /陈小妹/ }).check();
    await page.getByRole('checkbox', { name: /林阿海/ }).check();
    await button('通过 2 个').click();
    await page.getByText('已通过 2 个申请').waitFor();
    await page.getByText('有名额 2 人').waitFor();

    await page.getByRole('checkbox', { name: /郑大海/ }).check();
    await button('不通过 1 个').click();
    const asked = page.getByRole('dialog', { name: '不通过 1 个' });
    await asked.getByRole('button', { name: '不通过' }).click();
    await asked.getByText('请填写这一项').waitFor();
    await asked.getByLabel('不通过的原因').fill('名额已满，下学期优先');
    await asked.getByRole('button', { name: '不通过' }).click();
    await page.getByText('没有待审核的申请').waitFor();
  });

  it('leave a history, and a fee to be taken and printed', async () => {
    await page.getByRole('link', { name: '陈小妹' }).click();
    const history = page.getByRole('region', { name: '经过' });
    await history.getByText('审核通过').waitFor();
    expect(await history.textContent()).toContain('陈老师 办理，代 陈小妹');

    const payments = page.getByRole('region', { name: '缴费' });
    expect(await payments.getByLabel('金额（元）').inputValue()).toBe('120');
    await payments.getByRole('button', { name: '登记', exact: true }).click();
    await payments.getByText('已结清').waitFor();
    await payments.getByRole('button', { name: '打印 120 元的凭条' }).waitFor();

    await page.goto(`/school/classes/${byApproval.classId}?tab=money`);
    await button('收清 林阿海 的费用').waitFor();
    expect(await page.getByRole('link', { name: '陈小妹' }).count()).toBe(0);
  });
});

describe('a pasted list', () => {
  it('has a result for each row; what failed is corrected and sent again, and all of it is a file', async () => {
    await page.goto(`/school/lists?class=${open.classId}`);
    await page.getByLabel('粘贴名单').fill('姓名\t出生日期\n陈小妹\t1960/5/6\n=SUM(A)\n林阿海\t1961-05-06\n');
    await button('报名 3 人').click();
    await page.getByText('查无此人 2').waitFor();
    await page.getByText('有名额 1').waitFor();

    await page.getByLabel('第 3 行的出生日期').fill('1960-05-06');
    await button('未成功的 2 行再报一次').click();
    await page.getByText('有名额 2').waitFor();
    const enrolled = (await registrar.get(`/classes/${open.classId}/enrollments`)).items;
    expect(enrolled.map(({ residentName, source }: any) => [residentName, source])).toEqual([
      ['陈小妹', 'list'],
      ['林阿海', 'list'],
    ]);

    const [file] = await Promise.all([page.waitForEvent('download'), button('导出表格').click()]);
    const lines = readFileSync(await file.path(), 'utf8').split('\r\n');
    expect(lines[0]).toBe('\uFEFF行,姓名,手机号或证件号,出生日期,结果,说明');
    expect(lines[1]).toMatch(/^1,陈小妹,,1960-05-06,有名额,/);
    expect(lines[2]).toMatch(/^2,'=SUM\(A\),,,查无此人,/);
  });

  it('enrolls nobody twice when it is pasted again', async () => {
    await button('另一份名单').click();
    await page.getByLabel('粘贴名单').fill('陈小妹\n林阿海');
    await button('报名 2 人').click();
    await page.getByText('原来就在 2').waitFor();
    expect((await registrar.get(`/classes/${open.classId}/enrollments`)).items).toHaveLength(2);
  });
});
