import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { barriers } from '../support/accessibility.js';
import { openBrowser, Visitor } from '../support/browser.js';
import { District, PASSWORD } from '../support/district.js';
import type { Person } from '../support/person.js';

/*
 * A morning at a school's desk: somebody without a phone is registered and enrolled, the class turns out too small and
 * is merged into another, and whoever no SMS reaches is told in person. Times are Asia/Shanghai.
 */

const NOW = '2026-09-02T09:30:00+08:00';
const BEIAO = '330305001000';
const XIAOPU = '330305001007';
const DAYS = ['2026-09-08', '2026-09-15', '2026-09-22'];

const troubles: string[] = [];
let district: District;
let browser: Browser;
let registrar: Person;
let school: string;
let desk: Page;
let device: Visitor;

beforeAll(async () => {
  [district, browser] = await Promise.all([District.open('2026-08-20T09:00:00+08:00'), openBrowser()]);
  await beforeTheMorning();
  await district.setClock(NOW);
  device = await Visitor.arrive(browser, district.api.address, 'desk', NOW, troubles);
  registrar = await district.staff('registrar');
  await device.carryToken(registrar.token!);
  desk = device.page;
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await district?.close();
}, 60_000);

/** Two parallel classes are open; the first needs ten people by Friday. */
async function beforeTheMorning(): Promise<void> {
  const admin = await district.staff('admin');
  const staff = (username: string, name: string, role: string, organisationId?: string) =>
    admin.post('/staff', { username, name, password: PASSWORD, roles: [{ role, organisationId }] });
  await staff('bureau', '周科长', 'bureau_officer');
  const bureau = await district.staff('bureau');
  const made = await bureau.post('/organisations', {
    kind: 'community_school',
    name: '北岙社区学校',
    regionCode: BEIAO,
    phone: '0577-63480000',
  });
  school = made.id;
  const [teacher, other] = [
    await staff('teacher', '王老师', 'teacher', school),
    await staff('other', '林老师', 'teacher', school),
  ];
  await staff('registrar', '陈老师', 'registrar', school);
  registrar = await district.staff('registrar');
  const venue = { organisationId: school, regionCode: XIAOPU, address: '小朴社区88号', capacity: 40, stepFree: true };
  const [hall, room, term, course] = await Promise.all([
    registrar.post('/venues', { ...venue, name: '小朴文化礼堂', accessRoute: 'road' }),
    registrar.post('/venues', { ...venue, name: '小朴活动室', accessRoute: 'road' }),
    bureau.post('/terms', { name: '2026年秋季', startsOn: '2026-09-01', endsOn: '2027-01-15' }),
    bureau.post('/courses', { code: 'CM-001', name: '渔网编织', programmeKind: 'community' }),
  ]);
  const publish = async (name: string, more: object) => {
    const { id } = await registrar.post('/classes', {
      courseId: course.id,
      termId: term.id,
      organisationId: school,
      name,
      seats: 20,
      enrollmentOpensAt: '2026-09-01T09:00:00+08:00',
      enrollmentClosesAt: '2026-09-07T18:00:00+08:00',
      feeFen: 0,
      sessions: DAYS.map((day) => ({ startsAt: `${day}T14:00:00+08:00`, endsAt: `${day}T15:30:00+08:00` })),
      ...more,
    });
    for (const [who, move, body] of [
      [registrar, 'submission', {}],
      [bureau, 'decision', { decision: 'approved' }],
      [registrar, 'publication', {}],
    ] as const) {
      const { version } = await registrar.get(`/classes/${id}`);
      await who.post(`/classes/${id}/${move}`, body, { version });
    }
  };
  const minimum = { minimum: 10, minimumDecidedAt: '2026-09-04T12:00:00+08:00' };
  await publish('渔网编织一班', { teacherId: teacher.id, venueId: hall.id, ...minimum });
  await publish('渔网编织二班', { teacherId: other.id, venueId: room.id });
  await registrar.post('/residents', { name: '林阿公', birthDate: '1950-02-03', regionCode: XIAOPU });
}

describe('at the counter', () => {
  it('whoever is registered already is found while being typed', async () => {
    await desk.goto('/school/counter');
    await desk.getByRole('button', { name: '登记新居民' }).click();
    await desk.getByRole('textbox', { name: '姓名', exact: true }).fill('林阿公');
    await desk.getByLabel('出生日期').fill('1950-02-03');
    const alike = desk.getByRole('region', { name: '可能已经登记过' });
    await alike.getByText('姓名和生日相同').waitFor();
    expect(await barriers(desk)).toEqual([]);
  }, 60_000);

  it('somebody new is registered, enrolled, and given a slip', async () => {
    await desk.getByRole('textbox', { name: '姓名', exact: true }).fill('陈阿婆');
    await desk.getByLabel('出生日期').fill('1948-05-06');
    await desk.getByRole('combobox', { name: '居住的村（社区）' }).fill('小朴');
    await desk.getByRole('option', { name: /小朴社区/ }).click();
    await desk.getByRole('button', { name: '登记', exact: true }).click();
    await desk.getByRole('heading', { level: 1, name: '陈阿婆' }).waitFor();
    // What one part of the panel stores leaves alone what was chosen in another.
    await desk.getByRole('checkbox', { name: '坐轮椅' }).check();
    await desk.getByRole('radiogroup', { name: '新居民' }).getByRole('radio', { name: '本人说是' }).check();
    await desk.getByRole('button', { name: '适合', exact: true }).click();
    await desk.getByText('本人答：适合。').waitFor();
    await desk.getByRole('button', { name: '保存', exact: true }).click();
    await desk.getByText('已保存').waitFor();
    expect(await desk.getByRole('checkbox', { name: '坐轮椅' }).isChecked()).toBe(true);
    const veteran = desk.getByRole('radiogroup', { name: '新居民' });
    expect(await veteran.getByRole('radio', { name: '本人说是' }).isChecked()).toBe(true);
    await desk.getByRole('button', { name: '报名 渔网编织一班' }).click();
    await desk.getByRole('status').getByText('陈阿婆 · 渔网编织一班').waitFor();
    // What would be printed, as it stands at that moment.
    await desk.evaluate(`window.print = () => { window.slip = document.querySelector('.slip').innerText }`);
    await desk.getByRole('button', { name: '打印回执' }).click();
    await desk.waitForFunction('window.slip');
    const slip = await desk.evaluate<string>('window.slip');
    for (const words of ['北岙社区学校', '陈阿婆', '渔网编织一班', '9月8日', '小朴文化礼堂', '免费', '陈老师代办']) {
      expect(slip).toContain(words);
    }
    // Tablets take the picture after window.print() has gone on; it has to be there until they say so.
    expect(await desk.locator('.slip').count()).toBe(1);
    await desk.evaluate(`window.dispatchEvent(new Event('afterprint'))`);
    await desk.locator('.slip').waitFor({ state: 'detached' });
  }, 60_000);

  it('any page is printed as it stands where nothing was made for paper', async () => {
    await desk.emulateMedia({ media: 'print' });
    try {
      expect(await desk.getByRole('heading', { level: 1, name: '陈阿婆' }).isVisible()).toBe(true);
      expect(await desk.getByRole('navigation').first().isVisible()).toBe(false);
    } finally {
      await desk.emulateMedia({ media: null });
    }
  });
});

describe('a mistake at the counter', () => {
  const answer = () => desk.getByRole('status').filter({ hasText: '渔网编织一班' });

  it('is taken back beside the slip with one press, and the seat is there for ten minutes', async () => {
    await answer().getByRole('button', { name: '报错了，取消这次报名' }).click();
    await answer()
      .getByText(/前可以撤回/)
      .waitFor();
    expect(await answer().getByRole('button', { name: '打印回执' }).count()).toBe(0);
    expect(await barriers(desk)).toEqual([]);
    await answer()
      .getByRole('button', { name: /撤回取消，恢复报名/ })
      .click();
    await answer()
      .getByText(/报名成功/)
      .waitFor();
    await answer().getByRole('button', { name: '打印回执' }).waitFor();
  }, 60_000);

  it('is not offered once the class has begun, as a withdrawal cannot be taken back, and the slip says so', async () => {
    await device.setClock('2026-09-08T23:00:00+08:00');
    await answer()
      .getByText(/班级已开课，取消就是退班，不能撤回/)
      .waitFor();
    expect(
      await answer()
        .getByRole('button', { name: /取消这次报名/ })
        .count(),
    ).toBe(0);
    expect(await answer().getByRole('link', { name: '打开这个报名' }).count()).toBe(1);
    expect(await barriers(desk)).toEqual([]);
    await device.setClock(NOW);
  }, 60_000);
});

describe('the class that is too small', () => {
  it('stands on the page Today and is merged, and everybody is seen to', async () => {
    await desk.goto('/school/');
    await desk.getByText('已报 1 人，满 10 人开班').waitFor();
    await desk.getByRole('link', { name: '停开或并班' }).click();
    const dialog = desk.getByRole('dialog');
    await dialog.getByText('影响 1 人').waitFor();
    await dialog.getByText('→ 新班有名额').waitFor();
    await dialog.getByRole('button', { name: '停开，并入 渔网编织二班' }).click();
    await dialog.getByText('请填写这一项').waitFor();
    await dialog.getByLabel('原因').fill('报名人数不足');
    await dialog.getByRole('button', { name: '停开，并入 渔网编织二班' }).click();
    await dialog.getByText('已停开，1 人都办好了。').waitFor();
    await dialog.getByText('已转入 渔网编织二班').waitFor();
    expect(await barriers(desk)).toEqual([]);
  }, 60_000);
});

describe('the call', () => {
  it('says what to say, and is put down with what came of it', async () => {
    await desk.getByRole('dialog').getByRole('link', { name: '去打电话' }).click();
    await desk.getByRole('link', { name: /陈阿婆/ }).click();
    await desk.getByText('没有手机，住在小朴社区。').waitFor();
    await desk.getByText('您报的“渔网编织一班”不开班了').waitFor();
    await desk.getByRole('button', { name: '记下', exact: true }).click();
    await desk.getByText('请先选上面的结果。').waitFor();
    await desk.getByRole('radio', { name: '打通了' }).check();
    await desk.getByRole('radio', { name: '不来了' }).check();
    await desk.getByRole('button', { name: '记下，并替其退出' }).click();
    await desk.getByText('已替其退出').waitFor();
    await desk.getByText('电话都打完了。').waitFor();
    expect(await barriers(desk)).toEqual([]);
    const counts = await registrar.get(`/organisations/${school}/call-counts`);
    expect(counts).toEqual({ open: 0, due: 0 });
    expect(troubles).toEqual([]);
  }, 60_000);
});
