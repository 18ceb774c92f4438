import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { EnrollmentState } from '#contracts';
import { ProxiesService, type ProxyPair } from '#people';
import { EnrollmentQueries, type OpenSeat } from '../enrollment.queries.js';

/** Someone who sits in a class. */
export interface RosterSeat {
  enrollmentId: string;
  residentId: string;
  state: EnrollmentState;
  /** When the seat was given. */
  since: Date;
  /** They sat there when the session began, and have gone over to another class since. */
  left: boolean;
}

/** By what the roster of a session is told. */
export interface RosterSession {
  classId: string;
  startsAt: Date;
}

/** Who sits in the sessions of a class, for the lib that takes attendance. */
@Injectable()
export class RosterService {
  constructor(
    private readonly queries: EnrollmentQueries,
    private readonly proxies: ProxiesService,
  ) {}

  /** All seats of a session's class, and those who sat there and have gone over to another class since. */
  async of(em: EntityManager, session: RosterSession): Promise<RosterSeat[]> {
    const seats = await this.queries.seatsOfSession(em, session.classId, session.startsAt, null);
    return seats.map(({ id, resident_id, state, decided_at, left }) => ({
      enrollmentId: id,
      residentId: resident_id,
      state,
      since: decided_at,
      left,
    }));
  }

  /**
   * Who has yet to sign (首课补签): an account applied for them that acts for them without their consent.
   *
   * @param seats enrollments by resident
   */
  async consentsToSign(em: EntityManager, seats: ReadonlyMap<string, string>): Promise<ProxyPair[]> {
    const applied = await this.queries.appliedBy(em, [...seats.values()]);
    const accounts = new Map(applied.map(({ enrollment_id, account_id }) => [enrollment_id, account_id]));
    const pairs = [...seats].flatMap(([residentId, enrollmentId]) => {
      const accountId = accounts.get(enrollmentId);
      return accountId === undefined ? [] : [{ accountId, residentId }];
    });
    return this.proxies.toBeSigned(em, pairs);
  }

  /** Of these residents, those on the roster of a session, with the enrollment that gives them the seat. */
  async seatsFor(
    em: EntityManager,
    session: RosterSession,
    residentIds: readonly string[],
  ): Promise<Map<string, string>> {
    const seats = await this.queries.seatsOfSession(em, session.classId, session.startsAt, residentIds);
    return new Map(seats.map(({ id, resident_id }) => [resident_id, id]));
  }

  /** The seats of these residents at sessions that are to be held and lie in that span, by time. */
  openSessionsOf(
    em: EntityManager,
    residentIds: readonly string[],
    span: { endsAfter: Date; startsBefore: Date },
  ): Promise<OpenSeat[]> {
    return this.queries.openSessionsOf(em, residentIds, span);
  }

  /** {@link seatsFor} of many sessions at once: the enrollments by session and resident. */
  async seatsOfPairs(
    em: EntityManager,
    pairs: readonly { sessionId: string; residentId: string }[],
  ): Promise<Map<string, Map<string, string>>> {
    const seats = new Map<string, Map<string, string>>();
    if (pairs.length === 0) return seats;
    for (const { id, session_id, resident_id } of await this.queries.seatsOfPairs(em, pairs)) {
      const ofSession = seats.get(session_id) ?? new Map<string, string>();
      seats.set(session_id, ofSession.set(resident_id, id));
    }
    return seats;
  }
}
