import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cardNumber, District, PASSWORD } from '../support/district.js';
import type { Person } from '../support/person.js';
import { waitFor } from '../support/wait-for.js';

/*
 * The platform's main job, once through: a school publishes, residents enroll, one waits, people check in, the
 * participation counts, the wall chart moves. Times are Asia/Shanghai.
 */

const BEIAO = '330305001000'; // 北岙街道
const XIAOPU = '330305001007'; // 小朴社区

let district: District;
let bureau: Person;
let registrar: Person;
let teacher: Person;
let lin: Person;
let chen: Person;

/** What the steps have made so far, by the names the story gives them. */
const made = {} as Record<
  | 'school'
  | 'venue'
  | 'teacherId'
  | 'term'
  | 'skillsClass'
  | 'elderlyClass'
  | 'linId'
  | 'chenId'
  | 'linEnrollment'
  | 'chenEnrollment',
  string
>;

beforeAll(async () => {
  district = await District.open('2026-08-20T09:00:00+08:00');
}, 120_000);
afterAll(() => district?.close());

/** Sessions on these days at this hour. */
const sessionsOn = (days: string[], hour: number, minutes: number) =>
  days.map((day) => {
    const starts = new Date(`${day}T${String(hour).padStart(2, '0')}:00:00+08:00`);
    return { startsAt: starts.toISOString(), endsAt: new Date(starts.getTime() + minutes * 60_000).toISOString() };
  });

const SKILLS_DAYS = ['2026-09-07', '2026-09-09', '2026-09-11', '2026-09-14', '2026-09-16'];
const ELDERLY_DAYS = ['2026-09-08', '2026-09-15', '2026-09-22', '2026-09-29'];

/** Draft, submitted, approved, published. */
async function publish(id: string): Promise<void> {
  let { version } = await registrar.get(`/classes/${id}`);
  ({ version } = await registrar.post(`/classes/${id}/submission`, {}, { version }));
  ({ version } = await bureau.post(`/classes/${id}/decision`, { decision: 'approved' }, { version }));
  await registrar.post(`/classes/${id}/publication`, {}, { version });
}

/** One indicator of the wall chart. */
async function indicator(code: string) {
  const chart = await bureau.get('/wall-chart');
  return [...chart.indicators, ...chart.measures].find((one: { code: string }) => one.code === code);
}

/** A batch of marks, as the teacher's device sends it. */
const mark = (by: Person, sessionId: string, items: object[]) =>
  by.post(`/sessions/${sessionId}/marks`, {
    deviceId: 'teacher-tablet',
    items: items.map((item) => ({
      id: randomUUID(),
      status: 'present',
      deviceTime: new Date().toISOString(),
      ...item,
    })),
  });

describe('before the term', () => {
  it('the administrator takes on the bureau, the bureau sets up a community school', async () => {
    const admin = await district.staff('admin');
    await admin.post('/staff', {
      username: 'bureau',
      name: '周科长',
      password: PASSWORD,
      roles: [{ role: 'bureau_officer' }],
    });
    bureau = await district.staff('bureau');
    const school = await bureau.post('/organisations', {
      kind: 'community_school',
      name: '北岙社区学校',
      regionCode: BEIAO,
      phone: '0577-63480000',
    });
    made.school = school.id;
    const staff = (username: string, name: string, role: string) =>
      admin.post('/staff', { username, name, password: PASSWORD, roles: [{ role, organisationId: school.id }] });
    await staff('registrar', '陈老师', 'registrar');
    made.teacherId = (await staff('teacher', '王老师', 'teacher')).id;
    registrar = await district.staff('registrar');
    teacher = await district.staff('teacher');
  });

  it('the school has a plate and a venue in 小朴', async () => {
    await bureau.post('/teaching-points', {
      organisationId: made.school,
      plateKind: 'elderly_classroom',
      regionCode: XIAOPU,
      name: '小朴老年学堂',
      listedOn: '2025-03-01',
    });
    const venue = await registrar.post('/venues', {
      organisationId: made.school,
      regionCode: XIAOPU,
      name: '小朴文化礼堂',
      address: '小朴社区88号',
      directions: '码头上来右手200米',
      capacity: 40,
      stepFree: true,
      accessRoute: 'road',
    });
    made.venue = venue.id;
  });

  it('the bureau opens a term and two courses; the school drafts, the bureau approves, both classes are published', async () => {
    const term = await bureau.post('/terms', { name: '2026年秋季', startsOn: '2026-09-01', endsOn: '2027-01-15' });
    made.term = term.id;
    const knots = await bureau.post('/courses', { code: 'SK-001', name: '渔网编织', programmeKind: 'skills' });
    const taiChi = await bureau.post('/courses', { code: 'EL-001', name: '太极拳', programmeKind: 'elderly' });
    const draft = (course: { id: string }, name: string, seats: number, sessions: object[]) =>
      registrar.post('/classes', {
        courseId: course.id,
        termId: term.id,
        organisationId: made.school,
        name,
        teacherId: made.teacherId,
        venueId: made.venue,
        seats,
        admission: 'first_come',
        enrollmentOpensAt: '2026-09-01T09:00:00+08:00',
        enrollmentClosesAt: '2026-09-07T08:00:00+08:00',
        feeFen: 0,
        sessions,
      });
    made.skillsClass = (await draft(knots, '渔网编织秋季班', 1, sessionsOn(SKILLS_DAYS, 14, 90))).id;
    made.elderlyClass = (await draft(taiChi, '太极拳秋季班', 12, sessionsOn(ELDERLY_DAYS, 9, 90))).id;

    const { version } = await registrar.get(`/classes/${made.skillsClass}`);
    await bureau.refused(
      'POST',
      `/classes/${made.skillsClass}/decision`,
      { body: { decision: 'approved' }, version },
      'CATALOGUE.MOVE_NOT_ALLOWED',
    );
    await registrar.refused(
      'POST',
      `/classes/${made.skillsClass}/submission`,
      { body: {}, version: version + 7 },
      'CORE.STALE',
    );
    await publish(made.skillsClass);
    await publish(made.elderlyClass);
  });
});

describe('enrollment', () => {
  it('residents find the class by category, township and words: Chinese, pinyin, initials', async () => {
    const visitor = district.visitor();
    for (const query of [
      'q=渔网',
      'q=yuwang',
      'q=ywbz',
      'programmeKind=skills',
      `region=${BEIAO}&programmeKind=skills`,
    ]) {
      const { items } = await visitor.get(`/classes?${encodeURI(query)}`);
      expect(items.map(({ id }: { id: string }) => id)).toEqual([made.skillsClass]);
    }
    expect((await visitor.get('/classes?q=nothing')).items).toEqual([]);
  });

  it('they sign in by phone and SMS code and say who they are', async () => {
    [lin, chen] = [await district.resident(), await district.resident()];
    const me = (name: string, birthDate: string) => ({ name, birthDate, regionCode: XIAOPU, relation: 'self' });
    made.linId = (await lin.post('/me/residents', me('林阿海', '1980-05-06'))).id;
    made.chenId = (await chen.post('/me/residents', me('陈小妹', '1985-07-08'))).id;
  });

  it('before nine o’clock nobody gets in, and the answer says when', async () => {
    const body = { classId: made.skillsClass, residentId: made.linId };
    const zh = await lin.refused('POST', '/enrollments', { body }, 'ENROLLMENT.WINDOW_NOT_OPEN');
    expect(zh.title).toContain('9月1日');
    lin.language = 'en';
    const en = await lin.refused('POST', '/enrollments', { body }, 'ENROLLMENT.WINDOW_NOT_OPEN');
    expect(en.title).toMatch(/opens on .*September/);
    lin.language = 'zh';
    const may = await lin.get(`/classes/${made.skillsClass}/eligibility?residentId=${made.linId}`);
    expect(may).toMatchObject({ eligible: false, outcome: 'refused', code: 'ENROLLMENT.WINDOW_NOT_OPEN' });
  });

  it('at nine the last seat goes to one of two who ask at once, the other waits as number 1', async () => {
    await district.setClock('2026-09-01T09:00:00+08:00');
    // They want to be asked before a seat that falls free is theirs.
    const ask = (who: Person, residentId: string) =>
      who.post('/enrollments', { classId: made.skillsClass, residentId, automatic: false });
    const answers = await Promise.all([ask(lin, made.linId), ask(chen, made.chenId)]);
    expect(answers.map(({ state }) => state).sort()).toEqual(['enrolled', 'waiting']);
    const waits = answers.find(({ state }) => state === 'waiting');
    expect(waits).toMatchObject({ position: 1, sentence: expect.stringContaining('候补第 1 位') });
    // From here on 林 is the one with the seat.
    if (answers[0].state === 'waiting') {
      [lin, chen] = [chen, lin];
      [made.linId, made.chenId] = [made.chenId, made.linId];
      answers.reverse();
    }
    [made.linEnrollment, made.chenEnrollment] = answers.map(({ id }) => id) as [string, string];
    const page = await district.visitor().get(`/classes/${made.skillsClass}`);
    expect(page).toMatchObject({ seatsLeft: 0, waiting: 1 });
  });

  it('asking again, by the same key or another, answers the present state and changes nothing', async () => {
    const body = { classId: made.skillsClass, residentId: made.chenId };
    const first = await chen.send('POST', '/enrollments', { body, key: 'again' });
    const second = await chen.send('POST', '/enrollments', { body, key: 'again' });
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body).toEqual(first.body);
    expect(first.body).toMatchObject({ id: made.chenEnrollment, state: 'waiting', position: 1 });
    await chen.refused(
      'POST',
      '/enrollments',
      { body: { ...body, residentId: made.linId }, key: 'again' },
      'CORE.IDEMPOTENCY_KEY_REUSED',
    );
    await chen.refused(
      'POST',
      '/enrollments',
      { body: { ...body, residentId: made.linId } },
      'PEOPLE.RESIDENT_UNKNOWN',
    );
  });

  it('a cancellation can be taken back for ten minutes; then the seat is offered to the one who waits, who accepts', async () => {
    const cancelled = await lin.post(`/me/enrollments/${made.linEnrollment}/cancellation`);
    expect(cancelled).toMatchObject({ state: 'cancelled', undoUntil: expect.stringMatching(/^2026-09-01T01:1\d:/) });
    expect(await lin.post(`/me/enrollments/${made.linEnrollment}/undo`)).toMatchObject({ state: 'enrolled' });
    await lin.post(`/me/enrollments/${made.linEnrollment}/cancellation`);
    expect((await chen.get('/me/enrollments')).items[0]).toMatchObject({ state: 'waiting', position: 1 });

    await district.setClock('2026-09-01T09:30:00+08:00');
    await lin.refused('POST', `/me/enrollments/${made.linEnrollment}/undo`, { body: {} }, 'ENROLLMENT.UNDO_OVER');
    const mine = (await chen.get('/me/enrollments')).items[0];
    expect(mine).toMatchObject({
      id: made.chenEnrollment,
      state: 'offered',
      offeredUntil: expect.stringMatching(/^2026-09-02T01:3\d:/),
    });
    await district.resident(); // somebody else is about, too
    const accepted = await chen.post(`/me/enrollments/${made.chenEnrollment}/acceptance`);
    expect(accepted).toMatchObject({ state: 'enrolled', sentence: expect.stringContaining('报名成功') });
    expect(await chen.post(`/me/enrollments/${made.chenEnrollment}/acceptance`)).toMatchObject({ state: 'enrolled' });
    await lin.refused(
      'POST',
      `/me/enrollments/${made.chenEnrollment}/cancellation`,
      { body: {} },
      'ENROLLMENT.UNKNOWN',
    );
    const again = await lin.post('/enrollments', { classId: made.skillsClass, residentId: made.linId });
    expect(again).toMatchObject({ state: 'waiting', position: 1 });
  });
});

describe('at the counter', () => {
  it('staff see the card and verify the identity; a slip of the pen is noticed and nothing is lost', async () => {
    const resident = await registrar.get(`/residents/${made.chenId}`);
    const card = cardNumber(resident.birthDate, 12);
    const wrong = {
      documentKind: 'resident_card',
      documentNumber: card.slice(0, 17) + (card.endsWith('1') ? '2' : '1'),
      name: resident.name,
    };
    await registrar.refused(
      'POST',
      `/residents/${made.chenId}/identity-verification`,
      { body: wrong, version: resident.version },
      'PEOPLE.DOCUMENT_WRONG',
    );
    const verified = await registrar.post(
      `/residents/${made.chenId}/identity-verification`,
      { ...wrong, documentNumber: card },
      { version: resident.version },
    );
    expect(verified).toMatchObject({ identityState: 'verified' });
    expect(JSON.stringify(verified)).not.toContain(card);
  });

  it('they register ten elders without a phone and give each a seat and a card', async () => {
    await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const elder = await registrar.post('/residents', {
          name: `郑老伯${index}`,
          birthDate: `195${index % 6}-03-0${(index % 9) + 1}`,
          regionCode: XIAOPU,
        });
        const enrollment = await registrar.post(`/classes/${made.elderlyClass}/counter-enrollments`, {
          residentId: elder.id,
        });
        expect(enrollment).toMatchObject({ state: 'enrolled' });
      }),
    );
    const { items } = await registrar.get(`/classes/${made.elderlyClass}/enrollments?state=enrolled`);
    expect(items).toHaveLength(10);
  });
});

describe('skills: from the sessions to the wall chart', () => {
  it('nothing is counted before, and what has no source says so', async () => {
    expect(await indicator('social-training-annual')).toMatchObject({ noData: false, provisional: 0, confirmed: 0 });
    expect(await indicator('quality-kindergarten')).toMatchObject({ noData: true, actual: null });
  });

  it('the teacher scans the code; at the fourth of five sessions 80 % are reached and the wall chart moves', async () => {
    const { code } = await chen.get(`/me/residents/${made.chenId}/personal-code`);
    const { sessions } = await district.visitor().get(`/classes/${made.skillsClass}`);
    for (const [index, session] of sessions.slice(0, 4).entries()) {
      await district.setClock(`${SKILLS_DAYS[index]}T14:05:00+08:00`);
      const at = new Date(`${SKILLS_DAYS[index]}T14:02:00+08:00`).toISOString();
      const item = { kind: 'personal_code', code, deviceTime: at, arrivedAt: at };
      const { items } = await mark(teacher, session.id, [item]);
      expect(items).toMatchObject([{ outcome: 'recorded', residentId: made.chenId }]);
      if (index === 0) {
        expect((await mark(teacher, session.id, [item])).items).toMatchObject([{ outcome: 'duplicate' }]);
        expect((await mark(teacher, session.id, [{ ...item, code: 'P-123' }])).items).toMatchObject([
          { outcome: 'rejected', code: 'ATTENDANCE.CODE_UNREADABLE', title: expect.any(String) },
        ]);
        expect(
          (await mark(teacher, session.id, [{ kind: 'teacher_mark', residentId: made.linId, deviceTime: at }])).items,
        ).toMatchObject([{ outcome: 'rejected', code: 'ATTENDANCE.NOT_ON_ROSTER' }]);
      }
      if (index === 2) expect(await indicator('social-training-annual')).toMatchObject({ provisional: 0 });
    }
    const counts = ['social-training-annual', 'vocational-training'].map((code) =>
      waitFor(`${code} to move`, async () => (await indicator(code)).provisional === 1, 5_000),
    );
    await Promise.all(counts);
    expect(await indicator('vocational-training')).toMatchObject({
      provisional: 1,
      confirmed: 0,
      target: { year: 2027, value: 7500 },
    });
  });

  it('the bureau opens the number down to the entry, its sessions and the rule that counted it', async () => {
    const { items } = await bureau.get('/ledger-entries?measure=vocational-training&live=true');
    expect(items).toHaveLength(1);
    const entry = await bureau.get(`/ledger-entries/${items[0].id}`);
    expect(entry).toMatchObject({
      status: 'provisional',
      countedOn: '2026-09-14',
      rule: { version: 1, state: 'trial', label: '试行口径' },
    });
    expect(
      entry.sessions.filter(({ minutesAttended }: { minutesAttended: number }) => minutesAttended === 90),
    ).toHaveLength(4);
  });

  it('finishing the class confirms it', async () => {
    await district.setClock('2026-09-17T10:00:00+08:00');
    registrar = await district.staff('registrar');
    const { version } = await registrar.get(`/classes/${made.skillsClass}`);
    await registrar.post(`/classes/${made.skillsClass}/completion`, {}, { version });
    await waitFor('the entry to be confirmed', async () => (await indicator('vocational-training')).confirmed === 1);
    expect(await indicator('vocational-training')).toMatchObject({ provisional: 0, confirmed: 1, actual: 1 });
    const why = await registrar.get(`/enrollments/${made.chenEnrollment}/participation`);
    expect(why.kind).toBe('counted');
    expect(why.counted).toContainEqual(
      expect.objectContaining({ measure: 'vocational-training', status: 'confirmed', countedOn: '2026-09-14' }),
    );
  });
});

describe('elderly: the village comes alive', () => {
  it('ten of sixty and over, four sessions on four days: the teaching point is active and coverage moves', async () => {
    const before = await indicator('village-elderly-classroom');
    expect(before).toMatchObject({ d: 94, listed: 1, active: 0 });
    const { sessions } = await district.visitor().get(`/classes/${made.elderlyClass}`);
    for (const [index, day] of ELDERLY_DAYS.entries()) {
      await district.setClock(`${day}T09:10:00+08:00`);
      const { items: roster } = await teacher.get(`/sessions/${sessions[index].id}/roster?limit=100`);
      expect(roster).toHaveLength(10);
      const at = new Date(`${day}T09:05:00+08:00`).toISOString();
      // The last on the list comes to the first session only.
      const present = index === 0 ? roster : roster.slice(0, 9);
      const { items } = await mark(
        teacher,
        sessions[index].id,
        present.map(({ residentId }: { residentId: string }) => ({ kind: 'teacher_mark', residentId, deviceTime: at })),
      );
      expect(new Set(items.map(({ outcome }: { outcome: string }) => outcome))).toEqual(new Set(['recorded']));
    }
    await waitFor('coverage to move', async () => (await indicator('village-elderly-classroom')).active === 1);
    expect(await indicator('village-elderly-classroom')).toMatchObject({
      met: false,
      listed: 1,
      active: 1,
      n: 1,
      d: 94,
    });
    const { items } = await bureau.get('/coverage?plateKind=elderly_classroom&level=village&limit=100');
    expect(items.find(({ code }: { code: string }) => code === XIAOPU)).toMatchObject({
      state: 'active',
      people: 10,
      days: 4,
    });
  });

  it('says why somebody who missed too much is not counted', async () => {
    const { items } = await registrar.get(`/classes/${made.elderlyClass}/enrollments?limit=100`);
    const absent = items.at(-1);
    const why = await registrar.get(`/enrollments/${absent.id}/participation`);
    expect(why.kind).not.toBe('counted');
    expect(why.reasons).not.toEqual([]);
    expect(why.sentence).toMatch(/60 ?%|25 ?%/);
  });
});
