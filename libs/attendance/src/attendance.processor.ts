import { WorkerHost } from '@nestjs/bullmq';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';
import { JOB_QUEUES, JobProcessor, type JobQueues } from '#core';
import { MergedAttendanceService } from './merged-attendance.service.js';
import { NoShowService } from './no-show.service.js';

/** How often sessions are looked at that are over. */
const LOOK_EVERY_MS = 600_000;

/** Jobs of attendance: asks after those who miss sessions. */
@Injectable()
@JobProcessor('attendance')
export class AttendanceProcessor extends WorkerHost implements OnApplicationBootstrap {
  constructor(
    private readonly noShows: NoShowService,
    private readonly merged: MergedAttendanceService,
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
}
