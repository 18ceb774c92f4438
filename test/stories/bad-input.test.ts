import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { apply, enrollmentOf, type PublishedClass, type Resident, TestSchool } from '../support/school.js';

/*
 * Whoever sends nonsense to enrollment is told so with a code and what to do next; nothing breaks, and nothing is stored.
 * Times are Asia/Shanghai.
 */

let school: TestSchool;
let lin: Resident;
let choir: PublishedClass;
let later: PublishedClass;

beforeAll(async () => {
  school = await TestSchool.open();
  choir = await school.publish('合唱班');
  later = await school.publish('明天才开的班', { enrollmentOpensAt: '2026-09-02T09:00:00+08:00' });
  lin = await school.resident('林海燕');
  await school.district.setClock('2026-09-01T10:00:00+08:00');
}, 120_000);

afterAll(() => school?.close(), 60_000);

const MANY_IDS = Array.from({ length: 10_000 }, () => randomUUID());
const HALF_A_CHARACTER = '\ud83d';

/** What is sent instead of a right application, and what it is answered. */
const APPLICATIONS: [string, () => unknown, string][] = [
  ['a class that does not exist', () => ({ classId: randomUUID(), residentId: lin.id }), 'ENROLLMENT.CLASS_UNKNOWN'],
  ['a window that has not opened', () => ({ classId: later.id, residentId: lin.id }), 'ENROLLMENT.WINDOW_NOT_OPEN'],
  ['somebody who does not exist', () => ({ classId: choir.id, residentId: randomUUID() }), 'PEOPLE.RESIDENT_UNKNOWN'],
  ['SQL for an id', () => ({ classId: "x'; drop table enrollments; --", residentId: lin.id }), 'CORE.INVALID'],
  ['an emoji for an id', () => ({ classId: '🛶', residentId: lin.id }), 'CORE.INVALID'],
  [
    'ten thousand companions',
    () => ({ classId: choir.id, residentId: lin.id, companionIds: MANY_IDS }),
    'CORE.INVALID',
  ],
  ['a list for a person', () => ({ classId: choir.id, residentId: [lin.id] }), 'CORE.INVALID'],
  ['a field that there is not', () => ({ classId: choir.id, residentId: lin.id, seat: 1 }), 'CORE.INVALID'],
  ['a number', () => 7, 'CORE.INVALID'],
  ['nothing', () => null, 'CORE.INVALID'],
];

it.each(APPLICATIONS)('an application with %s is refused, and nobody is enrolled by it', async (_, body, code) => {
  await lin.person.refused('POST', '/enrollments', { body: body() }, code);
  expect(await enrollmentOf(lin, choir.id)).toBeUndefined();
});

it.each([
  ['lists for people', [[], []]],
  ['texts for people', ['林海燕']],
  ['nobody', []],
  ['ten thousand people', MANY_IDS.map((name) => ({ name }))],
  ['half a character', [{ name: HALF_A_CHARACTER }]],
])('a pasted list with %s is refused whole', async (_, rows) => {
  const path = `/classes/${choir.id}/list-enrollments`;
  await school.registrar.refused('POST', path, { body: { rows } }, 'CORE.INVALID');
});

it('the reason of a step may hold an emoji, and neither half a character nor a book', async () => {
  const enrolled = await apply(lin, choir.id);
  const remove = (reason: string) => ({ body: { because: 'mistake', reason } });
  const path = `/enrollments/${enrolled.id}/removal`;
  await school.registrar.refused('POST', path, remove(HALF_A_CHARACTER), 'CORE.INVALID');
  await school.registrar.refused('POST', path, remove('\u0000'), 'CORE.INVALID');
  await school.registrar.refused('POST', path, remove('长'.repeat(10_000)), 'CORE.INVALID');
  expect(await enrollmentOf(lin, choir.id)).toMatchObject({ state: 'enrolled' });
  await school.registrar.post(path, { because: 'mistake', reason: "登记错了 🛶 '; drop table enrollments; --" });
  expect(await enrollmentOf(lin, choir.id)).toMatchObject({ state: 'removed' });
});

it('a class is changed by nobody who has not seen how it stands', async () => {
  const change = { body: { seats: 4 }, version: choir.version + 7 };
  await school.registrar.refused('PATCH', `/classes/${choir.id}`, change, 'CORE.STALE');
});

it('an address that is none is not found, whatever stands in it', async () => {
  for (const id of ['1', 'null', '%F0%9F%9B%B6', "'%20or%201=1", 'x'.repeat(2_000)]) {
    const { status, body } = await school.registrar.send('GET', `/enrollments/${id}`);
    expect({ id, status, code: body.code }).toMatchObject({ code: expect.stringMatching(/^[A-Z]+\./) });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  }
});
