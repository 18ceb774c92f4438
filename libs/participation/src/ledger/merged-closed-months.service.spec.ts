import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { AttendanceModule } from '#attendance';
import { type Caller, Clock, CoreModule, newId, readSettings, row, rows } from '#core';
import { MergingService } from '#people';
import { Lists, SOCIAL } from '../../../../test/support/lists.js';
import { seedResidents } from '../../../../test/support/seed.js';
import { SetClock, staff } from '../../../../test/support/taught-class.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import type { ImportDetailView } from '../imports/imports.dto.js';
import { ParticipationLoader } from '../participation.loader.js';
import { ParticipationModule } from '../participation.module.js';
import { AdjustmentsService } from '../periods/adjustments.service.js';
import { PeriodsService } from '../periods/periods.service.js';
import { type LedgerFault, VerifyLedgerService } from '../verify/verify-ledger.service.js';

/* A list whose month is locked, whose people turn out to have another record, and which is taken back: in either order. */

const clock = new SetClock();
let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;
let lists: Lists;
let adjustments: AdjustmentsService;
let periods: PeriodsService;
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
  [adjustments, periods] = [nest.get(AdjustmentsService), nest.get(PeriodsService)];
  lists = new Lists(nest, clock);
  [zhang, li, chen] = [await lists.officer('张'), await lists.officer('李'), await lists.officer('陈')];
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

/** A list of two of a month, which is locked then. */
async function lockedList(month: string, department: string): Promise<ImportDetailView> {
  clock.at = new Date(`${month}-25T09:00:00+08:00`);
  const file = lists.training(`${month}-10`, 2);
  const written = await lists.confirm(zhang, await lists.preview(zhang, await lists.department(department), file));
  expect(written).toMatchObject({ state: 'written' });
  clock.at = new Date(clock.at.getTime() + 10 * 86_400_000);
  let { version } = await periods.get(zhang, month);
  ({ version } = await periods.submit(zhang, month, version));
  ({ version } = await periods.review(li, month, version));
  await periods.sign(chen, month, version, `洞教〔2026〕${month}号`);
  return written;
}

async function undo({ id }: ImportDetailView): Promise<void> {
  const { version } = await lists.imports.get(zhang, id);
  await lists.imports.undo(zhang, id, version, '名单有误');
  await lists.work.advance(id);
  expect(await lists.imports.get(zhang, id)).toMatchObject({ state: 'undone' });
}

/** Merges somebody of a list into a record that a counter has verified, as the worker follows it. @returns that record */
async function mergeOneOf({ id }: ImportDetailView): Promise<string> {
  const listed = await row<{ id: string; name: string; birth_date: string }>(
    source,
    `select r.id, r.name, r.birth_date from imported_records i join residents r on r.id = i.resident_id where i.import_id = $1
      order by i.id limit 1`,
    [id],
  );
  const [kept] = await seedResidents(source, clock.at, 1);
  await rows(
    source,
    `update residents set name = $2, birth_date = $4, identity_state = 'verified', identity_verified_at = $3,
            document_kind = 'resident_card', document_sealed = '', document_hash = uuid_send(id) where id = $1`,
    [kept!.residentId, listed!.name, clock.at, listed!.birth_date],
  );
  const { version } = (await row<{ version: number }>(source, `select version from residents where id = $1`, [
    kept!.residentId,
  ]))!;
  const request = { duplicateId: listed!.id, reason: '同一人' };
  await nest.get(MergingService).merge(staff('registrar', newId()), kept!.residentId, version, request);
  await lists.work.followMerged([listed!.id]);
  return kept!.residentId;
}

const open = async () =>
  (await adjustments.list(zhang, { limit: 20 })).items.filter(({ state }) => state === 'proposed' || state === 'asked');
const figure = async (month: string) =>
  (await periods.get(zhang, month)).figures.find(({ measure }) => measure === SOCIAL);
async function faults(): Promise<LedgerFault[]> {
  const found: LedgerFault[] = [];
  for await (const fault of nest.get(VerifyLedgerService).verifyLedger()) found.push(fault);
  return found;
}
async function decide(how: 'approve' | 'decline'): Promise<void> {
  const [next] = await open();
  let { version } = next!;
  if (next!.state === 'proposed') ({ version } = await adjustments.ask(zhang, next!.id, version, '名单有误'));
  if (how === 'approve') await adjustments.approve(li, next!.id, version);
  else await adjustments.decline(li, next!.id, version, '没有依据');
}

describe('a list of a locked month, one of whose people is merged into another record', () => {
  it('moves no figure by the merger, and is reversed by adjustments when it is undone', async () => {
    const written = await lockedList('2026-01', '区残联');
    await mergeOneOf(written);
    expect(await open()).toEqual([]);
    expect(await figure('2026-01')).toMatchObject({ reported: 2, adjusted: 0, present: 2 });
    expect(await faults()).toEqual([]);
    await undo(written);
    expect(await figure('2026-01')).toMatchObject({ reported: 2, adjusted: 0, present: 2 });
    expect((await open()).map(({ month, entries }) => [month, entries.map(({ amount }) => amount)])).toEqual([
      ['2026-01', [-1]],
      ['2026-01', [-1]],
    ]);
    await decide('approve');
    await decide('approve');
    expect(await figure('2026-01')).toMatchObject({ reported: 2, adjusted: -2, present: 0 });
    expect(await faults()).toEqual([]);
  });
});

describe('an adjustment that waits while its resident is merged into another record', () => {
  it('is still that one adjustment, is decided as it was asked for, and counts once', async () => {
    const written = await lockedList('2026-03', '区妇联');
    await undo(written);
    const before = await open();
    expect(before).toHaveLength(2);
    for (const { id, version } of before) await adjustments.ask(zhang, id, version, '名单有误');
    await mergeOneOf(written);
    const after = await open();
    expect(after.map(({ id, state }) => [id, state])).toEqual(before.map(({ id }) => [id, 'asked']));
    await decide('approve');
    await decide('approve');
    expect(await open()).toEqual([]);
    expect(await figure('2026-03')).toMatchObject({ reported: 2, adjusted: -2, present: 0 });
    expect(await faults()).toEqual([]);
  });

  it('is not proposed again by the merger where it was declined', async () => {
    const written = await lockedList('2026-05', '区渔业协会');
    await undo(written);
    await decide('decline');
    await decide('decline');
    await mergeOneOf(written);
    expect(await open()).toEqual([]);
    expect(await figure('2026-05')).toMatchObject({ reported: 2, adjusted: 0, present: 2 });
    expect(await faults()).toMatchObject([
      { kind: 'adjustment-waits', state: 'declined' },
      { kind: 'adjustment-waits', state: 'declined' },
    ]);
  });
});
