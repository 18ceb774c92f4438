import { randomInt, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { DataSource } from 'typeorm';
import { makeCode } from '#contracts';
import { readSettings, rows, SystemClock, Tokens } from '#core';
import { barriers } from '../support/accessibility.js';
import { openBrowser, type Size, Visitor } from '../support/browser.js';
import { District, PASSWORD } from '../support/district.js';
import { seedClass, type SeededResident, seedResidents } from '../support/seed.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { testSettings } from '../support/test-settings.js';
import { waitFor } from '../support/wait-for.js';

/*
 * A lottery as people see it: the school enters the public number with two people, a resident finds the own result by
 * the pseudonym, and anybody checks it in the browser, from the published file or from one that was saved.
 */

const OPEN = '2026-09-01T10:00:00+08:00';
/** The seeded window is open for thirty days. */
const CLOSED = '2026-10-01T10:02:00+08:00';
const DUE = '2026-10-01T21:40:00+08:00';
const NUMBER = '1 2 3 4 5';

const folder = temporaryFolder();
const troubles: string[] = [];
let district: District;
let browser: Browser;
let source: DataSource;
let lotteryId: string;
let classId: string;
let resident: SeededResident;
let phone: Visitor;

beforeAll(async () => {
  [district, browser] = await Promise.all([District.open(OPEN), openBrowser()]);
  source = await new DataSource({ type: 'postgres', url: district.database.url }).initialize();
  const at = new Date(OPEN);
  const course = await seedClass(source, at, { seats: 3, admission: 'lottery', inDays: 40 });
  classId = course.classId;
  const name = '太极拳秋季班';
  await rows(source, `update course_classes set name = $1, code = $2`, [name, makeCode('class', randomInt)]);
  const residents = await seedResidents(source, at, 6);
  resident = residents[0]!;
  await rows(
    source,
    `insert into enrollments (id, class_id, resident_id, term_id, programme_kind, state, queued_at, source, decided_at, created_at)
     select id, $2, resident_id, $3, 'skills', 'applied', $4, 'self', $4, $4
       from unnest($1::uuid[], $5::uuid[]) as n (id, resident_id)`,
    [residents.map(() => randomUUID()), classId, course.termId, at, residents.map(({ residentId }) => residentId)],
  );
  await rows(source, `update class_availability set applied = 6`);
  const admin = await district.staff('admin');
  const staff = (username: string, staffName: string, role: string) =>
    admin.post('/staff', {
      username,
      name: staffName,
      password: PASSWORD,
      roles: [{ role, organisationId: course.organisationId }],
    });
  await staff('registrar', '陈老师', 'registrar');
  await staff('principal', '林校长', 'principal');
  await district.setClock(CLOSED);
  lotteryId = await waitFor(
    'the list to be frozen',
    async () => {
      const { items } = await district.visitor().get(`/lotteries?classId=${classId}&state=frozen`);
      return items[0]?.id as string | undefined;
    },
    45_000,
  );
  phone = await arrive('phone', CLOSED);
}, 180_000);

afterAll(async () => {
  folder.remove();
  await source?.destroy();
  await browser?.close();
  await district?.close();
}, 60_000);

const arrive = (size: Size, at: string) => Visitor.arrive(browser, district.api.address, size, at, troubles);

/** The check's summary, once there is one. */
async function summary(page: Page): Promise<string> {
  const found = page.locator('div.outcome, p.wrong').first();
  await found.waitFor();
  return (await found.textContent()) ?? '';
}

describe('a lottery', () => {
  it('is found from the class page, and says to a stranger what will be drawn, how and when', async () => {
    const { page } = phone;
    await page.goto(`/classes/${classId}`);
    await page.getByRole('link', { name: '查看摇号（抽签）' }).click();
    await page.getByRole('heading', { name: '太极拳秋季班 · 摇号' }).waitFor();
    await page.getByText('名单已冻结：6 人报名，3 个名额。').waitFor();
    await page.getByText('中国体育彩票排列5，2026年10月1日起的第一次开奖号码').waitFor();
    const { listHash, secretHash } = await district.visitor().get(`/lotteries/${lotteryId}`);
    await page.getByText(listHash).waitFor();
    await page.getByText(secretHash).waitFor();
    await page.getByRole('button', { name: '现在核对' }).click();
    expect(await summary(page)).toContain('还没有摇号。请记下名单指纹');
    await page.getByRole('button', { name: '显示冻结的名单' }).click();
    await page.locator('tbody tr').first().waitFor();
    expect(await page.getByRole('row').count()).toBe(7);
    expect(await barriers(page)).toEqual([]);
  }, 60_000);

  it('shows those who applied their pseudonym, and nobody else’s name', async () => {
    const { page } = phone;
    const issuer = new Tokens(readSettings(testSettings(district.database.url)), new SystemClock());
    await phone.carryToken(issuer.issue({ kind: 'account', id: resident.accountId, signInId: resident.signInId }));
    await page.goto(`/lottery/${lotteryId}`);
    await page.getByRole('heading', { name: '居民1 的代号' }).waitFor();
    expect(await page.locator('.pseudonym').textContent()).toMatch(/^Y-[0-9A-Z]{9}$/);
    expect(await page.locator('main').textContent()).not.toContain('居民2');
  }, 60_000);

  it('is drawn when one of the school has entered the number and another has confirmed it', async () => {
    await district.setClock(DUE);
    const panel = async (username: string) => {
      const desk = await arrive('desk', DUE);
      await desk.page.goto(`/school/classes/${classId}`);
      await desk.signIn(username, PASSWORD);
      await desk.page.getByRole('heading', { name: '摇号', exact: true }).waitFor();
      return desk;
    };
    const registrar = await panel('registrar');
    await registrar.page.getByText('公共号码应已揭晓，请录入。').waitFor();
    await registrar.page.getByLabel('公共号码', { exact: true }).fill(NUMBER);
    await registrar.page.getByRole('button', { name: '录入', exact: true }).click();
    await registrar.page.getByText('您录入了 12345。').waitFor();
    expect(await barriers(registrar.page)).toEqual([]);

    const principal = await panel('principal');
    await principal.page.getByText('号码已由 陈老师 录入').waitFor();
    await principal.page.getByLabel('请对照官方公布的结果再录入一次').fill('54321');
    principal.page.on('dialog', (dialog) => void dialog.accept());
    await principal.page.getByRole('button', { name: '确认并摇号' }).click();
    await principal.page.getByText('两次录入的号码不一样').waitFor();
    await principal.page.getByLabel('请对照官方公布的结果再录入一次').fill('12345');
    await principal.page.getByRole('button', { name: '确认并摇号' }).click();
    await principal.page.getByText('已摇号，结果已公布并通知本人。').waitFor();
    expect(await barriers(principal.page)).toEqual([]);
    await registrar.leave();
    await principal.leave();
  }, 90_000);

  it('tells each what became of the pseudonym, and shows all results', async () => {
    await phone.setClock(DUE);
    const { page } = phone;
    await page.goto(`/lottery/${lotteryId}`);
    await page.getByText('已经摇号：6 人报名，3 个名额。').waitFor();
    expect(await page.locator('.mine .outcome').textContent()).toMatch(/(有名额|候补) 摇到第 [1-6] 位。/);
    await page.getByRole('button', { name: '显示全部结果' }).click();
    await page.locator('tbody tr').first().waitFor();
    expect(await page.locator('tbody tr').count()).toBe(6);
    expect(await page.getByRole('cell', { name: '有名额' }).count()).toBe(3);
    const pseudonym = (await page.locator('.pseudonym').textContent())!;
    await page.getByLabel('输入代号查结果').fill(pseudonym.toLowerCase().replace('-', ' '));
    expect(await page.locator('tbody tr').allTextContents()).toEqual([expect.stringContaining(pseudonym)]);
    expect(await barriers(page)).toEqual([]);
  }, 60_000);

  it('is checked on the own device: from the published file, from a saved one, and from one that was altered', async () => {
    const { page } = phone;
    await page.goto(`/lottery/${lotteryId}`);
    await page.getByRole('button', { name: '现在核对' }).click();
    expect(await summary(page)).toContain('核对无误：11 项都对。');
    // The answer itself has the focus, so that it is read out.
    expect(await page.locator(':focus').textContent()).toContain('核对无误');
    await page.getByText('请与官方公布的结果核对').waitFor();
    expect(await barriers(page)).toEqual([]);

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: '下载公示文件' }).click(),
    ]);
    const saved = join(folder.path, 'saved.json');
    await download.saveAs(saved);
    expect(download.suggestedFilename()).toMatch(/^lottery-B-\w{6}-drawn\.json$/);
    const text = readFileSync(saved, 'utf8');

    const choose = async (name: string, content: string) => {
      const path = join(folder.path, name);
      writeFileSync(path, content);
      await page.getByLabel('或选一个您存下的公示文件').setInputFiles(path);
    };
    await choose('altered.json', text.replace('"outcome": "waiting"', '"outcome": "seat"'));
    await page.getByText('有 1 项不对。').waitFor();
    await choose('other.json', 'not a lottery');
    await page.getByText('这个文件读不出来。').waitFor();
    const { listHash } = await district.visitor().get(`/lotteries/${lotteryId}`);
    await page.getByLabel('您记下的名单指纹（可不填）').fill(listHash);
    await choose('saved.json', text);
    await page.getByText('核对无误：12 项都对。').waitFor();
    await page.getByLabel('您记下的名单指纹（可不填）').fill('0'.repeat(64));
    await choose('saved.json', text);
    await page.getByText('名单指纹与您当时记下的不同').waitFor();
  }, 60_000);

  it('speaks English, and nothing went wrong in any page', async () => {
    const { page } = phone;
    await page.getByRole('button', { name: '字号 · 语言' }).click();
    await page.getByLabel('English').check();
    const inEnglish = page.getByRole('heading', { name: 'Check it yourself' });
    await inEnglish.waitFor();
    await page.reload();
    await inEnglish.waitFor();
    await page.getByText('6 people applied for 3 seats').waitFor();
    expect(troubles).toEqual([]);
  }, 60_000);
});
