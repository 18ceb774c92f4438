import type { DataSource, EntityManager } from 'typeorm';
import { row, rows } from '#core';
import type { ReplacementState } from './import-replacements.entities.js';
import type { OpeningKey } from '../opening-figures/opening-figures.queries.js';
import { type OpeningMeasure, SEALED_MEASURE } from '../opening-figures/opening-figures.rules.js';

/** A figure beside the ledger whose place a list takes, or would take. */
export interface ReplacedFigure {
  /** Of the opening figure or the sealed total. */
  id: string;
  kind: 'opening' | 'sealed';
  measure: OpeningMeasure;
  /** YYYY or YYYY-MM. */
  period: string;
  of_name: string;
  value: number;
  names: number;
  /** Null: nobody has confirmed it yet. */
  state: ReplacementState | null;
  /** Whether another list is taking its place at present. */
  taken: boolean;
}

/** What a row counts in; of rows that were read before that was kept, all that a list of its kind may feed. */
const MEASURES = `coalesce(r.measures, case r.kind when 'degree' then array['degree-upgrade']
                                       else array['social-training-annual', 'vocational-training'] end)`;

/**
 * Figures that count beside the ledger for the same year, indicator and department or organisation as rows of an import,
 * with how many rows would count in their place (rules 9 and 14).
 */
export const readFiguresBeside = (em: DataSource | EntityManager, importId: string) =>
  rows<ReplacedFigure>(
    em,
    `with counted as (
       select m.measure, to_char(coalesce(r.ends_on, r.registered_on, r.graduated_on), 'YYYY-MM') as month,
              r.organisation_id, count(*)::int as names
         from import_rows r cross join lateral unnest(${MEASURES}) as m (measure)
        where r.import_id = $1 and r.usable and r.counts
        group by 1, 2, 3
     ), department as (
       select d.id, d.name from imports i join organisations d on d.id = i.department_id where i.id = $1
     ), found as (
       select f.id, 'opening' as kind, f.measure, f.year::text as period, coalesce(o.name, f.department) as of_name, f.value,
              sum(c.names)::int as names
         from opening_figures f
         join counted c on c.measure = f.measure and left(c.month, 4) = f.year::text
         cross join department d
         left join organisations o on o.id = f.organisation_id
        where f.state = 'signed' and (f.organisation_id in (c.organisation_id, d.id) or f.department = d.name)
        group by f.id, o.name
       union all
       select t.id, 'sealed', $2, t.period, t.department, t.value, sum(c.names)::int
         from sealed_totals t
         join counted c on c.measure = $2 and c.month like t.period || '%'
         join department d on d.name = t.department
        where t.state = 'standing'
        group by t.id
     )
     select f.*, null as state,
            exists (select from import_replacements p
                     where p.state = 'open' and f.id in (p.opening_figure_id, p.sealed_total_id)) as taken
       from found f order by f.kind, f.period, f.measure, f.id`,
    [importId, SEALED_MEASURE],
  );

/** Figures whose place an import takes or took, as they were when it was confirmed. */
export const readReplaced = (em: DataSource | EntityManager, importId: string) =>
  rows<ReplacedFigure>(
    em,
    `select coalesce(p.opening_figure_id, p.sealed_total_id) as id,
            case when f.id is null then 'sealed' else 'opening' end as kind, coalesce(f.measure, $2) as measure,
            coalesce(f.year::text, t.period) as period, coalesce(o.name, f.department, t.department) as of_name, p.value,
            p.names, p.state, false as taken
       from import_replacements p
       left join opening_figures f on f.id = p.opening_figure_id
       left join organisations o on o.id = f.organisation_id
       left join sealed_totals t on t.id = p.sealed_total_id
      where p.import_id = $1 order by 2, 4, 3, 1`,
    [importId, SEALED_MEASURE],
  );

/** Whether a list is taking the place of an opening figure or a sealed total at present. */
export async function isBeingReplaced(em: EntityManager, figureId: string): Promise<boolean> {
  const found = await rows(
    em,
    `select 1 from import_replacements where state = 'open' and $1::uuid in (opening_figure_id, sealed_total_id)`,
    [figureId],
  );
  return found.length > 0;
}

/** Whether the list of an import has, or is getting, the place of an opening figure or a sealed total. */
export async function isOfImport(em: EntityManager, figureId: string): Promise<boolean> {
  const found = await rows(
    em,
    `select 1 from import_replacements
      where state in ('open', 'done') and $1::uuid in (opening_figure_id, sealed_total_id)`,
    [figureId],
  );
  return found.length > 0;
}

/**
 * Whether names of lists that this department or organisation sent, or that count for it, count already, or are about to:
 * the list is being written, or adjustments of closed months wait for a decision. No figure may be added to them.
 *
 * Whoever asks holds the lock of the settings, and so does whoever confirms a list: one of the two sees the other.
 *
 * @param period YYYY or YYYY-MM, the year of the figure where none is given
 */
export async function listBeside(
  em: EntityManager,
  { measure, year, organisationId, department }: OpeningKey,
  period = String(year),
): Promise<'counted' | 'coming' | null> {
  const found = await row<{ counted: boolean; coming: boolean }>(
    em,
    `with lists as (
       select i.id, i.state, d.id = $3::uuid or d.name = $4 as theirs
         from imports i join organisations d on d.id = i.department_id
     )
     select exists (
              select from lists i
                join imported_records r on r.import_id = i.id
                join ledger_entries e on e.record_id = r.id and e.amount = 1 and e.measure = $1
               where (i.theirs or e.organisation_id = $3::uuid) and to_char(e.counted_on, 'YYYY-MM') like $2 || '%'
                 and not exists (select from ledger_entries b where b.reverses = e.id)) as counted,
            exists (
              select from lists i join import_rows r on r.import_id = i.id
               where i.state = 'writing' and r.usable and r.counts and $1 = any(${MEASURES})
                 and (i.theirs or r.organisation_id = $3::uuid)
                 and to_char(coalesce(r.ends_on, r.registered_on, r.graduated_on), 'YYYY-MM') like $2 || '%')
            or exists (
              select from adjustments a
               cross join lateral jsonb_to_recordset(a.postings)
                     as x ("recordId" uuid, amount int, measure text, "countedOn" text, "organisationId" uuid)
                join imported_records r on r.id = x."recordId"
                join lists i on i.id = r.import_id
               where a.state in ('proposed', 'asked') and x.amount = 1 and x.measure = $1
                 and (i.theirs or x."organisationId" = $3::uuid) and x."countedOn" like $2 || '%') as coming`,
    [measure, period, organisationId, department],
  );
  if (found!.counted) return 'counted';
  return found!.coming ? 'coming' : null;
}

/** Of whom a list is being written, or taken back, that touches a month; none where there is no such list. */
export const listUnderWay = (em: EntityManager, month: string) =>
  row<{ department: string }>(
    em,
    `select d.name as department
       from imports i join organisations d on d.id = i.department_id
      where i.state = 'writing' and exists (
              select from import_rows r
               where r.import_id = i.id and r.usable
                 and $1 in (to_char(r.ends_on, 'YYYY-MM'), to_char(r.registered_on, 'YYYY-MM'), to_char(r.graduated_on, 'YYYY-MM')))
         or i.state = 'undoing' and exists (
              select from imported_records r
               where r.import_id = i.id and r.withdrawn_at is null
                 and $1 in (to_char(r.ends_on, 'YYYY-MM'), to_char(r.registered_on, 'YYYY-MM'), to_char(r.graduated_on, 'YYYY-MM')))
      order by i.id limit 1`,
    [month],
  );

/**
 * SQL for what an opening figure counts, given its alias: its value, or, while a list takes its place, what of it the
 * names that count already have not taken. So nothing is counted twice while a long list is written, nor nothing at all.
 */
export const openingCounts = (f: string): string => `greatest(0, ${f}.value - coalesce((
  select sum(e.amount)::int
    from import_replacements p
    join imports li on li.id = p.import_id
    join imported_records lr on lr.import_id = p.import_id
    join ledger_entries e on e.record_id = lr.id
   where p.opening_figure_id = ${f}.id and p.state = 'open' and e.measure = ${f}.measure
     and e.counted_on between make_date(${f}.year, 1, 1) and make_date(${f}.year, 12, 31)
     and (${f}.department is not null or ${f}.organisation_id in (e.organisation_id, li.department_id))), 0))`;

/** {@link openingCounts} of a sealed total. */
export const sealedCounts = (t: string): string => `greatest(0, ${t}.value - coalesce((
  select sum(e.amount)::int
    from import_replacements p
    join imported_records lr on lr.import_id = p.import_id
    join ledger_entries e on e.record_id = lr.id
   where p.sealed_total_id = ${t}.id and p.state = 'open' and e.measure = '${SEALED_MEASURE}'
     and to_char(e.counted_on, 'YYYY-MM') like ${t}.period || '%'), 0))`;

/** Imports that are written or taken back, of which a figure is still being handed over and no adjustment waits. */
export async function importsToSettle(em: EntityManager): Promise<{ id: string; written: boolean }[]> {
  return rows<{ id: string; written: boolean }>(
    em,
    `select i.id, i.state = 'written' as written
       from imports i
      where i.state in ('written', 'undone')
        and exists (select from import_replacements p where p.import_id = i.id and p.state = 'open')
        and not exists (
          select from adjustments a cross join lateral jsonb_to_recordset(a.postings) as x ("recordId" uuid)
            join imported_records lr on lr.id = x."recordId" and lr.import_id = i.id
           where a.state in ('proposed', 'asked', 'declined'))
      order by i.id`,
  );
}

/** Ends what the import replaces. @returns the figures, by kind */
export async function endReplaced(
  em: EntityManager,
  importId: string,
  at: Date,
): Promise<{ id: string; kind: 'opening' | 'sealed' }[]> {
  const ended = [];
  for (const [kind, table, state] of [
    ['opening', 'opening_figures', 'signed'],
    ['sealed', 'sealed_totals', 'standing'],
  ] as const) {
    const found = await rows<{ id: string }>(
      em,
      `update ${table} f
          set state = 'replaced', ended_by = i.confirmed_by, ended_at = $2, ended_because = $3, list_name = i.file_name,
              version = f.version + 1
         from import_replacements p join imports i on i.id = p.import_id
        where p.import_id = $1 and p.state = 'open' and f.id in (p.opening_figure_id, p.sealed_total_id)
          and f.state = '${state}' returning f.id`,
      [importId, at, REPLACED_BECAUSE],
    );
    ended.push(...found.map(({ id }) => ({ id, kind })));
  }
  await rows(em, `update import_replacements set state = 'done' where import_id = $1 and state = 'open'`, [importId]);
  return ended;
}

const REPLACED_BECAUSE = '名单已导入，按姓名逐条计入';

/** What became of the figures whose place an import had that is taken back; by kind. */
export interface Reopened {
  again: { id: string; kind: 'opening' | 'sealed' }[];
  /** To which list each went that has names of the same time. */
  passedOn: { id: string; kind: 'opening' | 'sealed'; importId: string }[];
}

/**
 * Lets the figures count again whose place an import took, less the names that still count (see {@link openingCounts}).
 * Where another list has names of the same year and department by now, the figure stays replaced: nothing is added to
 * names. It is that list's from then on, so that it counts again when that one is undone, too; where that is under way,
 * it counts again less the names of that one.
 */
export async function reopenReplaced(em: EntityManager, importId: string): Promise<Reopened> {
  const reopened: Reopened = { again: [], passedOn: [] };
  for (const [kind, table, state, same] of [
    [
      'opening',
      'opening_figures',
      'signed',
      `x.measure = f.measure and left(x.counted_on::text, 4) = f.year::text
       and (f.department is not null and o.department_id = i.department_id
            or f.organisation_id in (x.organisation_id, o.department_id))`,
    ],
    [
      'sealed',
      'sealed_totals',
      'standing',
      `x.measure = '${SEALED_MEASURE}' and left(x.counted_on::text, length(f.period)) = f.period
       and o.department_id = i.department_id`,
    ],
  ] as const) {
    const found = await rows<{
      id: string;
      replacement_id: string;
      other_id: string | null;
      undoing: boolean | null;
      names: number;
    }>(
      em,
      `select f.id, p.id as replacement_id, other.id as other_id, other.undoing, coalesce(other.names, p.names) as names
         from import_replacements p
         join imports i on i.id = p.import_id
         join ${table} f on f.id in (p.opening_figure_id, p.sealed_total_id)
         left join lateral (
           select o.id, o.state = 'undoing' as undoing, count(distinct lr.id)::int as names
             from imports o
             join imported_records lr on lr.import_id = o.id and lr.withdrawn_at is null
             join ledger_entries x on x.record_id = lr.id and x.amount = 1
            where o.id <> i.id and o.kind = i.kind and ${same}
              and not exists (select from ledger_entries b where b.reverses = x.id)
            group by o.id order by 2, o.id limit 1) other on true
        where p.import_id = $1 and p.state = 'done' and f.state = 'replaced' and f.list_name is not null`,
      [importId],
    );
    for (const { id, replacement_id: replacementId, other_id: otherId, undoing, names } of found) {
      const counts = otherId === null || undoing === true;
      await rows(
        em,
        counts
          ? `update ${table} set state = '${state}', ended_by = null, ended_at = null, ended_because = null,
                    list_name = null, version = version + 1 where id = $1`
          : `update ${table} set list_name = (select file_name from imports where id = $2), version = version + 1
              where id = $1`,
        counts ? [id] : [id, otherId],
      );
      await rows(em, `update import_replacements set state = $2, import_id = $3, names = $4 where id = $1`, [
        replacementId,
        counts ? 'open' : 'done',
        otherId ?? importId,
        names,
      ]);
      if (counts) reopened.again.push({ id, kind });
      else reopened.passedOn.push({ id, kind, importId: otherId });
    }
  }
  return reopened;
}

/**
 * What was recorded meanwhile, counts or is on its way, and would stand beside a figure that an import replaced, if that
 * counted again: a sealed total of the time, or an opening figure of the year. A correction of the figure itself does not.
 */
export const clashOfReopened = (em: EntityManager, importId: string) =>
  row<{ department: string; period: string }>(
    em,
    `with again as (
       select coalesce(f.id, t.id) as id, coalesce(f.measure, $2) as measure, coalesce(f.year::text, t.period) as period,
              coalesce(o.name, f.department, t.department) as of_name
         from import_replacements p
         left join opening_figures f on f.id = p.opening_figure_id
         left join organisations o on o.id = f.organisation_id
         left join sealed_totals t on t.id = p.sealed_total_id
        where p.import_id = $1 and p.state = 'done'
     ), others as (
       select t.id, $2 as measure, t.period, t.department as of_name, null::uuid as corrects_id
         from sealed_totals t where t.state = 'standing'
       union all
       select f.id, f.measure, f.year::text, coalesce(o.name, f.department), f.corrects_id
         from opening_figures f left join organisations o on o.id = f.organisation_id
        where f.state in ('drafted', 'reviewed', 'signed')
     )
     select o.of_name as department, o.period
       from again a join others o using (measure, of_name)
      where o.id <> a.id and o.corrects_id is distinct from a.id
        and (o.period like a.period || '%' or a.period like o.period || '%')
      order by o.period limit 1`,
    [importId, SEALED_MEASURE],
  );
