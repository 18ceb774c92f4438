import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apply, enrollmentOf, type PublishedClass, type Resident, TestSchool } from '../support/school.js';
import { waitFor } from '../support/wait-for.js';

/*
 * What becomes of an enrollment after it was made, by the resident and by the school: each change says who made it,
 * when, why and for whom, may be repeated without harm, and is refused with a clear code where it cannot be. Times are
 * Asia/Shanghai.
 */

let school: TestSchool;
let courseId: string;

beforeAll(async () => {
  school = await TestSchool.open();
  courseId = (await school.course()).id;
  await at('09-01T09:00:00');
}, 120_000);
afterAll(() => school?.close());

const at = (moment: string) => school.district.setClock(`2026-${moment}+08:00`);
const sessionsOn = (days: string[], hour: string) =>
  days.map((day) => ({ startsAt: `2026-${day}T${hour}:00:00+08:00`, endsAt: `2026-${day}T${hour}:45:00+08:00` }));
const movesOf = async (id: string) => (await school.registrar.get(`/enrollments/${id}`)).moves;
const mark = async (sessionId: string, who: Resident, status: 'present' | 'absent') => {
  const { items } = await school.teacher.post(`/sessions/${sessionId}/marks`, {
    deviceId: 'teacher-tablet',
    items: [
      {
        id: randomUUID(),
        kind: 'teacher_mark',
        residentId: who.id,
        status,
        deviceTime: '2026-09-14T10:00:00+08:00',
      },
    ],
  });
  expect(items).toMatchObject([{ outcome: 'recorded' }]);
};

describe('cancelling', () => {
  let lin: Resident;
  let waits: Resident;
  let knots: PublishedClass;
  let path: string;

  it('keeps the seat for ten minutes, and takes it back by undo or by applying again', async () => {
    knots = await school.publish('渔网编织班', { seats: 1 });
    [lin, waits] = [await school.resident('林阿海'), await school.resident('吴小妹')];
    const { id } = await apply(lin, knots.id);
    path = `/me/enrollments/${id}`;
    await apply(waits, knots.id);
    const cancelled = await lin.person.post(`${path}/cancellation`, { reason: '要去看女儿' });
    expect(cancelled).toMatchObject({ state: 'cancelled', sentence: expect.stringMatching(/09:1\d 前可以撤回/) });
    expect(await lin.person.post(`${path}/cancellation`)).toEqual(cancelled);
    expect(await enrollmentOf(waits, knots.id)).toMatchObject({ state: 'waiting', position: 1 });
    expect(await lin.person.post(`${path}/undo`)).toMatchObject({ id, state: 'enrolled' });
    expect(await lin.person.post(`${path}/undo`)).toMatchObject({ id, state: 'enrolled' });
    await lin.person.post(`${path}/cancellation`);
    expect(await apply(lin, knots.id)).toMatchObject({ id, state: 'enrolled' });
  });

  it('is final after ten minutes; who waits has the seat, and who comes again stands last', async () => {
    await lin.person.post(`${path}/cancellation`);
    await at('09-01T09:30:00');
    await lin.person.refused('POST', `${path}/undo`, { body: {} }, 'ENROLLMENT.UNDO_OVER');
    const again = await apply(lin, knots.id);
    expect(again).toMatchObject({ state: 'waiting', position: 1 });
    expect(path).not.toContain(again.id);
    expect(await enrollmentOf(waits, knots.id)).toMatchObject({ state: 'enrolled' });
  });

  it('left a trace of each step: who, when, why', async () => {
    const moves = await movesOf(path.split('/').at(-1)!);
    expect(moves.map(({ step, to }: { step: string; to: string }) => [step, to])).toEqual([
      ['apply', 'enrolled'],
      ['cancel', 'cancelled'],
      ['undo', 'enrolled'],
      ['cancel', 'cancelled'],
      ['undo', 'enrolled'],
      ['cancel', 'cancelled'],
    ]);
    expect(moves[1]).toMatchObject({
      actorKind: 'account',
      actorName: '林阿海',
      onBehalf: false,
      at: expect.stringMatching(/^2026-09-01T01:0\d:/),
      reason: '要去看女儿',
    });
  });
});

describe('a request that is sent again', () => {
  it('by the same key gets the first answer word for word, whatever happened since; by another the present state', async () => {
    const { id: classId } = await school.publish('书法班');
    const chen = await school.resident('陈小妹');
    const body = { classId, residentId: chen.id };
    const first = await chen.person.send('POST', '/enrollments', { body, key: 'lost-answer' });
    expect(first).toMatchObject({ status: 201, body: { state: 'enrolled' } });
    await chen.person.post(`/me/enrollments/${first.body.id}/cancellation`);
    await at('09-01T10:00:00');
    const same = await chen.person.send('POST', '/enrollments', { body, key: 'lost-answer' });
    expect(same.body).toEqual(first.body);
    expect(await enrollmentOf(chen, classId)).toMatchObject({ id: first.body.id, state: 'cancelled' });

    const second = await chen.person.send('POST', '/enrollments', { body, key: 'another' });
    expect(second).toMatchObject({ status: 201, body: { state: 'enrolled' } });
    expect(second.body.id).not.toBe(first.body.id);
    const third = await chen.person.send('POST', '/enrollments', { body, key: 'a-third' });
    expect(third).toMatchObject({ status: 200, body: { id: second.body.id, state: 'enrolled' } });
    const other = { ...body, automatic: false };
    const reused = { body: other, key: 'lost-answer' };
    await chen.person.refused('POST', '/enrollments', reused, 'CORE.IDEMPOTENCY_KEY_REUSED');
  });

  it('ten times at once makes one enrollment', async () => {
    const { id: classId } = await school.publish('国画班');
    const chen = await school.resident('陈着急');
    const body = { classId, residentId: chen.id };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        chen.person.send('POST', '/enrollments', { body, key: `k${index % 3}` }),
      ),
    );
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(await school.visitor.get(`/classes/${classId}`)).toMatchObject({ seatsLeft: 2 });
  });
});

describe('the school decides', () => {
  let study: PublishedClass;
  let wu: Resident;
  let zheng: Resident;

  it('on applications: refused with a reason that is told, approved into a seat', async () => {
    study = await school.publish('研修班', { admission: 'approval', seats: 1 });
    [wu, zheng] = [await school.resident('吴申请'), await school.resident('郑申请')];
    const [wus, zhengs] = [await apply(wu, study.id), await apply(zheng, study.id)];
    expect(wus).toMatchObject({ state: 'applied', sentence: expect.stringContaining('已收到') });
    const toDecide = `/organisations/${school.id}/to-decide`;
    expect(await school.principal.get(toDecide)).toMatchObject({
      applications: [{ className: '研修班', count: 2 }],
    });
    const decide = (id: string, body: object) => school.registrar.post(`/enrollments/${id}/decision`, body);
    const path = `/enrollments/${wus.id}/decision`;
    const silent = { body: { decision: 'refused' } };
    const told = await school.registrar.refused('POST', path, silent, 'CORE.INVALID');
    expect(told.fields).toMatchObject([{ path: 'reason' }]);
    await school.teacher.refused('POST', path, { body: { decision: 'approved' } }, 'CORE.FORBIDDEN');
    const because = { decision: 'refused', reason: '需要有一年基础' };
    expect(await decide(wus.id, because)).toMatchObject({ state: 'refused' });
    expect(await decide(wus.id, because)).toMatchObject({ state: 'refused' });
    await school.district.sms(wu.phone, /研修班.*需要有一年基础/);
    expect(await decide(zhengs.id, { decision: 'approved' })).toMatchObject({ state: 'enrolled' });
    await school.district.sms(zheng.phone, /研修班/);
    const late = { body: { decision: 'refused', reason: '改主意了' } };
    await school.registrar.refused('POST', `/enrollments/${zhengs.id}/decision`, late, 'ENROLLMENT.MOVE_NOT_ALLOWED');
    expect((await movesOf(wus.id)).at(-1)).toMatchObject({
      step: 'refuse',
      actorKind: 'staff',
      actorName: '陈老师',
      onBehalf: false,
      reason: '需要有一年基础',
    });
  });

  it('on appeals: asked once, answered in words, upheld into the old place', async () => {
    const { id } = await enrollmentOf(wu, study.id);
    const standing = await enrollmentOf(zheng, study.id);
    const appeal = { body: { text: '我在别处学过两年，有证书。' } };
    const zhengs = `/me/enrollments/${standing.id}/appeals`;
    await zheng.person.refused('POST', zhengs, appeal, 'ENROLLMENT.APPEAL_NOT_POSSIBLE');
    await zheng.person.refused('POST', `/me/enrollments/${id}/appeals`, appeal, 'ENROLLMENT.UNKNOWN');
    const asked = await wu.person.post(`/me/enrollments/${id}/appeals`, appeal.body);
    const again = await wu.person.post(`/me/enrollments/${id}/appeals`, { text: '请再看看，谢谢。' });
    expect(again).toEqual(asked);
    expect(await school.principal.get(`/organisations/${school.id}/to-decide`)).toMatchObject({ openAppeals: 1 });
    const { items } = await school.principal.get(`/organisations/${school.id}/appeals?state=open`);
    expect(items).toMatchObject([{ id: asked.id, residentName: '吴申请', text: appeal.body.text, state: 'open' }]);

    const path = `/appeals/${asked.id}/decision`;
    const answer = { decision: 'upheld', answer: '证书有效，欢迎。' };
    await school.principal.refused('POST', path, { body: answer, version: asked.version + 1 }, 'CORE.STALE');
    const upheld = await school.principal.post(path, answer, { version: asked.version });
    expect(upheld).toMatchObject({ state: 'upheld', answer: answer.answer });
    expect(await school.principal.post(path, answer, { version: asked.version })).toEqual(upheld);
    const other = { body: { decision: 'rejected', answer: '还是不行' }, version: upheld.version };
    await school.principal.refused('POST', path, other, 'ENROLLMENT.APPEAL_DECIDED');
    expect((await wu.person.get('/me/appeals')).items).toMatchObject([{ state: 'upheld', answer: answer.answer }]);
    await school.district.sms(wu.phone, /证书有效/);
    // The one seat is taken by now.
    expect(await enrollmentOf(wu, study.id)).toMatchObject({ id, state: 'waiting', position: 1 });
  });

  it('on an appeal of somebody who has applied again meanwhile, without harm', async () => {
    const { id: classId } = await school.publish('研修二班', { admission: 'approval', seats: 2 });
    const he = await school.resident('何两次');
    const { id } = await apply(he, classId);
    await school.registrar.post(`/enrollments/${id}/decision`, { decision: 'refused', reason: '名额留给新学员' });
    const { id: appealId, version } = await he.person.post(`/me/enrollments/${id}/appeals`, {
      text: '我也是新学员，请再看看。',
    });
    const again = await apply(he, classId);
    expect(again).toMatchObject({ state: 'applied' });
    const body = { decision: 'upheld', answer: '您说得对。' };
    await school.principal.refused(
      'POST',
      `/appeals/${appealId}/decision`,
      { body, version },
      'ENROLLMENT.ALREADY_THERE',
    );
    const rejected = { decision: 'rejected', answer: '您已重新报名，我们会处理那一条。' };
    expect(await school.principal.post(`/appeals/${appealId}/decision`, rejected, { version })).toMatchObject({
      state: 'rejected',
    });
    expect(await enrollmentOf(he, classId)).toMatchObject({ id: again.id, state: 'applied' });
  });
});

describe('fees', () => {
  it('are put down at the counter as paid and refunded, in yuan that are due', async () => {
    const { id: classId } = await school.publish('摄影班', { feeFen: 12_000, materialsFen: 3_000 });
    const su = await school.resident('苏交费');
    const { id } = await apply(su, classId);
    const path = `/enrollments/${id}/payments`;
    const list = async (money: string) =>
      (await school.registrar.get(`/classes/${classId}/enrollments?money=${money}`)).items.map(
        (one: { id: string }) => one.id,
      );
    expect(await school.registrar.get(path)).toEqual({ dueFen: 15_000, paidFen: 0, payments: [] });
    expect(await list('unpaid')).toEqual([id]);
    const first = { id: randomUUID(), kind: 'paid', amountFen: 10_000, note: '现金' };
    const paid = await school.registrar.post(path, first);
    expect(paid).toMatchObject({ paidFen: 10_000, payments: [{ id: first.id, recordedBy: '陈老师', note: '现金' }] });
    expect(await school.registrar.post(path, first)).toEqual(paid);
    const reused = { body: { ...first, amountFen: 5_000 } };
    await school.registrar.refused('POST', path, reused, 'ENROLLMENT.PAYMENT_ID_REUSED');
    const over = { body: { id: randomUUID(), kind: 'paid', amountFen: 5_001 } };
    const told = await school.registrar.refused('POST', path, over, 'ENROLLMENT.PAYMENT_TOO_MUCH');
    expect(told.title).toBe('金额超过应收的 50.00 元');
    await school.teacher.refused('GET', path, {}, 'CORE.FORBIDDEN');
    await su.person.post(`/me/enrollments/${id}/cancellation`);
    expect(await list('to_refund')).toEqual([id]);
    const back = { id: randomUUID(), kind: 'refunded', amountFen: 10_000 };
    expect(await school.registrar.post(path, back)).toMatchObject({ paidFen: 0 });
    expect(await list('to_refund')).toEqual([]);
    // For a seat that is given up nothing is due, so nothing more can be put down as paid.
    expect(await school.registrar.get(path)).toMatchObject({ dueFen: 0, paidFen: 0 });
    const again = { body: { id: randomUUID(), kind: 'paid', amountFen: 15_000 } };
    await school.registrar.refused('POST', path, again, 'ENROLLMENT.PAYMENT_TOO_MUCH');
    await school.registrar.refused(
      'POST',
      path,
      { body: { ...back, id: randomUUID() } },
      'ENROLLMENT.PAYMENT_TOO_MUCH',
    );
  });
});

describe('once the class has begun', () => {
  let morning: PublishedClass;
  let evening: PublishedClass;
  let lin: Resident;
  let chen: Resident;
  let comes: Resident;

  it('nobody changes to a class before it opens, past a draw or past the school', async () => {
    const beside = { courseId, seats: 1 };
    morning = await school.publish('贝雕上午班', {
      ...beside,
      seats: 3,
      sessions: sessionsOn(['09-14', '09-21', '09-28', '10-12'], '10'),
    });
    const open = { enrollmentOpensAt: '2026-09-02T09:00:00+08:00' };
    evening = await school.publish('贝雕晚班', {
      ...beside,
      ...open,
      sessions: sessionsOn(['09-14', '09-21', '09-28', '10-12'], '19'),
    });
    const drawn = await school.publish('贝雕摇号班', { ...beside, admission: 'lottery' });
    const chosen = await school.publish('贝雕研修班', { ...beside, admission: 'approval' });
    const other = await school.publish('剪纸班');
    [lin, chen] = [await school.resident('林转班'), await school.resident('陈不来')];
    const { id } = await apply(lin, morning.id);
    await apply(chen, morning.id);
    comes = await school.resident('吴常来');
    await apply(comes, morning.id);
    const change = (toClassId: string, code: string) =>
      lin.person.refused('POST', `/me/enrollments/${id}/transfer`, { body: { toClassId } }, code);
    await change(evening.id, 'ENROLLMENT.WINDOW_NOT_OPEN');
    await change(drawn.id, 'ENROLLMENT.TRANSFER_NO_SEAT');
    await change(chosen.id, 'ENROLLMENT.TRANSFER_BY_SCHOOL');
    await change(other.id, 'ENROLLMENT.NOT_PARALLEL');
    await change(randomUUID(), 'ENROLLMENT.CLASS_UNKNOWN');
    expect(await enrollmentOf(lin, morning.id)).toMatchObject({ id, state: 'enrolled' });
  });

  it('they change to a parallel class and keep what they attended', async () => {
    await at('09-14T10:05:00');
    await mark(morning.sessions[0]!.id, lin, 'present');
    const { id } = await enrollmentOf(lin, morning.id);
    await at('09-14T12:00:00');
    const transfer = { toClassId: evening.id, reason: '上午要带孙子' };
    const moved = await lin.person.post(`/me/enrollments/${id}/transfer`, transfer);
    expect(moved).toMatchObject({ id, classId: evening.id, className: '贝雕晚班', state: 'enrolled' });
    expect(await lin.person.post(`/me/enrollments/${id}/transfer`, transfer)).toMatchObject({ classId: evening.id });
    expect((await movesOf(id)).at(-1)).toMatchObject({
      step: 'transfer',
      actorName: '林转班',
      leftClassName: '贝雕上午班',
      reason: '上午要带孙子',
    });
    const { items } = await school.teacher.get(`/sessions/${morning.sessions[0]!.id}/roster`);
    expect(items.find((one: { residentId: string }) => one.residentId === lin.id)).toMatchObject({
      enrollmentId: id,
      left: true,
      attendance: { status: 'present' },
    });
    const roster = await school.teacher.get(`/sessions/${evening.sessions[0]!.id}/roster`);
    expect(roster.items).toMatchObject([{ enrollmentId: id, left: false }]);
    await school.registrar.refused(
      'POST',
      `/enrollments/${(await enrollmentOf(chen, morning.id)).id}/transfer`,
      { body: { toClassId: evening.id } },
      'ENROLLMENT.TRANSFER_NO_SEAT',
    );
  });

  it('two absences without a word open a call; the seat goes only after recorded attempts on two days', async () => {
    const { id } = await enrollmentOf(chen, morning.id);
    const removal = `/enrollments/${id}/removal`;
    const noShow = { because: 'no_show', reason: '两次没来，也联系不上' };
    await at('09-14T19:00:00');
    await mark(morning.sessions[0]!.id, chen, 'absent');
    await at('09-21T12:00:00');
    // A session is held once somebody was there.
    await mark(morning.sessions[1]!.id, comes, 'present');
    await mark(morning.sessions[1]!.id, chen, 'absent');
    const calls = `/organisations/${school.id}/call-tasks?reason=no_show`;
    const task = await waitFor('the call task', async () => (await school.registrar.get(calls)).items[0]);
    expect(task).toMatchObject({ enrollmentId: id, residentName: '陈不来', className: '贝雕上午班' });
    const told = await school.registrar.refused('POST', removal, { body: noShow }, 'ENROLLMENT.CALLS_MISSING');
    expect(told.next).toContain('待拨电话');
    const inVain = () =>
      school.registrar.post(`/call-tasks/${task.id}/attempts`, { id: randomUUID(), outcome: 'no_answer' });
    await inVain();
    await inVain();
    await school.registrar.refused('POST', removal, { body: noShow }, 'ENROLLMENT.CALLS_MISSING');
    await at('09-22T10:00:00');
    await inVain();
    expect(await school.registrar.get(`/call-tasks/${task.id}`)).toMatchObject({ mayReleaseSeat: true });
    expect(await school.registrar.post(removal, noShow)).toMatchObject({ state: 'removed' });
    expect(await school.registrar.post(removal, noShow)).toMatchObject({ state: 'removed' });
    await school.district.sms(chen.phone, /贝雕上午班.*两次没来/);
    expect((await movesOf(id)).at(-1)).toMatchObject({ step: 'remove', actorName: '陈老师', reason: noShow.reason });
  });

  it('leaving is a withdrawal, which keeps what was attended and cannot be taken back', async () => {
    const { id } = await enrollmentOf(lin, evening.id);
    const path = `/me/enrollments/${id}`;
    expect(await lin.person.post(`${path}/cancellation`)).toMatchObject({
      state: 'withdrawn',
      undoUntil: null,
      sentence: expect.stringContaining('已有的出勤会保留'),
    });
    expect(await lin.person.post(`${path}/cancellation`)).toMatchObject({ state: 'withdrawn' });
    await lin.person.refused('POST', `${path}/undo`, { body: {} }, 'ENROLLMENT.MOVE_NOT_ALLOWED');
  });

  it('every other step is refused by a code that names the state', async () => {
    const withdrawn = (await enrollmentOf(lin, evening.id)).id;
    const steps: [string, object, string][] = [
      [`/enrollments/${withdrawn}/acceptance`, {}, 'ENROLLMENT.MOVE_NOT_ALLOWED'],
      [`/enrollments/${withdrawn}/declination`, {}, 'ENROLLMENT.MOVE_NOT_ALLOWED'],
      [`/enrollments/${withdrawn}/decision`, { decision: 'approved' }, 'ENROLLMENT.MOVE_NOT_ALLOWED'],
      [`/enrollments/${withdrawn}/removal`, { because: 'mistake', reason: '填错了' }, 'ENROLLMENT.MOVE_NOT_ALLOWED'],
      [`/enrollments/${withdrawn}/transfer`, { toClassId: morning.id }, 'ENROLLMENT.MOVE_NOT_ALLOWED'],
      [`/enrollments/${randomUUID()}/acceptance`, {}, 'ENROLLMENT.UNKNOWN'],
    ];
    for (const [path, body, code] of steps) {
      const told = await school.registrar.refused('POST', path, { body }, code);
      if (code.endsWith('NOT_ALLOWED')) expect(told.title).toContain('已退班');
    }
    const { id } = await enrollmentOf(lin, evening.id);
    await chen.person.refused('POST', `/me/enrollments/${id}/cancellation`, { body: {} }, 'ENROLLMENT.UNKNOWN');
  });
});

it('the audit log says of each change who, when and on whose behalf, and nothing of anybody’s person', async () => {
  const { items } = await school.admin.get('/audit-entries?limit=100&action=enrollment.remove');
  const removed = items.find(({ action }: { action: string }) => action === 'enrollment.remove');
  expect(removed).toMatchObject({
    actorKind: 'staff',
    at: expect.stringMatching(/^2026-09-22T02:0/),
    onBehalfOf: expect.any(String),
  });
  expect(JSON.stringify(items)).not.toMatch(/林转班|陈不来|138\d{8}/);
});
