import type { EntityManager } from 'typeorm';
import { ClassSeatsService, type SeatClass } from '#catalogue';
import { AdmissionQueries, type LiveEnrollment } from '../../libs/enrollment/src/admission/admission.queries.js';

/*
 * Desks with a lock out, for canaries: what they show must not be is what the lock keeps from happening.
 */

/** Resolves once it was reached by both; the next two meet anew. */
export function barrierForTwo(): () => Promise<void> {
  let waiting: (() => void) | undefined;
  return () => {
    if (waiting) {
      waiting();
      waiting = undefined;
      return Promise.resolve();
    }
    return new Promise((resolve) => (waiting = resolve));
  };
}

/** Reads classes instead of locking them, and lets nobody go on before the barrier opens. */
export class UnlockedSeats extends ClassSeatsService {
  constructor(private readonly barrier: () => Promise<void> = () => Promise.resolve()) {
    super();
  }

  override async lock(em: EntityManager, classIds: readonly string[]): Promise<SeatClass[]> {
    const seats = await this.read(em, classIds);
    await this.barrier();
    return seats;
  }
}

/** Locks no term rows of residents, and lets nobody go on before both have read what the resident holds. */
export class UnlockedResidents extends AdmissionQueries {
  constructor(private readonly barrier: () => Promise<void>) {
    super();
  }

  override lockResidentTerms(): Promise<void> {
    return Promise.resolve();
  }

  override async live(...asked: Parameters<AdmissionQueries['live']>): Promise<LiveEnrollment[]> {
    const live = await super.live(...asked);
    await this.barrier();
    return live;
  }
}
