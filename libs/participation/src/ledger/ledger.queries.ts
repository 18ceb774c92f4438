import type { DataSource, EntityManager } from 'typeorm';
import type {
  AttendanceStatus,
  GroupSource,
  LedgerStatus,
  MarkKind,
  ProgrammeKind,
  ResidentGroup,
  RuleState,
} from '#contracts';
import { preparedRows, row, rows } from '#core';
import type { EntryEvidence } from '../counting/mapping.rules.js';

/** An entry with the names that screens show beside it. */
export interface EntryRow {
  id: string;
  measure: string;
  amount: number;
  status: LedgerStatus;
  counted_on: string;
  period: string;
  resident_id: string;
  resident_name: string;
  enrollment_id: string | null;
  class_id: string | null;
  record_id: string | null;
  class_name: string;
  class_name_en: string | null;
  course_code: string;
  programme_kind: ProgrammeKind;
  organisation_id: string;
  organisation_name: string;
  organisation_name_en: string | null;
  region_code: string;
  region_name: string;
  cause: string;
  reverses: string | null;
  reversed_by: string | null;
  posted_at: Date;
  rule_id: string;
  rule_version: number;
  rule_state: RuleState;
  rule_signed: boolean;
}

const ENTRY_COLUMNS = `e.id, e.measure, e.amount, e.status, e.counted_on, e.period, e.resident_id,
            r.name as resident_name, e.enrollment_id, e.class_id, e.record_id, coalesce(c.name, i.title) as class_name,
            c.name_en as class_name_en,
            e.course_code, e.programme_kind, e.organisation_id, o.name as organisation_name,
            o.name_en as organisation_name_en, e.region_code, g.short_name as region_name, e.cause, e.reverses,
            b.id as reversed_by, e.posted_at, e.rule_id, u.version as rule_version, u.state as rule_state,
            u.document_number is not null as rule_signed`;

const ENTRY_JOINS = `join residents r on r.id = e.resident_id
       left join course_classes c on c.id = e.class_id
       left join imported_records i on i.id = e.record_id
       join organisations o on o.id = e.organisation_id
       join regions g on g.code = e.region_code
       join counting_rules u on u.id = e.rule_id
       left join ledger_entries b on b.reverses = e.id`;

export interface EntryFilter {
  measure?: string | undefined;
  year?: number | undefined;
  /** YYYY-MM of the day counted on. */
  month?: string | undefined;
  programmeKind?: ProgrammeKind | undefined;
  /** Whose resident was of this group on the day counted on, as this source says, or any. */
  group?: ResidentGroup | undefined;
  groupSource?: GroupSource | undefined;
  /** Any of these regions; undefined: everywhere. */
  regionCodes?: readonly string[] | undefined;
  /** Any of these organisations; undefined: all. */
  organisationIds?: readonly string[] | undefined;
  status?: LedgerStatus | undefined;
  live?: boolean | undefined;
}

/**
 * A page of entries, newest first: of one measure by the day they count on, else by when they were posted. The page is cut
 * before the names are joined to it, so that it costs the same however long the ledger is. Of places or organisations the
 * newest of each are read, by an index that has them in order (ix_ledger_entries_region, ix_ledger_entries_organisation),
 * and the page is cut out of those: else a village with few entries would be looked for among those of all others.
 */
export async function readEntries(
  on: DataSource | EntityManager,
  filter: EntryFilter,
  after: readonly string[] | null,
  limit: number,
): Promise<EntryRow[]> {
  const parameters: unknown[] = [];
  const p = (value: unknown) => `$${parameters.push(value)}`;
  const where: string[] = ['true'];
  const { measure, year, month, regionCodes, organisationIds, programmeKind, group, groupSource, status, live } =
    filter;
  if (measure !== undefined) where.push(`e.measure = ${p(measure)}`);
  if (year !== undefined)
    where.push(`e.counted_on between ${p(`${year}-01-01`)}::date and ${p(`${year}-12-31`)}::date`);
  if (month !== undefined) {
    const first = p(`${month}-01`);
    where.push(`e.counted_on >= ${first}::date and e.counted_on < ${first}::date + interval '1 month'`);
  }
  if (programmeKind !== undefined) where.push(`e.programme_kind = ${p(programmeKind)}`);
  if (group !== undefined || groupSource !== undefined) {
    const tag = JSON.stringify([{ kind: group, source: groupSource }]);
    where.push(`e.groups <> '[]' and e.groups @> ${p(tag)}::jsonb`);
  }
  const byOrganisation = measure !== undefined && organisationIds !== undefined;
  const byRegion = measure !== undefined && regionCodes !== undefined && !byOrganisation;
  if (regionCodes && !byRegion) where.push(`e.region_code = any(${p(regionCodes)}::text[])`);
  if (organisationIds && !byOrganisation) where.push(`e.organisation_id = any(${p(organisationIds)}::uuid[])`);
  if (status) where.push(`e.status = ${p(status)}`);
  if (live) {
    where.push(`e.amount = 1 and not exists (select 1 from ledger_entries x where x.reverses = e.id)`);
  }
  if (after) {
    where.push(
      measure === undefined
        ? `e.id < ${p(after[1])}::bigint`
        : `(e.counted_on, e.id) < (${p(after[0])}::date, ${p(after[1])}::bigint)`,
    );
  }
  const order = measure === undefined ? 'e.id desc' : 'e.counted_on desc, e.id desc';
  // Not a parameter, by which PostgreSQL would plan for any number.
  const cut = `order by ${order} limit ${limit}`;
  const newest = (more: string) =>
    `select e.id, e.counted_on from ledger_entries e where ${[...where, more].join(' and ')} ${cut}`;
  const ofEach = (keys: string, more: string) =>
    `select e.id from ${keys} cross join lateral (${newest(more)}) e ${cut}`;
  const ids = byRegion
    ? ofEach(`unnest(${p(regionCodes)}::text[]) as k (code)`, 'e.region_code = k.code')
    : byOrganisation
      ? ofEach(`unnest(${p(organisationIds)}::uuid[]) as k (id)`, 'e.organisation_id = k.id')
      : newest('true');
  return preparedRows<EntryRow>(
    on,
    `with ids as materialized (${ids}), page as materialized (
       select e.* from ids join ledger_entries e on e.id = ids.id
     )
     select ${ENTRY_COLUMNS} from page e ${ENTRY_JOINS} order by ${order}`,
    parameters,
  );
}

/** One entry with its evidence. */
export function readEntry(on: DataSource | EntityManager, id: string) {
  return row<EntryRow & { evidence: EntryEvidence }>(
    on,
    `select ${ENTRY_COLUMNS}, e.evidence from ledger_entries e ${ENTRY_JOINS} where e.id = $1::bigint`,
    [id],
  );
}

/** The sessions that an entry names, and what is known of its resident at each at present. */
export function readEntrySessions(on: DataSource | EntityManager, sessionIds: readonly string[], residentId: string) {
  return rows<{
    id: string;
    starts_at: Date;
    ends_at: Date;
    status: AttendanceStatus | null;
    mark_kind: MarkKind | null;
    arrived_at: Date | null;
    left_at: Date | null;
  }>(
    on,
    `select s.id, s.starts_at, s.ends_at, a.status, m.kind as mark_kind, a.arrived_at, a.left_at
       from class_sessions s
       left join attendances a on a.session_id = s.id and a.resident_id = $2
       left join marks m on m.id = a.mark_id
      where s.id = any($1::uuid[]) order by s.starts_at, s.id`,
    [sessionIds, residentId],
  );
}

/** Numbers of the sessions of an enrollment's class at which its resident sat in (旁听). */
export async function readSitIns(on: DataSource | EntityManager, enrollmentId: string): Promise<number[]> {
  const found = await rows<{ number: number }>(
    on,
    `select s.number from enrollments e
       join residents r on r.id = e.resident_id or r.merged_into = e.resident_id
       join sit_ins i on i.resident_id = r.id
       join class_sessions s on s.id = i.session_id and s.class_id = e.class_id
      where e.id = $1 order by s.number`,
    [enrollmentId],
  );
  return found.map(({ number }) => number);
}

/**
 * The block that seals an entry: entries are sealed in the order (tx, id), from behind one position up to another. Where that
 * order began anew in another cluster, the numbers of transactions come again; of the blocks that seem to fit the last does.
 */
export function readSeal(on: DataSource | EntityManager, chain: string, entryId: string) {
  return row<{ number: string; hash: string; sealed_at: Date }>(
    on,
    `select b.number, encode(b.hash, 'hex') as hash, b.sealed_at
       from ledger_entries e, chain_blocks b
      where e.id = $2::bigint and b.chain = $1
        and (e.tx, e.id) > (b.after_tx, b.after_id) and (e.tx, e.id) <= (b.up_to_tx, b.up_to_id) and e.id > b.min_id
      order by b.number desc limit 1`,
    [chain, entryId],
  );
}

/** What would count of unverified residents: of each measure, and (measure null) of all together. */
export function readUnverified(
  on: DataSource | EntityManager,
  { year, organisationIds }: Pick<EntryFilter, 'year' | 'organisationIds'>,
) {
  return rows<{ measure: string | null; people: number; person_times: number }>(
    on,
    `select measure, count(distinct resident_id)::int as people, count(distinct enrollment_id)::int as person_times
       from unverified_claims
      where ($1::date is null or counted_on between $1::date and $2::date)
        and ($3::uuid[] is null or organisation_id = any($3::uuid[]))
      group by grouping sets ((measure), ()) order by measure nulls first`,
    [year ? `${year}-01-01` : null, year ? `${year}-12-31` : null, organisationIds ?? null],
  );
}

/** Whose an enrollment is, and in which organisation. */
export function readEnrollment(on: DataSource | EntityManager, enrollmentId: string) {
  return row<{ resident_id: string; organisation_id: string }>(
    on,
    `select e.resident_id, c.organisation_id from enrollments e join course_classes c on c.id = e.class_id
      where e.id = $1`,
    [enrollmentId],
  );
}
