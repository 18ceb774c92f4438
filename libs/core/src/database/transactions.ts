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

/** The name of the constraint that a failed query broke. */
export function brokenConstraint(error: unknown): string | undefined {
  return error instanceof QueryFailedError ? (error.driverError as { constraint?: string }).constraint : undefined;
}
