import type { EntityManager } from 'typeorm';
import { DISTRICT_ZONE, type PlateKind, type ProgrammeKind } from '#contracts';
import { preparedRows, row, rows } from '#core';
import { openingCounts, sealedCounts } from '#participation';
import type { YearlyAssignment } from '../assignments/assignments.rules.js';
import type { CoverageLevel } from '../coverage/coverage.rules.js';
import type { AwardLevel } from '../registers/registers.rules.js';
import type { Basis, YearlyTarget } from './wall-chart.rules.js';

/** An indicator with all its yearly targets. */
export interface PlannedIndicator {
  code: string;
  position: number;
  name: string;
  name_en: string;
  unit: string;
  measure: 'counted' | 'coverage' | 'register' | 'reported';
  basis: Basis;
  section: string;
  owner: string;
  partners: string[];
  inferred: string[];
  qualifier: string | null;
  display: 'number' | 'pass_fail';
  plate_kind: PlateKind | null;
  region_level: CoverageLevel | null;
  least_level: AwardLevel | null;
  targets: YearlyTarget[];
  /** What the district is to reach in single years. */
  assignments: YearlyAssignment[];
}

/**
 * Indicators with their targets in the plan's order. One statement instead of one a table; targets travel as text, so
 * that 88.9 stays 88.9.
 *
 * @param code only this one
 */
export function readIndicators(
  em: EntityManager,
  page: { after?: number; limit?: number; code?: string } = {},
): Promise<PlannedIndicator[]> {
  return preparedRows<PlannedIndicator>(
    em,
    `select i.*, coalesce((select json_agg(json_build_object('year', t.year, 'value', t.value::text) order by t.year)
                             from indicator_targets t where t.indicator_code = i.code), '[]') as targets,
            coalesce((select json_agg(json_build_object('year', a.year, 'value', a.value) order by a.year)
                        from indicator_assignments a
                       where a.indicator_code = i.code and a.region_code is null and a.organisation_id is null), '[]')
              as assignments
       from indicators i
      where i.position > $1::bigint and ($2::text is null or i.code = $2)
      order by i.position, i.code limit $3`,
    [page.after ?? 0, page.code ?? null, page.limit ?? null],
  );
}

/** What the totals hold of a measure in a year. */
interface YearTotal {
  measure: string;
  year: number;
  provisional: number;
  confirmed: number;
}

/** What counts of a measure and year beside the ledger: 期初数 and 汇总数. */
interface BesideLedger {
  measure: string;
  year: number;
  opening: number;
  /** Not looked at for doubles (未查重). */
  sealed: number;
  /** Whether the year is held whole: by an opening figure with the ledger behind it, or by a sealed total of the year. */
  whole: boolean;
}

/** 经常性参与教育活动的老年人比例, as it is kept of a year. */
interface KeptRegularShare {
  people: number;
  others: number;
  residents: number;
  villages: number;
  villages_counted: number;
  days: number;
  computed_at: string;
}

/** What of a measure and year lies in locked months: as it was reported, and what the ledger says of them by now. */
interface LockedFigure {
  measure: string;
  year: number;
  reported: number;
  present: number;
}

/** How many regions of a level make up the denominator, and how many of them have a listed or an active plate. */
interface CoverageCount {
  plate_kind: PlateKind;
  region_level: CoverageLevel;
  regions: number;
  listed: number;
  active: number;
  /** ISO moment of the region computed longest ago; null where none has been computed. */
  computed_at: string | null;
}

/** How many entries of a register stand, and when it was last written to. */
interface RegisterCount {
  indicator_code: string;
  entries: number;
  changed_at: string;
}

/** The last figure that a department reported up to the day; the value as text, so that 88.9 stays 88.9. */
interface LastReported {
  indicator_code: string;
  as_of: string;
  value: string;
  part: number | null;
  whole: number | null;
  reported_at: string;
}

/** What the scheduled classes are expected to add in the chart's year. */
interface KeptForecast {
  indicator_code: string;
  expected: number;
  classes: number;
  fill_percent: number;
  counted_percent: number;
  past_classes: number;
  computed_at: string;
}

/** Who came in the chart's year without a name, by the kind of class (counting rule 10); in no figure. */
interface UnnamedHeads {
  programme_kind: ProgrammeKind;
  sessions: number;
  headcount: number;
}

export interface ChartFigures {
  totals: YearTotal[];
  unnamed: UnnamedHeads[];
  beside: BesideLedger[];
  /** The share of the elderly who come regularly, as it stands in the chart's year. */
  regular: KeptRegularShare | null;
  locked: LockedFigure[];
  /** The last locked month, YYYY-MM. */
  locked_through: string | null;
  registers: RegisterCount[];
  reported: LastReported[];
  forecasts: KeptForecast[];
  coverage: CoverageCount[];
  measures: { code: string; name: string; name_en: string; unit: string; note: string | null }[];
  /** First month that the ledger's totals hold, YYYY-MM. */
  ledger_begins: string | null;
  recounted_at: Date | null;
}

/**
 * Every figure of the wall chart in one statement. Of the ledger it reads the totals alone, whose number does not grow
 * with the entries.
 *
 * @param from first month, YYYY-MM
 * @param day the chart is of this day; the ledger's months up to its own are read, both included
 * @param sealedMeasure the indicator in which sealed totals count
 * @param denominators the year whose regions are the denominator; null: none
 */
export async function readFigures(
  em: EntityManager,
  { from, day, sealedMeasure }: { from: string; day: string; sealedMeasure: string },
  denominators: number | null,
): Promise<ChartFigures> {
  // Planning it would take longer than running it.
  const [figures] = await preparedRows<ChartFigures>(
    em,
    `select
       coalesce((select json_agg(t) from (
         select measure, left(month, 4)::int as year,
                coalesce(sum(total) filter (where status = 'provisional'), 0)::int as provisional,
                coalesce(sum(total) filter (where status = 'confirmed'), 0)::int as confirmed
           from ledger_totals where month between $1 and $2 group by measure, left(month, 4)
       ) t), '[]') as totals,
       -- An opening figure counts from the day on which what it describes was over; a sealed total from its seal on.
       coalesce((select json_agg(b) from (
         select measure, year, sum(opening)::int as opening, sum(sealed)::int as sealed, bool_or(whole) as whole
           from (select measure, year, ${openingCounts('f')} as opening, 0 as sealed, true as whole
                   from opening_figures f, counting_settings c
                  where f.state = 'signed' and least(make_date(f.year, 12, 31), c.cut_over_on - 1) <= $4::date
                 union all
                 select $5, left(period, 4)::int, 0, ${sealedCounts('t')}, length(period) = 4
                   from sealed_totals t where state = 'standing' and sealed_on <= $4::date) x
          group by 1, 2
       ) b), '[]') as beside,
       coalesce((select json_agg(l) from (
         select measure, left(month, 4)::int as year, sum(reported)::int as reported, sum(present)::int as present
           from (select measure, month, total as reported, 0 as present from period_figures
                 union all
                 select measure, month, 0, total from ledger_totals
                  where month in (select month from periods where state = 'locked')) x
          where month between $1 and $2 group by 1, 2
       ) l), '[]') as locked,
       (select max(month) from periods where state = 'locked' and month between $1 and $2) as locked_through,
       coalesce((select json_agg(c) from (
         select i.plate_kind, i.region_level, count(*)::int as regions,
                count(*) filter (where s.state in ('listed', 'active'))::int as listed,
                count(*) filter (where s.state = 'active')::int as active,
                min(s.computed_at) as computed_at
           from (select distinct plate_kind, region_level from indicators where measure = 'coverage') i
           join regions r on r.level = i.region_level
           join coverage_denominators d on d.region_code = r.code and d.year = $3
           left join coverage_states s on s.region_code = r.code and s.plate_kind = i.plate_kind
          group by i.plate_kind, i.region_level
       ) c), '[]') as coverage,
       coalesce((select json_agg(e) from (
         select indicator_code, count(*) filter (where state = 'standing' and dated <= $4::date)::int as entries,
                max(changed_at) as changed_at
           from register_entries group by 1
       ) e), '[]') as registers,
       coalesce((select json_agg(f) from (
         select distinct on (indicator_code) indicator_code, as_of, value::text, part, whole, reported_at
           from reported_figures f join figure_reviews v on v.figure_id = f.id and v.decision = 'accepted'
          where as_of <= $4::date
          -- Of a day, the last that was accepted.
          order by indicator_code, as_of desc, id desc
       ) f), '[]') as reported,
       coalesce((select json_agg(p) from indicator_forecasts p where p.year = left($2, 4)::int), '[]') as forecasts,
       coalesce((select json_agg(u) from (
         select c.programme_kind, count(*)::int as sessions, sum(h.headcount)::int as headcount
           from (select distinct on (session_id) session_id, headcount
                   from session_headcounts order by session_id, id desc) h
           join class_sessions s on s.id = h.session_id and s.state <> 'cancelled'
           join course_classes c on c.id = s.class_id
          where h.headcount > 0
            and s.starts_at >= (left($2, 4) || '-01-01')::timestamp at time zone $6
            and s.starts_at < ($4::date + 1)::timestamp at time zone $6
          group by 1
       ) u), '[]') as unnamed,
       (select row_to_json(r) from regular_shares r where r.year = left($2, 4)::int) as regular,
       coalesce((select json_agg(m order by m.position) from measures m), '[]') as measures,
       (select min(month) from ledger_totals) as ledger_begins,
       (select recounted_at from recount_states) as recounted_at`,
    [from, day.slice(0, 7), denominators, day, sealedMeasure, DISTRICT_ZONE],
  );
  return figures!;
}

/** Whether anybody has written in the indicator's register or reported a figure of it. */
export async function isEntered(em: EntityManager, code: string): Promise<boolean> {
  const found = await row<{ entered: boolean }>(
    em,
    `select exists (select from register_entries where indicator_code = $1)
         or exists (select from reported_figures where indicator_code = $1) as entered`,
    [code],
  );
  return found!.entered;
}

/** A figure beside the indicators. */
export const readMeasure = (em: EntityManager, code: string) =>
  row<{ name: string; name_en: string; unit: string }>(em, `select name, name_en, unit from measures where code = $1`, [
    code,
  ]);

/** What was reported of a measure in each locked month. */
export async function readReportedMonths(em: EntityManager, measure: string): Promise<Map<string, number>> {
  const found = await rows<{ month: string; reported: number }>(
    em,
    `select p.month, coalesce(sum(f.total), 0)::int as reported
       from periods p left join period_figures f on f.month = p.month and f.measure = $1
      where p.state = 'locked' group by 1`,
    [measure],
  );
  return new Map(found.map(({ month, reported }) => [month, reported]));
}

/** A part of an indicator's figure, by one of its dimensions. */
export interface FigurePart {
  dimension: 'township' | 'organisation' | 'month' | 'kind' | 'group';
  /** Region code, organisation id, YYYY-MM, kind of class, or group and who says so with a point between. */
  key: string;
  name: string | null;
  name_en: string | null;
  provisional: number;
  confirmed: number;
}

/**
 * A figure's person-times by township, organisation, month, kind of class and group of residents. Grouping sets read the
 * totals once for all but the last, of which there are totals by themselves.
 */
export function readParts(
  em: EntityManager,
  measure: string,
  months: { from: string; to: string },
): Promise<FigurePart[]> {
  return rows<FigurePart>(
    em,
    `with parts as (
       select case r.level when 'village' then r.parent_code else r.code end as township,
              t.organisation_id, t.month, t.programme_kind,
              coalesce(sum(t.total) filter (where t.status = 'provisional'), 0)::int as provisional,
              coalesce(sum(t.total) filter (where t.status = 'confirmed'), 0)::int as confirmed,
              null as resident_group
         from ledger_totals t join regions r on r.code = t.region_code
        where t.measure = $1 and t.month between $2 and $3
        group by grouping sets ((1), (t.organisation_id), (t.month), (t.programme_kind))
       union all
       select null, null, null, null,
              coalesce(sum(g.total) filter (where g.status = 'provisional'), 0)::int,
              coalesce(sum(g.total) filter (where g.status = 'confirmed'), 0)::int,
              g.resident_group || '.' || g.source
         from ledger_group_totals g
        where g.measure = $1 and g.month between $2 and $3
        group by g.resident_group, g.source
     )
     select case when p.township is not null then 'township' when p.organisation_id is not null then 'organisation'
                 when p.month is not null then 'month' when p.programme_kind is not null then 'kind'
                 else 'group' end as dimension,
            coalesce(p.township, p.organisation_id::text, p.month, p.programme_kind, p.resident_group) as key,
            coalesce(r.short_name, o.name) as name, coalesce(r.name_en, o.name_en) as name_en,
            p.provisional, p.confirmed
       from parts p
       left join regions r on r.code = p.township
       left join organisations o on o.id = p.organisation_id
      where p.provisional <> 0 or p.confirmed <> 0
      order by 1, 2`,
    [measure, months.from, months.to],
  );
}
