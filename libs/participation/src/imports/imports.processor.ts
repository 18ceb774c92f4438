import { WorkerHost } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Job } from 'bullmq';
import { JobProcessor } from '#core';
import { ImportsWorkService } from './imports-work.service.js';

/** Reads, checks, writes and takes back imports, and follows residents who were merged. A long list has a queue of its own, so that no recount waits behind it. */
@Injectable()
@JobProcessor('imports')
export class ImportsProcessor extends WorkerHost {
  constructor(private readonly work: ImportsWorkService) {
    super();
  }

  override async process(job: Job<{ ids: string[] }>): Promise<void> {
    switch (job.name) {
      case 'import.due':
        for (const id of job.data.ids) await this.work.advance(id);
        break;
      case 'resident.merged':
        await this.work.followMerged(job.data.ids);
        break;
      default:
        throw new Error(`no such job: ${job.name}`);
    }
  }
}
