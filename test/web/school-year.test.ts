import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { barriers } from '../support/accessibility.js';
import { openBrowser, type Size, Visitor } from '../support/browser.js';
import { cardNumber, District, PASSWORD } from '../support/district.js';
import type { Person } from '../support/person.js';

/*
 * The main job as people see it: a resident finds a class on an old telephone and enrolls in three taps, the teacher
 * ticks the roll, the wall chart moves before the eyes of the bureau, who open the number down to its evidence. What was
 * before the term is made over HTTP. Times are Asia/Shanghai.
 */

const BEIAO = '330305001000'; // 北岙街道
const XIAOPU = '330305001007'; // 小朴社区
const BEFORE_TERM = '2026-08-20T09:00:00+08:00';
const ENROLLMENT = '2026-09-01T09:00:00+08:00';
const DAYS = ['2026-09-07', '2026-09-09', '2026-09-11', '2026-09-14', '2026-09-16'];

let district: District;
let browser: Browser;
let bureau: Person;
let registrar: Person;
let onPhone: Visitor;
let onDesk: Visitor;
const troubles: string[] = [];

const made = {} as Record<'school' | 'taught' | 'submitted' | 'draft' | 'resident' | 'entry', string> & {
  sessions: { id: string }[];
};

beforeAll(async () => {
  [district, browser] = await Promise.all([District.open(BEFORE_TERM), openBrowser()]);
  await beforeTheTerm();
  await district.setClock(ENROLLMENT);
  onPhone = await arrive('phone', ENROLLMENT);
  onDesk = await arrive('desk', ENROLLMENT);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await district?.close();
}, 60_000);

function arrive(size: Size, at: string): Promise<Visitor> {
  return Visitor.arrive(browser, district.api.address, size, at, troubles);
}

/** A school with a teacher and a venue; a class that is published, one that waits for the bureau, and a draft. */
async function beforeTheTerm(): Promise<void> {
  const admin = await district.staff('admin');
  const staff = (username: string, name: string, role: string, organisationId?: string) =>
    admin.post('/staff', { username, name, password: PASSWORD, roles: [{ role, organisationId }] });
  await staff('bureau', '周科长', 'bureau_officer');
  bureau = await district.staff('bureau');
  const school = await bureau.post('/organisations', {
    kind: 'community_school',
    name: '北岙社区学校',
    regionCode: BEIAO,
    phone: '0577-63480000',
  });
  made.school = school.id;
  const teacher = await staff('teacher', '王老师', 'teacher', school.id);
  await staff('registrar', '陈老师', 'registrar', school.id);
  registrar = await district.staff('registrar');
  const [venue, term, course] = await Promise.all([
    registrar.post('/venues', {
      organisationId: school.id,
      regionCode: XIAOPU,
      name: '小朴文化礼堂',
      address: '小朴社区88号',
      directions: '码头上来右手200米',
      capacity: 40,
      stepFree: true,
      accessRoute: 'road',
    }),
    bureau.post('/terms', { name: '2026年秋季', startsOn: '2026-09-01', endsOn: '2027-01-15' }),
    bureau.post('/courses', { code: 'SK-001', name: '渔网编织', programmeKind: 'skills' }),
    bureau.post('/teaching-points', {
      organisationId: school.id,
      plateKind: 'elderly_classroom',
      regionCode: XIAOPU,
      name: '小朴老年学堂',
      listedOn: '2025-03-01',
    }),
  ]);
  const draft = async (name: string, hour: number): Promise<string> => {
    const sessions = DAYS.map((day) => ({
      startsAt: `${day}T${hour}:00:00+08:00`,
      endsAt: `${day}T${hour + 1}:30:00+08:00`,
    }));
    const { id } = await registrar.post('/classes', {
      courseId: course.id,
      termId: term.id,
      organisationId: school.id,
      name,
      teacherId: teacher.id,
      venueId: venue.id,
      seats: 20,
      enrollmentOpensAt: ENROLLMENT,
      enrollmentClosesAt: '2026-09-07T08:00:00+08:00',
      feeFen: 0,
      sessions,
    });
    return id;
  };
  made.draft = await draft('渔网编织提高班', 18);
  made.submitted = await draft('渔网编织周末班', 10);
  await advance(registrar, made.submitted, 'submission');
  made.taught = await draft('渔网编织秋季班', 14);
  await advance(registrar, made.taught, 'submission');
  await advance(bureau, made.taught, 'decision', { decision: 'approved' });
  await advance(registrar, made.taught, 'publication');
  ({ sessions: made.sessions } = await registrar.get(`/classes/${made.taught}`));
}

/** Takes a class a step further. */
async function advance(by: Person, id: string, step: string, body: object = {}): Promise<void> {
  const { version } = await registrar.get(`/classes/${id}`);
  await by.post(`/classes/${id}/${step}`, body, { version });
}

describe('a resident with an old telephone', () => {
  it('finds the class by the initials of its name', async () => {
    const { page } = onPhone;
    await page.goto('/');
    await page.getByRole('searchbox').fill('ywbz');
    await page.getByRole('button', { name: '搜索' }).click();
    await page.getByRole('link', { name: '渔网编织秋季班' }).click();
    await page.getByRole('heading', { level: 1, name: '渔网编织秋季班' }).waitFor();
    expect(await page.getByText('码头上来右手200米').isVisible()).toBe(true);
  });

  it('signs in by SMS, says who it is, and is back at the class', async () => {
    const { page } = onPhone;
    const phone = district.newPhone();
    await page.getByRole('link', { name: '登录后报名' }).click();
    await page.getByLabel('手机号').fill(phone);
    await page.getByRole('button', { name: '发验证码' }).click();
    const code = /\d{6}/.exec(await district.sms(phone, /\d{6}/))![0];
    await page.getByLabel('短信里的 6 位数字').fill(code);
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page.getByLabel('姓名').fill('陈小妹');
    for (const [part, value] of [
      ['年', '1985'],
      ['月', '7'],
      ['日', '8'],
    ] as const) {
      await page.getByLabel(part, { exact: true }).fill(value);
    }
    await page.getByLabel('乡镇、街道').selectOption({ label: '北岙街道' });
    await page.getByLabel('村、社区').selectOption({ label: '小朴社区' });
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByRole('heading', { level: 1, name: '渔网编织秋季班' }).waitFor();
  });

  it('enrolls in at most three taps, and the class is among its own', async () => {
    const { page } = onPhone;
    let taps = 0;
    const tap = async (name: string) => {
      await page.getByRole('button', { name }).click();
      taps++;
    };
    await tap('我要报名');
    await tap('确定报名');
    await page.getByText('报名成功').waitFor();
    expect(taps).toBeLessThanOrEqual(3);
    await page.getByRole('link', { name: '看我的课程' }).click();
    await page.getByRole('link', { name: '渔网编织秋季班', exact: true }).waitFor();
    const { items } = await registrar.get(`/classes/${made.taught}/enrollments`);
    expect(items).toMatchObject([{ residentName: '陈小妹', state: 'enrolled' }]);
    made.resident = items[0].residentId;
  });
});

describe('at the sessions', () => {
  it('the teacher, sent to sign in on each new day, ticks the roll on the telephone', async () => {
    const { birthDate, name, version } = await registrar.get(`/residents/${made.resident}`);
    const card = { documentKind: 'resident_card', documentNumber: cardNumber(birthDate, 12), name };
    await registrar.post(`/residents/${made.resident}/identity-verification`, card, { version });
    const teacher = await arrive('phone', ENROLLMENT);
    for (const day of DAYS.slice(0, 3)) await tickTheRoll(teacher, day);
    await teacher.leave();
  }, 60_000);

  it('at the fourth session the wall chart moves while the bureau looks at it', async () => {
    const now = `${DAYS[3]}T14:02:00+08:00`;
    await district.setClock(now);
    await onDesk.setClock(now);
    const { page } = onDesk;
    await page.goto('/bureau');
    await onDesk.signIn('bureau', PASSWORD);
    await page.getByRole('heading', { level: 1, name: '挂图作战' }).waitFor();
    const training = page.getByRole('article').filter({ hasText: '教育职业技能培训' });
    expect(await training.textContent()).toMatch(/^教育职业技能培训\s*0\s*人次/);

    const teacher = await arrive('phone', now);
    await tickTheRoll(teacher, DAYS[3]!);
    await teacher.leave();
    // Nobody touches the page of the bureau.
    await training.getByText('刚刚更新').waitFor();
    expect(await training.textContent()).toMatch(/^教育职业技能培训\s*1\s*人次/);
    expect(await training.textContent()).toMatch(/已达标·预计\s*1/);
    expect(await page.getByRole('row').filter({ hasText: '优质幼儿园' }).textContent()).toContain('责任部门尚未填报');
  }, 60_000);

  it('the bureau opens the number down to the entry and its evidence', async () => {
    const { page } = onDesk;
    await page.getByRole('article').getByRole('link', { name: '教育职业技能培训' }).click();
    await page.getByRole('link', { name: '查看计入的明细' }).click();
    await page.getByRole('link', { name: /^第 \d+ 号$/ }).click();
    const evidence = page.getByRole('region', { name: '出勤证据' });
    await evidence.getByText('出勤 360 分钟，应上 450 分钟，占 80%').waitFor();
    expect(await evidence.getByRole('row').filter({ hasText: '到课' }).count()).toBe(4);
    expect(await page.getByText('陈*妹').isVisible()).toBe(true);
    made.entry = new URL(page.url()).pathname.split('/').at(-1)!;
    await page.getByRole('link', { name: '试行口径 第 1 版' }).click();
    await page.getByRole('heading', { name: '第 1 版' }).waitFor();
  }, 60_000);
});

/** All who are on the roll are here, as the teacher says with one button. */
async function tickTheRoll(teacher: Visitor, day: string): Promise<void> {
  const { page } = teacher;
  const at = `${day}T14:02:00+08:00`;
  await district.setClock(at);
  await teacher.setClock(at);
  await page.goto('/school');
  await teacher.signIn('teacher', PASSWORD);
  await page.getByRole('link', { name: '点名' }).click();
  await page.getByRole('button', { name: '1 人全到' }).click();
  await page.getByText('到课 1', { exact: false }).first().waitFor();
  await page.getByText('全部点完了').waitFor();
  // What the page shows by then is kept on the device, and would be gone with it; the platform has it when this is said.
  await page.getByText('已记录 1 人').waitFor();
}

describe('every page can be used with a screen reader, a keyboard and weak eyes', () => {
  /** What each page shows once it has its content; `made` is known only when the tests run. */
  type Address = () => string;
  const taught =
    (rest = '') =>
    () =>
      `/classes/${made.taught}${rest}`;

  it.each<[string, Address, string]>([
    ['home', () => '/', '今天想学点什么'],
    ['list of classes', () => '/classes?q=渔网', '渔网编织秋季班'],
    ['class', taught(), '每次课'],
    ['my classes', () => '/me', '渔网编织秋季班'],
    ['my code', () => '/me/code', '陈小妹'],
    ['family', () => '/me/family', '添加一位家人'],
    ['details', () => '/me/details', '陈小妹'],
    ['no such page', () => '/nothing-here', '没有找到这一页'],
  ])('resident: %s', async (_, address, content) => {
    await expectNoBarriers(onPhone, address(), content);
  });

  it('resident: sign-in', async () => {
    const stranger = await arrive('phone', ENROLLMENT);
    await expectNoBarriers(stranger, '/sign-in', '手机号');
    await stranger.leave();
  });

  it('school: sign-in, and back to where one wanted to go', async () => {
    await onPhone.leave();
    onPhone = await arrive('desk', `${DAYS[3]}T14:10:00+08:00`);
    await expectNoBarriers(onPhone, '/school/counter', '学校登录');
    await onPhone.signIn('registrar', PASSWORD);
    expect(new URL(onPhone.page.url()).pathname).toBe('/school/counter');
  });

  it.each<[string, Address, string]>([
    ['today', () => '/school', '渔网编织秋季班'],
    ['classes', () => '/school/classes', '渔网编织提高班'],
    ['new class', () => '/school/classes/new', '课程与名称'],
    ['a draft', () => `/school/classes/${made.draft}/edit`, '课程与名称'],
    ['a class', () => `/school${taught()()}`, '陈小妹'],
    ['sessions of a class', () => `/school${taught('?tab=sessions')()}`, '9月7日'],
    ['facts of a class', () => `/school${taught('?tab=facts')()}`, '小朴文化礼堂'],
    ['roll call', () => `/school${taught(`/sessions/${made.sessions[3]!.id}/roll-call`)()}`, '陈小妹'],
    ['scan', () => `/school${taught(`/sessions/${made.sessions[3]!.id}/scan`)()}`, '输入卡片上的码号'],
    ['counter', () => '/school/counter', '登记新居民'],
    ['a resident', () => `/school/counter/${made.resident}`, '陈小妹'],
    ['no such page', () => '/school/nothing-here', '没有这一页'],
  ])('school: %s', async (_, address, content) => {
    await expectNoBarriers(onPhone, address(), content);
  });

  it.each<[string, Address, string]>([
    ['wall chart', () => '/bureau/wall-chart', '全部指标对表'],
    ['counted indicator', () => '/bureau/indicators/vocational-training', '按乡镇（街道）'],
    ['indicator of coverage', () => '/bureau/indicators/village-elderly-classroom', '逐年目标与实际'],
    ['indicator without data', () => '/bureau/indicators/quality-kindergarten', '暂无数据'],
    ['coverage of townships', () => '/bureau/coverage', '各乡镇（街道）'],
    ['coverage of villages', () => '/bureau/coverage?of=elderly_classroom.village&township=330305001000', '小朴社区'],
    ['ledger', () => '/bureau/ledger?live=false', '陈*妹'],
    ['an entry', () => `/bureau/ledger/${made.entry}`, '封存'],
    ['why not counted', () => `/bureau/why?organisation=${made.school}&class=${made.taught}`, '查看'],
    ['approvals', () => '/bureau/approvals', '渔网编织周末班'],
    ['a class to decide on', () => `/bureau/approvals/${made.submitted}`, '同意开班'],
    ['counting rules', () => '/bureau/rules', '达标线'],
    ['audit log', () => '/bureau/audit', '登记考勤'],
    ['no such page', () => '/bureau/nothing-here', '没有这一页'],
  ])('bureau: %s', async (_, address, content) => {
    await expectNoBarriers(onDesk, address(), content);
  });

  it('a page that shuts somebody out is noticed', async () => {
    await onDesk.page.evaluate(`document.querySelector('h1').innerHTML = '<img src="data:,"><a href="/"></a>'`);
    expect(await barriers(onDesk.page)).toHaveLength(2);
  });

  async function expectNoBarriers({ page }: Visitor, address: string, content: string): Promise<void> {
    await page.goto(address);
    await page.getByText(content).locator('visible=true').first().waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  }
});

describe('the bureau decides on a class', () => {
  it('that somebody else has decided on meanwhile: it says so, and the note is not lost', async () => {
    [bureau, registrar] = await Promise.all([district.staff('bureau'), district.staff('registrar')]);
    const { page } = onDesk;
    await page.goto(`/bureau/approvals/${made.submitted}`);
    await page.getByLabel(/^意见/).fill('请错开渔汛');
    const { version } = await bureau.get(`/classes/${made.submitted}`);
    await bureau.post(`/classes/${made.submitted}/decision`, { decision: 'approved' }, { version });
    await page.getByRole('button', { name: '退回修改' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('已批准');
    expect(await page.getByLabel(/^意见/).inputValue()).toBe('请错开渔汛');
    await page.getByRole('button', { name: '查看最新内容' }).click();
    await page.getByText('这个班级现在的状态是“已批准”').waitFor();
  });

  it('and approves one', async () => {
    await advance(registrar, made.draft, 'submission');
    const { page } = onDesk;
    await page.goto('/bureau/approvals');
    await page.getByRole('link', { name: '渔网编织提高班' }).click();
    await page.getByRole('button', { name: '同意开班' }).click();
    await page.getByText('已同意：渔网编织提高班').waitFor();
    expect(await registrar.get(`/classes/${made.draft}`)).toMatchObject({ state: 'approved' });
  });
});

it('no script failed, and nothing was asked of anybody but the platform', () => {
  expect(troubles).toEqual([]);
});
