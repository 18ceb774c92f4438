import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { EnrollmentState } from '#contracts';
import { ProxiesService, type ProxyPair } from '#people';
import { EnrollmentQueries } from './enrollment.queries.js';

/** Someone who sits in a class. */
export interface RosterSeat {
  enrollmentId: string;
  residentId: string;
  state: EnrollmentState;
  /** When the seat was given. */
  since: Date;
}

/** Who sits in a class, for the lib that takes attendance. */
@Injectable()
export class RosterService {
  constructor(
    private readonly queries: EnrollmentQueries,
    private readonly proxies: ProxiesService,
  ) {}

  /** All seats of a class, in the order in which they were asked for. */
  async of(em: EntityManager, classId: string): Promise<RosterSeat[]> {
    const seats = await this.queries.seats(em, classId);
    return seats.map(({ id, resident_id, state, decided_at }) => ({
      enrollmentId: id,
      residentId: resident_id,
      state,
      since: decided_at,
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

  /** Of these residents, those who have a seat in the class, with the enrollment that gives it. */
  async seatsFor(em: EntityManager, classId: string, residentIds: readonly string[]): Promise<Map<string, string>> {
    const seats = await this.queries.seatsFor(em, classId, residentIds);
    return new Map(seats.map(({ id, resident_id }) => [resident_id, id]));
  }
}
