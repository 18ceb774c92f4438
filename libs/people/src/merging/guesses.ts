import { Injectable } from '@nestjs/common';
import { Clock, row, rows, Transactions } from '#core';
import { countGuess, type Guesses, type GuessKind, secondsUntilGuess } from './guesses.rules.js';
import { PeopleErrors, retryAfter } from '../people.errors.js';

/** Keeps accounts from finding out by trying. */
@Injectable()
export class AccountGuesses {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts a guess before it is looked at, in a transaction of its own: guesses sent all at once cannot outrun it, and a
   * refusal does not undo it.
   *
   * @throws PEOPLE.TOO_MANY_GUESSES with Retry-After
   */
  async count(accountId: string, kind: GuessKind): Promise<void> {
    const now = this.clock.now();
    const seconds = await this.transactions.run(async (em) => {
      await rows(
        em,
        `insert into account_guesses (account_id, kind, since, guesses) values ($1, $2, $3, 0) on conflict do nothing`,
        [accountId, kind, now],
      );
      const counted = await row<Guesses>(
        em,
        `select since, guesses from account_guesses where account_id = $1 and kind = $2 for update`,
        [accountId, kind],
      );
      const next = countGuess(counted, now);
      const wait = secondsUntilGuess(kind, next, now);
      if (wait === 0) {
        await rows(em, `update account_guesses set since = $3, guesses = $4 where account_id = $1 and kind = $2`, [
          accountId,
          kind,
          next.since,
          next.guesses,
        ]);
      }
      return wait;
    });
    if (seconds > 0) throw retryAfter(PeopleErrors.TOO_MANY_GUESSES({ minutes: Math.ceil(seconds / 60) }), seconds);
  }
}
