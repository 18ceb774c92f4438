import type { DataSource, EntityManager } from 'typeorm';
import type { DegreeLevel, DocumentKind, ImportKind, ImportState, OrganisationKind } from '#contracts';
import { type CopiedValue, copyRows, preparedRows, row, rows, type SheetEncoding } from '#core';
import { registerListed } from '#people';
import type { ImportRowChoice } from './imports.dto.js';
import type { ImportProblem, ImportProblemCode } from './import-rows.rules.js';
import type { ImportCounts, ImportFailure } from './imports.rules.js';
import type { PostedIn } from '../periods/periods.rules.js';
import { type FactsColumns, factsColumns } from '../evidence/records.queries.js';
import { eachPosted, postEach } from '../ledger/recount.queries.js';
import type { Reason } from '../counting/threshold.rules.js';

export interface ImportRow {
  id: string;
  kind: ImportKind;
  state: ImportState;
  department_id: string;
  department_name: string;
  department_name_en: string | null;
  department_region: string;
  department_kind: OrganisationKind;
  document_number: string | null;
  file_name: string;
  file_id: string | null;
  file_bytes: number | null;
  encoding: SheetEncoding | null;
  failure: ImportFailure | null;
  row_count: number | null;
  rows_read: number;
  rows_checked: number;
  rows_done: number;
  done_up_to: Buffer | null;
  counts: ImportCounts | null;
  imported_by: string;
  imported_at: Date;
  confirmed_by: string | null;
  confirmed_at: Date | null;
  written_at: Date | null;
  undone_by: string | null;
  undone_at: Date | null;
  undone_because: string | null;
  version: number;
}

const IMPORTS = `
  select i.id, i.kind, i.state, i.department_id, d.name as department_name, d.name_en as department_name_en,
         d.region_code as department_region, d.kind as department_kind, i.document_number, i.file_name, i.file_id, f.size::int as file_bytes, i.encoding,
         i.failure, i.row_count, i.rows_read, i.rows_checked, i.rows_done, i.done_up_to, i.counts, s.name as imported_by,
         i.imported_at, c.name as confirmed_by, i.confirmed_at, i.written_at, u.name as undone_by, i.undone_at,
         i.undone_because, i.version
    from imports i
    join organisations d on d.id = i.department_id
    join staff s on s.id = i.imported_by
    left join staff c on c.id = i.confirmed_by
    left join staff u on u.id = i.undone_by
    left join stored_files f on f.id = i.file_id`;

/** The latest first. */
export const readImports = (
  on: DataSource | EntityManager,
  kind: ImportKind | undefined,
  before: string | null,
  limit: number,
) =>
  rows<ImportRow>(
    on,
    `${IMPORTS} where ($1::text is null or i.kind = $1) and ($2::uuid is null or i.id < $2::uuid)
      order by i.id desc limit $3`,
    [kind ?? null, before, limit],
  );

export const readImport = (on: DataSource | EntityManager, id: string) =>
  row<ImportRow>(on, `${IMPORTS} where i.id = $1`, [id]);

/** Whether an import refers to the file. The row is locked against one that begins to do so now. */
export async function isFileOfImport(em: EntityManager, fileId: string): Promise<boolean> {
  await rows(em, `select id from stored_files where id = $1 for update`, [fileId]);
  return (await rows(em, `select 1 from imports where file_id = $1 limit 1`, [fileId])).length > 0;
}

/** One move, and one batch of the work, after the other. */
export async function lockImport(em: EntityManager, id: string): Promise<ImportRow | undefined> {
  await rows(em, `select id from imports where id = $1 for no key update`, [id]);
  return readImport(em, id);
}

/** A row as it is put into the table. */
export interface NewRow {
  number: number;
  name: string | null;
  documentKind: DocumentKind;
  documentSealed: Buffer | null;
  documentHash: Buffer | null;
  phoneSealed: Buffer | null;
  phoneHash: Buffer | null;
  birthDate: string | null;
  sex: string | null;
  title: string;
  courseCode: string | null;
  classTerm: string | null;
  certificateNumber: string | null;
  classHours: number | null;
  startsOn: string | null;
  endsOn: string | null;
  level: DegreeLevel | null;
  registeredOn: string | null;
  expectedYear: number | null;
  graduatedOn: string | null;
  leftOn: string | null;
  dual: boolean;
  organisationId: string | null;
  regionCode: string | null;
  problems: ImportProblem[];
  usable: boolean;
  /** What it would count if nobody knew the person and no other row named them; null where it cannot be used. */
  alone: Pick<Finding, 'counts' | 'measures' | 'reasons'> | null;
}

/** Puts rows in, with what is found out about each by itself. */
export async function insertRows(
  em: EntityManager,
  importId: string,
  kind: ImportKind,
  read: readonly NewRow[],
): Promise<void> {
  await copyRows(
    em,
    'import_rows',
    ['import_id', 'kind', ...READ.map(([column]) => column), 'person', 'counts', 'measures', 'reasons'],
    read.map((one) => {
      const { alone } = one;
      const found = alone
        ? ['new', alone.counts, listOf(alone.measures), JSON.stringify(alone.reasons)]
        : [null, null, null, null];
      return [importId, kind, ...READ.map(([, of]) => of(one)), ...found];
    }),
  );
}

/** What was read of a row, by column. */
const READ: readonly [column: string, of: (row: NewRow) => CopiedValue][] = [
  ['number', (row) => row.number],
  ['name', (row) => row.name],
  ['document_kind', (row) => row.documentKind],
  ['document_sealed', (row) => row.documentSealed],
  ['document_hash', (row) => row.documentHash],
  ['phone_sealed', (row) => row.phoneSealed],
  ['phone_hash', (row) => row.phoneHash],
  ['birth_date', (row) => row.birthDate],
  ['sex', (row) => row.sex],
  ['title', (row) => row.title],
  ['course_code', (row) => row.courseCode],
  ['class_term', (row) => row.classTerm],
  ['certificate_number', (row) => row.certificateNumber],
  ['class_hours', (row) => row.classHours],
  ['starts_on', (row) => row.startsOn],
  ['ends_on', (row) => row.endsOn],
  ['level', (row) => row.level],
  ['registered_on', (row) => row.registeredOn],
  ['expected_year', (row) => row.expectedYear],
  ['graduated_on', (row) => row.graduatedOn],
  ['left_on', (row) => row.leftOn],
  ['dual', (row) => row.dual],
  ['organisation_id', (row) => row.organisationId],
  ['region_code', (row) => row.regionCode],
  ['problems', (row) => JSON.stringify(row.problems)],
  ['usable', (row) => row.usable],
];

/** Codes of the plan, in which nothing has to be quoted. */
const listOf = (measures: readonly string[]) => `{${measures.join(',')}}`;

export type UsableRow = FactsColumns & {
  number: number;
  name: string;
  document_kind: DocumentKind;
  document_sealed: Buffer;
  document_hash: Buffer;
  phone_sealed: Buffer | null;
  phone_hash: Buffer | null;
  birth_date: string;
  sex: 'male' | 'female' | null;
  course_code: string;
  organisation_id: string;
  organisation_kind: OrganisationKind;
  region_code: string;
};

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

const USABLE_ROWS = `
  select r.number, r.name, r.document_kind, r.document_sealed, r.document_hash, r.phone_sealed, r.phone_hash, r.birth_date,
         r.sex, ${factsColumns('r')}, r.course_code, r.organisation_id, o.kind as organisation_kind, r.region_code
    from import_rows r join organisations o on o.id = r.organisation_id
   where r.import_id = $1 and r.usable`;

/**
 * The usable rows of the next so many people of whom more has to be found out than each row says by itself: whose document
 * somebody has who is registered, of whom there are several rows, or of whom the rows say nothing yet. By the hash of their documents, each one's in the
 * order of the file.
 *
 * @param after the last one before them; null: from the first on
 */
export async function readPeopleToCheck(
  on: DataSource | EntityManager,
  importId: string,
  after: Buffer | null,
  people: number,
): Promise<UsableRow[]> {
  const next = await rows<{ document_hash: Buffer }>(
    on,
    `select i.document_hash from import_rows i
      where i.import_id = $1 and i.usable and ($2::bytea is null or i.document_hash > $2::bytea)
      group by i.document_hash
     having count(*) > 1 or bool_or(i.person is null)
         -- By index each, whatever PostgreSQL knows of how many there are.
         or exists (select from residents r where r.document_hash = i.document_hash offset 0)
      order by i.document_hash limit $3`,
    [importId, after, people],
  );
  if (next.length === 0) return [];
  return rows<UsableRow>(
    on,
    `${USABLE_ROWS} and r.document_hash = any($2::bytea[]) order by r.document_hash, r.number`,
    [importId, next.map(({ document_hash: hash }) => hash)],
  );
}

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

/** What was found out about a row. */
export interface Finding {
  number: number;
  person: 'new' | 'known' | 'differs';
  residentId: string | null;
  counts: boolean;
  /** Indicators in which it would count. */
  measures: string[];
  reasons: Reason[];
}

/** Keeps what was found out; the document of somebody else makes a row unusable. */
export const writeFindings = (em: EntityManager, importId: string, findings: readonly Finding[]) =>
  rows(
    em,
    `update import_rows r
        set person = f.person, resident_id = f.resident_id, counts = f.counts, reasons = f.reasons,
            measures = f.measures::text[], usable = f.person <> 'differs',
            problems = case when f.person = 'differs' then r.problems || $7::jsonb else r.problems end
       from unnest($2::int[], $3::text[], $4::uuid[], $5::boolean[], $6::jsonb[], $8::text[])
            as f (number, person, resident_id, counts, reasons, measures)
      where r.import_id = $1 and r.number = f.number`,
    [
      importId,
      findings.map(({ number }) => number),
      findings.map(({ person }) => person),
      findings.map(({ residentId }) => residentId),
      findings.map(({ counts }) => counts),
      findings.map(({ reasons }) => JSON.stringify(reasons)),
      JSON.stringify([NAME_DIFFERS]),
      findings.map(({ measures }) => listOf(measures)),
    ],
  );

const NAME_DIFFERS: ImportProblem = { code: 'NAME_DIFFERS', field: 'name' };

/** What the file would bring, summed from its rows. */
export async function sumFindings(em: EntityManager, importId: string, inFile: string): Promise<ImportCounts> {
  const sums = await row<
    Record<'rows' | 'unusable' | 'new' | 'known' | 'counting' | 'not_counting' | 'in_file' | 'of_counted', number>
  >(
    em,
    `select count(*)::int as rows, count(*) filter (where not usable)::int as unusable,
            count(distinct document_hash) filter (where usable and person = 'new')::int as new,
            count(distinct document_hash) filter (where usable and person = 'known')::int as known,
            count(*) filter (where usable and counts)::int as counting,
            count(*) filter (where usable and not counts)::int as not_counting,
            count(*) filter (where usable and not counts and reasons @? $2::jsonpath)::int as in_file,
            count(*) filter (where usable and not counts and reasons @? '$[*] ? (@.code == "ALREADY_COUNTED")'
                               and not reasons @? $2::jsonpath)::int as of_counted
       from import_rows where import_id = $1`,
    [importId, `$[*] ? (@.code == "ALREADY_COUNTED" && @.recordId starts with "${inFile}")`],
  );
  const reasons = await rows<{ code: string; rows: number }>(
    em,
    `select x.code, count(distinct r.number)::int as rows
       from import_rows r cross join lateral (select e ->> 'code' as code from jsonb_array_elements(r.reasons) as e) x
      where r.import_id = $1 and r.usable and not r.counts
      group by 1 order by 2 desc, 1`,
    [importId],
  );
  const problems = await rows<{ code: ImportProblemCode; rows: number }>(
    em,
    `select x.code, count(distinct r.number)::int as rows
       from import_rows r cross join lateral (select e ->> 'code' as code from jsonb_array_elements(r.problems) as e) x
      where r.import_id = $1 and r.problems <> '[]'
      group by 1 order by 2 desc, 1`,
    [importId],
  );
  return {
    rows: sums!.rows,
    unusable: sums!.unusable,
    newPeople: sums!.new,
    knownPeople: sums!.known,
    counting: sums!.counting,
    notCounting: sums!.not_counting,
    repeatsInFile: sums!.in_file,
    repeatsOfCounted: sums!.of_counted,
    reasons,
    problems,
  };
}

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

export interface ShownRow extends FactsColumns {
  number: number;
  name: string | null;
  organisation_name: string | null;
  region_name: string | null;
  usable: boolean;
  person: 'new' | 'known' | 'differs' | null;
  counts: boolean | null;
  problems: ImportProblem[];
  reasons: Reason[] | null;
}

const CHOSEN: Readonly<Record<ImportRowChoice, string>> = {
  all: 'true',
  problems: `r.problems <> '[]'`,
  counting: 'r.usable and r.counts',
  not_counting: 'r.usable and not r.counts',
};

/** Rows in the order of the file. */
export const readShownRows = (
  on: DataSource | EntityManager,
  importId: string,
  show: ImportRowChoice,
  after: number,
  limit: number,
) =>
  rows<ShownRow>(
    on,
    `select r.number, r.name, ${factsColumns('r')}, o.name as organisation_name, g.short_name as region_name, r.usable,
            r.person, r.counts, r.problems, r.reasons
       from import_rows r
       left join organisations o on o.id = r.organisation_id
       left join regions g on g.code = r.region_code
      where r.import_id = $1 and r.number > $2 and ${CHOSEN[show]}
      order by r.number limit $3`,
    [importId, after, limit],
  );

/** Whom the names of a list may mean: courses by code and name, organisations by name. */
export async function readNames(on: DataSource | EntityManager) {
  const courses = await rows<{ code: string; name: string }>(on, `select code, name from courses order by code desc`);
  const organisations = await rows<{ id: string; name: string; region_code: string; kind: OrganisationKind }>(
    on,
    `select id, name, region_code, kind from organisations where state = 'active'`,
  );
  return { courses, organisations };
}
