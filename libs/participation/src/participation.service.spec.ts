import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import type { Job } from 'bullmq';
import { DataSource } from 'typeorm';
import {
  Caller,
  ChainSealer,
  Clock,
  CoreModule,
  type DirectFollower,
  type JobQueues,
  Metrics,
  newId,
  readSettings,
  row,
  rows,
} from '#core';
import { AttendanceModule } from '#attendance';
import type { AttendanceStatus } from '#contracts';
import type { SeededResident } from '../../../test/support/seed.js';
import {
  DAY,
  mark as markClass,
  SetClock,
  staff,
  START,
  type Taught,
  teach as teachClass,
} from '../../../test/support/taught-class.js';
import { sealAll } from '../../../test/support/seal-all.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { testSettings } from '../../../test/support/test-settings.js';
import { LEDGER_CHAIN, LedgerService } from './ledger/ledger.service.js';
import { ParticipationLoader } from './participation.loader.js';
import { ParticipationModule } from './participation.module.js';
import { ImportsWorkService } from './imports/imports-work.service.js';
import { ParticipationProcessor } from './participation.processor.js';
import { RecountService } from './ledger/recount.service.js';
import { type LedgerFault, VerifyLedgerService } from './verify/verify-ledger.service.js';

const clock = new SetClock();
let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;
let recounts: RecountService;
let ledger: LedgerService;

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
  ledger = nest.get(LedgerService);
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

const accountOf = ({ accountId, signInId }: SeededResident) =>
  new Caller({ kind: 'account', id: accountId, signInId }, [{ role: 'resident', organisationId: null }], 'en', 'spec');
const teach = (count: number, programmeKind?: string) => teachClass(source, clock, count, programmeKind);
const mark = (taught: Taught, number: number, status?: AttendanceStatus, minute?: number) =>
  markClass(nest, clock, taught, number, status, minute);

const recount = (taught: Taught) => recounts.recount(taught.residents.map(({ residentId }) => residentId));

const totals = async (taught: Taught) => {
  const found = await rows<{ measure: string; status: string; total: string }>(
    source,
    `select measure, status, sum(total) as total from ledger_totals
      where organisation_id = $1 group by 1, 2 having sum(total) <> 0 order by 1, 2`,
    [taught.organisationId],
  );
  return Object.fromEntries(found.map(({ measure, status, total }) => [`${measure} ${status}`, Number(total)]));
};

async function faults(): Promise<LedgerFault[]> {
  const found: LedgerFault[] = [];
  for await (const fault of nest.get(VerifyLedgerService).verifyLedger()) found.push(fault);
  return found;
}

describe('a recount', () => {
  it('posts once what reached the threshold, however often it runs', async () => {
    const taught = await teach(3);
    for (const number of [1, 2, 3]) await mark(taught, number);
    expect(await recount(taught)).toBe(0);
    await mark(taught, 4);
    expect(await recount(taught)).toBe(6);
    expect(await recount(taught)).toBe(0);
    await mark(taught, 5);
    expect(await recount(taught)).toBe(0);
    expect(await totals(taught)).toEqual({
      'session-attendances confirmed': 15,
      'social-training-annual provisional': 3,
      'vocational-training provisional': 3,
    });
  });

  it('confirms when the class is finished, and by age when nobody finishes it', async () => {
    const taught = await teach(1, 'community');
    for (const number of [1, 2, 3]) await mark(taught, number);
    await recount(taught);
    clock.at = new Date('2026-03-20T23:59:00+08:00');
    await recounts.confirmOverdue();
    expect(await totals(taught)).toMatchObject({ 'community-person-times provisional': 1 });
    clock.at = new Date('2026-03-21T00:05:00+08:00');
    await recounts.confirmOverdue();
    expect(await totals(taught)).toEqual({ 'community-person-times confirmed': 1, 'session-attendances confirmed': 3 });
    const entries = await rows<{ amount: number; cause: string; period: string }>(
      source,
      `select amount, cause, period from ledger_entries where class_id = $1 order by id`,
      [taught.classId],
    );
    expect(entries).toEqual([
      { amount: 1, cause: 'met', period: '2026-03' },
      { amount: -1, cause: 'confirmed', period: '2026-03' },
      { amount: 1, cause: 'confirmed', period: '2026-03' },
    ]);
  });

  it('tells which courses were completed, once the class is finished', async () => {
    const taught = await teach(2);
    for (const number of [1, 2, 3, 4]) await mark({ ...taught, residents: taught.residents.slice(0, 1) }, number);
    await recount(taught);
    const completed = () =>
      rows(source, `select resident_id, course_id, class_id from completed_courses where class_id = $1`, [
        taught.classId,
      ]);
    expect(await completed()).toEqual([]);
    clock.at = new Date('2026-04-01T09:00:00+08:00');
    await recount(taught);
    const [{ residentId }] = taught.residents as [SeededResident];
    expect(await completed()).toEqual([
      { resident_id: residentId, course_id: taught.courseId, class_id: taught.classId },
    ]);
  });

  it('keeps what was attended before somebody changed to a parallel class', async () => {
    const [left, joined] = [await teach(1), await teach(1)];
    for (const number of [1, 2, 3]) await mark(left, number);
    const [{ id }] = (await rows<{ id: string }>(source, `select id from enrollments where class_id = $1`, [
      left.classId,
    ])) as [{ id: string }];
    await rows(source, `update enrollments set class_id = $2, term_id = $3 where id = $1`, [
      id,
      joined.classId,
      joined.termId,
    ]);
    await rows(
      source,
      `insert into enrollment_transfers (enrollment_id, from_class_id, to_class_id, at) values ($1, $2, $3, $4)`,
      [id, left.classId, joined.classId, new Date(START.getTime() + 2.5 * DAY)],
    );
    const both = { ...joined, residents: [...joined.residents, ...left.residents] };
    expect(await recount(both)).toBe(0);
    await mark(both, 4);
    expect(await recount(both)).toBe(2);
    const entries = await rows<{ resident_id: string; attended: number }>(
      source,
      `select resident_id, (evidence->>'minutesAttended')::int as attended from ledger_entries where class_id = $1`,
      [joined.classId],
    );
    const [{ residentId }] = left.residents as [SeededResident];
    expect(entries).toEqual(Array.from({ length: 2 }, () => ({ resident_id: residentId, attended: 360 })));
    // What happens to a session of the class that was left still concerns them.
    await rows(source, `update class_sessions set state = 'cancelled', cancelled_reason = '台风' where id = $1`, [
      left.sessionIds[1],
    ]);
    expect(await recounts.recountClasses([left.classId])).toBe(2);
    expect(await totals(joined)).toMatchObject({ 'session-attendances confirmed': 4 });
  });

  it('takes back what a corrected mark undoes', async () => {
    const taught = await teach(2);
    for (const number of [1, 2, 3, 4]) await mark(taught, number);
    await recount(taught);
    expect(await mark(taught, 4, 'absent', 30)).toEqual(['recorded', 'recorded']);
    expect(await recount(taught)).toBe(4);
    expect(await totals(taught)).toEqual({ 'session-attendances confirmed': 6 });
  });

  it('of the same residents at once, with marks still coming in, counts nobody twice', async () => {
    const taught = await teach(40, 'elderly');
    for (const number of [1, 2, 3]) await mark(taught, number);
    await Promise.all([
      recount(taught),
      recounts.recountClasses([taught.classId]),
      mark(taught, 4),
      recount(taught),
      recount(taught),
    ]);
    await recount(taught);
    expect(await totals(taught)).toEqual({
      'elderly-people provisional': 40,
      'elderly-person-times provisional': 40,
      'session-attendances confirmed': 160,
    });
  });

  it('tells how fresh the ledger is, once nothing waits', async () => {
    const freshAt = async () =>
      (await row<{ recounted_at: Date }>(source, 'select recounted_at from recount_states'))?.recounted_at ?? null;
    const taught = await teach(1);
    await rows(source, `insert into outbox (topic, ids, at) values ('evidence.changed', '{}', now())`);
    await recounts.noteIdle(() => Promise.resolve(true));
    expect(await freshAt()).toBeNull();

    await rows(source, 'delete from outbox');
    await recounts.noteIdle(() => Promise.resolve(false));
    // That somebody was recounted does not mean that nobody else waits to be.
    await recount(taught);
    expect(await freshAt()).toBeNull();

    clock.at = new Date('2026-04-01T00:00:00Z');
    await recounts.noteIdle(() => Promise.resolve(true));
    expect(await freshAt()).toEqual(clock.at);
  });
});

describe('the ledger', () => {
  it('is read by school and bureau, down to the sessions behind an entry and its seal', async () => {
    const taught = await teach(1);
    for (const number of [1, 2, 3, 4]) await mark(taught, number);
    await recount(taught);
    await sealAll(source, nest.get(ChainSealer), LEDGER_CHAIN);
    const bureau = staff('bureau_officer', null);
    const principal = staff('principal', taught.organisationId);
    const query = { measure: 'vocational-training', year: 2026, limit: 20, live: true, regionCode: '330305001000' };
    const page = await ledger.list(bureau, { ...query, organisationId: taught.organisationId });
    expect(page.items).toMatchObject([
      { amount: 1, countedOn: '2026-03-05', residentName: '居*1', regionName: '小朴社区' },
    ]);
    expect((await ledger.list(principal, query)).items).toMatchObject([{ residentName: '居民1' }]);
    expect((await ledger.list(bureau, { limit: 1 })).next).not.toBeNull();
    const entry = await ledger.get(bureau, page.items[0]!.id);
    expect(entry).toMatchObject({
      minutesAttended: 360,
      minutesFrozen: 450,
      threshold: 80,
      rule: { version: 1, state: 'trial', label: '试行口径' },
    });
    expect(entry.seal?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(entry.sessions.map(({ number, minutesAttended, markKind }) => [number, minutesAttended, markKind])).toEqual([
      [1, 90, 'teacher_mark'],
      [2, 90, 'teacher_mark'],
      [3, 90, 'teacher_mark'],
      [4, 90, 'teacher_mark'],
    ]);
    const other = staff('principal', newId());
    await expect(ledger.get(other, entry.id)).rejects.toMatchObject({ code: 'PARTICIPATION.ENTRY_UNKNOWN' });
    await expect(ledger.get(bureau, 'x')).rejects.toMatchObject({ code: 'PARTICIPATION.ENTRY_UNKNOWN' });
  });

  it('is cut into pages that hold each entry once, in the same order, of a place, of a school, and of both', async () => {
    const bureau = staff('bureau_officer', null);
    const [one, other] = [await teach(3), await teach(4)];
    for (const taught of [one, other]) {
      for (const number of [1, 2, 3, 4]) await mark(taught, number);
      await recount(taught);
    }
    const { region_code: regionCode } = (await row<{ region_code: string }>(
      source,
      `select region_code from ledger_entries where class_id = $1 limit 1`,
      [one.classId],
    ))!;
    const measure = 'vocational-training';
    const all = async (query: { regionCode?: string; organisationId?: string; status?: 'provisional' }) => {
      const ids: string[] = [];
      for (let cursor: string | undefined; ;) {
        const page = await ledger.list(bureau, {
          measure,
          year: 2026,
          live: true,
          limit: 2,
          ...query,
          ...(cursor && { cursor }),
        });
        ids.push(...page.items.map(({ id }) => id));
        if (page.next === null) return ids;
        cursor = page.next;
      }
    };
    const expected = async (condition: string, value: string) =>
      (
        await rows<{ id: string }>(
          source,
          `select e.id from ledger_entries e
            where e.measure = $1 and e.counted_on between '2026-01-01' and '2026-12-31' and e.amount = 1 and ${condition} = $2
              and not exists (select from ledger_entries x where x.reverses = e.id)
            order by e.counted_on desc, e.id desc`,
          [measure, value],
        )
      ).map(({ id }) => id);
    const ofSchool = await expected('e.organisation_id::text', other.organisationId);
    expect(ofSchool.length).toBeGreaterThan(2);
    expect(await all({ organisationId: other.organisationId })).toEqual(ofSchool);
    expect(await all({ organisationId: other.organisationId, regionCode, status: 'provisional' })).toEqual(ofSchool);
    const ofPlace = await expected('e.region_code', regionCode);
    expect(ofPlace.length).toBeGreaterThan(ofSchool.length);
    expect(await all({ regionCode })).toEqual(ofPlace);
    expect(await all({ regionCode: '330305202200' })).toEqual([]);
  });

  it('shows apart what would count of the unverified, until somebody verifies them', async () => {
    const taught = await teach(2);
    for (const number of [1, 2, 3, 4]) await mark(taught, number);
    const [unknown] = taught.residents;
    const identify = (state: string) =>
      rows(source, `update residents set identity_state = $2 where id = $1`, [unknown!.residentId, state]);
    await identify('declared');
    await recount(taught);
    const principal = staff('principal', taught.organisationId);
    const query = { year: 2026, organisationId: taught.organisationId };
    expect(await ledger.unverified(principal, query)).toEqual({
      people: 1,
      personTimes: 1,
      measures: [
        { measure: 'social-training-annual', people: 1, personTimes: 1 },
        { measure: 'vocational-training', people: 1, personTimes: 1 },
      ],
    });
    expect(await totals(taught)).toMatchObject({ 'vocational-training provisional': 1 });
    await identify('verified');
    await recount(taught);
    expect(await ledger.unverified(principal, query)).toEqual({ people: 0, personTimes: 0, measures: [] });
    expect(await totals(taught)).toMatchObject({ 'vocational-training provisional': 2 });
  });

  it('says to the resident alone why an enrollment does not count yet', async () => {
    const taught = await teach(2);
    await mark(taught, 1);
    const [resident, other] = taught.residents;
    const enrollment = await row<{ id: string }>(source, 'select id from enrollments where resident_id = $1', [
      resident!.residentId,
    ]);
    const why = await ledger.explain(accountOf(resident!), enrollment!.id);
    expect(why).toMatchObject({ kind: 'not_yet', minutesAttended: 90, minutesFrozen: 450, counted: [] });
    expect(why.sentence).toContain('90 of 450 minutes attended (20%)');
    await expect(ledger.explain(accountOf(other!), enrollment!.id)).rejects.toMatchObject({
      code: 'PEOPLE.RESIDENT_UNKNOWN',
    });
    await expect(ledger.explain(staff('principal', newId()), enrollment!.id)).rejects.toMatchObject({
      code: 'PARTICIPATION.ENROLLMENT_UNKNOWN',
    });
  });
});

describe('sums by group of residents', () => {
  const sums = async (measure: string) =>
    rows<{ status: string; resident_group: string; source: string; total: number }>(
      source,
      `select status, resident_group, source, total from ledger_group_totals where measure = $1 and total <> 0
        order by 1, 2, 3`,
      [measure],
    );
  const bureau = () => staff('bureau_officer', null);

  it('follow the entries, which they open to, and verify names one that somebody touched', async () => {
    const taught = await teach(3, 'elderly');
    const [farmer, both] = taught.residents;
    const tag = (residentId: string, kind: string, by: string) =>
      rows(
        source,
        `insert into resident_groups (id, resident_id, kind, source, since, recorded_at) values ($1, $2, $3, $4, '2026-01-01', $5)`,
        [newId(), residentId, kind, by, clock.at],
      );
    await tag(farmer!.residentId, 'farmer', 'declared');
    await tag(both!.residentId, 'farmer', 'declared');
    await tag(both!.residentId, 'job_seeker', 'certified');
    for (const number of [1, 2, 3]) await mark(taught, number);
    await recount(taught);
    const measure = 'elderly-person-times';
    expect(await sums(measure)).toEqual([
      { status: 'provisional', resident_group: 'farmer', source: 'declared', total: 2 },
      { status: 'provisional', resident_group: 'job_seeker', source: 'certified', total: 1 },
    ]);
    const opened = async (more: object) =>
      (await ledger.list(bureau(), { measure, live: true, limit: 50, ...more })).items.map(
        ({ residentId }) => residentId,
      );
    expect((await opened({ group: 'farmer' })).sort()).toEqual([farmer!.residentId, both!.residentId].sort());
    expect(await opened({ group: 'job_seeker', groupSource: 'certified' })).toEqual([both!.residentId]);
    expect(await opened({ group: 'job_seeker', groupSource: 'declared' })).toEqual([]);

    clock.at = new Date('2026-04-01T09:00:00+08:00');
    await recounts.confirmOverdue();
    expect((await sums(measure)).map(({ status, total }) => [status, total])).toEqual([
      ['confirmed', 2],
      ['confirmed', 1],
    ]);
    expect((await faults()).filter(({ kind }) => kind === 'group-total-wrong')).toEqual([]);
    await rows(
      source,
      `update ledger_group_totals set total = total + 1 where measure = $1 and resident_group = 'farmer' and status = 'confirmed'`,
      [measure],
    );
    expect((await faults()).filter(({ kind }) => kind === 'group-total-wrong')).toMatchObject([
      { measure, group: 'farmer', source: 'declared', status: 'confirmed', sum: 2, total: 3 },
    ]);
    await rows(
      source,
      `update ledger_group_totals set total = total - 1 where measure = $1 and resident_group = 'farmer' and status = 'confirmed'`,
      [measure],
    );
  });

  it('and what is of the district and of no township opens to that alone', async () => {
    const [inVillage, ofDistrict] = [await teach(1, 'elderly'), await teach(1, 'elderly')];
    await rows(
      source,
      `update venues set region_code = '330305000000' where id in (select venue_id from class_sessions where class_id = $1)`,
      [ofDistrict.classId],
    );
    for (const taught of [inVillage, ofDistrict]) {
      for (const number of [1, 2, 3]) await mark(taught, number);
      await recount(taught);
    }
    const filter = { measure: 'elderly-person-times', regionCode: '330305000000', live: true, limit: 100 };
    const classes = async (more: object) =>
      (await ledger.list(bureau(), { ...filter, ...more })).items.map(({ classId }) => classId);
    expect(await classes({ within: false })).toEqual([ofDistrict.classId]);
    expect(await classes({})).toEqual(expect.arrayContaining([ofDistrict.classId, inVillage.classId]));
  });
});

describe('verifying', () => {
  it('finds nothing in a sound ledger, and names a total, an entry and a mark that somebody touched', async () => {
    const taught = await teach(1);
    for (const number of [1, 2, 3, 4]) await mark(taught, number);
    await recount(taught);
    // Of the other tests some evidence is left that nobody recounted.
    const everyone = await rows<{ id: string }>(source, 'select id from residents');
    await recounts.recount(everyone.map(({ id }) => id));
    await sealAll(source, nest.get(ChainSealer), LEDGER_CHAIN);
    expect(await faults()).toEqual([]);

    await rows(source, `update ledger_totals set total = total + 7 where organisation_id = $1 and measure = $2`, [
      taught.organisationId,
      'vocational-training',
    ]);
    await rows(source, `update attendances set status = 'absent' where session_id = $1`, [taught.sessionIds[3]]);
    await rows(source, 'alter table ledger_entries disable trigger tr_ledger_entries_append_only');
    await rows(source, `update ledger_entries set cause = 'other' where class_id = $1 and measure = $2`, [
      taught.classId,
      'social-training-annual',
    ]);
    expect(await faults()).toMatchObject([
      { kind: 'total-wrong', measure: 'vocational-training', sum: 1, total: 8 },
      { kind: 'chain-broken', reason: 'entries-changed', entryIds: [expect.stringMatching(/^\d+$/)] },
      {
        kind: 'attendance-wrong',
        sessionId: taught.sessionIds[3],
        residentId: taught.residents[0]!.residentId,
        says: { status: 'absent' },
        marked: { status: 'present' },
      },
      { kind: 'recount-due', residentId: taught.residents[0]!.residentId, postings: 2, attendances: 1 },
    ]);

    // The worker does the same each night, and tells how much is wrong.
    const [metrics, verifier] = [nest.get(Metrics), nest.get(VerifyLedgerService)];
    // These are for the schedules, and for what comes by day.
    const [follower, queues] = [{} as DirectFollower, {} as JobQueues];
    const [imports, sealer] = [nest.get(ImportsWorkService), nest.get(ChainSealer)];
    const worker = new ParticipationProcessor(recounts, imports, verifier, sealer, metrics, follower, queues);
    await worker.process({ name: 'verify-ledger' } as Job<{ ids: string[] }>);
    const { values } = await metrics.ledgerFaults.get();
    expect(values.map(({ labels, value }) => [labels.kind, value])).toEqual([
      ['wrong', 3],
      ['pending', 1],
    ]);
  });
});
