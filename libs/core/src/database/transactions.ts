import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource, QueryFailedError, type EntityManager } from 'typeorm';
import { CoreErrors } from '../errors/core.errors.js';

/** SQLSTATEs after which the same transaction may well succeed: deadlock, serialisation failure. */
const WORTH_A_RETRY = new Set(['40P01', '40001']);
/** SQLSTATE of a lock that was not had within lock_timeout. */
const LOCK_NOT_AVAILABLE = '55P03';

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
   * at most three times, so the work must have no effect outside the database.
   *
   * @throws CORE.BUSY when a lock was not had in time.
   */
  async run<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.source.transaction(work);
      } catch (error) {
        const state = sqlState(error);
        if (state === LOCK_NOT_AVAILABLE) throw CoreErrors.BUSY();
        if (!state || !WORTH_A_RETRY.has(state) || attempt === 4) throw error;
        await pause(5 * attempt);
      }
    }
  }
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
