import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { openBrowser, Visitor } from '../support/browser.js';
import { DemoDistrict, type DemoIds } from '../support/demo-district.js';
import { AREAS, type Area, type PageOfArea, PAGES } from '../support/pages.js';

/*
 * Every page says what is the matter and what to do, whatever comes in its way: an answer that takes long, one that says
 * nothing but 500, a network that is gone, a sign-in that is over, a list in which there is nothing yet. The pages are
 * those of the routers, so a new one that is not thought of here fails.
 */

/** How the platform behaves towards the page. */
type Mood = 'well' | 'hangs' | 'broken' | 'gone' | 'signed-out' | 'empty';

/** What a page says, and leads to, when there is nothing to show; null where it shows the same, or one certain thing. */
const WHEN_EMPTY: Record<Area, Record<string, string | null>> = {
  resident: {
    '/': '看全部课程',
    '/classes': '看全部课程',
    '/classes/:id': '先填我的姓名',
    '/lottery/:id': null,
    '/sign-in': null,
    '/me': '去找课程',
    '/me/enrollments/:id': null,
    '/me/code': '先填我的姓名',
    '/check-in': '现在没有要签到的课',
    '/me/monitor': '您现在没有要点名的课',
    '/me/family': '添加一位家人',
    '/me/details': null,
    '/me/prepare': '填我的姓名',
    '/me/companions': '填我的姓名',
    '/me/residents/:id': null,
    '/:missing(.*)*': null,
  },
  school: {
    '/sign-in': null,
    '/': '可以用上面的按钮看别的日子',
    '/classes': '点“新建班级”开始',
    '/classes/new': '请先请负责人授予教师角色',
    '/classes/:id/edit': '请先请负责人授予教师角色',
    '/classes/:id': '也可以在窗口报名',
    '/classes/:id/import': '上传以后会出现在这里',
    '/classes/:classId/sessions/:id/roll-call': '有人报名后会出现在这里',
    '/classes/:classId/sessions/:id/scan': '有人报名后会出现在这里',
    '/classes/:classId/sessions/:id/screen': null,
    '/classes/:classId/sessions/:id/evidence': '还没有照片',
    '/calls': '收不到短信的人有事要告知时',
    '/calls/:id': null,
    '/enrollments/:id': null,
    '/lists': '学校发布后会出现在这里',
    '/appeals': '居民提出后会出现在这里',
    '/appeals/:id': null,
    '/classes/:classId/sessions/:id/sheet': null,
    '/sheets': null,
    '/sheets/:code': null,
    '/late-sheets': '超过课后 7 天的签到会出现在这里',
    '/late-sheets/:id': null,
    '/counter': null,
    '/venues': '本校还没有场地',
    '/duplicates': '没有看起来重复的档案',
    '/duplicates/:first/:second': null,
    '/counter/:id': '学校发布后会出现在这里',
    '/:nothing(.*)*': null,
  },
  bureau: {
    '/sign-in': null,
    '/wall-chart': null,
    '/indicators/:code': null,
    '/measures/:code': null,
    '/attendances': '可以放宽筛选条件',
    '/regular-elderly': '还没有经常来上课的老年人',
    '/figures': '没有等待审核的填报数',
    '/coverage': '没有符合条件的地方',
    '/coverage/list': null,
    '/ledger': '可以放宽筛选条件',
    '/ledger/:id': null,
    '/headcounts': '登记人数后会出现在这里',
    '/periods': '有人次入账后',
    '/periods/:month': null,
    '/adjustments': '没有这样的更正',
    '/opening-figures': '填报、审核、签发后计入',
    '/opening-figures/:id': null,
    '/sealed-totals': '在这里登记',
    '/imports': '还没有导入过名单',
    '/imports/:id': null,
    '/why': '这个班还没有报名',
    '/why/:enrollmentId': null,
    '/approvals': '学校提交后会出现在这里',
    '/approvals/:id': null,
    '/lotteries': '没有这样的摇号',
    '/lotteries/:classId': null,
    '/mergers': '请先选学校和要并出的班',
    '/organisations': '没有符合条件的机构',
    '/teaching-points': '没有符合条件的教学点',
    '/terms': '还没有学期',
    '/courses': '没有符合条件的课程',
    '/caps': '还没有限额',
    '/travel-times': '没有符合条件的路线',
    '/rules': '还没有统计口径',
    '/staff': '没有符合条件的人员',
    '/staff/:id': null,
    '/audit': '可以放宽筛选条件',
    '/:nothing(.*)*': null,
  },
};

/** Pages that ask the platform for nothing by themselves, so that they look the same whatever it does. */
const STANDS_ALONE = [
  'resident /:missing(.*)*',
  'school /sign-in',
  'school /counter',
  'school /sheets',
  'school /:nothing(.*)*',
].concat(['bureau /sign-in', 'bureau /:nothing(.*)*']);
/** Pages of residents that only who is signed in may see. */
const ONES_OWN = [
  '/me',
  '/me/enrollments/:id',
  '/me/code',
  '/check-in',
  '/me/monitor',
  '/me/family',
  '/me/details',
  '/me/prepare',
  '/me/companions',
  '/me/residents/:id',
];

/** Longer than any page waits before it says that the network is slow, and between its attempts (milliseconds). */
const LONG = 10_000;
/** A sheet of paper within margins of a centimetre, as browsers lay it out (CSS pixels). */
const A4 = { width: 718, height: 1047 };
/** A page that could not reach the platform has tried again after so long (milliseconds). */
const TRIES_AGAIN_WITHIN = 20_000;
const SIGNED_OUT = {
  status: 401,
  code: 'CORE.SIGN_IN_REQUIRED',
  title: '请先登录',
  next: '请登录后再试。',
  traceId: '',
};

let demo: DemoDistrict;
let ids: DemoIds;
let browser: Browser;
const visitors = new Map<PageOfArea['as'], Visitor>();
let who: PageOfArea['as'] | undefined;
let mood: Mood = 'well';
/** Whether the question who is signed in, which the frame of staff's pages asks first, meets with the same mood. */
let frameToo = false;
let hanging: (() => Promise<void>)[] = [];

beforeAll(async () => {
  [demo, browser] = await Promise.all([DemoDistrict.open(), openBrowser()]);
  ids = await demo.ids();
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await demo?.close();
}, 60_000);

/** Puts somebody before a browser whose platform has moods; who was there before comes back to their own device. */
async function arrive(as: PageOfArea['as'], into: Mood, withFrame = false): Promise<Page> {
  // Where nothing of ours goes on; elsewhere than at the platform it would take a new process to come back.
  if (who !== undefined && who !== as) await visitors.get(who)!.page.goto('/healthz');
  [mood, frameToo, hanging, who] = [into, withFrame, [], as];
  const known = visitors.get(as);
  if (known) return known.page;
  const visitor = await Visitor.arrive(browser, demo.address, 'phone', demo.now);
  visitors.set(as, visitor);
  const { page } = visitor;
  if (as) await visitor.carryToken((await demo.somebody(as)).token!);
  await page.clock.install({ time: demo.now });
  // A device that can keep nothing for the time without network; one that can is told of in offline.test.ts.
  await page.addInitScript(`Object.defineProperty(window, 'indexedDB', { value: undefined })`);
  const line = await page.context().newCDPSession(page);
  line.on('Fetch.requestPaused', (paused) => void answer(line, page, paused));
  await line.send('Fetch.enable', { patterns: [{ urlPattern: '*/api/v1/*' }] });
  return page;
}

/** A request that waits, or its true answer once it has one; as the browser's own protocol tells of it. */
interface Paused {
  requestId: string;
  request: { url: string };
  responseStatusCode?: number;
  responseHeaders?: { name: string; value: string }[];
}

/** Answers as the mood is. Playwright's own routes would keep the browser from keeping what it has loaded. */
async function answer(line: CDPSession, page: Page, paused: Paused): Promise<void> {
  const { requestId, responseStatusCode } = paused;
  const through = () => unlessGone(line.send('Fetch.continueRequest', { requestId }));
  if (responseStatusCode !== undefined) return withoutItems(line, paused);
  if (!frameToo && isOfFrame(page, paused)) return through();
  switch (mood) {
    case 'well':
      return through();
    case 'hangs':
      hanging.push(() => answer(line, page, paused));
      return;
    case 'broken':
      return fulfill(line, requestId, 500, 'text/plain', 'Internal Server Error');
    case 'gone':
      return unlessGone(line.send('Fetch.failRequest', { requestId, errorReason: 'InternetDisconnected' }));
    case 'signed-out':
      return fulfill(line, requestId, 401, 'application/problem+json', JSON.stringify(SIGNED_OUT));
    case 'empty':
      return unlessGone(line.send('Fetch.continueRequest', { requestId, interceptResponse: true }));
  }
}

const fulfill = (line: CDPSession, requestId: string, responseCode: number, contentType: string, body: string) =>
  unlessGone(
    line.send('Fetch.fulfillRequest', {
      requestId,
      responseCode,
      responseHeaders: [{ name: 'Content-Type', value: contentType }],
      body: Buffer.from(body).toString('base64'),
    }),
  );

/** A request may be given up while it is answered: its page has gone on. */
async function unlessGone(step: Promise<unknown>): Promise<void> {
  try {
    await step;
  } catch (error) {
    if (!/Invalid InterceptionId|has been closed/.test(String(error))) throw error;
  }
}

const isOfFrame = (page: Page, { request }: Paused) =>
  new URL(request.url).pathname.endsWith('/api/v1/me') && /^\/(school|bureau)/.test(new URL(page.url()).pathname);

/** The true answer, with nothing in its list. */
async function withoutItems(line: CDPSession, paused: Paused): Promise<void> {
  const { requestId, responseStatusCode } = paused;
  const read = async () => {
    const { body, base64Encoded } = await line.send('Fetch.getResponseBody', { requestId });
    const emptied = withNothing(Buffer.from(body, base64Encoded ? 'base64' : 'utf8').toString());
    if (emptied === undefined) return line.send('Fetch.continueRequest', { requestId });
    return fulfill(line, requestId, responseStatusCode!, 'application/json', JSON.stringify(emptied));
  };
  await unlessGone(read());
}

/** undefined where there is no list. */
function withNothing(text: string): unknown {
  if (!/^[[{]/.test(text)) return undefined;
  const body: unknown = JSON.parse(text);
  if (Array.isArray(body)) return [];
  const lists = ['items', 'residents'].filter((name) => Array.isArray((body as any)?.[name]));
  if (lists.length === 0) return undefined;
  return { ...(body as object), ...Object.fromEntries(lists.map((name) => [name, []])), next: null };
}

/** Changes the mood, and answers what was left hanging. */
async function turn(to: Mood): Promise<void> {
  mood = to;
  await Promise.all(hanging.splice(0).map((goOn) => goOn()));
}

const again = (page: Page) => page.locator('[role=alert], [role=status]').getByRole('button', { name: '再试一次' });

async function expectOneHeading(page: Page): Promise<void> {
  expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
}

/** From an answer that hangs to one that is good. */
async function throughAllTroubles(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.getByText('正在打开……').locator('visible=true').first().waitFor();
  await page.clock.fastForward(LONG);
  await page.getByText('网络有点慢，请再等一下').first().waitFor();
  await again(page).first().waitFor();
  await expectOneHeading(page);

  await turn('broken');
  await page.getByText('系统暂时没有回应').first().waitFor();
  await page.getByText('请稍后再试').first().waitFor();
  await expectOneHeading(page);

  await turn('gone');
  await again(page).first().click();
  // It tries three times before it says so.
  for (let attempt = 0; attempt < 3; attempt++) await page.clock.fastForward(LONG);
  await page.getByText('现在没有网络，或平台没有回应。连上后会自动重试').first().waitFor();
  await again(page).first().waitFor();
  await expectOneHeading(page);

  await turn('well');
  // Nobody tells a device that the platform is back.
  await page.clock.fastForward(TRIES_AGAIN_WITHIN);
  await page.getByText('现在没有网络').first().waitFor({ state: 'detached' });
  await expectSettled(page);
  while ((await again(page).count()) > 0) {
    await again(page).first().click();
    await expectSettled(page);
  }
  await expectContent(page);
}

const expectSettled = (page: Page) =>
  page
    .locator('[role=status]', { hasText: /正在打开|网络/ })
    .first()
    .waitFor({ state: 'detached' });

/** Nothing is wider than an old telephone: what does not fit names itself. */
async function expectNoOverflow(page: Page): Promise<void> {
  const wider = await page.evaluate<string[]>(`(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const parts = [...document.querySelectorAll('body *')]
      .filter((one) => one.getBoundingClientRect().right > clientWidth + 1)
      .map((one) => one.tagName + '.' + one.className + ' ends at ' + Math.round(one.getBoundingClientRect().right));
    return ['the page is ' + scrollWidth + ' wide', ...parts];
  })()`);
  expect(wider).toEqual([]);
}

async function expectContent(page: Page): Promise<void> {
  await expectSettled(page);
  expect(await page.getByRole('alert').allTextContents()).toEqual([]);
  await expectOneHeading(page);
  await expectNoOverflow(page);
}

describe.each(AREAS)('%s', (area) => {
  const prefix = area === 'resident' ? '' : `/${area}`;
  const pages = PAGES.filter((page) => page.area === area);
  /** The first page of each route, of those that are for somebody who is signed in where there is one. */
  const inOrder = [...pages].sort((one, other) => Number(other.as !== null) - Number(one.as !== null));
  const routes = inOrder.filter((page, index) => inOrder.findIndex(({ route }) => route === page.route) === index);
  const asking = routes.filter(({ route }) => !STANDS_ALONE.includes(`${area} ${route}`));

  it('has no page that is not thought of here', async () => {
    const page = await arrive(null, 'well');
    await page.goto(`${prefix}/sign-in`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const known = await page.evaluate<string[]>(
      `document.getElementById('app').__vue_app__.config.globalProperties.$router.getRoutes()
        .filter(({ redirect }) => !redirect).map(({ path }) => path)`,
    );
    expect(known.length).toBeGreaterThan(8);
    expect(Object.keys(WHEN_EMPTY[area]).sort()).toEqual([...known].sort());
    expect(routes.map(({ route }) => route).sort()).toEqual([...known].sort());
  });

  it.each(routes)('$route is found where somebody comes to it from elsewhere', async ({ route, at }) => {
    const { status } = await fetch(demo.address + at(ids));
    expect(status).toBe(area === 'resident' && route === '/:missing(.*)*' ? 404 : 200);
  });

  it.each(asking)(
    '$route says that it takes long, fails, has no network, and goes on by itself',
    async ({ as, at }) => {
      await throughAllTroubles(await arrive(as, 'hangs'), at(ids));
    },
  );

  // The others are measured when they have gone through all troubles.
  it.each(pages.filter((page) => !asking.includes(page)))('$name is no wider than a telephone', async ({ as, at }) => {
    const page = await arrive(as, 'well');
    await page.goto(at(ids));
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expectSettled(page);
    await expectNoOverflow(page);
  });

  it.each(routes.filter(({ route }) => WHEN_EMPTY[area][route]))(
    '$route, with nothing in it, says what to do',
    async ({ route, as, at }) => {
      const page = await arrive(as, 'empty');
      await page.goto(at(ids));
      await page.getByText(WHEN_EMPTY[area][route]!).locator('visible=true').first().waitFor();
      await expectContent(page);
    },
  );

  if (area === 'bureau') {
    it('the wall chart is whole on A4, also in English', async () => {
      for (const language of ['zh', 'en']) {
        const visitor = await Visitor.arrive(browser, demo.address, 'desk', demo.now);
        const { page } = visitor;
        await visitor.carryToken((await demo.somebody('bureau_officer')).token!);
        await page.addInitScript(`localStorage.setItem('huixue-language', '${language}')`);
        await page.goto('/bureau/wall-chart');
        await page.getByRole('table').first().waitFor();
        await page.emulateMedia({ media: 'print' });
        await page.setViewportSize(A4);
        const boxes = await page.evaluate<number[][]>(
          `[...document.querySelectorAll('.table-box')].map((box) => [box.scrollWidth, box.clientWidth])`,
        );
        expect(boxes.length).toBeGreaterThan(0);
        expect(boxes.filter(([wanted, there]) => wanted! > there!)).toEqual([]);
        await expectNoOverflow(page);
        await visitor.leave();
      }
    });
  }

  if (area === 'resident') {
    it.each(routes.filter(({ route }) => ONES_OWN.includes(route)))(
      '$route asks to sign in and come back',
      async ({ at }) => {
        const page = await arrive(null, 'well');
        await page.goto(at(ids));
        await page.getByText('请先登录，再看这一页').waitFor();
        const link = page.getByRole('main').getByRole('link', { name: '去登录' });
        expect(await link.getAttribute('href')).toBe(`/sign-in?next=${encodeURIComponent(at(ids))}`);
        await expectOneHeading(page);
      },
    );

    it.each(routes.filter(({ route }) => !ONES_OWN.includes(route)))('$route is open to everybody', async ({ at }) => {
      const page = await arrive(null, 'well');
      await page.goto(at(ids));
      await expectContent(page);
    });
  } else {
    it('says who is to be asked for when that cannot be found out', async () => {
      await throughAllTroubles(
        await arrive(area === 'school' ? 'registrar' : 'bureau_officer', 'hangs', true),
        `${prefix}/nothing-here`,
      );
    });

    it.each(asking)('$route, when the sign-in is over, asks for another and comes back', async ({ as, at }) => {
      const page = await arrive(as, 'signed-out');
      await page.goto(at(ids));
      const link = page.getByRole('main').getByRole('link', { name: '去登录' }).first();
      expect(await link.getAttribute('href')).toBe(`${prefix}/sign-in?next=${encodeURIComponent(at(ids))}`);
      await expectOneHeading(page);
    });

    it.each(routes.filter(({ as }) => as))(
      '$route sends whoever is not signed in to sign in, and back',
      async ({ at }) => {
        const page = await arrive(null, 'well');
        await page.goto(at(ids));
        await page.getByLabel('用户名').waitFor();
        const { pathname, searchParams } = new URL(page.url());
        expect([pathname, searchParams.get('next')]).toEqual([`${prefix}/sign-in`, at(ids)]);
      },
    );
  }
});

it('whatever a resident has opened once can be read without network', async () => {
  const page = await arrive('resident', 'well');
  await page.goto('/');
  const tabs = page.getByRole('navigation', { name: '主要页面' });
  const visits = { 我的课程: '要上的课', 签到码: '上课时给老师扫一扫', 找课程: '快要开始报名' };
  for (const [tab, words] of Object.entries(visits)) {
    await tabs.getByRole('link', { name: tab }).click();
    await page.getByText(words).first().waitFor();
  }
  mood = 'gone';
  await page.context().setOffline(true);
  for (const [tab, words] of Object.entries(visits)) {
    await tabs.getByRole('link', { name: tab }).click();
    await page.getByText(words).locator('visible=true').first().waitFor();
  }
  await page.context().setOffline(false);
});
