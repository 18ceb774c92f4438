import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock.js';
import { row, rows } from '../database/sql.js';
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
    fingerprint: createHash('sha256')
      .update(`${request.method} ${request.url.split('?')[0]}\n${JSON.stringify(request.body ?? null)}`)
      .digest(),
  };
});

/**
 * Does what a request asks for once, however often it is sent: the key, the writes and the answer are one transaction.
 * A second request with the same key waits for the first and gets its answer verbatim. A refused request stores
 * nothing, so it may be sent again with the same key. Answers are kept sealed for two days.
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
      const stored = (await this.claim(em, [once])).get(0);
      if (stored !== undefined) return this.read<T>(once, stored);
      const answer = await work(em);
      await this.store(em, [{ once, answer }]);
      return answer;
    });
  }

  /**
   * Claims the keys of many requests at once, for a desk. Waits for transactions that hold one of them.
   *
   * @returns what was stored before, by index into the list; an index that is absent is ours to do.
   */
  async claim(em: EntityManager, keys: readonly OnceKey[]): Promise<Map<number, StoredAnswer>> {
    const claimed = await rows<{ subject: string; key: string }>(
      em,
      `insert into idempotency_keys (subject, key, fingerprint, at)
       select * from unnest($1::text[], $2::text[], $3::bytea[], $4::timestamptz[]) order by 1, 2
       on conflict (subject, key) do nothing returning subject, key`,
      [
        keys.map((once) => once.subject),
        keys.map((once) => once.key),
        keys.map((once) => once.fingerprint),
        keys.map(() => this.clock.now()),
      ],
    );
    const ours = new Set(claimed.map((claim) => `${claim.subject}\0${claim.key}`));
    const stored = new Map<number, StoredAnswer>();
    for (const [index, once] of keys.entries()) {
      // The first of two equal keys in one list does the work; the others read its answer when they come again.
      if (ours.delete(`${once.subject}\0${once.key}`)) continue;
      const answer = await row<StoredAnswer>(
        em,
        `select fingerprint, answer_sealed from idempotency_keys where subject = $1 and key = $2`,
        [once.subject, once.key],
      );
      stored.set(index, answer ?? { fingerprint: once.fingerprint, answer_sealed: null });
    }
    return stored;
  }

  /** Keeps the answers of claimed keys. */
  async store(em: EntityManager, answers: readonly { once: OnceKey; answer: unknown }[]): Promise<void> {
    if (answers.length === 0) return;
    await rows(
      em,
      `update idempotency_keys k set answer_sealed = a.answer
         from unnest($1::text[], $2::text[], $3::bytea[]) as a (subject, key, answer)
        where k.subject = a.subject and k.key = a.key`,
      [
        answers.map(({ once }) => once.subject),
        answers.map(({ once }) => once.key),
        answers.map(({ answer }) => this.sealing.seal(PURPOSE, JSON.stringify(answer ?? null))),
      ],
    );
  }

  /** Gives claimed keys back, so that they may be used again. */
  async release(em: EntityManager, keys: readonly OnceKey[]): Promise<void> {
    if (keys.length === 0) return;
    await rows(
      em,
      `delete from idempotency_keys k using unnest($1::text[], $2::text[]) as r (subject, key)
        where k.subject = r.subject and k.key = r.key`,
      [keys.map((once) => once.subject), keys.map((once) => once.key)],
    );
  }

  /** The stored answer. @throws CORE.IDEMPOTENCY_KEY_REUSED, or CORE.BUSY while the first request is at work. */
  read<T>(once: OnceKey, stored: StoredAnswer): T {
    if (!stored.fingerprint.equals(once.fingerprint)) throw CoreErrors.IDEMPOTENCY_KEY_REUSED();
    if (!stored.answer_sealed) throw CoreErrors.BUSY();
    return JSON.parse(this.sealing.open(PURPOSE, stored.answer_sealed)) as T;
  }
}

export interface StoredAnswer {
  fingerprint: Buffer;
  answer_sealed: Buffer | null;
}
