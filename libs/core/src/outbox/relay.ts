import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { GATHERED, IDS_PER_JOB, type QueueName, TAKEN_DIRECTLY, TOPICS, type Topic } from '#contracts';
import { Listener } from '../database/listener.js';
import { Transactions } from '../database/transactions.js';
import { Metrics } from '../metrics/metrics.js';
import { JOB_QUEUES, type JobQueues } from '../queues/queues.module.js';
import { Outbox, OUTBOX_FILLED } from './outbox.js';

/** Outbox rows claimed at once. */
const CLAIM = 1_000;
const POLL_MS = 1_000;

const DIRECTLY: readonly Topic[] = TAKEN_DIRECTLY;
const AT_ONCE_NOT: readonly Topic[] = [...TAKEN_DIRECTLY, ...GATHERED];

/**
 * Hands the outbox to the queues, apart from what is taken directly: at once what somebody waits for, each second the
 * rest.
 *
 * Rows are claimed with SKIP LOCKED, so several relays share the work, and deleted in the transaction in which the
 * queue took them: a relay that dies in between hands them over twice, never not at all. There is no cursor on id,
 * because ids are drawn before commit and a late commit would be passed over.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(OutboxRelay.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private allIsDue = true;
  private closing = false;

  constructor(
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly metrics: Metrics,
    @Inject(JOB_QUEUES) private readonly queues: JobQueues,
    listener: Listener,
  ) {
    listener.on(OUTBOX_FILLED, (topic) => {
      if (!(DIRECTLY as readonly string[]).includes(topic)) this.wake();
    });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.allIsDue = true;
      this.wake();
    }, POLL_MS);
    this.wake();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** Starts to hand over now, or once more if it is at it. */
  private wake(): void {
    if (this.closing) return;
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = this.drain()
      .catch((error: unknown) => this.log.warn(`the outbox waits: ${String(error)}`))
      .finally(() => {
        this.running = undefined;
        if (this.again) {
          this.again = false;
          this.wake();
        }
      });
  }

  private async drain(): Promise<void> {
    const except = this.allIsDue ? DIRECTLY : AT_ONCE_NOT;
    this.allIsDue = false;
    while (!this.closing && (await this.handOver({ except })) === CLAIM);
  }

  /** Hands over one claim; says how many rows it held. */
  handOver(of: { only: readonly Topic[] } | { except: readonly Topic[] }): Promise<number> {
    return this.transactions.run(async (em) => {
      const claimed = await this.outbox.take(em, CLAIM, of);
      for (const [queue, jobs] of jobsByQueue(claimed)) {
        await this.queues[queue].addBulk(jobs);
      }
      this.metrics.outboxHanded.inc(claimed.length);
      return claimed.length;
    });
  }
}

type TopicJob = { name: Topic; data: { ids: string[] } };

/** Gathers the ids of each topic into as few jobs as {@link IDS_PER_JOB} allows, one of each per following queue. */
export function jobsByQueue(claimed: readonly { topic: Topic; ids: string[] }[]): Map<QueueName, TopicJob[]> {
  const idsOf = new Map<Topic, Set<string>>();
  for (const { topic, ids } of claimed) {
    const gathered = idsOf.get(topic) ?? new Set();
    for (const id of ids) gathered.add(id);
    idsOf.set(topic, gathered);
  }
  const jobs = new Map<QueueName, TopicJob[]>();
  for (const [topic, gathered] of idsOf) {
    const ids = [...gathered];
    for (const queue of TOPICS[topic] ?? []) {
      const list = jobs.get(queue) ?? [];
      for (let from = 0; from < ids.length; from += IDS_PER_JOB) {
        list.push({ name: topic, data: { ids: ids.slice(from, from + IDS_PER_JOB) } });
      }
      jobs.set(queue, list);
    }
  }
  return jobs;
}
