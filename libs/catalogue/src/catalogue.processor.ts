import { WorkerHost } from '@nestjs/bullmq';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';
import { JOB_QUEUES, JobProcessor, type JobQueues } from '#core';
import { ClassMovesService } from './classes/class-moves.service.js';
import { ClassesService } from './classes/classes.service.js';

const FINISH_OVERDUE = 'finish-overdue';
const DAY_MS = 86_400_000;
const TELL_RELEASED = 'tell-released';
const MINUTE_MS = 60_000;

/** Each day, finishes the classes that nobody finished in time; each minute, tells of reserved seats that are free now. */
@Injectable()
@JobProcessor('catalogue')
export class CatalogueProcessor extends WorkerHost implements OnApplicationBootstrap {
  constructor(
    private readonly moves: ClassMovesService,
    private readonly classes: ClassesService,
    @Inject(JOB_QUEUES) private readonly queues: JobQueues,
  ) {
    super();
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.queues.catalogue.upsertJobScheduler(FINISH_OVERDUE, { every: DAY_MS }, { name: FINISH_OVERDUE });
    await this.queues.catalogue.upsertJobScheduler(TELL_RELEASED, { every: MINUTE_MS }, { name: TELL_RELEASED });
  }

  override async process(job: Job): Promise<void> {
    switch (job.name) {
      case FINISH_OVERDUE:
        await this.moves.finishOverdue();
        break;
      case TELL_RELEASED:
        await this.classes.tellOfReleasedSeats();
        break;
    }
  }
}
