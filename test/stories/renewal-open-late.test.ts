import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  apply,
  enrollmentOf,
  LUXI_VILLAGE,
  mayEnroll,
  type PublishedClass,
  type Resident,
  TestSchool,
} from '../support/school.js';

/*
 * A class is open three times: first to those who sat in the course before (老生续报), then to everybody, and once it
 * has begun to whoever comes late (插班). Some of its seats are kept for the counter, for first-timers and for a
 * village, each until its day. Times are Asia/Shanghai.
 */

let school: TestSchool;
let old: Resident;
let newcomer: Resident;
let second: Resident;
let islander: Resident;
let taiChi: PublishedClass;

beforeAll(async () => {
  school = await TestSchool.open('2026-07-01T09:00:00+08:00');
}, 120_000);
afterAll(() => school?.close());

const at = (moment: string) => school.district.setClock(`2026-${moment}+08:00`);
const left = async () => (await school.visitor.get(`/classes/${taiChi.id}`)).seatsLeft;

/** What the page says before they ask is what they are told when they ask. */
async function refused(who: Resident, code: string, words: RegExp): Promise<void> {
  const said = await mayEnroll(who, taiChi.id);
  expect(said).toMatchObject({ eligible: false, outcome: 'refused', code, sentence: expect.stringMatching(words) });
  const body = { classId: taiChi.id, residentId: who.id };
  const told = await who.person.refused('POST', '/enrollments', { body }, code);
  expect({ sentence: told.title, next: told.next }).toEqual({ sentence: said.sentence, next: said.next });
}

describe('before', () => {
  it('somebody sat in the course in summer', async () => {
    const course = await school.course();
    const summer = await school.bureau.post('/terms', {
      name: '2026年暑期',
      startsOn: '2026-07-01',
      endsOn: '2026-08-15',
    });
    const earlier = await school.publish('太极拳暑期班', {
      courseId: course.id,
      termId: summer.id,
      enrollmentOpensAt: '2026-07-01T08:00:00+08:00',
      enrollmentClosesAt: '2026-07-05T08:00:00+08:00',
      sessions: [{ startsAt: '2026-07-10T09:00:00+08:00', endsAt: '2026-07-10T10:30:00+08:00' }],
    });
    old = await school.resident('郑阿婆', '1966-03-04');
    expect(await apply(old, earlier.id)).toMatchObject({ state: 'enrolled' });

    await at('08-20T09:00:00');
    taiChi = await school.publish('太极拳秋季班', {
      courseId: course.id,
      seats: 4,
      renewalOpensAt: '2026-08-25T09:00:00+08:00',
      renewalClosesAt: '2026-08-30T17:00:00+08:00',
      lateEntryClosesAt: '2026-09-25T17:00:00+08:00',
      seatReserves: [
        { kind: 'counter', regionCode: null, seats: 1, releasedAt: '2026-09-03T09:00:00+08:00' },
        { kind: 'newcomers', regionCode: null, seats: 1, releasedAt: '2026-09-05T09:00:00+08:00' },
        { kind: 'village', regionCode: LUXI_VILLAGE, seats: 1, releasedAt: '2026-09-08T09:00:00+08:00' },
      ],
    });
    newcomer = await school.resident('林小妹', '1970-05-06');
    second = await school.resident('陈大哥', '1971-05-06');
    islander = await school.resident('许阿海', '1972-05-06', LUXI_VILLAGE);
  });

  it('each of the two is told when it opens to them', async () => {
    await refused(newcomer, 'ENROLLMENT.WINDOW_NOT_OPEN', /报名还没开始，9月1日.*开放/);
    await refused(old, 'ENROLLMENT.WINDOW_NOT_OPEN', /报名还没开始，8月25日.*开放/);
  });
});

describe('renewal', () => {
  it('is for the old, who get a seat at once; the others read when it is their turn', async () => {
    await at('08-25T09:00:00');
    await refused(newcomer, 'ENROLLMENT.RENEWAL_ONLY', /老生续报时间，9月1日.*起大家都可以报名/);
    expect(await mayEnroll(old, taiChi.id)).toMatchObject({ eligible: true, outcome: 'enrolled' });
    expect(await apply(old, taiChi.id)).toMatchObject({ state: 'enrolled', position: null });
  });

  it('ends at its time, and nobody gets in until the window opens', async () => {
    await at('08-30T17:00:00');
    await refused(newcomer, 'ENROLLMENT.WINDOW_NOT_OPEN', /9月1日/);
  });
});

describe('the open window', () => {
  it('gives first-timers and islanders the seats that are kept for them, and lets the others wait', async () => {
    await at('09-01T09:00:00');
    expect(await apply(newcomer, taiChi.id)).toMatchObject({ state: 'enrolled' });
    expect(await mayEnroll(second, taiChi.id)).toMatchObject({
      outcome: 'waiting',
      sentence: expect.stringContaining('候补第 1 位'),
    });
    expect(await apply(second, taiChi.id)).toMatchObject({ state: 'waiting', position: 1 });
    expect(await apply(islander, taiChi.id)).toMatchObject({ state: 'enrolled' });
    expect(await left()).toBe(1);
  });

  it('releases the seat of the counter on its day, to whoever waits longest', async () => {
    const late = await school.resident('吴大姐', '1973-05-06');
    // The clock runs on: a slow machine must not come to the hour by itself.
    await at('09-03T08:50:00');
    expect(await apply(late, taiChi.id)).toMatchObject({ state: 'waiting', position: 2 });
    expect(await enrollmentOf(second, taiChi.id)).toMatchObject({ state: 'waiting', position: 1 });
    await at('09-03T09:00:00');
    expect(await apply(late, taiChi.id)).toMatchObject({ state: 'waiting', position: 1 });
    expect(await enrollmentOf(second, taiChi.id)).toMatchObject({ state: 'enrolled' });
    expect(await left()).toBe(0);
    await late.person.post(`/me/enrollments/${(await enrollmentOf(late, taiChi.id)).id}/cancellation`);
  });

  it('keeps a seat that is given back for those for whom it was kept, until that day', async () => {
    const given = await enrollmentOf(islander, taiChi.id);
    await islander.person.post(`/me/enrollments/${given.id}/cancellation`);
    const townsman = await school.resident('苏大叔', '1974-05-06');
    const townsmans = await apply(townsman, taiChi.id);
    expect(townsmans).toMatchObject({ state: 'waiting' });
    await at('09-03T09:30:00');
    expect(await apply(townsman, taiChi.id)).toMatchObject({ id: townsmans.id, state: 'waiting', position: 1 });
    const neighbour = await school.resident('许阿公', '1960-05-06', LUXI_VILLAGE);
    expect(await apply(neighbour, taiChi.id)).toMatchObject({ state: 'enrolled' });
    await townsman.person.post(`/me/enrollments/${townsmans.id}/cancellation`);
  });

  it('ends at its time; who comes between is told when late entry begins', async () => {
    await at('09-10T17:00:00');
    const late = await school.resident('何大伯', '1965-05-06');
    await refused(late, 'ENROLLMENT.LATE_ENTRY_NOT_OPEN', /开课后（9月15日.*起）可以插班/);
  });
});

describe('late entry', () => {
  it('takes a free seat from the first session on', async () => {
    await at('09-15T09:00:00');
    const leaving = await enrollmentOf(newcomer, taiChi.id);
    expect(await newcomer.person.post(`/me/enrollments/${leaving.id}/cancellation`)).toMatchObject({
      state: 'withdrawn',
      undoUntil: null,
    });
    const late = await school.resident('何大婶', '1965-06-07');
    expect(await mayEnroll(late, taiChi.id)).toMatchObject({ eligible: true, outcome: 'enrolled' });
    expect(await apply(late, taiChi.id)).toMatchObject({ state: 'enrolled' });
  });

  it('tells whoever gets a seat that falls free of the next session, not of one that is over', async () => {
    const [seated, waits] = [
      await school.resident('邵大婶', '1965-06-10'),
      await school.resident('邵大叔', '1965-06-11'),
    ];
    const evening = (day: string) => ({ startsAt: `${day}T19:00:00+08:00`, endsAt: `${day}T20:30:00+08:00` });
    const begun = await school.publish('迟到班', {
      seats: 1,
      lateEntryClosesAt: '2026-09-25T17:00:00+08:00',
      sessions: ['2026-09-14', '2026-09-21', '2026-09-28'].map(evening),
    });
    expect(await apply(seated, begun.id)).toMatchObject({ state: 'enrolled' });
    expect(await apply(waits, begun.id, { automatic: true })).toMatchObject({ state: 'waiting' });
    const { id } = await enrollmentOf(seated, begun.id);
    await seated.person.post(`/me/enrollments/${id}/cancellation`);
    await school.district.sms(waits.phone, /迟到班”空出一个名额.*首次上课时间 9月21日/);
  });

  it('ends on its day, and says when that was', async () => {
    await at('09-25T17:00:00');
    const late = await school.resident('黄大叔', '1965-06-08');
    await refused(late, 'ENROLLMENT.WINDOW_CLOSED', /报名已于 9月25日.*截止/);
  });

  it('is not promised where a class has none', async () => {
    const plain = await school.publish('剪纸班');
    await at('10-08T09:00:00');
    const late = await school.resident('黄大婶', '1965-06-09');
    expect(await mayEnroll(late, plain.id)).toMatchObject({
      code: 'ENROLLMENT.WINDOW_CLOSED',
      sentence: expect.stringContaining('9月10日'),
    });
  });
});
