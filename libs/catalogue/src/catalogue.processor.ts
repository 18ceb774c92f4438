import { WorkerHost } from '@nestjs/bullmq';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';
import { JOB_QUEUES, JobProcessor, type JobQueues } from '#core';
import { ClassMovesService } from './class-moves.service.js';

const FINISH_OVERDUE = 'finish-overdue';
const DAY_MS = 86_400_000;

/** Each day, finishes the classes that nobody finished in time. */
@Injectable()
@JobProcessor('catalogue')
export class CatalogueProcessor extends WorkerHost implements OnApplicationBootstrap {
  constructor(
    private readonly moves: ClassMovesService,
    @Inject(JOB_QUEUES) private readonly queues: JobQueues,
  ) {
    super();
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.queues.catalogue.upsertJobScheduler(FINISH_OVERDUE, { every: DAY_MS }, { name: FINISH_OVERDUE });
  }

  override async process(_job: Job): Promise<void> {
    await this.moves.finishOverdue();
  }
}
