import { Processor } from '@nestjs/bullmq';
import type { WorkerOptions } from 'bullmq';
import type { QueueName } from '#contracts';

/**
 * How every worker takes jobs. A worker that was killed leaves its job behind under a lock that nobody renews: it is
 * taken up again within half a minute, and however often that happens. With BullMQ's own settings it takes a minute
 * and a half, and a job that was left behind twice is given up, with the evidence that it was to count.
 */
export const WORKER_OPTIONS = {
  lockDuration: 15_000,
  stalledInterval: 5_000,
  maxStalledCount: 1_000_000,
} satisfies Partial<WorkerOptions>;

/** Declares the class that does the jobs of a queue. */
export const JobProcessor = (queue: QueueName, options: Pick<WorkerOptions, 'concurrency'> = {}): ClassDecorator =>
  Processor(queue, { ...WORKER_OPTIONS, ...options });
