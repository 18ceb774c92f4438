import { Injectable } from '@nestjs/common';
import { Clock, CodedError, row, rows, Transactions } from '#core';
import { AttendanceErrors } from '../attendance.errors.js';
import { secondsUntilTry, triesSince } from './rotating-code.rules.js';

/** Keeps accounts from finding the code of a screen by trying. */
@Injectable()
export class CheckInTries {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts a try before its code is looked at, in a transaction of its own: tries sent all at once cannot outrun it.
   *
   * @throws ATTENDANCE.TOO_MANY_TRIES with Retry-After
   */
  async count(accountId: string, sessionId: string): Promise<void> {
    const now = this.clock.now();
    const counted = await this.transactions.run((em) =>
      row<{ since: Date; tries: number }>(
        em,
        `insert into check_in_tries as t (account_id, session_id, since, tries) values ($1, $2, $3, 1)
         on conflict (account_id, session_id) do update
            set since = case when t.since <= $4 then excluded.since else t.since end,
                tries = case when t.since <= $4 then 1 else t.tries + 1 end
         returning since, tries`,
        [accountId, sessionId, now, triesSince(now)],
      ),
    );
    const seconds = secondsUntilTry(counted!, now);
    if (seconds === 0) return;
    const error = AttendanceErrors.TOO_MANY_TRIES({ minutes: Math.ceil(seconds / 60) });
    throw new CodedError(error.code, { ...error.definition, retryAfter: seconds }, error.parameters);
  }

  /** Takes a try back whose code was on the screen: it was no guess. */
  async takeBack(accountId: string, sessionId: string): Promise<void> {
    await this.transactions.run((em) =>
      rows(em, `update check_in_tries set tries = greatest(tries - 1, 0) where account_id = $1 and session_id = $2`, [
        accountId,
        sessionId,
      ]),
    );
  }
}
