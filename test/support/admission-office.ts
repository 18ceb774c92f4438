import { randomBytes, randomUUID } from 'node:crypto';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { ClassSeatsService } from '#catalogue';
import { Caller, Clock, CoreModule, readSettings } from '#core';
import { AdmissionService, EnrollmentModule } from '#enrollment';
import { AdmissionQueries } from '../../libs/enrollment/src/admission/admission.queries.js';
import type { SeededResident } from './seed.js';
import { testSettings } from './test-settings.js';

/** An admission desk with a pool of its own, as one api process has it. */
export interface AdmissionOffice {
  module: TestingModule;
  desk: AdmissionService;
  source: DataSource;
  close(): Promise<void>;
}

/** Opens one; a canary gives other class seats or queries, whose lock does not lock; `clock` is one that the test sets. */
export async function openAdmissionOffice(
  databaseUrl: string,
  { seats, queries, clock }: { seats?: ClassSeatsService; queries?: AdmissionQueries; clock?: Clock } = {},
): Promise<AdmissionOffice> {
  const settings = readSettings(testSettings(databaseUrl, { LOG_LEVEL: 'silent' }));
  const builder = Test.createTestingModule({ imports: [CoreModule.forRoot(settings), EnrollmentModule] });
  if (seats) builder.overrideProvider(ClassSeatsService).useValue(seats);
  if (queries) builder.overrideProvider(AdmissionQueries).useValue(queries);
  if (clock) builder.overrideProvider(Clock).useValue(clock);
  const module = await builder.compile();
  await module.init();
  return {
    module,
    desk: module.get(AdmissionService),
    source: module.get(DataSource),
    close: () => module.close(),
  };
}

/** A resident's account as caller. */
export const callerOf = ({ accountId, signInId }: SeededResident): Caller =>
  new Caller({ kind: 'account', id: accountId, signInId }, [{ role: 'resident', organisationId: null }], 'zh', 'test');

/** An application of this resident for this class, with a key of its own. */
export const application = (resident: SeededResident, classId: string) => ({
  kind: 'apply' as const,
  caller: callerOf(resident),
  classId,
  residentIds: [resident.residentId],
  source: 'self' as const,
  automatic: true,
  once: { subject: resident.accountId, key: randomUUID(), fingerprint: randomBytes(32) },
});
