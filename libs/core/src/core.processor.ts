import { WorkerHost } from '@nestjs/bullmq';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Job } from 'bullmq';
import { DataSource } from 'typeorm';
import { AUDIT_CHAIN, ChainSealer } from './audit/chain.js';
import { Clock } from './clock.js';
import { rows } from './database/sql.js';
import { Files } from './files/files.service.js';
import { Metrics } from './metrics/metrics.js';
import { JobProcessor } from './queues/job-processor.js';
import { JOB_QUEUES, type JobQueues } from './queues/queues.module.js';

const SEAL_EVERY_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const KEEP_IDEMPOTENCY_KEYS_MS = 2 * DAY_MS;
const MONTHS_AHEAD = 3;

/** Housekeeping of core: seals the audit log each second; each day makes partitions ahead and drops old
 * keys; each hour purges files that nothing refers to. */
@Injectable()
@JobProcessor('core')
export class CoreProcessor extends WorkerHost implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(CoreProcessor.name);
  private timer: NodeJS.Timeout | undefined;
  private sealing: Promise<void> | undefined;

  constructor(
    private readonly sealer: ChainSealer,
    private readonly source: DataSource,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    private readonly files: Files,
    @Inject(JOB_QUEUES) private readonly queues: JobQueues,
  ) {
    super();
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.keepHouse();
    await this.queues.core.upsertJobScheduler('keep-house', { every: DAY_MS }, { name: 'keep-house' });
    await this.queues.core.upsertJobScheduler('purge-files', { every: HOUR_MS }, { name: 'purge-files' });
    this.timer = setInterval(() => {
      // A tick while the last one is still at work is left out; the next takes what it left.
      this.sealing ??= this.seal().finally(() => (this.sealing = undefined));
    }, SEAL_EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sealing;
  }

  override async process(job: Job): Promise<void> {
    if (job.name === 'purge-files') {
      const purged = await this.files.purge();
      if (purged > 0) this.log.log(`${purged} files were purged that nothing referred to`);
      return;
    }
    await this.keepHouse();
  }

  private async seal(): Promise<void> {
    try {
      await this.sealer.seal(AUDIT_CHAIN);
      this.metrics.oldestUnsealedSeconds.set(
        { chain: AUDIT_CHAIN.name },
        await this.sealer.oldestUnsealed(AUDIT_CHAIN),
      );
    } catch (error) {
      this.log.warn(`the audit log was not sealed, it is tried again: ${String(error)}`);
    }
  }

  private async keepHouse(): Promise<void> {
    const now = this.clock.now();
    await rows(this.source, `select make_audit_partitions($1::date, $2)`, [
      now.toISOString().slice(0, 10),
      MONTHS_AHEAD,
    ]);
    await rows(this.source, `delete from idempotency_keys where at < $1`, [
      new Date(now.getTime() - KEEP_IDEMPOTENCY_KEYS_MS),
    ]);
  }
}
