import { WorkerHost } from '@nestjs/bullmq';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';
import { DataSource } from 'typeorm';
import { JOB_QUEUES, JobProcessor, type JobQueues } from '#core';
import { CallTasksService } from './call-tasks.service.js';
import { DeliveryService } from './delivery.service.js';

/** How often calls are looked at whose time is over. */
const CLOSE_LATE_EVERY_MS = 60_000;

/** Several jobs at once, so that a sign-in code does not wait behind five hundred messages. */
@Injectable()
@JobProcessor('messages', { concurrency: 4 })
export class MessagesProcessor extends WorkerHost {
  constructor(
    private readonly delivery: DeliveryService,
    private readonly calls: CallTasksService,
    private readonly source: DataSource,
  ) {
    super();
  }

  override async process(job: Job<{ ids: string[] }>): Promise<void> {
    switch (job.name) {
      case 'sign-in-code.requested':
        return this.deliver(job, (ids) => this.delivery.deliverCodes(ids));
      case 'message.requested':
        return this.deliver(job, (ids) => this.delivery.deliverMessages(ids));
      case 'resident.merged':
        return this.calls.followMerged(this.source.manager, job.data.ids);
      case 'close-late-calls':
        return this.calls.closeLate(this.source.manager);
    }
  }

  /** Delivers; what the gateway did not take is left in the job, which is tried again with nothing else. */
  private async deliver(job: Job<{ ids: string[] }>, work: (ids: string[]) => Promise<string[]>): Promise<void> {
    const { ids } = job.data;
    const failed = await work(ids);
    if (failed.length === 0) return;
    await job.updateData({ ids: failed });
    throw new Error(`${failed.length} of ${ids.length} SMS were not taken by the gateway`);
  }
}

/** What is done again and again, whatever happens. */
@Injectable()
export class MessagesSchedule implements OnApplicationBootstrap {
  constructor(@Inject(JOB_QUEUES) private readonly queues: JobQueues) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queues.messages.upsertJobScheduler(
      'close-late-calls',
      { every: CLOSE_LATE_EVERY_MS },
      { name: 'close-late-calls' },
    );
  }
}
