import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock, Outbox, Transactions } from '#core';
import { ResidentsService } from '#people';
import { readMarks, writeAttendances } from './attendance.queries.js';
import { lockSessionsOf, moveMonitors, takeAttendances } from './merged-attendance.queries.js';
import { standingOf } from './standing.rules.js';

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
   * Attendance goes over to the records that are used, as the marks of both say it together; marks stay as they came. So
   * does being monitor of a class.
   * May be repeated.
   */
  async follow(mergedIds: readonly string[]): Promise<void> {
    for (const duplicateId of mergedIds) {
      await this.transactions.run(async (em) => {
        const survivorId = (await this.residents.survivorsOf(em, [duplicateId])).get(duplicateId);
        if (survivorId === undefined) return;
        await lockSessionsOf(em, survivorId, this.clock.now());
        const taken = await takeAttendances(em, survivorId, duplicateId);
        const sessionIds = taken.map(({ session_id }) => session_id);
        await this.stand(em, survivorId, taken);
        await moveMonitors(em, survivorId, duplicateId, this.clock.now());
        if (sessionIds.length > 0) await this.outbox.tell(em, 'sessions.attended', sessionIds);
        // What the duplicate counted is taken back, even where nothing was marked of it.
        await this.outbox.tell(em, 'evidence.changed', [survivorId, duplicateId]);
      });
    }
  }

  private async stand(em: EntityManager, survivorId: string, taken: Awaited<ReturnType<typeof takeAttendances>>) {
    const pairs = taken.map(({ session_id: sessionId }) => ({ sessionId, residentId: survivorId }));
    const marks = await readMarks(em, [], pairs);
    const states = taken.flatMap(({ session_id: sessionId, enrollment_id: enrollmentId }) => {
      const state = standingOf(marks.filter((mark) => mark.sessionId === sessionId)).get(survivorId);
      return state ? [{ ...state, sessionId, residentId: survivorId, enrollmentId }] : [];
    });
    await writeAttendances(em, states, this.clock.now());
  }
}
