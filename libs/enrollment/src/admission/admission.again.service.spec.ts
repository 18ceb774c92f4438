import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Caller, Clock, rows } from '#core';
import { type AdmissionOffice, application, openAdmissionOffice } from '../../../../test/support/admission-office.js';
import { seedClass, type SeededResident, seedResidents } from '../../../../test/support/seed.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';

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

beforeAll(async () => {
  database = await createTestDatabase();
  office = await openAdmissionOffice(database.url, { clock });
});
afterAll(async () => {
  await office?.close();
  await database?.drop();
});

const asked = (enrollmentId: string, classId: string, residentId: string) => ({
  caller: Caller.system('test'),
  ...{ enrollmentId, classId, residentIds: [residentId], reason: 'test' },
});

/** A class with one seat, who sits in it, and an offer of that seat to somebody else, which runs out. */
async function withOfferThatRunsOut() {
  const one = await seedClass(office.source, clock.now(), { seats: 1, inDays: 40, closesInDays: 30 });
  const [seated, waiting] = (await seedResidents(office.source, clock.now(), 2)) as [SeededResident, SeededResident];
  const seat = await office.desk.apply(application(seated, one.classId));
  const place = await office.desk.apply({ ...application(waiting, one.classId), automatic: false });
  await office.desk.step({
    ...asked(seat.enrollment.id, one.classId, seated.residentId),
    kind: 'step',
    step: 'withdraw',
  });
  const [offer] = await rows<{ state: string }>(office.source, 'select state from enrollments where id = $1', [
    place.enrollment.id,
  ]);
  expect(offer!.state).toBe('offered');
  return { one, waiting, offerId: place.enrollment.id };
}

const statesOf = (classId: string, { residentId }: SeededResident) =>
  rows<{ state: string }>(
    office.source,
    'select state from enrollments where class_id = $1 and resident_id = $2 order by id',
    [classId, residentId],
  ).then((found) => found.map(({ state }) => state));

describe('who comes again into a class at the moment the old enrollment ends', () => {
  it('applies anew when the offer has run out and nobody has settled the class since', async () => {
    const { one, waiting } = await withOfferThatRunsOut();
    clock.moment = new Date(clock.moment.getTime() + OFFER_IS_OVER_MS);
    const again = await office.desk.apply(application(waiting, one.classId));
    expect(again).toMatchObject({ enrollment: { state: 'enrolled' } });
    expect(await statesOf(one.classId, waiting)).toEqual(['expired', 'enrolled']);
  });

  it('is put back in by an appeal over an earlier enrollment, whose offer has run out', async () => {
    const { one, waiting, offerId } = await withOfferThatRunsOut();
    await office.desk.step({
      ...asked(offerId, one.classId, waiting.residentId),
      kind: 'step',
      step: 'decline',
    });
    const { enrollment: second } = await office.desk.apply({
      ...application(waiting, one.classId),
      automatic: false,
    });
    expect(second.state).toBe('enrolled');
    await rows(office.source, `update enrollments set state = 'offered', offered_until = $2 where id = $1`, [
      second.id,
      new Date(clock.moment.getTime() + 1_000),
    ]);
    await rows(office.source, `update class_availability set taken = 0, offered = 1 where class_id = $1`, [
      one.classId,
    ]);
    clock.moment = new Date(clock.moment.getTime() + OFFER_IS_OVER_MS);
    const back = await office.desk.step({
      ...asked(offerId, one.classId, waiting.residentId),
      kind: 'step',
      step: 'reinstate',
    });
    expect(back.enrollment.id).toBe(offerId);
    expect((await statesOf(one.classId, waiting)).at(-1)).toBe('expired');
    expect((await statesOf(one.classId, waiting))[0]).not.toBe('declined');
  });

  it('goes over from a parallel class in which the offer has run out', async () => {
    const { one, waiting } = await withOfferThatRunsOut();
    const other = await seedClass(office.source, clock.now(), {
      ...{ seats: 1, inDays: 41, closesInDays: 30 },
      ...{ beside: one, courseId: one.courseId },
    });
    const { enrollment } = await office.desk.apply(application(waiting, other.classId));
    expect(enrollment.state).toBe('enrolled');
    clock.moment = new Date(clock.moment.getTime() + OFFER_IS_OVER_MS);
    const gone = await office.desk.transfer({
      ...asked(enrollment.id, other.classId, waiting.residentId),
      ...{ kind: 'transfer', toClassId: one.classId, because: 'wish' },
    });
    expect(gone.enrollment).toMatchObject({ id: enrollment.id, state: 'enrolled' });
    expect(await statesOf(one.classId, waiting)).toEqual(['expired', 'enrolled']);
  });

  it('withdraws and applies again at one go', async () => {
    const { classId } = await seedClass(office.source, clock.now(), { seats: 2, inDays: 40, closesInDays: 30 });
    const [resident] = (await seedResidents(office.source, clock.now(), 1)) as [SeededResident];
    const { enrollment } = await office.desk.apply(application(resident, classId));
    const [, again] = await Promise.all([
      office.desk.step({ ...asked(enrollment.id, classId, resident.residentId), kind: 'step', step: 'withdraw' }),
      office.desk.apply(application(resident, classId)),
    ]);
    expect(again).toMatchObject({ enrollment: { state: 'enrolled' } });
    expect(await statesOf(classId, resident)).toEqual(['withdrawn', 'enrolled']);
  });
});
