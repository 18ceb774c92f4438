import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { District, PASSWORD } from '../support/district.js';
import type { Person } from '../support/person.js';
import { waitFor } from '../support/wait-for.js';

/*
 * A school says on what terms a class gives its seats, residents read it and are treated by it, and two classes that
 * stay too small are merged, one is stopped. Times are Asia/Shanghai.
 */

const BEIAO = '330305001000'; // 北岙街道
const XIAOPU = '330305001007'; // 小朴社区
const ZHENZHONG = '330305002001'; // 灵昆街道镇中居
const LUXI = '330305202000'; // 鹿西乡
const LUXI_VILLAGE = '330305202200'; // 鹿西村

let district: District;
let visitor: Person;
let bureau: Person;
let registrar: Person;
let principal: Person;

/** What the steps have made so far. */
const made = {} as Record<'school' | 'term' | 'knots' | 'shells' | 'hall' | 'island', string>;
const teachers: string[] = [];
let nets: { id: string; version: number; sessions: { id: string; startsAt: string }[] };

/** Somebody with an account who lives there. */
interface Resident {
  person: Person;
  phone: string;
  id: string;
}

beforeAll(async () => {
  district = await District.open('2026-08-20T09:00:00+08:00');
}, 120_000);
afterAll(() => district?.close());

async function resident(name: string, regionCode: string): Promise<Resident> {
  const phone = district.newPhone();
  const person = await district.resident(phone);
  const { id } = await person.post('/me/residents', {
    name,
    birthDate: '1980-05-06',
    regionCode,
    relation: 'self',
  });
  return { person, phone, id };
}

const sessions = (days: string[], from = '14:00', to = '15:30') =>
  days.map((day) => ({ startsAt: `2026-${day}T${from}:00+08:00`, endsAt: `2026-${day}T${to}:00+08:00` }));

/** A class of the school as the registrar fills the form; the teacher is the one with this number. */
const classOf = (name: string, teacher: number, change: object) => ({
  courseId: made.knots,
  termId: made.term,
  organisationId: made.school,
  name,
  teacherId: teachers[teacher],
  venueId: made.hall,
  seats: 3,
  enrollmentOpensAt: '2026-09-01T09:00:00+08:00',
  enrollmentClosesAt: '2026-09-10T17:00:00+08:00',
  feeFen: 0,
  ...change,
});

/** Drafted, submitted, approved, published. */
async function publish(request: object): Promise<typeof nets> {
  const draft = await registrar.post('/classes', request);
  let { version } = draft;
  ({ version } = await registrar.post(`/classes/${draft.id}/submission`, {}, { version }));
  ({ version } = await bureau.post(`/classes/${draft.id}/decision`, { decision: 'approved' }, { version }));
  return registrar.post(`/classes/${draft.id}/publication`, {}, { version });
}

const apply = ({ person, id }: Resident, classId: string) => person.post('/enrollments', { classId, residentId: id });
const eligibility = ({ person, id }: Resident, classId: string) =>
  person.get(`/classes/${classId}/eligibility?residentId=${id}`);
const enrollments = async ({ person }: Resident) => (await person.get('/me/enrollments')).items;

describe('before the term', () => {
  it('the bureau lays down what holds for all schools: caps and the way between townships', async () => {
    const admin = await district.staff('admin');
    const staff = (username: string, name: string, roles: object[]) =>
      admin.post('/staff', { username, name, password: PASSWORD, roles });
    await staff('bureau', '周科长', [{ role: 'bureau_officer' }]);
    bureau = await district.staff('bureau');
    visitor = district.visitor();
    const caps = (await visitor.get('/programme-caps')).items;
    expect(caps).toContainEqual({ programmeKind: 'elderly', classesPerTerm: 2, version: 1 });
    const cap = { body: { classesPerTerm: 3 }, version: 1 };
    expect((await bureau.send('PUT', '/programme-caps/skills', cap)).body).toMatchObject({ classesPerTerm: 3 });
    await bureau.refused('PUT', '/programme-caps/skills', cap, 'CORE.STALE');

    const school = await bureau.post('/organisations', {
      kind: 'community_school',
      name: '北岙社区学校',
      regionCode: BEIAO,
    });
    made.school = school.id;
    await staff('registrar', '陈老师', [{ role: 'registrar', organisationId: school.id }]);
    await staff('principal', '林校长', [{ role: 'principal', organisationId: school.id }]);
    for (const name of ['王老师', '李老师', '赵老师']) {
      const { id } = await staff(`teacher-${teachers.length}`, name, [{ role: 'teacher', organisationId: school.id }]);
      teachers.push(id);
    }
    registrar = await district.staff('registrar');
    principal = await district.staff('principal');
    const venue = async (name: string, regionCode: string, accessRoute: string) =>
      (
        await registrar.post('/venues', {
          organisationId: school.id,
          regionCode,
          name,
          address: '1号',
          capacity: 40,
          stepFree: true,
          accessRoute,
        })
      ).id;
    made.hall = await venue('小朴文化礼堂', XIAOPU, 'road');
    made.island = await venue('鹿西渔村教室', LUXI_VILLAGE, 'ferry');
    made.term = (await bureau.post('/terms', { name: '2026年秋季', startsOn: '2026-09-01', endsOn: '2027-01-15' })).id;
    const course = async (code: string, name: string) =>
      (await bureau.post('/courses', { code, name, programmeKind: 'skills' })).id;
    made.knots = await course('SK-001', '渔网编织');
    made.shells = await course('SK-002', '贝雕');
  });

  it('a registrar who slips is told which field of which rule is wrong, in both languages', async () => {
    const draft = (change: object) => ({ body: classOf('渔网编织班', 0, change) });
    const wrong = await registrar.refused(
      'POST',
      '/classes',
      draft({
        enrollmentRules: [{ kind: 'group', groups: ['farmer'], until: '2026-09-01T09:00:00+08:00' }, { kind: 'age' }],
      }),
      'CORE.INVALID',
    );
    expect(wrong.fields.map(({ path }: { path: string }) => path)).toEqual([
      'enrollmentRules.0.until',
      'enrollmentRules.1.kind',
    ]);
    const unknown = draft({ enrollmentRules: [{ kind: 'local', ties: ['work'], regionCodes: ['330305999000'] }] });
    const zh = await registrar.refused('POST', '/classes', unknown, 'CATALOGUE.RULE_REGIONS_UNKNOWN');
    expect(zh.title).toBe('没有这些行政区划：330305999000');
    registrar.language = 'en';
    const en = await registrar.refused('POST', '/classes', unknown, 'CATALOGUE.RULE_REGIONS_UNKNOWN');
    expect(en.title).toBe('There are no such regions: 330305999000');
    registrar.language = 'zh';
    await registrar.refused('POST', '/classes', draft({ minimum: 2 }), 'CATALOGUE.MINIMUM_INCOMPLETE');
    const reserves = [{ kind: 'counter', regionCode: null, seats: 4, releasedAt: '2026-09-05T09:00:00+08:00' }];
    await registrar.refused('POST', '/classes', draft({ seatReserves: reserves }), 'CATALOGUE.RESERVES_OVER_SEATS');
  });

  it('what the school promises stands on the class page for everyone, with script and without', async () => {
    nets = await publish(
      classOf('渔网编织班', 0, {
        sessions: sessions(['09-14', '09-21', '09-28', '10-12']),
        enrollmentRules: [{ kind: 'local', ties: ['residence', 'work'], regionCodes: [BEIAO, LUXI] }],
        seatReserves: [{ kind: 'counter', regionCode: null, seats: 1, releasedAt: '2026-09-08T09:00:00+08:00' }],
        lateEntryClosesAt: '2026-09-20T17:00:00+08:00',
        minimum: 3,
        minimumDecidedAt: '2026-09-12T12:00:00+08:00',
        materialsFen: 3_000,
      }),
    );
    const shown = await visitor.get(`/classes/${nets.id}`);
    expect(shown).toMatchObject({ admission: 'first_come', minimum: 3, materialsFen: 3_000, stopped: null });
    const page = await (await fetch(`${district.api.address}/classes/${nets.id}`)).text();
    for (const sentence of [
      '先到先得，报满后可以候补。',
      '插班：9月14日周一 14:00 至 9月20日周日 17:00，还有名额就可以报',
      '须在北岙街道或鹿西乡居住或工作（有一项就行）',
      '1 个名额留给到窗口报名的人，9月8日周二 09:00 起不再保留',
      '满 3 人开班。9月12日周六 12:00 还不满，学校可能停开或并班，会通知您',
      '材料费 30 元，到窗口付',
    ]) {
      expect(page).toContain(`<dd>${sentence}</dd>`);
    }
  });

  it('the promise is kept: only what takes from nobody can be changed', async () => {
    const change = (body: object) => ({ body, version: nets.version });
    const refused = (body: object, code: string) =>
      registrar.refused('PATCH', `/classes/${nets.id}`, change(body), code);
    await refused({ minimum: 2 }, 'CATALOGUE.NOT_EDITABLE');
    await refused({ enrollmentRules: [] }, 'CATALOGUE.NOT_EDITABLE');
    await refused({ seatReserves: [] }, 'CATALOGUE.RESERVES_PROMISED');
    await refused({ lateEntryClosesAt: '2026-09-19T17:00:00+08:00' }, 'CATALOGUE.LATE_ENTRY_SHORTENED');
    nets = await registrar.patch(
      `/classes/${nets.id}`,
      { lateEntryClosesAt: '2026-09-25T17:00:00+08:00' },
      nets.version,
    );
  });
});

describe('when enrollment opens', () => {
  let lin: Resident;
  let wu: Resident;
  let waits: Resident;

  it('who does not meet a rule reads why, the others get seats until only reserved ones are left', async () => {
    await district.setClock('2026-09-01T09:00:00+08:00');
    const stranger = await resident('周远客', ZHENZHONG);
    expect(await eligibility(stranger, nets.id)).toMatchObject({ eligible: false, code: 'ENROLLMENT.NOT_LOCAL' });
    [lin, wu, waits] = [
      await resident('林阿海', XIAOPU),
      await resident('吴小妹', LUXI_VILLAGE),
      await resident('郑小弟', XIAOPU),
    ];
    expect((await apply(lin, nets.id)).state).toBe('enrolled');
    expect((await apply(wu, nets.id)).state).toBe('enrolled');
    expect(await apply(waits, nets.id)).toMatchObject({ state: 'waiting', position: 1 });
    expect(await visitor.get(`/classes/${nets.id}`)).toMatchObject({ seatsLeft: 1, waiting: 1 });
  });

  it('the school releases the reserved seat early, and who waits is given it', async () => {
    const { seatReserves } = await visitor.get(`/classes/${nets.id}`);
    const earlier = seatReserves.map((reserve: object) => ({ ...reserve, releasedAt: '2026-09-01T09:00:00+08:00' }));
    nets = await registrar.patch(`/classes/${nets.id}`, { seatReserves: earlier }, nets.version);
    await waitFor('the seat to be given', async () => (await enrollments(waits))[0].state !== 'waiting');
    expect(['offered', 'enrolled']).toContain((await enrollments(waits))[0].state);
  });

  it('two classes that leave no time for the boat are not both taken, until the bureau puts down a faster one', async () => {
    const shells = await publish(
      classOf('贝雕班', 1, {
        courseId: made.shells,
        venueId: made.island,
        sessions: sessions(['09-14', '09-21'], '16:15', '17:45'),
      }),
    );
    expect(await eligibility(lin, shells.id)).toMatchObject({ eligible: false, code: 'ENROLLMENT.TIME_CLASH' });
    const put = { body: { minutes: 40, source: '2026年快艇班次' } };
    expect((await bureau.send('PUT', `/travel-times/${LUXI}/${BEIAO}`, put)).body).toMatchObject({ minutes: 40 });
    expect(await eligibility(lin, shells.id)).toMatchObject({ eligible: true });
    expect((await apply(lin, shells.id)).state).toBe('enrolled');
    const { items } = await registrar.get('/travel-times?limit=100');
    expect(items).toHaveLength(28);
  });
});

describe('a class that stays too small', () => {
  let small: typeof nets;
  let parallel: typeof nets;
  let he: Resident;
  let enrollment: { id: string; classId: string; state: string };

  it('stands on the list of its school from a week before the decision; nothing happens by itself', async () => {
    const minimum = { minimum: 2, minimumDecidedAt: '2026-09-12T12:00:00+08:00' };
    small = await publish(
      classOf('渔网编织夜班', 1, { ...minimum, sessions: sessions(['09-15', '09-22', '09-29'], '19:00', '20:30') }),
    );
    parallel = await publish(
      classOf('渔网编织周末班', 2, { sessions: sessions(['09-19', '09-26', '10-10'], '09:00', '10:30') }),
    );
    he = await resident('何阿婆', XIAOPU);
    enrollment = await apply(he, small.id);
    const below = async () =>
      (await principal.get(`/organisations/${made.school}/classes-below-minimum`)).items.map(
        ({ id, minimum, taken }: { id: string; minimum: number; taken: number }) => [id, minimum, taken],
      );
    await district.setClock('2026-09-05T11:59:00+08:00');
    expect(await below()).toEqual([]);
    await district.setClock('2026-09-12T12:30:00+08:00');
    expect(await below()).toEqual([[small.id, 2, 1]]);
    expect(await visitor.get(`/classes/${small.id}`)).toMatchObject({ state: 'published' });
  });

  it('is merged into a parallel class by the principal: its people keep their enrollment, and are told', async () => {
    const found = await principal.get(`/classes/${small.id}/parallel`);
    expect(found.items.map(({ id }: { id: string }) => id).sort()).toEqual([nets.id, parallel.id].sort());
    const merge = { body: { reason: '报名人数不足', movedTo: parallel.id }, version: small.version };
    await bureau.refused('POST', `/classes/${small.id}/stoppage`, merge, 'CORE.FORBIDDEN');
    await principal.refused(
      'POST',
      `/classes/${small.id}/stoppage`,
      { ...merge, body: { ...merge.body, movedTo: small.id } },
      'CATALOGUE.MOVED_TO_UNFIT',
    );
    const { body } = await principal.send('POST', `/classes/${small.id}/stoppage`, merge);
    expect(body).toMatchObject({ state: 'stopped', stopped: { movedTo: { id: parallel.id } } });
    const moved = await waitFor('the people to be moved', async () => {
      const [mine] = await enrollments(he);
      return mine.classId === parallel.id && mine;
    });
    expect(moved).toMatchObject({ id: enrollment.id, state: 'enrolled' });
    await district.sms(he.phone, /渔网编织夜班.*渔网编织周末班/);
    const page = await (await fetch(`${district.api.address}/classes/${small.id}`)).text();
    expect(page).toContain('这个班已停开：报名人数不足');
    expect(page).toContain(`<a href="/classes/${parallel.id}">渔网编织周末班</a>`);
  });

  it('leaves its room and teacher to others', async () => {
    const taken = await publish(
      classOf('剪纸夜班', 1, {
        enrollmentOpensAt: '2026-09-13T09:00:00+08:00',
        enrollmentClosesAt: '2026-09-15T12:00:00+08:00',
        sessions: sessions(['09-22'], '19:00', '20:30'),
      }),
    );
    expect(taken).toMatchObject({ state: 'published' });
  });

  it('or is stopped, which releases its people and frees what stood against their caps', async () => {
    const answer = await principal.send('POST', `/classes/${parallel.id}/stoppage`, {
      body: { reason: '教师生病' },
      version: parallel.version,
    });
    expect(answer.body).toMatchObject({ state: 'stopped', stopped: { reason: '教师生病', movedTo: null } });
    await waitFor('the people to be released', async () => {
      const [mine] = await enrollments(he);
      return !['enrolled', 'waiting', 'offered'].includes(mine.state);
    });
    await district.sms(he.phone, /渔网编织周末班.*教师生病/);
    const again = await principal.send('POST', `/classes/${parallel.id}/stoppage`, {
      body: { reason: '别的原因' },
      version: parallel.version,
    });
    expect(again.body).toMatchObject({ stopped: { reason: '教师生病' } });
    await principal.refused(
      'POST',
      `/classes/${parallel.id}/completion`,
      { body: {}, version: answer.body.version },
      'CATALOGUE.MOVE_NOT_ALLOWED',
    );
  });
});
