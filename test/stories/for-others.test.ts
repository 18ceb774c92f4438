import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cardNumber } from '../support/district.js';
import type { Person } from '../support/person.js';
import { LUXI_VILLAGE, type PublishedClass, type Resident, TestSchool, XIAOPU } from '../support/school.js';
import { waitFor } from '../support/wait-for.js';

/*
 * Somebody else enrolls them: a daughter, the counter, the agent of the village, the village office with its list.
 * Nothing that is still to be signed keeps anybody from a seat. Times are Asia/Shanghai.
 */

let school: TestSchool;
let agent: Person;
let taiChi: PublishedClass;

beforeAll(async () => {
  school = await TestSchool.open();
  const office = await school.bureau.post('/organisations', {
    kind: 'village_office',
    name: '小朴社区居委会',
    regionCode: XIAOPU,
  });
  agent = await school.staff('agent', 'village_agent', office.id);
  taiChi = await school.publish('太极拳班', { seats: 20 });
  await school.district.setClock('2026-09-01T09:00:00+08:00');
}, 120_000);
afterAll(() => school?.close());

const register = async (by: Person, name: string, birthDate: string, regionCode = XIAOPU): Promise<string> =>
  (await by.post('/residents', { name, birthDate, regionCode })).id;
const applyAtCounter = (by: Person, classId: string, residentId: string) =>
  by.post(`/classes/${classId}/counter-enrollments`, { residentId });

describe('a daughter', () => {
  let daughter: Resident;
  let mother: Resident;
  let fatherId: string;

  it('enrolls her mother, who agreed beforehand, and her father, who has yet to sign', async () => {
    mother = await school.resident('林秀英', '1950-03-04');
    daughter = await school.resident('林红', '1976-03-04');
    const { code } = await mother.person.post(`/me/residents/${mother.id}/proxy-invitations`);
    await daughter.person.post('/me/proxy-invitations/acceptance', { code });
    fatherId = (
      await daughter.person.post('/me/residents', {
        name: '林阿公',
        birthDate: '1948-01-02',
        regionCode: XIAOPU,
        relation: 'family',
      })
    ).id;
    for (const residentId of [mother.id, fatherId]) {
      const said = await daughter.person.get(`/classes/${taiChi.id}/eligibility?residentId=${residentId}`);
      expect(said).toMatchObject({ eligible: true, outcome: 'enrolled' });
      const enrollment = await daughter.person.post('/enrollments', { classId: taiChi.id, residentId });
      expect(enrollment).toMatchObject({ residentId, state: 'enrolled' });
      const shown = await school.registrar.get(`/enrollments/${enrollment.id}`);
      expect(shown).toMatchObject({ source: 'family', moves: [{ step: 'apply', actorName: '林红', onBehalf: true }] });
    }
    // The mother sees it on her own phone, and may undo what was done for her.
    expect((await mother.person.get('/me/enrollments')).items).toMatchObject([{ className: '太极拳班' }]);
  });

  it('has her father sign at the first session, and nobody else', async () => {
    const { id } = taiChi.sessions[0]!;
    const { items } = await school.teacher.get(`/sessions/${id}/roster`);
    const toSign = items.filter((one: { consentToSign: boolean }) => one.consentToSign);
    expect(toSign).toMatchObject([{ residentId: fatherId, name: '林阿公', declaration: 'missing', hasContact: false }]);
    const sign = { residentIds: [fatherId] };
    const signed = { items: [{ residentId: fatherId, consentToSign: false }] };
    expect(await school.teacher.post(`/sessions/${id}/signed-consents`, sign)).toEqual(signed);
    expect(await school.teacher.post(`/sessions/${id}/signed-consents`, sign)).toEqual(signed);
    const stranger = { body: { residentIds: [daughter.id] } };
    await school.teacher.refused('POST', `/sessions/${id}/signed-consents`, stranger, 'ATTENDANCE.NOT_ON_ROSTER');
  });

  it('says for him, who is over seventy, that he is fit, and whom to call', async () => {
    const path = `/me/residents/${fatherId}`;
    await daughter.person.send('PUT', `${path}/safety-declarations/${school.termId}`, { body: { fit: true } });
    const { version } = await daughter.person.get(`${path}/details`);
    const contact = { name: '林红', phone: daughter.phone };
    await daughter.person.patch(`${path}/details`, { contact, needs: ['hearing'] }, version);
    const { id } = taiChi.sessions[0]!;
    const { items } = await school.teacher.get(`/sessions/${id}/roster`);
    expect(items.find((one: { residentId: string }) => one.residentId === fatherId)).toMatchObject({
      needs: ['hearing'],
      declaration: 'fit',
      hasContact: true,
    });
    expect(await school.teacher.get(`/sessions/${id}/roster/${fatherId}/emergency-contact`)).toEqual({
      residentId: fatherId,
      ...contact,
    });
  });

  it('cannot act for somebody else’s father', async () => {
    const other = await school.resident('陈小妹');
    const body = { classId: taiChi.id, residentId: fatherId };
    await other.person.refused('POST', '/enrollments', { body }, 'PEOPLE.RESIDENT_UNKNOWN');
    const path = `/classes/${taiChi.id}/eligibility?residentId=${fatherId}`;
    await other.person.refused('GET', path, {}, 'PEOPLE.RESIDENT_UNKNOWN');
  });
});

describe('one phone', () => {
  it('serves a whole family, and each of them once', async () => {
    const head = await school.resident('郑家长', '1970-05-06');
    const ids = [head.id];
    for (const [index, name] of ['郑爷爷', '郑奶奶', '郑大伯'].entries()) {
      const birthDate = `194${index}-05-06`;
      ids.push(
        (await head.person.post('/me/residents', { name, birthDate, regionCode: XIAOPU, relation: 'family' })).id,
      );
    }
    const dance = await school.publish('广场舞班', { seats: 3 });
    const states = [];
    for (const residentId of ids) {
      states.push((await head.person.post('/enrollments', { classId: dance.id, residentId })).state);
    }
    expect(states).toEqual(['enrolled', 'enrolled', 'enrolled', 'waiting']);
    const { items } = await head.person.get('/me/enrollments');
    expect(items.map(({ residentName }: { residentName: string }) => residentName)).toEqual([
      '郑大伯',
      '郑奶奶',
      '郑爷爷',
      '郑家长',
    ]);
  });
});

describe('at the counter', () => {
  it('somebody without phone or account is found while typing, or registered, and leaves with a seat and a card', async () => {
    const typed = { name: '叶老伯', birthDate: '1945-05-06' };
    expect(await school.registrar.post('/residents/likely-same', typed)).toEqual({ items: [] });
    const id = await register(school.registrar, '叶老伯', '1945-05-06');
    const likely = await school.registrar.post('/residents/likely-same', typed);
    expect(likely.items).toMatchObject([{ id, reasons: ['same_name_and_birth_date'] }]);

    const may = `/classes/${taiChi.id}/counter-eligibility?residentId=${id}`;
    expect(await school.registrar.get(may)).toMatchObject({ eligible: true, outcome: 'enrolled' });
    const enrollment = await applyAtCounter(school.registrar, taiChi.id, id);
    // All that the slip prints: the class, the first session, and the code of the card.
    expect(enrollment).toMatchObject({
      className: '太极拳班',
      state: 'enrolled',
      sentence: expect.stringMatching(/报名成功！第一次课：9月14日/),
    });
    expect(await school.registrar.post(`/residents/${id}/personal-code`)).toMatchObject({
      code: expect.stringMatching(/^P-.{11}$/),
    });
    expect(await school.registrar.get(may)).toMatchObject({ eligible: false, outcome: 'present' });
    const again = { body: { residentId: id } };
    const { status, body } = await school.registrar.send('POST', `/classes/${taiChi.id}/counter-enrollments`, again);
    expect({ status, id: body.id }).toEqual({ status: 200, id: enrollment.id });
    const { moves, source } = await school.registrar.get(`/enrollments/${enrollment.id}`);
    expect({ source, moves }).toMatchObject({ source: 'counter', moves: [{ actorName: '陈老师', onBehalf: true }] });
  });

  it('what they say there is done for them: cancel and undo', async () => {
    const id = await register(school.registrar, '黄阿婆', '1949-05-06');
    const enrollment = await applyAtCounter(school.registrar, taiChi.id, id);
    const path = `/enrollments/${enrollment.id}`;
    expect(await school.registrar.post(`${path}/cancellation`, { reason: '眼睛要手术' })).toMatchObject({
      state: 'cancelled',
    });
    expect(await school.registrar.post(`${path}/undo`)).toMatchObject({ state: 'enrolled' });
    const { moves } = await school.registrar.get(path);
    expect(moves.map(({ step, onBehalf }: { step: string; onBehalf: boolean }) => [step, onBehalf])).toEqual([
      ['apply', true],
      ['cancel', true],
      ['undo', true],
    ]);
  });
});

describe('two records of one person', () => {
  const birthDate = '1949-07-08';
  const pairs = async (residentId: string) =>
    (await school.registrar.get(`/residents/likely-twice?residentId=${residentId}`)).items;

  it('are found, compared and merged by who saw the document; what hangs on either goes on', async () => {
    const [kept, other] = [
      await register(school.registrar, '双份阿婆', birthDate),
      await register(agent, '双份阿婆', birthDate),
    ];
    await applyAtCounter(school.registrar, taiChi.id, other);
    expect(await pairs(other)).toMatchObject([
      { first: { id: kept }, second: { id: other }, reasons: ['same_name_and_birth_date'] },
    ]);
    await agent.refused('GET', '/residents/likely-twice', {}, 'CORE.FORBIDDEN');

    const merge = (version: number) =>
      school.registrar.post(
        `/residents/${kept}/merger`,
        { duplicateId: other, reason: '本人说登记过两次' },
        { version },
      );
    const { version } = await school.registrar.get(`/residents/${kept}`);
    const unseen = { body: { duplicateId: other, reason: '名字一样' }, version };
    await school.registrar.refused('POST', `/residents/${kept}/merger`, unseen, 'PEOPLE.MERGE_UNVERIFIED');
    const seen = await school.registrar.post(
      `/residents/${kept}/identity-verification`,
      { documentKind: 'resident_card', documentNumber: cardNumber(birthDate, 42), name: '双份阿婆' },
      { version },
    );
    await merge(seen.version);
    await merge(seen.version);
    expect(await pairs(kept)).toEqual([]);
    expect(await school.registrar.get(`/residents/${other}`)).toMatchObject({ state: 'merged', mergedInto: kept });
    await waitFor('the enrollment', async () => {
      const { items } = await school.registrar.get(`/classes/${taiChi.id}/enrollments?limit=100`);
      return items.some((one: { residentId: string }) => one.residentId === kept);
    });
    const { items } = await school.admin.get('/audit-entries?action=resident.merged&limit=5');
    expect(items).toMatchObject([{ targetId: kept, details: { duplicateId: other, reason: '本人说登记过两次' } }]);
  });
});

describe('the agent of a village', () => {
  it('enrolls the people of the own village in any school’s class, and nobody else', async () => {
    const id = await register(agent, '许阿婆', '1947-05-06');
    const enrollment = await applyAtCounter(agent, taiChi.id, id);
    expect(enrollment).toMatchObject({ state: 'enrolled' });
    expect(await school.registrar.get(`/enrollments/${enrollment.id}`)).toMatchObject({ source: 'agent' });
    const islander = await register(agent, '岛上人', '1947-05-07', LUXI_VILLAGE);
    const body = { residentId: islander };
    const path = `/classes/${taiChi.id}/counter-enrollments`;
    await agent.refused('POST', path, { body }, 'ENROLLMENT.NOT_OF_VILLAGE');
    const may = `/classes/${taiChi.id}/counter-eligibility?residentId=${islander}`;
    await agent.refused('GET', may, {}, 'ENROLLMENT.NOT_OF_VILLAGE');
  });

  it('sees what the own people have, and gives it back for them', async () => {
    const id = await register(agent, '许阿公', '1946-05-06');
    const enrollment = await applyAtCounter(agent, taiChi.id, id);
    expect(await agent.post(`/enrollments/${enrollment.id}/cancellation`)).toMatchObject({ state: 'cancelled' });
    expect(await agent.post(`/enrollments/${enrollment.id}/undo`)).toMatchObject({ state: 'enrolled' });
    const strangers = await applyAtCounter(
      school.registrar,
      taiChi.id,
      await register(school.registrar, '鹿西人', '1946-05-07', LUXI_VILLAGE),
    );
    await agent.refused('POST', `/enrollments/${strangers.id}/cancellation`, { body: {} }, 'CORE.FORBIDDEN');
  });
});

describe('a pasted list', () => {
  let small: PublishedClass;
  const rows = [
    { name: '苏一' },
    { name: ' 苏 二 ', identifier: '13912345678' },
    { name: '苏三', birthDate: '1950-01-03' },
    { name: '没有登记' },
    { name: '苏重名' },
    { name: '苏一' },
    { name: '苏幼', identifier: cardNumber('2015-01-05', 71) },
  ];

  beforeAll(async () => {
    small = await school.publish('智能手机班', { seats: 2, minAge: 18, waitingLimit: 1 });
    const people: [string, string, object?][] = [
      ['苏一', '1950-01-01'],
      ['苏二', '1950-01-02', { phone: '13912345678' }],
      ['苏三', '1950-01-03'],
      ['苏四', '1950-01-04'],
      ['苏重名', '1950-01-06'],
      ['苏重名', '1951-01-06'],
      ['苏幼', '2015-01-05', { documentKind: 'resident_card', documentNumber: cardNumber('2015-01-05', 71) }],
    ];
    for (const [name, birthDate, more] of people) {
      await school.registrar.post('/residents', { name, birthDate, regionCode: XIAOPU, ...more });
    }
  });

  const paste = (by: Person, list: object[], key: string = randomUUID()) =>
    by.send('POST', `/classes/${small.id}/list-enrollments`, { body: { rows: list }, key });

  it('is answered row by row: in, waiting, unknown, ambiguous, twice, refused', async () => {
    const { status, body } = await paste(agent, rows, 'the-list');
    expect(status).toBe(200);
    expect(body.rows).toMatchObject([
      { row: 1, outcome: 'enrolled', enrollmentId: expect.any(String) },
      { row: 2, outcome: 'enrolled' },
      { row: 3, outcome: 'waiting', sentence: expect.stringContaining('候补第 1 位') },
      { row: 4, name: '没有登记', outcome: 'unknown', sentence: expect.stringContaining('没有找到这个人') },
      { row: 5, outcome: 'ambiguous', sentence: expect.stringContaining('有同名的人') },
      { row: 6, name: '苏一', outcome: 'present', enrollmentId: body.rows[0].enrollmentId },
      { row: 7, outcome: 'refused', code: 'ENROLLMENT.TOO_YOUNG', sentence: expect.stringContaining('年满 18 岁') },
    ]);
  });

  it('pasted again, by the same key or another, changes nothing', async () => {
    const before = await school.visitor.get(`/classes/${small.id}`);
    const again = await paste(agent, rows);
    expect(again.body.rows.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'present',
      'present',
      'present',
      'unknown',
      'ambiguous',
      'present',
      'refused',
    ]);
    const lost = await paste(agent, rows, 'the-list');
    expect(lost.body.rows.slice(0, 3)).toMatchObject([
      { outcome: 'enrolled' },
      { outcome: 'enrolled' },
      { outcome: 'waiting' },
    ]);
    expect(await school.visitor.get(`/classes/${small.id}`)).toMatchObject({
      seatsLeft: before.seatsLeft,
      waiting: before.waiting,
    });
  });

  it('goes on where it was unclear, until the class is full', async () => {
    const { body } = await paste(agent, [{ name: '苏重名', birthDate: '1951-01-06' }, { name: '苏四' }]);
    expect(body.rows).toMatchObject([
      { outcome: 'refused', code: 'ENROLLMENT.WAITING_LIST_FULL' },
      { outcome: 'refused', code: 'ENROLLMENT.WAITING_LIST_FULL' },
    ]);
  });

  it('tells those whom it enrolled by SMS, and leaves their names out of the log of who did it', async () => {
    await school.district.sms('13912345678', /智能手机班/);
    const { items } = await school.admin.get('/audit-entries?limit=100&action=residents.searched');
    expect(items[0]).toMatchObject({ actorName: 'agent', details: { by: 'list', rows: 2 } });
    expect(JSON.stringify(items)).not.toContain('苏');
  });

  it('is not for those who have no business with it', async () => {
    const body = { rows: [{ name: '苏一' }] };
    const path = `/classes/${small.id}/list-enrollments`;
    await school.teacher.refused('POST', path, { body }, 'CORE.FORBIDDEN');
    await school.bureau.refused('POST', path, { body }, 'CORE.FORBIDDEN');
    await school.visitor.refused('POST', path, { body }, 'CORE.SIGN_IN_REQUIRED');
    await agent.refused('POST', path, { body: { rows: [] } }, 'CORE.INVALID');
  });
});

it('what the daughter did and what the counter did is told apart in the audit log', async () => {
  const { items } = await school.admin.get('/audit-entries?limit=100&action=enrollment.apply');
  const by = new Set(items.map(({ actorKind, actorName }: Record<string, string>) => `${actorKind} ${actorName}`));
  expect(by).toEqual(new Set(['account null', 'staff 陈老师', 'staff agent']));
  for (const item of items) expect(item.onBehalfOf).toEqual(expect.any(String));
});
