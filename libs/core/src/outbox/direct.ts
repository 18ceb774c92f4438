import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { DirectTopic } from '#contracts';
import { Listener } from '../database/listener.js';
import { isDatabaseAway, Transactions } from '../database/transactions.js';
import { Outbox, OUTBOX_FILLED } from './outbox.js';
import { OutboxRelay } from './relay.js';

/** Ids that are followed in one transaction, about. */
const AT_ONCE = 200;
/** Transactions under way at a time, the second only while the first could not take all. */
const LANES = 2;
const POLL_MS = 1_000;

/**
 * Does what follows, as the last thing of the transaction.
 *
 * @param commit sends the end of the transaction behind the last statements, to wait for both together
 */
export type Following = (em: EntityManager, ids: readonly string[], commit: () => Promise<void>) => Promise<unknown>;

/**
 * Follows topics without a queue between: takes their rows out of the outbox and does what follows in one transaction, so
 * that it is done exactly once. It begins when something is told; what is told while it is at work is gathered into the
 * next transaction.
 *
 * What fails is handed to the queue of the topic, which tries it again and keeps it if it never succeeds.
 */
@Injectable()
export class DirectFollower implements OnApplicationShutdown {
  private readonly followed: FollowedTopic[] = [];

  constructor(
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly relay: OutboxRelay,
    private readonly listener: Listener,
  ) {}

  /** Follows a topic until the process ends. */
  follow(topic: DirectTopic, following: Following): void {
    const { transactions, outbox, relay } = this;
    const followed = new FollowedTopic(topic, following, transactions, outbox, relay);
    this.followed.push(followed);
    this.listener.on(OUTBOX_FILLED, (told) => {
      if (told === topic) followed.wake();
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.followed.map((followed) => followed.close()));
  }
}

class FollowedTopic {
  private readonly log = new Logger(DirectFollower.name);
  private readonly lanes = new Set<Promise<void>>();
  private readonly timer: NodeJS.Timeout;
  private told = false;
  private closing = false;

  constructor(
    private readonly topic: DirectTopic,
    private readonly following: Following,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly relay: OutboxRelay,
  ) {
    // A notification may have been lost.
    this.timer = setInterval(() => this.wake(), POLL_MS);
    this.wake();
  }

  wake(): void {
    this.told = true;
    if (this.lanes.size === 0) this.openLane();
  }

  async close(): Promise<void> {
    this.closing = true;
    clearInterval(this.timer);
    while (this.lanes.size > 0) await Promise.all(this.lanes);
  }

  private openLane(): void {
    if (this.closing) return;
    const lane = this.drain()
      .catch((error: unknown) => this.log.warn(`${this.topic} waits: ${String(error)}`))
      .finally(() => {
        this.lanes.delete(lane);
        if (this.told && this.lanes.size === 0) this.openLane();
      });
    this.lanes.add(lane);
  }

  private async drain(): Promise<void> {
    this.told = false;
    while (!this.closing && (await this.followSome()) >= AT_ONCE) {
      if (this.lanes.size < LANES) this.openLane();
    }
  }

  /** Says how many ids it took. */
  private async followSome(): Promise<number> {
    try {
      return await this.transactions.runInPackets(async (em, commit) => {
        const ids = await this.outbox.takeDirectly(em, this.topic, AT_ONCE);
        if (ids.length > 0) await this.following(em, [...new Set(ids)], commit);
        return ids.length;
      });
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      this.log.warn(`${this.topic} goes to the queue: ${String(error)}`);
      await this.relay.handOver({ only: [this.topic] });
      return 0;
    }
  }
}
