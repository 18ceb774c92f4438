import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Caller, newId, rows } from '#core';
import {
  CatalogueOffice,
  once,
  staffCaller,
  times,
  type TestSchool,
} from '../../../../test/support/catalogue-office.js';
import type { ClassView } from './class-views.dto.js';
import type { CreateClassRequest } from './classes.dto.js';
import { CoursesService } from '../courses/courses.service.js';
import { MergerProposalsService } from '../merger-proposals/merger-proposals.service.js';
import { ParallelClassesService } from './parallel-classes.service.js';
import { ProgrammeCapsService } from '../terms/programme-caps.service.js';
import { SearchService } from '../search/search.service.js';
import { SessionsService } from '../sessions/sessions.service.js';

const VILLAGE = '330305001001';
const visitor = new Caller({ kind: 'visitor', id: null }, [], 'zh', 'spec');

let office: CatalogueOffice;

beforeAll(async () => {
  office = await CatalogueOffice.open();
});

afterAll(() => office?.close());

beforeEach(() => office.itIsFebruary());

const parallel = () => office.nest.get(ParallelClassesService);
const seats = (classId: string, counts: Record<string, number>) =>
  rows(
    office.source,
    `update class_availability set ${Object.entries(counts)
      .map(([name, count]) => `${name} = ${count}`)
      .join(', ')} where class_id = $1`,
    [classId],
  );

/** Four Mondays in March and April; enrollment for a week in February. */
const FOUR_MONDAYS = ['2026-03-09', '2026-03-16', '2026-03-23', '2026-03-30'].map((day) =>
  times(day, '09:00', '10:30'),
);
const TERMS: Partial<CreateClassRequest> = {
  admission: 'lottery',
  renewalOpensAt: '2026-02-10T09:00:00+08:00',
  renewalClosesAt: '2026-02-18T17:00:00+08:00',
  lateEntryClosesAt: '2026-03-16T09:00:00+08:00',
  enrollmentRules: [
    { kind: 'local', ties: ['residence', 'work'], regionCodes: [VILLAGE, '330305002000'] },
    { kind: 'first_timers_first', until: '2026-02-24T09:00:00+08:00' },
  ],
  seatReserves: [
    { kind: 'counter', regionCode: null, seats: 2, releasedAt: '2026-02-28T09:00:00+08:00' },
    { kind: 'village', regionCode: VILLAGE, seats: 3, releasedAt: '2026-03-05T09:00:00+08:00' },
  ],
  minimum: 8,
  minimumDecidedAt: '2026-03-03T12:00:00+08:00',
  materialsFen: 3_000,
  sessions: FOUR_MONDAYS,
};

/** On the same day, when the other sessions of the day are over. */
const laterThatDay = ({ startsAt, endsAt }: { startsAt: string; endsAt: string }) => ({
  startsAt: startsAt.replace('T09:00', 'T14:00'),
  endsAt: endsAt.replace('T10:30', 'T15:30'),
});

describe('the terms of a class', () => {
  it('are shown to residents with the names they speak of', async () => {
    const school = await office.school();
    const { id } = await office.publish(school, TERMS);
    const shown = await office.classes.get(visitor, id);
    expect(shown).toMatchObject({
      admission: 'lottery',
      applied: 0,
      renewalOpensAt: '2026-02-10T01:00:00.000Z',
      renewalClosesAt: '2026-02-18T09:00:00.000Z',
      lateEntryClosesAt: '2026-03-16T01:00:00.000Z',
      enrollmentRules: TERMS.enrollmentRules,
      seatReserves: TERMS.seatReserves,
      minimum: 8,
      minimumDecidedAt: '2026-03-03T04:00:00.000Z',
      materialsFen: 3_000,
      termNames: {
        regions: [
          { code: VILLAGE, name: '城中社区' },
          { code: '330305002000', name: '灵昆街道' },
        ],
        courses: [],
      },
      stopped: null,
    });
    expect(shown).not.toHaveProperty('planning');
  });

  it('are by lot for an elderly class where the school says nothing, first come for others', async () => {
    const school = await office.school();
    const courseId = await office.course('电焊', 'skills');
    const elderly = await office.draft(school, { admission: undefined, sessions: FOUR_MONDAYS });
    const skills = await office.draft(school, { admission: undefined, courseId });
    expect([elderly.admission, skills.admission]).toEqual(['lottery', 'first_come']);
  });

  it('speak of regions and courses that are there', async () => {
    const school = await office.school();
    const local = (regionCodes: string[]) =>
      office.draft(school, { enrollmentRules: [{ kind: 'local', ties: ['work'], regionCodes }] });
    await expect(local([VILLAGE, '999999999999'])).rejects.toMatchObject({
      code: 'CATALOGUE.RULE_REGIONS_UNKNOWN',
      details: { codes: ['999999999999'] },
    });
    const { code } = await office.nest.get(CoursesService).get(office.taijiId);
    const completed = (courseCodes: string[]) =>
      office.draft(school, { enrollmentRules: [{ kind: 'completed_course', courseCodes }] });
    await expect(completed([code, 'NO-SUCH'])).rejects.toMatchObject({
      code: 'CATALOGUE.RULE_COURSES_UNKNOWN',
      details: { codes: ['NO-SUCH'] },
    });
    expect((await completed([code])).termNames.courses).toEqual([{ code, name: '太极拳', nameEn: null }]);
    const district = {
      kind: 'village' as const,
      regionCode: '330305000000',
      seats: 1,
      releasedAt: '2026-02-28T09:00:00+08:00',
    };
    await expect(office.draft(school, { seatReserves: [district] })).rejects.toMatchObject({
      code: 'PLACES.REGION_LEVEL',
    });
  });

  it('are changed altogether while it is a draft', async () => {
    const school = await office.school();
    const { id, version } = await office.draft(school, TERMS);
    const changed = await office.classes.change(school.registrar, id, version!, {
      admission: 'approval',
      renewalOpensAt: null,
      renewalClosesAt: null,
      lateEntryClosesAt: null,
      enrollmentRules: [],
      seatReserves: [],
      minimum: null,
      minimumDecidedAt: null,
      materialsFen: 0,
    });
    expect(changed).toMatchObject({
      admission: 'approval',
      renewalOpensAt: null,
      lateEntryClosesAt: null,
      enrollmentRules: [],
      minimum: null,
      version: version! + 1,
    });
    await expect(office.classes.change(school.registrar, id, version! + 1, { minimum: 5 })).rejects.toMatchObject({
      code: 'CATALOGUE.MINIMUM_INCOMPLETE',
    });
  });

  it('keep their promises once published, and whoever waits is offered what is released', async () => {
    const school = await office.school();
    const { id, version, seatReserves } = await office.publish(school, TERMS);
    const change = (request: Parameters<typeof office.classes.change>[3], at = version!) =>
      office.classes.change(school.registrar, id, at, request);
    await expect(change({ minimum: 5 })).rejects.toMatchObject({ code: 'CATALOGUE.NOT_EDITABLE' });
    await expect(change({ lateEntryClosesAt: null })).rejects.toMatchObject({ code: 'CATALOGUE.LATE_ENTRY_SHORTENED' });
    const [counter, village] = seatReserves as [(typeof seatReserves)[number], (typeof seatReserves)[number]];
    const later = { ...counter, releasedAt: '2026-03-01T09:00:00+08:00' };
    await expect(change({ seatReserves: [later, village] })).rejects.toMatchObject({
      code: 'CATALOGUE.RESERVES_PROMISED',
    });
    await office.told('class-seats.changed');
    const earlier = { ...counter, releasedAt: '2026-02-25T08:00:00+08:00' };
    const released = await change({
      seatReserves: [earlier, village],
      lateEntryClosesAt: '2026-03-23T09:00:00+08:00',
    });
    expect(released).toMatchObject({ seatReserves: [earlier, village], lateEntryClosesAt: '2026-03-23T01:00:00.000Z' });
    expect(await office.told('class-seats.changed')).toEqual([id]);
  });

  it('release reserved seats on their day to those who wait, whether or not anybody asks', async () => {
    const school = await office.school();
    const { id } = await office.publish(school, TERMS);
    const full = await office.publish(school, {
      ...TERMS,
      sessions: [times('2026-03-10', '14:00', '15:00'), times('2026-03-17', '14:00', '15:00')],
    });
    await seats(id, { taken: 15, waiting: 2 });
    await seats(full.id, { taken: 20, waiting: 2 });
    await office.told('class-seats.changed');
    const told = async (moment: string) => {
      office.clock.at = new Date(moment);
      await office.classes.tellOfReleasedSeats();
      return office.told('class-seats.changed');
    };
    expect(await told('2026-02-28T08:59:00+08:00')).toEqual([]);
    expect(await told('2026-02-28T09:00:00+08:00')).toEqual([id]);
    expect(await told('2026-03-01T08:00:00+08:00')).toEqual([id]);
    expect(await told('2026-03-01T10:00:00+08:00')).toEqual([]);
  });

  it('count neither held seats nor offers among those left', async () => {
    const school = await office.school();
    const { id } = await office.publish(school);
    await seats(id, { taken: 10, offered: 2, held: 3, applied: 4 });
    expect(await office.classes.get(visitor, id)).toMatchObject({ seatsLeft: 5, applied: 4 });
    expect((await office.classes.get(school.registrar, id)).planning).toMatchObject({ taken: 10, offered: 2, held: 3 });
  });

  it('show a class among the open ones while late entry lasts', async () => {
    const school = await office.school();
    const courseId = await office.course('扎灯笼', 'skills');
    const { id } = await office.publish(school, { ...TERMS, admission: 'first_come', courseId, name: '扎灯笼' });
    const open = async (moment: string) => {
      office.clock.at = new Date(moment);
      const found = await office.nest.get(SearchService).search({ q: '扎灯笼', openOnly: 'true', limit: 20 });
      return found.items.map((card) => card.id);
    };
    expect(await open('2026-03-05T08:00:00+08:00')).toEqual([]);
    expect(await open('2026-03-09T09:00:00+08:00')).toEqual([id]);
    expect(await open('2026-03-16T09:00:00+08:00')).toEqual([]);
  });
});

describe('stopping a class', () => {
  /** Two classes of the course, on Mondays and on Tuesdays. */
  async function twoClasses(): Promise<{ school: TestSchool; monday: ClassView; tuesday: ClassView }> {
    const school = await office.school();
    const courseId = await office.course('二胡', 'skills');
    const monday = await office.publish(school, { courseId, name: '周一班', sessions: FOUR_MONDAYS });
    const tuesdays = ['2026-03-10', '2026-03-17', '2026-03-24', '2026-03-31'];
    const tuesday = await office.publish(school, {
      courseId,
      name: '周二班',
      sessions: tuesdays.map((day) => times(day, '09:00', '10:30')),
    });
    return { school, monday, tuesday };
  }

  it('cancels what is to come, keeps what was held, frees the room, and tells', async () => {
    const { school, monday } = await twoClasses();
    await office.nest.get(SessionsService).markHeld(office.source.manager, [monday.sessions[0]!.id]);
    office.clock.at = new Date('2026-03-16T12:00:00+08:00');
    await office.told('class-evidence.changed');
    await office.told('session.cancelled');
    const stopped = await office.moves.stop(school.registrar, monday.id, monday.version!, { reason: '人数不足' });
    expect(stopped).toMatchObject({
      state: 'stopped',
      stopped: { at: office.clock.at.toISOString(), reason: '人数不足', movedTo: null },
    });
    expect(stopped.sessions.map(({ state }) => state)).toEqual(['held', 'scheduled', 'cancelled', 'cancelled']);
    expect(await office.told('class.stopped')).toEqual([monday.id]);
    expect(await office.told('class-evidence.changed')).toEqual([monday.id]);
    // Who is told that the class is stopped need not hear of each session.
    expect(await office.told('session.cancelled')).toEqual([]);
    expect(await office.classes.get(visitor, monday.id)).toMatchObject({
      state: 'stopped',
      stopped: { reason: '人数不足' },
    });
    const [availability] = await rows<{ state: string }>(
      office.source,
      `select state from class_availability where class_id = $1`,
      [monday.id],
    );
    expect(availability).toEqual({ state: 'stopped' });
    const next = await office.draft(school, { sessions: [times('2026-03-23', '09:00', '10:30')], name: '书法' });
    await expect(office.moves.submit(school.registrar, next.id, 1)).resolves.toMatchObject({ state: 'submitted' });

    const again = await office.moves.stop(school.registrar, monday.id, 1, { reason: '别的' });
    expect(again.stopped).toMatchObject({ reason: '人数不足' });
    expect(await office.told('class.stopped')).toEqual([]);
    await expect(office.moves.finish(school.registrar, monday.id, again.version!)).rejects.toMatchObject({
      code: 'CATALOGUE.MOVE_NOT_ALLOWED',
    });
  });

  it('into a parallel class is a merger, by that name in the audit log', async () => {
    const { school, monday, tuesday } = await twoClasses();
    const merged = await office.moves.stop(school.registrar, monday.id, monday.version!, {
      reason: '两班都不满',
      movedTo: tuesday.id,
    });
    expect(merged.stopped).toMatchObject({ movedTo: { id: tuesday.id, code: tuesday.code, name: '周二班' } });
    const entries = await rows<{ action: string; details: object }>(
      office.source,
      `select action, details from audit_entries where target_id = $1 order by id desc limit 1`,
      [monday.id],
    );
    expect(entries).toMatchObject([
      { action: 'class.merged', details: { reason: '两班都不满', movedTo: tuesday.id, sessionsCancelled: 4 } },
    ]);
  });

  it('moves people only where they can still come', async () => {
    const { school, monday, tuesday } = await twoClasses();
    const other = await office.publish(school, {
      courseId: await office.course('笛子', 'skills'),
      sessions: [times('2026-03-12', '09:00', '10:00')],
    });
    const draft = await office.draft(school, {
      courseId: monday.course.id,
      name: '还没批的班',
      sessions: [times('2026-03-13', '09:00', '10:00')],
    });
    const into = (movedTo: string) =>
      office.moves.stop(school.registrar, monday.id, monday.version!, { reason: '停', movedTo });
    for (const id of [monday.id, other.id, draft.id, newId()]) {
      await expect(into(id)).rejects.toMatchObject({ code: 'CATALOGUE.MOVED_TO_UNFIT' });
    }
    // Two of four Tuesdays are over, then three.
    office.clock.at = new Date('2026-03-24T09:00:00+08:00');
    await expect(into(tuesday.id)).rejects.toMatchObject({ code: 'CATALOGUE.MOVED_TO_UNFIT' });
    office.clock.at = new Date('2026-03-24T08:59:00+08:00');
    await expect(into(tuesday.id)).resolves.toMatchObject({ state: 'stopped' });
    // Nobody is moved back into what was stopped.
    await expect(
      office.moves.stop(school.registrar, tuesday.id, tuesday.version!, { reason: '停', movedTo: monday.id }),
    ).rejects.toMatchObject({ code: 'CATALOGUE.MOVED_TO_UNFIT' });
  });

  it('two at once into each other leaves one that is held', async () => {
    const { school, monday, tuesday } = await twoClasses();
    const outcomes = await Promise.allSettled([
      office.moves.stop(school.registrar, monday.id, monday.version!, { reason: '并班', movedTo: tuesday.id }),
      office.moves.stop(school.registrar, tuesday.id, tuesday.version!, { reason: '并班', movedTo: monday.id }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is for the principal and the registrar of the school', async () => {
    const { school, monday } = await twoClasses();
    const teacher = staffCaller(school.teacherId, 'teacher', school.id);
    for (const caller of [teacher, office.bureau, (await office.school()).registrar]) {
      await expect(office.moves.stop(caller, monday.id, monday.version!, { reason: '停' })).rejects.toMatchObject({
        code: 'CORE.FORBIDDEN',
      });
    }
  });

  it('into a class of another school is for the bureau, once that school was asked', async () => {
    const { school, monday } = await twoClasses();
    const there = await office.school();
    const other = await office.publish(there, {
      courseId: monday.course.id,
      sessions: [times('2026-03-20', '09:00', '10:00')],
    });
    const request = { reason: '人数不足，两校商定', movedTo: other.id };
    for (const caller of [school.registrar, there.registrar]) {
      await expect(office.moves.stop(caller, monday.id, monday.version!, request)).rejects.toMatchObject({
        code: caller === school.registrar ? 'CATALOGUE.MOVED_TO_OTHER_SCHOOL' : 'CORE.FORBIDDEN',
      });
      await expect(office.moves.merge(caller, monday.id, monday.version!, request)).rejects.toMatchObject({
        code: 'CORE.FORBIDDEN',
      });
    }
    expect(await office.classes.get(school.registrar, monday.id)).toMatchObject({ state: 'published' });
    await expect(office.moves.merge(office.bureau, monday.id, monday.version!, request)).rejects.toMatchObject({
      code: 'CATALOGUE.RECEIVER_NOT_ASKED',
    });
    const proposals = office.nest.get(MergerProposalsService);
    const question = { intoClassId: other.id, reason: request.reason };
    const asked = await proposals.propose(school.registrar, monday.id, question, once());
    await proposals.answer(there.registrar, asked.id, asked.version, { answer: 'agreed' });
    expect(await office.moves.merge(office.bureau, monday.id, monday.version!, request)).toMatchObject({
      state: 'stopped',
      stopped: { movedTo: { id: other.id } },
    });
  });

  it('is asked about no more once either class is finished, by its school or by the platform', async () => {
    const proposals = office.nest.get(MergerProposalsService);
    const { school, monday, tuesday } = await twoClasses();
    const there = await office.school();
    const courseId = monday.course.id;
    const fridays = ['2026-03-13', '2026-03-20', '2026-03-27', '2026-04-03'].map((day) => times(day, '09:00', '10:30'));
    const other = await office.publish(there, { courseId, sessions: fridays });
    const third = await office.publish(there, { courseId, sessions: fridays.map(laterThatDay) });
    const ask = async ({ id }: ClassView, into: ClassView) =>
      (await proposals.propose(school.registrar, id, { intoClassId: into.id, reason: '人数不足' }, once())).id;
    const [byStaff, bySystem] = [await ask(monday, other), await ask(tuesday, third)];
    office.clock.at = new Date('2026-04-03T12:00:00+08:00');
    await office.moves.finish(school.registrar, monday.id, null);
    office.clock.at = new Date('2026-04-30T12:00:00+08:00');
    await office.moves.finish(Caller.system('finish-overdue'), third.id, null);
    const ended = await rows<{ id: string; state: string; by: string | null; ended_at: Date }>(
      office.source,
      `select id, state, ended_by as by, ended_at from merger_proposals where id = any($1)`,
      [[byStaff, bySystem]],
    );
    const of = (id: string) => ended.find((one) => one.id === id);
    expect(of(byStaff)).toMatchObject({ state: 'lapsed', by: school.registrar.actor.id });
    expect(of(bySystem)).toMatchObject({ state: 'lapsed', by: null, ended_at: office.clock.at });
    const { items } = await proposals.list(there.registrar, {
      organisationId: there.registrar.grants[0]!.organisationId!,
      openOnly: 'true',
      limit: 10,
    });
    expect(items).toEqual([]);
    await expect(proposals.answer(there.registrar, byStaff, 1, { answer: 'agreed' })).rejects.toMatchObject({
      code: 'CATALOGUE.MERGER_ENDED',
    });
  });

  it('lists parallel classes page by page: the school’s own first, then those that begin first', async () => {
    const { school, monday, tuesday } = await twoClasses();
    const elsewhere = async (day: string) =>
      office.publish(await office.school(), { courseId: monday.course.id, sessions: [times(day, '09:00', '10:00')] });
    const [late, early] = [await elsewhere('2026-03-20'), await elsewhere('2026-03-05')];
    const list = async (limit: number, cursor?: string) => parallel().list(visitor, monday.id, { limit, cursor });
    const first = await list(2);
    const second = await list(2, first.next!);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([tuesday.id, early.id, late.id]);
    expect(second.next).toBeNull();
    const draft = await office.draft(school);
    await expect(parallel().list(visitor, draft.id, { limit: 5 })).rejects.toMatchObject({
      code: 'CATALOGUE.CLASS_UNKNOWN',
    });
  });
});

describe('classes below their minimum', () => {
  it('are listed from a week before the decision until they begin, and nothing happens by itself', async () => {
    const school = await office.school();
    const { id } = await office.publish(school, TERMS);
    await office.publish(school, { sessions: [times('2026-03-11', '09:00', '10:30')] });
    await seats(id, { taken: 4, applied: 3 });
    const listed = async (moment: string) => {
      office.clock.at = new Date(moment);
      const page = await parallel().belowMinimum(school.registrar, school.id, { limit: 20 });
      return page.items.map((item) => [item.id, item.minimum, item.taken, item.applied]);
    };
    expect(await listed('2026-02-24T11:00:00+08:00')).toEqual([]);
    expect(await listed('2026-02-24T12:00:00+08:00')).toEqual([[id, 8, 4, 3]]);
    expect(await listed('2026-03-08T12:00:00+08:00')).toEqual([[id, 8, 4, 3]]);
    expect(await listed('2026-03-09T09:00:00+08:00')).toEqual([]);
    office.itIsFebruary();
    await seats(id, { applied: 4 });
    expect(await listed('2026-03-01T12:00:00+08:00')).toEqual([]);
    await expect(
      parallel().belowMinimum(staffCaller(newId(), 'registrar', newId()), school.id, { limit: 20 }),
    ).rejects.toMatchObject({ code: 'CORE.FORBIDDEN' });
  });
});

describe('programme caps', () => {
  it('are the bureau’s to lay down, on the version that was read', async () => {
    const caps = office.nest.get(ProgrammeCapsService);
    const { items } = await caps.list({ limit: 20 });
    expect(items.map(({ programmeKind, classesPerTerm }) => [programmeKind, classesPerTerm])).toEqual([
      ['community', null],
      ['degree', null],
      ['elderly', 2],
      ['skills', null],
    ]);
    const [first] = (await caps.list({ limit: 1 })).items;
    expect((await caps.list({ limit: 1, cursor: (await caps.list({ limit: 1 })).next! })).items).toEqual([items[1]]);
    expect(await caps.put(office.bureau, 'community', first!.version, { classesPerTerm: 4 })).toEqual({
      programmeKind: 'community',
      classesPerTerm: 4,
      version: 2,
    });
    await expect(caps.put(office.bureau, 'community', 1, { classesPerTerm: 5 })).rejects.toMatchObject({
      code: 'CORE.STALE',
    });
    await expect(caps.put(office.bureau, 'other', 1, { classesPerTerm: 5 })).rejects.toMatchObject({
      code: 'CATALOGUE.PROGRAMME_UNKNOWN',
    });
    const { registrar } = await office.school();
    await expect(caps.put(registrar, 'community', 2, { classesPerTerm: null })).rejects.toMatchObject({
      code: 'CORE.FORBIDDEN',
    });
    expect(await caps.put(office.bureau, 'community', 2, { classesPerTerm: null })).toMatchObject({
      classesPerTerm: null,
      version: 3,
    });
  });
});
