import { isDatabaseAway } from './database/transactions.js';
import { CodedError } from './errors/coded-error.js';
import { CoreErrors } from './errors/core.errors.js';
import type { Metrics } from './metrics/metrics.js';

/** What became of one request of a batch. */
export type Outcome<Answer> = { answer: Answer } | { error: unknown };

export interface DeskOptions<Request, Answer> {
  /** For the metrics. */
  name: string;
  /** Decides a batch in one transaction; throws when the transaction fails, and then nothing of it is stored. */
  decide: (batch: readonly Request[]) => Promise<Outcome<Answer>[]>;
  /** Parts that may be tried by themselves after a lock was not had in time; one part: all are told to come again. */
  partsOf: (batch: readonly Request[]) => Request[][];
  metrics?: Metrics;
  /** How much of a batch a request takes; 1 where not said. */
  sizeOf?: (request: Request) => number;
  /** Of these sizes, how much one batch holds at most; a request that is larger is a batch by itself. */
  batchLimit?: number;
  /** Requests that may wait for a batch; more are told to come again. */
  queueLimit?: number;
  /**
   * The id of what a request is about, where two batches may be under way at a time: requests about the same are never
   * in both.
   */
  laneBy?: (request: Request) => string;
  /** How many have to wait in a lane before it has a batch of its own; 64 where not said. */
  worthALane?: number;
}

/** A request whose caller waits. */
interface Asking<Request, Answer> {
  request: Request;
  lane: number;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

/** Batches that may be under way at a time. */
const LANES = 2;

/**
 * Takes requests that come by the hundred and decides them in batches: while one batch is in its transaction, those
 * that arrive wait and form the next.
 *
 * While few wait, one batch is under way at a time, as each costs something for itself. While many wait they are decided
 * in two lanes, each in transactions of its own, so that this process is at work on one while the database is at work on
 * the other. The lanes are to each other what two processes are: the locks in the database keep them apart.
 *
 * A batch that fails is tried again in halves down to the culprit, so one request's failure never fails its
 * neighbours. Where the database is away all are told to come again.
 */
export class Desk<Request, Answer> {
  private waiting: Asking<Request, Answer>[] = [];
  /** Lanes of which a batch is under way. */
  private readonly busy = new Set<number>();
  private readonly underWay = new Set<Promise<void>>();
  /** Whether a turn of the event loop is waited for. */
  private beginning = false;
  private readonly batchLimit: number;
  private readonly queueLimit: number;
  private readonly worthALane: number;

  constructor(private readonly options: DeskOptions<Request, Answer>) {
    this.batchLimit = options.batchLimit ?? 512;
    this.queueLimit = options.queueLimit ?? 16_384;
    this.worthALane = options.worthALane ?? 64;
  }

  /**
   * Asks for a decision.
   *
   * @throws CORE.BUSY at once when too many are waiting; otherwise whatever was decided against this request.
   */
  ask(request: Request): Promise<Answer> {
    if (this.waiting.length >= this.queueLimit) return Promise.reject(CoreErrors.BUSY());
    const lane = this.laneOf(request);
    return new Promise((resolve, reject) => {
      this.waiting.push({ request, lane, resolve, reject });
      this.beginSoon();
    });
  }

  /** Resolves when nobody waits any more. */
  async close(): Promise<void> {
    while (this.beginning || this.underWay.size > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.all(this.underWay);
    }
  }

  private laneOf(request: Request): number {
    const id = this.options.laneBy?.(request);
    // The last character of an id is as good as dice.
    return id ? id.charCodeAt(id.length - 1) % LANES : 0;
  }

  /** A turn of the event loop lets requests that have already arrived join the batch. */
  private beginSoon(): void {
    if (this.beginning || this.busy.size === LANES) return;
    this.beginning = true;
    setImmediate(() => {
      this.beginning = false;
      this.begin();
    });
  }

  /** Begins what may be begun: a batch of each free lane in which enough wait, or else one of all. */
  private begin(): void {
    const lanes = Array.from({ length: LANES }, (_, lane) => lane);
    const waiting = lanes.map(() => 0);
    for (const { lane } of this.waiting) waiting[lane]! += 1;
    if (this.busy.size === 0 && waiting.some((count) => count < this.worthALane)) {
      this.beginBatch(lanes);
      return;
    }
    for (const lane of lanes) {
      if (!this.busy.has(lane) && waiting[lane]! >= this.worthALane) this.beginBatch([lane]);
    }
  }

  private beginBatch(lanes: readonly number[]): void {
    const batch = this.takeNext(lanes);
    if (batch.length === 0) return;
    for (const lane of lanes) this.busy.add(lane);
    const deciding = this.work(batch, lanes).finally(() => this.underWay.delete(deciding));
    this.underWay.add(deciding);
  }

  private async work(batch: readonly Asking<Request, Answer>[], lanes: readonly number[]): Promise<void> {
    this.options.metrics?.deskBatch.observe({ desk: this.options.name }, batch.length);
    const outcomes = await this.decide(batch.map(({ request }) => request));
    for (const lane of lanes) this.busy.delete(lane);
    this.begin();
    // Only when the next batch is on its way: while this process answers, the database is at work on that.
    await new Promise((resolve) => setImmediate(resolve));
    answer(batch, outcomes);
  }

  /** Takes the next batch of these lanes out of those who wait, in the order of arrival. */
  private takeNext(lanes: readonly number[]): Asking<Request, Answer>[] {
    const { sizeOf } = this.options;
    const batch: Asking<Request, Answer>[] = [];
    const others: Asking<Request, Answer>[] = [];
    let size = 0;
    let full = false;
    for (const asking of this.waiting) {
      if (!full && lanes.includes(asking.lane)) {
        size += sizeOf ? sizeOf(asking.request) : 1;
        full = size > this.batchLimit && batch.length > 0;
        (full ? others : batch).push(asking);
      } else {
        others.push(asking);
      }
    }
    this.waiting = others;
    return batch;
  }

  private async decide(batch: readonly Request[]): Promise<Outcome<Answer>[]> {
    try {
      return await this.options.decide(batch);
    } catch (error) {
      const parts = this.partsAfter(error, batch);
      if (parts.length <= 1) return batch.map(() => ({ error }));
      const outcomes = new Map<Request, Outcome<Answer>>();
      for (const part of parts) {
        for (const [index, outcome] of (await this.decide(part)).entries()) outcomes.set(part[index]!, outcome);
      }
      return batch.map((request) => outcomes.get(request)!);
    }
  }

  private partsAfter(error: unknown, batch: readonly Request[]): Request[][] {
    // Without the database no part of it would fare better, and a thousand tries would hold up all who come after.
    if (isDatabaseAway(error)) return [];
    // Halving after a time-out would wait for the same lock again and again.
    if (error instanceof CodedError && error.code === 'CORE.BUSY') return this.options.partsOf(batch);
    const middle = Math.ceil(batch.length / 2);
    return batch.length > 1 ? [batch.slice(0, middle), batch.slice(middle)] : [];
  }
}

function answer<Answer>(batch: readonly Asking<unknown, Answer>[], outcomes: readonly Outcome<Answer>[]): void {
  for (const [index, { resolve, reject }] of batch.entries()) {
    const outcome = outcomes[index]!;
    if ('answer' in outcome) resolve(outcome.answer);
    else reject(outcome.error);
  }
}
