import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apply, enrollmentOf, type PublishedClass, type Resident, TestSchool } from '../support/school.js';
import { waitFor } from '../support/wait-for.js';

/*
 * Minutes (counting rules 2 and 3): who came late or left early, who is excused, and what becomes of the minutes of a class
 * whose sessions are cancelled, made up for, moved, added, or whose people go over to another class. Times are
 * Asia/Shanghai; every session has 90 minutes.
 */

let school: TestSchool;
let nets: PublishedClass;
let lin: Resident;
let wu: Resident;

const DAYS = ['09-14', '09-15', '09-16', '09-17', '09-18'];
const moment = (day: string, time: string) => `2026-${day}T${time}:00+08:00`;
const meet = (days: string[], from: string, to: string) =>
  days.map((day) => ({ startsAt: moment(day, from), endsAt: moment(day, to) }));
const at = (day: string, time: string) => school.district.setClock(moment(day, time));

/** What the teacher says of somebody, when the session is over. */
async function mark(sessionId: string, who: Resident, day: string, said: object): Promise<void> {
  await at(day, '11:00');
  const item = {
    id: randomUUID(),
    kind: 'teacher_mark',
    residentId: who.id,
    deviceTime: moment(day, '11:00'),
    ...said,
  };
  const { items } = await school.teacher.post(`/sessions/${sessionId}/marks`, { deviceId: 'tablet', items: [item] });
  expect(items).toMatchObject([{ outcome: 'recorded' }]);
}
const cancel = (of: PublishedClass, number: number, reason: string) =>
  school.principal.post(`/classes/${of.id}/sessions/${of.sessions[number - 1]!.id}/cancellation`, { reason });
const add = (request: object) => school.registrar.post(`/classes/${nets.id}/sessions`, request);
const session = (number: number) => nets.sessions[number - 1]!.id;

/** Minutes attended, in the timetable, and held, as it is said to whoever asks why somebody counts or not. */
async function minutes(who: Resident, classId = nets.id): Promise<[number, number, number]> {
  const { id } = await enrollmentOf(who, classId);
  const why = await school.registrar.get(`/enrollments/${id}/participation`);
  return [why.minutesAttended, why.minutesFrozen, why.minutesHeld];
}

beforeAll(async () => {
  school = await TestSchool.open();
  await at('09-01', '09:00');
  nets = await school.publish('渔网编织班', { seats: 4, sessions: meet(DAYS, '09:00', '10:30') });
  [lin, wu] = [await school.resident('林阿海'), await school.resident('吴小妹')];
  for (const who of [lin, wu]) await apply(who, nets.id);
}, 120_000);
afterAll(() => school?.close());

describe('of somebody at a session', () => {
  it('count from when they came where that was late by more than a quarter of an hour', async () => {
    await mark(session(1), lin, '09-14', { status: 'present', arrivedAt: moment('09-14', '09:30') });
    await mark(session(1), wu, '09-14', { status: 'present', arrivedAt: moment('09-14', '09:10') });
    expect(await minutes(lin)).toEqual([60, 450, 90]);
    expect(await minutes(wu)).toEqual([90, 450, 90]);
  });

  it('count until they left', async () => {
    await mark(session(2), lin, '09-15', { status: 'present', leftAt: moment('09-15', '10:00') });
    const both = { arrivedAt: moment('09-15', '09:20'), leftAt: moment('09-15', '10:15') };
    await mark(session(2), wu, '09-15', { status: 'present', ...both });
    expect(await minutes(lin)).toEqual([120, 450, 180]);
    expect(await minutes(wu)).toEqual([145, 450, 180]);
  });

  it('are none where they are excused, and stay among those held', async () => {
    await mark(session(3), lin, '09-16', { status: 'excused' });
    await mark(session(3), wu, '09-16', { status: 'present' });
    expect(await minutes(lin)).toEqual([120, 450, 270]);
    expect(await minutes(wu)).toEqual([235, 450, 270]);
  });
});

describe('of a class', () => {
  it('are fewer when a session is cancelled', async () => {
    await at('09-17', '07:00');
    await cancel(nets, 4, '台风');
    expect(await minutes(lin)).toEqual([120, 360, 270]);
  });

  it('come back with its makeup, and no more than it would have had', async () => {
    const makeup = await add({ ...meet(['09-19'], '13:00', '15:30')[0], makeupOf: session(4) });
    expect(await minutes(lin)).toEqual([120, 450, 270]);
    await at('09-19', '16:00');
    const item = { kind: 'teacher_mark', residentId: lin.id, status: 'present', deviceTime: moment('09-19', '16:00') };
    const items = [{ id: randomUUID(), ...item }];
    await school.teacher.post(`/sessions/${makeup.id}/marks`, { deviceId: 'tablet', items });
    expect(await minutes(lin)).toEqual([210, 450, 360]);
  });

  it('stay when a session is moved to another hour, and are those of its new hour where that is shorter', async () => {
    // A session is moved by cancelling it and making up for it.
    await at('09-17', '08:00');
    await cancel(nets, 5, '老师出差');
    await add({ ...meet(['09-20'], '09:00', '10:00')[0], makeupOf: session(5) });
    expect((await minutes(lin))[1]).toBe(420);
  });

  it('do not grow by a session that is added while it runs', async () => {
    const added = await add(meet(['09-21'], '09:00', '10:30')[0]!);
    await at('09-21', '11:00');
    const item = { kind: 'teacher_mark', residentId: lin.id, status: 'present', deviceTime: moment('09-21', '11:00') };
    await school.teacher.post(`/sessions/${added.id}/marks`, {
      deviceId: 'tablet',
      items: [{ id: randomUUID(), ...item }],
    });
    const [attended, frozen] = await minutes(lin);
    expect([attended, frozen]).toEqual([210, 420]);
  });
});

it('of who goes over to another class when theirs is merged into it: what they attended, and what is still to come', async () => {
  const small = await school.publish('渔网编织夜班', {
    seats: 4,
    sessions: meet(['09-23', '09-24', '09-25'], '19:00', '20:30'),
    enrollmentClosesAt: moment('09-22', '17:00'),
  });
  const later = await school.publish('渔网编织周末班', {
    seats: 4,
    sessions: meet(['09-26', '09-27'], '14:00', '15:30'),
    enrollmentClosesAt: moment('09-22', '17:00'),
  });
  const he = await school.resident('何阿婆');
  await apply(he, small.id);
  await at('09-23', '20:40');
  const item = { kind: 'teacher_mark', residentId: he.id, status: 'present', deviceTime: moment('09-23', '20:40') };
  await school.teacher.post(`/sessions/${small.sessions[0]!.id}/marks`, {
    deviceId: 'tablet',
    items: [{ id: randomUUID(), ...item }],
  });
  await at('09-24', '09:00');
  // A class is shown to everybody; to staff whose sign-in is over only after they have signed in again.
  await school.principal.get('/me');
  const { version } = await school.principal.get(`/classes/${small.id}`);
  const merge = { body: { reason: '人太少', movedTo: later.id }, version };
  expect((await school.principal.send('POST', `/classes/${small.id}/stoppage`, merge)).status).toBe(200);
  await waitFor('her to be moved', async () => (await enrollmentOf(he, later.id))?.state === 'enrolled');
  expect(await minutes(he, later.id)).toEqual([90, 270, 90]);
});
