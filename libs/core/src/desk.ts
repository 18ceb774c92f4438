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
}

/** A request whose caller waits. */
interface Asking<Request, Answer> {
  request: Request;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

/**
 * Takes requests that come by the hundred and decides them in batches: while one batch is in its transaction, those
 * that arrive wait and form the next. One batch is under way at a time; a trial with two was no faster.
 *
 * A batch that fails is tried again in halves down to the culprit, so one request's failure never fails its
 * neighbours. Where the database is away all are told to come again.
 */
export class Desk<Request, Answer> {
  private waiting: Asking<Request, Answer>[] = [];
  private atWork: Promise<void> | undefined;
  private answering: Promise<void> | undefined;
  private readonly batchLimit: number;
  private readonly queueLimit: number;

  constructor(private readonly options: DeskOptions<Request, Answer>) {
    this.batchLimit = options.batchLimit ?? 512;
    this.queueLimit = options.queueLimit ?? 16_384;
  }

  /**
   * Asks for a decision.
   *
   * @throws CORE.BUSY at once when too many are waiting; otherwise whatever was decided against this request.
   */
  ask(request: Request): Promise<Answer> {
    if (this.waiting.length >= this.queueLimit) return Promise.reject(CoreErrors.BUSY());
    return new Promise((resolve, reject) => {
      this.waiting.push({ request, resolve, reject });
      this.atWork ??= this.work();
    });
  }

  /** Resolves when nobody waits any more. */
  async close(): Promise<void> {
    await this.atWork;
    await this.answering;
  }

  private async work(): Promise<void> {
    // A turn of the event loop lets requests that have already arrived join the first batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.countOfNext());
      this.options.metrics?.deskBatch.observe({ desk: this.options.name }, batch.length);
      const outcomes = await this.decide(batch.map(({ request }) => request));
      // Only when the next batch is on its way: while this process answers, the database is at work on that.
      this.answering = new Promise((resolve) => {
        setImmediate(() => {
          answer(batch, outcomes);
          resolve();
        });
      });
    }
    this.atWork = undefined;
  }

  /** How many of those who wait go into the next batch. */
  private countOfNext(): number {
    const { sizeOf } = this.options;
    if (!sizeOf) return this.batchLimit;
    let size = 0;
    const tooMany = this.waiting.findIndex(({ request }) => (size += sizeOf(request)) > this.batchLimit);
    return tooMany === -1 ? this.waiting.length : Math.max(1, tooMany);
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
