import type { EntityManager } from 'typeorm';
import type { AccessRoute, AdmissionKind, ClassState, EnrollmentRule, ProgrammeKind, SeatReserve } from '#contracts';
import { preparedRows } from '#core';

/**
 * The hot path: the admission desk runs these once a batch, for all its classes. Nobody may count seats without the
 * lock, so this is the only SQL that reads and writes the counts.
 */

/** How the seats of a class are spoken for, and how many people want one. */
export interface SeatCounts {
  seats: number;
  /** Enrolled. */
  taken: number;
  /** Kept for someone who was offered one. */
  offered: number;
  /** Given up, and may still be taken back. */
  held: number;
  /** People who wait. */
  waiting: number;
  /** Applications that wait for the lottery or the school's decision. */
  applied: number;
}

/** A class as the admission desk needs it; there from publication on. */
export interface SeatClass extends SeatCounts {
  id: string;
  code: string;
  name: string;
  nameEn: string | null;
  state: ClassState;
  organisationId: string;
  termId: string;
  courseId: string;
  programmeKind: ProgrammeKind;
  /** Classes of this kind that a resident may hold in the term; null: any number. */
  capPerTerm: number | null;
  admission: AdmissionKind;
  waitingLimit: number | null;
  renewalOpensAt: Date | null;
  renewalClosesAt: Date | null;
  enrollmentOpensAt: Date;
  enrollmentClosesAt: Date;
  lateEntryClosesAt: Date | null;
  minAge: number | null;
  maxAge: number | null;
  enrollmentRules: EnrollmentRule[];
  seatReserves: SeatReserve[];
  feeFen: number;
  materialsFen: number;
  /** Where a stopped class's people went. */
  movedTo: string | null;
  stoppedReason: string | null;
  /** Start of the first, end of the last session that is not cancelled. */
  firstSessionAt: Date;
  lastSessionAt: Date;
}

// Counts and state are read from the locked row: whoever had to wait for the lock sees that row as it is now, but the
// row of course_classes as it was when the statement began. Everything else read there does not change any more, or
// not in a way that matters to a seat.
const SEAT_ROWS = `from class_availability a
       join course_classes c on c.id = a.class_id
       left join programme_caps p on p.programme_kind = c.programme_kind
      where a.class_id = any($1::uuid[])
      order by a.class_id`;

const ROW_VERSIONS = `c.xmin::text as "rowVersion", p.xmin::text as "capVersion"`;

const SEAT_CLASSES = `
  select c.id, c.code, c.name, c.name_en as "nameEn", a.state, c.organisation_id as "organisationId",
         c.term_id as "termId", c.course_id as "courseId", c.programme_kind as "programmeKind",
         p.classes_per_term as "capPerTerm", c.admission, c.waiting_limit as "waitingLimit",
         c.renewal_opens_at as "renewalOpensAt", c.renewal_closes_at as "renewalClosesAt",
         c.enrollment_opens_at as "enrollmentOpensAt", c.enrollment_closes_at as "enrollmentClosesAt",
         c.late_entry_closes_at as "lateEntryClosesAt", c.min_age as "minAge", c.max_age as "maxAge",
         c.enrollment_rules as "enrollmentRules", c.seat_reserves as "seatReserves", c.fee_fen as "feeFen",
         c.materials_fen as "materialsFen", c.moved_to as "movedTo", c.stopped_reason as "stoppedReason",
         c.first_session_at as "firstSessionAt", c.last_session_at as "lastSessionAt",
         a.seats, a.taken, a.offered, a.held, a.waiting, a.applied,
         ${ROW_VERSIONS}
    ${SEAT_ROWS}`;

/** What changes with every batch, and by which versions of the rows all else was read. */
type LockedSeats = SeatCounts & Pick<SeatClass, 'id' | 'state'> & RowVersions;

/** A row that is written anew has another `xmin`, whoever writes it and whatever it changes. */
export interface RowVersions {
  rowVersion: string;
  capVersion: string | null;
}

/** Locks in id order, so that two desks with the same classes never wait for each other in a circle. */
export const lockSeats = (em: EntityManager, classIds: readonly string[]): Promise<LockedSeats[]> =>
  preparedRows<LockedSeats>(
    em,
    `select a.class_id as id, a.state, a.seats, a.taken, a.offered, a.held, a.waiting, a.applied,
            ${ROW_VERSIONS}
       ${SEAT_ROWS} for update of a`,
    [classIds],
  );

export const readSeatClasses = (em: EntityManager, classIds: readonly string[]): Promise<(SeatClass & RowVersions)[]> =>
  preparedRows(em, SEAT_CLASSES, [classIds]);

/** One statement for all classes of a batch; their rows are locked by the caller, so their order does not matter. */
export const writeSeatCounts = (
  em: EntityManager,
  counts: readonly (Omit<SeatCounts, 'seats'> & { classId: string })[],
): Promise<unknown> =>
  preparedRows(
    em,
    `update class_availability a
        set taken = n.taken, offered = n.offered, held = n.held, waiting = n.waiting, applied = n.applied
       from unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::int[], $6::int[])
         as n (class_id, taken, offered, held, waiting, applied)
      where a.class_id = n.class_id`,
    [
      counts.map((count) => count.classId),
      counts.map((count) => count.taken),
      counts.map((count) => count.offered),
      counts.map((count) => count.held),
      counts.map((count) => count.waiting),
      counts.map((count) => count.applied),
    ],
  );

/** When and where a class meets. */
export interface SessionTime {
  classId: string;
  startsAt: Date;
  endsAt: Date;
  venueId: string;
  /** The village of the venue. */
  regionCode: string;
  accessRoute: AccessRoute;
}

/** Says of one or of all sessions of a class when and where they are: while it stays the same, so do they. */
const PRINT = `sum(hash_record_extended(row(s.id, s.starts_at, s.ends_at, v.id, v.region_code, v.access_route), 0))`;

/** When and where classes meet, for the clash of a resident's classes, with the print of each class. */
export const readSessionTimes = (
  em: EntityManager,
  classIds: readonly string[],
): Promise<(SessionTime & { print: string })[]> =>
  preparedRows(
    em,
    `select s.class_id as "classId", s.starts_at as "startsAt", s.ends_at as "endsAt", s.venue_id as "venueId",
            v.region_code as "regionCode", v.access_route as "accessRoute",
            ${PRINT} over (partition by s.class_id) as print
       from class_sessions s join venues v on v.id = s.venue_id
      where s.class_id = any($1::uuid[]) and s.state <> 'cancelled'
      order by s.class_id, s.starts_at`,
    [classIds],
  );

/** The prints of the classes that meet at all. */
export const readTimetablePrints = (
  em: EntityManager,
  classIds: readonly string[],
): Promise<{ classId: string; print: string }[]> =>
  preparedRows(
    em,
    `select s.class_id as "classId", ${PRINT} as print
       from class_sessions s join venues v on v.id = s.venue_id
      where s.class_id = any($1::uuid[]) and s.state <> 'cancelled'
      group by s.class_id`,
    [classIds],
  );
