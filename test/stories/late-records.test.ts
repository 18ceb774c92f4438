import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../support/person.js';
import { apply, enrollmentOf, type PublishedClass, type Resident, TestSchool } from '../support/school.js';
import { waitFor } from '../support/wait-for.js';

/*
 * 补录: the roll of a session is entered weeks later, from the paper on which it was taken. It waits on a late sheet and
 * counts when the principal has signed. Times are Asia/Shanghai.
 */

let school: TestSchool;
let painting: PublishedClass;
let lin: Resident;

const at = (moment: string) => school.district.setClock(`2026-${moment}+08:00`);
const session = (number: number) => painting.sessions[number - 1]!.id;

/** Marks Lin at a session, now. */
async function mark(by: Person, number: number, status: string, deviceTime: string, because?: string) {
  const { items } = await by.post(`/sessions/${session(number)}/marks`, {
    deviceId: 'office',
    items: [{ id: randomUUID(), kind: 'teacher_mark', residentId: lin.id, status, because, deviceTime }],
  });
  return items[0] as { outcome: string; code?: string; next?: string };
}
const sheetsThat = async (state: string) =>
  (await school.principal.get(`/organisations/${school.id}/late-sheets?state=${state}`)).items as any[];
const why = async () => {
  const { id } = await enrollmentOf(lin, painting.id);
  return lin.person.get(`/enrollments/${id}/participation`);
};

beforeAll(async () => {
  school = await TestSchool.open();
  await at('09-01T09:00:00');
  const { id: courseId } = await school.course('community');
  painting = await school.publish('渔民画班', { courseId, seats: 10 });
  lin = await school.resident('林阿海');
  await apply(lin, painting.id);
}, 120_000);
afterAll(() => school?.close());

describe('a roll that is entered more than seven days afterwards', () => {
  const LATE = '2026-09-30T09:00:00+08:00';

  it('wants a reason, then waits, and it is said that it does', async () => {
    await at('09-14T09:00:00');
    expect(await mark(school.teacher, 1, 'present', '2026-09-14T09:00:00+08:00')).toMatchObject({
      outcome: 'recorded',
    });
    await at('09-30T09:00:00');
    const refused = await mark(school.registrar, 2, 'present', LATE);
    expect(refused).toMatchObject({ outcome: 'rejected', code: 'ATTENDANCE.REASON_NEEDED' });
    const waiting = await mark(school.registrar, 2, 'present', LATE, '当天停电，用纸质签到表');
    expect(waiting).toMatchObject({
      outcome: 'review',
      code: 'ATTENDANCE.TOO_LATE',
      next: '已记在这次课的补录单上，校长签字后计入。',
    });
    const { items } = await school.teacher.get(`/sessions/${session(2)}/roster`);
    expect(items).toMatchObject([{ name: '林阿海', attendance: null, waiting: 'present' }]);
    const { kind, sentence } = await why();
    expect([kind, sentence]).toEqual(['not_yet', expect.stringContaining('1 次签到是补录，校长签字后才计入。')]);
  });

  it('stands on a sheet that says who entered it, when and why', async () => {
    const [sheet] = await sheetsThat('waiting');
    expect(sheet).toMatchObject({ className: '渔民画班', sessionNumber: 2, marks: 1, state: 'waiting' });
    const { items } = await school.principal.get(`/late-sheets/${sheet.id}/marks`);
    expect(items).toMatchObject([
      { residentName: '林阿海', status: 'present', by: '陈老师', because: '当天停电，用纸质签到表', present: null },
    ]);
    expect(items[0].recordedAt).toMatch(/^2026-09-30T01:00:/);
    await school.bureau.refused('GET', `/late-sheets/${sheet.id}`, {}, 'CORE.FORBIDDEN');
  });

  it('counts from the day of the session when the principal has signed', async () => {
    const [{ id, version }] = (await sheetsThat('waiting')) as [any];
    const path = `/late-sheets/${id}/signature`;
    await school.registrar.refused('POST', path, { body: {}, version }, 'CORE.FORBIDDEN');
    await school.principal.refused('POST', path, { body: {}, version: version + 1 }, 'CORE.STALE');
    expect(await school.principal.post(path, {}, { version })).toMatchObject({
      state: 'signed',
      decidedByName: '林校长',
    });
    await waitFor('it to count', async () => (await why()).kind === 'counted', 10_000);
    const [counted] = (await why()).counted;
    expect(counted).toMatchObject({ measure: 'community-person-times', countedOn: '2026-09-21' });
    expect(await sheetsThat('waiting')).toEqual([]);
    expect(await sheetsThat('signed')).toMatchObject([{ id }]);
  });

  it('is not signed by who entered it, and counts nothing when it is returned', async () => {
    await at('10-10T09:00:00');
    const entered = await mark(school.principal, 3, 'present', '2026-10-10T09:00:00+08:00', '漏点名');
    expect(entered.outcome).toBe('review');
    const [{ id, version }] = (await sheetsThat('waiting')) as [any];
    await school.principal.refused(
      'POST',
      `/late-sheets/${id}/signature`,
      { body: {}, version },
      'ATTENDANCE.LATE_SHEET_OWN',
    );
    const back = `/late-sheets/${id}/return`;
    await school.principal.refused('POST', back, { body: { reason: '' }, version }, 'CORE.INVALID');
    await school.principal.post(back, { reason: '没有纸质签到表' }, { version });
    expect(await sheetsThat('returned')).toMatchObject([
      { returnedBecause: '没有纸质签到表', decidedByName: '林校长' },
    ]);
    const { items } = await school.teacher.get(`/sessions/${session(3)}/roster`);
    expect(items).toMatchObject([{ attendance: null, waiting: null }]);
    const twice = { body: {}, version: version + 1 };
    await school.principal.refused('POST', `/late-sheets/${id}/signature`, twice, 'ATTENDANCE.LATE_SHEET_DECIDED');
    await school.principal.refused('GET', `/late-sheets/${randomUUID()}`, {}, 'ATTENDANCE.LATE_SHEET_UNKNOWN');
  });
});
