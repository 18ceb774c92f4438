import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { dayOf } from '#contracts';
import { PACKAGE_ROOT } from '#core';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '#demo';
import { openBrowser, type Size, Visitor } from '../support/browser.js';
import { cli } from '../support/district.js';
import { Person } from '../support/person.js';
import { startApi, startWorker } from '../support/processes.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/*
 * Pictures of every page with the data of the demo, at ten in the morning, into build/screens: to be looked at by people.
 * README shows four of them, which are kept in docs/images.
 */

const FOLDER = join(PACKAGE_ROOT, 'build', 'screens');
/** What README shows, and how wide a desk is in it. */
const README_DESK = { width: 1200, height: 750 };
const README = {
  'resident-home': 'home',
  'resident-class': 'class',
  'school-roll-call': 'roll-call',
  'bureau-wall-chart': 'wall-chart',
};

let database: TestDatabase;
let api: Awaited<ReturnType<typeof startApi>>;
let worker: Awaited<ReturnType<typeof startWorker>>;
let browser: Browser;
let visitor: Visitor;
let now: string;

beforeAll(async () => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(join(FOLDER, 'readme'), { recursive: true });
  database = await createTestDatabase();
  cli(['demo'], database.url);
  [api, worker, browser] = await Promise.all([startApi(database.url), startWorker(database.url), openBrowser()]);
  now = `${dayOf(new Date())}T10:00:00+08:00`;
  await Promise.all([api, worker].map((program) => program.setClock(new Date(now))));
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await Promise.all([api?.stop(), worker?.stop()]);
  await database?.drop();
}, 60_000);

/** Somebody of the demo at a new device, signed in over HTTP as well; without an account, a stranger. */
async function arrive(size: Size, as?: (typeof DEMO_ACCOUNTS)[number]): Promise<Person> {
  await visitor?.leave();
  visitor = await Visitor.arrive(browser, api.address, size, now);
  await visitor.lendChineseFont();
  if (!as) return new Person(api.address);
  const person = await signIn(as);
  await visitor.carryToken(person.token!);
  return person;
}

async function signIn({ username, phone }: (typeof DEMO_ACCOUNTS)[number]): Promise<Person> {
  const person = new Person(api.address);
  if (username) return person.signIn(username, DEMO_PASSWORD);
  await person.post('/sign-in/sms-codes', { phone });
  const { code } = await person.post('/demo/last-sms', { phone });
  person.token = (await person.post('/sign-in/sms', { phone, code })).token;
  return person;
}

const somebody = (role: string) => DEMO_ACCOUNTS.find((account) => account.role === role)!;

/** README shows these as large as they fit, and the roll call as it is being taken. */
async function keepForReadme(title: string): Promise<void> {
  const name = README[title as keyof typeof README];
  if (!name) return;
  const { page } = visitor;
  const before = page.viewportSize()!;
  if (before.width > README_DESK.width) await page.setViewportSize(README_DESK);
  if (name === 'roll-call') for (const row of [1, 6]) await page.locator('.names .name').nth(row).click();
  await page.screenshot({ path: join(FOLDER, 'readme', `${name}.png`) });
  await page.setViewportSize(before);
}

/** Takes the pictures of some pages once they stand still. */
async function shoot(area: string, pages: Record<string, string>): Promise<void> {
  const { page } = visitor;
  for (const [name, address] of Object.entries(pages)) {
    await page.goto(address, { waitUntil: 'networkidle' });
    await page.evaluate('document.fonts.ready.then(() => undefined)');
    const title = `${area}-${name}`;
    await keepForReadme(title);
    // All of the page at once; what is fixed to the end of the screen then stands at the end of the page.
    const { width, height } = page.viewportSize()!;
    const whole = await page.evaluate<number>('document.documentElement.scrollHeight');
    await page.setViewportSize({ width, height: Math.max(height, whole) });
    await page.screenshot({ path: join(FOLDER, `${title}.png`) });
    await page.setViewportSize({ width, height });
    console.log(title, await page.title());
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
  }
}

describe('resident', () => {
  it('a stranger', async () => {
    await arrive('phone');
    await shoot('resident', { 'home-stranger': '/', 'sign-in': '/sign-in' });
  });

  it('who has classes', async () => {
    const person = await arrive('phone', somebody('resident'));
    const open = (await person.get('/classes?openOnly=true&limit=100')).items;
    const free = open.find(({ seatsLeft }: { seatsLeft: number }) => seatsLeft > 0) ?? open[0];
    const full = open.find(({ seatsLeft }: { seatsLeft: number }) => seatsLeft === 0) ?? open[0];
    await shoot('resident', {
      home: '/',
      classes: '/classes',
      'classes-found': '/classes?q=taijiquan',
      class: `/classes/${free.id}`,
      'class-full': `/classes/${full.id}`,
      'my-classes': '/me',
      code: '/me/code',
      family: '/me/family',
      prepare: '/me/prepare',
      'resident-details': `/me/residents/${(await person.get('/me/residents'))[0].id}`,
      companions: '/me/companions',
      details: '/me/details',
      missing: '/nothing-here',
    });
  });
});

describe('school', () => {
  it('the teacher', async () => {
    const person = await arrive('desk', somebody('teacher'));
    const school = (await person.get('/me')).roles[0].organisationId;
    const sessions = (await person.get(`/organisations/${school}/sessions?day=${now.slice(0, 10)}&mine=true`)).items;
    const { classId, id } = sessions[0];
    const pages = {
      'roll-call': `/school/classes/${classId}/sessions/${id}/roll-call`,
      scan: `/school/classes/${classId}/sessions/${id}/scan`,
      'today-teacher': '/school',
    };
    await shoot('school', pages);
    await arrive('phone', somebody('teacher'));
    await shoot('school-phone', pages);
  });

  it('the registrar', async () => {
    const person = await arrive('desk', somebody('registrar'));
    const school = (await person.get('/me')).roles[0].organisationId;
    const classes = (await person.get(`/organisations/${school}/classes?limit=100`)).items;
    const published = classes.find((one: any) => one.state === 'published' && one.seatsLeft < one.seats);
    const { items: roster } = await person.get(`/classes/${published.id}/enrollments`);
    await shoot('school', {
      today: '/school',
      classes: '/school/classes',
      class: `/school/classes/${published.id}`,
      'class-sessions': `/school/classes/${published.id}?tab=sessions`,
      'class-facts': `/school/classes/${published.id}?tab=facts`,
      'new-class': '/school/classes/new',
      counter: '/school/counter',
      resident: `/school/counter/${roster[0].residentId}`,
    });
    await arrive('desk');
    await shoot('school', { 'sign-in': '/school/sign-in' });
  });
});

describe('bureau', () => {
  it('the officer', async () => {
    const person = await arrive('desk', somebody('bureau_officer'));
    const [{ items: entries }, { items: reviews }] = await Promise.all([
      person.get('/ledger-entries?live=true'),
      person.get('/class-reviews'),
    ]);
    const entry = entries[0];
    await shoot('bureau', {
      'wall-chart': '/bureau/wall-chart',
      'indicator-counted': '/bureau/indicators/vocational-training',
      'indicator-coverage': '/bureau/indicators/village-elderly-classroom',
      'indicator-without-data': '/bureau/indicators/quality-kindergarten',
      'coverage-townships': '/bureau/coverage',
      'coverage-villages': '/bureau/coverage?of=elderly_classroom.village',
      ledger: '/bureau/ledger',
      'ledger-entry': `/bureau/ledger/${entry.id}`,
      why: `/bureau/why?organisation=${entry.organisationId}&class=${entry.classId}`,
      'why-answer': `/bureau/why/${entry.enrollmentId}`,
      approvals: '/bureau/approvals',
      ...(reviews[0] && { approval: `/bureau/approvals/${reviews[0].id}` }),
      rules: '/bureau/rules',
      audit: '/bureau/audit',
    });
    await arrive('phone', somebody('bureau_officer'));
    await shoot('bureau-phone', { 'wall-chart': '/bureau/wall-chart', ledger: '/bureau/ledger' });
    await arrive('desk');
    await shoot('bureau', { 'sign-in': '/bureau/sign-in' });
  });
});
