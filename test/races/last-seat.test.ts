import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClassSeatsService } from '#catalogue';
import { row, rows } from '#core';
import type { AdmissionAnswer } from '#enrollment';
import type { AdmissionQueries } from '../../libs/enrollment/src/admission/admission.queries.js';
import { type AdmissionOffice, application, callerOf, openAdmissionOffice } from '../support/admission-office.js';
import { seedClass, type SeededResident, seedResidents } from '../support/seed.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { barrierForTwo, UnlockedResidents, UnlockedSeats } from '../support/unlocked.js';

const CALLERS = 200;

/** What the tables say about a class, counted from the enrollments themselves. */
async function stateOf(office: AdmissionOffice, classId: string) {
  return row<{ enrolled: number; waiting: number; people: number; taken: number; counted_waiting: number }>(
    office.source,
    `select count(*) filter (where e.state = 'enrolled')::int as enrolled, count(*) filter (where e.state = 'waiting')::int as waiting,
            count(distinct e.resident_id)::int as people, a.taken, a.waiting as counted_waiting
       from class_availability a left join enrollments e on e.class_id = a.class_id
      where a.class_id = $1 group by a.class_id`,
    [classId],
  );
}

/** What the counts of a class say is spoken for, and what really is. */
const spokenFor = (office: AdmissionOffice, classId: string) =>
  row<{ spoken: number; really: number }>(
    office.source,
    `select taken + offered + held as spoken, (
       select count(*)::int from enrollments e
        where e.class_id = a.class_id and (e.state in ('enrolled', 'offered') or e.undo_to = 'enrolled')
     ) as really
       from class_availability a where class_id = $1`,
    [classId],
  );

const step = (
  office: AdmissionOffice,
  resident: SeededResident,
  { enrollment }: AdmissionAnswer,
  name: 'accept' | 'undo' | 'cancel',
) =>
  office.desk.step({
    kind: 'step',
    step: name,
    caller: callerOf(resident),
    enrollmentId: enrollment.id,
    classId: enrollment.classId,
    residentIds: [resident.residentId],
    reason: 'test',
  });

describe('the last seat, with two desks and 200 callers', () => {
  let database: TestDatabase;
  let desks: AdmissionOffice[];
  const at = new Date();

  beforeAll(async () => {
    database = await createTestDatabase();
    desks = await Promise.all([openAdmissionOffice(database.url), openAdmissionOffice(database.url)]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(desks.map((desk) => desk.close()));
    await database.drop();
  });

  it('goes to one; all others wait, each with a number of their own', async () => {
    const { classId } = await seedClass(desks[0]!.source, at, { seats: 1 });
    const residents = await seedResidents(desks[0]!.source, at, CALLERS);
    const answers = await Promise.all(
      residents.map((resident, index) => desks[index % 2]!.desk.apply(application(resident, classId))),
    );
    const states = answers.map(({ enrollment }) => enrollment.state);
    expect(states.filter((state) => state === 'enrolled')).toHaveLength(1);
    expect(states.filter((state) => state === 'waiting')).toHaveLength(CALLERS - 1);
    const positions = answers.flatMap(({ position }) => position ?? []).sort((a, b) => a - b);
    expect(positions).toEqual(Array.from({ length: CALLERS - 1 }, (_, index) => index + 1));
    expect(await stateOf(desks[0]!, classId)).toEqual({
      enrolled: 1,
      waiting: CALLERS - 1,
      people: CALLERS,
      taken: 1,
      counted_waiting: CALLERS - 1,
    });
  });

  it('a resident who asks both desks a hundred times has one enrollment', async () => {
    const { classId } = await seedClass(desks[0]!.source, at, { seats: 5 });
    const [resident] = await seedResidents(desks[0]!.source, at, 1);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => desks[index % 2]!.desk.apply(application(resident!, classId))),
    );
    expect(new Set(answers.map(({ enrollment }) => enrollment.id)).size).toBe(1);
    expect(answers.filter(({ changed }) => changed)).toHaveLength(1);
  });

  it('a resident who asks for five elderly classes at both desks gets two', async () => {
    const first = await seedClass(desks[0]!.source, at, { seats: 50, programmeKind: 'elderly', inDays: 20 });
    const classes = [first];
    for (let index = 1; index < 5; index++) {
      classes.push(
        await seedClass(desks[0]!.source, at, {
          seats: 50,
          programmeKind: 'elderly',
          beside: first,
          inDays: 20 + index,
        }),
      );
    }
    const residents = await seedResidents(desks[0]!.source, at, 20);
    const outcomes = await Promise.allSettled(
      residents.flatMap((resident) =>
        classes.map(({ classId }, index) => desks[index % 2]!.desk.apply(application(resident, classId))),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(40);
    const most = await rows<{ n: number }>(
      desks[0]!.source,
      `select count(*)::int as n from enrollments where resident_id = any($1) and state = 'enrolled' group by resident_id`,
      [residents.map(({ residentId }) => residentId)],
    );
    expect(most.map(({ n }) => n)).toEqual(residents.map(() => 2));
  });

  it('a resident who asks two desks for classes at one time, in two terms that overlap, gets one', async () => {
    const classes = await Promise.all([1, 2].map(() => seedClass(desks[0]!.source, at, { seats: 50, inDays: 10 })));
    const residents = await seedResidents(desks[0]!.source, at, 30);
    const outcomes = await Promise.allSettled(
      residents.flatMap((resident) =>
        classes.map(({ classId }, index) => desks[index]!.desk.apply(application(resident, classId))),
      ),
    );
    const reasons = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [(outcome.reason as { code: string }).code] : [],
    );
    expect(reasons).toEqual(residents.map(() => 'ENROLLMENT.TIME_CLASH'));
  });

  it('residents who ask one desk for classes at one time in both of its lanes get one each', async () => {
    // The desk tells its lanes by the last character of the class.
    const laneOf = (classId: string) => classId.charCodeAt(classId.length - 1) % 2;
    const first = await seedClass(desks[0]!.source, at, { seats: 500, inDays: 10 });
    let other = first;
    while (laneOf(other.classId) === laneOf(first.classId)) {
      other = await seedClass(desks[0]!.source, at, { seats: 500, inDays: 10 });
    }
    const residents = await seedResidents(desks[0]!.source, at, CALLERS);
    const outcomes = await Promise.allSettled(
      residents.flatMap((resident, index) =>
        (index % 2 ? [first, other] : [other, first]).map(({ classId }) =>
          desks[0]!.desk.apply(application(resident, classId)),
        ),
      ),
    );
    const reasons = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [(outcome.reason as { code: string }).code] : [],
    );
    expect(reasons).toEqual(residents.map(() => 'ENROLLMENT.TIME_CLASH'));
  });

  it('accepting, cancelling and taking back at once never give a seat too many', async () => {
    const { classId } = await seedClass(desks[0]!.source, at, { seats: 3 });
    const residents = await seedResidents(desks[0]!.source, at, 40);
    const applied = await Promise.all(
      residents.map((resident) => desks[0]!.desk.apply(application(resident, classId))),
    );
    for (let round = 0; round < 12; round++) {
      await Promise.allSettled(
        residents.map((resident, index) =>
          step(
            desks[index % 2]!,
            resident,
            applied[index]!,
            (['accept', 'undo', 'cancel'] as const)[(index + round) % 3]!,
          ),
        ),
      );
      const counts = await spokenFor(desks[0]!, classId);
      expect(counts!.spoken).toBe(counts!.really);
      expect(counts!.really).toBeLessThanOrEqual(3);
    }
  });
});

describe('canary: the same without a lock', () => {
  const at = new Date();
  let database: TestDatabase;
  let desks: [AdmissionOffice, AdmissionOffice];

  async function open(without: () => { seats?: ClassSeatsService; queries?: AdmissionQueries }) {
    database = await createTestDatabase();
    const lock = without();
    desks = await Promise.all([openAdmissionOffice(database.url, lock), openAdmissionOffice(database.url, lock)]);
  }
  afterEach(async () => {
    await Promise.all(desks.map((desk) => desk.close()));
    await database.drop();
  });

  it('of the class, the last seat is sold twice', async () => {
    await open(() => ({ seats: new UnlockedSeats(barrierForTwo()) }));
    const { classId } = await seedClass(desks[0].source, at, { seats: 1 });
    const residents = await seedResidents(desks[0].source, at, 2);
    const answers = await Promise.all(
      desks.map(({ desk }, index) => desk.apply(application(residents[index]!, classId))),
    );
    expect(answers.map(({ enrollment }) => enrollment.state)).toEqual(['enrolled', 'enrolled']);
    expect(await stateOf(desks[0], classId)).toMatchObject({ enrolled: 2, taken: 1 });
  }, 60_000);

  it('of the class, two who cancel at once are counted as one', async () => {
    await open(() => ({ seats: new UnlockedSeats(barrierForTwo()) }));
    const { classId } = await seedClass(desks[0].source, at, { seats: 2 });
    const other = await seedClass(desks[0].source, at, { seats: 2 });
    const residents = (await seedResidents(desks[0].source, at, 3)) as [SeededResident, SeededResident, SeededResident];
    const applied: AdmissionAnswer[] = [];
    for (const resident of residents.slice(0, 2)) {
      // Somebody asks for another class, so that the barrier opens.
      const [answer] = await Promise.all([
        desks[0].desk.apply(application(resident, classId)),
        desks[1].desk.apply(application(residents[2], other.classId)),
      ]);
      applied.push(answer);
    }
    await Promise.all([0, 1].map((index) => step(desks[index]!, residents[index]!, applied[index]!, 'cancel')));
    expect(await stateOf(desks[0], classId)).toMatchObject({ enrolled: 0, taken: 1 });
  }, 60_000);

  it.each([
    ['a class above the cap', 'elderly', [20, 21]],
    ['two classes at one time', 'skills', [20, 20]],
  ])(
    'of the resident, somebody gets %s',
    async (_, programmeKind, [firstDay, otherDay]) => {
      await open(() => ({ queries: new UnlockedResidents(barrierForTwo()) }));
      const { source } = desks[0];
      await rows(source, `update programme_caps set classes_per_term = 1 where programme_kind = 'elderly'`);
      const first = await seedClass(source, at, { seats: 9, programmeKind, inDays: firstDay });
      const other = await seedClass(source, at, { seats: 9, programmeKind, beside: first, inDays: otherDay });
      const [resident] = await seedResidents(source, at, 1);
      const answers = await Promise.all(
        [first, other].map(({ classId }, index) => desks[index]!.desk.apply(application(resident!, classId))),
      );
      expect(answers.map(({ enrollment }) => enrollment.state)).toEqual(['enrolled', 'enrolled']);
    },
    60_000,
  );
});
