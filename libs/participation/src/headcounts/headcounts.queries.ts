import type { DataSource, EntityManager } from 'typeorm';
import { DISTRICT_ZONE, type ProgrammeKind } from '#contracts';
import { rows } from '#core';

export interface HeadcountFilter {
  year?: number | undefined;
  /** Any of these regions; undefined: everywhere. */
  regionCodes?: readonly string[] | undefined;
  /** Any of these organisations; undefined: all. */
  organisationIds?: readonly string[] | undefined;
  programmeKind?: ProgrammeKind | undefined;
}

export interface HeadcountRow {
  session_id: string;
  number: number;
  starts_at: Date;
  class_id: string;
  class_name: string;
  class_name_en: string | null;
  programme_kind: ProgrammeKind;
  organisation_id: string;
  organisation_name: string;
  organisation_name_en: string | null;
  region_code: string;
  region_name: string;
  headcount: number;
  named: number;
  photos: number;
  note: string | null;
  recorded_at: Date;
}

/**
 * The headcount that stands of each session: the last one, unless it says that nobody came or the session was called off
 * afterwards. Headcounts are few beside attendances, so this begins with them.
 */
const STANDING = `(select distinct on (h.session_id) h.session_id, h.headcount, h.note, h.recorded_at
         from session_headcounts h order by h.session_id, h.id desc) h
       join class_sessions s on s.id = h.session_id and s.state <> 'cancelled'
       join course_classes c on c.id = s.class_id
       join venues v on v.id = s.venue_id`;

const WANTED = `h.headcount > 0
        and ($1::int is null or (s.starts_at >= make_date($1, 1, 1)::timestamp at time zone $2
                                 and s.starts_at < make_date($1 + 1, 1, 1)::timestamp at time zone $2))
        and ($3::text[] is null or v.region_code = any($3))
        and ($4::uuid[] is null or c.organisation_id = any($4))
        and ($5::text is null or c.programme_kind = $5)`;

const wanted = ({ year, regionCodes, organisationIds, programmeKind }: HeadcountFilter) => [
  year ?? null,
  DISTRICT_ZONE,
  regionCodes ?? null,
  organisationIds ?? null,
  programmeKind ?? null,
];

/** A page of sessions with a headcount, the latest first. */
export function readHeadcounts(
  on: DataSource | EntityManager,
  filter: HeadcountFilter,
  after: readonly string[] | null,
  limit: number,
): Promise<HeadcountRow[]> {
  return rows<HeadcountRow>(
    on,
    `with page as materialized (
       select s.id as session_id, s.number, s.starts_at, s.class_id, c.name as class_name, c.name_en as class_name_en,
              c.programme_kind, c.organisation_id, v.region_code, h.headcount, h.note, h.recorded_at
         from ${STANDING}
        where ${WANTED} and ($6::timestamptz is null or (s.starts_at, s.id) < ($6, $7::uuid))
        order by s.starts_at desc, s.id desc limit $8
     )
     select p.*, o.name as organisation_name, o.name_en as organisation_name_en, g.short_name as region_name,
            (select count(*)::int from session_photos f
              where f.session_id = p.session_id and f.withdrawn_at is null) as photos,
            (select count(*)::int from attendances a
              where a.session_id = p.session_id and a.status = 'present') as named
       from page p join organisations o on o.id = p.organisation_id join regions g on g.code = p.region_code
      order by p.starts_at desc, p.session_id desc`,
    [...wanted(filter), after?.[0] ?? null, after?.[1] ?? null, limit],
  );
}

export interface HeadcountSum {
  dimension: 'all' | 'township' | 'organisation';
  key: string | null;
  name: string | null;
  name_en: string | null;
  sessions: number;
  headcount: number;
}

/** Headcounts added up: all together, by the township where they were held, and by organisation. */
export function sumHeadcounts(on: DataSource | EntityManager, filter: HeadcountFilter): Promise<HeadcountSum[]> {
  return rows<HeadcountSum>(
    on,
    `with sums as (
       select t.township, t.organisation_id, count(*)::int as sessions,
              coalesce(sum(t.headcount), 0)::int as headcount
         from (select case r.level when 'village' then r.parent_code else r.code end as township, c.organisation_id,
                      h.headcount
                 from ${STANDING} join regions r on r.code = v.region_code
                where ${WANTED}) t
        group by grouping sets ((), (t.township), (t.organisation_id))
     )
     select case when s.township is not null then 'township' when s.organisation_id is not null then 'organisation'
                 else 'all' end as dimension,
            coalesce(s.township, s.organisation_id::text) as key,
            coalesce(r.short_name, o.name) as name, coalesce(r.name_en, o.name_en) as name_en,
            s.sessions, s.headcount
       from sums s
       left join regions r on r.code = s.township
       left join organisations o on o.id = s.organisation_id
      order by s.headcount desc, key`,
    wanted(filter),
  );
}
