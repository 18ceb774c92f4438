import type { DataSource, EntityManager } from 'typeorm';
import type { AdjustmentState, PeriodState } from '#contracts';
import { newId, preparedRows, row, rows } from '#core';
import type { Posting } from '../counting/difference.rules.js';
import type { ProposedAdjustment } from './periods.rules.js';

/**
 * Which of these months are submitted or locked. FOR SHARE, in the order of months and after the residents: whoever
 * submits a month waits for the recounts that post into it, and recounts do not wait for each other.
 */
export async function lockClosedPeriods(em: EntityManager, months: readonly string[]): Promise<Set<string>> {
  if (months.length === 0) return new Set();
  const writing = preparedRows(
    em,
    `insert into periods (month, id) select m, i from unnest($1::text[], $2::uuid[]) as p (m, i) order by m
     on conflict (month) do nothing`,
    [months, months.map(() => newId())],
  );
  const [, found] = await Promise.all([
    writing,
    preparedRows<{ month: string; state: PeriodState }>(
      em,
      `select month, state from periods where month = any($1::text[]) order by month for share`,
      [months],
    ),
  ]);
  return closedOf(found);
}

/** The same without locking and writing, for checks. */
export async function readClosedPeriods(em: EntityManager, months: readonly string[]): Promise<Set<string>> {
  return closedOf(
    await rows<{ month: string; state: PeriodState }>(
      em,
      `select month, state from periods where month = any($1::text[])`,
      [months],
    ),
  );
}

/** Which of these months are submitted and not signed yet, in order. */
export async function readSubmittedMonths(em: EntityManager, months: readonly string[]): Promise<string[]> {
  const found = await rows<{ month: string }>(
    em,
    `select month from periods where month = any($1::text[]) and state = 'submitted' order by month`,
    [months],
  );
  return found.map(({ month }) => month);
}

const closedOf = (found: readonly { month: string; state: PeriodState }[]) =>
  new Set(found.filter(({ state }) => state !== 'open').map(({ month }) => month));

/** A proposal with the digest by which it is known again. */
export interface DigestedProposal extends ProposedAdjustment {
  digest: Buffer;
}

/**
 * Keeps what is proposed of these residents: what is proposed no more lapses, what was declined is not proposed again, also
 * where the record that it was of has been merged into another.
 */
export async function writeProposals(
  em: EntityManager,
  residentIds: readonly string[],
  proposals: readonly DigestedProposal[],
  at: Date,
): Promise<void> {
  const people = proposals.map(({ residentId }) => residentId);
  const digests = proposals.map(({ digest }) => digest);
  const lapse = () =>
    preparedRows(
      em,
      `update adjustments a set state = 'lapsed', version = version + 1
        where a.resident_id = any($1::uuid[]) and a.state in ('proposed', 'asked')
          and not exists (select from unnest($2::uuid[], $3::bytea[]) as p (resident_id, digest)
                           where p.resident_id = a.resident_id and p.digest = a.digest)`,
      [residentIds, people, digests],
    );
  if (proposals.length === 0) {
    await lapse();
    return;
  }
  // Of a record that was merged since: the same adjustment, asked for or declined already, of the one that is used now.
  const goingOver = preparedRows(
    em,
    `update adjustments a set resident_id = p.resident_id
       from unnest($2::uuid[], $3::bytea[]) as p (resident_id, digest)
      where a.resident_id = any($1::uuid[]) and a.resident_id <> p.resident_id and a.digest = p.digest
        and a.state in ('proposed', 'asked', 'declined')
        and not exists (select from adjustments b where b.resident_id = p.resident_id and b.digest = p.digest
                           and b.state in ('proposed', 'asked', 'declined'))`,
    [residentIds, people, digests],
  );
  const proposing = preparedRows(
    em,
    `insert into adjustments (id, resident_id, month, digest, postings, proposed_at)
     select p.id, p.resident_id, p.month, p.digest, p.postings, $6
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::jsonb[])
            as p (id, resident_id, month, digest, postings)
     on conflict (resident_id, digest) where state in ('proposed', 'asked', 'declined') do nothing`,
    [
      proposals.map(() => newId()),
      people,
      proposals.map(({ month }) => month),
      digests,
      proposals.map(({ postings }) => JSON.stringify(postings)),
      at,
    ],
  );
  await Promise.all([goingOver, lapse(), proposing]);
}

/** Digests of what is proposed, asked for or was declined of these residents. */
export async function readStandingDigests(em: EntityManager, residentIds: readonly string[]): Promise<Set<string>> {
  const found = await rows<{ digest: string }>(
    em,
    `select encode(digest, 'hex') as digest from adjustments
      where resident_id = any($1::uuid[]) and state in ('proposed', 'asked', 'declined')`,
    [residentIds],
  );
  return new Set(found.map(({ digest }) => digest));
}

export interface PeriodRow {
  id: string;
  month: string;
  state: PeriodState;
  submitted_by: string | null;
  submitted_by_name: string | null;
  submitted_at: Date | null;
  reviewed_by: string | null;
  reviewed_by_name: string | null;
  reviewed_at: Date | null;
  signed_by_name: string | null;
  signed_at: Date | null;
  document_number: string | null;
  returned_by_name: string | null;
  returned_at: Date | null;
  returned_because: string | null;
  last_entry_id: string | null;
  rule_ids: string[] | null;
  adjustments: number;
  version: number;
}

const PERIODS = `
  select p.id, p.month, p.state, p.submitted_by, s.name as submitted_by_name, p.submitted_at, p.reviewed_by,
         r.name as reviewed_by_name, p.reviewed_at, g.name as signed_by_name, p.signed_at, p.document_number,
         b.name as returned_by_name, p.returned_at, p.returned_because, p.last_entry_id, p.rule_ids, p.version,
         (select count(*)::int from adjustments a where a.month = p.month and a.state in ('proposed', 'asked'))
           as adjustments
    from periods p
    left join staff s on s.id = p.submitted_by
    left join staff r on r.id = p.reviewed_by
    left join staff g on g.id = p.signed_by
    left join staff b on b.id = p.returned_by`;

/** Periods, the latest first. */
export const readPeriods = (on: DataSource | EntityManager, before: string | null, limit: number) =>
  rows<PeriodRow>(on, `${PERIODS} where $1::text is null or p.month < $1 order by p.month desc limit $2`, [
    before,
    limit,
  ]);

export const readPeriod = (on: DataSource | EntityManager, month: string) =>
  row<PeriodRow>(on, `${PERIODS} where p.month = $1`, [month]);

/** Waits for the recounts that post into the month, and lets none begin. */
export const lockPeriod = (em: EntityManager, month: string) =>
  row<{ month: string }>(em, `select month from periods where month = $1 for update`, [month]);

export interface PeriodFigureRow {
  month: string;
  measure: string;
  reported: string | null;
  present: string;
  provisional: string;
}

/** What was reported of these months and what they come to at present, by measure. */
export const readPeriodFigures = (on: DataSource | EntityManager, months: readonly string[]) =>
  rows<PeriodFigureRow>(
    on,
    `with present as (
       select month, measure, sum(total) as present, coalesce(sum(total) filter (where status = 'provisional'), 0) as provisional
         from ledger_totals where month = any($1::text[]) group by 1, 2
     ), reported as (
       select month, measure, sum(total) as reported from period_figures where month = any($1::text[]) group by 1, 2
     ), figures as (
       select month, measure, r.reported, coalesce(t.present, 0) as present, coalesce(t.provisional, 0) as provisional
         from present t full join reported r using (month, measure)
     )
     select f.month, f.measure, case when p.state = 'locked' then coalesce(f.reported, 0) end as reported, f.present,
            f.provisional
       from figures f join periods p on p.month = f.month
      order by f.month desc, f.measure`,
    [months],
  );

/** Freezes the totals of a month as what was reported. */
export async function freezePeriod(em: EntityManager, month: string): Promise<void> {
  await rows(
    em,
    `insert into period_figures (month, measure, status, region_code, organisation_id, programme_kind, total)
     select month, measure, status, region_code, organisation_id, programme_kind, total
       from ledger_totals where month = $1 and total <> 0`,
    [month],
  );
}

/** The last entry that counts in a month, and the versions of the rules behind them. */
export const readBehind = (em: EntityManager, month: string) =>
  row<{ last_entry_id: string; rule_ids: string[] }>(
    em,
    `select coalesce(max(id), 0) as last_entry_id, coalesce(array_agg(distinct rule_id), '{}') as rule_ids
       from ledger_entries
      where counted_on >= ($1 || '-01')::date and counted_on < (($1 || '-01')::date + interval '1 month')`,
    [month],
  );

/** Residents of whom something is proposed because a month is closed. */
export async function residentsHeldBack(em: EntityManager, month: string): Promise<string[]> {
  const found = await rows<{ resident_id: string }>(
    em,
    `select distinct resident_id from adjustments where month = $1 and state in ('proposed', 'asked', 'declined')`,
    [month],
  );
  return found.map(({ resident_id }) => resident_id);
}

export interface AdjustmentRow {
  id: string;
  resident_id: string;
  resident_name: string;
  month: string;
  digest: Buffer;
  postings: Posting[];
  state: AdjustmentState;
  proposed_at: Date;
  asked_by: string | null;
  asked_by_name: string | null;
  asked_at: Date | null;
  asked_because: string | null;
  decided_by_name: string | null;
  decided_at: Date | null;
  decided_because: string | null;
  version: number;
}

const ADJUSTMENTS = `
  select a.id, a.resident_id, r.name as resident_name, a.month, a.digest, a.postings, a.state, a.proposed_at, a.asked_by,
         k.name as asked_by_name, a.asked_at, a.asked_because, d.name as decided_by_name, a.decided_at,
         a.decided_because, a.version
    from adjustments a
    join residents r on r.id = a.resident_id
    left join staff k on k.id = a.asked_by
    left join staff d on d.id = a.decided_by`;

export const readAdjustments = (
  on: DataSource | EntityManager,
  { state, month }: { state?: AdjustmentState | undefined; month?: string | undefined },
  before: string | null,
  limit: number,
) =>
  rows<AdjustmentRow>(
    on,
    `${ADJUSTMENTS}
      where ($1::text is null or a.state = $1) and ($2::text is null or a.month = $2)
        and ($3::uuid is null or a.id < $3::uuid)
      order by a.id desc limit $4`,
    [state ?? null, month ?? null, before, limit],
  );

export const readAdjustment = (on: DataSource | EntityManager, id: string) =>
  row<AdjustmentRow>(on, `${ADJUSTMENTS} where a.id = $1`, [id]);

/** One decision after the other. */
export const lockAdjustment = (em: EntityManager, id: string) =>
  rows(em, `select id from adjustments where id = $1 for no key update`, [id]);

/** Names of the classes that postings speak of. */
export const readClassNames = (on: DataSource | EntityManager, classIds: readonly string[]) =>
  rows<{ id: string; name: string; name_en: string | null }>(
    on,
    `select id, name, name_en from course_classes where id = any($1::uuid[])`,
    [classIds],
  );
