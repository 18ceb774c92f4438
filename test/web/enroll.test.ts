import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { barriers } from '../support/accessibility.js';
import { openBrowser, Visitor } from '../support/browser.js';
import { District, PASSWORD } from '../support/district.js';
import type { Person } from '../support/person.js';

/*
 * A couple enrolls as one, one of them cancels and takes it back; a friend waits, is offered the seat that falls free,
 * accepts it, changes to a parallel class, and appeals when the school takes her out. Times are Asia/Shanghai.
 */

const BEIAO = '330305001000'; // 北岙街道
const XIAOPU = '330305001007'; // 小朴社区
const NOW = '2026-09-01T10:00:00+08:00';
const LATER = '2026-09-01T10:11:00+08:00';
const DAYS = ['2026-09-14', '2026-09-21', '2026-09-28'];

interface Resident {
  person: Person;
  id: string;
  page: Page;
  visitor: Visitor;
}

const troubles: string[] = [];
let district: District;
let browser: Browser;
let registrar: Person;
let wife: Resident;
let friend: Resident;
const made = {} as Record<'full' | 'parallel', string>;

beforeAll(async () => {
  [district, browser] = await Promise.all([District.open('2026-08-20T09:00:00+08:00'), openBrowser()]);
  await publishClasses();
  await district.setClock(NOW);
  registrar = await district.staff('registrar');
  const husband = await register('林国平', '1950-05-06');
  const partner = await register('陈秀英', '1952-03-04');
  const { code } = await husband.person.post('/me/companion-groups', { residentIds: [husband.id] });
  await partner.person.post('/me/companion-groups/joining', { code, residentIds: [partner.id] });
  wife = { ...partner, ...(await phoneOf(partner.person)) };
  const known = await register('张美兰', '1955-07-08');
  friend = { ...known, ...(await phoneOf(known.person)) };
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await district?.close();
}, 60_000);

async function phoneOf(person: Person): Promise<{ page: Page; visitor: Visitor }> {
  const visitor = await Visitor.arrive(browser, district.api.address, 'phone', NOW, troubles);
  await visitor.carryToken(person.token!);
  return { page: visitor.page, visitor };
}

async function register(name: string, birthDate: string): Promise<{ person: Person; id: string }> {
  const person = await district.resident();
  const { id } = await person.post('/me/residents', { name, birthDate, regionCode: XIAOPU, relation: 'self' });
  return { person, id };
}

/** A class with two seats, and a parallel one with more. */
async function publishClasses(): Promise<void> {
  const admin = await district.staff('admin');
  const staff = (username: string, name: string, role: string, organisationId?: string) =>
    admin.post('/staff', { username, name, password: PASSWORD, roles: [{ role, organisationId }] });
  await staff('bureau', '周科长', 'bureau_officer');
  const bureau = await district.staff('bureau');
  const school = await bureau.post('/organisations', {
    kind: 'community_school',
    name: '北岙社区学校',
    regionCode: BEIAO,
    phone: '0577-63480000',
  });
  const teacher = await staff('teacher', '王老师', 'teacher', school.id);
  await staff('registrar', '陈老师', 'registrar', school.id);
  const registrar = await district.staff('registrar');
  const [venue, term, course] = await Promise.all([
    registrar.post('/venues', {
      organisationId: school.id,
      regionCode: XIAOPU,
      name: '小朴文化礼堂',
      address: '小朴社区88号',
      capacity: 40,
      stepFree: true,
      accessRoute: 'road',
    }),
    bureau.post('/terms', { name: '2026年秋季', startsOn: '2026-09-01', endsOn: '2027-01-15' }),
    bureau.post('/courses', { code: 'CM-001', name: '越剧', programmeKind: 'community' }),
  ]);
  const publish = async (name: string, seats: number, hour: number): Promise<string> => {
    const draft = await registrar.post('/classes', {
      courseId: course.id,
      termId: term.id,
      organisationId: school.id,
      name,
      teacherId: teacher.id,
      venueId: venue.id,
      seats,
      enrollmentOpensAt: '2026-09-01T09:00:00+08:00',
      enrollmentClosesAt: '2026-09-10T17:00:00+08:00',
      feeFen: 12_000,
      sessions: DAYS.map((day) => ({
        startsAt: `${day}T${hour}:00:00+08:00`,
        endsAt: `${day}T${hour + 1}:30:00+08:00`,
      })),
    });
    let { version } = await registrar.post(`/classes/${draft.id}/submission`, {}, draft);
    ({ version } = await bureau.post(`/classes/${draft.id}/decision`, { decision: 'approved' }, { version }));
    await registrar.post(`/classes/${draft.id}/publication`, {}, { version });
    return draft.id;
  };
  made.full = await publish('越剧上午班', 2, 10);
  made.parallel = await publish('越剧下午班', 20, 14);
}

describe('a couple', () => {
  it('enrolls as one in three taps and a tick, and reads what comes next', async () => {
    const { page } = wife;
    await page.goto(`/classes/${made.full}`);
    await page.getByRole('button', { name: '我要报名' }).click();
    await page.getByLabel('林国平').check();
    await page.getByRole('button', { name: '确定，2 人一起报' }).click();
    await page.getByText('报名成功').waitFor();
    await page.getByText('一起报名的：陈秀英、林国平').waitFor();
    await page.getByText('学费 120 元，到窗口付').first().waitFor();
    expect(await barriers(page)).toEqual([]);
  }, 60_000);

  it('cancels for one of them, sees how long that can be taken back, and takes it back', async () => {
    const { page } = wife;
    await page.getByRole('link', { name: '看我的课程' }).click();
    await page.getByText('2 人一起，要么都有名额，要么都没有').waitFor();
    await page.getByRole('button', { name: '取消报名' }).click();
    await page.getByText('同伴的报名不受影响').waitFor();
    await page.getByRole('button', { name: '是，取消' }).click();
    await page.getByRole('heading', { name: '刚取消的，还能撤回' }).waitFor();
    await page.getByText('还剩 10 分钟').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: '撤回，我还要上' }).click();
    await page.getByText('已撤回。报名成功').waitFor();
    await page.getByRole('link', { name: '详情' }).click();
    await page.getByRole('heading', { name: '经过' }).waitFor();
    expect(await page.locator('.what').allTextContents()).toEqual(
      ['撤回取消，已录取', '取消报名', '报名，已录取'].map((words) => expect.stringContaining(words)),
    );
    expect(await barriers(page)).toEqual([]);
  }, 60_000);
});

describe('a friend', () => {
  it('queues, and wants to be asked first', async () => {
    const { page } = friend;
    await page.goto(`/classes/${made.full}`);
    await page.getByRole('button', { name: '我要排候补' }).click();
    const automatic = page.getByLabel('有名额就直接录取');
    expect(await automatic.isChecked()).toBe(true);
    await automatic.uncheck();
    await page.getByRole('button', { name: '确定排候补' }).click();
    await page.getByText('您是候补第 1 位').waitFor();
    await page.getByText('轮到时会通知您，请在期限内').waitFor();
  }, 60_000);

  it('is offered the seat that falls free, sees how long it is kept, and takes it', async () => {
    const [{ id }] = (await wife.person.get('/me/enrollments')).items;
    await wife.person.post(`/me/enrollments/${id}/cancellation`, {});
    await district.setClock(LATER);
    await friend.visitor.setClock(LATER);
    // Whoever asks the desk about the class next gives the seat on.
    const other = await register('黄阿香', '1956-01-02');
    await other.person.post('/enrollments', { classId: made.full, residentId: other.id });
    const { page } = friend;
    await page.goto('/me');
    await page.getByRole('heading', { name: '有名额等您确认' }).waitFor();
    await page.getByText(/还剩 \d+ 小时/).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: '要这个名额' }).click();
    await page.getByText('报名成功').waitFor();
    await page.getByRole('heading', { name: '要上的课' }).waitFor();
  }, 60_000);

  it('changes to a parallel class with a free seat', async () => {
    const { page } = friend;
    await page.getByRole('link', { name: '详情' }).click();
    await page.getByRole('button', { name: '看看别的班' }).click();
    await page.getByRole('button', { name: '换到这个班' }).click();
    await page.getByRole('button', { name: '是，换班' }).click();
    await page.getByText('已换到“越剧下午班”').waitFor();
    await page.getByText('从“越剧上午班”转来').waitFor();
    expect(await barriers(page)).toEqual([]);
  }, 60_000);

  it('appeals when the school takes her out, and reads its answer', async () => {
    const [{ id }] = (await friend.person.get('/me/enrollments')).items;
    await registrar.post(`/enrollments/${id}/removal`, { because: 'mistake', reason: '登记错了人' });
    const { page } = friend;
    await page.goto(`/me/enrollments/${id}`);
    await page.getByText('原因：登记错了人').waitFor();
    await page.getByRole('button', { name: '我要申诉' }).click();
    await page.getByLabel('哪里不对？').fill('不对');
    await page.getByRole('button', { name: '交给学校' }).click();
    await page.getByText('请至少写 5 个字').waitFor();
    await page.getByLabel('哪里不对？').fill('我是张美兰本人，没有错。');
    await page.getByRole('button', { name: '交给学校' }).click();
    await page.getByText('已交给学校，等学校回复').waitFor();
    expect(await barriers(page)).toEqual([]);
    const [{ id: appeal, version }] = (await friend.person.get('/me/appeals')).items;
    await registrar.post(`/appeals/${appeal}/decision`, { decision: 'upheld', answer: '抱歉，已恢复。' }, { version });
    await page.reload();
    await page.getByText('抱歉，已恢复。').waitFor();
    await page.getByText('申诉成功，回到原来的位置').waitFor();
  }, 60_000);
});

it('nothing went wrong in the pages', () => {
  expect(troubles).toEqual([]);
});
