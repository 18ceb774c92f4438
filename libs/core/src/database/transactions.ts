import type { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { DataSource, QueryFailedError, type EntityManager } from 'typeorm';
import { CoreErrors } from '../errors/core.errors.js';
import { beginWriting, openPacket, sendInPackets, type UnderWay } from './sql.js';

/** SQLSTATEs after which the same transaction may well succeed: deadlock, serialisation failure. */
const WORTH_A_RETRY = new Set(['40P01', '40001']);
/** SQLSTATE of a statement behind one that failed. */
const ABORTED = '25P02';
/** SQLSTATE of a lock that was not had within lock_timeout. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Statements are planned once for all parameters, as they are made to be: otherwise PostgreSQL thinks about each list of
 * ids anew, for longer than it takes to look them up. And they are planned by index even while a table is empty, as the
 * plan is kept while it fills.
 */
const BEGIN_OF_PACKETS = 'begin; set local plan_cache_mode = force_generic_plan; set local enable_seqscan = off';

/**
 * Transactions, READ COMMITTED with explicit row locks.
 *
 * One order of locks for all writers: residents, then classes, then periods, each in id order. `lock_timeout` is set
 * on every connection, so no writer waits for ever.
 */
@Injectable()
export class Transactions {
  constructor(private readonly source: DataSource) {}

  /**
   * Runs the work in one transaction; commits when it returns, rolls back when it throws. A deadlock is tried again,
   * at most three times, so the work must have no effect outside the database. The beginning goes out together with the
   * first statement.
   *
   * @throws CORE.BUSY when a lock was not had in time.
   */
  run<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    return this.untilDone(() => this.once('begin', (em) => work(em)));
  }

  /**
   * {@link run} for a desk, which must not wait for PostgreSQL more often than it has to: the beginning is sent together
   * with the first statements, and each {@link preparedRows} at once, in the order of the calls. The work may send the
   * end behind its last statements, without waiting for them, by calling `commit`; if one of them fails, so does the
   * whole. What is sent afterwards is no part of the transaction.
   *
   * @throws CORE.BUSY when a lock was not had in time.
   */
  runInPackets<T>(work: (em: EntityManager, commit: () => Promise<void>) => Promise<T>): Promise<T> {
    return this.untilDone(() => this.once(BEGIN_OF_PACKETS, work));
  }

  private async once<T>(
    begin: string,
    work: (em: EntityManager, commit: () => Promise<void>) => Promise<T>,
  ): Promise<T> {
    const runner = this.source.createQueryRunner();
    try {
      const client = (await runner.connect()) as PoolClient;
      if (begin === BEGIN_OF_PACKETS) sendInPackets(runner, client);
      // TypeORM did not begin this transaction, and must not begin another one within it.
      Object.assign(runner, { isTransactionActive: true, transactionDepth: 1 });
      openPacket(client);
      const begun = client.query(begin);
      const failure = watchForFailure(client);
      const writing = beginWriting(runner, client);
      let ended: Promise<void> | undefined;
      const commit = () => (ended ??= commitOn(writing));
      try {
        const [result] = await Promise.all([work(runner.manager, commit), begun]);
        await commit();
        return result;
      } catch (error) {
        // Where the connection is gone, so is the transaction.
        await client.query('rollback').catch(() => undefined);
        throw failure.behind(error);
      } finally {
        failure.forget();
      }
    } finally {
      await runner.release();
    }
  }

  private async untilDone<T>(attemptOnce: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await attemptOnce();
      } catch (error) {
        const state = sqlState(error);
        if (state === LOCK_NOT_AVAILABLE) throw CoreErrors.BUSY();
        if (!state || !WORTH_A_RETRY.has(state) || attempt === 4) throw error;
        await pause(5 * attempt);
      }
    }
  }
}

/** That a transaction was rolled back at its end, because one of its statements had failed. */
class RolledBack extends Error {
  override name = 'RolledBack';
}

/** Commits; a transaction of which a statement failed is rolled back instead, which PostgreSQL does not call an error. */
async function commitOn({ client, failures }: UnderWay): Promise<void> {
  const { command } = await client.query('commit');
  if (command !== 'COMMIT') {
    throw new RolledBack('The transaction was rolled back, as one of its statements had failed.');
  }
  // It did not reach PostgreSQL at all.
  if (failures.length > 0) throw failures[0];
}

/**
 * Keeps why a transaction fails. Where statements are sent together, those behind the one that failed fail, too, because
 * the transaction is aborted, and which of them the work hears of first is left to chance: only the cause tells whether
 * to try again.
 */
function watchForFailure(client: PoolClient): { behind: (error: unknown) => unknown; forget: () => void } {
  const { connection } = client as unknown as { connection: EventEmitter };
  let cause: (Error & { code?: string }) | undefined;
  const listen = (message: Error & { code?: string }) => {
    if (message.code !== ABORTED) cause = message;
  };
  connection.on('errorMessage', listen);
  return {
    behind: (error) =>
      cause && (error instanceof RolledBack || sqlState(error) === ABORTED)
        ? new QueryFailedError('a statement of the transaction', [], cause)
        : error,
    forget: () => connection.off('errorMessage', listen),
  };
}

/** The SQLSTATE of a failed query, or undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof QueryFailedError ? (error.driverError as { code?: string }).code : undefined;
}

/**
 * SQLSTATEs of a server that takes no (more) work at present: connections (08), too many of them, it stops, restarts or
 * starts; and what the operating system says of a server that is not there.
 */
const AWAY =
  /^(08...|53300|57P0[1-5]|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)$/;
/** How pg says the same where it gives no code. */
const AWAY_WORDS =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|timeout expired|Client was closed)/;

/** Whether the work failed because the database could not be reached, so that nothing is wrong with the work itself. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isDatabaseAway);
  if (!(error instanceof Error)) return false;
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const { code, message } = cause as { code?: unknown; message?: unknown };
  return (typeof code === 'string' && AWAY.test(code)) || (typeof message === 'string' && AWAY_WORDS.test(message));
}

/** The name of the constraint that a failed query broke. */
export function brokenConstraint(error: unknown): string | undefined {
  return error instanceof QueryFailedError ? (error.driverError as { constraint?: string }).constraint : undefined;
}
