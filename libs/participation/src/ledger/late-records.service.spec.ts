import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { AttendanceModule, AttendanceService, LateSheetsService } from '#attendance';
import { Caller, Clock, CoreModule, newId, readSettings, rows } from '#core';
import { DAY, mark, SetClock, staff, START, type Taught, teach } from '../../../../test/support/taught-class.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { AdjustmentsService } from '../periods/adjustments.service.js';
import { LedgerService } from './ledger.service.js';
import { ParticipationLoader } from '../participation.loader.js';
import { ParticipationModule } from '../participation.module.js';
import { PeriodsService } from '../periods/periods.service.js';
import { RecountService } from './recount.service.js';
import { VerifyLedgerService } from '../verify/verify-ledger.service.js';

/* What late records (补录) do to the figures: nothing, until the principal has signed (counting rule 12). */

const clock = new SetClock();
let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;

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
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

/** Somebody who is in the books. */
async function member(role: 'principal' | 'bureau_officer', organisationId: string | null): Promise<Caller> {
  const id = newId();
  await rows(
    source,
    `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, $3, 'none', $4)`,
    [id, id, role, START],
  );
  return staff(role, organisationId, id);
}

const recount = (taught: Taught) =>
  nest.get(RecountService).recount(taught.residents.map(({ residentId }) => residentId));

/** Enters that everybody was at a session, long after. */
async function enterLate(taught: Taught, number: number): Promise<void> {
  const { items } = await nest.get(AttendanceService).mark(taught.teacher, taught.sessionIds[number - 1]!, {
    deviceId: 'tablet',
    items: taught.residents.map(({ residentId }) => ({
      id: newId(),
      kind: 'teacher_mark',
      residentId,
      status: 'present',
      deviceTime: clock.at.toISOString(),
      because: '纸质签到表',
    })),
  });
  expect(items.map(({ outcome }) => outcome)).toEqual(taught.residents.map(() => 'review'));
}

async function sign(taught: Taught): Promise<void> {
  const principal = await member('principal', taught.organisationId);
  const sheets = nest.get(LateSheetsService);
  const { items } = await sheets.ofOrganisation(principal, taught.organisationId, { limit: 10, state: 'waiting' });
  for (const { id, version } of items) await sheets.sign(principal, id, version);
}

const explain = async (taught: Taught, language: 'zh' | 'en') => {
  const found = await rows<{ id: string }>(source, `select id from enrollments where class_id = $1`, [taught.classId]);
  const { actor, grants } = staff('registrar', taught.organisationId);
  return nest.get(LedgerService).explain(new Caller(actor, grants, language, 'spec'), found[0]!.id);
};

async function faults(): Promise<string[]> {
  const kinds: string[] = [];
  for await (const { kind } of nest.get(VerifyLedgerService).verifyLedger()) kinds.push(kind);
  return kinds;
}

describe('late records', () => {
  it('count from the day of the session once they are signed, and until then it is said that they wait', async () => {
    const taught = await teach(source, clock, 1);
    for (const number of [1, 2, 3]) await mark(nest, clock, taught, number);
    clock.at = new Date(START.getTime() + 13 * DAY);
    await enterLate(taught, 4);
    await enterLate(taught, 5);
    expect(await recount(taught)).toBe(0);
    expect(await faults()).toEqual([]);
    const waiting = await explain(taught, 'zh');
    expect(waiting).toMatchObject({
      kind: 'not_yet',
      sentence: expect.stringContaining('2 次签到是补录，校长签字后才计入。'),
    });
    expect((await explain(taught, 'en')).sentence).toContain(
      "2 marks were entered late and wait for the principal's signature.",
    );
    await sign(taught);
    expect(await recount(taught)).toBe(2);
    expect(await recount(taught)).toBe(0);
    expect(await explain(taught, 'zh')).toMatchObject({ kind: 'counted', reasons: [] });
    const entries = await rows(source, `select counted_on from ledger_entries where class_id = $1`, [taught.classId]);
    expect(entries).toEqual([{ counted_on: '2026-03-05' }, { counted_on: '2026-03-05' }]);
    expect(await faults()).toEqual([]);
  });

  it('of a locked month become a proposed adjustment when they are signed', async () => {
    const taught = await teach(source, clock, 1);
    for (const number of [1, 2, 3]) await mark(nest, clock, taught, number);
    await recount(taught);
    clock.at = new Date('2026-04-01T09:00:00+08:00');
    const [submits, reviews, signs] = [
      await member('bureau_officer', null),
      await member('bureau_officer', null),
      await member('bureau_officer', null),
    ];
    const periods = nest.get(PeriodsService);
    let version = (await periods.get(submits, '2026-03')).version;
    ({ version } = await periods.submit(submits, '2026-03', version));
    ({ version } = await periods.review(reviews, '2026-03', version));
    await periods.sign(signs, '2026-03', version, '洞教〔2026〕8号');
    await enterLate(taught, 4);
    await recount(taught);
    const proposed = () => nest.get(AdjustmentsService).list(submits, { limit: 10 });
    // What stood provisionally is confirmed by age meanwhile.
    await nest.get(RecountService).confirmOverdue();
    const march = async () =>
      (await periods.get(submits, '2026-03')).figures.find(({ measure }) => measure === 'vocational-training');
    const before = await march();
    expect((await proposed()).items).toEqual([]);
    await sign(taught);
    await recount(taught);
    const [waits, ...others] = (await proposed()).items;
    expect([waits, others]).toMatchObject([{ state: 'proposed', month: '2026-03' }, []]);
    expect(await march()).toEqual(before);
    expect(await faults()).toEqual(['adjustment-waits']);
    const adjustments = nest.get(AdjustmentsService);
    const { version: asked } = await adjustments.ask(submits, waits!.id, waits!.version, '补录单已签字');
    await adjustments.approve(reviews, waits!.id, asked);
    const { reported, present } = before!;
    expect(await march()).toMatchObject({ reported, adjusted: 1, present: present + 1 });
    expect(await recount(taught)).toBe(0);
    expect(await faults()).toEqual([]);
  });
});
