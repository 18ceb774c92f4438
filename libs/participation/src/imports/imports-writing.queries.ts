import type { EntityManager } from 'typeorm';
import type { OrganisationKind } from '#contracts';
import { preparedRows, row, rows } from '#core';
import { registerListed } from '#people';
import type { FactsColumns } from '../evidence/records.queries.js';
import { eachPosted, postEach } from '../ledger/recount.queries.js';
import type { PostedIn } from '../periods/periods.rules.js';
import { USABLE_ROWS, type UsableRow } from './imports.queries.js';

/*
 * What was confirmed becomes residents, records and entries, and is taken back: by halves of the people of a list, in the order
 * of the hashes of their documents.
 */

/** People of a list, by the hash of their documents: those behind one up to another. */
export interface Span {
  after: Buffer | null;
  upTo: Buffer;
  people: number;
}

/** The next so many people of whom there are usable rows. @param before they come before this one; null: up to the last */
async function nextPeople(
  em: EntityManager,
  importId: string,
  { after, before }: { after: Buffer | null; before: Buffer | null },
  people: number,
): Promise<Span | null> {
  const next = await row<{ people: number; up_to: Buffer }>(
    em,
    `select document_hash as up_to, place::int as people from (
       select document_hash, row_number() over (order by document_hash) as place from (
         select distinct document_hash from import_rows
          where import_id = $1 and usable and ($2::bytea is null or document_hash > $2::bytea)
            and ($4::bytea is null or document_hash < $4::bytea)
          order by document_hash limit $3) hashes) people
      order by place desc limit 1`,
    [importId, after, people, before],
  );
  return next ? { after, upTo: next.up_to, people: next.people } : null;
}

/** Rows of a list that say the same of people whom nobody else has named yet. */
export interface AlikeRows {
  facts: FactsColumns;
  courseCode: string;
  organisationId: string;
  organisationKind: OrganisationKind;
  regionCode: string;
  count: number;
  /** Their numbers, as PostgreSQL writes a list. */
  numbers: string;
}

/**
 * Those of these people whom one row alone names, and of whose document nobody is registered, by what their rows say: nearly
 * all of a long list, in few words.
 */
export async function readAlike(em: EntityManager, importId: string, { after, upTo }: Span): Promise<AlikeRows[]> {
  const found = await rows<
    FactsColumns & {
      course_code: string;
      organisation_id: string;
      organisation_kind: OrganisationKind;
      region_code: string;
      count: number;
      numbers: string;
    }
  >(
    em,
    `with lone as materialized (
       select min(i.number) as number from import_rows i
        where i.import_id = $1 and i.usable and ($2::bytea is null or i.document_hash > $2::bytea) and i.document_hash <= $3
        group by i.document_hash
       having count(*) = 1 and bool_and(i.person = 'new')
          and not exists (select from residents r where r.document_hash = i.document_hash offset 0)
     ), alike as (
       select ${SAID.map((column) => `r.${column}`).join(', ')}, count(*)::int as count, array_agg(r.number)::text as numbers
         from lone join lateral (
           select * from import_rows own where own.import_id = $1 and own.number = lone.number offset 0) r on true
        group by ${SAID.map((column) => `r.${column}`).join(', ')}
     )
     select a.*, o.kind as organisation_kind from alike a join organisations o on o.id = a.organisation_id`,
    [importId, after, upTo],
  );
  return found.map(
    ({ course_code, organisation_id, organisation_kind, region_code, count, numbers, ...facts }): AlikeRows => ({
      facts,
      courseCode: course_code,
      organisationId: organisation_id,
      organisationKind: organisation_kind,
      regionCode: region_code,
      count,
      numbers,
    }),
  );
}

/**
 * The usable rows of these people, but for those of {@link readAlike}; by the hash of their documents, each one's in the order
 * of the file.
 */
export const readOthers = (
  em: EntityManager,
  importId: string,
  { after, upTo }: Span,
  alike: readonly AlikeRows[],
): Promise<UsableRow[]> =>
  rows<UsableRow>(
    em,
    `${USABLE_ROWS} and ($2::bytea is null or r.document_hash > $2::bytea) and r.document_hash <= $3
        and r.number <> all (array(select n.number from unnest($4::text[]) as a (numbers), unnest(a.numbers::int[]) as n (number)))
      order by r.document_hash, r.number`,
    [importId, after, upTo, alike.map(({ numbers }) => numbers)],
  );

/** The halves of the people of a list, which are written at the same time: by the first bit of the hash. */
export const HALVES = ['lower', 'upper'] as const;
export type Half = (typeof HALVES)[number];

const MIDDLE = Buffer.from([0x80]);
/** Stands behind all hashes of the lower half. */
const BEFORE_UPPER = Buffer.concat([Buffer.from([0x7f]), Buffer.alloc(31, 0xff)]);
const DONE_UP_TO: Record<Half, string> = { lower: 'done_up_to', upper: 'upper_done_up_to' };

/** The next so many people of a half that are not written yet. Whoever asks holds {@link lockHalf}. */
export async function nextToWrite(
  em: EntityManager,
  importId: string,
  half: Half,
  people: number,
): Promise<Span | null> {
  const found = await row<{ done: Buffer | null }>(
    em,
    `select ${DONE_UP_TO[half]} as done from imports where id = $1 and state = 'writing'`,
    [importId],
  );
  if (!found) return null;
  const bounds =
    half === 'lower' ? { after: found.done, before: MIDDLE } : { after: found.done ?? BEFORE_UPPER, before: null };
  return nextPeople(em, importId, bounds, people);
}

/** One batch of a half after the other, whichever worker is at it. */
export const lockHalf = (em: EntityManager, importId: string, half: Half) =>
  rows(em, `select pg_advisory_xact_lock(hashtextextended('huixue import ' || $1, 0))`, [`${importId} ${half}`]);

/** Says how far a half is written. The other half waits for the row until this one commits, so it is the last thing done. */
export const noteWritten = (em: EntityManager, importId: string, half: Half, count: number, upTo: Buffer) =>
  rows(em, `update imports set rows_done = rows_done + $2, ${DONE_UP_TO[half]} = $3 where id = $1`, [
    importId,
    count,
    upTo,
  ]);

/** A record that a usable row becomes. */
export interface NewRecord {
  id: string;
  number: number;
  residentId: string;
}

/** What a record says, and in which words a row says it; ids, moment and resident come from elsewhere. */
const SAID = [
  ...['kind', 'title', 'class_term', 'certificate_number', 'class_hours', 'starts_on', 'ends_on', 'level'],
  ...['registered_on', 'expected_year', 'graduated_on', 'left_on', 'dual', 'course_code', 'organisation_id'],
  'region_code',
] as const;

/** Makes records of rows `r`, which say already what a record says; each argument is SQL. */
const intoRecords = (from: string, recordId: string, residentId: string, at: string) =>
  `insert into imported_records (id, resident_id, import_id, row_number, ${SAID.join(', ')}, created_at)
     select ${recordId}, ${residentId}, r.import_id, r.number, ${SAID.map((column) => `r.${column}`).join(', ')}, ${at}
       from ${from}`;

export const insertRecords = (em: EntityManager, importId: string, records: readonly NewRecord[], at: Date) =>
  preparedRows(
    em,
    `${intoRecords(
      `unnest($2::uuid[], $3::int[], $4::uuid[]) as n (id, number, resident_id)
       join import_rows r on r.import_id = $1 and r.number = n.number`,
      ...(['n.id', 'n.resident_id', '$5::timestamptz'] as const),
    )}
      order by n.id`,
    [
      importId,
      records.map(({ id }) => id),
      records.map(({ number }) => number),
      records.map(({ residentId }) => residentId),
      at,
    ],
  );

/**
 * Registers whom rows that are alike name, makes their records, and posts what each of them counts: in one statement, as of a
 * long list nothing has to leave PostgreSQL for it.
 *
 * @param postings what each row counts, in the order of `alike`
 */
export async function writeAlike(
  em: EntityManager,
  importId: string,
  alike: readonly AlikeRows[],
  postings: readonly (readonly PostedIn[])[],
  at: Date,
): Promise<void> {
  if (alike.length === 0) return;
  await rows(
    em,
    `with listed as materialized (
       select a.place, uuidv7() as new_resident, uuidv7() as new_record, r.*
         from unnest($3::text[]) with ordinality as a (numbers, place)
         join lateral unnest(a.numbers::int[]) as n (number) on true
         -- By index each, whatever PostgreSQL knows of how many there are.
         join lateral (select * from import_rows own where own.import_id = $1 and own.number = n.number offset 0) r on true
        order by r.document_hash
     ), registered as (
       ${registerListed('listed r', 'r.new_resident', '$2::timestamptz')}
     ), recorded as (
       ${intoRecords('listed r', 'r.new_record', 'r.new_resident', '$2::timestamptz')}
     )
     ${postEach('listed r', { residentId: 'r.new_resident', recordId: 'r.new_record', place: 'r.place' }, '$2::timestamptz', 4)}`,
    [importId, at, alike.map(({ numbers }) => numbers), ...eachPosted(postings)],
  );
}

/** The next people of whom records of an import stand. */
export async function residentsOfImport(em: EntityManager, importId: string, limit: number): Promise<string[]> {
  const found = await rows<{ resident_id: string }>(
    em,
    `select distinct resident_id from imported_records where import_id = $1 and withdrawn_at is null
      order by resident_id limit $2`,
    [importId, limit],
  );
  return found.map(({ resident_id }) => resident_id);
}

/** Takes back what an import said of these residents. */
export async function withdrawRecords(
  em: EntityManager,
  importId: string,
  residentIds: readonly string[],
  at: Date,
): Promise<number> {
  const found = await rows(
    em,
    `update imported_records set withdrawn_at = $3
      where import_id = $1 and resident_id = any($2::uuid[]) and withdrawn_at is null returning id`,
    [importId, residentIds, at],
  );
  return found.length;
}

/** Hands what was imported of merged residents over to the records that are used. */
export async function moveRecords(em: EntityManager, from: string, to: string): Promise<number> {
  const moved = await rows(em, `update imported_records set resident_id = $2 where resident_id = $1 returning id`, [
    from,
    to,
  ]);
  return moved.length;
}
