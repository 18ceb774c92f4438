import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apply, enrollmentOf, type PublishedClass, type Resident, TestSchool, XIAOPU } from '../support/school.js';

/*
 * All the ways in which the roll of a session is taken: by the code on the screen, by the class monitor, with people who
 * walk in, by a substitute teacher, and corrected afterwards. Times are Asia/Shanghai.
 */

let school: TestSchool;
let knots: PublishedClass;
let lin: Resident;
let childId: string;
let wu: Resident;
let stranger: Resident;
/** The first session: 14 September, 8:00 to 9:30. */
let first: string;

beforeAll(async () => {
  school = await TestSchool.open();
  await at('09-01T09:00:00');
  knots = await school.publish('渔网编织班', { seats: 4 });
  first = knots.sessions[0]!.id;
  [lin, wu, stranger] = [
    await school.resident('林阿海'),
    await school.resident('吴小妹'),
    await school.resident('路人甲'),
  ];
  const child = { name: '林小海', birthDate: '1999-05-06', regionCode: XIAOPU, relation: 'family' };
  childId = (await lin.person.post('/me/residents', child)).id;
  await apply(lin, knots.id);
  await apply({ ...lin, id: childId }, knots.id);
  await apply(wu, knots.id);
}, 120_000);
afterAll(() => school?.close());

const at = (moment: string) => school.district.setClock(`2026-${moment}+08:00`);
const roster = async (sessionId = first) => (await school.teacher.get(`/sessions/${sessionId}/roster`)).items as any[];
const statusOf = async (residentId: string, sessionId = first) => {
  const line = (await roster(sessionId)).find((one) => one.residentId === residentId);
  return line.attendance && [line.attendance.status, line.attendance.kind];
};

describe('the code on the screen', () => {
  const checkIn = (who: Resident, code: string, residentIds = [who.id], ids = residentIds.map(() => randomUUID())) =>
    who.person.post(`/me/open-sessions/${first}/check-in`, {
      code,
      items: residentIds.map((residentId, index) => ({ id: ids[index], residentId })),
    });
  const screen = () => school.teacher.get(`/sessions/${first}/rotating-code`);

  it('is there from half an hour before the session, for its teacher', async () => {
    await at('09-14T07:29:00');
    await school.teacher.refused('GET', `/sessions/${first}/rotating-code`, {}, 'ATTENDANCE.TOO_EARLY');
    expect(await lin.person.get('/me/open-sessions')).toEqual({ items: [] });
    await at('09-14T07:50:01');
    expect(await screen()).toEqual({ code: expect.stringMatching(/^\d{8}$/), validForMs: expect.any(Number) });
    await lin.person.refused('GET', `/sessions/${first}/rotating-code`, {}, 'CORE.FORBIDDEN');
  });

  it('checks in oneself and the family, each answered, and once', async () => {
    const { code } = await screen();
    expect(await lin.person.get('/me/open-sessions')).toMatchObject({
      items: [
        {
          sessionId: first,
          className: '渔网编织班',
          number: 1,
          residents: expect.arrayContaining([
            { residentId: lin.id, name: '林阿海', status: null },
            { residentId: childId, name: '林小海', status: null },
          ]),
        },
      ],
    });
    const ids = [randomUUID(), randomUUID()];
    expect(await checkIn(lin, code, [lin.id, childId], ids)).toMatchObject({
      items: [
        { outcome: 'recorded', name: '林阿海' },
        { outcome: 'recorded', name: '林小海' },
      ],
    });
    // The answer was lost, and the code is over when it is sent again.
    await at('09-14T07:52:00');
    expect((await checkIn(lin, code, [lin.id, childId], ids)).items).toMatchObject([
      { outcome: 'duplicate' },
      { outcome: 'duplicate' },
    ]);
    expect(await statusOf(childId)).toEqual(['present', 'rotating_code']);
    expect((await lin.person.get('/me/open-sessions')).items[0].residents).toEqual(
      expect.arrayContaining([{ residentId: lin.id, name: '林阿海', status: 'present' }]),
    );
  });

  it('is useless when a photo of it arrives', async () => {
    const { code } = await screen();
    await at('09-14T07:52:45');
    expect((await checkIn(wu, code)).items).toMatchObject([
      { outcome: 'rejected', code: 'ATTENDANCE.ROTATING_CODE_OVER', title: '这个码已经换掉了' },
    ]);
    expect(await statusOf(wu.id)).toBeNull();
  });

  it('is for those who have a seat, and for whom the account may act', async () => {
    const { code } = await screen();
    expect((await checkIn(stranger, code)).items).toMatchObject([
      { outcome: 'rejected', code: 'ATTENDANCE.NOT_ON_ROSTER' },
    ]);
    const body = { code, items: [{ id: randomUUID(), residentId: wu.id }] };
    const path = `/me/open-sessions/${first}/check-in`;
    await stranger.person.refused('POST', path, { body }, 'PEOPLE.RESIDENT_UNKNOWN');
  });

  it('is not to be guessed: after five wrong ones even the right one is not looked at, for ten minutes', async () => {
    const wrong = Array.from({ length: 5 }, (_, index) => String(index).repeat(8));
    for (const code of wrong) {
      expect((await checkIn(wu, code)).items).toMatchObject([
        { outcome: 'rejected', code: 'ATTENDANCE.ROTATING_CODE_WRONG' },
      ]);
    }
    const body = { code: (await screen()).code, items: [{ id: randomUUID(), residentId: wu.id }] };
    const told = await wu.person.send('POST', `/me/open-sessions/${first}/check-in`, { body });
    expect(told).toMatchObject({ status: 429, body: { code: 'ATTENDANCE.TOO_MANY_TRIES' } });
    expect(Number(told.headers.get('retry-after'))).toBeGreaterThan(500);
    await at('09-14T08:03:00');
    expect((await checkIn(wu, (await screen()).code)).items).toMatchObject([{ outcome: 'recorded' }]);
  });

  it('is gone with the session', async () => {
    await at('09-14T09:29:50');
    const { code } = await screen();
    await at('09-14T09:30:01');
    await school.teacher.refused('GET', `/sessions/${first}/rotating-code`, {}, 'ATTENDANCE.SESSION_OVER');
    expect((await checkIn(lin, code)).items).toMatchObject([{ outcome: 'rejected', code: 'ATTENDANCE.SESSION_OVER' }]);
  });
});

describe('the class monitor', () => {
  let second: string;
  let monitorId: string;
  const path = () => `/me/monitored-sessions/${second}`;
  const names = async () => (await lin.person.get(`${path()}/roster`)).items as any[];

  it('is named among those with a seat, two at most', async () => {
    second = knots.sessions[1]!.id;
    await school.teacher.refused(
      'POST',
      `/classes/${knots.id}/monitors`,
      { body: { residentId: stranger.id } },
      'ATTENDANCE.NOT_ON_ROSTER',
    );
    const body = { residentId: lin.id, untilDay: '2026-09-30' };
    const named = await school.teacher.post(`/classes/${knots.id}/monitors`, body);
    expect(named).toMatchObject({ name: '林阿海', present: true, namedBy: '王老师', untilDay: '2026-09-30' });
    monitorId = named.id;
    await school.teacher.post(`/classes/${knots.id}/monitors`, { residentId: wu.id });
    await school.teacher.refused(
      'POST',
      `/classes/${knots.id}/monitors`,
      { body: { residentId: childId } },
      'ATTENDANCE.MONITORS_ENOUGH',
    );
  });

  it('takes the roll of today, sees names and nothing else', async () => {
    await at('09-21T07:29:00');
    expect(await lin.person.get('/me/monitored-sessions')).toEqual({ items: [] });
    await lin.person.refused('GET', `${path()}/roster`, {}, 'ATTENDANCE.NOT_MONITOR');
    await at('09-21T07:31:00');
    expect((await lin.person.get('/me/monitored-sessions')).items).toMatchObject([{ sessionId: second, number: 2 }]);
    const roll = await names();
    expect(roll.map(({ name }) => name).sort()).toEqual(['吴小妹', '林小海', '林阿海']);
    for (const line of roll) expect(Object.keys(line).sort()).toEqual(['kind', 'name', 'residentId', 'status']);
    const items = roll.map(({ residentId }) => ({
      id: randomUUID(),
      residentId,
      status: residentId === wu.id ? 'absent' : 'present',
    }));
    const outcomes = async () => (await lin.person.post(`${path()}/marks`, { items })).items as any[];
    expect((await outcomes()).map(({ outcome }) => outcome)).toEqual(['recorded', 'recorded', 'recorded']);
    expect((await outcomes()).map(({ outcome }) => outcome)).toEqual(['duplicate', 'duplicate', 'duplicate']);
    expect(await statusOf(wu.id, second)).toEqual(['absent', 'monitor_mark']);
    await stranger.person.refused('GET', `${path()}/roster`, {}, 'ATTENDANCE.NOT_MONITOR');
  });

  it('is overruled by the teacher, and not the other way round', async () => {
    await at('09-21T08:10:00');
    await mark(second, wu.id, 'present', '2026-09-21T08:05:00+08:00');
    expect(await statusOf(wu.id, second)).toEqual(['present', 'teacher_mark']);
    const items = [{ id: randomUUID(), residentId: wu.id, status: 'absent' }];
    expect((await lin.person.post(`${path()}/marks`, { items })).items).toMatchObject([
      { outcome: 'review', code: 'ATTENDANCE.TEACHER_STANDS' },
    ]);
    expect(await statusOf(wu.id, second)).toEqual(['present', 'teacher_mark']);
  });

  it('ends with the day, and when staff say so', async () => {
    const ended = await school.teacher.post(`/classes/${knots.id}/monitors/${monitorId}/end`);
    expect(ended).toMatchObject({ present: false, endedAt: expect.any(String) });
    await lin.person.refused('GET', `${path()}/roster`, {}, 'ATTENDANCE.NOT_MONITOR');
    await at('09-22T00:00:01');
    await wu.person.refused('GET', `${path()}/roster`, {}, 'ATTENDANCE.NOT_MONITOR');
  });
});

describe('somebody who walks in', () => {
  let open: PublishedClass;
  let cheng: Resident;
  let zhou: Resident;
  const walkIn = (who: Resident, sessionId: string) =>
    school.registrar.post(`/sessions/${sessionId}/walk-ins`, { residentId: who.id });

  it('gets the free seat from today and is present', async () => {
    await at('09-01T09:10:00');
    open = await school.publish('剪纸班', { seats: 1, lateEntryClosesAt: '2026-09-26T17:00:00+08:00' });
    [cheng, zhou] = [await school.resident('程大姐'), await school.resident('周阿婆')];
    const session = open.sessions[0]!;
    await school.registrar.refused(
      'POST',
      `/sessions/${session.id}/walk-ins`,
      { body: { residentId: cheng.id } },
      'ATTENDANCE.TOO_EARLY',
    );
    await school.district.setClock(session.startsAt);
    expect(await walkIn(cheng, session.id)).toEqual({
      residentId: cheng.id,
      name: '程大姐',
      outcome: 'enrolled',
      reason: null,
    });
    expect(await statusOf(cheng.id, session.id)).toEqual(['present', 'teacher_mark']);
    expect(await walkIn(cheng, session.id)).toMatchObject({ outcome: 'present' });
  });

  it('sits in where there is none, with the reason, apart from the roster', async () => {
    const [session] = open.sessions;
    expect(await walkIn(zhou, session!.id)).toMatchObject({ outcome: 'sat_in', reason: '没有空位' });
    expect(await walkIn(zhou, session!.id)).toMatchObject({ outcome: 'sat_in' });
    expect((await school.registrar.get(`/sessions/${session!.id}/sit-ins`)).items).toMatchObject([
      { name: '周阿婆', code: 'ENROLLMENT.CLASS_FULL', reason: '没有空位' },
    ]);
    expect(await roster(session!.id)).toHaveLength(1);
  });

  it('does not count for where they sat in when they get a seat later, and is told so', async () => {
    const [session, next] = open.sessions;
    const { items } = await school.registrar.get(`/classes/${open.id}/enrollments`);
    await school.registrar.post(`/enrollments/${items[0].id}/removal`, { because: 'other', reason: '搬家了' });
    await school.district.setClock(next!.startsAt);
    expect(await walkIn(zhou, next!.id)).toMatchObject({ outcome: 'enrolled' });
    const late = await mark(session!.id, zhou.id, 'present', session!.startsAt, 'rejected');
    expect(late).toMatchObject({ code: 'ATTENDANCE.SAT_IN' });
    expect(await statusOf(zhou.id, session!.id)).toBeNull();
    expect(await statusOf(zhou.id, next!.id)).toEqual(['present', 'teacher_mark']);
    const enrollment = (await school.registrar.get(`/classes/${open.id}/enrollments`)).items.find(
      ({ residentId, state }: any) => residentId === zhou.id && state === 'enrolled',
    );
    const why = await school.registrar.get(`/enrollments/${enrollment.id}/participation`);
    expect(why.reasons).toEqual(
      expect.arrayContaining([expect.objectContaining({ sentence: expect.stringMatching(/第 1 次课是旁听，不计入/) })]),
    );
  });
});

describe('a substitute teacher', () => {
  it('is named with a reason that residents read, and takes the roll of that session only', async () => {
    await at('09-22T09:00:00');
    const other = await school.bureau.post('/organisations', {
      kind: 'community_school',
      name: '东屏社区学校',
      regionCode: '330305002000',
      phone: '0577-63480001',
    });
    const guest = await school.staff('guest', 'teacher', other.id);
    const third = knots.sessions[2]!;
    await guest.refused('GET', `/sessions/${third.id}/roster`, {}, 'CORE.FORBIDDEN');
    const path = `/classes/${knots.id}/sessions/${third.id}/substitute`;
    // A class is shown to everybody; to staff whose sign-in is over only after they have signed in again.
    await school.registrar.get('/me');
    const { version } = await school.registrar.get(`/classes/${knots.id}`);
    const body = { username: 'guest', reason: '王老师请假' };
    await school.registrar.refused('PUT', path, { body, version: version - 1 }, 'CORE.STALE');
    await school.registrar.refused('PUT', path, { body: { reason: '请假' }, version }, 'CORE.INVALID');
    const { body: named } = await school.registrar.send('PUT', path, { body, version });
    expect(named).toMatchObject({ substitute: { name: 'guest', reason: '王老师请假' } });
    const shown = (await lin.person.get(`/classes/${knots.id}`)).sessions as any[];
    expect(shown.map(({ substitute }) => substitute?.name ?? null)).toEqual([null, null, 'guest']);

    await school.district.setClock(third.startsAt);
    const mine = await guest.get(`/organisations/${other.id}/sessions?mine=true`);
    expect(mine.items).toMatchObject([{ id: third.id, substitute: { name: 'guest' } }]);
    expect((await guest.get(`/sessions/${third.id}/roster`)).items).toHaveLength(3);
    await guest.refused('GET', `/sessions/${first}/roster`, {}, 'CORE.FORBIDDEN');
    await mark(third.id, lin.id, 'present', third.startsAt, 'recorded', guest);

    await school.registrar.send('DELETE', path, { version: version + 1 });
    await guest.refused('GET', `/sessions/${third.id}/roster`, {}, 'CORE.FORBIDDEN');
  });
});

describe('a correction after the fact', () => {
  it('needs a reason, and keeps the old mark, who and why', async () => {
    const third = knots.sessions[2]!;
    await at('09-29T10:00:00');
    const now = '2026-09-29T10:00:00+08:00';
    expect(await mark(third.id, lin.id, 'absent', now, 'rejected')).toMatchObject({ code: 'ATTENDANCE.REASON_NEEDED' });
    await mark(third.id, lin.id, 'absent', now, 'recorded', school.teacher, '认错了人');
    expect(await statusOf(lin.id, third.id)).toEqual(['absent', 'teacher_mark']);
    const { items } = await school.registrar.get(`/sessions/${third.id}/roster/${lin.id}/marks`);
    expect(items).toMatchObject([
      { status: 'absent', outcome: 'recorded', by: '王老师', because: '认错了人' },
      { status: 'absent', outcome: 'rejected', why: '课后改签、补录须写明原因', because: null },
      { status: 'present', outcome: 'recorded', by: 'guest', because: null },
    ]);
  });

  it('is none where the mark was made offline on the day', async () => {
    const third = knots.sessions[2]!;
    await mark(third.id, wu.id, 'present', third.startsAt);
    const tablet = { deviceId: 'tablet-of-the-island' };
    await mark(third.id, wu.id, 'absent', third.endsAt, 'recorded', school.teacher, undefined, tablet);
    expect(await statusOf(wu.id, third.id)).toEqual(['absent', 'teacher_mark']);
  });
});

describe('a monitor', () => {
  it('is nobody who has left the class, and then another may be named', async () => {
    const at = `/classes/${knots.id}/monitors`;
    await school.teacher.post(at, { residentId: childId });
    const { id } = await enrollmentOf(wu, knots.id);
    expect(await wu.person.post(`/me/enrollments/${id}/cancellation`)).toMatchObject({ state: 'withdrawn' });
    const present = async () =>
      (await school.teacher.get(at)).items.filter((one: any) => one.present).map((one: any) => one.name);
    expect(await present()).toEqual(['林小海']);
    await school.teacher.post(at, { residentId: lin.id });
    expect((await present()).sort()).toEqual(['林小海', '林阿海']);
  });
});

/** One mark of staff, with what became of it. */
async function mark(
  sessionId: string,
  residentId: string,
  status: 'present' | 'absent',
  deviceTime: string,
  outcome = 'recorded',
  by = school.teacher,
  because?: string,
  device = { deviceId: 'tablet' },
): Promise<any> {
  const item = { id: randomUUID(), kind: 'teacher_mark', residentId, status, deviceTime, ...(because && { because }) };
  const { items } = await by.post(`/sessions/${sessionId}/marks`, { ...device, items: [item] });
  expect(items[0]).toMatchObject({ outcome });
  return items[0];
}
