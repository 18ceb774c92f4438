import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { Caller, Clock, CoreModule, newId, readSettings, row, rows, Sealing } from '#core';
import { AdmissionService } from '#enrollment';
import { type SeededClass, seedClass, type SeededResident, seedResidents } from '../../../test/support/seed.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { testSettings } from '../../../test/support/test-settings.js';
import { AttendanceModule } from './attendance.module.js';
import { FirstSessionService } from './first-session.service.js';
import { SessionRosterService } from './roster.service.js';

const START = new Date('2026-03-02T09:00:00+08:00');

class SetClock extends Clock {
  override now(): Date {
    return START;
  }
}

let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;
let firstSession: FirstSessionService;
let taught: SeededClass;
let sessionId: string;
let teacher: Caller;
let mother: SeededResident;
let daughter: SeededResident;

const accountOf = ({ accountId }: SeededResident) =>
  new Caller(
    { kind: 'account', id: accountId, signInId: newId() },
    [{ role: 'resident', organisationId: null }],
    'zh',
    't',
  );

const roster = async () => (await nest.get(SessionRosterService).list(teacher, sessionId, { limit: 100 })).items;
const rosterOf = async (residentId: string) => (await roster()).find((entry) => entry.residentId === residentId)!;

beforeAll(async () => {
  database = await createTestDatabase();
  nest = await Test.createTestingModule({
    imports: [CoreModule.forRoot(readSettings(testSettings(database.url))), AttendanceModule],
  })
    .overrideProvider(Clock)
    .useClass(SetClock)
    .compile();
  await nest.init();
  source = nest.get(DataSource);
  firstSession = nest.get(FirstSessionService);
  taught = await seedClass(source, START, { seats: 10, inDays: 1 });
  const session = await row<{ id: string }>(source, 'select id from class_sessions where class_id = $1', [
    taught.classId,
  ]);
  sessionId = session!.id;
  const teacherId = newId();
  await rows(
    source,
    `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, '王老师', 'none', $3)`,
    [teacherId, teacherId, START],
  );
  teacher = new Caller(
    { kind: 'staff', id: teacherId, signInId: newId() },
    [{ role: 'teacher', organisationId: taught.organisationId }],
    'zh',
    't',
  );
  [mother, daughter] = (await seedResidents(source, START, 2)) as [SeededResident, SeededResident];
  await rows(
    source,
    `insert into account_residents (account_id, resident_id, relation, since) values ($1, $2, 'family', $3)`,
    [daughter.accountId, mother.residentId, START],
  );
  // The mother is 76, hears badly and has not declared whether she is fit.
  const sealing = nest.get(Sealing);
  await rows(
    source,
    `update residents set birth_date = '1950-03-04', needs = '{hearing}', contact_name_sealed = $2, contact_phone_sealed = $3
      where id = $1`,
    [mother.residentId, sealing.seal('contact-name', '林红'), sealing.seal('phone', '13800000001')],
  );
  await nest.get(AdmissionService).apply({
    kind: 'apply',
    caller: accountOf(daughter),
    classId: taught.classId,
    residentIds: [daughter.residentId, mother.residentId],
    source: 'self',
    automatic: true,
    once: { subject: daughter.accountId, key: randomUUID(), fingerprint: Buffer.alloc(32) },
  });
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

describe('what a daughter applied for', () => {
  it('is written down as her own for herself, and as applied for by the family for her mother', async () => {
    const found = await rows(
      source,
      `select resident_id, source from enrollments where class_id = $1 order by source desc`,
      [taught.classId],
    );
    expect(found).toEqual([
      { resident_id: daughter.residentId, source: 'self' },
      { resident_id: mother.residentId, source: 'family' },
    ]);
  });

  it('says on the roster who has yet to sign, what to prepare for and whom to ask about fitness', async () => {
    expect(await rosterOf(mother.residentId)).toMatchObject({
      consentToSign: true,
      needs: ['hearing'],
      declaration: 'missing',
      hasContact: true,
    });
    expect(await rosterOf(daughter.residentId)).toMatchObject({
      consentToSign: false,
      needs: [],
      declaration: 'not_needed',
      hasContact: false,
    });
  });

  it('is signed for at the first session: for all on the sheet or for none', async () => {
    const sheet = [mother.residentId, daughter.residentId];
    await expect(firstSession.sign(teacher, sessionId, { residentIds: [...sheet, newId()] })).rejects.toMatchObject({
      code: 'ATTENDANCE.NOT_ON_ROSTER',
    });
    expect((await rosterOf(mother.residentId)).consentToSign).toBe(true);
    const stranger = new Caller(
      { kind: 'staff', id: newId(), signInId: newId() },
      [{ role: 'teacher', organisationId: newId() }],
      'zh',
      't',
    );
    await expect(firstSession.sign(stranger, sessionId, { residentIds: sheet })).rejects.toMatchObject({
      code: 'CORE.FORBIDDEN',
    });

    const signed = { items: sheet.map((residentId) => ({ residentId, consentToSign: false })) };
    expect(await firstSession.sign(teacher, sessionId, { residentIds: sheet })).toEqual(signed);
    expect(await firstSession.sign(teacher, sessionId, { residentIds: sheet })).toEqual(signed);
    expect((await rosterOf(mother.residentId)).consentToSign).toBe(false);
    const consents = await rows(source, `select account_id, resident_id, how, recorded_by_staff from proxy_consents`);
    expect(consents).toEqual([
      {
        account_id: daughter.accountId,
        resident_id: mother.residentId,
        how: 'at_first_session',
        recorded_by_staff: teacher.actor.id,
      },
    ]);
  });
});

it('shows a teacher whom to call, and keeps that it was looked at', async () => {
  expect(await firstSession.contact(teacher, sessionId, mother.residentId)).toEqual({
    residentId: mother.residentId,
    name: '林红',
    phone: '13800000001',
  });
  expect(await firstSession.contact(teacher, sessionId, daughter.residentId)).toMatchObject({ name: null });
  await expect(firstSession.contact(teacher, sessionId, newId())).rejects.toMatchObject({
    code: 'ATTENDANCE.NOT_ON_ROSTER',
  });
  const looks = await rows<{ target_id: string; details: object }>(
    source,
    `select target_id, details from audit_entries where action = 'resident.contact_viewed' and target_id = $1`,
    [mother.residentId],
  );
  expect(looks).toEqual([{ target_id: mother.residentId, details: { sessionId } }]);
});
