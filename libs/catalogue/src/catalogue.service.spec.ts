import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestingModule } from '@nestjs/testing';
import type { DataSource } from 'typeorm';
import { Caller, newId, row, rows, Transactions } from '#core';
import { CatalogueOffice, once, times } from '../../../test/support/catalogue-office.js';
import { waitFor } from '../../../test/support/wait-for.js';
import type { ClassMovesService } from './classes/class-moves.service.js';
import { ClassSeatsService } from './classes/class-seats.service.js';
import type { ClassView } from './classes/class-views.dto.js';
import type { ClassesService } from './classes/classes.service.js';
import type { SearchClassesQuery } from './search/search.dto.js';
import { SearchService } from './search/search.service.js';
import { SessionsService } from './sessions/sessions.service.js';

const TOWNSHIP = '330305001000';
const VILLAGE = '330305001001';
const ELSEWHERE = '330305002000';

const visitor = new Caller({ kind: 'visitor', id: null }, [], 'zh', 'spec');

let office: CatalogueOffice;
let nest: TestingModule;
let source: DataSource;
let classes: ClassesService;
let moves: ClassMovesService;
let sessions: SessionsService;
let search: SearchService;
let bureau: Caller;
let clock: { at: Date; now(): Date };

beforeAll(async () => {
  office = await CatalogueOffice.open();
  ({ nest, source, classes, moves, bureau, clock } = office);
  sessions = nest.get(SessionsService);
  search = nest.get(SearchService);
});

afterAll(() => office?.close());

beforeEach(() => office.itIsFebruary());

const makeSchool: CatalogueOffice['school'] = (...given) => office.school(...given);
const makeCourse: CatalogueOffice['course'] = (...given) => office.course(...given);
const requestOf: CatalogueOffice['requestOf'] = (...given) => office.requestOf(...given);
const draft: CatalogueOffice['draft'] = (...given) => office.draft(...given);
const publish: CatalogueOffice['publish'] = (...given) => office.publish(...given);
const told: CatalogueOffice['told'] = (...given) => office.told(...given);
const find = (query: Partial<SearchClassesQuery>) => search.search({ limit: 20, ...query });

describe('drafting a class', () => {
  it('numbers sessions by time, gives the class a code, and an elderly class 50 years to begin with', async () => {
    const school = await makeSchool();
    const later = times('2026-03-09', '09:00', '10:30');
    const earlier = times('2026-03-02', '09:00', '10:30');
    const drafted = await draft(school, { sessions: [later, earlier] });
    expect(drafted).toMatchObject({ state: 'draft', minAge: 50, version: 1, seatsLeft: 20, sessionCount: 2 });
    expect(drafted.code).toMatch(/^B-[0-9A-Z]{6}$/);
    expect(drafted.sessions.map(({ number, startsAt }) => [number, startsAt])).toEqual([
      [1, '2026-03-02T01:00:00.000Z'],
      [2, '2026-03-09T01:00:00.000Z'],
    ]);
  });

  it('is done once, however often the request is sent', async () => {
    const school = await makeSchool();
    const key = once();
    const first = await classes.create(school.registrar, key, requestOf(school));
    const second = await classes.create(school.registrar, key, requestOf(school));
    expect(second).toEqual(first);
  });

  it('is refused in the room of another school, and outside of the term with the numbers of the sessions', async () => {
    const school = await makeSchool();
    const { venueId } = await makeSchool();
    await expect(draft(school, { venueId })).rejects.toMatchObject({ code: 'CATALOGUE.VENUE_OF_ANOTHER' });
    const outside = [times('2026-03-02', '09:00', '10:30'), times('2026-07-01', '09:00', '10:30')];
    await expect(draft(school, { sessions: outside })).rejects.toMatchObject({
      code: 'CATALOGUE.SESSION_OUTSIDE_TERM',
      details: { sessions: [2] },
    });
  });

  it('is for the school’s own staff', async () => {
    const school = await makeSchool();
    const other = await makeSchool();
    await expect(classes.create(other.registrar, once(), requestOf(school))).rejects.toMatchObject({
      code: 'CORE.FORBIDDEN',
    });
    const { id, version } = await draft(school);
    await expect(classes.change(other.registrar, id, version!, { seats: 5 })).rejects.toMatchObject({
      code: 'CORE.FORBIDDEN',
    });
    await expect(classes.get(other.registrar, id)).rejects.toMatchObject({ code: 'CORE.FORBIDDEN' });
    await expect(classes.get(visitor, id)).rejects.toMatchObject({ code: 'CATALOGUE.CLASS_UNKNOWN' });
  });

  it('replaces the sessions when they are sent again, and keeps them when they are not', async () => {
    const school = await makeSchool();
    const { id } = await draft(school);
    const renamed = await classes.change(school.registrar, id, 1, { name: '太极拳提高班' });
    expect(renamed).toMatchObject({ name: '太极拳提高班', version: 2, sessionCount: 2 });
    const moved = await classes.change(school.registrar, id, 2, { sessions: [times('2026-04-01', '14:00', '16:00')] });
    expect(moved).toMatchObject({ sessionCount: 1, firstSessionAt: '2026-04-01T06:00:00.000Z' });
  });

  it('refuses a change of a version that someone else has changed', async () => {
    const school = await makeSchool();
    const { id } = await draft(school);
    await classes.change(school.registrar, id, 1, { seats: 10 });
    await expect(classes.change(school.registrar, id, 1, { seats: 12 })).rejects.toMatchObject({ code: 'CORE.STALE' });
  });
});

describe('submitting a class', () => {
  it('takes room and teacher, and names the session that clashes', async () => {
    const school = await makeSchool();
    const first = await draft(school);
    const second = await draft(school, {
      sessions: [times('2026-03-03', '09:00', '10:00'), times('2026-03-09', '10:00', '11:00')],
    });
    await moves.submit(school.registrar, first.id, 1);
    await expect(moves.submit(school.registrar, second.id, 1)).rejects.toMatchObject({
      code: 'CATALOGUE.VENUE_TAKEN',
      definition: { status: 409 },
      details: { sessions: [2] },
    });
    await moves.decide(bureau, first.id, 2, { decision: 'returned', note: '请换一个时间' });
    await expect(moves.submit(school.registrar, second.id, 1)).resolves.toMatchObject({ state: 'submitted' });
  });

  it('of two at the same moment lets one through', async () => {
    const school = await makeSchool();
    const drafts = [await draft(school), await draft(school), await draft(school)];
    const answers = await Promise.allSettled(drafts.map(({ id }) => moves.submit(school.registrar, id, 1)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const reserved = await row(
      source,
      `select count(distinct class_id)::int as count from class_sessions where reserved and venue_id = $1`,
      [school.venueId],
    );
    expect(reserved).toEqual({ count: 1 });
  });

  it('finds the teacher’s other class in another room', async () => {
    const school = await makeSchool();
    const otherRoom = newId();
    await rows(
      source,
      `insert into venues select $2, organisation_id, region_code, '二号教室', name_en, address, directions, capacity,
              step_free, access_route, state, version, created_at from venues where id = $1`,
      [school.venueId, otherRoom],
    );
    await moves.submit(school.registrar, (await draft(school)).id, 1);
    const second = await draft(school, { venueId: otherRoom });
    await expect(moves.submit(school.registrar, second.id, 1)).rejects.toMatchObject({
      code: 'CATALOGUE.TEACHER_TAKEN',
      details: { sessions: [1, 2] },
    });
  });

  it('needs sessions', async () => {
    const school = await makeSchool();
    const { id } = await draft(school, { sessions: [] });
    await expect(moves.submit(school.registrar, id, 1)).rejects.toMatchObject({ code: 'CATALOGUE.NO_SESSIONS' });
  });

  it('done twice answers the present state; a move out of turn says what is possible', async () => {
    const school = await makeSchool();
    const { id } = await draft(school);
    const submitted = await moves.submit(school.registrar, id, 1);
    await expect(moves.submit(school.registrar, id, 1)).resolves.toEqual(submitted);
    await expect(moves.publish(school.registrar, id, submitted.version!)).rejects.toMatchObject({
      code: 'CATALOGUE.MOVE_NOT_ALLOWED',
      details: { state: 'submitted', possible: ['approve', 'return'] },
    });
    await expect(moves.decide(school.registrar, id, 2, { decision: 'approved' })).rejects.toMatchObject({
      code: 'CORE.FORBIDDEN',
    });
  });
});

describe('a published class', () => {
  it('keeps the approved minutes for its staff and shows the public the rest', async () => {
    const school = await makeSchool();
    const published = await publish(school);
    expect(published).toMatchObject({ state: 'published', planning: { approvedMinutes: 180, taken: 0 } });
    const seen = await classes.get(visitor, published.id);
    expect(seen).toMatchObject({ code: published.code, seatsLeft: 20, teacher: { name: '王老师' } });
    expect(seen).not.toHaveProperty('planning');
    expect(seen).not.toHaveProperty('version');
  });

  it('is found by pinyin initials, by place and by kind, and not once it is over', async () => {
    const school = await makeSchool();
    const { id } = await publish(school, { name: '钓鱼基础班', courseId: await makeCourse('海钓', 'skills') });
    const ids = async (query: Partial<SearchClassesQuery>) => (await find(query)).items.map((item) => item.id);
    expect(await ids({ q: 'dyjc' })).toEqual([id]);
    expect(await ids({ q: 'diaoyu haidiao' })).toEqual([id]);
    expect(await ids({ q: 'diaoyu taiji' })).toEqual([]);
    expect(await ids({ q: '钓鱼', region: TOWNSHIP, programmeKind: 'skills' })).toEqual([id]);
    expect(await ids({ q: '钓鱼', region: VILLAGE })).toEqual([id]);
    expect(await ids({ q: '钓鱼', region: ELSEWHERE })).toEqual([]);
    expect(await ids({ q: '钓鱼', programmeKind: 'elderly' })).toEqual([]);
    expect(await ids({ q: '钓%' })).toEqual([]);
    expect(await ids({ q: '钓鱼', openOnly: 'true' })).toEqual([id]);
    clock.at = new Date('2026-03-05T08:00:00+08:00');
    expect(await ids({ q: '钓鱼', openOnly: 'true' })).toEqual([]);
    expect(await ids({ q: '钓鱼' })).toEqual([id]);
    clock.at = new Date('2026-03-09T10:31:00+08:00');
    expect(await ids({ q: '钓鱼' })).toEqual([]);
  });

  it('is listed page by page, those that begin first at the top', async () => {
    const courseId = await makeCourse('剪纸', 'skills');
    const days = ['2026-03-20', '2026-03-10', '2026-03-15'];
    for (const day of days) {
      await publish(await makeSchool(), { name: `剪纸 ${day}`, courseId, sessions: [times(day, '09:00', '10:00')] });
    }
    const first = await find({ q: '剪纸', limit: 2 });
    const second = await find({ q: '剪纸', limit: 2, cursor: first.next! });
    const names = [...first.items, ...second.items].map(({ name }) => name);
    expect(names).toEqual(['剪纸 2026-03-10', '剪纸 2026-03-15', '剪纸 2026-03-20']);
    expect(second.next).toBeNull();
  });

  it('is found among those that begin soon and those whose enrollment opens soon, which open first at the top', async () => {
    const courseId = await makeCourse('贝雕', 'skills');
    const opening = async (name: string, opensAt: string) =>
      publish(await makeSchool(), { name, courseId, enrollmentOpensAt: `${opensAt}T09:00:00+08:00` });
    await opening('贝雕 open', '2026-02-20');
    await opening('贝雕 later', '2026-02-28');
    await opening('贝雕 soon', '2026-02-26');
    const names = async (query: Partial<SearchClassesQuery>) =>
      (await find({ q: '贝雕', ...query })).items.map(({ name }) => name);
    expect(await names({ opensWithinDays: 7 })).toEqual(['贝雕 soon', '贝雕 later']);
    const first = await find({ q: '贝雕', opensWithinDays: 7, limit: 1 });
    expect(await names({ opensWithinDays: 7, cursor: first.next! })).toEqual(['贝雕 later']);
    expect(await names({ opensWithinDays: 2 })).toEqual(['贝雕 soon']);
    expect(await names({ startsWithinDays: 5 })).toEqual([]);
    expect(await names({ startsWithinDays: 6 })).toHaveLength(3);
    clock.at = new Date('2026-03-03T08:00:00+08:00');
    expect(await names({ startsWithinDays: 6 })).toEqual([]);
  });

  it('takes a new number of seats while the desk is at work, and tells it', async () => {
    const school = await makeSchool();
    const { id, version } = await publish(school);
    const seats = nest.get(ClassSeatsService);
    const transactions = nest.get(Transactions);
    let changed!: Promise<ClassView>;
    await transactions.run(async (em) => {
      const [locked] = await seats.lock(em, [id]);
      expect(locked).toMatchObject({ id, state: 'published', seats: 20, taken: 0, programmeKind: 'elderly' });
      changed = classes.change(school.registrar, id, version!, { seats: 25 });
      await seats.write(em, [{ classId: id, taken: 20, offered: 0, held: 0, applied: 0, waiting: 3 }]);
    });
    expect(await changed).toMatchObject({ seats: 25, seatsLeft: 5, waiting: 3 });
    expect(await told('class-seats.changed')).toEqual([id]);
    expect((await seats.read(source.manager, [id, newId()])).map((found) => found.seats)).toEqual([25]);

    await expect(classes.change(school.registrar, id, version! + 1, { seats: 31 })).rejects.toMatchObject({
      code: 'CATALOGUE.SEATS_OVER_CAPACITY',
    });
    await expect(classes.change(school.registrar, id, version! + 1, { name: '改名' })).rejects.toMatchObject({
      code: 'CATALOGUE.NOT_EDITABLE',
      details: { fields: ['name'] },
    });
    const lowered = await classes.change(school.registrar, id, version! + 1, { seats: 10 });
    expect(lowered).toMatchObject({ seats: 10, seatsLeft: 0 });
  });

  it('is seen by whoever waited for the lock as it is now, not as it was when the waiting began', async () => {
    const { id } = await publish(await makeSchool());
    const seats = nest.get(ClassSeatsService);
    const transactions = nest.get(Transactions);
    let waited!: ReturnType<ClassSeatsService['lock']>;
    await transactions.run(async (em) => {
      await seats.lock(em, [id]);
      waited = transactions.run((other) => seats.lock(other, [id]));
      await waitFor('the other desk to wait', () =>
        row(source, `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`),
      );
      await rows(em, `update class_availability set seats = 7, state = 'finished', taken = 6 where class_id = $1`, [
        id,
      ]);
    });
    expect(await waited).toMatchObject([{ seats: 7, state: 'finished', taken: 6 }]);
  });

  it('cancels a session, which frees the room, and adds one', async () => {
    const school = await makeSchool();
    const { id, sessions: planned } = await publish(school);
    const [, second] = planned;
    const cancelled = await sessions.cancel(school.registrar, id, second!.id, { reason: '台风' });
    expect(cancelled).toMatchObject({ number: 2, state: 'cancelled', cancelledReason: '台风' });
    expect(await told('session.cancelled')).toEqual([second!.id]);
    expect(await told('sessions.attended')).toEqual([second!.id]);
    expect(await told('class-evidence.changed')).toEqual([id]);
    await sessions.cancel(school.registrar, id, second!.id, { reason: '台风' });
    expect(await told('session.cancelled')).toEqual([]);

    clock.at = new Date('2026-03-03T08:00:00+08:00');
    const makeup = await sessions.add(school.registrar, once(), id, times('2026-03-16', '09:00', '10:30'));
    expect(makeup).toMatchObject({ number: 3, frozen: false, state: 'scheduled', makeupOf: null });
    const other = await draft(school, { sessions: [times('2026-03-09', '09:00', '10:30')], name: '书法' });
    await expect(moves.submit(school.registrar, other.id, 1)).resolves.toMatchObject({ state: 'submitted' });
    await expect(
      sessions.add(school.registrar, once(), id, times('2026-03-09', '09:00', '10:30')),
    ).rejects.toMatchObject({ code: 'CATALOGUE.VENUE_TAKEN', details: { sessions: [4] } });
  });

  it('makes up for a cancelled session, once, and tells whoever counts', async () => {
    const school = await makeSchool();
    const { id, sessions: planned } = await publish(school);
    const [first, second] = planned;
    await sessions.cancel(school.registrar, id, second!.id, { reason: '台风' });
    await told('class-evidence.changed');
    const makeUp = (makeupOf: string, day: string) =>
      sessions.add(school.registrar, once(), id, { ...times(day, '09:00', '10:30'), makeupOf });
    await expect(makeUp(first!.id, '2026-03-16')).rejects.toMatchObject({ code: 'CATALOGUE.NOT_CANCELLED' });
    await expect(makeUp(newId(), '2026-03-16')).rejects.toMatchObject({ code: 'CATALOGUE.SESSION_UNKNOWN' });
    const makeup = await makeUp(second!.id, '2026-03-16');
    expect(makeup).toMatchObject({ number: 3, makeupOf: second!.id });
    expect(await told('class-evidence.changed')).toEqual([id]);
    await expect(makeUp(second!.id, '2026-03-17')).rejects.toMatchObject({ code: 'CATALOGUE.MADE_UP' });
    await sessions.cancel(school.registrar, id, makeup.id, { reason: '又是台风' });
    await expect(makeUp(makeup.id, '2026-03-17')).resolves.toMatchObject({ number: 4, makeupOf: makeup.id });
    expect(await told('class-evidence.changed')).toEqual([id, id]);
    await told('session.cancelled');
    await told('sessions.attended');
  });

  it('never cancels a session that was held', async () => {
    const school = await makeSchool();
    const { id, sessions: planned } = await publish(school);
    await sessions.markHeld(source.manager, [planned[0]!.id]);
    await sessions.markHeld(source.manager, [planned[0]!.id]);
    await expect(sessions.require(source.manager, planned[0]!.id)).resolves.toMatchObject({
      classId: id,
      state: 'held',
      classState: 'published',
      teacherId: school.teacherId,
    });
    await expect(sessions.cancel(school.registrar, id, planned[0]!.id, { reason: '停' })).rejects.toMatchObject({
      code: 'CATALOGUE.SESSION_HELD',
    });
  });

  it('stands on the day’s list of its school', async () => {
    const school = await makeSchool();
    const { id } = await publish(school);
    clock.at = new Date('2026-03-02T07:00:00+08:00');
    const today = await sessions.ofDay(school.registrar, school.id, { limit: 20 });
    expect(today.items).toMatchObject([{ classId: id, number: 1, venue: { name: '一号教室' } }]);
    const tomorrow = await sessions.ofDay(school.registrar, school.id, { limit: 20, day: '2026-03-03' });
    expect(tomorrow.items).toEqual([]);
    const mine = await sessions.ofDay(school.registrar, school.id, { limit: 20, mine: 'true' });
    expect(mine.items).toEqual([]);
  });
});

describe('finishing a class', () => {
  it('waits for the last session, then confirms', async () => {
    const school = await makeSchool();
    const { id, version } = await publish(school);
    await expect(moves.finish(school.registrar, id, version!)).rejects.toMatchObject({ code: 'CATALOGUE.NOT_OVER' });
    clock.at = new Date('2026-03-09T10:30:00+08:00');
    await expect(moves.finish(school.registrar, id, version!)).resolves.toMatchObject({ state: 'finished' });
    expect(await told('class-evidence.changed')).toEqual([id]);
    const [seats] = await nest.get(ClassSeatsService).read(source.manager, [id]);
    expect(seats).toMatchObject({ state: 'finished' });
  });

  it('is done by the platform 15 days after the last session', async () => {
    const school = await makeSchool();
    const { id } = await publish(school);
    clock.at = new Date('2026-03-24T10:30:00+08:00');
    await moves.finishOverdue();
    await expect(classes.get(bureau, id)).resolves.toMatchObject({ state: 'published' });
    clock.at = new Date('2026-03-24T10:31:00+08:00');
    await moves.finishOverdue();
    await expect(classes.get(bureau, id)).resolves.toMatchObject({ state: 'finished' });
  });
});
