import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ClassSeatsService, SessionsService } from '#catalogue';
import { Caller, Clock, row, Transactions } from '#core';
import { MessagesService } from '#messages';
import { AdmissionService } from './admission.service.js';
import { EnrollmentQueries } from './enrollment.queries.js';

const ITSELF = Caller.system('class-follower');

/** What enrollment does when something happened to a class; each deed may be repeated without harm. */
@Injectable()
export class ClassFollowerService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly queries: EnrollmentQueries,
    private readonly desk: AdmissionService,
    private readonly seats: ClassSeatsService,
    private readonly sessions: SessionsService,
    private readonly messages: MessagesService,
    private readonly clock: Clock,
  ) {}

  /** Offers free seats to those who wait. */
  settle(classIds: readonly string[]): Promise<void> {
    return this.desk.settle(classIds);
  }

  /** Ends offers that ran out while nobody asked the desk about their classes. */
  async settleExpiredOffers(): Promise<void> {
    await this.desk.settle(await this.queries.classesWithExpiredOffers(this.clock.now()));
  }

  /** In classes that are finished, those who have a seat have finished. */
  async finishSeats(classIds: readonly string[]): Promise<void> {
    const finished = (await this.seats.read(this.source.manager, classIds)).filter(({ state }) => state === 'finished');
    for (const course of finished) {
      const seats = await this.queries.seats(this.source, course.id);
      // All at once, so that the desk takes them as one batch.
      await Promise.all(
        seats
          .filter(({ state }) => state === 'enrolled')
          .map(({ id, resident_id }) =>
            this.desk.step({
              kind: 'step',
              step: 'finish',
              caller: ITSELF,
              enrollmentId: id,
              classId: course.id,
              residentId: resident_id,
              reason: 'class finished',
            }),
          ),
      );
    }
  }

  /** Tells those who have a seat that a session will not be held; each once, however often the job runs. */
  async tellOfCancelledSessions(sessionIds: readonly string[]): Promise<void> {
    for (const sessionId of sessionIds) {
      await this.transactions.run(async (em) => {
        const session = await this.sessions.require(em, sessionId);
        const { cancelledReason: reason } = session;
        if (session.state !== 'cancelled' || reason === null) return;
        const claimed = await row(
          em,
          `insert into told_cancellations (session_id, at) values ($1, $2) on conflict do nothing returning 1`,
          [sessionId, this.clock.now()],
        );
        if (!claimed) return;
        const seats = await this.queries.seats(em, session.classId);
        await this.messages.request(
          em,
          seats.map(({ resident_id }) => ({
            residentId: resident_id,
            template: 'session-cancelled' as const,
            variables: { className: session.className, startsAt: session.startsAt.toISOString(), reason },
          })),
        );
      });
    }
  }
}
