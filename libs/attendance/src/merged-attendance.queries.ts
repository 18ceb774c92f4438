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

/** @returns the sessions at which the duplicate was marked */
export async function moveAttendances(em: EntityManager, survivorId: string, duplicateId: string): Promise<string[]> {
  const moved = await rows<{ session_id: string }>(
    em,
    `with gone as (
       delete from attendances where resident_id = $2 returning *
     ), moved as (
       insert into attendances (session_id, resident_id, enrollment_id, status, arrived_at, left_at, mark_id, recorded_at)
       select g.session_id, $1, coalesce(live.id, g.enrollment_id), g.status, g.arrived_at, g.left_at, g.mark_id, g.recorded_at
         from gone g
         join class_sessions s on s.id = g.session_id
         left join enrollments live
           on live.class_id = s.class_id and live.resident_id = $1 and live.state in ('enrolled', 'finished')
        order by g.session_id
       on conflict (session_id, resident_id) do update
          set status = excluded.status, arrived_at = excluded.arrived_at, left_at = excluded.left_at,
              mark_id = excluded.mark_id, recorded_at = excluded.recorded_at
        where array_position(array['present', 'excused', 'absent'], excluded.status)
            < array_position(array['present', 'excused', 'absent'], attendances.status)
     )
     select session_id from gone order by session_id`,
    [survivorId, duplicateId],
  );
  return moved.map(({ session_id }) => session_id);
}
