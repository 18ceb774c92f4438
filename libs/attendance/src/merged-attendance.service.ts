import { Injectable } from '@nestjs/common';
import { Clock, Outbox, Transactions } from '#core';
import { ResidentsService } from '#people';
import { lockSessionsOf, moveAttendances } from './merged-attendance.queries.js';

/** Follows records of residents that were merged: where the duplicate sat, the person sat. */
@Injectable()
export class MergedAttendanceService {
  constructor(
    private readonly transactions: Transactions,
    private readonly residents: ResidentsService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Attendance goes over to the records that are used; marks stay as they came. Where both are marked at a session,
   * presence stands over an excuse, and an excuse over absence: nobody is at a session and away from it. May be repeated.
   */
  async follow(mergedIds: readonly string[]): Promise<void> {
    for (const duplicateId of mergedIds) {
      await this.transactions.run(async (em) => {
        const survivorId = (await this.residents.survivorsOf(em, [duplicateId])).get(duplicateId);
        if (survivorId === undefined) return;
        await lockSessionsOf(em, survivorId, this.clock.now());
        const sessionIds = await moveAttendances(em, survivorId, duplicateId);
        if (sessionIds.length > 0) await this.outbox.tell(em, 'sessions.attended', sessionIds);
        // What the duplicate counted is taken back, even where nothing was marked of it.
        await this.outbox.tell(em, 'evidence.changed', [survivorId, duplicateId]);
      });
    }
  }
}
