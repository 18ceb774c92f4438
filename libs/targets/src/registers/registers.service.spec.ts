import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import type { Role } from '#contracts';
import { Caller, Clock, CoreModule, newId, readSettings, rows, type Upload } from '#core';
import { phoneJpeg } from '../../../../test/support/pictures.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { AssignmentsService } from '../assignments/assignments.service.js';
import { RegistersService } from './registers.service.js';
import { ReportedFiguresService } from '../reported-figures/reported-figures.service.js';
import { TargetsModule } from '../targets.module.js';
import { WallChartService } from '../wall-chart/wall-chart.service.js';

const TODAY = '2026-11-25';

class SetClock extends Clock {
  override now(): Date {
    return new Date(`${TODAY}T20:00:00+08:00`);
  }
}

let database: TestDatabase;
let nest: TestingModule;
let registers: RegistersService;
let figures: ReportedFiguresService;
let wallChart: WallChartService;
let assignments: AssignmentsService;
let bureau: Caller;
/** Another of the bureau, who reviews what the first reports. */
let reviewer: Caller;

beforeAll(async () => {
  database = await createTestDatabase();
  nest = await Test.createTestingModule({
    imports: [CoreModule.forRoot(readSettings(testSettings(database.url))), TargetsModule],
  })
    .overrideProvider(Clock)
    .useClass(SetClock)
    .compile();
  await nest.init();
  assignments = nest.get(AssignmentsService);
  [registers, figures, wallChart] = [
    nest.get(RegistersService),
    nest.get(ReportedFiguresService),
    nest.get(WallChartService),
  ];
  bureau = callerOf('bureau_officer', await hire('zm', '周敏'));
  reviewer = callerOf('bureau_officer', await hire('lk', '李科'));
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

async function hire(username: string, name: string): Promise<string> {
  const id = newId();
  await rows(
    nest.get(DataSource),
    `insert into staff (id, username, name, password_hash, state, version, created_at) values ($1, $2, $3, 'x', 'active', 1, now())`,
    [id, username, name],
  );
  return id;
}
/** A scan; of another number it is another one. */
const scan = (number = 0): Upload => ({
  contentType: 'image/jpeg',
  name: `第${number}页.jpg`,
  content: Readable.from([phoneJpeg({ mark: number })]),
});
const callerOf = (role: Role, id: string = randomUUID()) =>
  new Caller({ kind: 'staff', id, signInId: randomUUID() }, [{ role, organisationId: null }], 'zh', 'spec');
const once = () => ({ subject: randomUUID(), key: randomUUID(), fingerprint: randomBytes(32) });
const onChart = async (code: string, on?: string) =>
  (await wallChart.chart(bureau, on ? { on } : {})).indicators.find((one) => one.code === code)!;

const BRAND = { name: '渔家书屋', level: 'city', issuer: '温州市教育局', dated: '2026-05-20' } as const;
const recordBrand = (more: Partial<Parameters<RegistersService['record']>[2]> = {}) =>
  registers.record(bureau, 'lifelong-brands', { ...BRAND, ...more }, once());

describe('a register', () => {
  it('says nothing while nobody has written in it, and counts from the day of the paper on', async () => {
    expect(await onChart('lifelong-brands')).toMatchObject({
      noData: true,
      actual: null,
      says: '登记册里还没有条目',
    });
    const entry = await recordBrand({ regionCode: '330305001000', documentNumber: '温教成〔2026〕8号' });
    expect(entry).toMatchObject({ state: 'standing', regionName: expect.any(String), recordedBy: '周敏', version: 1 });
    expect(await onChart('lifelong-brands')).toMatchObject({
      actual: 1,
      says: null,
      met: false,
      gap: expect.any(Number),
    });
    expect(await onChart('lifelong-brands', '2026-05-19')).toMatchObject({ actual: 0 });
  });

  it('counts one thing once', async () => {
    await recordBrand({ name: '海岛讲堂' });
    await expect(recordBrand({ name: '海岛讲堂' })).rejects.toMatchObject({
      driverError: { constraint: 'uq_register_entries_standing' },
    });
  });

  it('asks for the level that the plan asks for, and for a day that has come', async () => {
    await expect(recordBrand({ level: 'district' })).rejects.toMatchObject({
      code: 'TARGETS.LEVEL_TOO_LOW',
      parameters: { least: '市级' },
    });
    await expect(recordBrand({ name: '明年的品牌', dated: '2027-01-01' })).rejects.toMatchObject({
      code: 'TARGETS.DAY_TO_COME',
    });
  });

  it('keeps what was withdrawn, with the reason, and no longer counts it', async () => {
    const { id, version } = await recordBrand({ name: '误登品牌' });
    const before = (await onChart('lifelong-brands')).actual!;
    await expect(registers.withdraw(bureau, id, version + 1, '重复')).rejects.toMatchObject({ code: 'CORE.STALE' });
    await registers.withdraw(bureau, id, version, '不是市级');
    await expect(registers.withdraw(bureau, id, version + 1, '再撤')).rejects.toMatchObject({
      code: 'TARGETS.ENTRY_WITHDRAWN',
    });
    expect((await onChart('lifelong-brands')).actual).toBe(before - 1);
    const { items } = await registers.list(bureau, 'lifelong-brands', { limit: 50, state: 'withdrawn' });
    expect(items).toMatchObject([{ id, withdrawnBecause: '不是市级' }]);
    // What was taken back may be recorded anew.
    await recordBrand({ name: '误登品牌' });
  });

  it('is paged without losing or repeating an entry of the same day', async () => {
    for (const name of ['启蒙一', '启蒙二', '启蒙三']) {
      await registers.record(bureau, 'career-enlightenment', { ...BRAND, level: 'district', name }, once());
    }
    const names: string[] = [];
    for (let cursor: string | undefined | null; cursor !== null;) {
      const page = await registers.list(bureau, 'career-enlightenment', { limit: 2, ...(cursor && { cursor }) });
      names.push(...page.items.map(({ name }) => name));
      cursor = page.next;
    }
    expect(names).toEqual(['启蒙三', '启蒙二', '启蒙一']);
  });

  it('keeps the scans of each paper, the last one first', async () => {
    const { id, scans } = await registers.record(bureau, 'career-enlightenment', { ...BRAND, name: '扫描' }, once());
    expect(scans).toEqual([]);
    await registers.addScan(bureau, id, scan(1));
    await registers.addScan(bureau, id, scan(1));
    const { scans: both } = await registers.addScan(reviewer, id, scan(2));
    expect(both.map(({ fileName, addedByName }) => [fileName, addedByName])).toEqual([
      ['第2页.jpg', '李科'],
      ['第1页.jpg', '周敏'],
    ]);
    const { file, content } = await registers.openScan(reviewer, id, both[1]!.id);
    expect(file).toMatchObject({ name: '第1页.jpg', mediaType: 'image/jpeg' });
    content.destroy();
    await expect(registers.openScan(bureau, randomUUID(), both[1]!.id)).rejects.toMatchObject({
      code: 'CORE.NOT_FOUND',
    });
    await expect(registers.addScan(callerOf('principal'), id, scan(3))).rejects.toMatchObject({
      code: 'CORE.FORBIDDEN',
    });
    await registers.withdraw(bureau, id, 1, '重复登记');
    await expect(registers.addScan(bureau, id, scan(3))).rejects.toMatchObject({ code: 'TARGETS.ENTRY_WITHDRAWN' });
  });

  it('is of indicators that have one, and written by the bureau alone', async () => {
    await expect(registers.record(bureau, 'degree-upgrade', BRAND, once())).rejects.toMatchObject({
      code: 'TARGETS.NOT_A_REGISTER',
    });
    await expect(registers.record(bureau, "x'; drop table", BRAND, once())).rejects.toMatchObject({
      code: 'TARGETS.INDICATOR_UNKNOWN',
    });
    await expect(registers.record(callerOf('principal'), 'lifelong-brands', BRAND, once())).rejects.toMatchObject({
      code: 'CORE.FORBIDDEN',
    });
  });
});

describe('a reported figure', () => {
  const OF = { department: '区教育局', evidence: '2026 年教育事业统计表 第 3 页' };
  const send = (asOf: string, more: object) =>
    figures.report(bureau, 'school-unions', { asOf, ...OF, ...more }, once());
  /** Reports a figure, which the other one of the bureau accepts. */
  const report = async (asOf: string, more: object) => {
    const { id } = await send(asOf, more);
    await figures.addScan(bureau, id, scan());
    return figures.accept(reviewer, id);
  };

  it('is missing until it is reported, and never a zero', async () => {
    expect(await onChart('migrant-children')).toMatchObject({ noData: true, actual: null, says: '责任部门尚未填报' });
  });

  it('of a share is worked out, and met at the decimals that the plan prints: 8 of 9 are 88.9 %', async () => {
    await report('2024-12-31', { part: 8, whole: 9 });
    expect(await onChart('school-unions', '2024-12-31')).toMatchObject({ actual: 88.9, n: 8, d: 9, met: true });
    expect(await onChart('school-unions')).toMatchObject({ actual: 88.9, met: false });
  });

  it('is followed by the next, and a correction says why and keeps the former', async () => {
    await report('2025-12-31', { value: 95 });
    await expect(report('2025-12-31', { value: 100 })).rejects.toMatchObject({ code: 'TARGETS.FIGURE_STANDS' });
    await report('2025-12-31', { value: 100, because: '漏计一所' });
    await report('2025-12-31', { value: 99, because: '再核' });
    expect(await onChart('school-unions')).toMatchObject({ actual: 99 });
    const { items } = await figures.list(bureau, 'school-unions', { limit: 50 });
    expect(items.map(({ value, replaced }) => [value, replaced])).toEqual([
      [99, false],
      [100, true],
      [95, true],
      [expect.closeTo(88.89, 1), false],
    ]);
  });

  it('stands once when two report the same day at once', async () => {
    const both = await Promise.allSettled([send('2026-06-30', { value: 90 }), send('2026-06-30', { value: 91 })]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'TARGETS.FIGURE_STANDS' },
    });
  });

  it('counts when another of the bureau has seen its paper and accepted it, and not before', async () => {
    const of = (id: string) =>
      figures
        .list(bureau, 'higher-education-rate', { limit: 9 })
        .then(({ items }) => items.find((one) => one.id === id));
    const request = { asOf: '2025-12-31', ...OF, value: 71.4 };
    const { id } = await figures.report(bureau, 'higher-education-rate', request, once());
    expect(await onChart('higher-education-rate')).toMatchObject({ noData: true, actual: null });
    await expect(figures.accept(reviewer, id)).rejects.toMatchObject({ code: 'TARGETS.FIGURE_SCAN_MISSING' });
    await figures.addScan(bureau, id, scan());
    await expect(figures.accept(bureau, id)).rejects.toMatchObject({ code: 'TARGETS.FIGURE_OWN' });
    const accepted = await figures.accept(reviewer, id);
    expect(accepted).toMatchObject({ state: 'accepted', reviewedBy: '李科', scans: [{ addedByName: '周敏' }] });
    expect(await figures.accept(reviewer, id)).toEqual(accepted);
    expect(await onChart('higher-education-rate')).toMatchObject({ actual: 71.4 });
    await expect(figures.giveBack(reviewer, id, '不对')).rejects.toMatchObject({ code: 'TARGETS.FIGURE_REVIEWED' });

    const other = await figures.report(
      bureau,
      'higher-education-rate',
      { ...request, value: 99, because: '改' },
      once(),
    );
    await figures.giveBack(reviewer, other.id, '与年报不符');
    expect(await of(other.id)).toMatchObject({ state: 'returned', returnedBecause: '与年报不符' });
    // What was accepted before goes on counting, and the next needs no reason of its own.
    expect(await onChart('higher-education-rate')).toMatchObject({ actual: 71.4 });
    const third = await figures.report(bureau, 'higher-education-rate', { ...request, value: 72 }, once());
    expect(third.replacedBecause).toBe('与年报不符');
    await expect(figures.accept(reviewer, other.id)).rejects.toMatchObject({ code: 'TARGETS.FIGURE_REVIEWED' });
    expect(await of(id)).toMatchObject({ state: 'replaced' });
    expect(await onChart('higher-education-rate')).toMatchObject({ actual: 71.4 });
  });

  it('is reported by the department that answers for it alone', async () => {
    const [bureauId, otherId] = [randomUUID(), randomUUID()];
    await rows(
      nest.get(DataSource),
      `insert into organisations (id, kind, name, region_code, state, version, created_at)
       select v.id, v.kind, v.name, '330305001000', 'active', 1, now()
         from (values ($1::uuid, 'bureau', '洞头区教育局'), ($2::uuid, 'department', '洞头区民政局')) as v (id, kind, name)`,
      [bureauId, otherId],
    );
    const officerOf = async (organisationId: string, name: string) => {
      const staffId = await hire(name, name);
      const grants = [{ role: 'department_officer' as const, organisationId }];
      return new Caller({ kind: 'staff', id: staffId, signInId: randomUUID() }, grants, 'zh', 'spec');
    };
    const request = { asOf: '2025-12-31', ...OF, value: 15.3 };
    const code = 'expected-schooling-years';
    const stranger = await officerOf(otherId, 'mz');
    await expect(figures.report(stranger, code, request, once())).rejects.toMatchObject({ code: 'TARGETS.NOT_OWNER' });
    const own = await officerOf(bureauId, 'jy');
    const { id } = await figures.report(own, code, request, once());
    await expect(figures.addScan(stranger, id, scan())).rejects.toMatchObject({ code: 'TARGETS.NOT_OWNER' });
    await figures.addScan(own, id, scan());
    await expect(figures.accept(own, id)).rejects.toMatchObject({ code: 'CORE.FORBIDDEN' });
    const idsOf = async (state?: 'reported' | 'accepted') => {
      const page = await figures.listAll(bureau, { limit: 100, ...(state && { state }) });
      return page.items.map((one) => one.id);
    };
    expect(await idsOf('reported')).toContain(id);
    expect(await figures.accept(reviewer, id)).toMatchObject({ state: 'accepted' });
    expect(await idsOf('reported')).not.toContain(id);
    expect(await idsOf('accepted')).toContain(id);
    const all: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await figures.listAll(bureau, { limit: 1, cursor });
      all.push(...page.items.map((one) => one.id));
      if (!page.next) break;
      cursor = page.next;
    }
    expect(all).toEqual(await idsOf());
    await rows(nest.get(DataSource), `update indicators set owner = '区民政局' where code = 'migrant-children'`);
    await expect(figures.report(bureau, 'migrant-children', request, once())).rejects.toMatchObject({
      code: 'TARGETS.NOT_OWNER',
    });
  });

  it.each([
    ['neither value nor share', {}],
    ['both', { value: 3, part: 1, whole: 2 }],
    ['half a share', { part: 1 }],
  ])('is refused with %s', async (_, given) => {
    await expect(report('2026-01-31', given)).rejects.toMatchObject({ code: 'TARGETS.FIGURE_OR_SHARE' });
  });

  it('is refused where the part exceeds the whole', async () => {
    await expect(report('2026-01-31', { part: 3, whole: 2 })).rejects.toMatchObject({
      code: 'TARGETS.PART_EXCEEDS_WHOLE',
    });
  });
});

describe('what is assigned', () => {
  const BEI_AO = '330305001000';
  const assign = (version: number, request: { year: number; value: number; regionCode?: string }) =>
    assignments.assign(bureau, 'vocational-training', version, request);

  it('is split over years and townships, with what each has reached of it', async () => {
    const straight = (await onChart('vocational-training')).planned!;
    await assign(0, { year: 2026, value: 900 });
    const read = await assign(0, { year: 2026, value: 300, regionCode: BEI_AO });
    expect(read).toMatchObject({ assignedToTownships: 300, district: { assigned: 900, actual: 0, completion: 0 } });
    expect(read.parts.filter(({ kind }) => kind === 'township')).toHaveLength(8);
    expect(read.parts.find(({ key }) => key === BEI_AO)).toMatchObject({ assigned: 300, version: 1, completion: 0 });
    // A year that was given 900 instead of the line's 1,500 stands lower in November.
    expect((await onChart('vocational-training')).planned).toBeLessThan(straight);
  });

  it('is replaced by the next, by whoever has seen what stands', async () => {
    await expect(assign(0, { year: 2026, value: 310, regionCode: BEI_AO })).rejects.toMatchObject({
      code: 'CORE.STALE',
    });
    const read = await assign(1, { year: 2026, value: 310, regionCode: BEI_AO });
    expect(read.parts.find(({ key }) => key === BEI_AO)).toMatchObject({ assigned: 310, version: 2 });
  });

  it('stands once when two assign the same part at once', async () => {
    const both = await Promise.allSettled([assign(0, { year: 2027, value: 1 }), assign(0, { year: 2027, value: 2 })]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
