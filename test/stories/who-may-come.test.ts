import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cardNumber } from '../support/district.js';
import {
  apply,
  BEIAO,
  enrollmentOf,
  LUXI_VILLAGE,
  mayEnroll,
  type Resident,
  TestSchool,
  XIAOPU,
} from '../support/school.js';
import { waitFor } from '../support/wait-for.js';

/*
 * Each rule of a class says in a sentence of its own who may not come and what to do about it: on the class page before
 * anybody asks, and the same to whoever asks. Times are Asia/Shanghai.
 */

let school: TestSchool;

beforeAll(async () => {
  school = await TestSchool.open();
}, 120_000);
afterAll(() => school?.close());

/** What the page says before they ask is what they are told when they ask; and it says what to do. */
async function refused(who: Resident, classId: string, code: string, title: string): Promise<{ next: string }> {
  const said = await mayEnroll(who, classId);
  expect(said).toMatchObject({ eligible: false, outcome: 'refused', code, sentence: expect.stringContaining(title) });
  const told = await who.person.refused('POST', '/enrollments', { body: { classId, residentId: who.id } }, code);
  expect({ sentence: told.title, next: told.next }).toEqual({ sentence: said.sentence, next: said.next });
  return said;
}

/** Both the page and the desk say yes. */
async function accepted(who: Resident, classId: string): Promise<void> {
  expect(await mayEnroll(who, classId)).toMatchObject({ eligible: true, outcome: 'enrolled', code: null });
  expect(await apply(who, classId)).toMatchObject({ state: 'enrolled' });
}

/** They say more of themselves under 报名准备. */
async function says({ person, id }: Resident, details: object): Promise<void> {
  const { version } = await person.get(`/me/residents/${id}/details`);
  await person.patch(`/me/residents/${id}/details`, details, version);
}

describe('a class builds on a course', () => {
  it('which is completed by who came, once it is finished, and by nobody else', async () => {
    const first = await school.course();
    const beginners = await school.publish('贝雕初级班', {
      courseId: first.id,
      enrollmentOpensAt: '2026-08-20T08:00:00+08:00',
      enrollmentClosesAt: '2026-09-01T08:00:00+08:00',
      sessions: [{ startsAt: '2026-09-01T09:00:00+08:00', endsAt: '2026-09-01T10:30:00+08:00' }],
    });
    const advanced = await school.publish('贝雕提高班', {
      enrollmentRules: [{ kind: 'completed_course', courseCodes: [first.code] }],
    });
    const lin = await school.resident('林阿海');
    const chen = await school.resident('陈小妹');
    await apply(lin, beginners.id);
    await apply(chen, beginners.id);
    await school.district.setClock('2026-09-01T09:05:00+08:00');
    const { items } = await school.teacher.post(`/sessions/${beginners.sessions[0]!.id}/marks`, {
      deviceId: 'teacher-tablet',
      items: [lin, chen].map(({ id }, index) => ({
        id: randomUUID(),
        kind: 'teacher_mark',
        residentId: id,
        status: index === 0 ? 'present' : 'absent',
        deviceTime: '2026-09-01T09:04:00+08:00',
      })),
    });
    expect(items).toMatchObject([{ outcome: 'recorded' }, { outcome: 'recorded' }]);
    await refused(lin, advanced.id, 'ENROLLMENT.COURSE_NOT_COMPLETED', `先学完以下课程之一：${first.code}`);

    await refused(chen, advanced.id, 'ENROLLMENT.COURSE_NOT_COMPLETED', first.code);

    // Finished, it is completed by who came, though nobody has seen a document of theirs.
    await school.district.setClock('2026-09-01T12:00:00+08:00');
    // To an outdated sign-in, which a class page takes for a visitor's, no version is shown.
    await school.principal.get('/me');
    const { version } = await school.principal.get(`/classes/${beginners.id}`);
    await school.principal.post(`/classes/${beginners.id}/completion`, {}, { version });
    await waitFor('the completed course', async () => (await mayEnroll(lin, advanced.id)).eligible);
    await accepted(lin, advanced.id);
    await refused(chen, advanced.id, 'ENROLLMENT.COURSE_NOT_COMPLETED', first.code);
  });
});

describe('who may come', () => {
  it('goes by the age on the first day of the class, both limits included', async () => {
    const { id, sessions } = await school.publish('青年烘焙班', { minAge: 18, maxAge: 45 });
    const day = sessions[0]!.startsAt.slice(5, 10);
    const [justOld, tooYoung, stillYoung, tooOld] = [
      await school.resident('年满十八', `2008-${day}`),
      await school.resident('差一天', '2008-09-30'),
      await school.resident('四十五', '1980-09-30'),
      await school.resident('四十六', `1980-${day}`),
    ];
    await accepted(justOld, id);
    await refused(tooYoung, id, 'ENROLLMENT.TOO_YOUNG', '年满 18 岁，您那时 17 岁');
    await accepted(stillYoung, id);
    await refused(tooOld, id, 'ENROLLMENT.TOO_OLD', '不超过 45 岁的人，您那时 46 岁');
  });

  it('goes by home, work or registration, whichever the class asks for', async () => {
    const { id } = await school.publish('北岙社区厨艺班', {
      enrollmentRules: [{ kind: 'local', ties: ['work', 'household'], regionCodes: [BEIAO] }],
    });
    const lives = await school.resident('住在小朴', '1980-05-06', XIAOPU);
    const works = await school.resident('住在鹿西', '1980-05-06', LUXI_VILLAGE);
    const said = await refused(lives, id, 'ENROLLMENT.NOT_LOCAL', '这个班面向工作或户籍在北岙街道的人');
    expect(said.next).toContain('报名准备');
    await says(works, { workRegionCode: XIAOPU });
    await accepted(works, id);
    await says(lives, { householdRegionCode: BEIAO });
    await accepted(lives, id);
  });

  it('goes by the group the class is for', async () => {
    const { id } = await school.publish('新居民融入班', {
      enrollmentRules: [{ kind: 'group', groups: ['new_resident', 'job_seeker'] }],
    });
    const wu = await school.resident('吴新来');
    await refused(wu, id, 'ENROLLMENT.NOT_OF_GROUP', '这个班面向');
    await says(wu, { groups: ['job_seeker'] });
    await accepted(wu, id);
  });

  it('wants a seen document where the class asks for it', async () => {
    const { id } = await school.publish('电工证班', { enrollmentRules: [{ kind: 'verified_identity' }] });
    const zhou = await school.resident('周师傅', '1980-05-06');
    const said = await refused(zhou, id, 'ENROLLMENT.IDENTITY_NOT_VERIFIED', '这个班要求先核验身份');
    expect(said.next).toContain('窗口');
    const { version } = await school.registrar.get(`/residents/${zhou.id}`);
    await school.registrar.post(
      `/residents/${zhou.id}/identity-verification`,
      { documentKind: 'resident_card', documentNumber: cardNumber('1980-05-06', 31), name: '周师傅' },
      { version },
    );
    await accepted(zhou, id);
  });

  it('lets first-timers in first, and everybody from the published moment on', async () => {
    const earlier = await school.bureau.post('/terms', {
      name: '2026年九月短期',
      startsOn: '2026-09-01',
      endsOn: '2026-09-30',
    });
    const before = await school.publish('短期班', { termId: earlier.id });
    await school.district.setClock('2026-09-01T12:00:00+08:00');
    const again = await school.resident('学过的人');
    await accepted(again, before.id);
    const { id } = await school.publish('新学员优先班', {
      enrollmentRules: [{ kind: 'first_timers_first', until: '2026-09-03T09:00:00+08:00' }],
    });
    await accepted(await school.resident('第一次来'), id);
    await refused(again, id, 'ENROLLMENT.FIRST_TIMERS_FIRST', '9月3日周四 09:00 前先请没上过这类班的新学员报名');
    await school.district.setClock('2026-09-03T09:00:00+08:00');
    await accepted(again, id);
  });

  it('allows two elderly classes a term; waiting does not count, and one given up frees the cap', async () => {
    const course = await school.course('elderly');
    const elderly = { courseId: course.id, admission: 'first_come', seats: 1 };
    const [one, two, three] = [
      await school.publish('太极班', elderly),
      await school.publish('书法班', elderly),
      await school.publish('合唱班', elderly),
    ];
    const [he, other] = [await school.resident('何阿婆', '1955-05-06'), await school.resident('何阿公', '1954-05-06')];
    await accepted(he, one.id);
    await accepted(other, two.id);
    expect(await apply(he, two.id)).toMatchObject({ state: 'waiting' });
    await accepted(he, three.id);
    const four = await school.publish('舞蹈班', elderly);
    const said = await refused(he, four.id, 'ENROLLMENT.CAP_REACHED', '本学期这类班每人最多报 2 个，您已报满');
    expect(said.next).toContain('取消');
    const given = await enrollmentOf(he, one.id);
    await he.person.post(`/me/enrollments/${given.id}/cancellation`);
    // The seat that may still be taken back stands against no cap.
    await accepted(he, four.id);
    await he.person.refused('POST', `/me/enrollments/${given.id}/undo`, { body: {} }, 'ENROLLMENT.CAP_REACHED');
  });

  it('keeps nobody in two places at once, the way between them included', async () => {
    const venue = (name: string, regionCode: string, accessRoute: string) =>
      school.registrar.post('/venues', {
        organisationId: school.id,
        regionCode,
        name,
        address: '1号',
        capacity: 40,
        stepFree: true,
        accessRoute,
      });
    const island = await venue('鹿西渔村教室', LUXI_VILLAGE, 'ferry');
    const { id: teacherId } = await school.admin.post('/staff', {
      username: 'island-teacher',
      name: '李老师',
      password: 'sea-breeze-2026',
      roles: [{ role: 'teacher', organisationId: school.id }],
    });
    const here = await school.publish('渔网班');
    const ends = new Date(here.sessions[0]!.endsAt).getTime();
    const there = (minutes: number) => ({
      venueId: island.id,
      teacherId,
      sessions: [
        {
          startsAt: new Date(ends + minutes * 60_000).toISOString(),
          endsAt: new Date(ends + (minutes + 60) * 60_000).toISOString(),
        },
      ],
    });
    const soon = await school.publish('鹿西贝雕班', there(30));
    const later = await school.publish('鹿西剪纸班', there(95));
    const su = await school.resident('苏两头跑');
    await accepted(su, here.id);
    const said = await refused(su, soon.id, 'ENROLLMENT.TIME_CLASH', '上课时间与您已报的“渔网班”冲突');
    expect(said.next).toContain('取消');
    await accepted(su, later.id);
  });

  it('is told in English to who reads English', async () => {
    const { id } = await school.publish('成人班', { minAge: 18 });
    const smith = await school.resident('史密斯', '2012-01-02');
    smith.person.language = 'en';
    await refused(smith, id, 'ENROLLMENT.TOO_YOUNG', 'This class is for people of 18 and over; you will be 14');
  });
});
