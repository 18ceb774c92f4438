import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { phoneJpeg, TINY_PNG } from '../support/pictures.js';
import { apply, BEIAO, LUXI_VILLAGE, type PublishedClass, type Resident, TestSchool } from '../support/school.js';
import { waitFor } from '../support/wait-for.js';

/*
 * What happens to a session while its evidence comes in: it is put off while its code is on the screen, heads are counted
 * beside names, a makeup falls into the next year. Times are Asia/Shanghai.
 */

let school: TestSchool;
let lin: Resident;
let wu: Resident;
let put: PublishedClass;
let lecture: PublishedClass;
let winter: PublishedClass;
/** By resident and class. */
const enrollments = new Map<string, string>();

const LUXI = '330305202000'; // 鹿西乡

const at = (moment: string) => school.district.setClock(`${moment}+08:00`);
const evening = (day: string) => ({ startsAt: `${day}T20:00:00+08:00`, endsAt: `${day}T21:30:00+08:00` });

beforeAll(async () => {
  school = await TestSchool.open();
  const community = async () => ({ courseId: (await school.course('community')).id, seats: 10 });
  put = await school.publish('渔民画班', { ...(await community()), sessions: [evening('2026-09-14')] });
  lecture = await school.publish('海洋文化公开课', { ...(await community()), sessions: [evening('2026-09-16')] });
  const nights = ['2026-12-14', '2026-12-21', '2026-12-28'].map(evening);
  winter = await school.publish('冬夜读书班', { ...(await community()), sessions: nights });
  await at('2026-09-01T09:00:00');
  [lin, wu] = [await school.resident('林阿海'), await school.resident('吴阿妹')];
  for (const { id } of [put, lecture, winter]) {
    for (const who of [lin, wu]) enrollments.set(who.id + id, (await apply(who, id)).id);
  }
}, 120_000);
afterAll(() => school?.close());

/** Marks them present by name, now. */
async function mark(sessionId: string, deviceTime: string, ...present: Resident[]): Promise<void> {
  const { items } = await school.teacher.post(`/sessions/${sessionId}/marks`, {
    deviceId: 'teacher-tablet',
    items: present.map(({ id }) => ({
      id: randomUUID(),
      kind: 'teacher_mark',
      residentId: id,
      status: 'present',
      deviceTime: `${deviceTime}+08:00`,
    })),
  });
  expect(items.map(({ outcome }: { outcome: string }) => outcome)).toEqual(present.map(() => 'recorded'));
}

/** Calls a session off, and puts another in its place. */
async function putOff({ id }: PublishedClass, sessionId: string, to: string): Promise<string> {
  await school.registrar.post(`/classes/${id}/sessions/${sessionId}/cancellation`, { reason: '台风' });
  const makeup = await school.registrar.post(`/classes/${id}/sessions`, { ...evening(to), makeupOf: sessionId });
  return makeup.id;
}

/** As the school reads it, which is signed in all year. */
const participation = (who: Resident, { id }: PublishedClass) =>
  school.registrar.get(`/enrollments/${enrollments.get(who.id + id)}/participation`);
const measure = async (code: string) =>
  (await school.bureau.get('/wall-chart')).measures.find((one: { code: string }) => one.code === code);

describe('a session that is put off while its code is on the screen', () => {
  const checkIn = async (sessionId: string, code: string) =>
    (
      await lin.person.post(`/me/open-sessions/${sessionId}/check-in`, {
        code,
        items: [{ id: randomUUID(), residentId: lin.id }],
      })
    ).items;
  const old = () => put.sessions[0]!.id;

  it('takes nobody by the code of the old time, at neither of the two', async () => {
    await at('2026-09-14T19:50:01');
    const { code } = await school.teacher.get(`/sessions/${old()}/rotating-code`);
    const makeup = await putOff(put, old(), '2026-09-15');
    await school.teacher.refused('GET', `/sessions/${old()}/rotating-code`, {}, 'ATTENDANCE.SESSION_CANCELLED');
    await school.teacher.refused('GET', `/sessions/${makeup}/rotating-code`, {}, 'ATTENDANCE.TOO_EARLY');
    expect(await checkIn(old(), code)).toMatchObject([{ outcome: 'rejected', code: 'ATTENDANCE.SESSION_CANCELLED' }]);
    const [early] = await checkIn(makeup, code);
    expect(early).toMatchObject({ outcome: 'rejected' });
    expect((await lin.person.get('/me/open-sessions')).items).toEqual([]);
  });

  it('takes them by the code of the new time, and counts on that day', async () => {
    await at('2026-09-15T19:50:01');
    const { items } = await lin.person.get('/me/open-sessions');
    expect(items).toHaveLength(1);
    const { code } = await school.teacher.get(`/sessions/${items[0].sessionId}/rotating-code`);
    expect(await checkIn(old(), code)).toMatchObject([{ outcome: 'rejected' }]);
    expect(await checkIn(items[0].sessionId, code)).toMatchObject([{ outcome: 'recorded' }]);
    const counted = await waitFor('it to count', async () => {
      const now = await participation(lin, put);
      return now.kind === 'counted' && now;
    });
    expect(counted.counted).toMatchObject([{ measure: 'community-person-times', countedOn: '2026-09-15' }]);
  });
});

describe('heads that are counted at a session where names are taken, too', () => {
  it('are shown beside the names, and nobody is counted twice', async () => {
    const { id } = lecture.sessions[0]!;
    await at('2026-09-16T20:10:00');
    await mark(id, '2026-09-16T20:05:00', lin, wu);
    for (const [file, type] of [
      [phoneJpeg(), 'image/jpeg'],
      [TINY_PNG, 'image/png'],
    ] as const) {
      expect((await school.teacher.send('POST', `/sessions/${id}/photos`, { file, type })).status).toBe(201);
    }
    await school.teacher.post(`/sessions/${id}/headcounts`, { headcount: 48 });
    await waitFor('both to count', async () => (await measure('community-person-times')).year.value === 3);
    expect(await measure('community-person-times')).toMatchObject({ unnamed: { sessions: 1, headcount: 48 } });
    const { items } = await school.bureau.get('/headcounts?year=2026');
    expect(items).toMatchObject([{ className: '海洋文化公开课', headcount: 48, named: 2 }]);
    const entries = await school.bureau.get('/ledger-entries?measure=community-person-times&live=true');
    expect(entries.items).toHaveLength(3);
  });
});

describe('a makeup that falls into the next year', () => {
  it('counts whom it brings over the threshold in that year, and whom it does not in the old one', async () => {
    const [first, second, third] = winter.sessions.map(({ id }) => id) as [string, string, string];
    await at('2026-12-14T20:10:00');
    await mark(first, '2026-12-14T20:05:00', lin, wu);
    await at('2026-12-21T20:10:00');
    await mark(second, '2026-12-21T20:05:00', wu);
    await at('2026-12-28T09:00:00');
    const makeup = await putOff(winter, third, '2027-01-04');
    expect(await participation(lin, winter)).toMatchObject({ kind: 'not_yet' });
    await at('2027-01-04T20:10:00');
    await mark(makeup, '2027-01-04T20:05:00', lin);
    await waitFor('it to count', async () => (await participation(lin, winter)).kind === 'counted');
    const days = await Promise.all([lin, wu].map(async (who) => (await participation(who, winter)).counted));
    expect(days).toMatchObject([[{ countedOn: '2027-01-04' }], [{ countedOn: '2026-12-21' }]]);
    expect((await measure('community-person-times')).year).toMatchObject({ year: 2027, value: 1 });
    const chart = await school.bureau.get('/wall-chart?on=2026-12-31');
    const then = chart.measures.find((one: { code: string }) => one.code === 'community-person-times');
    expect(then.year).toMatchObject({ year: 2026, value: 4 });
  });
});

describe('a venue that turns out to lie in another village', () => {
  it('takes along what was held there: figures and drill-down agree', async () => {
    const byTownship = async () =>
      (await school.bureau.get('/measures/community-person-times?year=2026')).byTownship.map(
        ({ key, total }: { key: string; total: number }) => [key, total],
      );
    expect(await byTownship()).toEqual([[BEIAO, 4]]);
    const [venue] = (await school.registrar.get(`/venues?organisationId=${school.id}`)).items;
    await school.registrar.patch(`/venues/${venue.id}`, { regionCode: LUXI_VILLAGE }, venue.version);
    await waitFor('all to be counted there', async () => {
      const parts = await byTownship();
      return parts.length === 1 && parts[0][0] === LUXI && parts[0][1] === 4;
    });
    const { items } = await school.bureau.get('/ledger-entries?measure=community-person-times&live=true');
    expect(items.map(({ regionCode }: { regionCode: string }) => regionCode)).toEqual(Array(5).fill(LUXI_VILLAGE));
  });
});
