import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { AttendanceModule } from '#attendance';
import type { AttendanceStatus } from '#contracts';
import { Clock, CoreModule, newId, readSettings, row, rows, type Upload } from '#core';
import { phoneJpeg } from '../../../../test/support/pictures.js';
import { mark, SetClock, staff, type Taught, teach } from '../../../../test/support/taught-class.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { AdjustmentsService } from './adjustments.service.js';
import { ParticipationLoader } from '../participation.loader.js';
import { ParticipationModule } from '../participation.module.js';
import { PeriodsService } from './periods.service.js';
import { RecountService } from '../ledger/recount.service.js';
import { type LedgerFault, VerifyLedgerService } from '../verify/verify-ledger.service.js';

const clock = new SetClock();
let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;
let recounts: RecountService;
let periods: PeriodsService;
let adjustments: AdjustmentsService;

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
  recounts = nest.get(RecountService);
  periods = nest.get(PeriodsService);
  adjustments = nest.get(AdjustmentsService);
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

const recount = (taught: Taught) => recounts.recount(taught.residents.map(({ residentId }) => residentId));
const march = async () => {
  const { figures } = await periods.get(staff('bureau_officer', null), '2026-03');
  return figures.find(({ measure }) => measure === 'vocational-training');
};
const faults = async () => {
  const found: LedgerFault[] = [];
  for await (const fault of nest.get(VerifyLedgerService).verifyLedger()) found.push(fault);
  return found;
};

let corrections = 0;
/** The fourth session as it is marked once more on its day; the clock goes on from where it was. */
async function setStatus(taught: Taught, status: AttendanceStatus): Promise<void> {
  const now = clock.at;
  await mark(nest, clock, taught, 4, status, ++corrections);
  clock.at = now;
}

describe('a period (rule 15)', () => {
  it('is locked by three people, then holds still, and moves by adjustments alone', async () => {
    const [zhang, li, chen] = [await officer('张'), await officer('李'), await officer('陈')];
    const taught = await teach(source, clock, 2);
    const late = await teach(source, clock, 1);
    for (const number of [1, 2, 3, 4]) await mark(nest, clock, taught, number);
    for (const number of [1, 2, 3]) await mark(nest, clock, late, number);
    await recount(taught);
    await recount(late);
    expect(await march()).toMatchObject({ reported: null, adjusted: null, present: 2, provisional: 2 });

    await expect(periods.submit(zhang, '2026-03', 1)).rejects.toMatchObject({ code: 'PARTICIPATION.PERIOD_NOT_OVER' });
    clock.at = new Date('2026-04-02T09:00:00+08:00');
    expect(await periods.submit(zhang, '2026-03', 1)).toMatchObject({ state: 'submitted', submitted: { name: '张' } });

    // While it is submitted it holds still; once returned, what was held back is posted in it.
    await mark(nest, clock, late, 4);
    clock.at = new Date('2026-04-02T09:00:00+08:00');
    expect(await recount(late)).toBe(0);
    // A confirmation changes no figure and needs nobody's leave.
    expect(await recount(taught)).toBe(8);
    expect(await faults()).toMatchObject([{ kind: 'adjustment-waits', month: '2026-03', state: 'proposed' }]);
    await periods.return(li, '2026-03', 2, '还差一个班');
    expect(
      await rows(source, `select ids from outbox where topic = 'evidence.changed' order by id desc limit 1`),
    ).toEqual([{ ids: [late.residents[0]!.residentId] }]);
    expect(await recount(late)).toBe(2);
    expect(await rows(source, `select state from adjustments`)).toEqual([{ state: 'lapsed' }]);
    expect(await row(source, `select period from ledger_entries where class_id = $1 limit 1`, [late.classId])).toEqual({
      period: '2026-03',
    });

    await periods.submit(zhang, '2026-03', 3);
    await expect(periods.review(zhang, '2026-03', 4)).rejects.toMatchObject({
      code: 'PARTICIPATION.PERIOD_SAME_PERSON',
    });
    await periods.review(li, '2026-03', 4);
    await expect(periods.sign(li, '2026-03', 5, '洞教〔2026〕8号')).rejects.toMatchObject({
      code: 'PARTICIPATION.PERIOD_SAME_PERSON',
    });
    // What was reviewed is what is signed: nothing is adjusted in between.
    await setStatus(late, 'absent');
    await recount(late);
    const [early] = (await adjustments.list(zhang, { limit: 20, state: 'proposed' })).items;
    const earlyAsked = await adjustments.ask(zhang, early!.id, early!.version, '误签');
    await expect(adjustments.approve(li, early!.id, earlyAsked.version)).rejects.toMatchObject({
      code: 'PARTICIPATION.ADJUSTMENT_BEFORE_LOCK',
    });
    await setStatus(late, 'present');
    await recount(late);
    await expect(periods.sign(chen, '2026-03', 4, '洞教〔2026〕8号')).rejects.toMatchObject({ code: 'CORE.STALE' });
    expect(await periods.sign(chen, '2026-03', 5, '洞教〔2026〕8号')).toMatchObject({
      state: 'locked',
      signed: { name: '陈' },
      documentNumber: '洞教〔2026〕8号',
      rules: [{ version: 1 }],
    });
    expect(await march()).toMatchObject({ reported: 3, adjusted: 0, present: 3 });

    clock.at = new Date('2026-05-04T09:00:00+08:00');
    expect(
      await rows(source, `select distinct period from ledger_entries where status = 'confirmed' and class_id = $1`, [
        taught.classId,
      ]),
    ).toEqual([{ period: '2026-04' }]);
    expect(await faults()).toEqual([]);

    await setStatus(late, 'absent');
    expect(await recount(late)).toBe(0);
    expect(await recount(late)).toBe(0);
    const { items } = await adjustments.list(zhang, { limit: 20, state: 'proposed' });
    expect(items).toMatchObject([
      { month: '2026-03', entries: [{ amount: -1, measure: 'social-training-annual' }, { amount: -1 }] },
    ]);
    const [{ id, version, entries }] = items as [(typeof items)[0]];
    await expect(adjustments.approve(li, id, version)).rejects.toMatchObject({
      code: 'PARTICIPATION.ADJUSTMENT_NOT_ASKED',
    });
    const asked = await adjustments.ask(zhang, id, version, '误签');
    await expect(adjustments.approve(zhang, id, asked.version)).rejects.toMatchObject({
      code: 'PARTICIPATION.ADJUSTMENT_SAME_PERSON',
    });
    expect(await adjustments.approve(li, id, asked.version)).toMatchObject({
      state: 'approved',
      asked: { name: '张', reason: '误签' },
      decided: { name: '李' },
    });
    expect(await march()).toMatchObject({ reported: 3, adjusted: -1, present: 2 });
    expect(
      await rows(
        source,
        `select period, counted_on, reverses from ledger_entries where adjustment_id = $1 order by id`,
        [id],
      ),
    ).toEqual(entries.map(({ countedOn, reverses }) => ({ period: '2026-05', counted_on: countedOn, reverses })));
    expect(await recount(late)).toBe(0);
    expect(await faults()).toEqual([]);

    // What is declined stays as it was reported, and is not proposed again.
    await setStatus(late, 'present');
    await recount(late);
    const [again] = (await adjustments.list(zhang, { limit: 20, state: 'proposed' })).items;
    const askedAgain = await adjustments.ask(li, again!.id, again!.version, '又更正');
    await adjustments.decline(zhang, again!.id, askedAgain.version, '没有依据');
    expect(await recount(late)).toBe(0);
    expect((await adjustments.list(zhang, { limit: 20, state: 'proposed' })).items).toEqual([]);
    expect(await faults()).toMatchObject([{ kind: 'adjustment-waits', state: 'declined' }]);
    expect(await march()).toMatchObject({ reported: 3, adjusted: -1, present: 2 });

    // Evidence that changed again since it was asked for makes the adjustment lapse.
    await setStatus(taught, 'absent');
    await recount(taught);
    const proposed = (await adjustments.list(zhang, { limit: 20, state: 'proposed' })).items;
    expect(proposed).toHaveLength(2);
    const { version: stale } = await adjustments.ask(zhang, proposed[0]!.id, 1, '误签');
    await setStatus(taught, 'present');
    await expect(adjustments.approve(li, proposed[0]!.id, stale)).rejects.toMatchObject({
      code: 'PARTICIPATION.ADJUSTMENT_STALE',
    });
    await recount(taught);
    expect((await adjustments.list(zhang, { limit: 20, month: '2026-03' })).items.map(({ state }) => state)).toEqual([
      'lapsed',
      'lapsed',
      'declined',
      'approved',
      'lapsed',
      'lapsed',
    ]);

    await rows(source, 'alter table period_figures disable trigger tr_period_figures_append_only');
    await rows(source, `update period_figures set total = total + 5 where measure = 'vocational-training'`);
    expect(await faults()).toContainEqual(
      expect.objectContaining({ kind: 'period-wrong', month: '2026-03', measure: 'vocational-training' }),
    );
  });

  it('keeps the scans of its signed and sealed print once it is locked, the last one first', async () => {
    const wang = await officer('王');
    const scan = (number: number): Upload => ({
      contentType: 'image/jpeg',
      name: `第${number}页.jpg`,
      content: Readable.from([phoneJpeg({ mark: number })]),
    });
    await rows(source, `insert into periods (month, id) values ('2026-02', $1)`, [newId()]);
    await expect(periods.addScan(wang, '2026-02', scan(1))).rejects.toMatchObject({
      code: 'PARTICIPATION.PERIOD_UNLOCKED',
    });
    await periods.addScan(wang, '2026-03', scan(1));
    // The same file again is the same scan.
    await periods.addScan(wang, '2026-03', scan(1));
    const { scans } = await periods.addScan(wang, '2026-03', scan(2));
    expect(scans.map(({ fileName, addedByName }) => [fileName, addedByName])).toEqual([
      ['第2页.jpg', '王'],
      ['第1页.jpg', '王'],
    ]);
    const { file, content } = await periods.openScan(wang, '2026-03', scans[1]!.id);
    expect(file).toMatchObject({ name: '第1页.jpg', mediaType: 'image/jpeg' });
    content.destroy();
    await expect(periods.openScan(wang, '2026-02', scans[1]!.id)).rejects.toMatchObject({ code: 'CORE.NOT_FOUND' });
    await expect(periods.addScan(staff('principal', null), '2026-03', scan(3))).rejects.toMatchObject({
      code: 'CORE.FORBIDDEN',
    });
    expect(
      await rows(source, `select count(*)::int as scanned from audit_entries where action = 'period.scanned'`),
    ).toEqual([{ scanned: 2 }]);
  });
});
