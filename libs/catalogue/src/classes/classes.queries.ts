import type { DataSource, EntityManager } from 'typeorm';
import { type AdmissionKind, type ClassState, DISTRICT_ZONE, type ProgrammeKind } from '#contracts';
import { row, rows } from '#core';

/** What a list shows of a class, as far as catalogue's own tables know it. */
export interface ClassRow {
  id: string;
  code: string;
  name: string;
  name_en: string | null;
  programme_kind: ProgrammeKind;
  state: ClassState;
  course_id: string;
  course_code: string;
  course_name: string;
  course_name_en: string | null;
  organisation_id: string;
  teacher_id: string;
  venue_id: string;
  seats: number;
  taken: number;
  offered: number;
  waiting: number;
  held: number;
  applied: number;
  admission: AdmissionKind;
  minimum: number | null;
  minimum_decided_at: Date | null;
  waiting_limit: number | null;
  enrollment_opens_at: Date;
  enrollment_closes_at: Date;
  min_age: number | null;
  max_age: number | null;
  fee_fen: number;
  materials_fen: number;
  session_count: number;
  first_session_at: Date | null;
  last_session_at: Date | null;
  submitted_at: Date | null;
}

/** Which classes, in which order; conditions name their parameters by number. */
export interface ClassSelection {
  conditions: readonly string[];
  order: string;
  limit: number;
  parameters: readonly unknown[];
}

/**
 * The one query behind every list of classes. Written by hand, because each list has an index that serves just its
 * conditions and order, and because the counts must come with it in one read: before publication there are none.
 */
export function selectClasses(on: EntityManager | DataSource, selection: ClassSelection): Promise<ClassRow[]> {
  return rows<ClassRow>(
    on,
    `select c.id, c.code, c.name, c.name_en, c.programme_kind, c.state,
            c.course_id, k.code as course_code, k.name as course_name, k.name_en as course_name_en,
            c.organisation_id, c.teacher_id, c.venue_id,
            coalesce(a.seats, c.seats) as seats, coalesce(a.taken, 0) as taken, coalesce(a.offered, 0) as offered,
            coalesce(a.waiting, 0) as waiting, coalesce(a.held, 0) as held, coalesce(a.applied, 0) as applied,
            c.admission, c.minimum, c.minimum_decided_at, c.waiting_limit, c.enrollment_opens_at, c.enrollment_closes_at,
            c.min_age, c.max_age, c.fee_fen, c.materials_fen, c.first_session_at, c.last_session_at, c.submitted_at,
            (select count(*)::int from class_sessions s where s.class_id = c.id and s.state <> 'cancelled') as session_count
       from course_classes c
       join courses k on k.id = c.course_id
       left join class_availability a on a.class_id = c.id
      where ${selection.conditions.join(' and ')}
      order by ${selection.order} limit ${Number(selection.limit)}`,
    [...selection.parameters],
  );
}

/** How many classes would have a session outside of a term if it had these days; cancelled sessions do not matter. */
export async function countClassesOutsideTerm(
  em: EntityManager,
  term: { id: string; startsOn: string; endsOn: string },
): Promise<number> {
  const found = await row<{ classes: number }>(
    em,
    `select count(distinct c.id)::int as classes
       from course_classes c join class_sessions s on s.class_id = c.id and s.state <> 'cancelled'
      where c.term_id = $1
        and ((s.starts_at at time zone $4)::date < $2::date or (s.ends_at at time zone $4)::date > $3::date)`,
    [term.id, term.startsOn, term.endsOn, DISTRICT_ZONE],
  );
  return found?.classes ?? 0;
}

/** A session of the class that another class has taken the room or the teacher of. */
export interface Clash {
  kind: 'venue' | 'teacher';
  number: number;
}

/**
 * Which sessions of a class clash with reserved sessions of other classes. It asks before the exclusion constraints
 * do, with the same condition (so their indexes serve it), because a broken constraint cannot say which session it was.
 */
export function findClashes(em: EntityManager, classId: string): Promise<Clash[]> {
  const clashBy = (kind: Clash['kind'], column: string) => `
    select '${kind}' as kind, s.number
      from class_sessions s
     where s.class_id = $1 and s.state <> 'cancelled'
       and exists (
         select 1 from class_sessions o
          where o.${column} = s.${column} and tstzrange(o.starts_at, o.ends_at) && tstzrange(s.starts_at, s.ends_at)
            and o.reserved and o.state <> 'cancelled' and o.class_id <> s.class_id
       )`;
  return rows<Clash>(
    em,
    `${clashBy('venue', 'venue_id')} union all ${clashBy('teacher', 'teacher_id')} order by kind desc, number`,
    [classId],
  );
}

/**
 * Puts a class's first and last moment on its row, where the catalogue's order and the desk read them. A class whose
 * sessions are all cancelled keeps the last ones it had; a draft without sessions has none.
 */
export async function refreshSessionSpan(em: EntityManager, classId: string): Promise<void> {
  await rows(
    em,
    `update course_classes c
        set first_session_at = case when n.total = 0 then null else coalesce(n.first, c.first_session_at) end,
            last_session_at = case when n.total = 0 then null else coalesce(n.last, c.last_session_at) end
       from (select count(*) as total, min(starts_at) filter (where state <> 'cancelled') as first,
                    max(ends_at) filter (where state <> 'cancelled') as last
               from class_sessions where class_id = $1) n
      where c.id = $1`,
    [classId],
  );
}

/** Published classes whose last session ended before a moment, for the platform to finish; so many at a time. */
export async function findOverdueClasses(on: DataSource, before: Date, limit: number): Promise<string[]> {
  const found = await rows<{ id: string }>(
    on,
    `select id from course_classes where state = 'published' and last_session_at < $1 order by id limit $2`,
    [before, limit],
  );
  return found.map(({ id }) => id);
}

/**
 * Cancels the sessions of a class that have not begun; one that somebody was at early stays.
 *
 * @returns how many
 */
export async function cancelSessionsAfter(
  em: EntityManager,
  classId: string,
  at: Date,
  reason: string,
): Promise<number> {
  const cancelled = await rows(
    em,
    `update class_sessions set state = 'cancelled', cancelled_reason = $3, version = version + 1
      where class_id = $1 and state = 'scheduled' and starts_at > $2 returning id`,
    [classId, at, reason],
  );
  return cancelled.length;
}

/**
 * Published classes where somebody waits beside free seats and reserved ones were released within a span of time. Seats
 * are offered by lib enrollment, which nobody may have asked since then.
 */
export async function findReleasedClasses(on: DataSource, from: Date, to: Date, limit: number): Promise<string[]> {
  const found = await rows<{ id: string }>(
    on,
    `select c.id
       from class_availability a join course_classes c on c.id = a.class_id
      where a.state = 'published' and a.waiting > 0 and a.seats > a.taken + a.offered + a.held
        and exists (select 1 from jsonb_array_elements(c.seat_reserves) r
                     where (r ->> 'releasedAt')::timestamptz between $1 and $2)
      order by c.id limit $3`,
    [from, to, limit],
  );
  return found.map(({ id }) => id);
}
