import type { EntityManager } from 'typeorm';
import { DISTRICT_ZONE } from '#contracts';
import { rows } from '#core';

export interface MonitorRow {
  id: string;
  class_id: string;
  resident_id: string;
  until_day: string | null;
  named_at: Date;
  named_by: string;
  ended_at: Date | null;
}

/** Who is or was monitor of a class, the last named first. */
export const readMonitors = (em: EntityManager, classId: string, before: string | null, limit: number) =>
  rows<MonitorRow>(
    em,
    `select id, class_id, resident_id, until_day, named_at, named_by, ended_at from class_monitors
      where class_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [classId, before, limit],
  );

/** Who is monitor of a class on a day. */
export const readPresentMonitors = (em: EntityManager, classId: string, day: string) =>
  rows<{ id: string; resident_id: string }>(
    em,
    `select id, resident_id from class_monitors
      where class_id = $1 and ended_at is null and (until_day is null or until_day >= $2)`,
    [classId, day],
  );

export interface MonitoredSession {
  sessionId: string;
  classId: string;
  residentId: string;
  className: string;
  classNameEn: string | null;
  number: number;
  startsAt: Date;
  endsAt: Date;
}

/**
 * Sessions that are to be held, begin on that day until that moment and belong to classes whose monitor one of these residents is on that
 * day.
 *
 * @param sessionId of this session only; null: of all
 */
export const readMonitoredSessions = (
  em: EntityManager,
  residentIds: readonly string[],
  { day, to, sessionId }: { day: string; to: Date; sessionId: string | null },
) =>
  rows<MonitoredSession>(
    em,
    `select s.id as "sessionId", s.class_id as "classId", m.resident_id as "residentId", c.name as "className",
            c.name_en as "classNameEn", s.number, s.starts_at as "startsAt", s.ends_at as "endsAt"
       from class_monitors m
       join course_classes c on c.id = m.class_id and c.state in ('published', 'finished')
       join class_sessions s on s.class_id = c.id and s.state <> 'cancelled'
      where m.resident_id = any($1::uuid[]) and m.ended_at is null and (m.until_day is null or m.until_day >= $2)
        and s.starts_at >= $2::date::timestamp at time zone $3 and s.starts_at <= $4
        and ($5::uuid is null or s.id = $5)
      order by s.starts_at, s.id, m.resident_id`,
    [residentIds, day, DISTRICT_ZONE, to, sessionId],
  );
