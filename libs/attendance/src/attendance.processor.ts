import { WorkerHost } from '@nestjs/bullmq';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Job } from 'bullmq';
import { ChainSealer, JOB_QUEUES, JobProcessor, type JobQueues, Metrics } from '#core';
import { MARKS_CHAIN } from './verify/marks.chain.js';
import { MergedAttendanceService } from './merged-attendance.service.js';
import { NoShowService } from './no-show/no-show.service.js';

/** How often sessions are looked at that are over. */
const LOOK_EVERY_MS = 600_000;
const SEAL_EVERY_MS = 1_000;

/** Jobs of attendance: asks after those who miss sessions, and seals marks each second. */
@Injectable()
@JobProcessor('attendance')
export class AttendanceProcessor extends WorkerHost implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(AttendanceProcessor.name);
  private timer: NodeJS.Timeout | undefined;
  private sealing: Promise<void> | undefined;

  constructor(
    private readonly noShows: NoShowService,
    private readonly merged: MergedAttendanceService,
    private readonly sealer: ChainSealer,
    private readonly metrics: Metrics,
    @Inject(JOB_QUEUES) private readonly queues: JobQueues,
  ) {
    super();
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.queues.attendance.upsertJobScheduler(
      'look-for-no-shows',
      { every: LOOK_EVERY_MS },
      { name: 'look-for-no-shows' },
    );
    this.timer = setInterval(() => {
      // A tick while the last one is still at work is left out; the next takes what it left.
      this.sealing ??= this.seal().finally(() => (this.sealing = undefined));
    }, SEAL_EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sealing;
  }

  override async process(job: Job<{ ids: string[] }>): Promise<void> {
    switch (job.name) {
      case 'look-for-no-shows':
        return this.noShows.lookAround();
      case 'enrollments.merged':
        return this.merged.follow(job.data.ids);
      case 'sessions.attended':
        return this.noShows.followSessions(job.data.ids);
    }
  }

  private async seal(): Promise<void> {
    try {
      await this.sealer.seal(MARKS_CHAIN);
      const oldest = await this.sealer.oldestUnsealed(MARKS_CHAIN);
      this.metrics.oldestUnsealedSeconds.set({ chain: MARKS_CHAIN.name }, oldest);
    } catch (error) {
      this.log.warn(`the marks were not sealed, it is tried again: ${String(error)}`);
    }
  }
}
