import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apply, enrollmentOf, type PublishedClass, type Resident, TestSchool } from '../support/school.js';
import { waitFor } from '../support/wait-for.js';

/*
 * What becomes of those who have no seat yet, or a claim of another kind than all others, when their class is merged or
 * finished, when they wish for another one or take a cancelling back: nobody jumps a queue, nobody is passed over, and each
 * is told what is true. Times are Asia/Shanghai.
 */

/** A run of the worker that freezes lists and draws; it comes every ten seconds. */
const NEXT_RUN_MS = 45_000;

let school: TestSchool;

const at = (moment: string) => school.district.setClock(`2026-${moment}+08:00`);
const anew = async (programmeKind = 'skills') => ({ courseId: (await school.course(programmeKind)).id });
const stateOf = async (who: Resident, classId: string) => (await enrollmentOf(who, classId))?.state ?? 'none';
const standing = async (who: Resident, classId: string) => {
  const { state, position } = await enrollmentOf(who, classId);
  return [state, position];
};
const merge = (from: PublishedClass, into: PublishedClass, reason = '人数不足') =>
  school.principal.send('POST', `/classes/${from.id}/stoppage`, {
    body: { reason, movedTo: into.id },
    version: from.version,
  });
const gone = (classId: string, ...people: Resident[]) =>
  waitFor('all to be moved', async () => {
    const states = await Promise.all(people.map((one) => stateOf(one, classId)));
    return states.every((state) => state === 'none' || state === 'cancelled');
  });

beforeAll(async () => {
  school = await TestSchool.open();
  await at('09-01T09:00:00');
}, 120_000);
afterAll(() => school?.close());

describe('somebody who waits and wishes for a parallel class', () => {
  let morning: PublishedClass;
  let evening: PublishedClass;
  let closing: PublishedClass;
  let [lin, chen, wu, zheng]: Resident[] = [];

  it('comes last in its queue, however long they have waited in theirs', async () => {
    const same = { ...(await anew()), seats: 1 };
    morning = await school.publish('贝雕上午班', same);
    evening = await school.publish('贝雕晚班', { ...same, waitingLimit: 2 });
    closing = await school.publish('贝雕周末班', { ...same, enrollmentClosesAt: '2026-09-02T09:00:00+08:00' });
    [lin, chen, wu, zheng] = await Promise.all(
      ['林有位', '陈早排', '吴后排', '郑早排'].map((name) => school.resident(name)),
    );
    for (const { id } of [morning, evening, closing]) await apply(lin!, id);
    await apply(chen!, morning.id);
    await apply(zheng!, morning.id);
    await at('09-01T10:00:00');
    expect(await apply(wu!, evening.id)).toMatchObject({ state: 'waiting', position: 1 });
    const { id } = await enrollmentOf(chen!, morning.id);
    const transfer = { toClassId: evening.id };
    const moved = await chen!.person.post(`/me/enrollments/${id}/transfer`, transfer);
    expect(moved).toMatchObject({ id, classId: evening.id, state: 'waiting', position: 2 });
    expect(await chen!.person.post(`/me/enrollments/${id}/transfer`, transfer)).toMatchObject({ position: 2 });
    expect(await standing(wu!, evening.id)).toEqual(['waiting', 1]);
    expect(await standing(zheng!, morning.id)).toEqual(['waiting', 1]);
  });

  it('is refused where the list is full or the window is over, also at the counter, and keeps the place', async () => {
    const { id } = await enrollmentOf(zheng!, morning.id);
    const to = ({ id: toClassId }: PublishedClass) => ({ body: { toClassId } });
    const [mine, counter] = [`/me/enrollments/${id}/transfer`, `/enrollments/${id}/transfer`];
    await zheng!.person.refused('POST', mine, to(evening), 'ENROLLMENT.WAITING_LIST_FULL');
    await school.registrar.refused('POST', counter, to(evening), 'ENROLLMENT.WAITING_LIST_FULL');
    await at('09-02T09:00:00');
    await zheng!.person.refused('POST', mine, to(closing), 'ENROLLMENT.WINDOW_CLOSED');
    await school.registrar.refused('POST', counter, to(closing), 'ENROLLMENT.WINDOW_CLOSED');
    expect(await standing(zheng!, morning.id)).toEqual(['waiting', 1]);
  });

  it('keeps the place where the school ends their class, whatever the list and the window of the other', async () => {
    await at('09-02T10:00:00');
    await merge(morning, evening);
    await gone(morning.id, zheng!);
    // lin has a seat there already; zheng has waited since before wu came.
    expect(await standing(zheng!, evening.id)).toEqual(['waiting', 1]);
    expect(await standing(wu!, evening.id)).toEqual(['waiting', 2]);
    expect(await standing(chen!, evening.id)).toEqual(['waiting', 3]);
    await school.district.sms(zheng!.phone, /贝雕上午班.*贝雕晚班.*按原来的报名时间/);
  });
});

describe('a merger into a class that takes people by approval', () => {
  it('seats who had a seat, and leaves to the school those on whom nobody had decided', async () => {
    const same = { ...(await anew()), admission: 'approval' };
    const small = await school.publish('研修一班', { ...same, seats: 2 });
    const large = await school.publish('研修二班', { ...same, seats: 2 });
    const [seated, undecided, there] = (await Promise.all(
      ['许已批', '苏未批', '何未批'].map((name) => school.resident(name)),
    )) as [Resident, Resident, Resident];
    const { id } = await apply(seated, small.id);
    await school.registrar.post(`/enrollments/${id}/decision`, { decision: 'approved' });
    await apply(undecided, small.id);
    await apply(there, large.id);
    await merge(small, large);
    await gone(small.id, seated, undecided);
    expect(await stateOf(seated, large.id)).toBe('enrolled');
    expect(await stateOf(undecided, large.id)).toBe('applied');
    await school.district.sms(seated.phone, /研修一班.*转到“研修二班”，首次上课时间/);
    await school.district.sms(undecided.phone, /研修一班.*申请转到“研修二班”，等学校审核/);
    const toDecide = await school.principal.get(`/organisations/${school.id}/to-decide`);
    expect(toDecide.applications).toMatchObject([{ classId: large.id, count: 2 }]);
    const decide = async (who: Resident) =>
      school.registrar.post(`/enrollments/${(await enrollmentOf(who, large.id)).id}/decision`, {
        decision: 'approved',
      });
    expect(await decide(undecided)).toMatchObject({ state: 'enrolled' });
    expect(await decide(there)).toMatchObject({ state: 'waiting', position: 1 });
  });
});

describe('a merger into a class whose list is frozen', () => {
  let drawn: PublishedClass;
  let listed: Resident[];
  let seated: Resident;
  let undecided: Resident;
  let lotteryId: string;

  it('adds nobody to the list: who had a seat waits, who had only applied stands behind it, and each is told so', async () => {
    const same = await anew();
    const open = { enrollmentClosesAt: '2026-09-03T17:00:00+08:00' };
    drawn = await school.publish('太极摇号班', { ...same, ...open, admission: 'lottery', seats: 1 });
    const small = await school.publish('太极审核班', { ...same, admission: 'approval', seats: 2 });
    listed = await Promise.all(['叶在册', '胡在册', '潘在册'].map((name) => school.resident(name)));
    [seated, undecided] = [await school.resident('周已批'), await school.resident('黄未批')];
    for (const one of [...listed, seated]) await apply(one, one === seated ? small.id : drawn.id);
    await apply(undecided, small.id);
    await school.registrar.post(`/enrollments/${(await enrollmentOf(seated, small.id)).id}/decision`, {
      decision: 'approved',
    });
    await at('09-03T17:02:00');
    const frozen = await waitFor(
      'the list to be frozen',
      async () => {
        const [now] = (await school.visitor.get(`/lotteries?classId=${drawn.id}`)).items;
        return now?.state === 'frozen' && now;
      },
      NEXT_RUN_MS,
    );
    lotteryId = frozen.id;
    await merge(small, drawn);
    await gone(small.id, seated, undecided);
    expect(await stateOf(seated, drawn.id)).toBe('waiting');
    const { id, state, sentence } = await enrollmentOf(undecided, drawn.id);
    expect(state).toBe('applied');
    expect(sentence).toMatch(/您不参加摇号；摇号后排在名单上的人后面/);
    await undecided.person.refused('GET', `/me/enrollments/${id}/lottery-entry`, {}, 'LOTTERY.NO_ENTRY');
    await school.district.sms(undecided.phone, /太极审核班.*太极摇号班.*名单已经截止，您不参加那次摇号/);
    await school.district.sms(seated.phone, /太极审核班.*转到“太极摇号班”候补/);
    expect(await school.visitor.get(`/lotteries/${lotteryId}`)).toMatchObject({
      entries: 3,
      listHash: frozen.listHash,
    });
  });

  it('takes no seat from anybody on the list, and comes after all of them once it is drawn', async () => {
    await at('09-03T22:00:00');
    const put = (number: string, version: number) => ({ body: { number }, version });
    const { version } = await school.registrar.get(`/classes/${drawn.id}/lottery`);
    await school.registrar.send('PUT', `/lotteries/${lotteryId}/number`, put('40718', version));
    await school.principal.post(
      `/lotteries/${lotteryId}/number-confirmation`,
      { number: '40718' },
      { version: version + 1 },
    );
    const states = await Promise.all(listed.map((one) => stateOf(one, drawn.id)));
    expect(states.sort()).toEqual(['enrolled', 'waiting', 'waiting']);
    await waitFor(
      'the one who came too late to be put behind',
      async () => (await stateOf(undecided, drawn.id)) === 'waiting',
      NEXT_RUN_MS,
    );
    expect(await standing(seated, drawn.id)).toEqual(['waiting', 1]);
    expect(await standing(undecided, drawn.id)).toEqual(['waiting', 4]);
    await school.district.sms(undecided.phone, /太极摇号班”名额已满，您现在候补第 4 位/);
  });
});

describe('a couple, one of whom has come into the other class already', () => {
  it('is merged without counting anybody twice: the one stays there, the other comes after', async () => {
    const same = await anew();
    const small = await school.publish('越剧一班', { ...same, seats: 2 });
    const large = await school.publish('越剧二班', { ...same, seats: 2 });
    const husband = await school.resident('马阿公');
    const { id } = await husband.person.post('/me/residents', {
      name: '马阿婆',
      birthDate: '1956-05-06',
      regionCode: '330305001007',
      relation: 'family',
    });
    const wife = { ...husband, id };
    await apply(husband, small.id, { companionIds: [wife.id] });
    expect(await apply(wife, large.id)).toMatchObject({ state: 'enrolled' });
    await merge(small, large);
    await gone(small.id, husband, wife);
    expect(await stateOf(wife, small.id)).toBe('cancelled');
    expect(await stateOf(husband, large.id)).toBe('enrolled');
    expect(await stateOf(wife, large.id)).toBe('enrolled');
    expect(await school.visitor.get(`/classes/${large.id}`)).toMatchObject({ seatsLeft: 0, waiting: 0 });
    const { items } = await school.registrar.get(`/classes/${large.id}/enrollments?state=enrolled`);
    expect(items.map(({ residentId }: { residentId: string }) => residentId).sort()).toEqual(
      [husband.id, wife.id].sort(),
    );
  });
});

describe('cancelling is taken back to what was cancelled, and says so', () => {
  const cancelled = async (who: Resident, classId: string) => {
    const { id } = await enrollmentOf(who, classId);
    const left = await who.person.post(`/me/enrollments/${id}/cancellation`);
    const { sentence } = await who.person.get(`/classes/${classId}/eligibility?residentId=${who.id}`);
    const back = await who.person.post(`/me/enrollments/${id}/undo`);
    return { left: left.sentence, before: sentence, state: back.state, position: back.position };
  };

  it('to a seat that is held, a place in the queue, or an application', async () => {
    const few = await school.publish('面塑班', { seats: 1 });
    const chosen = await school.publish('研学班', { seats: 1, admission: 'approval' });
    const [lin, chen] = (await Promise.all(['林有座', '陈排着'].map((name) => school.resident(name)))) as [
      Resident,
      Resident,
    ];
    for (const one of [lin, chen]) await apply(one, few.id);
    await apply(lin, chosen.id);
    expect(await cancelled(lin, few.id)).toMatchObject({
      left: expect.stringContaining('名额先为您留着'),
      before: expect.stringContaining('名额还在'),
      state: 'enrolled',
    });
    expect(await cancelled(chen, few.id)).toEqual({
      left: expect.stringMatching(/退出候补.*还排在原来的位置/),
      before: expect.stringMatching(/退出候补.*还排在原来的位置/),
      state: 'waiting',
      position: 1,
    });
    const application = await cancelled(lin, chosen.id);
    expect(application).toMatchObject({ left: expect.stringContaining('和没取消过一样'), state: 'applied' });
    expect(`${application.left}${application.before}`).not.toContain('名额');
  });
});

describe('seats that are added once a class has begun', () => {
  it('go to nobody who waits, until the school lets people enter late', async () => {
    let clay = await school.publish('陶塑班', { seats: 1 });
    const [lin, chen, late] = (await Promise.all(
      ['林捏泥', '陈等泥', '吴迟到'].map((name) => school.resident(name)),
    )) as [Resident, Resident, Resident];
    for (const one of [lin, chen]) await apply(one, clay.id);
    await at('09-21T09:00:00');
    clay = await school.registrar.patch(`/classes/${clay.id}`, { seats: 2 }, clay.version);
    // Whoever asks has the desk give what is to be given.
    const body = { classId: clay.id, residentId: late.id };
    await late.person.refused('POST', '/enrollments', { body }, 'ENROLLMENT.WINDOW_CLOSED');
    expect(await standing(chen, clay.id)).toEqual(['waiting', 1]);
    const lateEntry = { lateEntryClosesAt: '2026-09-25T17:00:00+08:00' };
    await school.registrar.patch(`/classes/${clay.id}`, lateEntry, clay.version);
    await waitFor('the one who waits to be let in', async () => (await stateOf(chen, clay.id)) === 'enrolled');
  });
});

describe('a class that is finished', () => {
  it('lets go of all for whom no seat came, tells them, and calls only on who has no phone, to say so', async () => {
    const study = await school.publish('古筝研修班', {
      ...(await anew('elderly')),
      admission: 'approval',
      seats: 1,
      enrollmentClosesAt: '2026-09-25T17:00:00+08:00',
      sessions: ['09-29', '10-06', '10-13'].map((day) => ({
        startsAt: `2026-${day}T20:30:00+08:00`,
        endsAt: `2026-${day}T21:30:00+08:00`,
      })),
    });
    const [seated, undecided] = (await Promise.all(
      ['叶有座', '胡没批'].map((name) => school.resident(name, '1955-05-06')),
    )) as [Resident, Resident];
    const old = await school.registrar.post('/residents', {
      name: '潘老伯',
      birthDate: '1948-05-06',
      regionCode: '330305001007',
    });
    const queued = await school.registrar.post(`/classes/${study.id}/counter-enrollments`, { residentId: old.id });
    await apply(undecided, study.id);
    const { id } = await apply(seated, study.id);
    for (const one of [id, queued.id]) {
      await school.registrar.post(`/enrollments/${one}/decision`, { decision: 'approved' });
    }
    const callsAbout = async (state: string) =>
      (await school.registrar.get(`/organisations/${school.id}/call-tasks?limit=100&state=${state}`)).items.filter(
        (task: { enrollmentId: string }) => task.enrollmentId === queued.id,
      );
    // He has no phone: somebody is to tell him that he waits.
    await waitFor('the call', async () => (await callsAbout('open'))[0]);

    await at('10-20T09:00:00');
    await school.principal.post(`/classes/${study.id}/completion`, {}, { version: study.version });
    await waitFor('all to be let go of', async () => (await stateOf(undecided, study.id)) === 'lapsed');
    expect(await enrollmentOf(undecided, study.id)).toMatchObject({
      state: 'lapsed',
      undoUntil: null,
      sentence: expect.stringMatching(/已结班，没有轮到您/),
    });
    await school.district.sms(undecided.phone, /古筝研修班”已经结班，没有轮到您/);
    const his = await waitFor('the queue to be let go of', async () => {
      const now = await school.registrar.get(`/enrollments/${queued.id}`);
      return now.state === 'lapsed' && now;
    });
    expect(his.moves.at(-1)).toMatchObject({ step: 'lapse', from: 'waiting', actorKind: 'system' });
    expect(await callsAbout('closed')).toMatchObject([{ reason: 'waiting', closedBecause: 'class_finished' }]);
    const [last, ...others] = await callsAbout('open');
    expect([last, others]).toMatchObject([{ reason: 'class_finished', maskedPhone: null }, []]);
    expect(await school.registrar.get(`/call-tasks/${last.id}`)).toMatchObject({
      say: { zh: expect.stringMatching(/潘老伯.*古筝研修班”已经结班，没有轮到您/) },
    });
    expect(await stateOf(seated, study.id)).toBe('finished');
    const mine = await enrollmentOf(undecided, study.id);
    const cancel = `/me/enrollments/${mine.id}/cancellation`;
    await undecided.person.refused('POST', cancel, { body: {} }, 'ENROLLMENT.MOVE_NOT_ALLOWED');
    const { items } = await school.registrar.get(`/classes/${study.id}/enrollments?state=waiting`);
    expect(items).toEqual([]);
  });
});
