import { WorkerHost } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Job } from 'bullmq';
import type { Topic } from '#contracts';
import { JobProcessor } from '#core';
import { DeliveryService } from './delivery.service.js';

/** Several jobs at once, so that a sign-in code does not wait behind five hundred messages. */
@Injectable()
@JobProcessor('messages', { concurrency: 4 })
export class MessagesProcessor extends WorkerHost {
  constructor(private readonly delivery: DeliveryService) {
    super();
  }

  /** Delivers; what the gateway did not take is left in the job, which is tried again with nothing else. */
  override async process(job: Job<{ ids: string[] }, void, Topic>): Promise<void> {
    const { ids } = job.data;
    const failed =
      job.name === 'sign-in-code.requested'
        ? await this.delivery.deliverCodes(ids)
        : await this.delivery.deliverMessages(ids);
    if (failed.length === 0) return;
    await job.updateData({ ids: failed });
    throw new Error(`${failed.length} of ${ids.length} SMS were not taken by the gateway`);
  }
}
