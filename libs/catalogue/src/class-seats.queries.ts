import type { EntityManager } from 'typeorm';
import type { ClassState, ProgrammeKind } from '#contracts';
import { preparedRows } from '#core';

/**
 * The hot path: the admission desk runs these once a batch, for all its classes. Nobody may count seats without the
 * lock, so this is the only SQL that reads and writes the counts.
 */

/** A class as the admission desk needs it; there from publication on. */
export interface SeatClass {
  id: string;
  code: string;
  name: string;
  nameEn: string | null;
  state: ClassState;
  organisationId: string;
  termId: string;
  programmeKind: ProgrammeKind;
  seats: number;
  waitingLimit: number | null;
  enrollmentOpensAt: Date;
  enrollmentClosesAt: Date;
  minAge: number | null;
  maxAge: number | null;
  /** Start of the first, end of the last session that is not cancelled. */
  firstSessionAt: Date;
  lastSessionAt: Date;
  taken: number;
  offered: number;
  waiting: number;
}

// Seats and state are read from the locked row: whoever had to wait for the lock sees that row as it is now, but the
// row of course_classes as it was when the statement began. Everything else read there does not change any more, or
// not in a way that matters to a seat.
const SEAT_CLASSES = `
  select c.id, c.code, c.name, c.name_en as "nameEn", a.state, c.organisation_id as "organisationId",
         c.term_id as "termId", c.programme_kind as "programmeKind", a.seats, c.waiting_limit as "waitingLimit",
         c.enrollment_opens_at as "enrollmentOpensAt", c.enrollment_closes_at as "enrollmentClosesAt",
         c.min_age as "minAge", c.max_age as "maxAge",
         c.first_session_at as "firstSessionAt", c.last_session_at as "lastSessionAt", a.taken, a.offered, a.waiting
    from class_availability a
    join course_classes c on c.id = a.class_id
   where a.class_id = any($1::uuid[])
   order by a.class_id`;

/** Locks in id order, so that two desks with the same classes never wait for each other in a circle. */
export const lockSeatClasses = (em: EntityManager, classIds: readonly string[]): Promise<SeatClass[]> =>
  preparedRows<SeatClass>(em, `${SEAT_CLASSES} for update of a`, [classIds]);

export const readSeatClasses = (em: EntityManager, classIds: readonly string[]): Promise<SeatClass[]> =>
  preparedRows<SeatClass>(em, SEAT_CLASSES, [classIds]);

/** How many have, were offered and wait for a seat. */
export interface SeatCounts {
  classId: string;
  taken: number;
  offered: number;
  waiting: number;
}

/** One statement for all classes of a batch; their rows are locked by the caller, so their order does not matter. */
export const writeSeatCounts = (em: EntityManager, counts: readonly SeatCounts[]): Promise<unknown> =>
  preparedRows(
    em,
    `update class_availability a set taken = n.taken, offered = n.offered, waiting = n.waiting
       from unnest($1::uuid[], $2::int[], $3::int[], $4::int[]) as n (class_id, taken, offered, waiting)
      where a.class_id = n.class_id`,
    [
      counts.map((count) => count.classId),
      counts.map((count) => count.taken),
      counts.map((count) => count.offered),
      counts.map((count) => count.waiting),
    ],
  );

export interface SessionTime {
  classId: string;
  startsAt: Date;
  endsAt: Date;
}

/** When classes meet, for the clash of a resident's classes. */
export const readSessionTimes = (em: EntityManager, classIds: readonly string[]): Promise<SessionTime[]> =>
  preparedRows<SessionTime>(
    em,
    `select class_id as "classId", starts_at as "startsAt", ends_at as "endsAt"
       from class_sessions
      where class_id = any($1::uuid[]) and state <> 'cancelled'
      order by class_id, starts_at`,
    [classIds],
  );
