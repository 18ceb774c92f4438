import { hash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock.js';
import { LIST_OF_JSON, listOfJson, preparedRows, row, written } from '../database/sql.js';
import { Transactions } from '../database/transactions.js';
import { CoreErrors } from '../errors/core.errors.js';
import type { Caller } from '../guard/caller.js';
import { Sealing } from '../sealing/sealing.js';

/** Names one request that creates, so that sending it twice does it once. */
export interface OnceKey {
  /** Whose key it is; two people may use the same one. */
  subject: string;
  key: string;
  /** Of method, route and body: the same key for another request is an error. */
  fingerprint: Buffer;
}

const PURPOSE = 'idempotent-answer';

/** The `Idempotency-Key` of this request. @throws CORE.IDEMPOTENCY_KEY_REQUIRED */
export const WriteOnce = createParamDecorator((_: unknown, context: ExecutionContext): OnceKey => {
  const request = context.switchToHttp().getRequest<FastifyRequest & { caller: Caller }>();
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || key.length < 1 || key.length > 100) throw CoreErrors.IDEMPOTENCY_KEY_REQUIRED();
  return {
    subject: request.caller.actor.id ?? request.caller.actor.kind,
    key,
    fingerprint: fingerprintOf(
      `${request.method} ${request.url.split('?')[0]}\n${JSON.stringify(request.body ?? null)}`,
    ),
  };
});

/** SHA-256; by way of text, as Node takes twice as long to give it as bytes. */
const fingerprintOf = (text: string): Buffer => Buffer.from(hash('sha256', text, 'hex'), 'hex');

/**
 * Does what a request asks for once, however often it is sent: the key, the writes and the answer are one transaction.
 * A second request with the same key waits for the first and gets its answer verbatim. A refused request stores
 * nothing, so it may be sent again with the same key. Answers are kept for two days, sealed unless a desk gives them.
 */
@Injectable()
export class IdempotentWrites {
  constructor(
    private readonly transactions: Transactions,
    private readonly sealing: Sealing,
    private readonly clock: Clock,
  ) {}

  /** @throws CORE.IDEMPOTENCY_KEY_REUSED when the key was used for a different request. */
  async run<T>(once: OnceKey, work: (em: EntityManager) => Promise<T>): Promise<T> {
    return this.transactions.run(async (em) => {
      const stored = await this.claim(em, once);
      if (stored !== undefined) return this.read<T>(once, stored);
      const answer = await work(em);
      await written(em, `update idempotency_keys set answer_sealed = $3 where subject = $1 and key = $2`, [
        once.subject,
        once.key,
        this.sealed(answer),
      ]);
      return answer;
    });
  }

  /**
   * What was answered before under these keys, by index into the list; for a desk, which decides many requests at
   * once. The caller holds a lock by which the same request is decided nowhere else at the same time.
   */
  async answered(em: EntityManager, keys: readonly OnceKey[]): Promise<Map<number, StoredAnswer>> {
    const found = await preparedRows<StoredAnswer & { index: number }>(
      em,
      `select o.index::int - 1 as index, k.fingerprint, k.answer_sealed, k.answer_open
         from unnest($1::text[], $2::text[]) with ordinality as o (subject, key, index)
        cross join lateral (
          select * from idempotency_keys i where i.subject = o.subject and i.key = o.key limit 1
        ) k`,
      [keys.map((once) => once.subject), keys.map((once) => once.key)],
    );
    return new Map(found.map(({ index, ...answer }) => [index, answer]));
  }

  /**
   * Keeps the answers to requests that were not {@link answered} before, as they are: a desk answers with ids, states
   * and times, never with personal data, and a seal for each would cost more than deciding. It fails where somebody has
   * used one of the keys for another request meanwhile; when the desk asks again, it finds what is stored.
   */
  async store(em: EntityManager, answers: readonly { once: OnceKey; answer: unknown }[]): Promise<void> {
    if (answers.length === 0) return;
    await preparedRows(
      em,
      `insert into idempotency_keys (subject, key, fingerprint, answer_open, at)
       select *, $5::timestamptz
         from unnest($1::text[], $2::text[], $3::bytea[], ${LIST_OF_JSON('$4')}) order by 1, 2`,
      [
        answers.map(({ once }) => once.subject),
        answers.map(({ once }) => once.key),
        answers.map(({ once }) => once.fingerprint),
        listOfJson(answers.map(({ answer }) => answer)),
        this.clock.now(),
      ],
    );
  }

  /** What was stored under the key; undefined where it is ours now. Waits for a transaction that holds it. */
  private async claim(em: EntityManager, once: OnceKey): Promise<StoredAnswer | undefined> {
    const [claimed] = await preparedRows(
      em,
      `insert into idempotency_keys (subject, key, fingerprint, at) values ($1, $2, $3, $4)
       on conflict (subject, key) do nothing returning 1`,
      [once.subject, once.key, once.fingerprint, this.clock.now()],
    );
    if (claimed) return undefined;
    const stored = await row<StoredAnswer>(
      em,
      `select fingerprint, answer_sealed, answer_open from idempotency_keys where subject = $1 and key = $2`,
      [once.subject, once.key],
    );
    return stored ?? { fingerprint: once.fingerprint, answer_sealed: null, answer_open: null };
  }

  private sealed(answer: unknown): Buffer {
    return this.sealing.seal(PURPOSE, JSON.stringify(answer ?? null));
  }

  /** The stored answer. @throws CORE.IDEMPOTENCY_KEY_REUSED, or CORE.BUSY while the first request is at work. */
  read<T>(once: OnceKey, stored: StoredAnswer): T {
    if (!stored.fingerprint.equals(once.fingerprint)) throw CoreErrors.IDEMPOTENCY_KEY_REUSED();
    if (stored.answer_open !== null) return JSON.parse(stored.answer_open) as T;
    if (stored.answer_sealed === null) throw CoreErrors.BUSY();
    return JSON.parse(this.sealing.open(PURPOSE, stored.answer_sealed)) as T;
  }
}

/** What is stored under a key: the answer sealed or, of a desk, open; neither while the first request is at work. */
export interface StoredAnswer {
  fingerprint: Buffer;
  answer_sealed: Buffer | null;
  answer_open: string | null;
}
