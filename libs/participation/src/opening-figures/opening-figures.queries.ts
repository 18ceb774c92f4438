import type { DataSource, EntityManager } from 'typeorm';
import { DISTRICT_ZONE } from '#contracts';
import { preparedRows, row, rows } from '#core';
import type { OpeningMeasure, OpeningState, SealedState } from './opening-figures.rules.js';

export interface SettingsRow {
  cut_over_on: string | null;
  document_number: string | null;
  set_by_name: string | null;
  set_at: Date | null;
  version: number;
}

export const readSettings = async (on: DataSource | EntityManager): Promise<SettingsRow> =>
  (await row<SettingsRow>(
    on,
    `select c.cut_over_on, c.document_number, s.name as set_by_name, c.set_at, c.version
       from counting_settings c left join staff s on s.id = c.set_by`,
  ))!;

/** The first day that the ledger counts; null as long as nobody has said. */
export async function readCutOver(em: EntityManager): Promise<string | null> {
  const [found] = await preparedRows<{ cut_over_on: string | null }>(em, `select cut_over_on from counting_settings`);
  return found!.cut_over_on;
}

/**
 * Whoever writes what counts beside the ledger comes after the other: an opening figure and a sealed total of one
 * department must see each other, and no date may move while a figure is signed. Such writes are rare.
 */
export async function lockSettings(em: EntityManager): Promise<SettingsRow> {
  await rows(em, `select id from counting_settings for no key update`);
  return readSettings(em);
}

/** Classes whose last session lies from one day up to another, of which a moved cut-over changes whether they count. */
export async function classesOverBetween(em: EntityManager, from: string | null, until: string): Promise<string[]> {
  const found = await rows<{ class_id: string }>(
    em,
    `select class_id from class_sessions where state <> 'cancelled'
      group by class_id
     having (max(starts_at) at time zone $3)::date < $2::date
        and ($1::date is null or (max(starts_at) at time zone $3)::date >= $1::date)
      order by class_id`,
    [from, until, DISTRICT_ZONE],
  );
  return found.map(({ class_id }) => class_id);
}

export interface OpeningRow {
  id: string;
  measure: OpeningMeasure;
  year: number;
  organisation_id: string | null;
  department: string | null;
  of_name: string;
  of_name_en: string | null;
  value: number;
  document_number: string;
  scan_id: string | null;
  state: OpeningState;
  corrects_id: string | null;
  corrects_because: string | null;
  corrected_by_id: string | null;
  drafted_by: string;
  drafted_by_name: string;
  drafted_at: Date;
  reviewed_by: string | null;
  reviewed_by_name: string | null;
  reviewed_at: Date | null;
  signed_by_name: string | null;
  signed_at: Date | null;
  ended_by_name: string | null;
  ended_at: Date | null;
  ended_because: string | null;
  list_name: string | null;
  version: number;
}

/** One statement for an opening figure with the names it is shown by. */
const OPENING = `
  select f.id, f.measure, f.year, f.organisation_id, f.department, coalesce(o.name, f.department) as of_name,
         o.name_en as of_name_en, f.value, f.document_number, f.scan_id, f.state, f.corrects_id, f.corrects_because,
         (select n.id from opening_figures n where n.corrects_id = f.id and n.signed_by is not null limit 1) as corrected_by_id,
         f.drafted_by, d.name as drafted_by_name, f.drafted_at, f.reviewed_by, r.name as reviewed_by_name, f.reviewed_at,
         s.name as signed_by_name, f.signed_at, e.name as ended_by_name, f.ended_at, f.ended_because, f.list_name, f.version
    from opening_figures f
    join staff d on d.id = f.drafted_by
    left join organisations o on o.id = f.organisation_id
    left join staff r on r.id = f.reviewed_by
    left join staff s on s.id = f.signed_by
    left join staff e on e.id = f.ended_by`;

/** The latest first. */
export const readOpeningFigures = (
  on: DataSource | EntityManager,
  { measure, year, state }: { measure?: string | undefined; year?: number | undefined; state?: string | undefined },
  before: string | null,
  limit: number,
) =>
  rows<OpeningRow>(
    on,
    `${OPENING}
      where ($1::text is null or f.measure = $1) and ($2::int is null or f.year = $2) and ($3::text is null or f.state = $3)
        and ($4::uuid is null or f.id < $4::uuid)
      order by f.id desc limit $5`,
    [measure ?? null, year ?? null, state ?? null, before, limit],
  );

export const readOpeningFigure = (on: DataSource | EntityManager, id: string) =>
  row<OpeningRow>(on, `${OPENING} where f.id = $1`, [id]);

/** Whether names hold this year and organisation by now, so that no figure may be added to them. */
export async function isListed(em: EntityManager, figure: OpeningKey): Promise<boolean> {
  const found = await rows(
    em,
    `select 1 from opening_figures
      where measure = $1 and year = $2 and coalesce(department, organisation_id::text) = $3
        and state = 'replaced' and list_name is not null limit 1`,
    [figure.measure, figure.year, figure.department ?? figure.organisationId],
  );
  return found.length > 0;
}

/** What an opening figure is of. */
export interface OpeningKey {
  measure: string;
  year: number;
  organisationId: string | null;
  department: string | null;
}

/** Years of which a department's opening figure of this indicator counts or is on its way. */
export async function openingYearsOf(em: EntityManager, measure: string, department: string): Promise<number[]> {
  const found = await rows<{ year: number }>(
    em,
    `select distinct year from opening_figures
      where measure = $1 and department = $2 and state in ('drafted', 'reviewed', 'signed')`,
    [measure, department],
  );
  return found.map(({ year }) => year);
}

export interface SealedRow {
  id: string;
  department: string;
  period: string;
  value: number;
  document_number: string;
  sealed_on: string;
  scan_id: string | null;
  state: SealedState;
  recorded_by_name: string;
  recorded_at: Date;
  ended_by_name: string | null;
  ended_at: Date | null;
  ended_because: string | null;
  list_name: string | null;
  version: number;
}

/** One statement for a sealed total with the names it is shown by. */
const SEALED = `
  select f.id, f.department, f.period, f.value, f.document_number, f.sealed_on, f.scan_id, f.state,
         r.name as recorded_by_name, f.recorded_at, e.name as ended_by_name, f.ended_at, f.ended_because, f.list_name, f.version
    from sealed_totals f
    join staff r on r.id = f.recorded_by
    left join staff e on e.id = f.ended_by`;

/** The latest first. */
export const readSealedTotals = (
  on: DataSource | EntityManager,
  state: SealedState | undefined,
  before: string | null,
  limit: number,
) =>
  rows<SealedRow>(
    on,
    `${SEALED} where ($1::text is null or f.state = $1) and ($2::uuid is null or f.id < $2::uuid)
      order by f.id desc limit $3`,
    [state ?? null, before, limit],
  );

export const readSealedTotal = (on: DataSource | EntityManager, id: string) =>
  row<SealedRow>(on, `${SEALED} where f.id = $1`, [id]);

/** Periods of which a total of the department counts. */
export async function sealedPeriodsOf(em: EntityManager, department: string): Promise<string[]> {
  const found = await rows<{ period: string }>(
    em,
    `select period from sealed_totals where department = $1 and state = 'standing'`,
    [department],
  );
  return found.map(({ period }) => period);
}
