import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { Global, Module } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { QUEUES, type QueueName } from '#contracts';
import { Settings } from '../configuration/settings.js';
import { queueConnection } from './backend.js';

export type JobQueues = Record<QueueName, Queue>;

/** All queues by name. */
export const JOB_QUEUES = Symbol('job queues');

/** Seconds and number for which finished and failed jobs can still be looked at. */
const KEEP_DONE = { age: 3_600, count: 1_000 };
const KEEP_FAILED = { age: 30 * 86_400, count: 10_000 };

/**
 * The queues of the worker (the api only writes the outbox). A job is tried eight times over about four minutes and
 * then kept as failed for a month.
 */
@Global()
@Module({
  imports: [
    BullModule.forRootAsync({
      inject: [Settings],
      useFactory: (settings: Settings) => ({
        connection: queueConnection(settings),
        defaultJobOptions: {
          attempts: 8,
          backoff: { type: 'exponential' as const, delay: 2_000 },
          removeOnComplete: KEEP_DONE,
          removeOnFail: KEEP_FAILED,
        },
      }),
    }),
    BullModule.registerQueue(...QUEUES.map((name) => ({ name }))),
  ],
  providers: [
    {
      provide: JOB_QUEUES,
      inject: QUEUES.map((name) => getQueueToken(name)),
      useFactory: (...queues: Queue[]): JobQueues =>
        Object.fromEntries(QUEUES.map((name, index) => [name, queues[index]])) as JobQueues,
    },
  ],
  exports: [BullModule, JOB_QUEUES],
})
export class QueuesModule {}
