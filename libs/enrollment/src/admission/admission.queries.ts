import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { EnrollmentState, ProgrammeKind } from '#contracts';
import { preparedRows } from '#core';
import type { DeskEnrollment } from './desk-book.rules.js';

/** Those who wait that are read beyond the seats that may fall free, in case some of them may not have one. */
const QUEUE_RESERVE = 200;

const DESK_COLUMNS = `e.id, e.class_id as "classId", e.resident_id as "residentId", e.unit_id as "unitId", e.state, e.source,
  e.queued_at as "queuedAt", e.offered_until as "offeredUntil", e.automatic, e.reserve, e.undo_until as "undoUntil",
  e.undo_to as "undoTo"`;

export interface LiveEnrollment extends DeskEnrollment {
  termId: string;
  programmeKind: ProgrammeKind;
  className: string;
}

/** In what somebody has, or had, a seat. */
export interface SeatOfTerm {
  residentId: string;
  termId: string;
  courseId: string;
  programmeKind: ProgrammeKind;
}

/** The SQL of the admission desk: each statement serves a whole batch. */
@Injectable()
export class AdmissionQueries {
  /**
   * Locks the residents' term rows in order of resident and term, creating those that are missing; a resident that
   * does not exist has none.
   *
   * Whether a row is inserted or locked, it is so in its turn of the one order, and so no two batches wait for each
   * other in a circle. `do update` locks a row that is there (also one that was inserted after the statement began, once
   * its writer has committed) and `where false` leaves it as it is.
   */
  async lockResidentTerms(em: EntityManager, pairs: readonly { residentId: string; termId: string }[]): Promise<void> {
    await preparedRows(
      em,
      `insert into resident_terms (resident_id, term_id)
       select distinct p.r, p.t from unnest($1::uuid[], $2::uuid[]) as p (r, t)
         join residents on residents.id = p.r
        order by p.r, p.t
       on conflict (resident_id, term_id) do update set term_id = excluded.term_id where false`,
      [pairs.map(({ residentId }) => residentId), pairs.map(({ termId }) => termId)],
    );
  }

  /**
   * Locks of these term rows those that nobody else holds, out of order: after the classes are locked nobody may wait
   * for a resident any more.
   *
   * @returns the rows that are locked now
   */
  async lockFreeResidentTerms(
    em: EntityManager,
    pairs: readonly { residentId: string; termId: string }[],
  ): Promise<{ residentId: string; termId: string }[]> {
    return preparedRows<{ residentId: string; termId: string }>(
      em,
      `select rt.resident_id as "residentId", rt.term_id as "termId" from resident_terms rt
        where (rt.resident_id, rt.term_id) in (select * from unnest($1::uuid[], $2::uuid[]))
        for update skip locked`,
      [pairs.map(({ residentId }) => residentId), pairs.map(({ termId }) => termId)],
    );
  }

  /** The heads of the queues, as many as may be given a seat and some more. */
  queues(em: EntityManager, needs: readonly { classId: string; seats: number }[]): Promise<DeskEnrollment[]> {
    return preparedRows(
      em,
      `select ${DESK_COLUMNS}
         from unnest($1::uuid[], $2::int[]) as n (class_id, seats)
        cross join lateral (
          select * from enrollments w where w.class_id = n.class_id and w.state = 'waiting'
           order by w.queued_at, w.id limit n.seats
        ) e
        order by e.class_id, e.queued_at, e.id`,
      [needs.map(({ classId }) => classId), needs.map(({ seats }) => seats + QUEUE_RESERVE)],
    );
  }

  /** When the last in each queue came. */
  lastQueued(em: EntityManager, classIds: readonly string[]): Promise<{ classId: string; at: Date | null }[]> {
    return preparedRows(
      em,
      `select c.id as "classId", (
         select queued_at from enrollments e where e.class_id = c.id and e.state = 'waiting'
          order by queued_at desc, id desc limit 1
       ) as at from unnest($1::uuid[]) as c (id)`,
      [classIds],
    );
  }

  /** Offers and held seats of these classes whose time is over. */
  endings(em: EntityManager, classIds: readonly string[], at: Date): Promise<DeskEnrollment[]> {
    return preparedRows(
      em,
      `select ${DESK_COLUMNS} from enrollments e
        where e.class_id = any($1) and e.state = 'offered' and e.offered_until <= $2
       union all
       select ${DESK_COLUMNS} from enrollments e
        where e.class_id = any($1) and e.undo_to = 'enrolled' and e.undo_until <= $2`,
      [classIds, at],
    );
  }

  /**
   * What these residents hold or wait for in these terms, and what they may still take back; of other terms what is not
   * over, since classes of terms that overlap may meet at one time.
   */
  live(
    em: EntityManager,
    residentIds: readonly string[],
    termIds: readonly string[],
    at: Date,
  ): Promise<LiveEnrollment[]> {
    return preparedRows(
      em,
      `select ${DESK_COLUMNS}, e.term_id as "termId", e.programme_kind as "programmeKind", c.name as "className"
         from unnest($1::uuid[]) as r (id)
        cross join lateral (select * from enrollments where resident_id = r.id order by id) e
         join course_classes c on c.id = e.class_id
        where (e.term_id = any($2) or c.last_session_at > $3)
          and (e.state in ('applied', 'enrolled', 'waiting', 'offered', 'finished')
            or e.state = 'cancelled' and e.undo_until > $3)`,
      [residentIds, termIds, at],
    );
  }

  /** Enrollments by id and those who share their units, read under the locks. */
  byIds(em: EntityManager, ids: readonly string[]): Promise<DeskEnrollment[]> {
    return preparedRows(
      em,
      `select ${DESK_COLUMNS} from enrollments e
        where e.id = any($1) or e.unit_id in (select unit_id from enrollments where id = any($1))`,
      [ids],
    );
  }

  /** Seats taken, offered or held of the reserves of these classes. */
  reservesUsed(
    em: EntityManager,
    classIds: readonly string[],
  ): Promise<{ classId: string; reserve: string; used: number }[]> {
    return preparedRows(
      em,
      `select class_id as "classId", reserve, count(*)::int as used from enrollments
        where class_id = any($1) and reserve is not null
          and (state in ('enrolled', 'finished', 'offered') or undo_to = 'enrolled')
        group by class_id, reserve`,
      [classIds],
    );
  }

  /** In which courses and kinds these residents have or had a seat; for renewal and for first-timers. */
  seatsOfTerms(em: EntityManager, residentIds: readonly string[]): Promise<SeatOfTerm[]> {
    return preparedRows(
      em,
      `select distinct e.resident_id as "residentId", e.term_id as "termId", c.course_id as "courseId",
              e.programme_kind as "programmeKind"
         from enrollments e join course_classes c on c.id = e.class_id
        where e.resident_id = any($1) and e.state in ('enrolled', 'finished')`,
      [residentIds],
    );
  }

  /** The bureau's codes of the courses that these residents have completed. */
  completedCourses(
    em: EntityManager,
    residentIds: readonly string[],
  ): Promise<{ residentId: string; courseCode: string }[]> {
    return preparedRows(
      em,
      `select distinct cc.resident_id as "residentId", c.code as "courseCode"
         from completed_courses cc join courses c on c.id = cc.course_id where cc.resident_id = any($1)`,
      [residentIds],
    );
  }

  async insert(
    em: EntityManager,
    news: readonly (DeskEnrollment & { termId: string; programmeKind: ProgrammeKind })[],
    at: Date,
  ): Promise<void> {
    if (news.length === 0) return;
    await preparedRows(
      em,
      `insert into enrollments (id, class_id, resident_id, unit_id, term_id, programme_kind, state, queued_at, source, automatic,
         reserve, decided_at, created_at)
       select *, $12::timestamptz, $12::timestamptz
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::timestamptz[],
           $9::text[], $10::boolean[], $11::text[])`,
      [
        news.map(({ id }) => id),
        news.map(({ classId }) => classId),
        news.map(({ residentId }) => residentId),
        news.map(({ unitId }) => unitId),
        news.map(({ termId }) => termId),
        news.map(({ programmeKind }) => programmeKind),
        news.map(({ state }) => state),
        news.map(({ queuedAt }) => queuedAt),
        news.map(({ source }) => source),
        news.map(({ automatic }) => automatic),
        news.map(({ reserve }) => reserve),
        at,
      ],
    );
  }

  async update(em: EntityManager, changed: readonly DeskEnrollment[], at: Date): Promise<void> {
    if (changed.length === 0) return;
    await preparedRows(
      em,
      `update enrollments e
          set class_id = n.class_id, unit_id = n.unit_id, state = n.state, queued_at = n.queued_at,
              offered_until = n.offered_until, reserve = n.reserve, undo_until = n.undo_until, undo_to = n.undo_to,
              decided_at = case when e.state = n.state then e.decided_at else $10 end, version = e.version + 1
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::text[],
                $8::timestamptz[], $9::text[])
           as n (id, class_id, unit_id, state, queued_at, offered_until, reserve, undo_until, undo_to)
        where e.id = n.id`,
      [
        changed.map(({ id }) => id),
        changed.map(({ classId }) => classId),
        changed.map(({ unitId }) => unitId),
        changed.map(({ state }) => state),
        changed.map(({ queuedAt }) => queuedAt),
        changed.map(({ offeredUntil }) => offeredUntil),
        changed.map(({ reserve }) => reserve),
        changed.map(({ undoUntil }) => undoUntil),
        changed.map(({ undoTo }) => undoTo),
        at,
      ],
    );
  }

  async insertMoves(
    em: EntityManager,
    moves: readonly {
      enrollmentId: string;
      from: EnrollmentState | null;
      to: EnrollmentState;
      step: string;
      actorKind: string;
      actorId: string | null;
      reason: string;
    }[],
    at: Date,
  ): Promise<void> {
    if (moves.length === 0) return;
    await preparedRows(
      em,
      `insert into enrollment_moves (enrollment_id, from_state, to_state, step, actor_kind, actor_id, reason, at)
       select *, $8::timestamptz
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[])`,
      [
        moves.map(({ enrollmentId }) => enrollmentId),
        moves.map(({ from }) => from),
        moves.map(({ to }) => to),
        moves.map(({ step }) => step),
        moves.map(({ actorKind }) => actorKind),
        moves.map(({ actorId }) => actorId),
        moves.map(({ reason }) => reason),
        at,
      ],
    );
  }

  async insertTransfers(
    em: EntityManager,
    transfers: readonly { enrollmentId: string; fromClassId: string; toClassId: string }[],
    at: Date,
  ): Promise<void> {
    if (transfers.length === 0) return;
    await preparedRows(
      em,
      `insert into enrollment_transfers (enrollment_id, from_class_id, to_class_id, at)
       select *, $4::timestamptz from unnest($1::uuid[], $2::uuid[], $3::uuid[])`,
      [
        transfers.map(({ enrollmentId }) => enrollmentId),
        transfers.map(({ fromClassId }) => fromClassId),
        transfers.map(({ toClassId }) => toClassId),
        at,
      ],
    );
  }
}
