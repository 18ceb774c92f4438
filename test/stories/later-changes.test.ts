import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cardNumber } from '../support/district.js';
import { apply, enrollmentOf, type PublishedClass, type Resident, TestSchool, XIAOPU } from '../support/school.js';
import { waitFor } from '../support/wait-for.js';

/*
 * What was right when it was asked for, and meets a class, a consent or a term that has changed since. Times are
 * Asia/Shanghai.
 */

let school: TestSchool;

beforeAll(async () => {
  school = await TestSchool.open();
  await at('2026-09-01T09:00:00');
}, 120_000);
afterAll(() => school?.close());

const at = (moment: string) => school.district.setClock(`${moment}+08:00`);
const sessions =
  (...days: string[]) =>
  (hour: string) =>
    days.map((day) => ({ startsAt: `${day}T${hour}:00:00+08:00`, endsAt: `${day}T${hour}:45:00+08:00` }));
const autumn = sessions('2026-09-14', '2026-09-21');

describe('the terms of a class that residents have read', () => {
  it('do not change while an offer is open: how seats are given, and when; fewer seats leave the offer', async () => {
    const course = await school.publish('不变的班', { seats: 2, sessions: autumn('11') });
    const [seated, waits] = [await school.resident('何有位'), await school.resident('何候补')];
    await apply(await school.resident('何大姐'), course.id);
    const { id } = await apply(seated, course.id);
    await apply(waits, course.id, { automatic: false });
    await seated.person.post(`/me/enrollments/${id}/cancellation`);
    await at('2026-09-01T10:30:00');
    await apply(waits, course.id);
    const offer = await enrollmentOf(waits, course.id);
    expect(offer).toMatchObject({ state: 'offered' });
    const { version } = await school.registrar.get(`/classes/${course.id}`);
    for (const change of [
      { admission: 'lottery' },
      { admission: 'approval' },
      { enrollmentClosesAt: '2026-09-02T17:00:00+08:00' },
      { enrollmentOpensAt: '2026-09-02T17:00:00+08:00' },
      { minAge: 60 },
    ]) {
      const sending = { body: change, version };
      await school.registrar.refused('PATCH', `/classes/${course.id}`, sending, 'CATALOGUE.NOT_EDITABLE');
    }
    await school.registrar.patch(`/classes/${course.id}`, { seats: 1 }, version);
    expect(await enrollmentOf(waits, course.id)).toEqual(offer);
    expect(await waits.person.post(`/me/enrollments/${offer.id}/acceptance`)).toMatchObject({ state: 'enrolled' });
  });
});

describe('a change to a parallel class', () => {
  it('is refused where that class is stopped, and to who has given up the seat here', async () => {
    const courseId = (await school.course()).id;
    const here = await school.publish('对开一班', { courseId, sessions: autumn('12') });
    const there = await school.publish('对开二班', { courseId, seats: 1, sessions: autumn('13') });
    const who = await school.resident('苏换班');
    const { id } = await apply(who, here.id);
    const path = `/me/enrollments/${id}`;
    const transfer = { body: { toClassId: there.id } };
    await who.person.post(`${path}/cancellation`);
    // The seat is held for them to take back, not to carry elsewhere.
    await who.person.refused('POST', `${path}/transfer`, transfer, 'ENROLLMENT.MOVE_NOT_ALLOWED');
    expect(await school.visitor.get(`/classes/${there.id}`)).toMatchObject({ seatsLeft: 1 });
    expect(await who.person.post(`${path}/undo`)).toMatchObject({ state: 'enrolled' });
    const { version } = there;
    await school.principal.send('POST', `/classes/${there.id}/stoppage`, { body: { reason: '场地要修' }, version });
    await who.person.refused('POST', `${path}/transfer`, transfer, 'ENROLLMENT.CLASS_NOT_OPEN');
    expect(await enrollmentOf(who, here.id)).toMatchObject({ id, state: 'enrolled' });
  });

  it('finds no free seat where they have just given one up, and may take that back instead', async () => {
    const courseId = (await school.course()).id;
    const there = await school.publish('互换一班', { courseId, seats: 1, sessions: autumn('14') });
    const here = await school.publish('互换二班', { courseId, sessions: autumn('15') });
    const who = await school.resident('苏反悔');
    const first = await apply(who, there.id);
    await who.person.post(`/me/enrollments/${first.id}/cancellation`);
    const second = await apply(who, here.id);
    const path = `/me/enrollments/${second.id}`;
    const waits = await school.resident('苏在等');
    await apply(waits, there.id);
    await who.person.refused(
      'POST',
      `${path}/transfer`,
      { body: { toClassId: there.id } },
      'ENROLLMENT.TRANSFER_NO_SEAT',
    );
    expect(await who.person.post(`/me/enrollments/${first.id}/undo`)).toMatchObject({ state: 'enrolled' });
    await who.person.refused('POST', `${path}/transfer`, { body: { toClassId: there.id } }, 'ENROLLMENT.ALREADY_THERE');
  });
});

describe('a key that is sent again', () => {
  it('is refused for another class or another resident, and is another key for another account', async () => {
    const [one, two] = [
      await school.publish('钥匙一班', { sessions: autumn('16') }),
      await school.publish('钥匙二班', { sessions: autumn('17') }),
    ];
    const [mother, stranger] = [await school.resident('许妈妈'), await school.resident('许路人')];
    const child = await mother.person.post('/me/residents', {
      name: '许孩子',
      birthDate: '1990-05-06',
      regionCode: XIAOPU,
      relation: 'family',
    });
    const send = (who: Resident, classId: string, residentId: string) =>
      who.person.send('POST', '/enrollments', { body: { classId, residentId }, key: 'the-same' });
    const first = await send(mother, one.id, mother.id);
    expect(first).toMatchObject({ status: 201, body: { state: 'enrolled' } });
    for (const [classId, residentId] of [
      [two.id, mother.id],
      [one.id, child.id],
    ] as const) {
      const sending = { body: { classId, residentId }, key: 'the-same' };
      await mother.person.refused('POST', '/enrollments', sending, 'CORE.IDEMPOTENCY_KEY_REUSED');
    }
    expect(await send(stranger, one.id, stranger.id)).toMatchObject({ status: 201, body: { residentId: stranger.id } });
    expect((await send(mother, one.id, mother.id)).body).toEqual(first.body);
    const { items } = await mother.person.get('/me/enrollments');
    expect(items).toHaveLength(1);
  });
});

describe('a consent that is revoked after the application', () => {
  let mother: Resident;
  let daughter: Resident;
  let course: PublishedClass;
  let enrollmentId: string;

  const toSign = async () => {
    const { items } = await school.teacher.get(`/sessions/${course.sessions[0]!.id}/roster`);
    return items.find((one: { residentId: string }) => one.residentId === mother.id).consentToSign as boolean;
  };
  const standing = async () =>
    (await daughter.person.get('/me/proxies')).find((one: { residentId: string }) => one.residentId === mother.id);

  it('leaves the seat, is to be signed again on the roster, and shows so to the daughter', async () => {
    course = await school.publish('太极拳班', { sessions: autumn('18') });
    [mother, daughter] = [await school.resident('林秀英', '1950-03-04'), await school.resident('林红', '1976-03-04')];
    const { code } = await mother.person.post(`/me/residents/${mother.id}/proxy-invitations`);
    await daughter.person.post('/me/proxy-invitations/acceptance', { code });
    const body = { classId: course.id, residentId: mother.id };
    ({ id: enrollmentId } = await daughter.person.post('/enrollments', body));
    expect(await toSign()).toBe(false);
    const { consentId } = await standing();
    await mother.person.post(`/me/residents/${mother.id}/proxy-consents/${consentId}/revocation`);
    expect(await toSign()).toBe(true);
    expect(await standing()).toMatchObject({ standing: 'to_be_signed', consentId: null });
    for (const { person } of [mother, daughter]) {
      expect((await person.get(`/me/enrollments/${enrollmentId}`)).state).toBe('enrolled');
    }
  });

  it('is signed at the first session, as a consent of its own, and may be revoked again', async () => {
    const path = `/sessions/${course.sessions[0]!.id}/signed-consents`;
    await school.teacher.post(path, { residentIds: [mother.id] });
    expect(await toSign()).toBe(false);
    const signed = await standing();
    expect(signed).toMatchObject({ standing: 'consented', how: 'at_first_session' });
    await mother.person.post(`/me/residents/${mother.id}/proxy-consents/${signed.consentId}/revocation`);
    expect(await toSign()).toBe(true);
    expect(await mother.person.post(`/me/enrollments/${enrollmentId}/cancellation`)).toMatchObject({
      state: 'cancelled',
    });
  });
});

describe('the safety declaration of somebody over seventy', () => {
  it('is of one term: the next asks anew; a no bars from nothing and is on the roster', async () => {
    const { id: termId } = await school.bureau.post('/terms', {
      name: '2027年春季',
      startsOn: '2027-02-20',
      endsOn: '2027-07-01',
    });
    const spring = await school.publish('春季太极拳班', { termId, sessions: sessions('2027-03-01')('18') });
    const now = await school.publish('秋季太极拳班', { sessions: autumn('19') });
    const old = await school.resident('黄阿公', '1948-01-02');
    for (const { id } of [now, spring]) await apply(old, id);
    const declare = (term: string, fit: boolean) =>
      old.person.send('PUT', `/me/residents/${old.id}/safety-declarations/${term}`, { body: { fit } });
    const onRoster = async ({ sessions: [first] }: PublishedClass) => {
      const { items } = await school.teacher.get(`/sessions/${first!.id}/roster`);
      return items[0].declaration as string;
    };
    expect((await declare(school.termId, true)).body).toMatchObject({ state: 'fit' });
    expect([await onRoster(now), await onRoster(spring)]).toEqual(['fit', 'missing']);
    expect((await declare(termId, false)).body).toMatchObject({ state: 'not_fit' });
    expect([await onRoster(now), await onRoster(spring)]).toEqual(['fit', 'not_fit']);
    expect(await enrollmentOf(old, spring.id)).toMatchObject({ state: 'enrolled' });
    await declare(termId, true);
    expect(await onRoster(spring)).toBe('fit');
  });
});

describe('a couple of one account, of whom one has a second record', () => {
  it('is merged at the counter while they wait: both records are one, and both sit in the end', async () => {
    const course = await school.publish('合唱班', { seats: 1, sessions: autumn('20') });
    const seated = await school.resident('周有位');
    await apply(seated, course.id);
    const husband = await school.resident('周阿公', '1955-05-06');
    const wife = { name: '周阿婆', birthDate: '1956-05-06', regionCode: XIAOPU };
    const { id: wifeId } = await husband.person.post('/me/residents', { ...wife, relation: 'family' });
    expect(await apply(husband, course.id, { companionIds: [wifeId] })).toMatchObject({
      state: 'waiting',
      position: 1,
    });
    const { id: known } = await school.registrar.post('/residents', wife);
    await school.registrar.post(`/classes/${course.id}/counter-enrollments`, { residentId: known });
    const { version } = await school.registrar.get(`/residents/${known}`);
    const seen = await school.registrar.post(
      `/residents/${known}/identity-verification`,
      { documentKind: 'resident_card', documentNumber: cardNumber(wife.birthDate, 44), name: wife.name },
      { version },
    );
    const merge = { duplicateId: wifeId, reason: '本人说登记过两次' };
    await school.registrar.post(`/residents/${known}/merger`, merge, { version: seen.version });
    const waiting = async () =>
      (await school.registrar.get(`/classes/${course.id}/enrollments?state=waiting`)).items.map(
        (one: { residentId: string }) => one.residentId,
      );
    await waitFor('one of two to be left', async () => (await waiting()).join() === [husband.id, known].join());
    const { version: now } = await school.registrar.get(`/classes/${course.id}`);
    await school.registrar.patch(`/classes/${course.id}`, { seats: 3 }, now);
    await waitFor('both to sit', async () => (await enrollmentOf(husband, course.id)).state === 'enrolled');
    const { items } = await school.registrar.get(`/classes/${course.id}/enrollments?state=enrolled`);
    expect(items.map((one: { residentId: string }) => one.residentId).sort()).toEqual(
      [(await enrollmentOf(seated, course.id)).residentId, husband.id, known].sort(),
    );
  });
});

describe('an appeal against a removal by mistake', () => {
  const upheld = { decision: 'upheld', answer: '是我们弄错了。' };
  let appellant: Resident;

  async function appealTo(courseClass: PublishedClass, who: Resident) {
    const { id } = await apply(who, courseClass.id);
    await school.registrar.post(`/enrollments/${id}/removal`, { because: 'mistake', reason: '点错了人' });
    const appeal = await who.person.post(`/me/enrollments/${id}/appeals`, { text: '我没有要退，请恢复。' });
    return { id, path: `/appeals/${appeal.id}/decision`, version: appeal.version };
  }

  /** It cannot be upheld any more, which moves nothing; to be told so it is rejected. */
  async function cannotBeUpheld(classId: string, { id, path, version }: Awaited<ReturnType<typeof appealTo>>) {
    const told = await school.principal.refused('POST', path, { body: upheld, version }, 'ENROLLMENT.APPEAL_TOO_LATE');
    expect(told.title).toMatch(/不能恢复/);
    expect((await enrollmentOf(appellant, classId)).state).toBe('removed');
    const rejected = { decision: 'rejected', answer: '这个班已经没有了，请报二班。' };
    expect(await school.principal.post(path, rejected, { version })).toMatchObject({ state: 'rejected' });
    expect((await school.registrar.get(`/enrollments/${id}`)).moves.at(-1)).toMatchObject({ step: 'remove' });
  }

  beforeAll(async () => {
    appellant = await school.resident('林申诉');
  });

  it('cannot be upheld once the class is stopped', async () => {
    const stopped = await school.publish('停开的班', { sessions: autumn('06') });
    const appeal = await appealTo(stopped, appellant);
    const stop = { body: { reason: '教师生病' }, version: stopped.version };
    const answer = await school.principal.send('POST', `/classes/${stopped.id}/stoppage`, stop);
    expect(answer).toMatchObject({ status: 200, body: { state: 'stopped' } });
    await cannotBeUpheld(stopped.id, appeal);
  });

  it('cannot be upheld once the class is merged into another, which gets nobody by it', async () => {
    const merged = await school.publish('一班', { sessions: autumn('07') });
    const target = await school.publish('二班', { seats: 1, sessions: autumn('08') });
    const appeal = await appealTo(merged, appellant);
    const stop = { body: { reason: '两班合上', movedTo: target.id }, version: merged.version };
    const answer = await school.principal.send('POST', `/classes/${merged.id}/stoppage`, stop);
    expect(answer).toMatchObject({ status: 200, body: { state: 'stopped' } });
    await cannotBeUpheld(merged.id, appeal);
    expect(await enrollmentOf(appellant, target.id)).toBeUndefined();
    expect(await school.visitor.get(`/classes/${target.id}`)).toMatchObject({ seatsLeft: 1, waiting: 0 });
  });

  it('upheld in a class whose seats were lowered below those taken, gives a place in the queue and no seat', async () => {
    const lowered = await school.publish('减位班', { seats: 3, sessions: autumn('09') });
    const others = [await school.resident('吴有位'), await school.resident('郑有位')];
    const { id, path, version } = await appealTo(lowered, appellant);
    for (const one of others) expect(await apply(one, lowered.id)).toMatchObject({ state: 'enrolled' });
    await school.registrar.patch(`/classes/${lowered.id}`, { seats: 1 }, lowered.version);
    expect(await school.principal.post(path, upheld, { version })).toMatchObject({ state: 'upheld' });
    expect(await enrollmentOf(appellant, lowered.id)).toMatchObject({ id, state: 'waiting', position: 1 });
    await others[0]!.person.post(`/me/enrollments/${(await enrollmentOf(others[0]!, lowered.id)).id}/cancellation`);
    await at('2026-09-01T11:30:00');
    await apply(appellant, lowered.id);
    expect(await enrollmentOf(appellant, lowered.id)).toMatchObject({ state: 'waiting' });
    const { items } = await school.registrar.get(`/classes/${lowered.id}/enrollments?state=enrolled`);
    expect(items).toHaveLength(1);
  });

  it('cannot be upheld once the class is finished', async () => {
    const finished = await school.publish('结班的班', { sessions: sessions('2026-09-14')('10') });
    const appeal = await appealTo(finished, appellant);
    await at('2026-09-15T10:00:00');
    await school.principal.post(`/classes/${finished.id}/completion`, {}, { version: finished.version });
    await cannotBeUpheld(finished.id, appeal);
  });
});
