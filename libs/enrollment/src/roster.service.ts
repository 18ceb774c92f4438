import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { EnrollmentState } from '#contracts';
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
  constructor(private readonly queries: EnrollmentQueries) {}

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

  /** Of these residents, those who have a seat in the class, with the enrollment that gives it. */
  async seatsFor(em: EntityManager, classId: string, residentIds: readonly string[]): Promise<Map<string, string>> {
    const seats = await this.queries.seatsFor(em, classId, residentIds);
    return new Map(seats.map(({ id, resident_id }) => [resident_id, id]));
  }
}
