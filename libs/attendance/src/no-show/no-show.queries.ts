import type { DataSource, EntityManager } from 'typeorm';
import { rows } from '#core';

/** Lets one look after the other look at these classes, until the transaction ends; in the order of the keys. */
export async function lockNoShows(em: EntityManager, classIds: readonly string[]): Promise<void> {
  await rows(
    em,
    `select pg_advisory_xact_lock(key)
       from (select hashtextextended('no-shows ' || id, 0) as key from unnest($1::text[]) as c (id) order by 1) keys`,
    [classIds],
  );
}

export interface SeatWithAbsences {
  enrollment_id: string;
  resident_id: string;
  organisation_id: string;
  class_name: string;
  class_name_en: string | null;
  last_session_at: Date | null;
  missed: { sessionId: string; startsAt: string; endsAt: string; marked: boolean }[];
}

/**
 * Everybody who has a seat in one of these running classes, with the held sessions since the seat was given at which
 * they were neither present nor excused; where the last late record (补录) says so, they are not called about it, signed
 * or not yet.
 */
export function readSeatsWithAbsences(
  em: EntityManager,
  classIds: readonly string[],
  at: Date,
): Promise<SeatWithAbsences[]> {
  return rows<SeatWithAbsences>(
    em,
    `select e.id as enrollment_id, e.resident_id, c.organisation_id, c.name as class_name, c.name_en as class_name_en,
            c.last_session_at,
            coalesce(jsonb_agg(jsonb_build_object('sessionId', s.id, 'startsAt', s.starts_at, 'endsAt', s.ends_at,
                                                  'marked', a.status is not null))
                       filter (where s.id is not null and (a.status is null or a.status = 'absent')), '[]') as missed
       from course_classes c
       join enrollments e on e.class_id = c.id and e.state = 'enrolled'
       left join class_sessions s on s.class_id = c.id and s.state = 'held' and s.ends_at <= $2
                                 and s.starts_at >= e.decided_at
                                 and coalesce((
                                   select m.status from late_sheets t
                                     join late_sheet_marks l on l.sheet_id = t.id
                                     join marks m on m.id = l.mark_id
                                    where t.session_id = s.id and t.state <> 'returned'
                                      and not exists (select from withdrawn_marks w where w.mark_id = m.id)
                                      -- Marks stay under the record that they were made for.
                                      and (m.resident_id = e.resident_id or m.resident_id in (
                                        select p.id from residents p where p.merged_into = e.resident_id))
                                    order by m.recorded_at desc, m.id desc limit 1), 'absent') = 'absent'
       left join attendances a on a.session_id = s.id and a.resident_id = e.resident_id
      where c.id = any($1::uuid[]) and c.state = 'published'
      group by c.id, e.id`,
    [classIds, at],
  );
}

/** Classes of those of these sessions that are over. */
export async function classesOfSessions(
  on: EntityManager | DataSource,
  sessionIds: readonly string[],
  at: Date,
): Promise<string[]> {
  const found = await rows<{ class_id: string }>(
    on,
    `select distinct class_id from class_sessions where id = any($1::uuid[]) and ends_at <= $2`,
    [sessionIds, at],
  );
  return found.map(({ class_id }) => class_id);
}

/** Classes of which a held session ended between these moments. */
export async function classesHeldBetween(on: EntityManager | DataSource, from: Date, to: Date): Promise<string[]> {
  const found = await rows<{ class_id: string }>(
    on,
    // Within a day of the start, so that the index on starts_at serves.
    `select distinct class_id from class_sessions
      where starts_at >= $1::timestamptz - interval '1 day' and starts_at <= $2 and ends_at > $1 and ends_at <= $2
        and state = 'held'`,
    [from, to],
  );
  return found.map(({ class_id }) => class_id);
}
