import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { EnrollmentState, ProgrammeKind } from '#contracts';
import { preparedRows } from '#core';
import type { DeskEnrollment } from './admission.rules.js';

/** Those who wait that are read beyond the seats that may fall free, in case some of them may not have one. */
const QUEUE_RESERVE = 200;

const DESK_COLUMNS = `e.id, e.class_id as "classId", e.resident_id as "residentId", e.state, e.queued_at as "queuedAt",
  e.offered_until as "offeredUntil"`;

export interface LiveEnrollment extends DeskEnrollment {
  termId: string;
  programmeKind: ProgrammeKind;
  className: string;
}

/** The SQL of the admission desk: each statement serves a whole batch. */
@Injectable()
export class AdmissionQueries {
  /**
   * Locks the residents' term rows in order of resident and term, creating those that are missing; a resident that
   * does not exist has none.
   *
   * First the missing ones are inserted (an insert is its own lock), then the others locked: a writer that waits for
   * an insert holds no older row yet, so two batches cannot wait for each other.
   */
  async lockResidentTerms(em: EntityManager, pairs: readonly { residentId: string; termId: string }[]): Promise<void> {
    const parameters = [pairs.map(({ residentId }) => residentId), pairs.map(({ termId }) => termId)];
    const inserted = await preparedRows(
      em,
      `insert into resident_terms (resident_id, term_id)
       select distinct p.r, p.t from unnest($1::uuid[], $2::uuid[]) as p (r, t)
         join residents on residents.id = p.r
        order by p.r, p.t
       on conflict do nothing returning 1`,
      parameters,
    );
    if (inserted.length === new Set(pairs.map((pair) => pair.residentId + pair.termId)).size) return;
    await preparedRows(
      em,
      `select 1 from resident_terms rt
        where (rt.resident_id, rt.term_id) in (select * from unnest($1::uuid[], $2::uuid[]))
        order by rt.resident_id, rt.term_id for update`,
      parameters,
    );
  }

  /** The heads of the queues, as many as may be offered a seat and some more. */
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

  /** Offers of these classes that have run out. */
  expiredOffers(em: EntityManager, classIds: readonly string[], at: Date): Promise<DeskEnrollment[]> {
    return preparedRows(
      em,
      `select ${DESK_COLUMNS} from enrollments e
        where e.class_id = any($1) and e.state = 'offered' and e.offered_until <= $2
        order by e.offered_until, e.id`,
      [classIds, at],
    );
  }

  /** What these residents hold or wait for in these terms. */
  live(em: EntityManager, residentIds: readonly string[], termIds: readonly string[]): Promise<LiveEnrollment[]> {
    return preparedRows(
      em,
      `select ${DESK_COLUMNS}, e.term_id as "termId", e.programme_kind as "programmeKind", c.name as "className"
         from enrollments e join course_classes c on c.id = e.class_id
        where e.resident_id = any($1) and e.term_id = any($2)
          and e.state in ('applied', 'enrolled', 'waiting', 'offered', 'finished')`,
      [residentIds, termIds],
    );
  }

  /** Enrollments by id, read under the locks. */
  byIds(em: EntityManager, ids: readonly string[]): Promise<DeskEnrollment[]> {
    return preparedRows(em, `select ${DESK_COLUMNS} from enrollments e where e.id = any($1)`, [ids]);
  }

  async insert(
    em: EntityManager,
    news: readonly (DeskEnrollment & { termId: string; programmeKind: ProgrammeKind; source: string })[],
    at: Date,
  ): Promise<void> {
    if (news.length === 0) return;
    await preparedRows(
      em,
      `insert into enrollments (id, class_id, resident_id, term_id, programme_kind, state, queued_at, offered_until, source, decided_at, created_at)
       select id, class_id, resident_id, term_id, programme_kind, state, queued_at, offered_until, source, $10, $10
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::text[])
           as n (id, class_id, resident_id, term_id, programme_kind, state, queued_at, offered_until, source)`,
      [
        news.map(({ id }) => id),
        news.map(({ classId }) => classId),
        news.map(({ residentId }) => residentId),
        news.map(({ termId }) => termId),
        news.map(({ programmeKind }) => programmeKind),
        news.map(({ state }) => state),
        news.map(({ queuedAt }) => queuedAt),
        news.map(({ offeredUntil }) => offeredUntil),
        news.map(({ source }) => source),
        at,
      ],
    );
  }

  async update(em: EntityManager, changed: readonly DeskEnrollment[], at: Date): Promise<void> {
    if (changed.length === 0) return;
    await preparedRows(
      em,
      `update enrollments e set state = n.state, offered_until = n.offered_until, decided_at = $4, version = e.version + 1
         from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as n (id, state, offered_until)
        where e.id = n.id`,
      [
        changed.map(({ id }) => id),
        changed.map(({ state }) => state),
        changed.map(({ offeredUntil }) => offeredUntil),
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
      actorKind: string;
      actorId: string | null;
      reason: string;
    }[],
    at: Date,
  ): Promise<void> {
    if (moves.length === 0) return;
    await preparedRows(
      em,
      `insert into enrollment_moves (enrollment_id, from_state, to_state, at, actor_kind, actor_id, reason)
       select enrollment_id, from_state, to_state, $7, actor_kind, actor_id, reason
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[])
           as m (enrollment_id, from_state, to_state, actor_kind, actor_id, reason)`,
      [
        moves.map(({ enrollmentId }) => enrollmentId),
        moves.map(({ from }) => from),
        moves.map(({ to }) => to),
        moves.map(({ actorKind }) => actorKind),
        moves.map(({ actorId }) => actorId),
        moves.map(({ reason }) => reason),
        at,
      ],
    );
  }
}
