import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { AttendanceModule } from '#attendance';
import { Caller, Clock, CoreModule, csvRow, newId, readSettings, row, rows } from '#core';
import { ListedPeopleService, MergingService } from '#people';
import { cardNumber } from '../../../../test/support/district.js';
import { seedResidents } from '../../../../test/support/seed.js';
import { SetClock, staff } from '../../../../test/support/taught-class.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { AdjustmentsService } from '../periods/adjustments.service.js';
import { CountingSettingsService } from '../counting/counting-settings.service.js';
import { openingCounts, sealedCounts } from './import-replacements.queries.js';
import type { ImportDetailView } from './imports.dto.js';
import { ImportsService } from './imports.service.js';
import { ImportsWorkService } from './imports-work.service.js';
import { OpeningFiguresService } from '../opening-figures/opening-figures.service.js';
import { ParticipationLoader } from '../participation.loader.js';
import { ParticipationModule } from '../participation.module.js';
import { PeriodsService } from '../periods/periods.service.js';
import { SealedTotalsService } from '../periods/sealed-totals.service.js';
import { type LedgerFault, VerifyLedgerService } from '../verify/verify-ledger.service.js';

/*
 * Lists whose names take the place of what a department reported without them: 期初数 and 汇总数. And lists of people whose
 * records are merged afterwards.
 */

const SOCIAL = 'social-training-annual';
const clock = new SetClock();
let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;
let imports: ImportsService;
let work: ImportsWorkService;
let adjustments: AdjustmentsService;
let zhang: Caller;
let li: Caller;
let chen: Caller;

beforeAll(async () => {
  database = await createTestDatabase();
  nest = await Test.createTestingModule({
    imports: [CoreModule.forRoot(readSettings(testSettings(database.url))), AttendanceModule, ParticipationModule],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await nest.init();
  await nest.get(ParticipationLoader).load();
  source = nest.get(DataSource);
  [imports, work, adjustments] = [nest.get(ImportsService), nest.get(ImportsWorkService), nest.get(AdjustmentsService)];
  await rows(
    source,
    `insert into regions (code, level, name, short_name, valid_from) values ('330305001201', 'village', '村', '村', '2023-01-01')
     on conflict do nothing`,
  );
  [zhang, li, chen] = [await officer('张'), await officer('李'), await officer('陈')];
  const settings = { cutOverOn: '2026-01-01', documentNumber: '洞教〔2026〕2号' };
  await nest.get(CountingSettingsService).setCutOver(zhang, settings, 1);
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

async function officer(name: string): Promise<Caller> {
  const id = newId();
  await rows(
    source,
    `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, $2, 'none', $3)`,
    [id, name, clock.at],
  );
  return staff('bureau_officer', null, id);
}

/** A department that has sent nothing yet. */
async function department(name: string): Promise<string> {
  const id = newId();
  await rows(
    source,
    `insert into organisations (id, kind, name, region_code, created_at) values ($1, 'department', $2, '330305001201', $3)`,
    [id, name, clock.at],
  );
  return id;
}

let serial = 0;
const person = () => ({
  name: `陈海${String.fromCharCode(0x4e00 + ++serial)}`,
  card: cardNumber(`${1960 + Math.floor(serial / 500)}-01-01`, serial % 500),
});
type Person = ReturnType<typeof person>;

const HEADING = ['姓名', '身份证号', '培训项目', '班期', '开始日期', '结束日期', '课时'];
const list = (day: string, people: readonly Person[], trade = '电工') =>
  Buffer.from(
    [HEADING, ...people.map(({ name, card }) => [name, card, trade, '第1期', day, day, '40'])].map(csvRow).join(''),
  );

const once = () => ({ subject: 'spec', key: newId(), fingerprint: Buffer.alloc(1) });

async function preview(departmentId: string, file: Buffer): Promise<ImportDetailView> {
  const { id } = await imports.create(zhang, { kind: 'training', departmentId, fileName: '名单.csv' }, once());
  await imports.upload(zhang, id, { contentType: 'application/octet-stream', content: Readable.from([file]) });
  await work.advance(id);
  return imports.get(zhang, id);
}

async function confirm({ id, version }: ImportDetailView, replaces: string[] = []): Promise<ImportDetailView> {
  await imports.confirm(zhang, id, version, replaces);
  await work.advance(id);
  return imports.get(zhang, id);
}

async function undo({ id, version }: ImportDetailView): Promise<ImportDetailView> {
  await imports.undo(zhang, id, version, '名单有误');
  await work.advance(id);
  return imports.get(zhang, id);
}

/** Of a department: what its opening figure and its sealed totals count, and its names. */
async function counted(departmentId: string, year: number) {
  const found = await row<{ opening: number; sealed: number; names: number }>(
    source,
    `select coalesce((select sum(${openingCounts('f')}) from opening_figures f
                       where f.department = d.name and f.year = $2 and f.state = 'signed'), 0)::int as opening,
            coalesce((select sum(${sealedCounts('t')}) from sealed_totals t
                       where t.department = d.name and left(t.period, 4) = $2::text and t.state = 'standing'), 0)::int as sealed,
            coalesce((select sum(total) from ledger_totals t
                       where t.organisation_id = d.id and t.measure = $3 and left(t.month, 4) = $2::text), 0)::int as names
       from organisations d where d.id = $1`,
    [departmentId, year, SOCIAL],
  );
  return found!;
}

async function openingFigure(of: string, year: number, value: number): Promise<string> {
  const figures = nest.get(OpeningFiguresService);
  const paper = { measure: SOCIAL, year, department: of, value, documentNumber: '洞人社〔2026〕1号' } as const;
  const { id } = await figures.draft(zhang, paper, once());
  const scan = { contentType: 'application/pdf', content: Readable.from([Buffer.from(`%PDF-1.4 ${of}`)]) };
  await figures.scan(zhang, id, 1, scan);
  await figures.review(li, id, 2);
  await figures.sign(chen, id, 3);
  return id;
}

const faults = async () => {
  const found: LedgerFault[] = [];
  for await (const fault of nest.get(VerifyLedgerService).verifyLedger()) found.push(fault);
  return found.filter(({ kind }) => kind !== 'adjustment-waits');
};

/** Approves the next adjustment that is proposed. */
async function approveNext(): Promise<void> {
  const [next] = (await adjustments.list(zhang, { state: 'proposed', limit: 1 })).items;
  await adjustments.ask(zhang, next!.id, next!.version, '补报名单');
  await adjustments.approve(li, next!.id, next!.version + 1);
}

/** Declines it. */
async function declineNext(): Promise<void> {
  const [next] = (await adjustments.list(zhang, { state: 'proposed', limit: 1 })).items;
  await adjustments.ask(zhang, next!.id, next!.version, '补报名单');
  await adjustments.decline(li, next!.id, next!.version + 1, '没有依据');
}

describe('a named list and an opening figure (rule 14)', () => {
  it('stand beside each other in the preview; confirmed, the names count and the figure no longer; undone, it does again', async () => {
    const name = '区人力社保局';
    const sender = await department(name);
    const figureId = await openingFigure(name, 2025, 5);
    const [wang, zhao] = [person(), person()];
    const ready = await preview(sender, list('2025-06-06', [wang, zhao]));
    const figure = { id: figureId, kind: 'opening', measure: SOCIAL, period: '2025', ofName: name, value: 5, names: 2 };
    expect(ready.replaces).toEqual([{ ...figure, state: null }]);
    expect(await counted(sender, 2025)).toEqual({ opening: 5, sealed: 0, names: 0 });

    await expect(imports.confirm(zhang, ready.id, ready.version)).rejects.toMatchObject({
      code: 'PARTICIPATION.IMPORT_COUNTED_BESIDE',
    });
    await expect(imports.confirm(zhang, ready.id, ready.version, [figureId, newId()])).rejects.toMatchObject({
      code: 'PARTICIPATION.IMPORT_NOT_BESIDE',
    });
    const written = await confirm(ready, [figureId]);
    expect(written).toMatchObject({ state: 'written', replaces: [{ ...figure, state: 'done' }] });
    expect(await counted(sender, 2025)).toEqual({ opening: 0, sealed: 0, names: 2 });
    const figures = nest.get(OpeningFiguresService);
    const ended = await figures.get(zhang, figureId);
    expect(ended).toMatchObject({ state: 'replaced', ended: { name: '张', list: '名单.csv' } });
    // Nobody lets it count beside the names by hand, and no new one comes beside them.
    await expect(figures.reinstate(chen, figureId, ended.version, '恢复')).rejects.toMatchObject({
      code: 'PARTICIPATION.FIGURE_OF_IMPORT',
    });
    await expect(openingFigure(name, 2025, 7)).rejects.toMatchObject({ code: 'PARTICIPATION.OPENING_LISTED' });

    expect((await undo(written)).replaces).toEqual([{ ...figure, state: 'returned' }]);
    expect(await counted(sender, 2025)).toEqual({ opening: 5, sealed: 0, names: 0 });
    expect(await figures.get(zhang, figureId)).toMatchObject({ state: 'signed', ended: null });
    const told = await rows<{ action: string }>(
      source,
      `select action from audit_entries where target_id = $1 order by id`,
      [figureId],
    );
    expect(told.map(({ action }) => action).slice(-3)).toEqual([
      'opening_figure.replacing',
      'opening_figure.replaced',
      'opening_figure.reinstated',
    ]);
    expect(await faults()).toEqual([]);
  });

  it('stays replaced while any list has names of its time, and counts again when the last of them is undone', async () => {
    const name = '区总商会';
    const sender = await department(name);
    const figureId = await openingFigure(name, 2025, 9);
    const figures = nest.get(OpeningFiguresService);
    const first = await confirm(await preview(sender, list('2025-03-03', [person(), person()])), [figureId]);
    const later = await preview(sender, list('2025-09-09', [person(), person(), person()], '月嫂'));
    expect(later.replaces).toEqual([]);
    const second = await confirm(later);
    expect(await counted(sender, 2025)).toEqual({ opening: 0, sealed: 0, names: 5 });

    await undo(first);
    expect(await counted(sender, 2025)).toEqual({ opening: 0, sealed: 0, names: 3 });
    expect(await figures.get(zhang, figureId)).toMatchObject({ state: 'replaced' });
    expect((await imports.get(zhang, second.id)).replaces).toMatchObject([{ id: figureId, names: 3, state: 'done' }]);

    const undone = await undo(await imports.get(zhang, second.id));
    expect(undone.replaces).toMatchObject([{ id: figureId, state: 'returned' }]);
    expect(await counted(sender, 2025)).toEqual({ opening: 9, sealed: 0, names: 0 });
    expect(await figures.get(zhang, figureId)).toMatchObject({ state: 'signed', ended: null });
    expect(await faults()).toEqual([]);
  });

  it('counts again once two lists are undone together, whichever the worker comes to first', async () => {
    const name = '区慈善总会';
    const sender = await department(name);
    const figureId = await openingFigure(name, 2025, 9);
    const first = await confirm(await preview(sender, list('2025-03-03', [person(), person()])), [figureId]);
    const second = await confirm(await preview(sender, list('2025-09-09', [person()], '月嫂')));
    await imports.undo(zhang, second.id, second.version, '名单有误');
    await imports.undo(zhang, first.id, first.version, '名单有误');
    await work.advance(first.id);
    expect(await counted(sender, 2025)).toEqual({ opening: 8, sealed: 0, names: 1 });
    await work.advance(second.id);
    expect(await counted(sender, 2025)).toEqual({ opening: 9, sealed: 0, names: 0 });
    expect(await nest.get(OpeningFiguresService).get(zhang, figureId)).toMatchObject({ state: 'signed', ended: null });
  });

  it('never count together, however far the list is written', async () => {
    const name = '区农业农村局';
    const sender = await department(name);
    const figureId = await openingFigure(name, 2025, 900);
    const people = Array.from({ length: 900 }, person);
    const ready = await preview(sender, list('2025-07-07', people, '渔业养殖'));
    await imports.confirm(zhang, ready.id, ready.version, [figureId]);
    // The worker dies in the middle.
    await rows(
      source,
      `create function cut_off() returns trigger language plpgsql as $$
       begin
         if (select count(*) from imported_records where import_id = new.import_id) > 600 then raise 'cut off'; end if;
         return new;
       end $$`,
    );
    await rows(
      source,
      `create trigger tr_cut_off before insert on imported_records for each row execute function cut_off()`,
    );
    await expect(work.advance(ready.id)).rejects.toThrow('cut off');
    const half = await counted(sender, 2025);
    expect(half.names).toBeGreaterThan(0);
    expect(half.opening + half.names).toBe(900);
    const figures = nest.get(OpeningFiguresService);
    const { version } = await figures.get(zhang, figureId);
    await expect(figures.replace(chen, figureId, version, { list: '另一份', reason: '补交' })).rejects.toMatchObject({
      code: 'PARTICIPATION.FIGURE_BEING_REPLACED',
    });
    await rows(source, `drop trigger tr_cut_off on imported_records`);
    await rows(source, `drop function cut_off()`);
    await work.advance(ready.id);
    expect(await counted(sender, 2025)).toEqual({ opening: 0, sealed: 0, names: 900 });
    expect(await faults()).toEqual([]);
  });
});

describe('a list of a locked month (rules 9 and 15)', () => {
  it('takes the place of a sealed total adjustment by adjustment, and gives it back so', async () => {
    clock.at = new Date('2026-03-02T09:00:00+08:00');
    // Something of February, so that there is a month to lock.
    await confirm(await preview(await department('区总工会'), list('2026-02-05', [person()])));
    const name = '区残联';
    const sender = await department(name);
    const total = {
      department: name,
      period: '2026-02',
      value: 5,
      documentNumber: '洞残〔2026〕3号',
      sealedOn: '2026-03-01',
    };
    const { id: totalId } = await nest.get(SealedTotalsService).record(zhang, total, once());
    const other = await department('区渔业协会');
    const itsTotal = { ...total, department: '区渔业协会', value: 7 };
    const { id: itsTotalId } = await nest.get(SealedTotalsService).record(zhang, itsTotal, once());
    const periods = nest.get(PeriodsService);
    await periods.submit(zhang, '2026-02', 1);
    await periods.review(li, '2026-02', 2);
    await periods.sign(chen, '2026-02', 3, '洞教〔2026〕8号');

    const ready = await preview(sender, list('2026-02-06', [person(), person()]));
    expect(ready.replaces).toMatchObject([{ id: totalId, kind: 'sealed', period: '2026-02', value: 5, names: 2 }]);
    const written = await confirm(ready, [totalId]);
    expect(written).toMatchObject({ state: 'written', replaces: [{ state: 'open' }] });
    expect(await counted(sender, 2026)).toEqual({ opening: 0, sealed: 5, names: 0 });
    await approveNext();
    expect(await counted(sender, 2026)).toEqual({ opening: 0, sealed: 4, names: 1 });
    await approveNext();
    expect(await counted(sender, 2026)).toEqual({ opening: 0, sealed: 0, names: 2 });
    expect((await imports.get(zhang, ready.id)).replaces).toMatchObject([{ state: 'done' }]);
    await expect(nest.get(SealedTotalsService).record(zhang, total, once())).rejects.toMatchObject({
      code: 'PARTICIPATION.SEALED_LISTED',
    });

    // Undone, nothing of the locked month moves by itself.
    const { version } = await imports.get(zhang, ready.id);
    expect(await undo({ ...written, version })).toMatchObject({ state: 'undone', replaces: [{ state: 'open' }] });
    expect(await counted(sender, 2026)).toEqual({ opening: 0, sealed: 3, names: 2 });
    const proposed = (await adjustments.list(zhang, { state: 'proposed', limit: 10 })).items;
    expect(
      proposed.map(({ month, entries }) => [month, entries.map(({ amount, countedOn }) => [amount, countedOn])]),
    ).toEqual([
      ['2026-02', [[-1, '2026-02-06']]],
      ['2026-02', [[-1, '2026-02-06']]],
    ]);
    await approveNext();
    await approveNext();
    expect(await counted(sender, 2026)).toEqual({ opening: 0, sealed: 5, names: 0 });
    expect((await imports.get(zhang, ready.id)).replaces).toMatchObject([{ state: 'returned' }]);
    const february = (await periods.get(zhang, '2026-02')).figures.find(({ measure }) => measure === SOCIAL);
    expect(february).toMatchObject({ reported: 1, adjusted: 0, present: 1 });
    expect(await faults()).toEqual([]);

    // What is declined stays with the total.
    await confirm(await preview(other, list('2026-02-06', [person(), person()])), [itsTotalId]);
    await approveNext();
    await declineNext();
    expect(await counted(other, 2026)).toEqual({ opening: 0, sealed: 6, names: 1 });
  });
});

describe('records of one person that are merged', () => {
  it('let the same training on two lists count once, and the other take its place when the first is undone', async () => {
    const sender = await department('区妇联');
    const [first, second] = [person(), { ...person(), name: '' }];
    second.name = first.name;
    const [one, other] = await seedResidents(source, clock.at, 2);
    const known = ({ residentId }: { residentId: string }, { name, card }: Person, state: string) =>
      rows(
        source,
        `update residents set name = $2, document_kind = 'resident_card', document_sealed = '', document_hash = $3,
                identity_state = $4, identity_verified_at = case when $4 = 'verified' then $5::timestamptz end where id = $1`,
        [residentId, name, nest.get(ListedPeopleService).sealDocument('resident_card', card)!.hash, state, clock.at],
      );
    await known(one!, first, 'verified');
    await known(other!, second, 'declared');
    const lists = [];
    for (const who of [first, second])
      lists.push(await confirm(await preview(sender, list('2026-01-08', [who], '月嫂'))));
    expect(await counted(sender, 2026)).toMatchObject({ names: 2 });

    const { version } = (await row<{ version: number }>(source, `select version from residents where id = $1`, [
      one!.residentId,
    ]))!;
    const registrar = staff('registrar', newId());
    const request = { duplicateId: other!.residentId, reason: '同一人' };
    await nest.get(MergingService).merge(registrar, one!.residentId, version, request);
    await work.followMerged([other!.residentId]);
    // Followed twice, as after a worker's death, nothing changes.
    await work.followMerged([other!.residentId]);
    expect(await counted(sender, 2026)).toMatchObject({ names: 1 });
    const moved = await rows(source, `select 1 from imported_records where resident_id = $1`, [one!.residentId]);
    expect(moved).toHaveLength(2);
    expect(await faults()).toEqual([]);

    await undo(lists[0]!);
    expect(await counted(sender, 2026)).toMatchObject({ names: 1 });
    await undo(lists[1]!);
    expect(await counted(sender, 2026)).toMatchObject({ names: 0 });
    expect(await faults()).toEqual([]);
  });
});
