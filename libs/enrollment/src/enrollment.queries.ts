import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { EnrollmentSource, EnrollmentState, ProgrammeKind } from '#contracts';
import { row, rows } from '#core';

export interface EnrollmentRow {
  id: string;
  class_id: string;
  resident_id: string;
  term_id: string;
  programme_kind: ProgrammeKind;
  state: EnrollmentState;
  queued_at: Date;
  offered_until: Date | null;
  source: EnrollmentSource;
  /** Number in the queue, from 1; null unless waiting. */
  position: number | null;
}

/** An enrollment with its number in the queue, which is counted when it is shown and stored nowhere. */
const WITH_POSITION = `
  select e.id, e.class_id, e.resident_id, e.term_id, e.programme_kind, e.state, e.queued_at, e.offered_until, e.source,
         case when e.state = 'waiting' then (
           select count(*)::int + 1 from enrollments w
            where w.class_id = e.class_id and w.state = 'waiting' and (w.queued_at, w.id) < (e.queued_at, e.id)
         ) end as position
    from enrollments e`;

/** Reads of enrollments for pages. */
@Injectable()
export class EnrollmentQueries {
  constructor(private readonly source: DataSource) {}

  byId(id: string, em?: EntityManager): Promise<EnrollmentRow | undefined> {
    return row(em ?? this.source, `${WITH_POSITION} where e.id = $1`, [id]);
  }

  /** Of these residents, the newest first. */
  ofResidents(residentIds: readonly string[], before: string | null, limit: number): Promise<EnrollmentRow[]> {
    return rows(
      this.source,
      `${WITH_POSITION} where e.resident_id = any($1) and ($2::uuid is null or e.id < $2) order by e.id desc limit $3`,
      [residentIds, before, limit],
    );
  }

  /** Of a class, in the order of the queue. */
  ofClass(
    classId: string,
    state: EnrollmentState | null,
    after: readonly string[] | null,
    limit: number,
  ): Promise<EnrollmentRow[]> {
    return rows(
      this.source,
      `${WITH_POSITION} where e.class_id = $1 and ($2::text is null or e.state = $2)
          and ($3::timestamptz is null or (e.queued_at, e.id) > ($3, $4::uuid))
        order by e.queued_at, e.id limit $5`,
      [classId, state, after?.[0] ?? null, after?.[1] ?? null, limit],
    );
  }

  moves(enrollmentId: string) {
    return rows<{
      from_state: EnrollmentState | null;
      to_state: EnrollmentState;
      at: Date;
      actor_kind: string;
      reason: string;
    }>(
      this.source,
      `select from_state, to_state, at, actor_kind, reason from enrollment_moves where enrollment_id = $1 order by id limit 1000`,
      [enrollmentId],
    );
  }

  /** Classes that hold an offer that has run out. */
  async classesWithExpiredOffers(at: Date): Promise<string[]> {
    const found = await rows<{ class_id: string }>(
      this.source,
      `select distinct class_id from enrollments where state = 'offered' and offered_until <= $1 limit 1000`,
      [at],
    );
    return found.map(({ class_id }) => class_id);
  }

  /** Seats of a class: those who sit in its sessions. */
  seats(em: EntityManager | DataSource, classId: string) {
    return rows<{ id: string; resident_id: string; state: EnrollmentState; decided_at: Date }>(
      em,
      `select id, resident_id, state, decided_at from enrollments
        where class_id = $1 and state in ('enrolled', 'finished') order by queued_at, id`,
      [classId],
    );
  }

  seatsFor(em: EntityManager, classId: string, residentIds: readonly string[]) {
    return rows<{ id: string; resident_id: string }>(
      em,
      `select id, resident_id from enrollments
        where class_id = $1 and resident_id = any($2) and state in ('enrolled', 'finished')`,
      [classId, residentIds],
    );
  }
}
