import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apply, type PublishedClass, type Resident, TestSchool, XIAOPU } from '../support/school.js';

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
