import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';
import { DISTRICT_ZONE, type Topic } from '#contracts';
import { Clock, JOB_QUEUES, type JobQueues } from '#core';
import { CoverageService } from './coverage.service.js';

const RECOMPUTE_ALL = 'recompute-coverage';

/** Five past midnight of the district: a plate that nobody uses any more falls dormant by the passing of time. */
const EACH_NIGHT = { pattern: '5 0 * * *', tz: DISTRICT_ZONE };

/** Follows sessions and plates, and keeps what coverage they amount to. */
@Injectable()
@Processor('targets')
export class TargetsProcessor extends WorkerHost implements OnApplicationBootstrap {
  constructor(
    private readonly coverage: CoverageService,
    private readonly clock: Clock,
    @Inject(JOB_QUEUES) private readonly queues: JobQueues,
  ) {
    super();
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.queues.targets.upsertJobScheduler(RECOMPUTE_ALL, EACH_NIGHT, { name: RECOMPUTE_ALL });
    // The first start finds nothing computed, and a night may have passed while nothing ran.
    await this.queues.targets.add(RECOMPUTE_ALL, {});
  }

  override async process(job: Job<{ ids?: string[] }, void, Topic | typeof RECOMPUTE_ALL>): Promise<void> {
    const at = this.clock.now();
    if (job.name === 'sessions.attended') await this.coverage.recomputeSessions(job.data.ids ?? [], at);
    // A plate may have moved from one region to another, so all are looked at; there are a few hundred.
    else await this.coverage.recompute(null, at);
  }
}
