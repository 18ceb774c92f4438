import type { DataSource, EntityManager } from 'typeorm';
import { type ClassState, DISTRICT_ZONE, type SessionState } from '#contracts';
import { preparedRows, rows } from '#core';

/** A session with what others need of its class. */
export interface SessionFacts {
  id: string;
  classId: string;
  className: string;
  organisationId: string;
  /** Who teaches this session. */
  teacherId: string;
  /** Who teaches the class. */
  classTeacherId: string;
  termId: string;
  number: number;
  startsAt: Date;
  endsAt: Date;
  venueId: string;
  state: SessionState;
  /** Why it is not held; null unless it is cancelled. */
  cancelledReason: string | null;
  classState: ClassState;
  /** The class was created when a session of its timetable had begun already (counting rule 12). */
  enteredAfterwards: boolean;
}

/** Session and class in one read: every batch of check-ins asks for those it marks. */
export const readSessionFacts = (em: EntityManager, ids: readonly string[]): Promise<SessionFacts[]> =>
  preparedRows<SessionFacts>(
    em,
    `select s.id, s.class_id as "classId", c.name as "className", c.organisation_id as "organisationId",
            s.teacher_id as "teacherId", c.teacher_id as "classTeacherId", c.term_id as "termId", s.number,
            s.starts_at as "startsAt", s.ends_at as "endsAt", s.venue_id as "venueId", s.state,
            s.cancelled_reason as "cancelledReason", c.state as "classState",
            c.first_session_at < c.created_at and exists (
              select 1 from class_sessions f where f.class_id = c.id and f.frozen and f.starts_at < c.created_at
            ) as "enteredAfterwards"
       from class_sessions s join course_classes c on c.id = s.class_id
      where s.id = any($1::uuid[])`,
    [ids],
  );

/** Locks in id order, for two bursts of check-ins may mark the same sessions; those held already are left alone. */
export const markSessionsHeld = (em: EntityManager, ids: readonly string[]): Promise<{ id: string }[]> =>
  preparedRows(
    em,
    `with waiting as (
       select id from class_sessions where id = any($1::uuid[]) and state = 'scheduled' order by id for no key update
     )
     update class_sessions s set state = 'held', version = s.version + 1 from waiting where s.id = waiting.id
     returning s.id`,
    [ids],
  );

/** Locks in id order, as {@link markSessionsHeld} does. */
export const markSessionsNotHeld = (em: EntityManager, ids: readonly string[]): Promise<{ id: string }[]> =>
  preparedRows(
    em,
    `with held as (
       select id from class_sessions where id = any($1::uuid[]) and state = 'held' order by id for no key update
     )
     update class_sessions s set state = 'scheduled', version = s.version + 1 from held where s.id = held.id
     returning s.id`,
    [ids],
  );

export interface SessionOfDayRow {
  id: string;
  class_id: string;
  class_code: string;
  class_name: string;
  class_name_en: string | null;
  number: number;
  starts_at: Date;
  ends_at: Date;
  state: SessionState;
  cancelled_reason: string | null;
  teacher_id: string;
  substitute_name: string | null;
  substitute_reason: string | null;
  venue_id: string;
  taken: number;
}

/** The sessions of a school, or of a teacher at whatever school, on a day of the district, by time; its bounds are moments, so that the index on starts_at serves. */
export const readSessionsOfDay = (
  on: DataSource,
  wanted: {
    organisationId: string;
    day: string;
    teacherId: string | null;
    after: readonly [string, string] | null;
    limit: number;
  },
): Promise<SessionOfDayRow[]> =>
  rows<SessionOfDayRow>(
    on,
    `select s.id, s.class_id, c.code as class_code, c.name as class_name, c.name_en as class_name_en, s.number,
            s.starts_at, s.ends_at, s.state, s.cancelled_reason, s.teacher_id, s.substitute_name,
            s.substitute_reason, s.venue_id, coalesce(a.taken, 0) as taken
       from class_sessions s
       join course_classes c on c.id = s.class_id
       left join class_availability a on a.class_id = c.id
      where s.starts_at >= $2::date::timestamp at time zone $3
        and s.starts_at < ($2::date + 1)::timestamp at time zone $3
        and c.state in ('published', 'finished')
        and case when $4::uuid is null then c.organisation_id = $1 else s.teacher_id = $4 end
        and ($5::timestamptz is null or (s.starts_at, s.id) > ($5::timestamptz, $6::uuid))
      order by s.starts_at, s.id limit $7`,
    [
      wanted.organisationId,
      wanted.day,
      DISTRICT_ZONE,
      wanted.teacherId,
      wanted.after?.[0] ?? null,
      wanted.after?.[1] ?? null,
      wanted.limit,
    ],
  );
