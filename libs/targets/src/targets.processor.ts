import { WorkerHost } from '@nestjs/bullmq';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';
import { DISTRICT_ZONE, type Topic } from '#contracts';
import { Clock, JOB_QUEUES, JobProcessor, type JobQueues } from '#core';
import { CoverageService } from './coverage/coverage.service.js';
import { ForecastService } from './wall-chart/forecast.service.js';
import { RegularShareService } from './wall-chart/regular-share.service.js';

const RECOMPUTE_ALL = 'recompute-coverage';
const FORECAST = 'forecast';

/** Five past midnight of the district: a plate that nobody uses any more falls dormant by the passing of time. */
const EACH_NIGHT = { pattern: '5 0 * * *', tz: DISTRICT_ZONE };

/** Seats are taken and classes published all day; by the hour is soon enough for what will be in weeks. */
const EACH_HOUR = { pattern: '10 * * * *', tz: DISTRICT_ZONE };

/** How far the clocks of two machines that share the queue may be apart. */
const CLOCKS_APART_MS = 1_000;

/** Follows sessions and plates, and keeps what coverage they amount to. */
@Injectable()
@JobProcessor('targets')
export class TargetsProcessor extends WorkerHost implements OnApplicationBootstrap {
  /** When this process last began to read what was held in a region, by the machine's clock. */
  private readonly readAt = new Map<string, number>();

  constructor(
    private readonly coverage: CoverageService,
    private readonly forecasts: ForecastService,
    private readonly regular: RegularShareService,
    private readonly clock: Clock,
    @Inject(JOB_QUEUES) private readonly queues: JobQueues,
  ) {
    super();
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.queues.targets.upsertJobScheduler(RECOMPUTE_ALL, EACH_NIGHT, { name: RECOMPUTE_ALL });
    await this.queues.targets.upsertJobScheduler(FORECAST, EACH_HOUR, { name: FORECAST });
    // The first start finds nothing computed, and a night may have passed while nothing ran.
    await this.queues.targets.add(RECOMPUTE_ALL, {});
    await this.queues.targets.add(FORECAST, {});
  }

  override async process(
    job: Job<{ ids?: string[] }, void, Topic | typeof RECOMPUTE_ALL | typeof FORECAST>,
  ): Promise<void> {
    if (job.name === 'sessions.attended') await this.followSessions(job.data.ids ?? [], job.timestamp);
    else if (job.name === FORECAST) await this.forecasts.recompute(this.clock.now());
    // A plate may have moved from one region to another, so all are looked at; there are a few hundred.
    else {
      await this.coverage.recompute(null, this.clock.now());
      await this.regular.recompute(this.clock.now());
    }
  }

  /** In a rush of check-ins the jobs of a region pile up; one reading then answers all that were told before it. */
  private async followSessions(sessionIds: readonly string[], toldAt: number): Promise<void> {
    const regions = await this.coverage.regionsOf(sessionIds);
    const unread = regions.filter((code) => (this.readAt.get(code) ?? 0) <= toldAt + CLOCKS_APART_MS);
    if (unread.length === 0) return;
    const began = Date.now();
    await this.coverage.recompute(unread, this.clock.now());
    for (const code of unread) this.readAt.set(code, began);
  }
}
