import type { DataSource, EntityManager } from 'typeorm';
import type { DegreeLevel, DocumentKind, ImportKind, ImportState, OrganisationKind } from '#contracts';
import { type CopiedValue, copyRows, row, rows, type SheetEncoding } from '#core';
import type { ImportRowChoice } from './imports.dto.js';
import type { ImportProblem, ImportProblemCode } from './import-rows.rules.js';
import type { ImportCounts, ImportFailure } from './imports.rules.js';
import { type FactsColumns, factsColumns } from '../evidence/records.queries.js';
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
  // Rows that say the same have one finding together.
  const asFields = new Map<NewRow['alone'], CopiedValue[]>([[null, [null, null, null, null]]]);
  const fieldsOf = (alone: NewRow['alone']): CopiedValue[] => {
    let fields = asFields.get(alone);
    if (!fields) {
      fields = ['new', alone!.counts, listOf(alone!.measures), JSON.stringify(alone!.reasons)];
      asFields.set(alone, fields);
    }
    return fields;
  };
  // Half of what a list could say is said by none of its rows: PostgreSQL takes the default by itself, which is the same.
  const said = READ.filter(([, of, unsaid]) => read.some((one) => of(one) !== unsaid));
  await copyRows(
    em,
    'import_rows',
    ['import_id', 'kind', ...said.map(([column]) => column), 'person', 'counts', 'measures', 'reasons'],
    read.map((one) => [importId, kind, ...said.map(([, of]) => of(one)), ...fieldsOf(one.alone)]),
  );
}

/** What was read of a row, by column, and what stands there where nothing is said: the default of the column. */
const READ: readonly [column: string, of: (row: NewRow) => CopiedValue, unsaid?: CopiedValue][] = [
  ['number', (row) => row.number],
  ['name', (row) => row.name, null],
  ['document_kind', (row) => row.documentKind],
  ['document_sealed', (row) => row.documentSealed, null],
  ['document_hash', (row) => row.documentHash, null],
  ['phone_sealed', (row) => row.phoneSealed, null],
  ['phone_hash', (row) => row.phoneHash, null],
  ['birth_date', (row) => row.birthDate, null],
  ['sex', (row) => row.sex, null],
  ['title', (row) => row.title],
  ['course_code', (row) => row.courseCode, null],
  ['class_term', (row) => row.classTerm, null],
  ['certificate_number', (row) => row.certificateNumber, null],
  ['class_hours', (row) => row.classHours, null],
  ['starts_on', (row) => row.startsOn, null],
  ['ends_on', (row) => row.endsOn, null],
  ['level', (row) => row.level, null],
  ['registered_on', (row) => row.registeredOn, null],
  ['expected_year', (row) => row.expectedYear, null],
  ['graduated_on', (row) => row.graduatedOn, null],
  ['left_on', (row) => row.leftOn, null],
  ['dual', (row) => row.dual, false],
  ['organisation_id', (row) => row.organisationId, null],
  ['region_code', (row) => row.regionCode, null],
  ['problems', (row) => (row.problems.length === 0 ? '[]' : JSON.stringify(row.problems)), '[]'],
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

/** The rows of an import of which something comes, `r`, with the kind of their organisation; more conditions may follow. */
export const USABLE_ROWS = `
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
