import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { afterQuietHours } from '#contracts';
import { Clock, Transactions } from '#core';
import { CallTasksService, type NewCallTask } from '#messages';
import {
  classesHeldBetween,
  classesOfSessions,
  lockNoShows,
  readSeatsWithAbsences,
  type SeatWithAbsences,
} from './no-show.queries.js';
import { type NoShow, noShowOf } from './no-show.rules.js';

/** Classes that are looked at in one transaction. */
const CLASSES_AT_ONCE = 50;

/** How long after its end a session is looked at again: longer than the marks are waited for, and than an outage. */
const LOOK_BACK_MS = 4 * 86_400_000;

/**
 * 缺课: whoever missed two sessions without a word is called, and asked, by the school. Nobody loses a seat by it;
 * whether one may be given away is decided by what came of calling.
 */
@Injectable()
export class NoShowService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly calls: CallTasksService,
    private readonly clock: Clock,
  ) {}

  /**
   * Who sat in these sessions changed, or whether they were held. Looking again changes nothing; nobody has missed a
   * session yet that goes on, so in the rush of its beginning nothing is looked at.
   */
  async followSessions(sessionIds: readonly string[]): Promise<void> {
    await this.lookAt(await classesOfSessions(this.source, sessionIds, this.clock.now()));
  }

  /** Sessions are over, and marks that were waited for did not come. */
  async lookAround(): Promise<void> {
    const now = this.clock.now();
    await this.lookAt(await classesHeldBetween(this.source, new Date(now.getTime() - LOOK_BACK_MS), now));
  }

  private async lookAt(classIds: readonly string[]): Promise<void> {
    for (let from = 0; from < classIds.length; from += CLASSES_AT_ONCE) {
      const some = classIds.slice(from, from + CLASSES_AT_ONCE);
      await this.transactions.run((em) => this.ask(em, some));
    }
  }

  /** Opens a call for each no-show, and closes the calls of those who turned out to be none. */
  private async ask(em: EntityManager, classIds: readonly string[]): Promise<void> {
    await lockNoShows(em, classIds);
    const now = this.clock.now();
    const seats = await readSeatsWithAbsences(em, classIds, now);
    const reached = await this.calls.lastReached(
      em,
      seats.map(({ enrollment_id }) => enrollment_id),
      'no_show',
    );
    const judged = seats.map((seat) => ({ seat, noShow: judge(seat, reached.get(seat.enrollment_id) ?? null, now) }));
    await this.calls.closeFor(
      em,
      judged.flatMap(({ seat, noShow }) => (noShow ? [] : [seat.enrollment_id])),
      'excused',
      ['no_show'],
    );
    await this.calls.open(
      em,
      judged.flatMap(({ seat, noShow }) => (noShow && isRunning(seat, now) ? [callOf(seat, noShow, now)] : [])),
    );
  }
}

function judge({ missed }: SeatWithAbsences, reachedAt: Date | null, now: Date): NoShow | null {
  const sessions = missed.map(({ startsAt, endsAt, ...session }) => ({
    ...session,
    startsAt: new Date(startsAt),
    endsAt: new Date(endsAt),
  }));
  return noShowOf(sessions, reachedAt, now);
}

/** After its last session nobody need be asked whether they will come again. */
const isRunning = ({ last_session_at }: SeatWithAbsences, now: Date) =>
  last_session_at !== null && last_session_at > now;

const callOf = (seat: SeatWithAbsences, { sessionId, missed }: NoShow, now: Date): NewCallTask => ({
  template: 'no-show',
  residentId: seat.resident_id,
  organisationId: seat.organisation_id,
  subjectId: seat.enrollment_id,
  occasion: sessionId,
  variables: { className: seat.class_name, classNameEn: seat.class_name_en, missed },
  dueAt: afterQuietHours(now),
  deadline: seat.last_session_at,
});
