import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  apply,
  enrollmentOf,
  mayEnroll,
  type OtherSchool,
  type PublishedClass,
  type Resident,
  TestSchool,
  XIAOPU,
} from '../support/school.js';
import { waitFor } from '../support/wait-for.js';

/*
 * Classes that are too small end: in a class of another school, which is asked first, in one that is yet to be drawn, or
 * in nothing. Nobody loses attendance, place or companions by it. Times are Asia/Shanghai.
 */

/** A run of the worker that freezes lists; it comes every ten seconds. */
const NEXT_RUN_MS = 45_000;

let school: TestSchool;
let other: OtherSchool;
let courseId: string;

const at = (moment: string) => school.district.setClock(`2026-${moment}+08:00`);
const weekly = (first: string, hour: string, times = 4) =>
  Array.from({ length: times }, (_, week) => {
    const day = new Date(Date.parse(`2026-${first}T00:00:00Z`) + week * 7 * 86_400_000).toISOString().slice(0, 10);
    return { startsAt: `${day}T${hour}:00:00+08:00`, endsAt: `${day}T${hour}:45:00+08:00` };
  });
const ELDERLY = { admission: 'first_come' };
/** A new elderly course. */
const anew = async () => ({ courseId: (await school.course('elderly')).id });

/** Two of one account, who come together or not at all. */
async function couple(name: string): Promise<[Resident, Resident]> {
  const husband = await school.resident(`${name}阿公`, '1955-05-06');
  const { id } = await husband.person.post('/me/residents', {
    name: `${name}阿婆`,
    birthDate: '1956-05-06',
    regionCode: XIAOPU,
    relation: 'family',
  });
  return [husband, { ...husband, id }];
}
const elder = (name: string) => school.resident(name, '1955-03-04');
const states = async (classId: string, ...residents: Resident[]) =>
  (await Promise.all(residents.map((one) => enrollmentOf(one, classId)))).map((one) => one?.state ?? 'none');

beforeAll(async () => {
  school = await TestSchool.open();
  other = await school.another('霓屿社区学校', 'niyu');
  courseId = (await school.course('elderly')).id;
  await at('09-01T09:00:00');
}, 120_000);
afterAll(() => school?.close());

describe('a class too small, whose only parallel one is another school’s', () => {
  let here: PublishedClass;
  let there: PublishedClass;
  let lin: Resident;
  let pair: [Resident, Resident];
  let waits: Resident;
  let alone: Resident;
  let stuck: Resident;
  let third: PublishedClass;
  let proposal: { id: string; version: number };

  it('has a seat for some, and others wait, in either', async () => {
    here = await school.publish('编织一班', { ...ELDERLY, courseId, seats: 4, sessions: weekly('09-14', '08') });
    there = await school.publish(
      '编织二班',
      { ...ELDERLY, courseId, ...other.form, seats: 1, sessions: weekly('09-16', '19') },
      other.principal,
    );
    // At the same hour as the class there.
    const clashing = await school.publish('合唱班', { ...ELDERLY, ...(await anew()), sessions: weekly('09-16', '19') });
    const later = { enrollmentClosesAt: '2026-09-20T17:00:00+08:00', sessions: weekly('09-25', '08') };
    third = await school.publish('剪纸班', { ...ELDERLY, ...(await anew()), ...other.form, ...later }, other.principal);
    [lin, waits, alone, stuck] = [
      await elder('林先来'),
      await elder('吴候补'),
      await elder('郑在那边'),
      await elder('周撞课'),
    ];
    pair = await couple('陈');
    await apply(lin, here.id);
    await apply(pair[0], here.id, { companionIds: [pair[1].id] });
    await apply(stuck, here.id);
    await apply(stuck, clashing.id);
    // Elderly: two a term, in whichever school.
    expect(await mayEnroll(stuck, third.id)).toMatchObject({ code: 'ENROLLMENT.CAP_REACHED' });
    expect(await apply(waits, here.id)).toMatchObject({ state: 'waiting', position: 1 });
    await at('09-01T10:00:00');
    const holder = await elder('何有位');
    await apply(holder, there.id);
    expect(await apply(alone, there.id)).toMatchObject({ state: 'waiting', position: 1 });
  });

  it('begins, and somebody sits in it', async () => {
    await at('09-14T09:00:00');
    const { items } = await school.teacher.post(`/sessions/${here.sessions[0]!.id}/marks`, {
      deviceId: 'teacher-tablet',
      items: [
        {
          id: randomUUID(),
          kind: 'teacher_mark',
          residentId: lin.id,
          status: 'present',
          deviceTime: '2026-09-14T08:30:00+08:00',
        },
      ],
    });
    expect(items).toMatchObject([{ outcome: 'recorded' }]);
  });

  it('is not merged by its school, nor by the bureau before the other school is asked', async () => {
    const body = { reason: '两班都不满', movedTo: there.id };
    const sending = { body, version: here.version };
    await school.principal.refused('POST', `/classes/${here.id}/stoppage`, sending, 'CATALOGUE.MOVED_TO_OTHER_SCHOOL');
    await school.bureau.refused('POST', `/classes/${here.id}/merger`, sending, 'CATALOGUE.RECEIVER_NOT_ASKED');
    await school.principal.refused('POST', `/classes/${here.id}/merger`, sending, 'CORE.FORBIDDEN');
  });

  it('is proposed to the other school, which sees it', async () => {
    const path = `/classes/${here.id}/merger-proposals`;
    const body = { intoClassId: there.id, reason: '只剩四个人' };
    await other.principal.refused('POST', path, { body }, 'CORE.FORBIDDEN');
    await school.teacher.refused('POST', path, { body }, 'CORE.FORBIDDEN');
    const self = { body: { ...body, intoClassId: here.id } };
    await school.principal.refused('POST', path, self, 'CATALOGUE.MOVED_TO_UNFIT');
    proposal = await school.principal.post(path, body);
    expect(proposal).toMatchObject({ state: 'asked', reason: body.reason, answerDueAt: expect.any(String) });
    expect(await school.principal.post(path, body)).toMatchObject({ id: proposal.id });
    const { items } = await other.principal.get(`/merger-proposals?organisationId=${other.id}&openOnly=true`);
    expect(items).toMatchObject([
      { id: proposal.id, courseClass: { name: '编织一班' }, into: { name: '编织二班' }, askedBy: '林校长' },
    ]);
    const foreign = `/merger-proposals?organisationId=${school.id}`;
    await other.principal.refused('GET', foreign, {}, 'CORE.FORBIDDEN');
    await other.principal.refused('GET', '/merger-proposals', {}, 'CORE.FORBIDDEN');
    const merge = { body: { reason: '两班都不满', movedTo: there.id }, version: here.version };
    await school.bureau.refused('POST', `/classes/${here.id}/merger`, merge, 'CATALOGUE.RECEIVER_NOT_ANSWERED');
  });

  it('the other school objects with a reason, which the bureau reads', async () => {
    const path = `/merger-proposals/${proposal.id}/answer`;
    const { version } = proposal;
    const object = { answer: 'objected', reason: '教室小，坐不下' };
    const silent = { body: { answer: 'objected' }, version };
    await other.principal.refused('POST', path, silent, 'CATALOGUE.MERGER_OBJECTION_UNREASONED');
    await school.principal.refused('POST', path, { body: object, version }, 'CORE.FORBIDDEN');
    await other.teacher.refused('POST', path, { body: object, version }, 'CORE.FORBIDDEN');
    await other.principal.refused('POST', path, { body: object, version: version + 1 }, 'CORE.STALE');
    const answered = await other.principal.post(path, object, { version });
    expect(answered).toMatchObject({ state: 'objected', answerReason: object.reason });
    expect(await other.principal.post(path, object, { version })).toEqual(answered);
    const { items } = await school.bureau.get('/merger-proposals?openOnly=true');
    expect(items).toMatchObject([{ id: proposal.id, state: 'objected', answerReason: object.reason }]);
  });

  it('the bureau decides all the same: attendance, places and companions go over', async () => {
    const merge = { body: { reason: '两班合上', movedTo: there.id }, version: here.version };
    const { body } = await school.bureau.send('POST', `/classes/${here.id}/merger`, merge);
    expect(body).toMatchObject({ state: 'stopped', stopped: { movedTo: { id: there.id } } });
    await waitFor('all to be moved', async () => (await states(here.id, waits, stuck)).join() === 'none,cancelled');
    // Who had a seat had applied before those who wait there, and so had who waited.
    expect(await states(there.id, lin, ...pair, waits, alone)).toEqual(Array(5).fill('waiting'));
    const positions = await Promise.all(
      [lin, ...pair, waits, alone].map(async (one) => (await enrollmentOf(one, there.id)).position),
    );
    expect(positions).toEqual([1, 2, 3, 4, 5]);
    for (const one of [lin, pair[0], waits]) await school.district.sms(one.phone, /编织一班.*编织二班/);
    expect((await school.bureau.get('/merger-proposals?openOnly=true')).items).toEqual([]);

    const { items } = await school.teacher.get(`/sessions/${here.sessions[0]!.id}/roster`);
    expect(items.find((one: { residentId: string }) => one.residentId === lin.id)).toMatchObject({
      left: true,
      attendance: { status: 'present' },
    });
  });

  it('seats that are added go to them in that order, to the couple both or none', async () => {
    let { version } = there;
    const raise = async (seats: number) =>
      ({ version } = await other.principal.patch(`/classes/${there.id}`, { seats }, version));
    await raise(2);
    await waitFor('the first', async () => (await states(there.id, lin))[0] === 'enrolled');
    await raise(3);
    // One seat does not serve two: it goes to the next who fits.
    await waitFor('who fits', async () => (await states(there.id, waits))[0] === 'enrolled');
    expect(await states(there.id, ...pair)).toEqual(['waiting', 'waiting']);
    await raise(5);
    await waitFor('the couple', async () => (await states(there.id, ...pair)).join() === 'enrolled,enrolled');
    const shown = await other.principal.get(`/classes/${there.id}/enrollments?state=enrolled`);
    const units = shown.items.flatMap(({ unitId }: { unitId: string | null }) => unitId ?? []);
    expect(units).toHaveLength(2);
    expect(new Set(units).size).toBe(1);
  });

  it('who cannot sit there is released and told, which frees the cap in every school', async () => {
    await school.district.sms(stuck.phone, /编织一班/);
    expect(await mayEnroll(stuck, third.id)).toMatchObject({ eligible: true, outcome: 'enrolled' });
    expect(await apply(stuck, third.id)).toMatchObject({ state: 'enrolled' });
  });
});

describe('a class whose people come to one that is yet to be drawn', () => {
  const open = { enrollmentOpensAt: '2026-09-14T10:00:00+08:00', enrollmentClosesAt: '2026-09-16T10:00:00+08:00' };
  let small: PublishedClass;
  let drawn: PublishedClass;
  let pair: [Resident, Resident];
  let single: Resident;
  let wrongly: Resident;

  it('is merged, and all of them take part in the draw like everybody else', async () => {
    const same = { ...open, ...(await anew()) };
    small = await school.publish('拓印一班', { ...same, admission: 'first_come', sessions: weekly('09-25', '13') });
    drawn = await school.publish('拓印二班', {
      ...same,
      admission: 'lottery',
      seats: 2,
      sessions: weekly('09-26', '13'),
    });
    await at('09-14T10:00:00');
    pair = await couple('黄');
    [single, wrongly] = [await elder('许一人'), await elder('苏误删')];
    expect(await apply(pair[0], small.id, { companionIds: [pair[1].id] })).toMatchObject({ state: 'enrolled' });
    expect(await apply(single, small.id)).toMatchObject({ state: 'enrolled' });
    expect(await apply(wrongly, drawn.id)).toMatchObject({ state: 'applied' });
    const merge = { body: { reason: '人数不足', movedTo: drawn.id }, version: small.version };
    await school.principal.send('POST', `/classes/${small.id}/stoppage`, merge);
    await waitFor(
      'all to be entered',
      async () => (await states(drawn.id, ...pair, single)).join() === 'applied,applied,applied',
    );
    await school.district.sms(single.phone, /拓印一班.*拓印二班/);
    expect(await school.visitor.get(`/classes/${drawn.id}`)).toMatchObject({ seatsLeft: 2, waiting: 0 });
  });

  it('lets in whose appeal is upheld as an entrant, not into a seat', async () => {
    const { id } = await enrollmentOf(wrongly, drawn.id);
    await school.registrar.post(`/enrollments/${id}/removal`, { because: 'mistake', reason: '点错了人' });
    const appeal = await wrongly.person.post(`/me/enrollments/${id}/appeals`, { text: '我没有要退，请恢复。' });
    const answer = { decision: 'upheld', answer: '是我们弄错了。' };
    await school.principal.post(`/appeals/${appeal.id}/decision`, answer, { version: appeal.version });
    expect(await enrollmentOf(wrongly, drawn.id)).toMatchObject({ id, state: 'applied' });
  });

  it('freezes them as units, the couple as one', async () => {
    await at('09-16T10:05:00');
    const frozen = await waitFor(
      'the list to be frozen',
      async () => {
        const [now] = (await school.visitor.get(`/lotteries?classId=${drawn.id}`)).items;
        return now?.state === 'frozen' && now;
      },
      NEXT_RUN_MS,
    );
    expect(frozen).toMatchObject({ seats: 2, entries: 3, residents: 4 });
    const { items } = await pair[0].person.get(`/me/lotteries/${frozen.id}/entries`);
    expect(items.map(({ size }: { size: number }) => size)).toEqual([2, 2]);
  });
});

describe('a class that is stopped, with nowhere to go', () => {
  it('frees what stood against a cap, in every school', async () => {
    const later = { enrollmentOpensAt: '2026-09-16T09:00:00+08:00', enrollmentClosesAt: '2026-09-20T17:00:00+08:00' };
    const publish = async (name: string, hour: string, elsewhere: boolean) =>
      school.publish(
        name,
        {
          ...ELDERLY,
          ...later,
          ...(await anew()),
          ...(elsewhere && other.form),
          sessions: weekly('09-29', hour),
        },
        elsewhere ? other.principal : school.registrar,
      );
    const [one, two, three] = [
      await publish('戏曲班', '08', false),
      await publish('书画班', '10', true),
      await publish('园艺班', '13', true),
    ];
    const he = await elder('何两门');
    for (const { id } of [one, two]) expect(await apply(he, id)).toMatchObject({ state: 'enrolled' });
    const body = { classId: three.id, residentId: he.id };
    await he.person.refused('POST', '/enrollments', { body }, 'ENROLLMENT.CAP_REACHED');
    const stop = { body: { reason: '教师生病' }, version: one.version };
    await school.principal.send('POST', `/classes/${one.id}/stoppage`, stop);
    await waitFor('the release', async () => (await states(one.id, he))[0] === 'cancelled');
    await school.district.sms(he.phone, /戏曲班.*教师生病/);
    expect(await he.person.post('/enrollments', body)).toMatchObject({ state: 'enrolled' });
    // What was stopped cannot be taken back.
    const { id, sentence } = await enrollmentOf(he, one.id);
    expect(sentence).toBe('这个班停开了，您的报名已结束。可以另报其他班。');
    await he.person.refused('POST', `/me/enrollments/${id}/undo`, { body: {} }, 'ENROLLMENT.UNDO_OVER');
  });
});
