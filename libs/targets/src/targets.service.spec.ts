import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import type { Grant, Language, Role } from '#contracts';
import { Caller, Clock, CoreModule, newId, readSettings, row, rows } from '#core';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { testSettings } from '../../../test/support/test-settings.js';
import { CoverageListsService } from './coverage/coverage-lists.service.js';
import { CoverageService } from './coverage/coverage.service.js';
import { TargetsLoader } from './targets.loader.js';
import { TargetsModule } from './targets.module.js';
import { WallChartService } from './wall-chart/wall-chart.service.js';

const TOWNSHIP = '330305001000';
const OTHER_TOWNSHIP = '330305002000';
const TODAY = '2026-11-23';

class SetClock extends Clock {
  at = new Date(`${TODAY}T20:00:00+08:00`);

  override now(): Date {
    return this.at;
  }
}

const clock = new SetClock();
const caller = (role: Role, language: Language = 'zh') => {
  const grants: Grant[] = [{ role, organisationId: null }];
  return new Caller({ kind: 'staff', id: randomUUID(), signInId: randomUUID() }, grants, language, 'spec');
};
const bureau = caller('bureau_officer');

let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;
let coverage: CoverageService;
let wallChart: WallChartService;

const run = <Row>(sql: string, ...values: unknown[]) => rows<Row>(source, sql, values);

beforeAll(async () => {
  database = await createTestDatabase();
  nest = await Test.createTestingModule({
    imports: [CoreModule.forRoot(readSettings(testSettings(database.url))), TargetsModule],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await nest.init();
  source = nest.get(DataSource);
  coverage = nest.get(CoverageService);
  wallChart = nest.get(WallChartService);
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

/** Each test lists its own plates, in a village of its own, and posts its own totals. */
beforeEach(async () => {
  clock.at = new Date(`${TODAY}T20:00:00+08:00`);
  await run('delete from teaching_points');
  await run('delete from coverage_states');
  await run('delete from ledger_totals');
});

describe('the plan as it is loaded', () => {
  it('has 28 indicators, 5 measures, and all townships and villages in each year', async () => {
    const [counts] = await run(
      `select (select count(*)::int from indicators) as indicators, (select count(*)::int from measures) as measures,
              (select count(*)::int from indicator_targets where indicator_code = 'school-unions' and value = 88.9) as printed,
              (select array_agg(distinct n order by n) from (
                 select count(*)::int as n from coverage_denominators d join regions r on r.code = d.region_code
                  group by d.year, r.level) c) as regions`,
    );
    expect(counts).toEqual({ indicators: 28, measures: 5, printed: 2, regions: [8, 94] });
  });

  it('changes nothing when it is loaded again', async () => {
    expect(await nest.get(TargetsLoader).load()).toBe(0);
  });

  it('does not add to a list of regions that was signed', async () => {
    await run(`delete from coverage_denominators where year = 2027 and region_code like '330305002%'`);
    await run(`update coverage_denominators set state = 'published' where year = 2027`);
    expect(await nest.get(TargetsLoader).load()).toBe(0);
    await run(`update coverage_denominators set state = 'trial' where year = 2027`);
    expect(await nest.get(TargetsLoader).load()).toBeGreaterThan(0);
  });
});

describe('a village that is split in the middle of a year', () => {
  const [WHOLE, NEAR, FAR] = ['330305001090', '330305001091', '330305001092'];
  const inYear = async (year: number) =>
    (
      await run<{ region_code: string }>(
        `select region_code from coverage_denominators where year = $1 and region_code = any($2::text[]) order by 1`,
        year,
        [WHOLE, NEAR, FAR],
      )
    ).map(({ region_code }) => region_code);
  const village = (code: string, from: string) =>
    run(
      `insert into regions (code, level, name, short_name, parent_code, valid_from)
       values ($1, 'village', $1, $1, $2, $3)`,
      code,
      TOWNSHIP,
      from,
    );

  beforeAll(async () => {
    await village(WHOLE, '2023-01-01');
    await nest.get(TargetsLoader).load();
    await run(`update regions set valid_to = '2026-07-01' where code = $1`, WHOLE);
    for (const part of [NEAR, FAR]) await village(part, '2026-07-01');
    await nest.get(TargetsLoader).load();
  });
  afterAll(async () => {
    await run(`delete from coverage_states where region_code = any($1::text[])`, [WHOLE, NEAR, FAR]);
    await run(`delete from coverage_denominators where region_code = any($1::text[])`, [WHOLE, NEAR, FAR]);
    await run(`update regions set valid_from = '2029-01-01', valid_to = '2029-02-01' where code = any($1::text[])`, [
      [WHOLE, NEAR, FAR],
    ]);
  });

  it('is one in the list of that year, and its parts are in the next', async () => {
    expect([await inYear(2026), await inYear(2027)]).toEqual([[WHOLE], [NEAR, FAR]]);
    expect(await nest.get(TargetsLoader).load()).toBe(0);
  });

  it('is judged by that list: what is held in a part counts for the part, once that is on one', async () => {
    const elders = await residents(10);
    await makePlate(WHOLE);
    await makePlate(NEAR);
    await hold(WHOLE, { days: 4, last: '2026-06-20', attending: elders });
    await hold(NEAR, { days: 4, attending: elders });
    await coverage.recompute(null, clock.now());
    expect(await indicator('village-elderly-classroom')).toMatchObject({ n: 1, d: 95 });
    expect(await stateOf(WHOLE)).toMatchObject({ state: 'active', sessions: 4 });
    expect(await stateOf(NEAR)).toBeUndefined();
    clock.at = new Date('2027-01-04T20:00:00+08:00');
    await coverage.recompute(null, clock.now());
    expect(await indicator('village-elderly-classroom')).toMatchObject({ n: 1, d: 96 });
    expect(await stateOf(NEAR)).toMatchObject({ state: 'active', sessions: 4 });
    expect(await stateOf(FAR)).toMatchObject({ state: 'unlisted' });
  });

  it('adds up in its township, whatever was counted before and after', async () => {
    const { organisationId } = await theSchool();
    for (const [month, region, amount] of [
      ['2026-05', WHOLE, 3],
      ['2026-09', NEAR, 4],
      ['2026-10', FAR, 5],
    ] as const) {
      await run(
        `insert into ledger_totals (measure, month, status, region_code, organisation_id, programme_kind, total)
         values ('vocational-training', $1, 'confirmed', $2, $3, 'skills', $4)`,
        month,
        region,
        organisationId,
        amount,
      );
    }
    const detail = await wallChart.one(bureau, 'vocational-training');
    expect(detail.byTownship.map(({ key, total }) => [key, total])).toEqual([[TOWNSHIP, 12]]);
    expect(detail.byMonth.map(({ total }) => total)).toEqual([3, 4, 5]);
  });
});

describe('coverage', () => {
  it('a village with a plate, 4 sessions on 4 days and 10 elders is active, and the chart counts it', async () => {
    const village = await makePlate('330305001007');
    await hold(village, { days: 4, attending: await residents(10) });
    await coverage.recompute([village], clock.now());

    expect(await stateOf(village)).toMatchObject({
      state: 'active',
      classes: 1,
      sessions: 4,
      days: 4,
      classHours: 8,
      people: 10,
      peopleOfTownship: 10,
      missing: [],
      lapsesOn: expect.stringMatching(/^2027-/),
    });
    await coverage.recompute(null, clock.now());
    const counted = await indicator('village-elderly-classroom');
    expect(counted).toMatchObject({ n: 1, d: 94, listed: 1, active: 1, judged: 'active', met: false, actual: 1.1 });
    expect(counted).toMatchObject({ target: { year: 2027, value: 50 }, light: 'red', freshAt: clock.at.toISOString() });
  });

  it('is dormant again when nothing was held for 12 months', async () => {
    const village = await makePlate('330305001002');
    await hold(village, { days: 4, attending: await residents(10) });
    await coverage.recompute([village], clock.now());
    expect(await stateOf(village)).toMatchObject({ state: 'active' });
    clock.at = new Date('2027-11-24T00:05:00+08:00');
    await coverage.recompute([village], clock.now());
    expect(await stateOf(village)).toMatchObject({ state: 'listed', sessions: 0 });
  });

  it('says what is missing, in both languages', async () => {
    const village = await makePlate('330305001003');
    await hold(village, { days: 2, attending: await residents(9) });
    await coverage.recompute([village], clock.now());
    expect((await stateOf(village)).missing).toEqual([
      '还差 2 次课（或 4 课时）',
      '还差 2 个不同的上课日',
      '还差 1 位符合年龄的学员到课',
      '未录入 60 岁以上居民数，暂按最高人数要求',
    ]);
    expect((await stateOf(village, caller('bureau_officer', 'en'))).missing.slice(0, 2)).toEqual([
      'needs 2 more sessions (or 4 more class hours)',
      'needs sessions on 2 more days',
    ]);
  });

  it('asks for fewer elders where fewer live', async () => {
    const village = await makePlate('330305001004');
    await hold(village, { days: 4, attending: await residents(6) });
    await run(
      `insert into elderly_populations (region_code, counted_on, aged_60_plus, source) values ($1, '2025-12-31', 60, 'spec')`,
      village,
    );
    await coverage.recompute([village], clock.now());
    expect(await stateOf(village)).toMatchObject({ state: 'active', peopleNeeded: 6, residentsOfAge: 60 });
  });

  it('takes the age on the day of the session, and asks that half live in the township', async () => {
    const village = await makePlate('330305001005');
    const sixtyThatDay = await residents(5, { birthDate: '1966-11-20' });
    const nextDay = await residents(5, { birthDate: '1966-11-21' });
    const fromElsewhere = await residents(6, { region: OTHER_TOWNSHIP });
    await hold(village, { days: 4, last: '2026-11-20', attending: [...sixtyThatDay, ...nextDay, ...fromElsewhere] });
    await coverage.recompute([village], clock.now());
    const state = await stateOf(village);
    expect(state).toMatchObject({ state: 'listed', people: 11, peopleOfTownship: 5 });
    expect(state.missing).toEqual(['到课的老年学员中，本乡镇（街道）居民还差 1 位才到一半']);
  });

  it('counts neither sessions that were not held, nor absences, nor other programmes', async () => {
    const village = await makePlate('330305001006');
    await hold(village, { days: 4, attending: await residents(10), programmeKind: 'skills' });
    await hold(village, { days: 4, attending: await residents(10), status: 'absent', sessionState: 'scheduled' });
    await coverage.recompute([village], clock.now());
    expect(await stateOf(village)).toMatchObject({ state: 'listed', classes: 0, people: 0 });
  });

  it("a township's plate sees the sessions of its villages, and sessions name both", async () => {
    await makePlate(TOWNSHIP, 'elderly_school');
    const elders = await residents(15, { region: OTHER_TOWNSHIP });
    const [first] = await hold('330305001008', { days: 10, attending: elders });
    const [second] = await hold('330305001009', { days: 10, attending: elders });
    const codes = await coverage.regionsOf([first!, second!]);
    expect(codes.sort()).toEqual([TOWNSHIP, '330305001008', '330305001009']);
    await coverage.recompute(codes, clock.now());
    const { items } = await coverage.page(bureau, page('elderly_school', 'township'));
    expect(items.find(({ code }) => code === TOWNSHIP)).toMatchObject({ state: 'active', missing: [] });
    expect(items.find(({ code }) => code === OTHER_TOWNSHIP)).toMatchObject({ state: 'unlisted' });
    expect(await indicator('township-elderly-school')).toMatchObject({
      d: 8,
      n: 1,
      target: { year: 2026, value: 100, carriedFrom: 2025 },
    });
  });

  it('stays on the signed list when its plate is withdrawn, and is judged by what is there now', async () => {
    const village = await makePlate('330305001010');
    await hold(village, { days: 4, attending: await residents(10) });
    const lists = nest.get(CoverageListsService);
    const regionCodes = [village, '330305001011'];
    const paper = {
      year: 2027,
      documentNumber: '洞教〔2026〕30号',
      source: '区民政局',
      dated: '2026-11-01',
      regionCodes,
    };
    const signer = newId();
    await run(
      `insert into staff (id, username, name, password_hash, created_at) values ($1::uuid, ($1::uuid)::text, '周', 'none', $2)`,
      signer,
      clock.now(),
    );
    const officer = new Caller(
      { kind: 'staff', id: signer, signInId: newId() },
      [{ role: 'bureau_officer', organisationId: null }],
      'zh',
      'spec',
    );
    await lists.sign(officer, 0, paper);
    const signed = await lists.read(bureau, 2027);
    clock.at = new Date('2027-02-01T20:00:00+08:00');
    await coverage.recompute(null, clock.now());
    expect(await indicator('village-elderly-classroom')).toMatchObject({ n: 1, d: 2, listed: 1, active: 1 });

    await run(`update teaching_points set delisted_on = '2027-02-01' where region_code = $1`, village);
    await coverage.recompute(null, clock.now());
    expect(await indicator('village-elderly-classroom')).toMatchObject({ n: 0, d: 2, listed: 0, active: 0 });
    const { state, missing } = await stateOf(village);
    expect([state, missing]).toEqual(['unlisted', ['尚未挂牌']]);
    expect(await lists.read(bureau, 2027)).toEqual(signed);
  });

  it('pages through the villages of the year', async () => {
    await coverage.recompute(null, clock.now());
    const first = await coverage.page(bureau, { ...page('elderly_classroom', 'village'), limit: 60 });
    const second = await coverage.page(bureau, { ...page('elderly_classroom', 'village'), cursor: first.next! });
    expect(new Set([...first.items, ...second.items].map(({ code }) => code)).size).toBe(94);
    expect(second.next).toBeNull();
  });
});

describe('the wall chart', () => {
  it('shows no data where nothing feeds an indicator, and a true zero where the ledger does', async () => {
    expect(await indicator('township-elderly-school')).toMatchObject({ noData: true, actual: null });
    await coverage.recompute(null, clock.now());
    expect(await indicator('township-elderly-school')).toMatchObject({ noData: false, actual: 0, n: 0, d: 8 });
    const { indicators, measures, rule } = await wallChart.chart(bureau, {});
    expect(indicators).toHaveLength(28);
    const silent = indicators.filter(({ measure }) => measure === 'register' || measure === 'reported');
    for (const one of [...silent, await indicator('degree-upgrade')]) {
      const says =
        { register: '登记册里还没有条目', reported: '责任部门尚未填报' }[one.measure as string] ?? '暂无数据';
      expect(one).toMatchObject({ noData: true, actual: null, says, light: 'none', met: null, gap: null });
    }
    expect(await indicator('vocational-training')).toMatchObject({ noData: false, actual: 0, light: 'red' });
    expect(rule).toMatchObject({ version: 1, state: 'trial', label: '试行口径' });
    expect(measures.find(({ code }) => code === 'regular-elderly-share')).toMatchObject({ noData: true, total: null });
    const english = await wallChart.chart(caller('principal', 'en'), {});
    expect(english.indicators[0]).toMatchObject({ says: 'no data yet' });
  });

  it('adds provisional and confirmed person-times of all years against the plan line', async () => {
    await total('vocational-training', '2025-03', 'confirmed', 4000);
    await total('vocational-training', '2026-11', 'provisional', 30);
    await total('vocational-training', '2026-12', 'confirmed', 500);
    const shown = await indicator('vocational-training');
    expect(shown).toMatchObject({
      actual: 4030,
      provisional: 30,
      confirmed: 4000,
      target: { year: 2027, value: 7500 },
    });
    // 1423 of 1826 days, from nothing on 31 December 2022.
    expect(shown.planned).toBeCloseTo((7500 * 1423) / 1826, 0);
    expect(shown.gap).toBeCloseTo(4030 - (7500 * 1423) / 1826, 0);
    expect(shown.years.map(({ year, value }) => [year, value])).toEqual([
      [2023, null],
      [2024, null],
      [2025, 4000],
      [2026, 30],
    ]);
    expect((await wallChart.chart(bureau, { on: '2026-12-31' })).indicators[1]).toMatchObject({ actual: 4530 });
  });

  it('the yearly mean is of full years since the ledger began; before one is over, the running year is judged', async () => {
    await total('social-training-annual', '2025-01', 'confirmed', 3100);
    await total('social-training-annual', '2026-02', 'confirmed', 100);
    expect(await indicator('social-training-annual')).toMatchObject({
      actual: 3100,
      planned: 3000,
      met: true,
      light: 'green',
    });
    const in2025 = (await wallChart.chart(bureau, { on: '2025-12-31' })).indicators[2];
    expect(in2025).toMatchObject({ actual: null, noData: false, planned: 3000, gap: 100, light: 'green' });
  });

  it('people are not added over years', async () => {
    await total('elderly-people', '2025-05', 'confirmed', 7);
    await total('elderly-people', '2026-05', 'confirmed', 5);
    const { measures } = await wallChart.chart(bureau, {});
    const people = measures.find(({ code }) => code === 'elderly-people');
    expect(people).toMatchObject({ total: null, year: { year: 2026, value: 5 } });
  });

  it('knows coverage as it is, not as it was, and nothing before the plan', async () => {
    const past = (await wallChart.chart(bureau, { on: '2025-06-30' })).indicators;
    expect(past.find(({ code }) => code === 'township-elderly-school')).toMatchObject({ noData: true, actual: null });
    await expect(wallChart.chart(bureau, { on: '2022-12-31' })).rejects.toMatchObject({
      code: 'TARGETS.DAY_OUTSIDE_PLAN',
    });
  });

  it('takes an indicator apart by township, organisation, month and status', async () => {
    await total('vocational-training', '2025-03', 'confirmed', 4000);
    await total('vocational-training', '2026-11', 'provisional', 30);
    const detail = await wallChart.one(bureau, 'vocational-training');
    expect(detail).toMatchObject({
      byStatus: { provisional: 30, confirmed: 4000 },
      targets: [{ year: 2027, value: 7500 }],
    });
    expect(detail.byTownship).toEqual([
      {
        key: TOWNSHIP,
        name: '北岙街道',
        nameEn: null,
        provisional: 30,
        confirmed: 4000,
        total: 4030,
        reported: null,
        adjusted: null,
      },
    ]);
    expect(detail.byMonth.map(({ key, total }) => [key, total])).toEqual([
      ['2025-03', 4000],
      ['2026-11', 30],
    ]);
    expect(detail.byOrganisation).toHaveLength(1);
    await expect(wallChart.one(bureau, 'nonsense')).rejects.toMatchObject({ code: 'TARGETS.INDICATOR_UNKNOWN' });
  });

  it('pages through the indicators, and is for those who may read targets', async () => {
    const first = await wallChart.page(bureau, { limit: 20 });
    const second = await wallChart.page(bureau, { limit: 20, cursor: first.next! });
    expect([first.items.length, second.items.length, second.next]).toEqual([20, 8, null]);
    await expect(wallChart.chart(caller('teacher'), {})).rejects.toMatchObject({ code: 'CORE.FORBIDDEN' });
  });
});

/* What the tests above are made of. */

const page = (plateKind: 'elderly_school' | 'elderly_classroom', level: 'township' | 'village') => ({
  plateKind,
  level,
  limit: 100,
});

async function indicator(code: string) {
  const { indicators } = await wallChart.chart(bureau, {});
  return indicators.find((one) => one.code === code)!;
}

async function stateOf(village: string, by: Caller = bureau) {
  const { items } = await coverage.page(by, page('elderly_classroom', 'village'));
  return items.find(({ code }) => code === village)!;
}

let school: { organisationId: string; termId: string; courseId: string; teacherId: string } | undefined;

async function theSchool() {
  if (school) return school;
  const [organisationId, termId, courseId, teacherId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const at = clock.now();
  await run(
    `insert into organisations (id, kind, name, region_code, created_at) values ($1, 'elderly_school', '洞头区老年学校', $2, $3)`,
    organisationId,
    TOWNSHIP,
    at,
  );
  await run(
    `insert into terms (id, name, starts_on, ends_on, created_at) values ($1, '2026', '2026-01-01', '2026-12-31', $2)`,
    termId,
    at,
  );
  await run(
    `insert into courses (id, code, name, programme_kind, created_at) values ($1, 'taiji', '太极拳', 'elderly', $2)`,
    courseId,
    at,
  );
  await run(
    `insert into staff (id, username, name, password_hash, created_at) values ($1, 'wang', '王老师', 'none', $2)`,
    teacherId,
    at,
  );
  return (school = { organisationId, termId, courseId, teacherId });
}

/** Lists a plate of the school there. */
async function makePlate(regionCode: string, plateKind = 'elderly_classroom'): Promise<string> {
  const { organisationId } = await theSchool();
  await run(
    `insert into teaching_points (id, organisation_id, plate_kind, region_code, name, listed_on, created_at)
     values ($1, $2, $3, $4, '老年学堂', '2024-01-01', $5)`,
    randomUUID(),
    organisationId,
    plateKind,
    regionCode,
    clock.now(),
  );
  return regionCode;
}

async function residents(count: number, { birthDate = '1950-01-01', region = '330305001001' } = {}): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await run(
    `insert into residents (id, name, birth_date, region_code, created_at)
     select id, '居民', $2, $3, $4 from unnest($1::uuid[]) id`,
    ids,
    birthDate,
    region,
    clock.now(),
  );
  return ids;
}

interface Held {
  days: number;
  /** The day of the last session; the others are on the days before. */
  last?: string;
  attending: string[];
  programmeKind?: string;
  status?: string;
  sessionState?: string;
}

/** Holds a class there, one session of 90 minutes a day, which all attend. @returns the sessions' ids */
async function hold(regionCode: string, held: Held): Promise<string[]> {
  const {
    days,
    last = '2026-11-20',
    attending,
    programmeKind = 'elderly',
    status = 'present',
    sessionState = 'held',
  } = held;
  const { organisationId, termId, courseId, teacherId } = await theSchool();
  const [venueId, classId] = [randomUUID(), randomUUID()];
  const at = clock.now();
  await run(
    `insert into venues (id, organisation_id, region_code, name, address, capacity, step_free, access_route, created_at)
     values ($1::uuid, $2, $3, ($1::uuid)::text, '文化礼堂', 50, true, 'road', $4)`,
    venueId,
    organisationId,
    regionCode,
    at,
  );
  await run(
    `insert into course_classes (id, code, course_id, term_id, organisation_id, programme_kind, name, teacher_id, venue_id,
            region_code, seats, enrollment_opens_at, enrollment_closes_at, state, created_at)
     values ($1::uuid, ($1::uuid)::text, $2, $3, $4, $5, '太极拳', $6, $7, $8, 50, $9, $9::timestamptz + interval '1 day', 'published', $9)`,
    classId,
    courseId,
    termId,
    organisationId,
    programmeKind,
    teacherId,
    venueId,
    regionCode,
    at,
  );
  const sessions = await run<{ id: string }>(
    `insert into class_sessions (id, class_id, number, starts_at, ends_at, venue_id, teacher_id, state, created_at)
     select gen_random_uuid(), $1, n, s, s + interval '90 minutes', $2, $3, $4, $5
       from generate_series(1, $6::int) n, lateral (select ($7::date + (n - $6::int) + time '08:00') at time zone 'Asia/Shanghai' as s) t
     returning id`,
    classId,
    venueId,
    teacherId,
    sessionState,
    at,
    days,
    last,
  );
  const sessionIds = sessions.map(({ id }) => id);
  await run(
    `with seats as (
       insert into enrollments (id, class_id, resident_id, term_id, programme_kind, state, queued_at, source, decided_at, created_at)
       select gen_random_uuid(), $1, r, $2, $3, 'enrolled', $4, 'counter', $4, $4 from unnest($5::uuid[]) r
       returning id, resident_id
     ), marked as (
       insert into marks (id, session_id, resident_id, enrollment_id, kind, status, device_id, device_time, recorded_at, outcome)
       select gen_random_uuid(), s, e.resident_id, e.id, 'teacher_mark', $7, 'spec', $4, $4, 'recorded'
         from seats e, unnest($6::uuid[]) s
       returning id, session_id, resident_id, enrollment_id, status
     )
     insert into attendances (session_id, resident_id, enrollment_id, status, mark_id, recorded_at)
     select session_id, resident_id, enrollment_id, status, id, $4 from marked`,
    classId,
    termId,
    programmeKind,
    at,
    attending,
    sessionIds,
    status,
  );
  return sessionIds;
}

async function total(measure: string, month: string, status: string, amount: number): Promise<void> {
  const { organisationId } = await theSchool();
  await row(
    source,
    `insert into ledger_totals (measure, month, status, region_code, organisation_id, programme_kind, total)
     values ($1, $2, $3, '330305001001', $4, 'skills', $5)`,
    [measure, month, status, organisationId, amount],
  );
}
