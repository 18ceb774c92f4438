import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { DataSource } from 'typeorm';
import { rows } from '#core';
import { openBrowser, Visitor } from '../support/browser.js';
import { District, PASSWORD } from '../support/district.js';
import type { Person } from '../support/person.js';
import { seedClass } from '../support/seed.js';

/*
 * The screen in the classroom and a phone before it: what the one shows, the other sends.
 */

const BEGINS = '2026-09-08T14:00:00+08:00';
const NOW = '2026-09-08T14:02:00+08:00';

let district: District;
let browser: Browser;
let teacher: Person;
let resident: Person;
let screenAt: string;
const troubles: string[] = [];

beforeAll(async () => {
  district = await District.open(BEGINS);
  const source = await new DataSource({ type: 'postgres', url: district.database.url }).initialize();
  const at = new Date(BEGINS);
  const { classId, organisationId, termId } = await seedClass(source, at, { seats: 9, inDays: 0 });
  resident = await district.resident(district.newPhone());
  const someone = { name: '林阿海', birthDate: '1960-05-06', regionCode: '330305001007', relation: 'self' };
  const { id } = await resident.post('/me/residents', someone);
  await rows(
    source,
    `insert into enrollments (id, class_id, resident_id, term_id, programme_kind, state, queued_at, source, decided_at, created_at)
     values ($1, $2, $3, $4, 'skills', 'enrolled', $5, 'self', $5, $5)`,
    [randomUUID(), classId, id, termId, at],
  );
  await source.destroy();
  const admin = await district.staff('admin');
  const roles = [{ role: 'registrar', organisationId }];
  await admin.post('/staff', { username: 'registrar', name: '陈老师', password: PASSWORD, roles });
  teacher = await district.staff('registrar');
  const sessionId = (await teacher.get(`/classes/${classId}`)).sessions[0].id;
  screenAt = `/school/classes/${classId}/sessions/${sessionId}/screen`;
  browser = await openBrowser();
  await district.setClock(NOW);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await district?.close();
}, 60_000);

const SHOWN = /数字 (\d{8})/;

describe('the screen in the classroom', () => {
  it('shows what a phone sends, by its address and by its digits', async () => {
    const [wall, phone] = await Promise.all([
      Visitor.arrive(browser, district.api.address, 'desk', NOW, troubles),
      Visitor.arrive(browser, district.api.address, 'phone', NOW, troubles),
    ]);
    await wall.carryToken(teacher.token!);
    await phone.carryToken(resident.token!);
    await wall.page.goto(screenAt);
    const shown = async () =>
      SHOWN.exec((await wall.page.getByRole('img', { name: SHOWN }).getAttribute('aria-label'))!)![1]!;
    const first = await shown();
    await wall.page.getByText(`${first.slice(0, 4)} ${first.slice(4)}`).waitFor();

    // A camera reads the address from the picture.
    const sessionId = screenAt.split('/').at(-2)!;
    await phone.page.goto(`/check-in?session=${sessionId}&code=${first}`);
    await phone.page.getByText('已扫到教室屏幕上的码').waitFor();
    // What was sent home in the meantime is over.
    await district.setClock('2026-09-08T14:03:00+08:00');
    await phone.page.getByRole('button', { name: '签到', exact: true }).click();
    await phone.page.getByText('没有签上：这个码已经换掉了').waitFor();

    await wall.page.reload();
    const second = await shown();
    expect(second).not.toBe(first);
    await phone.page.getByLabel('教室屏幕上的 8 位数字').fill(second);
    await phone.page.getByRole('button', { name: '签到', exact: true }).click();
    await phone.page.getByText('林阿海 签到成功').waitFor();
    await phone.page.getByText('✓ 已签到').waitFor();

    // Without network it shows nothing, least of all what was on it before.
    await wall.setOffline(true);
    await wall.page.getByText('现在没有网络，屏幕签到要联网').waitFor();
    expect(await wall.page.getByRole('img', { name: SHOWN }).count()).toBe(0);
    await wall.setOffline(false);
    await wall.page.getByRole('img', { name: SHOWN }).waitFor();
    await wall.leave();
    await phone.leave();
    expect(troubles).toEqual([]);
  }, 90_000);
});
