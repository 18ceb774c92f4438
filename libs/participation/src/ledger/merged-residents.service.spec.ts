import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { AttendanceModule, AttendanceService, MergedAttendanceService } from '#attendance';
import { makeCode } from '#contracts';
import { Caller, Clock, CodedError, CoreModule, newId, readSettings, row, rows } from '#core';
import { AdmissionService, MergingFollowerService } from '#enrollment';
import { CallTasksService } from '#messages';
import { MergingService } from '#people';
import { type SeededClass, seedClass, type SeededResident, seedResidents } from '../../../../test/support/seed.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { ParticipationLoader } from '../participation.loader.js';
import { ParticipationModule } from '../participation.module.js';
import { RecountService } from './recount.service.js';
import { type LedgerFault, VerifyLedgerService } from '../verify/verify-ledger.service.js';

/*
 * 合并档案: one person has two records, as when the counter registered somebody whose daughter had done so before. Here
 * the jobs of all libs that follow are run one after the other, as the worker does.
 */

const START = new Date('2026-03-02T09:00:00+08:00');
const DAY = 86_400_000;

class SetClock extends Clock {
  at = START;

  override now(): Date {
    return this.at;
  }
}

const clock = new SetClock();
let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;
let registrar: Caller;

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
  registrar = new Caller(
    { kind: 'staff', id: newId(), signInId: newId() },
    [{ role: 'registrar', organisationId: newId() }],
    'zh',
    'spec',
  );
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

/** So many records of one person, the first one verified. */
async function records(count = 2): Promise<SeededResident[]> {
  const seeded = await seedResidents(source, START, count);
  const name = `林${randomUUID().slice(0, 8)}`;
  await rows(source, `update residents set name = $2 where id = any($1::uuid[])`, [
    seeded.map(({ residentId }) => residentId),
    name,
  ]);
  await verify(seeded[0]!);
  return seeded;
}

const verify = ({ residentId }: SeededResident) =>
  rows(
    source,
    `update residents set identity_state = 'verified', identity_verified_at = $2, document_kind = 'resident_card',
            document_sealed = '', document_hash = uuid_send(id) where id = $1`,
    [residentId, START],
  );

const versionOf = async ({ residentId }: SeededResident) =>
  (await row<{ version: number }>(source, `select version from residents where id = $1`, [residentId]))!.version;

const merge = async (into: SeededResident, duplicate: SeededResident, caller = registrar) =>
  nest.get(MergingService).merge(caller, into.residentId, await versionOf(into), {
    duplicateId: duplicate.residentId,
    reason: '窗口重复登记',
  });

/** What the worker does after a merger. */
async function follow(...duplicates: SeededResident[]): Promise<void> {
  const ids = duplicates.map(({ residentId }) => residentId);
  await nest.get(CallTasksService).followMerged(source.manager, ids);
  await nest.get(MergingFollowerService).follow(ids);
  await rows(source, `delete from outbox where topic = 'evidence.changed'`);
  await nest.get(MergedAttendanceService).follow(ids);
  const told = await rows<{ ids: string[] }>(
    source,
    `delete from outbox where topic = 'evidence.changed' returning ids`,
  );
  await nest.get(RecountService).recount(told.flatMap((one) => one.ids));
}

const apply = (resident: SeededResident, classId: string) =>
  nest.get(AdmissionService).apply({
    kind: 'apply',
    caller: new Caller(
      { kind: 'account', id: resident.accountId, signInId: resident.signInId },
      [{ role: 'resident', organisationId: null }],
      'zh',
      'spec',
    ),
    classId,
    residentIds: [resident.residentId],
    source: 'self',
    automatic: true,
    once: { subject: resident.accountId, key: randomUUID(), fingerprint: Buffer.alloc(32) },
  });

/** A class of five days from `START` on. */
async function teach(): Promise<SeededClass & { sessionIds: string[]; teacher: Caller }> {
  clock.at = new Date(START.getTime() - DAY / 2);
  const seeded = await seedClass(source, clock.at, { seats: 10, inDays: 0.5 });
  await rows(
    source,
    `insert into class_sessions (id, class_id, number, starts_at, ends_at, venue_id, teacher_id, created_at)
     select gen_random_uuid(), s.class_id, n, s.starts_at + make_interval(days => n - 1),
            s.ends_at + make_interval(days => n - 1), s.venue_id, s.teacher_id, s.created_at
       from class_sessions s, generate_series(2, 5) as n where s.class_id = $1`,
    [seeded.classId],
  );
  await rows(source, `update course_classes set approved_minutes = 450, last_session_at = $2 where id = $1`, [
    seeded.classId,
    new Date(START.getTime() + 4 * DAY),
  ]);
  const sessions = await rows<{ id: string }>(
    source,
    `select id from class_sessions where class_id = $1 order by number`,
    [seeded.classId],
  );
  const teacher = new Caller(
    { kind: 'staff', id: newId(), signInId: newId() },
    [{ role: 'teacher', organisationId: seeded.organisationId }],
    'zh',
    'spec',
  );
  return { ...seeded, sessionIds: sessions.map(({ id }) => id), teacher };
}

type Taught = Awaited<ReturnType<typeof teach>>;

async function mark(taught: Taught, number: number, item: { residentId: string } | { code: string }) {
  clock.at = new Date(START.getTime() + (number - 1) * DAY);
  const kind = 'code' in item ? ('personal_code' as const) : ('teacher_mark' as const);
  const { items } = await nest.get(AttendanceService).mark(taught.teacher, taught.sessionIds[number - 1]!, {
    deviceId: 'tablet',
    items: [{ id: newId(), kind, status: 'present', deviceTime: clock.at.toISOString(), ...item }],
  });
  return items[0]!;
}

const statesIn = async (classId: string, { residentId }: SeededResident) =>
  (
    await rows<{ state: string }>(
      source,
      `select state from enrollments where class_id = $1 and resident_id = $2 order by state`,
      [classId, residentId],
    )
  ).map(({ state }) => state);

const countedOf = async ({ residentId }: SeededResident) =>
  (
    await row<{ sum: number }>(
      source,
      `select coalesce(sum(amount), 0)::int as sum from ledger_entries where resident_id = $1 and measure <> 'session-attendances'`,
      [residentId],
    )
  )?.sum;

describe('a person whose two records sat in one class', () => {
  let taught: Taught;
  let kept: SeededResident;
  let gone: SeededResident;
  let card: string;

  beforeAll(async () => {
    taught = await teach();
    [kept, gone] = (await records()) as [SeededResident, SeededResident];
    card = makeCode('personal', randomInt);
    await rows(source, `insert into personal_codes (code, resident_id, issued_at) values ($1, $2, $3)`, [
      card,
      gone.residentId,
      START,
    ]);
    await apply(gone, taught.classId);
    await apply(kept, taught.classId);
    for (const number of [1, 2]) await mark(taught, number, kept);
    for (const number of [2, 3]) await mark(taught, number, gone);
    await nest.get(RecountService).recount([kept.residentId, gone.residentId]);
    // Two of five, and two of five: neither has taken part.
    expect([await countedOf(kept), await countedOf(gone)]).toEqual([0, 0]);
    await merge(kept, gone);
    await follow(gone);
  });

  it('has one seat, the one asked for first, and the other is free again', async () => {
    expect(await statesIn(taught.classId, kept)).toEqual(['enrolled', 'removed']);
    expect(await statesIn(taught.classId, gone)).toEqual([]);
    const seats = await row(source, `select taken from class_availability where class_id = $1`, [taught.classId]);
    expect(seats).toEqual({ taken: 1 });
  });

  it('sat wherever either of them sat, and goes on by the old card and on a roster that was fetched before', async () => {
    expect(await mark(taught, 4, { code: card })).toMatchObject({ outcome: 'recorded', residentId: kept.residentId });
    expect(await mark(taught, 4, gone)).toMatchObject({ outcome: 'duplicate', residentId: kept.residentId });
    expect(await mark(taught, 3, kept)).toMatchObject({ outcome: 'duplicate' });
    const sat = await rows<{ resident_id: string }>(
      source,
      `select resident_id from attendances where session_id = any($1::uuid[]) and status = 'present'`,
      [taught.sessionIds],
    );
    expect(sat).toEqual(Array(4).fill({ resident_id: kept.residentId }));
  });

  it('is counted once, with all that both attended', async () => {
    await nest.get(RecountService).recount([kept.residentId, gone.residentId]);
    expect(await countedOf(kept)).toBeGreaterThan(0);
    expect(await countedOf(gone)).toBe(0);
    const faults: LedgerFault[] = [];
    for await (const fault of nest.get(VerifyLedgerService).verifyLedger()) faults.push(fault);
    expect(faults).toEqual([]);
  });

  it('is signed in by either phone', async () => {
    const acting = await rows(
      source,
      `select account_id, relation from account_residents where resident_id = $1 and until is null order by account_id`,
      [kept.residentId],
    );
    expect(acting).toEqual(
      [kept.accountId, gone.accountId].sort().map((account_id) => ({ account_id, relation: 'self' })),
    );
    const other = await seedClass(source, clock.at, { seats: 10, inDays: 40 });
    // The old record is nobody any more; the account speaks for the one that is used.
    await expect(apply(gone, other.classId)).rejects.toMatchObject({ code: 'PEOPLE.RESIDENT_UNKNOWN' });
    const byOldPhone = { ...gone, residentId: kept.residentId };
    expect((await apply(byOldPhone, other.classId)).enrollment).toMatchObject({ state: 'enrolled', source: 'self' });
  });

  it('shows where the record went, and what was done', async () => {
    expect(await merge(kept, gone)).toMatchObject({ id: kept.residentId, state: 'active' });
    await expect(merge(gone, kept)).rejects.toMatchObject({ code: 'PEOPLE.RESIDENT_MERGED' });
    const [third] = (await records(1)) as [SeededResident];
    await expect(merge(third, gone)).rejects.toMatchObject({ code: 'PEOPLE.RESIDENT_MERGED' });
    const trail = await rows<{ action: string }>(
      source,
      `select action, details from audit_entries where target_id = any($1::uuid[]) and action like '%merged%' order by id`,
      [[kept.residentId, gone.residentId]],
    );
    expect(trail).toMatchObject([
      { action: 'resident.merged', details: { duplicateId: gone.residentId, reason: '窗口重复登记' } },
      { action: 'resident.merged_away', details: { mergedInto: kept.residentId } },
      { action: 'enrollments.merged', details: { duplicateId: gone.residentId } },
    ]);
  });
});

describe('a person of whom a month is closed when the records are merged', () => {
  it('is corrected by one adjustment, so that neither half can be posted alone', async () => {
    const taught = await teach();
    const [kept, gone] = (await records()) as [SeededResident, SeededResident];
    await verify(gone);
    await apply(gone, taught.classId);
    await apply(kept, taught.classId);
    for (const number of [1, 2, 3, 4]) {
      await mark(taught, number, kept);
      await mark(taught, number, gone);
    }
    await nest.get(RecountService).recount([kept.residentId, gone.residentId]);
    const each = await countedOf(kept);
    expect([each, await countedOf(gone)]).toEqual([2, 2]);
    // The card was seen on one of the records only: two that were verified apart are two people.
    await rows(
      source,
      `update residents set identity_state = 'declared', identity_verified_at = null, document_kind = null,
              document_sealed = null, document_hash = null where id = $1`,
      [gone.residentId],
    );
    const officer = newId();
    await rows(
      source,
      `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, '张', 'x', $3)`,
      [officer, randomUUID().slice(0, 8), clock.at],
    );
    clock.at = new Date('2026-04-02T09:00:00+08:00');
    await rows(
      source,
      `update periods set state = 'submitted', submitted_by = $1, submitted_at = $2 where month = '2026-03'`,
      [officer, clock.at],
    );
    try {
      await merge(kept, gone);
      await follow(gone);
      // Whichever of the records is recounted, alone or with the other.
      await nest.get(RecountService).recount([gone.residentId]);
      await nest.get(RecountService).recount([kept.residentId]);
      expect([await countedOf(kept), await countedOf(gone)]).toEqual([2, 2]);
      const proposed = await rows(
        source,
        `select resident_id, jsonb_array_length(postings) as entries from adjustments
          where state = 'proposed' and resident_id = any($1::uuid[])`,
        [[kept.residentId, gone.residentId]],
      );
      expect(proposed).toHaveLength(1);
      expect(proposed[0]).toMatchObject({ resident_id: kept.residentId });
    } finally {
      await rows(source, `update periods set state = 'open', submitted_by = null, submitted_at = null`);
    }
    await nest.get(RecountService).recount([kept.residentId]);
    expect((await countedOf(kept))! + (await countedOf(gone))!).toBe(2);
  });
});

describe('what the other record alone had', () => {
  it('goes over with its place in the queue, its consents and what was known of it', async () => {
    const course = await seedClass(source, START, { seats: 1 });
    clock.at = START;
    const [other, behind] = (await seedResidents(source, START, 2)) as [SeededResident, SeededResident];
    const [kept, gone, daughter] = (await records(3)) as [SeededResident, SeededResident, SeededResident];
    await apply(other, course.classId);
    await apply(gone, course.classId);
    await apply(behind, course.classId);
    await rows(
      source,
      `insert into account_residents (account_id, resident_id, relation, since) values ($1, $2, 'family', $3)`,
      [daughter.accountId, gone.residentId, START],
    );
    await rows(
      source,
      `insert into proxy_consents (id, account_id, resident_id, how, given_at, recorded_by_account)
       values ($1, $2, $3, 'beforehand', $4, $2)`,
      [newId(), daughter.accountId, gone.residentId, START],
    );
    await rows(source, `update residents set needs = '{hearing}' where id = $1`, [gone.residentId]);
    // Monitor of two classes, of one of them by both records.
    const both = await seedClass(source, START, { seats: 1 });
    const [teacher] = await rows<{ id: string }>(
      source,
      `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, '王老师', 'none', $3) returning id`,
      [newId(), `teacher-${randomUUID()}`, START],
    );
    const monitor = ({ residentId }: SeededResident, { classId }: SeededClass) =>
      rows(
        source,
        `insert into class_monitors (id, class_id, resident_id, named_at, named_by) values ($1, $2, $3, $4, $5)`,
        [newId(), classId, residentId, START, teacher!.id],
      );
    await monitor(gone, course);
    await monitor(gone, both);
    await monitor(kept, both);
    await merge(kept, gone);
    await follow(gone);
    // Twice, as a job may run.
    await follow(gone);
    const monitors = await rows<{ class_id: string; resident_id: string }>(
      source,
      `select class_id, resident_id from class_monitors where named_by = $1 and ended_at is null`,
      [teacher!.id],
    );
    expect(monitors).toHaveLength(2);
    expect(monitors).toEqual(
      expect.arrayContaining(
        [course, both].map(({ classId }) => ({ class_id: classId, resident_id: kept.residentId })),
      ),
    );
    const queue = await rows(
      source,
      `select resident_id from enrollments where class_id = $1 and state = 'waiting' order by queued_at, id`,
      [course.classId],
    );
    expect(queue).toEqual([{ resident_id: kept.residentId }, { resident_id: behind.residentId }]);
    expect(
      await rows(source, `select account_id from proxy_consents where resident_id = $1`, [kept.residentId]),
    ).toEqual([{ account_id: daughter.accountId }]);
    expect(await rows(source, `select needs from residents where id = $1`, [kept.residentId])).toEqual([
      { needs: ['hearing'] },
    ]);
  });
});

describe('is refused', () => {
  it.each([
    [
      'of a record with itself',
      'PEOPLE.MERGE_WITH_ITSELF',
      async () => {
        const [one] = (await records(1)) as [SeededResident];
        return merge(one, one);
      },
    ],
    [
      'into a record whose card nobody saw',
      'PEOPLE.MERGE_UNVERIFIED',
      async () => {
        const [one, other] = (await records()) as [SeededResident, SeededResident];
        return merge(other, one);
      },
    ],
    [
      'of two who are verified by different documents',
      'PEOPLE.MERGE_TWO_PEOPLE',
      async () => {
        const [one, other] = (await records()) as [SeededResident, SeededResident];
        await verify(other);
        return merge(one, other);
      },
    ],
    [
      'of two who have nothing in common',
      'PEOPLE.MERGE_UNLIKE',
      async () => {
        const [one] = (await records(1)) as [SeededResident];
        const [other] = (await records(1)) as [SeededResident];
        await rows(
          source,
          `update residents set identity_state = 'declared', identity_verified_at = null where id = $1`,
          [other.residentId],
        );
        return merge(one, other);
      },
    ],
    [
      'to a teacher',
      'CORE.FORBIDDEN',
      async () => {
        const [one, other] = (await records()) as [SeededResident, SeededResident];
        const teacher = new Caller(registrar.actor, [{ role: 'teacher', organisationId: newId() }], 'zh', 'spec');
        return merge(one, other, teacher);
      },
    ],
  ])('%s: %s', async (_, code, attempt) => {
    await expect(attempt()).rejects.toMatchObject({ code });
  });
});

describe('at the same time', () => {
  it('merges either way or none, never in a circle', async () => {
    const [one, other] = (await records()) as [SeededResident, SeededResident];
    // Both of the same document, which only a race could have verified twice.
    await rows(
      source,
      `update residents set document_kind = 'resident_card', document_sealed = '', document_hash = uuid_send($2) where id = $1`,
      [other.residentId, one.residentId],
    );
    const results = await Promise.allSettled([merge(one, other), merge(one, other), merge(other, one)]);
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
    const left = await rows(source, `select id, merged_into from residents where id = any($1::uuid[]) order by state`, [
      [one.residentId, other.residentId],
    ]);
    expect(left).toEqual([
      { id: one.residentId, merged_into: null },
      { id: other.residentId, merged_into: one.residentId },
    ]);
  });

  it('leaves nothing with the record that is used no more, whoever applies meanwhile, and no seat twice', async () => {
    clock.at = START;
    const first = await seedClass(source, START, { seats: 6 });
    const classes = [first];
    for (let index = 1; index < 4; index++) {
      classes.push(await seedClass(source, START, { seats: 6, beside: first, inDays: 20 + index }));
    }
    const people = await Promise.all(Array.from({ length: 8 }, () => records()));
    const attempts = people.flatMap(([kept, gone], index) => [
      ...classes.map(
        ({ classId }) =>
          () =>
            apply(kept!, classId),
      ),
      ...classes.map(
        ({ classId }) =>
          () =>
            apply(gone!, classId),
      ),
      async () => {
        await merge(kept!, gone!);
        await follow(gone!);
      },
      () => apply(gone!, classes[index % 4]!.classId),
    ]);
    // Shuffled by a fixed rule, so that mergers fall between applications.
    const shuffled = attempts.map((attempt, index) => ({ attempt, at: (index * 37) % attempts.length }));
    shuffled.sort((a, b) => a.at - b.at);
    const results = await Promise.allSettled(shuffled.map(({ attempt }) => attempt()));
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(CodedError);
    }
    const left = await rows(source, `select 1 from enrollments where resident_id = any($1::uuid[])`, [
      people.map(([, gone]) => gone!.residentId),
    ]);
    expect(left).toEqual([]);
    const wrong = await rows(
      source,
      `select a.class_id from class_availability a
        where a.class_id = any($1::uuid[]) and (a.taken > a.seats
          or a.taken <> (select count(*) from enrollments e where e.class_id = a.class_id and e.state = 'enrolled')
          or a.waiting <> (select count(*) from enrollments e where e.class_id = a.class_id and e.state = 'waiting'))`,
      [classes.map(({ classId }) => classId)],
    );
    expect(wrong).toEqual([]);
    const merged = await row<{ count: number }>(
      source,
      `select count(*)::int as count from residents where merged_into = any($1::uuid[])`,
      [people.map(([kept]) => kept!.residentId)],
    );
    expect(merged!.count).toBe(8);
  });
});

it('counts what was attended once, though both records wait to be recounted while they are merged', async () => {
  const taught = await teach();
  const [kept, gone] = (await records()) as [SeededResident, SeededResident];
  await apply(gone, taught.classId);
  for (const number of [1, 2]) await mark(taught, number, gone);
  const waiting = (count: number) =>
    waitFor(`${count} that wait for a lock`, async () => {
      const found = await row<{ n: number }>(
        source,
        `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return found!.n === count;
    });
  const [merging, writing] = [source.createQueryRunner(), source.createQueryRunner()];
  try {
    await merging.startTransaction();
    await rows(merging.manager, `select 1 from residents where id = any($1::uuid[]) for update`, [
      [kept.residentId, gone.residentId],
    ]);
    // Whoever has worked out what changed is held up before it can be written.
    await writing.startTransaction();
    await rows(writing.manager, `lock table counted_attendances in share mode`);
    const recounting = [kept, gone].map(({ residentId }) => nest.get(RecountService).recount([residentId]));
    await waiting(2);
    await rows(
      merging.manager,
      `update residents set state = 'merged', merged_into = $1, merged_at = $3 where id = $2`,
      [kept.residentId, gone.residentId, clock.at],
    );
    await merging.commitTransaction();
    await waitFor('one of them to be held up', async () => {
      const found = await row(
        source,
        `select 1 from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock' and query like '%counted_attendances%'`,
      );
      return found !== undefined;
    });
    await waiting(2);
    await writing.commitTransaction();
    await Promise.all(recounting);
  } finally {
    await merging.release();
    await writing.release();
  }
  const faults: LedgerFault[] = [];
  for await (const fault of nest.get(VerifyLedgerService).verifyLedger()) faults.push(fault);
  expect(faults.filter(({ kind }) => kind === 'total-wrong')).toEqual([]);
});
