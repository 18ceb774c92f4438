import { WorkerHost } from '@nestjs/bullmq';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';
import { JOB_QUEUES, JobProcessor, type JobQueues } from '#core';
import { ClassFollowerService } from './classes/class-follower.service.js';
import { LotteryDrawService } from './lottery/lottery-draw.service.js';
import { MergingFollowerService } from './merging/merging.service.js';

/** How often offers and held seats are looked at that ran out with nobody asking. */
const SETTLE_EVERY_MS = 30_000;

/** How often it is looked which lotteries are to be announced, frozen and drawn. */
const LOTTERIES_EVERY_MS = 10_000;

/** Jobs of enrollment: follows what happens to classes, lets offers run out, and draws. */
@Injectable()
@JobProcessor('enrollment')
export class EnrollmentProcessor extends WorkerHost implements OnApplicationBootstrap {
  constructor(
    private readonly follower: ClassFollowerService,
    private readonly lotteries: LotteryDrawService,
    private readonly merging: MergingFollowerService,
    @Inject(JOB_QUEUES) private readonly queues: JobQueues,
  ) {
    super();
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.queues.enrollment.upsertJobScheduler(
      'settle-offers',
      { every: SETTLE_EVERY_MS },
      { name: 'settle-offers' },
    );
    await this.queues.enrollment.upsertJobScheduler(
      'advance-lotteries',
      { every: LOTTERIES_EVERY_MS },
      { name: 'advance-lotteries' },
    );
  }

  override async process(job: Job<{ ids: string[] }>): Promise<void> {
    switch (job.name) {
      case 'settle-offers':
        return this.follower.settleEndings();
      case 'advance-lotteries':
        return this.lotteries.advance();
      case 'class-seats.changed':
        return this.follower.settle(job.data.ids);
      case 'class.stopped':
        return this.follower.moveOut(job.data.ids);
      case 'class-evidence.changed':
        return this.follower.finishSeats(job.data.ids);
      case 'resident.merged':
        return this.merging.follow(job.data.ids);
      case 'session.cancelled':
        return this.follower.tellOfCancelledSessions(job.data.ids);
    }
  }
}
