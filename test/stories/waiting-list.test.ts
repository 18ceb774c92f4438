import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apply, enrollmentOf, type PublishedClass, type Resident, TestSchool, XIAOPU } from '../support/school.js';
import { waitFor } from '../support/wait-for.js';

/*
 * Whoever waits gets what falls free, in order: at once, or after an answer for which there is time, at hours at which
 * people are awake, with a call to those whom an SMS may not reach. Times are Asia/Shanghai.
 */

let school: TestSchool;

beforeAll(async () => {
  school = await TestSchool.open();
  await at('09-01T09:00:00');
}, 120_000);
afterAll(() => school?.close());

const at = (moment: string) => school.district.setClock(`2026-${moment}+08:00`);
const NOT_BY_ITSELF = { automatic: false };

/** Gives up the seat; ten minutes later nobody can take that back. */
async function giveUp(who: Resident, classId: string): Promise<void> {
  const { id } = await enrollmentOf(who, classId);
  await who.person.post(`/me/enrollments/${id}/cancellation`);
}

const stateOf = async (who: Resident, classId: string) => (await enrollmentOf(who, classId)).state;

/** People whom the school is to call about this enrollment. */
const callsAbout = async (enrollmentId: string, state = 'open') =>
  (await school.registrar.get(`/organisations/${school.id}/call-tasks?limit=100&state=${state}`)).items.filter(
    (task: { enrollmentId: string }) => task.enrollmentId === enrollmentId,
  );

describe('in order', () => {
  let knots: PublishedClass;
  let holder: Resident;
  let asked: Resident;
  let willing: Resident;
  let old: Resident;

  it('they wait by the time at which they asked, and no edit costs the place', async () => {
    knots = await school.publish('渔网编织班', { seats: 1 });
    [holder, asked, willing, old] = [
      await school.resident('林有位'),
      await school.resident('陈要问'),
      await school.resident('吴都行'),
      await school.resident('郑阿婆', '1950-05-06'),
    ];
    expect(await apply(holder, knots.id)).toMatchObject({ state: 'enrolled' });
    expect(await apply(asked, knots.id, NOT_BY_ITSELF)).toMatchObject({ position: 1, automatic: false });
    // Pre-selected.
    expect(await apply(willing, knots.id)).toMatchObject({ position: 2, automatic: true });
    expect(await apply(old, knots.id, NOT_BY_ITSELF)).toMatchObject({ position: 3 });
    const before = await enrollmentOf(asked, knots.id);
    await at('09-01T10:00:00');
    await school.registrar.patch(`/classes/${knots.id}`, { summary: '请带剪刀' }, knots.version);
    const details = `/me/residents/${asked.id}/details`;
    await asked.person.patch(details, { needs: ['hearing'] }, (await asked.person.get(details)).version);
    await apply(asked, knots.id);
    expect(await enrollmentOf(asked, knots.id)).toEqual(before);
  });

  it('the first is offered the seat for a day, may let it go, and it goes on at once', async () => {
    await at('09-01T14:00:00');
    await giveUp(holder, knots.id);
    await at('09-01T14:20:00');
    await apply(asked, knots.id);
    const offer = await enrollmentOf(asked, knots.id);
    expect(offer).toMatchObject({ state: 'offered', offeredUntil: expect.stringMatching(/^2026-09-02T06:2\d:/) });
    await school.district.sms(asked.phone, /渔网编织班.*9月2日/);
    expect(await callsAbout(offer.id)).toEqual([]);
    const newcomer = await school.resident('何想插队');
    expect(await apply(newcomer, knots.id)).toMatchObject({ state: 'waiting', position: 3 });

    const path = `/me/enrollments/${offer.id}`;
    expect(await asked.person.post(`${path}/declination`)).toMatchObject({ state: 'declined' });
    expect(await asked.person.post(`${path}/declination`)).toMatchObject({ state: 'declined' });
    await asked.person.refused('POST', `${path}/acceptance`, { body: {} }, 'ENROLLMENT.MOVE_NOT_ALLOWED');
    // Whoever said so when queueing is not asked again.
    expect(await stateOf(willing, knots.id)).toBe('enrolled');
    await school.district.sms(willing.phone, /渔网编织班/);
  });

  it('nothing runs out between 20:00 and 09:00, and the old are called while there is time', async () => {
    await at('09-01T21:00:00');
    await giveUp(willing, knots.id);
    await at('09-01T21:20:00');
    await apply(old, knots.id);
    const offer = await enrollmentOf(old, knots.id);
    // A day would end at 21:20.
    expect(offer).toMatchObject({ state: 'offered', offeredUntil: '2026-09-03T01:00:00.000Z' });
    await school.district.sms(old.phone, /渔网编织班/);
    const [task] = await callsAbout(offer.id);
    expect(task).toMatchObject({
      reason: 'offer',
      state: 'open',
      residentName: '郑阿婆',
      maskedPhone: expect.stringMatching(/^138\*{4}\d{4}$/),
      // Half of the eleven waking hours of 2 September.
      dueAt: '2026-09-02T06:30:00.000Z',
      deadline: offer.offeredUntil,
      attempts: 0,
    });
    await at('09-02T14:30:00');
    expect(await school.registrar.get(`/organisations/${school.id}/call-counts`)).toMatchObject({ due: 1, open: 1 });
    const shown = await school.registrar.get(`/call-tasks/${task.id}`);
    expect(shown).toMatchObject({ phone: old.phone, villageName: expect.stringContaining('小朴'), history: [] });
    expect(shown.say.zh).toMatch(/郑阿婆.*渔网编织班/s);

    const attempts = `/call-tasks/${task.id}/attempts`;
    const inVain = { id: randomUUID(), outcome: 'no_answer', note: '响了很久' };
    expect(await school.registrar.post(attempts, inVain)).toMatchObject({ state: 'open', attempts: 1 });
    expect(await school.registrar.post(attempts, inVain)).toMatchObject({ state: 'open', attempts: 1 });
    const wrong = { ...inVain, outcome: 'reached' };
    await school.registrar.refused('POST', attempts, { body: wrong }, 'MESSAGES.ATTEMPT_ID_REUSED');
    const reached = { id: randomUUID(), outcome: 'reached', answer: 'keeps_seat' };
    expect(await school.registrar.post(attempts, reached)).toMatchObject({ state: 'done', lastOutcome: 'reached' });
    expect(await callsAbout(offer.id)).toEqual([]);
    expect((await school.registrar.get(`/call-tasks/${task.id}`)).history).toMatchObject([
      { outcome: 'no_answer', staffName: '陈老师', note: '响了很久' },
      { outcome: 'reached', answer: 'keeps_seat' },
    ]);

    // She said yes on the phone, and the one who called puts it down for her.
    expect(await school.registrar.post(`/enrollments/${offer.id}/acceptance`)).toMatchObject({ state: 'enrolled' });
    const { moves } = await school.registrar.get(`/enrollments/${offer.id}`);
    expect(moves.at(-1)).toMatchObject({ step: 'accept', actorName: '陈老师', onBehalf: true });
  });
});

describe('somebody without a phone', () => {
  let cards: PublishedClass;
  let holder: Resident;
  let next: Resident;
  let enrollmentId: string;

  it('is called on at once, and again when the offer has run out', async () => {
    cards = await school.publish('剪纸班', { seats: 1 });
    [holder, next] = [await school.resident('许有位'), await school.resident('苏下一位')];
    await apply(holder, cards.id);
    const elder = await school.registrar.post('/residents', {
      name: '叶老伯',
      birthDate: '1948-05-06',
      regionCode: XIAOPU,
    });
    const waiting = await school.registrar.post(`/classes/${cards.id}/counter-enrollments`, {
      residentId: elder.id,
      automatic: false,
    });
    expect(waiting).toMatchObject({ state: 'waiting', position: 1 });
    enrollmentId = waiting.id;
    await apply(next, cards.id, NOT_BY_ITSELF);
    await giveUp(holder, cards.id);
    await at('09-02T14:50:00');
    await apply(next, cards.id);
    const [task] = await callsAbout(enrollmentId);
    expect(task).toMatchObject({
      reason: 'offer',
      maskedPhone: null,
      dueAt: expect.stringMatching(/^2026-09-02T06:5\d:/),
    });
    expect(await school.registrar.get(`/call-tasks/${task.id}`)).toMatchObject({
      phone: null,
      villageName: expect.stringContaining('小朴'),
    });
  });

  it('loses the offer when its time is over, and the next is asked', async () => {
    await at('09-03T14:55:00');
    await apply(next, cards.id);
    expect(await enrollmentOf(next, cards.id)).toMatchObject({ state: 'offered' });
    const path = `/enrollments/${enrollmentId}`;
    expect(await school.registrar.get(path)).toMatchObject({
      state: 'expired',
      sentence: expect.stringContaining('确认时间已过'),
    });
    await school.registrar.refused('POST', `${path}/acceptance`, { body: {} }, 'ENROLLMENT.OFFER_EXPIRED');
    expect(await callsAbout(enrollmentId, 'closed')).toMatchObject([{ reason: 'offer', closedBecause: 'expired' }]);
    expect(await callsAbout(enrollmentId)).toMatchObject([{ reason: 'offer_expired', state: 'open' }]);
  });

  it('is not called any more when somebody says that it is settled', async () => {
    const [{ id, version }] = await callsAbout(enrollmentId);
    const closing = `/call-tasks/${id}/closing`;
    const reason = { reason: '在村里碰到，已经告诉他了' };
    await school.registrar.refused('POST', closing, { body: reason, version: version + 1 }, 'CORE.STALE');
    expect(await school.registrar.post(closing, reason, { version })).toMatchObject({ state: 'closed' });
    expect(await callsAbout(enrollmentId)).toEqual([]);
  });
});

it('as the first session nears, an offer stands half of the time that is left', async () => {
  const soon = await school.publish('周末班', {
    seats: 1,
    sessions: [{ startsAt: '2026-09-05T19:00:00+08:00', endsAt: '2026-09-05T20:30:00+08:00' }],
    enrollmentClosesAt: '2026-09-05T18:00:00+08:00',
  });
  const [holder, waits] = [await school.resident('周有位'), await school.resident('周候补')];
  await apply(holder, soon.id);
  await apply(waits, soon.id, NOT_BY_ITSELF);
  await at('09-05T08:45:00');
  await giveUp(holder, soon.id);
  await at('09-05T09:00:00');
  await apply(waits, soon.id);
  expect(await enrollmentOf(waits, soon.id)).toMatchObject({
    state: 'offered',
    offeredUntil: expect.stringMatching(/^2026-09-05T06:0\d:/),
  });
});

it('a raised capacity promotes by itself, a lowered one evicts nobody', async () => {
  let glue = await school.publish('陶艺班', { seats: 1 });
  const [first, second, third] = [
    await school.resident('陶一'),
    await school.resident('陶二'),
    await school.resident('陶三'),
  ];
  for (const one of [first, second, third]) await apply(one, glue.id);
  glue = await school.registrar.patch(`/classes/${glue.id}`, { seats: 2 }, glue.version);
  await waitFor('the second to be promoted', async () => (await stateOf(second, glue.id)) === 'enrolled');
  expect(await enrollmentOf(third, glue.id)).toMatchObject({ state: 'waiting', position: 1 });

  glue = await school.registrar.patch(`/classes/${glue.id}`, { seats: 1 }, glue.version);
  const { items } = await school.registrar.get(`/classes/${glue.id}/enrollments?state=enrolled`);
  expect(items).toHaveLength(2);
  await giveUp(first, glue.id);
  await at('09-05T10:00:00');
  expect(await apply(third, glue.id)).toMatchObject({ state: 'waiting', position: 1 });
  expect(await school.visitor.get(`/classes/${glue.id}`)).toMatchObject({ seats: 1, seatsLeft: 0, waiting: 1 });
});

it('the list may be limited, and says so when it is full', async () => {
  const small = await school.publish('小班', { seats: 1, waitingLimit: 1 });
  const [first, second, third] = [
    await school.resident('小一'),
    await school.resident('小二'),
    await school.resident('小三'),
  ];
  await apply(first, small.id);
  expect(await apply(second, small.id)).toMatchObject({ state: 'waiting' });
  const body = { classId: small.id, residentId: third.id };
  const told = await third.person.refused('POST', '/enrollments', { body }, 'ENROLLMENT.WAITING_LIST_FULL');
  expect(told.title).toContain('名额和候补都满了');
});
