import { WorkerHost } from '@nestjs/bullmq';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Job } from 'bullmq';
import { DISTRICT_ZONE } from '#contracts';
import { ChainSealer, DirectFollower, JOB_QUEUES, JobProcessor, type JobQueues, Metrics } from '#core';
import { ImportsWorkService } from './imports/imports-work.service.js';
import { LEDGER_CHAIN } from './ledger/ledger.service.js';
import { RecountService } from './ledger/recount.service.js';
import { VerifyLedgerService } from './verify/verify-ledger.service.js';

const TICK_MS = 1_000;
/** Just after midnight, when classes have become finished by age. */
const CONFIRM_AT = '0 5 0 * * *';
/** When nobody is at work, so that little is on its way. */
const VERIFY_AT = '0 30 2 * * *';
/** Jobs of the night that always wait as delayed ones. */
const NIGHTLY = 2;

/** Follows changed evidence, seals the ledger each second; each night confirms what is overdue and checks the ledger. */
@Injectable()
@JobProcessor('participation')
export class ParticipationProcessor extends WorkerHost implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(ParticipationProcessor.name);
  private timer: NodeJS.Timeout | undefined;
  private ticking: Promise<void> | undefined;

  constructor(
    private readonly recounts: RecountService,
    private readonly imports: ImportsWorkService,
    private readonly verifier: VerifyLedgerService,
    private readonly sealer: ChainSealer,
    private readonly metrics: Metrics,
    private readonly follower: DirectFollower,
    @Inject(JOB_QUEUES) private readonly queues: JobQueues,
  ) {
    super();
  }

  async onApplicationBootstrap(): Promise<void> {
    const job = { name: 'confirm-overdue' };
    await this.queues.participation.upsertJobScheduler(job.name, { pattern: CONFIRM_AT, tz: DISTRICT_ZONE }, job);
    const check = { name: 'verify-ledger' };
    await this.queues.participation.upsertJobScheduler(check.name, { pattern: VERIFY_AT, tz: DISTRICT_ZONE }, check);
    this.follower.follow('evidence.changed', (em, ids, commit) => this.recounts.recountWithin(em, ids, commit));
    // A worker that was away at midnight makes up for it.
    await this.queues.participation.add(job.name, {});
    this.timer = setInterval(() => {
      // A tick while the last one is still at work is left out; the next takes what it left.
      this.ticking ??= this.tick().finally(() => (this.ticking = undefined));
    }, TICK_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.ticking;
  }

  override async process(job: Job<{ ids: string[] }>): Promise<void> {
    switch (job.name) {
      case 'evidence.changed':
        await this.recounts.recount(job.data.ids);
        break;
      case 'class-evidence.changed':
        await this.recounts.recountClasses(job.data.ids);
        break;
      case 'counting-rules.changed':
        await this.recounts.recountRules(job.data.ids);
        break;
      case 'venues.moved':
        await this.recounts.recountVenues(job.data.ids);
        break;
      case 'confirm-overdue':
        await this.recounts.confirmOverdue();
        await this.imports.settleReplaced();
        break;
      case 'verify-ledger':
        await this.verify();
        break;
      default:
        throw new Error(`no such job: ${job.name}`);
    }
  }

  /** Each thing that is wrong is an error in the log; how many there are is a metric, for the alarm. */
  private async verify(): Promise<void> {
    const found = { wrong: 0, pending: 0 };
    for await (const fault of this.verifier.verifyLedger()) {
      const pending = fault.kind === 'recount-due' || fault.kind === 'adjustment-waits';
      found[pending ? 'pending' : 'wrong']++;
      if (!pending) this.log.error(`the ledger is not as it should be: ${JSON.stringify(fault)}`);
    }
    this.metrics.ledgerFaults.set({ kind: 'wrong' }, found.wrong);
    this.metrics.ledgerFaults.set({ kind: 'pending' }, found.pending);
    this.log.log(`the ledger was checked: ${found.wrong} things are wrong, ${found.pending} pending`);
    // The log is kept elsewhere than the chains, so that whoever makes one anew is found out.
    this.log.log(`heads of the chains: ${(await this.sealer.heads()).join(' ')}`);
  }

  private async tick(): Promise<void> {
    try {
      await this.sealer.seal(LEDGER_CHAIN);
      const oldest = await this.sealer.oldestUnsealed(LEDGER_CHAIN);
      this.metrics.oldestUnsealedSeconds.set({ chain: LEDGER_CHAIN.name }, oldest);
      await this.recounts.noteIdle(() => this.nothingQueued());
    } catch (error) {
      this.log.warn(`the ledger was not sealed, it is tried again: ${String(error)}`);
    }
  }

  /** Apart from the jobs of the night. */
  private async nothingQueued(): Promise<boolean> {
    const states = ['waiting', 'active', 'delayed', 'prioritized'] as const;
    return (await this.queues.participation.getJobCountByTypes(...states)) <= NIGHTLY;
  }
}
