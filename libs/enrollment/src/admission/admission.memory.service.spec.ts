import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { row, rows } from '#core';
import { type AdmissionOffice, application, openAdmissionOffice } from '../../../../test/support/admission-office.js';
import { seedClass, seedResidents } from '../../../../test/support/seed.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';

let database: TestDatabase;
let office: AdmissionOffice;
const at = new Date();

beforeAll(async () => {
  database = await createTestDatabase();
  office = await openAdmissionOffice(database.url);
});
afterAll(async () => {
  await office?.close();
  await database?.drop();
});

describe('what the desk remembers of classes from batch to batch', () => {
  it('is forgotten when a class is changed by whomever', async () => {
    const { classId } = await seedClass(office.source, at, { seats: 5 });
    const [first, second, third] = await seedResidents(office.source, at, 3);
    await office.desk.apply(application(first!, classId));
    await rows(office.source, 'update course_classes set min_age = 99 where id = $1', [classId]);
    await expect(office.desk.apply(application(second!, classId))).rejects.toMatchObject({
      code: 'ENROLLMENT.TOO_YOUNG',
    });
    await rows(office.source, 'update course_classes set min_age = 50 where id = $1', [classId]);
    expect((await office.desk.apply(application(third!, classId))).enrollment.state).toBe('enrolled');
  });

  it('knows a new cap of a kind at once', async () => {
    const one = await seedClass(office.source, at, { seats: 5, programmeKind: 'elderly' });
    const other = await seedClass(office.source, at, { seats: 5, programmeKind: 'elderly', beside: one, inDays: 31 });
    const [first, second] = await seedResidents(office.source, at, 2);
    const askForBoth = async (resident: typeof first) => {
      await office.desk.apply(application(resident!, one.classId));
      return office.desk.apply(application(resident!, other.classId));
    };
    const before = await row<{ n: number }>(
      office.source,
      `select classes_per_term as n from programme_caps where programme_kind = 'elderly'`,
    );
    await askForBoth(first);
    await rows(office.source, `update programme_caps set classes_per_term = 1 where programme_kind = 'elderly'`);
    await expect(askForBoth(second)).rejects.toMatchObject({ code: 'ENROLLMENT.CAP_REACHED' });
    await rows(office.source, `update programme_caps set classes_per_term = $1 where programme_kind = 'elderly'`, [
      before!.n,
    ]);
  });

  it('sees a session that was moved to the time of another class, and one that was cancelled', async () => {
    const one = await seedClass(office.source, at, { seats: 5 });
    const other = await seedClass(office.source, at, { seats: 5, beside: one, inDays: 31 });
    const [first, second, third] = await seedResidents(office.source, at, 3);
    const askForBoth = async (resident: typeof first) => {
      await office.desk.apply(application(resident!, one.classId));
      return office.desk.apply(application(resident!, other.classId));
    };
    expect((await askForBoth(first)).enrollment.state).toBe('enrolled');
    const move = `update class_sessions s set starts_at = o.starts_at, ends_at = o.ends_at
                    from class_sessions o where s.class_id = $1 and o.class_id = $2`;
    await rows(office.source, move, [other.classId, one.classId]);
    await expect(askForBoth(second)).rejects.toMatchObject({ code: 'ENROLLMENT.TIME_CLASH' });
    await rows(
      office.source,
      `update class_sessions set state = 'cancelled', cancelled_reason = '台风' where class_id = $1`,
      [other.classId],
    );
    expect((await askForBoth(third)).enrollment.state).toBe('enrolled');
  });
});
