import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Caller, Clock, rows } from '#core';
import { type AdmissionOffice, application, openAdmissionOffice } from '../../../../test/support/admission-office.js';
import { seedClass, type SeededClass, type SeededResident, seedResidents } from '../../../../test/support/seed.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { ClassFollowerService } from '../classes/class-follower.service.js';
import { MergingFollowerService } from '../merging/merging.service.js';

/*
 * Two things that happen at once to one enrollment: its class ends while an offer runs out, the person's records are
 * merged while an answer is on its way, one key comes to two processes.
 */

class TestClock extends Clock {
  moment = new Date();
  override now(): Date {
    return new Date(this.moment);
  }
}

const OFFER_IS_OVER_MS = 40 * 3_600_000;
const clock = new TestClock();
let database: TestDatabase;
let office: AdmissionOffice;
let other: AdmissionOffice;

beforeAll(async () => {
  database = await createTestDatabase();
  office = await openAdmissionOffice(database.url, { clock });
  other = await openAdmissionOffice(database.url, { clock });
});
afterAll(async () => {
  await other?.close();
  await office?.close();
  await database?.drop();
});

const publish = (seats: number, beside?: SeededClass) =>
  seedClass(office.source, clock.now(), {
    seats,
    ...{ inDays: 40, closesInDays: 30 },
    ...(beside && { beside, courseId: beside.courseId, inDays: 41 }),
  });
const residents = (count: number) => seedResidents(office.source, clock.now(), count);
const asked = (enrollmentId: string, classId: string, ...residentIds: string[]) => ({
  ...{ kind: 'step' as const, caller: Caller.system('test'), reason: 'test' },
  ...{ enrollmentId, classId, residentIds },
});
const asks = (resident: SeededResident, classId: string, ...companions: SeededResident[]) => ({
  ...application(resident, classId),
  residentIds: [resident, ...companions].map(({ residentId }) => residentId),
  automatic: false,
});
/** Of these residents in the class, as it stands: what is no more among the live ones, too. */
const statesOf = async (classId: string, ...people: SeededResident[]) => {
  const found = await rows<{ resident_id: string; state: string }>(
    office.source,
    `select resident_id, state from enrollments where class_id = $1 order by queued_at, id`,
    [classId],
  );
  return people.map(({ residentId }) =>
    found.filter((one) => one.resident_id === residentId).map(({ state }) => state),
  );
};
const availability = async (classId: string) =>
  (
    await rows<{ seats: number; taken: number; offered: number; waiting: number; held: number }>(
      office.source,
      'select seats, taken, offered, waiting, held from class_availability where class_id = $1',
      [classId],
    )
  )[0]!;
const become = async (classId: string, state: 'stopped' | 'finished', movedTo: string | null = null) => {
  await rows(office.source, `update class_availability set state = $2 where class_id = $1`, [classId, state]);
  await rows(
    office.source,
    `update course_classes set state = $2, moved_to = $3, stopped_at = $4, stopped_reason = $5,
            finished_at = $6, version = version + 1 where id = $1`,
    [
      classId,
      state,
      movedTo,
      state === 'stopped' ? clock.now() : null,
      state === 'stopped' ? '人数不足' : null,
      state === 'finished' ? clock.now() : null,
    ],
  );
};
const recordsMerged = async (survivor: SeededResident, duplicate: SeededResident) => {
  await rows(office.source, `update residents set state = 'merged', merged_into = $2, merged_at = $3 where id = $1`, [
    duplicate.residentId,
    survivor.residentId,
    clock.now(),
  ]);
};
const follow = (duplicate: SeededResident) => office.module.get(MergingFollowerService).follow([duplicate.residentId]);

/** One seat, which is offered to the first who waits; another waits behind, and a third sat and left. */
async function withOffer(beside?: SeededClass) {
  const one = await publish(1, beside);
  const [seated, first, second] = (await residents(3)) as [SeededResident, SeededResident, SeededResident];
  const seat = await office.desk.apply(asks(seated, one.classId));
  const offer = await office.desk.apply(asks(first, one.classId));
  await office.desk.apply(asks(second, one.classId));
  await office.desk.step({ ...asked(seat.enrollment.id, one.classId, seated.residentId), step: 'withdraw' });
  expect(await statesOf(one.classId, first, second)).toEqual([['offered'], ['waiting']]);
  return { one, first, second, offerId: offer.enrollment.id };
}

/** A couple who wait, behind a full class of two. */
async function withCoupleWaiting() {
  const one = await publish(2);
  const [a, b, husband, wife, behind] = (await residents(5)) as [
    SeededResident,
    SeededResident,
    SeededResident,
    SeededResident,
    SeededResident,
  ];
  for (const resident of [a, b]) await office.desk.apply(asks(resident, one.classId));
  const couple = await office.desk.apply(asks(husband, one.classId, wife));
  await office.desk.apply(asks(behind, one.classId));
  const free = async () => {
    await rows(office.source, `update class_availability set seats = 4 where class_id = $1`, [one.classId]);
    await office.desk.settle([one.classId]);
  };
  return { one, husband, wife, behind, id: couple.enrollment.id, free };
}

describe('an offer that runs out as its class ends', () => {
  const follower = () => office.module.get(ClassFollowerService);

  it('is over when the class is merged into another; all the others go over at the same run', async () => {
    const { one, first, second, offerId } = await withOffer();
    const target = await publish(3, one);
    await become(one.classId, 'stopped', target.classId);
    clock.moment = new Date(clock.moment.getTime() + OFFER_IS_OVER_MS);
    await follower().moveOut([one.classId]);
    expect(await statesOf(one.classId, first, second)).toEqual([['expired'], []]);
    expect(await statesOf(target.classId, first, second)).toEqual([[], ['offered']]);
    await expect(
      office.desk.step({ ...asked(offerId, one.classId, first.residentId), step: 'accept' }),
    ).rejects.toMatchObject({ code: 'ENROLLMENT.OFFER_EXPIRED' });
    expect(await availability(one.classId)).toMatchObject({ taken: 0, offered: 0, waiting: 0 });
  });

  it('is over when the class is stopped, and cannot be accepted before or after its people are released', async () => {
    const { one, first, second, offerId } = await withOffer();
    await become(one.classId, 'stopped');
    const accept = { ...asked(offerId, one.classId, first.residentId), step: 'accept' as const };
    await expect(office.desk.step(accept)).rejects.toMatchObject({ code: 'ENROLLMENT.CLASS_NOT_OPEN' });
    clock.moment = new Date(clock.moment.getTime() + OFFER_IS_OVER_MS);
    await follower().moveOut([one.classId]);
    expect(await statesOf(one.classId, first, second)).toEqual([['expired'], ['cancelled']]);
    await expect(office.desk.step(accept)).rejects.toMatchObject({ code: 'ENROLLMENT.OFFER_EXPIRED' });
  });

  it('is over when the class is finished, with no seat for anybody', async () => {
    const { one, first, second, offerId } = await withOffer();
    await become(one.classId, 'finished');
    clock.moment = new Date(clock.moment.getTime() + OFFER_IS_OVER_MS);
    await follower().finishSeats([one.classId]);
    expect(await statesOf(one.classId, first, second)).toEqual([['expired'], ['lapsed']]);
    await expect(
      office.desk.step({ ...asked(offerId, one.classId, first.residentId), step: 'accept' }),
    ).rejects.toMatchObject({ code: 'ENROLLMENT.OFFER_EXPIRED' });
  });

  it('that still stood goes over as an offer had: with a seat there', async () => {
    const { one, first, second } = await withOffer();
    const target = await publish(2, one);
    await become(one.classId, 'stopped', target.classId);
    await follower().moveOut([one.classId]);
    expect(await statesOf(target.classId, first, second)).toEqual([['offered'], ['offered']]);
    expect(await availability(target.classId)).toMatchObject({ taken: 0, offered: 2, waiting: 0 });
  });
});

describe('a couple of whom one has a second record, which is merged', () => {
  it('while they wait: they go on as two at their place, the record that came alone later is given up', async () => {
    const { one, husband, wife, behind, free } = await withCoupleWaiting();
    const [known] = (await residents(1)) as [SeededResident];
    await office.desk.apply(asks(known, one.classId));
    await recordsMerged(known, wife);
    await follow(wife);
    expect(await statesOf(one.classId, husband, wife, known, behind)).toEqual([
      ['waiting'],
      [],
      ['waiting', 'removed'],
      ['waiting'],
    ]);
    await free();
    expect(await statesOf(one.classId, husband, known, behind)).toEqual([
      ['offered'],
      ['offered', 'removed'],
      ['waiting'],
    ]);
    expect(await availability(one.classId)).toMatchObject({ taken: 2, offered: 2, waiting: 1 });
  });

  it('while they wait behind the record that came alone: each keeps the better place', async () => {
    const one = await publish(1);
    const [seated, known, husband, wife] = (await residents(4)) as [
      SeededResident,
      SeededResident,
      SeededResident,
      SeededResident,
    ];
    const seat = await office.desk.apply(asks(seated, one.classId));
    await office.desk.apply(asks(known, one.classId));
    await office.desk.apply(asks(husband, one.classId, wife));
    await recordsMerged(known, wife);
    await follow(wife);
    await office.desk.step({ ...asked(seat.enrollment.id, one.classId, seated.residentId), step: 'withdraw' });
    expect(await statesOf(one.classId, known, husband)).toEqual([['offered', 'removed'], ['waiting']]);
    expect(await availability(one.classId)).toMatchObject({ taken: 0, offered: 1, waiting: 1 });
  });

  it('while they hold an offer: either answers it for both', async () => {
    const { one, husband, wife, free, id } = await withCoupleWaiting();
    await free();
    const [known] = (await residents(1)) as [SeededResident];
    await recordsMerged(known, wife);
    await follow(wife);
    await office.desk.step({
      ...asked(id, one.classId, husband.residentId, known.residentId),
      step: 'accept',
    });
    expect(await statesOf(one.classId, husband, known, wife)).toEqual([['enrolled'], ['enrolled'], []]);
  });

  it('between the look and the answer: neither is left behind with an offer', async () => {
    const { one, husband, wife, free, id } = await withCoupleWaiting();
    await free();
    const [known] = (await residents(1)) as [SeededResident];
    await recordsMerged(known, wife);
    await follow(wife);
    // The husband's request was read while the offer was still his wife's first record's.
    const stale = { ...asked(id, one.classId, husband.residentId, wife.residentId), step: 'accept' as const };
    await expect(office.desk.step(stale)).rejects.toMatchObject({ code: 'ENROLLMENT.CHANGED_MEANWHILE' });
    expect(await statesOf(one.classId, husband, known)).toEqual([['offered'], ['offered']]);
  });

  it('while they sit: nobody twice, and the second seat goes to who waits', async () => {
    const one = await publish(3);
    const [husband, wife, known, behind] = (await residents(4)) as [
      SeededResident,
      SeededResident,
      SeededResident,
      SeededResident,
    ];
    await office.desk.apply(asks(husband, one.classId, wife));
    await office.desk.apply(asks(known, one.classId));
    await office.desk.apply(asks(behind, one.classId));
    await recordsMerged(known, wife);
    await follow(wife);
    expect(await statesOf(one.classId, husband, behind)).toEqual([['enrolled'], ['offered']]);
    expect((await statesOf(one.classId, known))[0]!.sort()).toEqual(['enrolled', 'removed']);
    expect(await availability(one.classId)).toMatchObject({ taken: 2, offered: 1, waiting: 0 });
  });

  it.each(['waiting', 'offered', 'enrolled'])('who turn out to be one person, %s: one place is left', async (state) => {
    const { one, husband, wife, behind, free, id } = await withCoupleWaiting();
    if (state !== 'waiting') await free();
    const both = [husband.residentId, wife.residentId];
    if (state === 'enrolled') await office.desk.step({ ...asked(id, one.classId, ...both), step: 'accept' });
    await recordsMerged(husband, wife);
    await follow(wife);
    expect((await statesOf(one.classId, husband))[0]!.sort()).toEqual([state, 'removed'].sort());
    expect(await statesOf(one.classId, wife, behind)).toEqual([[], [state === 'waiting' ? 'waiting' : 'offered']]);
    const counts = await availability(one.classId);
    expect(counts).toMatchObject({
      taken: state === 'enrolled' ? 3 : 2,
      offered: { waiting: 0, offered: 2, enrolled: 1 }[state],
    });
  });
});

describe('one key', () => {
  const key = () => ({ key: randomUUID(), fingerprint: randomBytes(32) });

  it('at two processes at once is one enrollment, and one answer', async () => {
    const one = await publish(5);
    const [resident] = (await residents(1)) as [SeededResident];
    const request = asks(resident, one.classId);
    const answers = await Promise.all([office, other, office, other].map(({ desk }) => desk.apply(request)));
    expect(new Set(answers.map(({ enrollment }) => enrollment.id)).size).toBe(1);
    expect(answers.every(({ changed }) => changed)).toBe(true);
    expect(await availability(one.classId)).toMatchObject({ taken: 1 });
  });

  it('at two processes at once for two classes: one has it, the other is refused and holds nothing', async () => {
    const [one, two] = [await publish(5), await publish(5)];
    const [resident] = (await residents(1)) as [SeededResident];
    const shared = { subject: resident.accountId, key: randomUUID() };
    const answers = await Promise.allSettled([
      office.desk.apply({ ...asks(resident, one.classId), once: { ...shared, fingerprint: randomBytes(32) } }),
      other.desk.apply({ ...asks(resident, two.classId), once: { ...shared, fingerprint: randomBytes(32) } }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'CORE.IDEMPOTENCY_KEY_REUSED' },
    });
    const taken = [await availability(one.classId), await availability(two.classId)].map((counts) => counts.taken);
    expect(taken.sort()).toEqual([0, 1]);
  });

  it('by another account is another key', async () => {
    const one = await publish(5);
    const [a, b] = (await residents(2)) as [SeededResident, SeededResident];
    const once = key();
    const answers = await Promise.all(
      [a, b].map((resident, index) =>
        [office, other][index]!.desk.apply({
          ...asks(resident, one.classId),
          once: { ...once, subject: resident.accountId },
        }),
      ),
    );
    expect(answers.map(({ enrollment }) => enrollment.residentId)).toEqual([a.residentId, b.residentId]);
  });
});
