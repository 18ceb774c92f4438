import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { AttendanceModule } from '#attendance';
import { Clock, CoreModule, Files, newId, readSettings, rows } from '#core';
import {
  CountingSettingsService,
  OpeningFiguresService,
  ParticipationLoader,
  RecountService,
  SealedTotalsService,
} from '#participation';
import { phoneJpeg } from '../../../../test/support/pictures.js';
import { mark, SetClock, staff, teach } from '../../../../test/support/taught-class.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { AssignmentsService } from '../assignments/assignments.service.js';
import { TargetsLoader } from '../targets.loader.js';
import { TargetsModule } from '../targets.module.js';
import { WallChartService } from './wall-chart.service.js';

const clock = new SetClock();
let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;
let opening: OpeningFiguresService;
let sealed: SealedTotalsService;
let settings: CountingSettingsService;

beforeAll(async () => {
  database = await createTestDatabase();
  nest = await Test.createTestingModule({
    imports: [CoreModule.forRoot(readSettings(testSettings(database.url))), AttendanceModule, TargetsModule],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await nest.init();
  await nest.get(ParticipationLoader).load();
  await nest.get(TargetsLoader).load();
  [source, opening, sealed] = [nest.get(DataSource), nest.get(OpeningFiguresService), nest.get(SealedTotalsService)];
  settings = nest.get(CountingSettingsService);
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

/** An officer of the bureau who is in its books. */
async function officer(name: string) {
  const id = newId();
  await rows(
    source,
    `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, $2, 'none', $3)`,
    [id, name, clock.at],
  );
  return staff('bureau_officer', null, id);
}
const once = () => ({ subject: randomUUID(), key: randomUUID(), fingerprint: randomBytes(32) });
const onChart = async (code: string, on?: string) =>
  (await nest.get(WallChartService).chart(staff('bureau_officer', null), on ? { on } : {})).indicators.find(
    (one) => one.code === code,
  )!;
const code = (name: string) => ({ code: `PARTICIPATION.${name}` });
const scan = (mark = 0) => ({ contentType: 'image/jpeg', content: Readable.from([phoneJpeg({ mark })]) });

describe('what counts beside the ledger', () => {
  it('an opening figure counts once three have signed it, is corrected, and gives way to names (rule 14)', async () => {
    const [zhang, li, chen] = [await officer('张'), await officer('李'), await officer('陈')];
    const taught = await teach(source, clock, 2);
    for (const number of [1, 2, 3, 4]) await mark(nest, clock, taught, number);
    await nest.get(RecountService).recount(taught.residents.map(({ residentId }) => residentId));
    clock.at = new Date('2026-03-20T09:00:00+08:00');
    const of = { measure: 'vocational-training', year: 2024, organisationId: taught.organisationId } as const;
    const figure = { ...of, value: 800, documentNumber: '洞教〔2025〕3号' };

    await expect(opening.draft(zhang, figure, once())).rejects.toMatchObject(code('CUT_OVER_UNSET'));
    const cutOver = { cutOverOn: '2026-03-01', documentNumber: '洞教〔2026〕2号' };
    expect(await settings.setCutOver(zhang, cutOver, 1)).toMatchObject({ ...cutOver, set: { name: '张' }, version: 2 });
    await expect(opening.draft(zhang, { ...figure, department: '区农业农村局' }, once())).rejects.toMatchObject(
      code('OPENING_OF_ONE'),
    );

    const drafted = await opening.draft(zhang, figure, once());
    expect(drafted).toMatchObject({ state: 'drafted', value: 800, drafted: { name: '张' }, signed: null });
    await expect(opening.draft(li, figure, once())).rejects.toMatchObject(code('OPENING_STANDS'));
    await expect(opening.review(zhang, drafted.id, 1)).rejects.toMatchObject(code('OPENING_SAME_PERSON'));
    await expect(opening.review(li, drafted.id, 1)).rejects.toMatchObject(code('OPENING_SCAN_MISSING'));
    const scanned = await opening.scan(zhang, drafted.id, 1, scan());
    expect(await nest.get(Files).read(scanned.scanId!)).not.toHaveLength(0);
    await opening.review(li, drafted.id, 2);
    await expect(opening.scan(zhang, drafted.id, 3, scan(1))).rejects.toMatchObject(code('OPENING_NOT_DRAFTED'));
    await expect(opening.sign(li, drafted.id, 3)).rejects.toMatchObject(code('OPENING_SAME_PERSON'));
    await expect(opening.sign(chen, drafted.id, 2)).rejects.toMatchObject({ code: 'CORE.STALE' });
    expect(await onChart('vocational-training')).toMatchObject({ actual: 2, opening: 0 });
    const signed = await opening.sign(chen, drafted.id, 3);
    expect(signed).toMatchObject({ state: 'signed', reviewed: { name: '李' }, signed: { name: '陈' } });
    await expect(settings.setCutOver(zhang, cutOver, 2)).rejects.toMatchObject(code('CUT_OVER_IN_USE'));

    const chart = await onChart('vocational-training');
    expect(chart).toMatchObject({ actual: 802, opening: 800, provisional: 2, confirmed: 0, sealed: 0 });
    expect(chart.years).toMatchObject([
      { year: 2023, noData: true, value: null },
      { year: 2024, value: 800, opening: 800, confirmed: 0 },
      { year: 2025, noData: true },
      { year: 2026, value: 2, opening: 0 },
    ]);
    // What it describes was over at the end of 2024; in the middle of that year nobody knows how much it was.
    expect(await onChart('vocational-training', '2024-12-31')).toMatchObject({ actual: 800 });
    expect(await onChart('vocational-training', '2024-06-30')).toMatchObject({ opening: 0 });
    const assignments = await nest.get(AssignmentsService).read(zhang, 'vocational-training', { year: 2024 });
    expect(assignments.district.actual).toBe(800);
    expect(assignments.parts.find(({ key }) => key === taught.organisationId)).toMatchObject({ actual: 800 });

    // A correction counts once it is signed too, and the figure before it no longer.
    const change = { value: 790, documentNumber: '洞教〔2026〕9号', reason: '一个班算了两次' };
    await expect(opening.draft(zhang, figure, once())).rejects.toMatchObject(code('OPENING_STANDS'));
    const correction = await opening.correct(li, signed.id, change, once());
    expect(await onChart('vocational-training')).toMatchObject({ opening: 800 });
    await opening.scan(li, correction.id, 1, scan());
    await opening.review(zhang, correction.id, 2);
    await opening.sign(chen, correction.id, 3);
    expect(await onChart('vocational-training')).toMatchObject({ actual: 792, opening: 790 });
    const before = await opening.get(zhang, signed.id);
    expect(before).toMatchObject({
      state: 'replaced',
      correctedById: correction.id,
      ended: { reason: '一个班算了两次', list: null },
    });
    await expect(opening.reinstate(zhang, signed.id, before.version, '误')).rejects.toMatchObject(
      code('OPENING_NOT_REPLACED'),
    );

    // Names have come: the figure is not added to them, nor is another one.
    const list = { list: '导入第 12 批', reason: '学校补交名单' };
    const replaced = await opening.replace(chen, correction.id, 4, list);
    expect(replaced).toMatchObject({ state: 'replaced', ended: { list: '导入第 12 批' } });
    expect(await onChart('vocational-training')).toMatchObject({ actual: 2, opening: 0 });
    await expect(opening.draft(zhang, figure, once())).rejects.toMatchObject(code('OPENING_LISTED'));
    // The list is undone: the figure counts again.
    expect(await opening.reinstate(chen, correction.id, replaced.version, '名单撤销')).toMatchObject({
      state: 'signed',
      ended: null,
    });
    expect(await onChart('vocational-training')).toMatchObject({ actual: 792 });
  });

  it('an opening figure feeds an indicator that the ledger does not feed yet, and the mean of whole years', async () => {
    const [zhang, li, chen] = [await officer('赵'), await officer('钱'), await officer('孙')];
    clock.at = new Date('2026-04-20T09:00:00+08:00');
    const sign = async (measure: 'degree-upgrade' | 'social-training-annual', year: number, value: number) => {
      const request = { measure, year, value, department: '区人力社保局', documentNumber: '洞人社〔2025〕1号' };
      const { id } = await opening.draft(zhang, request, once());
      await opening.scan(zhang, id, 1, scan());
      await opening.review(li, id, 2);
      await opening.sign(chen, id, 3);
    };
    expect(await onChart('degree-upgrade')).toMatchObject({ noData: true, actual: null, opening: null });
    await sign('degree-upgrade', 2023, 310);
    expect(await onChart('degree-upgrade')).toMatchObject({ noData: false, actual: 310, opening: 310, confirmed: 0 });

    await sign('social-training-annual', 2023, 3100);
    await sign('social-training-annual', 2025, 2900);
    // 2024 is not known and enters neither side of the mean.
    expect(await onChart('social-training-annual')).toMatchObject({ actual: 3000, opening: 6000 });
  });

  it('a sealed total counts in one indicator, in a band of its own, once a time, until names come (rule 9)', async () => {
    const wu = await officer('吴');
    clock.at = new Date('2026-05-20T09:00:00+08:00');
    const total = {
      department: '区农业农村局',
      period: '2026-03',
      value: 120,
      documentNumber: '洞农〔2026〕6号',
      sealedOn: '2026-04-02',
    };
    const before = await onChart('social-training-annual');
    for (const [wrong, refusal] of [
      [{ period: '2026-13' }, 'SEALED_PERIOD'],
      [{ period: '2019' }, 'SEALED_PERIOD'],
      [{ period: '2026-07' }, 'SEALED_TO_COME'],
      [{ sealedOn: '2026-05-21' }, 'SEALED_TO_COME'],
    ] as const) {
      await expect(sealed.record(wu, { ...total, ...wrong }, once())).rejects.toMatchObject(code(refusal));
    }
    const recorded = await sealed.scan(wu, (await sealed.record(wu, total, once())).id, 1, scan());
    expect(recorded).toMatchObject({ scanId: expect.any(String), version: 2 });
    expect(await onChart('social-training-annual')).toMatchObject({ sealed: 120, opening: before.opening });
    expect((await onChart('social-training-annual')).years.at(-1)).toMatchObject({
      sealed: 120,
      value: before.years.at(-1)!.value! + 120,
    });
    expect(await onChart('social-training-annual', '2026-04-01')).toMatchObject({ sealed: 0 });
    expect(await onChart('vocational-training')).toMatchObject({ sealed: 0 });
    // The year holds the month; an opening figure of the department holds its year.
    await expect(sealed.record(wu, { ...total, period: '2026' }, once())).rejects.toMatchObject(code('SEALED_STANDS'));
    await expect(
      sealed.record(wu, { ...total, department: '区人力社保局', period: '2025-05' }, once()),
    ).rejects.toMatchObject(code('SEALED_STANDS'));

    const list = { list: '导入第 13 批', reason: '收到名单' };
    const replaced = await sealed.replace(wu, recorded.id, recorded.version, list);
    expect(replaced).toMatchObject({ state: 'replaced', ended: { name: '吴', list: '导入第 13 批' } });
    expect(await onChart('social-training-annual')).toMatchObject({ sealed: 0 });
    expect(await sealed.reinstate(wu, recorded.id, 3, '名单撤销')).toMatchObject({ state: 'standing', ended: null });
    await sealed.withdraw(wu, recorded.id, 4, '登记错误');
    expect((await sealed.list(wu, { limit: 20, state: 'withdrawn' })).items).toMatchObject([{ period: '2026-03' }]);
    await expect(sealed.withdraw(wu, recorded.id, 5, '登记错误')).rejects.toMatchObject(code('SEALED_NOT_STANDING'));
  });
});

it('locked months are told as reported, adjusted and present, on the chart, by year and by month (rule 15)', async () => {
  const [a, b, c] = [await officer('周'), await officer('冯'), await officer('褚')];
  const chart = () => onChart('vocational-training');
  expect((await chart()).locked).toBeNull();
  // What was reported is one more than the ledger says by now.
  await rows(
    source,
    `update periods set state = 'locked', submitted_by = $1, submitted_at = $4, reviewed_by = $2, reviewed_at = $4,
            signed_by = $3, signed_at = $4, document_number = '8号', last_entry_id = 0, rule_ids = '{}' where month = '2026-03'`,
    [a.staffId, b.staffId, c.staffId, clock.at],
  );
  await rows(
    source,
    `insert into period_figures select month, measure, status, region_code, organisation_id, programme_kind, total + 1
       from ledger_totals where month = '2026-03' and measure = 'vocational-training'`,
  );
  const value = { reported: 3, adjusted: -1, present: 2 };
  const { locked, years } = await chart();
  expect(locked).toEqual({ through: '2026-03', ...value });
  expect(years.at(-1)!.locked).toEqual({ through: '2026-03', ...value });
  expect(years[0]!.locked).toBeNull();
  const { byMonth, byOrganisation } = await nest.get(WallChartService).one(a, 'vocational-training');
  expect(byMonth).toMatchObject([{ key: '2026-03', total: 2, reported: 3, adjusted: -1 }]);
  expect(byOrganisation).toMatchObject([{ reported: null, adjusted: null }]);
});

it('a moved cut-over recounts the classes of which it changes whether they count', async () => {
  // A database of its own: here an opening figure is signed, which holds the date.
  const mine = await createTestDatabase();
  const other = await Test.createTestingModule({
    imports: [CoreModule.forRoot(readSettings(testSettings(mine.url))), AttendanceModule, TargetsModule],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  try {
    await other.init();
    await other.get(ParticipationLoader).load();
    const [db, id] = [other.get(DataSource), newId()];
    await rows(
      db,
      `insert into staff (id, username, name, password_hash, created_at) values ($1, 'z', '张', 'x', $2)`,
      [id, clock.at],
    );
    const taught = await teach(db, clock, 1);
    for (const number of [1, 2, 3, 4]) await mark(other, clock, taught, number);
    const recount = () => other.get(RecountService).recount(taught.residents.map(({ residentId }) => residentId));
    expect(await recount()).toBe(2);
    await rows(db, 'delete from outbox');
    const request = { cutOverOn: '2026-03-07', documentNumber: '洞教〔2026〕2号' };
    await other.get(CountingSettingsService).setCutOver(staff('bureau_officer', null, id), request, 1);
    expect(await rows(db, 'select topic, ids from outbox')).toEqual([
      { topic: 'class-evidence.changed', ids: [taught.classId] },
    ]);
    expect(await recount()).toBe(2);
    expect(await rows(db, 'select sum(amount)::int as sum from ledger_entries')).toEqual([{ sum: 0 }]);
  } finally {
    await other.close();
    await mine.drop();
  }
});
