import type { EntityManager } from 'typeorm';
import { rows } from '#core';

/**
 * Waits for whoever is marking a session of a class in which the resident is or was: a request that took the duplicate
 * for somebody on the roster has written its marks by then, and the next one knows better. In the order of the keys.
 */
export async function lockSessionsOf(em: EntityManager, residentId: string, at: Date): Promise<void> {
  await rows(
    em,
    `select pg_advisory_xact_lock(key) from (
       select hashtextextended('attendance ' || s.id::text, 0) as key
         from class_sessions s
        where s.starts_at < $2::timestamptz + interval '1 day' and s.class_id in (
          select class_id from enrollments where resident_id = $1
          union
          select t.from_class_id from enrollment_transfers t join enrollments e on e.id = t.enrollment_id
           where e.resident_id = $1)
        order by 1
     ) keys`,
    [residentId, at],
  );
}

/**
 * Takes away what is known of the duplicate.
 *
 * @returns at which sessions, each with the enrollment that it goes over to
 */
export const takeAttendances = (em: EntityManager, survivorId: string, duplicateId: string) =>
  rows<{ session_id: string; enrollment_id: string }>(
    em,
    `with gone as (
       delete from attendances where resident_id = $2 returning session_id, enrollment_id
     )
     select g.session_id, coalesce(own.enrollment_id, live.id, g.enrollment_id) as enrollment_id
       from gone g
       join class_sessions s on s.id = g.session_id
       left join attendances own on own.session_id = g.session_id and own.resident_id = $1
       left join enrollments live
         on live.class_id = s.class_id and live.resident_id = $1 and live.state in ('enrolled', 'finished')
      order by g.session_id`,
    [survivorId, duplicateId],
  );

/**
 * Whoever is monitor (班长) by the duplicate is so by the record that is used; of two who are one person in a class, the
 * duplicate's ends, by whoever named it.
 */
export async function moveMonitors(
  em: EntityManager,
  survivorId: string,
  duplicateId: string,
  at: Date,
): Promise<void> {
  await rows(
    em,
    `update class_monitors m set ended_at = $3, ended_by = m.named_by
      where m.resident_id = $2 and m.ended_at is null and exists (
        select from class_monitors o where o.class_id = m.class_id and o.resident_id = $1 and o.ended_at is null)`,
    [survivorId, duplicateId, at],
  );
  await rows(em, `update class_monitors set resident_id = $1 where resident_id = $2 and ended_at is null`, [
    survivorId,
    duplicateId,
  ]);
}
