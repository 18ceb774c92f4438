import { randomBytes, randomUUID } from 'node:crypto';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { ClassSeatsService } from '#catalogue';
import { Caller, Clock, CoreModule, readSettings } from '#core';
import { AdmissionService, EnrollmentModule } from '#enrollment';
import { AdmissionQueries } from '../../libs/enrollment/src/admission/admission.queries.js';
import type { AdmissionRequest } from '../../libs/enrollment/src/admission/admission.requests.js';
import type { SeededResident } from './seed.js';
import { testSettings } from './test-settings.js';

/** An admission desk with a pool of its own, as one api process has it. */
export interface AdmissionOffice {
  module: TestingModule;
  desk: AdmissionService;
  source: DataSource;
  close(): Promise<void>;
}

interface OfficeOptions {
  /** A canary gives others, whose lock does not lock. */
  seats?: ClassSeatsService;
  queries?: AdmissionQueries;
  /** One that the test sets. */
  clock?: Clock;
  /** As of {@link Desk}: a test with few callers has its lanes part sooner than it is worth in service. */
  lanes?: { worthALane: number; laneBy?: (request: AdmissionRequest) => string };
}

/** Opens one. */
export async function openAdmissionOffice(
  databaseUrl: string,
  { seats, queries, clock, lanes }: OfficeOptions = {},
): Promise<AdmissionOffice> {
  const settings = readSettings(testSettings(databaseUrl, { LOG_LEVEL: 'silent' }));
  const builder = Test.createTestingModule({ imports: [CoreModule.forRoot(settings), EnrollmentModule] });
  if (seats) builder.overrideProvider(ClassSeatsService).useValue(seats);
  if (queries) builder.overrideProvider(AdmissionQueries).useValue(queries);
  if (clock) builder.overrideProvider(Clock).useValue(clock);
  const module = await builder.compile();
  await module.init();
  const desk = module.get(AdmissionService);
  if (lanes) {
    Object.assign(desk['desk'], { worthALane: lanes.worthALane });
    if (lanes.laneBy) Object.assign(desk['desk']['options'], { laneBy: lanes.laneBy });
  }
  return {
    module,
    desk,
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
