import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EnrollmentState } from '#contracts';
import { ClassSeatsService, type SeatClass, SessionsService } from '#catalogue';
import { Caller, Clock, CodedError, row, Transactions } from '#core';
import { MessagesService } from '#messages';
import { AdmissionService } from '../admission/admission.service.js';
import { EnrollmentQueries } from '../enrollment.queries.js';
import { REASONS } from '../reasons.js';

const ITSELF = Caller.system('class-follower');

/** People of a class that has ended who are looked up at once. */
const MOVED_AT_ONCE = 200;

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

  /** Ends offers and held seats whose time ran out, and gives seats that became free, while nobody asked the desk. */
  async settleEndings(): Promise<void> {
    await this.desk.settle(await this.queries.classesToSettle(this.clock.now()));
  }

  /**
   * 停开, 并班: moves the people of classes that are stopped to the class named for them, seats first, each with
   * attendance and place in the queue, or releases them; each is told. Companions go over together, or are released
   * together. Whoever cannot sit there (another class at that time, no more such classes this term) is released, which
   * frees what stood against a cap.
   *
   * One unit after the other, so that a run that is cut off goes on where it stood.
   */
  async moveOut(classIds: readonly string[]): Promise<void> {
    const stopped = (await this.seats.read(this.source.manager, classIds)).filter(({ state }) => state === 'stopped');
    for (const course of stopped) {
      for (;;) {
        const live = await this.queries.liveOf(course.id, MOVED_AT_ONCE);
        if (live.length === 0) break;
        const moved = new Set<string>();
        for (const enrollment of live) {
          // Whoever of the unit was left out is met again on the next look.
          if (enrollment.unit_id !== null && moved.has(enrollment.unit_id)) continue;
          if (enrollment.unit_id !== null) moved.add(enrollment.unit_id);
          await this.moveUnit(course, enrollment);
        }
      }
    }
  }

  private async moveUnit(
    course: SeatClass,
    enrollment: { id: string; resident_id: string; unit_id: string | null },
  ): Promise<void> {
    const unit = await this.queries.unitOf(enrollment);
    const request = {
      caller: ITSELF,
      enrollmentId: enrollment.id,
      classId: course.id,
      residentIds: unit.map(({ resident_id }) => resident_id),
      reason: course.stoppedReason ?? REASONS.stopped,
    };
    let released = request;
    if (course.movedTo) {
      try {
        await this.desk.transfer({ ...request, kind: 'transfer', toClassId: course.movedTo, because: 'class_ends' });
        return;
      } catch (error) {
        if (hasChanged(error)) return;
        if (!(error instanceof CodedError) || !error.code.startsWith('ENROLLMENT.')) throw error;
        // Who sits in the other class already needs nothing there; the companions still do.
        if (error.code === 'ENROLLMENT.ALREADY_THERE') released = { ...request, residentIds: [enrollment.resident_id] };
      }
    }
    try {
      await this.desk.step({ ...released, kind: 'step', step: 'release' });
    } catch (error) {
      if (!hasChanged(error)) throw error;
    }
  }

  /**
   * 结班: in classes that are finished, those who have a seat have finished. Nothing comes any more to those who have
   * applied, wait or were offered a seat; each is told.
   */
  async finishSeats(classIds: readonly string[]): Promise<void> {
    const finished = (await this.seats.read(this.source.manager, classIds)).filter(({ state }) => state === 'finished');
    for (const { id: classId } of finished) {
      for (;;) {
        const live = await this.queries.liveOf(classId, MOVED_AT_ONCE);
        if (live.length === 0) break;
        // All at once, so that the desk takes them as one batch.
        await Promise.all(live.map((enrollment) => this.endOf(classId, enrollment)));
      }
    }
  }

  private async endOf(
    classId: string,
    { id, resident_id, state }: { id: string; resident_id: string; state: EnrollmentState },
  ): Promise<void> {
    try {
      await this.desk.step({
        kind: 'step',
        step: state === 'enrolled' ? 'finish' : 'lapse',
        caller: ITSELF,
        enrollmentId: id,
        classId,
        residentIds: [resident_id],
        reason: REASONS.finished,
      });
    } catch (error) {
      if (!hasChanged(error)) throw error;
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
        await this.messages.tell(
          em,
          seats.map(({ id, resident_id }) => ({
            residentId: resident_id,
            template: 'session-cancelled' as const,
            variables: { className: session.className, startsAt: session.startsAt.toISOString(), reason },
            organisationId: session.organisationId,
            subjectId: id,
            // Once it would have begun, nobody need know any more.
            deadline: session.startsAt,
            occasion: sessionId,
          })),
        );
      });
    }
  }
}

/**
 * Whether an enrollment stood otherwise when the desk had it before it: they have left meanwhile, the time of their offer
 * is over, or their record was merged into another. The next look at the class shows how it stands.
 */
const hasChanged = (error: unknown): boolean =>
  error instanceof CodedError &&
  (error.code === 'ENROLLMENT.MOVE_NOT_ALLOWED' || error.code === 'ENROLLMENT.CHANGED_MEANWHILE');
