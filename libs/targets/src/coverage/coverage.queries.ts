import type { EntityManager } from 'typeorm';
import { DISTRICT_ZONE, type PlateKind, type ProgrammeKind } from '#contracts';
import { row, rows } from '#core';
import type { CoverageFacts, CoverageLevel, HeldSession } from './coverage.rules.js';

/** Both kinds of plate are of elderly education (老年学校, 老年学堂), so they live by classes of that kind. */
const PROGRAMME_OF_PLATES: ProgrammeKind = 'elderly';

/** A region whose plates of one kind are looked at. */
export interface CoverageCell extends CoverageFacts {
  plateKind: PlateKind;
  regionCode: string;
  level: CoverageLevel;
  /** Whether a plate of the kind is listed there on the day. */
  listed: boolean;
  /** Residents of 60 and over who live there, by the latest count up to the day; null where there is none. */
  residentsOfAge: number | null;
}

/**
 * Lets one recompute at a time through: two that read and write in turn could otherwise leave the older reading behind.
 * Held to the end of the transaction.
 */
export async function lockCoverage(em: EntityManager): Promise<void> {
  await rows(em, `select pg_advisory_xact_lock(hashtext('coverage_states'))`);
}

/** The regions in which these sessions are held, each with the region above it: a township's plates see its villages. */
export async function regionsOfSessions(em: EntityManager, sessionIds: readonly string[]): Promise<string[]> {
  const found = await rows<{ code: string }>(
    em,
    `select distinct unnest(array[r.code, r.parent_code]) as code
       from class_sessions s join venues v on v.id = s.venue_id join regions r on r.code = v.region_code
      where s.id = any($1::uuid[])`,
    [sessionIds],
  );
  return found.map(({ code }) => code);
}

/**
 * The sessions held in the regions looked at, as the beginning of a statement.
 *
 * $1 regions, $2 first day, $3 last day, $4 zone, $5 age, $6 programme kind
 */
const HELD = `looked_at as (
       select distinct r.code, r.level, case r.level when 'village' then r.parent_code else r.code end as township
         from regions r
        where r.level in (select region_level from indicators where measure = 'coverage')
          and ($1::text[] is null or r.code = any($1))
     ), held as (
       select l.code, l.township, s.id, s.class_id, (s.starts_at at time zone $4)::date as day,
              extract(epoch from s.ends_at - s.starts_at) / 60 as minutes
         from looked_at l
         join regions part on part.code = l.code or part.parent_code = l.code
         join venues v on v.region_code = part.code
         join class_sessions s on s.venue_id = v.id and s.state = 'held' and s.starts_at >= ($2::date::timestamp at time zone $4) and s.starts_at < (($3::date + 1)::timestamp at time zone $4)
         join course_classes c on c.id = s.class_id and c.programme_kind = $6`;

/**
 * Everything rule 16 asks of the regions, in one pass over their sessions. Hand-written, because it reads sessions,
 * attendances, residents, plates and populations at once, and counts different residents over all of them.
 *
 * Which kinds of plate matter at which level is what the plan's coverage indicators say. Sessions count where they were
 * held: a village's in the village, a township's in the township and all its villages.
 *
 * @param regionCodes townships and villages among them are looked at; null looks at all
 * @param age of the residents who count, in years on the day of the session
 * @param span the days whose sessions count, both included; plates and populations are those of the last
 */
export async function readCoverageCells(
  em: EntityManager,
  regionCodes: readonly string[] | null,
  span: { from: string; day: string },
  age: number,
): Promise<CoverageCell[]> {
  const found = await rows<{
    plate_kind: PlateKind;
    region_code: string;
    level: CoverageLevel;
    listed: boolean;
    aged_60_plus: number | null;
    classes: number;
    sessions: number;
    days: number;
    minutes: number;
    people: number;
    people_of_township: number;
  }>(
    em,
    `with ${HELD}
     ), sums as (
       select code, count(distinct class_id)::int as classes, count(*)::int as sessions, count(distinct day)::int as days,
              floor(sum(minutes))::int as minutes
         from held group by code
     ), people as (
       select h.code, count(distinct p.id)::int as people,
              count(distinct p.id) filter (where coalesce(home.township, '') = h.township)::int as people_of_township
         from held h
         join attendances a on a.session_id = h.id and a.status = 'present'
         join residents p on p.id = a.resident_id and p.state <> 'merged'
          and extract(year from h.day) - extract(year from p.birth_date)
              - (to_char(h.day, 'MMDD') < to_char(p.birth_date, 'MMDD'))::int >= $5
         left join lateral (
           select case r.level when 'village' then r.parent_code else r.code end as township
             from regions r where r.code = p.region_code
         ) home on true
        group by h.code
     )
     select i.plate_kind, l.code as region_code, l.level,
            exists (select from teaching_points t where t.region_code = l.code and t.plate_kind = i.plate_kind
                       and t.listed_on <= $3::date and (t.delisted_on is null or t.delisted_on > $3::date)) as listed,
            (select e.aged_60_plus from elderly_populations e
              where e.region_code = l.code and e.counted_on <= $3::date order by e.counted_on desc limit 1) as aged_60_plus,
            coalesce(s.classes, 0) as classes, coalesce(s.sessions, 0) as sessions, coalesce(s.days, 0) as days,
            coalesce(s.minutes, 0) as minutes, coalesce(p.people, 0) as people,
            coalesce(p.people_of_township, 0) as people_of_township
       from looked_at l
       join (select distinct plate_kind, region_level from indicators where measure = 'coverage') i on i.region_level = l.level
       left join sums s on s.code = l.code
       left join people p on p.code = l.code`,
    [regionCodes, span.from, span.day, DISTRICT_ZONE, age, PROGRAMME_OF_PLATES],
  );
  return found.map((cell) => ({
    plateKind: cell.plate_kind,
    regionCode: cell.region_code,
    level: cell.level,
    listed: cell.listed,
    residentsOfAge: cell.aged_60_plus,
    classes: cell.classes,
    sessions: cell.sessions,
    days: cell.days,
    minutes: cell.minutes,
    people: cell.people,
    peopleOfTownship: cell.people_of_township,
  }));
}

/**
 * The sessions of the regions one by one with who attended, to see which of them leave the trailing months first. It is
 * asked of the active ones alone.
 *
 * @returns by region code
 */
export async function readHeldSessions(
  em: EntityManager,
  regionCodes: readonly string[],
  span: { from: string; day: string },
  age: number,
): Promise<Map<string, HeldSession[]>> {
  const found = await rows<{
    code: string;
    day: string;
    class_id: string;
    minutes: number;
    people: string[];
    people_of_township: string[];
  }>(
    em,
    `with ${HELD}
     )
     select h.code, h.day, h.class_id, floor(h.minutes)::int as minutes,
            coalesce(array_agg(p.id::text) filter (where p.id is not null), '{}') as people,
            coalesce(array_agg(p.id::text) filter (where p.id is not null and coalesce(p.township, '') = h.township), '{}')
              as people_of_township
       from held h
       left join lateral (
         select p.id, case r.level when 'village' then r.parent_code else r.code end as township
           from attendances a
           join residents p on p.id = a.resident_id and p.state <> 'merged'
            and extract(year from h.day) - extract(year from p.birth_date)
                - (to_char(h.day, 'MMDD') < to_char(p.birth_date, 'MMDD'))::int >= $5
           left join regions r on r.code = p.region_code
          where a.session_id = h.id and a.status = 'present'
       ) p on true
      group by h.code, h.id, h.day, h.class_id, h.minutes`,
    [regionCodes, span.from, span.day, DISTRICT_ZONE, age, PROGRAMME_OF_PLATES],
  );
  const byRegion = new Map<string, HeldSession[]>();
  for (const { code, day, class_id: classId, minutes, people, people_of_township: peopleOfTownship } of found) {
    const session = { day, classId, minutes, people, peopleOfTownship };
    byRegion.set(code, [...(byRegion.get(code) ?? []), session]);
  }
  return byRegion;
}

/** What is written of a region's plates of one kind. */
export interface CoverageResult {
  plateKind: PlateKind;
  regionCode: string;
  state: string;
  classes: number;
  sessions: number;
  days: number;
  classHours: number;
  people: number;
  peopleOfTownship: number;
  peopleNeeded: number;
  lapsesOn: string | null;
}

/** Writes all results in one statement. */
export async function writeCoverage(
  em: EntityManager,
  ruleId: string,
  at: Date,
  results: readonly CoverageResult[],
): Promise<void> {
  await rows(
    em,
    `insert into coverage_states (plate_kind, region_code, state, classes, sessions, days, class_hours, people,
            people_of_township, people_needed, lapses_on, rule_id, computed_at)
     select "plateKind", "regionCode", state, classes, sessions, days, "classHours", people, "peopleOfTownship",
            "peopleNeeded", "lapsesOn", $2, $3
       from jsonb_to_recordset($1::jsonb) as given("plateKind" text, "regionCode" text, state text, classes int,
            sessions int, days int, "classHours" numeric, people int, "peopleOfTownship" int, "peopleNeeded" int, "lapsesOn" date)
     on conflict on constraint pk_coverage_states do update
        set state = excluded.state, classes = excluded.classes, sessions = excluded.sessions, days = excluded.days,
            class_hours = excluded.class_hours, people = excluded.people,
            people_of_township = excluded.people_of_township, people_needed = excluded.people_needed, lapses_on = excluded.lapses_on,
            rule_id = excluded.rule_id, computed_at = excluded.computed_at`,
    [JSON.stringify(results), ruleId, at],
  );
}

/** The year whose list of regions a year is held to: its own, else the last one before it. */
export async function denominatorYear(em: EntityManager, year: number): Promise<number | null> {
  const found = await row<{ year: number | null }>(
    em,
    `select max(year) as year from coverage_denominators where year <= $1`,
    [year],
  );
  return found?.year ?? null;
}

export interface CoverageRow {
  region_code: string;
  name: string;
  short_name: string;
  name_en: string | null;
  parent_code: string | null;
  state: 'listed' | 'active' | 'unlisted' | null;
  classes: number | null;
  sessions: number | null;
  days: number | null;
  class_hours: string | null;
  people: number | null;
  people_of_township: number | null;
  people_needed: number | null;
  lapses_on: string | null;
  aged_60_plus: number | null;
  computed_at: Date | null;
}

/** A page of a year's regions of a level with what their plates of a kind amount to, in order of their codes. */
export function pageOfCoverage(
  em: EntityManager,
  asked: {
    plateKind: PlateKind;
    level: CoverageLevel;
    year: number;
    day: string;
    after: string | null;
    limit: number | null;
  },
): Promise<CoverageRow[]> {
  return rows<CoverageRow>(
    em,
    `select r.code as region_code, r.name, r.short_name, r.name_en, r.parent_code, c.state, c.classes, c.sessions, c.days,
            c.class_hours, c.people, c.people_of_township, c.people_needed, c.lapses_on, c.computed_at,
            (select e.aged_60_plus from elderly_populations e
              where e.region_code = r.code and e.counted_on <= $4::date order by e.counted_on desc limit 1) as aged_60_plus
       from coverage_denominators d
       join regions r on r.code = d.region_code and r.level = $2
       left join coverage_states c on c.region_code = r.code and c.plate_kind = $1
      where d.year = $3 and ($5::text is null or r.code > $5)
      order by r.code limit $6`,
    [asked.plateKind, asked.level, asked.year, asked.day, asked.after, asked.limit],
  );
}
