import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Job, Queue, Worker } from 'bullmq';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { readSettings } from '../configuration/read-settings.js';
import { queueConnection } from './backend.js';
import { WORKER_OPTIONS } from './job-processor.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

it('does a job in the end however many workers die over it', async () => {
  const connection = queueConnection(readSettings(testSettings(database.url)));
  const options = { connection, ...WORKER_OPTIONS, lockDuration: 50, stalledInterval: 50, skipLockRenewal: true };
  const queue = new Queue('test', { connection });
  await queue.add('count', { ids: ['r1'] });

  for (let death = 1; death <= 3; death++) {
    const worker = new Worker('test', () => new Promise(() => undefined), options);
    await once(worker, 'active');
    await worker.close(true);
  }

  const worker = new Worker('test', () => Promise.resolve(), options);
  try {
    const [job] = (await Promise.race([once(worker, 'completed'), once(worker, 'failed')])) as [Job, unknown];
    expect({ data: job.data, failed: job.failedReason }).toEqual({ data: { ids: ['r1'] }, failed: undefined });
  } finally {
    await worker.close();
    await queue.close();
  }
});
