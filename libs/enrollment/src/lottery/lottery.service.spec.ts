import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { type LotteryFile, makeCode, pseudonymOf, verifyLottery } from '#contracts';
import { ClassesService } from '#catalogue';
import { Caller, Clock, rows } from '#core';
import {
  type AdmissionOffice,
  application,
  callerOf,
  openAdmissionOffice,
} from '../../../../test/support/admission-office.js';
import { sha256 } from '../../../../test/support/lottery.js';
import { seedClass, type SeededClass, type SeededResident, seedResidents } from '../../../../test/support/seed.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { ClassFollowerService } from '../classes/class-follower.service.js';
import { MergingFollowerService } from '../merging/merging.service.js';
import { LotteryDrawService } from './lottery-draw.service.js';
import { LotteriesService } from './lottery.service.js';

class SetClock extends Clock {
  moment = new Date(0);
  override now(): Date {
    return this.moment;
  }
}

const OPEN = new Date('2026-09-01T04:00:00Z');
/** The seeded window is open for thirty days. */
const CLOSES = new Date(OPEN.getTime() + 30 * 86_400_000);
const after = (minutes: number) => new Date(CLOSES.getTime() + minutes * 60_000);

const clock = new SetClock();
let database: TestDatabase;
let offices: [AdmissionOffice, AdmissionOffice];
let source: DataSource;
let draws: LotteryDrawService;
let lotteries: LotteriesService;

beforeAll(async () => {
  database = await createTestDatabase();
  offices = [await openAdmissionOffice(database.url, { clock }), await openAdmissionOffice(database.url, { clock })];
  source = offices[0].source;
  draws = offices[0].module.get(LotteryDrawService);
  lotteries = offices[0].module.get(LotteriesService);
}, 60_000);
afterAll(async () => {
  await Promise.all(offices.map((office) => office.close()));
  await database.drop();
});
beforeEach(() => {
  clock.moment = OPEN;
});

/** A published class that will draw, with its lottery announced. */
async function announced(options: Partial<Parameters<typeof seedClass>[2]> = {}): Promise<SeededClass> {
  const course = await seedClass(source, OPEN, { seats: 3, admission: 'lottery', inDays: 60, ...options });
  await rows(source, `update course_classes set code = $2 where id = $1`, [
    course.classId,
    makeCode('class', randomInt),
  ]);
  await draws.announce(course.classId);
  return course;
}

const lotteryOf = async ({ classId }: SeededClass) => (await lotteries.list({ classId, limit: 1 })).items[0]!;

async function apply(course: SeededClass, residents: readonly SeededResident[]): Promise<string[]> {
  const answers = await Promise.all(residents.map((one) => offices[0].desk.apply(application(one, course.classId))));
  return answers.map(({ enrollment }) => enrollment.id);
}

/** Those who applied together. */
async function applyTogether(course: SeededClass, residents: readonly SeededResident[]): Promise<string> {
  const [first] = residents as [SeededResident];
  const residentIds = residents.map(({ residentId }) => residentId);
  const { enrollment } = await offices[0].desk.apply({ ...application(first, course.classId), residentIds });
  return enrollment.id;
}

async function freeze(course: SeededClass): Promise<void> {
  clock.moment = after(1);
  await draws.freeze((await lotteryOf(course)).id);
}

/** Two of the staff of the class's school. */
async function twoOfTheSchool({ organisationId }: SeededClass): Promise<[Caller, Caller]> {
  const make = async (name: string) => {
    const id = randomUUID();
    await rows(
      source,
      `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, $3, 'none', $4)`,
      [id, id, name, OPEN],
    );
    return new Caller({ kind: 'staff', id, signInId: id }, [{ role: 'registrar', organisationId }], 'zh', 'test');
  };
  return [await make('陈老师'), await make('林校长')];
}

/** Enters and confirms the number, which draws. */
async function drawWith(course: SeededClass, number: string) {
  const [one, other] = await twoOfTheSchool(course);
  const { id, numberDueAt } = await lotteryOf(course);
  clock.moment = new Date(numberDueAt);
  const { version } = await lotteries.enterNumber(one, id, (await lotteries.ofClass(one, course.classId)).version, {
    number,
  });
  return lotteries.confirmNumber(other, id, version, { number });
}

async function fileOf(course: SeededClass): Promise<LotteryFile> {
  const { text, hash } = await lotteries.file((await lotteryOf(course)).id, null);
  expect(sha256(text)).toBe(hash);
  return JSON.parse(text) as LotteryFile;
}

const wrongIn = (file: LotteryFile) => verifyLottery(file, sha256).filter(({ ok }) => !ok);

const statesOf = async (ids: readonly string[]) => {
  const found = await rows<{ id: string; state: string }>(
    source,
    `select id, state from enrollments where id = any($1)`,
    [ids],
  );
  return ids.map((id) => found.find((one) => one.id === id)!.state);
};

/** In the order of the queue. */
const queueOf = async ({ classId }: SeededClass) =>
  (
    await rows<{ id: string }>(
      source,
      `select id from enrollments where class_id = $1 and state = 'waiting' order by queued_at, id`,
      [classId],
    )
  ).map(({ id }) => id);

const auditOf = async (id: string) =>
  (
    await rows<{ action: string }>(source, `select action from audit_entries where target_id = $1 order by id`, [id])
  ).map(({ action }) => action);

describe('announcing', () => {
  it('makes one lottery for each published class that draws, however often and however many do it', async () => {
    const [course, other] = [
      await seedClass(source, OPEN, { seats: 3, admission: 'lottery', inDays: 60 }),
      await seedClass(source, OPEN, { seats: 3, inDays: 60 }),
    ];
    const elsewhere = offices[1].module.get(LotteryDrawService);
    await Promise.all([draws.advance(), elsewhere.advance(), draws.announce(course.classId)]);
    const { items } = await lotteries.list({ classId: course.classId, limit: 10 });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      state: 'announced',
      secretHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      numberName: '中国体育彩票排列5，2026年10月1日起的第一次开奖号码',
      numberDueAt: '2026-10-01T13:30:00.000Z',
      freezesAt: after(1).toISOString(),
      listHash: null,
      files: [],
    });
    expect((await lotteries.list({ classId: other.classId, limit: 10 })).items).toEqual([]);
    expect(await auditOf(items[0]!.id)).toEqual(['lottery.announced']);
    await expect(lotteries.file(items[0]!.id, null)).rejects.toMatchObject({ code: 'LOTTERY.NO_FILE_YET' });
    await expect(lotteries.file(randomUUID(), null)).rejects.toMatchObject({ code: 'LOTTERY.UNKNOWN' });
  });

  it('lets the school name the public number, later than the list and for as long as that is not frozen', async () => {
    const course = await announced();
    const [staff] = await twoOfTheSchool(course);
    const { id } = await lotteryOf(course);
    const name = (minutes: number, version: number) =>
      lotteries.nameNumber(staff, id, version, {
        numberName: '中国福利彩票双色球 第2026115期',
        numberDueAt: after(minutes).toISOString(),
      });
    await expect(name(30, 1)).rejects.toMatchObject({ code: 'LOTTERY.NUMBER_TOO_EARLY' });
    await expect(name(31, 7)).rejects.toMatchObject({ code: 'CORE.STALE' });
    expect(await name(31, 1)).toMatchObject({ numberName: '中国福利彩票双色球 第2026115期', version: 2 });
    await freeze(course);
    await expect(name(60, 3)).rejects.toMatchObject({ code: 'LOTTERY.FROZEN' });
    expect(await auditOf(id)).toEqual(['lottery.announced', 'lottery.number_named', 'lottery.frozen']);
    expect((await fileOf(course)).publicNumber.name).toBe('中国福利彩票双色球 第2026115期');
  });

  it('replaces a number that would be known before the list, since the window was moved or the platform stood still', async () => {
    const moved = await announced();
    const { id } = await lotteryOf(moved);
    await rows(source, `update course_classes set enrollment_closes_at = $2 where id = $1`, [
      moved.classId,
      after(3 * 1440),
    ]);
    await draws.advance();
    expect(await lotteryOf(moved)).toMatchObject({ state: 'announced', numberDueAt: '2026-10-04T13:30:00.000Z' });
    expect(await auditOf(id)).toEqual(['lottery.announced', 'lottery.number_named']);

    const late = await announced();
    clock.moment = after(4 * 1440);
    await draws.advance();
    const lottery = await lotteryOf(late);
    expect(lottery.state).toBe('drawn');
    expect(new Date(lottery.numberDueAt) > clock.moment).toBe(true);
    expect(wrongIn(await fileOf(late))).toEqual([]);
  });
});

describe('freezing', () => {
  it('waits for a minute after the window, then lists each unit under its pseudonym; once', async () => {
    const course = await announced();
    const residents = await seedResidents(source, OPEN, 5);
    const [single] = await apply(course, residents.slice(0, 1));
    const pair = await applyTogether(course, residents.slice(1, 3));
    await apply(course, residents.slice(3));
    const { id } = await lotteryOf(course);
    clock.moment = CLOSES;
    await draws.advance();
    expect((await lotteryOf(course)).state).toBe('announced');
    clock.moment = after(1);
    const elsewhere = offices[1].module.get(LotteryDrawService);
    await Promise.all([draws.freeze(id), elsewhere.freeze(id), draws.advance()]);
    await draws.advance();

    const lottery = await lotteryOf(course);
    expect(lottery).toMatchObject({
      state: 'frozen',
      seats: 3,
      entries: 4,
      residents: 5,
      numberNeeded: true,
      number: null,
    });
    expect(lottery.files.map(({ stage }) => stage)).toEqual(['frozen']);
    const file = await fileOf(course);
    expect(file).toMatchObject({ listHash: lottery.listHash, secret: null, ranking: null });
    expect(file.list.map(({ size }) => size).sort()).toEqual([1, 1, 1, 2]);
    expect(wrongIn(file)).toEqual([]);
    expect(await auditOf(id)).toEqual(['lottery.announced', 'lottery.frozen']);

    const mine = await lotteries.myEntry(callerOf(residents[0]!), single!);
    expect(mine).toMatchObject({ key: single, size: 1, rank: null, outcome: null, state: 'applied' });
    expect(file.list).toContainEqual({ pseudonym: mine.pseudonym, size: 1, tier: 0 });
    const both = await lotteries.myEntries(callerOf(residents[2]!), id, { limit: 20 });
    expect(both.items).toMatchObject([{ residentId: residents[2]!.residentId, size: 2 }]);
    expect((await lotteries.myEntry(callerOf(residents[1]!), pair)).pseudonym).toBe(both.items[0]!.pseudonym);
    await expect(lotteries.myEntry(callerOf(residents[3]!), pair)).rejects.toMatchObject({ code: 'LOTTERY.NO_ENTRY' });
  });

  it('leaves out seats that others have or that are kept for some, and tells first-timers apart where the class asks for it', async () => {
    const seatReserves = [
      { kind: 'counter' as const, regionCode: null, seats: 2, releasedAt: after(10_000).toISOString() },
      { kind: 'newcomers' as const, regionCode: null, seats: 1, releasedAt: OPEN.toISOString() },
    ];
    const course = await announced({ seats: 9, waitingLimit: 7, seatReserves });
    await rows(source, `update course_classes set enrollment_rules = $2 where id = $1`, [
      course.classId,
      JSON.stringify([{ kind: 'first_timers_first', until: OPEN.toISOString() }]),
    ]);
    const earlier = await seedClass(source, OPEN, { seats: 5 });
    const [first, sat] = (await seedResidents(source, OPEN, 2)) as [SeededResident, SeededResident];
    await offices[0].desk.apply(application(sat, earlier.classId));
    await rows(source, `update class_availability set taken = 1, waiting = 2 where class_id = $1`, [course.classId]);
    await apply(course, [first, sat]);
    await freeze(course);
    const file = await fileOf(course);
    expect(file).toMatchObject({ seats: 6, waitingLimit: 5 });
    const { items } = await lotteries.myEntries(callerOf(sat), (await lotteryOf(course)).id, { limit: 20 });
    expect(items).toMatchObject([{ tier: 1 }]);
    expect(file.list.map(({ tier }) => tier).sort()).toEqual([0, 1]);
  });
});

describe('drawing', () => {
  it('gives everybody a seat at once where the seats suffice, without a number', async () => {
    const course = await announced({ seats: 4 });
    const ids = await apply(course, await seedResidents(source, OPEN, 4));
    clock.moment = after(1);
    await draws.advance();
    expect(await statesOf(ids)).toEqual(['enrolled', 'enrolled', 'enrolled', 'enrolled']);
    expect(await lotteryOf(course)).toMatchObject({ state: 'drawn', numberNeeded: false, number: null });
    expect(wrongIn(await fileOf(course))).toEqual([]);
    const [staff] = await twoOfTheSchool(course);
    const { id, numberDueAt } = await lotteryOf(course);
    clock.moment = new Date(numberDueAt);
    await expect(lotteries.enterNumber(staff, id, 3, { number: '12345' })).rejects.toMatchObject({
      code: 'LOTTERY.NUMBER_NOT_NEEDED',
    });
  });

  it('of a class that nobody wants is a file with an empty list', async () => {
    const course = await announced();
    clock.moment = after(1);
    await draws.advance();
    expect(await fileOf(course)).toMatchObject({ list: [], ranking: [], seatsAtDraw: 3 });
    expect(wrongIn(await fileOf(course))).toEqual([]);
  });

  it('gives the seats by rank once two have said the number; everybody can check it from the file', async () => {
    const course = await announced({ seats: 3 });
    const residents = await seedResidents(source, OPEN, 9);
    const singles = await apply(course, residents.slice(0, 6));
    const trio = await applyTogether(course, residents.slice(6));
    await freeze(course);
    const { id } = await lotteryOf(course);
    await draws.advance();
    expect((await lotteryOf(course)).state).toBe('frozen');

    const drawn = await drawWith(course, '1 2 3 4 5');
    expect(drawn).toMatchObject({
      state: 'drawn',
      number: '12345',
      applied: 0,
      entered: { enteredBy: '陈老师', confirmedBy: '林校长' },
    });
    const file = await fileOf(course);
    expect(wrongIn(file)).toEqual([]);
    expect(file).toMatchObject({ number: '12345', seatsAtDraw: 3 });
    expect(sha256(file.secret!)).toBe(drawn.secretHash);

    const mine = await lotteries.myEntry(callerOf(residents[0]!), singles[0]!);
    expect(pseudonymOf(sha256, file.secret!, mine.key, mine.attempt)).toBe(mine.pseudonym);
    const states = await statesOf([...singles, trio]);
    expect(states.filter((state) => state === 'enrolled')).not.toEqual([]);
    const seats = file.ranking!.filter(({ outcome }) => outcome === 'seat');
    expect(seats.reduce((sum, { size }) => sum + size, 0)).toBe(3);

    // Who waits stands in the order of the ranks.
    const entries = await rows<{ id: string; rank: number }>(
      source,
      `select m.enrollment_id as id, n.rank from lottery_entries n
         join lottery_entry_enrollments m on m.entry_id = n.id
        where n.lottery_id = $1 and n.outcome = 'waiting' order by n.rank, m.enrollment_id`,
      [id],
    );
    expect(await queueOf(course)).toEqual(entries.map((entry) => entry.id));
    expect(await auditOf(id)).toEqual([
      'lottery.announced',
      'lottery.frozen',
      'lottery.number_entered',
      'lottery.number_confirmed',
      'lottery.drawn',
    ]);
    const earlier = JSON.parse((await lotteries.file(id, 'frozen')).text) as LotteryFile;
    expect(earlier).toEqual({ ...file, number: null, secret: null, seed: null, seatsAtDraw: null, ranking: null });
  });

  it('asks for two people, the right moment and the same number', async () => {
    const course = await announced({ seats: 1 });
    await apply(course, await seedResidents(source, OPEN, 2));
    const [one, other] = await twoOfTheSchool(course);
    const { id, numberDueAt } = await lotteryOf(course);
    const refused = async (attempt: Promise<unknown>, code: string) =>
      expect(attempt).rejects.toMatchObject({ code: `LOTTERY.${code}` });
    await refused(lotteries.enterNumber(one, id, 1, { number: '12345' }), 'NOT_FROZEN');
    await freeze(course);
    await refused(lotteries.enterNumber(one, id, 2, { number: '12345' }), 'NUMBER_NOT_DUE');
    clock.moment = new Date(numberDueAt);
    await refused(lotteries.enterNumber(one, id, 2, { number: 'one two' }), 'NUMBER_INVALID');
    await refused(lotteries.confirmNumber(other, id, 2, { number: '12345' }), 'NUMBER_NOT_ENTERED');
    await expect(lotteries.enterNumber(one, id, 1, { number: '12345' })).rejects.toMatchObject({ code: 'CORE.STALE' });
    expect(await lotteries.enterNumber(one, id, 2, { number: '12345' })).toMatchObject({
      version: 3,
      number: null,
      entered: { number: '12345', byMe: true, confirmedBy: null },
    });
    // The same again, though the version is another by now.
    expect((await lotteries.enterNumber(one, id, 2, { number: '12345' })).version).toBe(3);
    await refused(lotteries.confirmNumber(one, id, 3, { number: '12345' }), 'SAME_PERSON');
    await refused(lotteries.confirmNumber(other, id, 3, { number: '12354' }), 'NUMBER_DIFFERS');
    expect((await lotteries.confirmNumber(other, id, 3, { number: '12345' })).state).toBe('drawn');
    expect((await lotteries.confirmNumber(other, id, 3, { number: '12345' })).state).toBe('drawn');
    await refused(lotteries.enterNumber(one, id, 5, { number: '54321' }), 'ALREADY_DRAWN');
    const stranger = new Caller(one.actor, [{ role: 'registrar', organisationId: randomUUID() }], 'zh', 'test');
    await expect(lotteries.enterNumber(stranger, id, 5, { number: '1' })).rejects.toMatchObject({
      code: 'CORE.FORBIDDEN',
    });
  });

  it('passes over who has two classes by now, and leaves out who has withdrawn; the file says so', async () => {
    const course = await announced({ seats: 2, programmeKind: 'elderly' });
    const residents = await seedResidents(source, OPEN, 5);
    const [capped, gone] = residents as [SeededResident, SeededResident];
    const ids = await apply(course, residents);
    await freeze(course);
    for (const inDays of [61, 62]) {
      const other = await seedClass(source, clock.moment, {
        seats: 5,
        programmeKind: 'elderly',
        inDays,
        beside: course,
      });
      await offices[0].desk.apply(application(capped, other.classId));
    }
    await offices[0].desk.step({
      kind: 'step',
      step: 'cancel',
      caller: callerOf(gone),
      enrollmentId: ids[1]!,
      classId: course.classId,
      residentIds: [gone.residentId],
      reason: 'test',
    });
    await drawWith(course, '54321');
    const file = await fileOf(course);
    expect(wrongIn(file)).toEqual([]);
    const placeOf = async (resident: SeededResident, id: string) => {
      const { pseudonym } = await lotteries.myEntry(callerOf(resident), id);
      return file.ranking!.find((place) => place.pseudonym === pseudonym)!;
    };
    expect(await placeOf(capped, ids[0]!)).toMatchObject({ outcome: 'waiting', because: 'cap_reached' });
    expect(await placeOf(gone, ids[1]!)).toMatchObject({ outcome: 'withdrawn', because: null, size: 0 });
    expect((await statesOf(ids)).sort()).toEqual(['cancelled', 'enrolled', 'enrolled', 'waiting', 'waiting']);
  });

  describe('after records of one person were merged', () => {
    const merged = async (survivor: SeededResident, duplicate: SeededResident) => {
      await rows(source, `update residents set state = 'merged', merged_into = $2, merged_at = $3 where id = $1`, [
        ...[duplicate.residentId, survivor.residentId, clock.moment],
      ]);
      await offices[0].module.get(MergingFollowerService).follow([duplicate.residentId]);
    };

    it('draws who is on the frozen list twice by the better application, and the companion alone', async () => {
      const course = await announced({ seats: 2 });
      const [husband, wife, known, other] = (await seedResidents(source, OPEN, 4)) as [
        SeededResident,
        SeededResident,
        SeededResident,
        SeededResident,
      ];
      const [first] = await apply(course, [known]);
      clock.moment = new Date(OPEN.getTime() + 60_000);
      const couple = await applyTogether(course, [husband, wife]);
      const [last] = await apply(course, [other]);
      await freeze(course);
      await merged(known, wife);
      await drawWith(course, '54321');
      expect(wrongIn(await fileOf(course))).toEqual([]);
      expect((await statesOf([first!, couple, last!])).sort()).toEqual(['enrolled', 'enrolled', 'waiting']);
      const { items } = await lotteries.list({ classId: course.classId, limit: 1 });
      expect(items[0]).toMatchObject({ state: 'drawn', residents: 4 });
    });

    it('draws whose record is merged while the list is read', async () => {
      const course = await announced({ seats: 2 });
      const [husband, wife, known, other] = (await seedResidents(source, OPEN, 4)) as [
        SeededResident,
        SeededResident,
        SeededResident,
        SeededResident,
      ];
      const couple = await applyTogether(course, [husband, wife]);
      const [last] = await apply(course, [other]);
      await freeze(course);
      const queries = draws['queries'];
      const read = queries.entries.bind(queries);
      let looks = 0;
      queries.entries = async (id) => {
        const found = await read(id);
        if (++looks === 1) await merged(known, wife);
        return found;
      };
      try {
        await drawWith(course, '54321');
      } finally {
        queries.entries = read;
      }
      expect(looks).toBe(2);
      const file = await fileOf(course);
      expect(wrongIn(file)).toEqual([]);
      expect(file.ranking!.map(({ size }) => size).sort()).toEqual([1, 2]);
      expect((await statesOf([couple, last!])).sort()).toEqual(['enrolled', 'waiting']);
    });
  });

  it('tells those behind the seats that they were not drawn where nobody can wait', async () => {
    const course = await announced({ seats: 1, waitingLimit: 0 });
    const ids = await apply(course, await seedResidents(source, OPEN, 3));
    await freeze(course);
    await drawWith(course, '00007');
    expect((await statesOf(ids)).sort()).toEqual(['enrolled', 'not_drawn', 'not_drawn']);
    expect(wrongIn(await fileOf(course))).toEqual([]);
  });

  it('says in the file when the class has lost seats since the list was frozen', async () => {
    const course = await announced({ seats: 3 });
    await apply(course, await seedResidents(source, OPEN, 4));
    await freeze(course);
    await rows(source, `update class_availability set seats = 2 where class_id = $1`, [course.classId]);
    await drawWith(course, '00007');
    expect((await fileOf(course)).seatsAtDraw).toBe(2);
    expect(wrongIn(await fileOf(course)).map(({ name }) => name)).toEqual(['seats_kept']);
  });

  it('happens once, though two processes do it at the same time', async () => {
    const course = await announced({ seats: 2 });
    const ids = await apply(course, await seedResidents(source, OPEN, 6));
    await freeze(course);
    const [one, other] = await twoOfTheSchool(course);
    const { id, numberDueAt } = await lotteryOf(course);
    clock.moment = new Date(numberDueAt);
    await lotteries.enterNumber(one, id, 2, { number: '12345' });
    const elsewhere = offices[1].module.get(LotteriesService);
    const answers = await Promise.all([
      lotteries.confirmNumber(other, id, 3, { number: '12345' }),
      elsewhere.confirmNumber(other, id, 3, { number: '12345' }),
      draws.advance(),
    ]);
    expect(answers.slice(0, 2)).toMatchObject([{ state: 'drawn' }, { state: 'drawn' }]);
    expect((await statesOf(ids)).filter((state) => state === 'enrolled')).toHaveLength(2);
    expect(wrongIn(await fileOf(course))).toEqual([]);
    expect((await auditOf(id)).filter((action) => action === 'lottery.drawn')).toHaveLength(1);
  });

  it('moves nobody where the result cannot be stored, and is done by the next run', async () => {
    const course = await announced({ seats: 1 });
    const ids = await apply(course, await seedResidents(source, OPEN, 3));
    await freeze(course);
    const { id } = await lotteryOf(course);
    await rows(
      source,
      `alter table lottery_files add constraint ck_full check (lottery_id <> '${id}' or stage = 'frozen')`,
    );
    await expect(drawWith(course, '12345')).rejects.toThrow('ck_full');
    expect(await statesOf(ids)).toEqual(['applied', 'applied', 'applied']);
    expect((await lotteryOf(course)).state).toBe('frozen');
    await rows(source, `alter table lottery_files drop constraint ck_full`);
    await draws.advance();
    expect((await lotteryOf(course)).state).toBe('drawn');
    expect((await statesOf(ids)).sort()).toEqual(['enrolled', 'waiting', 'waiting']);
  });

  it('puts those who came too late, as their class was merged, behind all who were drawn, and tells them so', async () => {
    const course = await announced({ seats: 1 });
    const parallel = await announced({ seats: 1, beside: course, courseId: course.courseId, inDays: 61 });
    const ids = await apply(course, await seedResidents(source, OPEN, 2));
    const [inBetween, late, wife] = await seedResidents(source, OPEN, 3);
    const [first] = await apply(parallel, [inBetween!]);
    const couple = [late!, wife!];
    await applyTogether(parallel, couple);
    await rows(source, `update class_availability set state = 'stopped' where class_id = $1`, [parallel.classId]);
    await rows(
      source,
      `update course_classes set state = 'stopped', stopped_at = $2, stopped_reason = '教室漏水', moved_to = $3 where id = $1`,
      [parallel.classId, OPEN, course.classId],
    );
    // Between the end of the window and the freezing of the list.
    clock.moment = after(0.5);
    await offices[0].module.get(ClassFollowerService).moveOut([parallel.classId]);
    const told = await rows<{ resident_id: string; body: string }>(
      source,
      `select resident_id, template as body from messages where resident_id = any($1)`,
      [[inBetween, ...couple].map((one) => one!.residentId)],
    );
    expect(told.map(({ body }) => body)).toEqual(Array(3).fill('class-stopped-behind'));
    await freeze(course);
    expect((await fileOf(course)).list).toHaveLength(2);
    await drawWith(course, '12345');
    const drawn = await statesOf(ids);
    const [next, behind, ...together] = await queueOf(course);
    expect([next, behind]).toEqual([ids[drawn.indexOf('waiting')], first]);
    expect(together).toHaveLength(2);
    const ranks = await rows<{ n: number }>(
      source,
      `select count(distinct queued_at)::int as n from enrollments where id = any($1)`,
      [together],
    );
    expect(ranks).toEqual([{ n: 1 }]);
    const [waits] = await rows<{ template: string }>(
      source,
      `select template from messages where resident_id = $1 order by id desc limit 1`,
      [inBetween!.residentId],
    );
    expect(waits!.template).toBe('waiting');

    // As if the one who drew had been cut off in between.
    await rows(source, `update enrollments set state = 'applied' where id = $1`, [first]);
    await rows(source, `update class_availability set applied = 1, waiting = waiting - 1 where class_id = $1`, [
      course.classId,
    ]);
    await draws.advance();
    expect((await queueOf(course)).at(-1)).toBe(first);
  });

  it('keeps the seats that the frozen list promises: they may be raised, and lowered only afterwards', async () => {
    const course = await announced({ seats: 2 });
    await apply(course, await seedResidents(source, OPEN, 4));
    await freeze(course);
    const [registrar] = await twoOfTheSchool(course);
    const classes = offices[0].module.get(ClassesService);
    const change = (seats: number, version: number) => classes.change(registrar, course.classId, version, { seats });
    await expect(change(1, 1)).rejects.toMatchObject({ code: 'CATALOGUE.SEATS_PROMISED' });
    await change(3, 1);
    await expect(change(2, 2)).rejects.toMatchObject({ code: 'CATALOGUE.SEATS_PROMISED' });
    await drawWith(course, '12345');
    expect((await fileOf(course)).seatsAtDraw).toBe(2);
    expect(wrongIn(await fileOf(course))).toEqual([]);
    await change(1, 2);
  });
});

describe('a lottery whose class is stopped', () => {
  async function stop({ classId }: SeededClass): Promise<void> {
    await rows(source, `update class_availability set state = 'stopped' where class_id = $1`, [classId]);
    await rows(
      source,
      `update course_classes set state = 'stopped', stopped_at = $2, stopped_reason = '教室漏水' where id = $1`,
      [classId, clock.moment],
    );
  }

  it('is drawn no more and called off with the reason; the frozen list stays to be read and checked', async () => {
    const course = await announced({ seats: 1 });
    await apply(course, await seedResidents(source, OPEN, 2));
    await freeze(course);
    const { id, version } = await lotteries.ofClass((await twoOfTheSchool(course))[0], course.classId);
    await stop(course);
    await expect(drawWith(course, '12345')).rejects.toMatchObject({ code: 'LOTTERY.CLASS_NOT_OPEN' });
    await Promise.all([draws.advance(), offices[1].module.get(LotteryDrawService).advance()]);
    expect(await lotteries.get(id)).toMatchObject({
      state: 'called_off',
      calledOffReason: '教室漏水',
      calledOffAt: clock.moment.toISOString(),
      files: [{ stage: 'frozen' }],
    });
    expect(wrongIn(await fileOf(course))).toEqual([]);
    const [one] = await twoOfTheSchool(course);
    const tooLate = lotteries.enterNumber(one, id, version, { number: '12345' });
    await expect(tooLate).rejects.toMatchObject({ code: 'LOTTERY.CLASS_NOT_OPEN' });
    await expect(draws.draw(id, one)).rejects.toMatchObject({ code: 'LOTTERY.CLASS_NOT_OPEN' });
    expect((await auditOf(id)).filter((action) => action === 'lottery.called_off')).toHaveLength(1);
  });

  it('is called off before its list is frozen, too', async () => {
    const course = await announced({ seats: 1 });
    await stop(course);
    await draws.advance();
    expect(await lotteryOf(course)).toMatchObject({ state: 'called_off', calledOffReason: '教室漏水', files: [] });
  });
});

it('never changes what it has published', async () => {
  const course = await announced();
  await freeze(course);
  const { id } = await lotteryOf(course);
  await expect(rows(source, `update lottery_files set text = '{}' where lottery_id = $1`, [id])).rejects.toThrow(
    'never changed or deleted',
  );
  expect((await lotteries.file(id, null)).text).toBe((await lotteries.file(id, 'frozen')).text);
});
