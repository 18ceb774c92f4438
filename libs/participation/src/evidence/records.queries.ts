import type { EntityManager } from 'typeorm';
import type { DegreeLevel, ImportKind, OrganisationKind } from '#contracts';
import { preparedRows } from '#core';
import type { RecordEvidence, RecordFacts } from './evidence.js';
import { readGroups } from './evidence.queries.js';

/** The columns of what a row says, as they stand with a row that was read and with a record. */
export interface FactsColumns {
  kind: ImportKind;
  title: string;
  class_term: string | null;
  certificate_number: string | null;
  class_hours: string | null;
  starts_on: string | null;
  ends_on: string | null;
  level: DegreeLevel | null;
  registered_on: string | null;
  expected_year: number | null;
  graduated_on: string | null;
  left_on: string | null;
  dual: boolean;
}

/** The names of {@link FactsColumns}, of a table or its alias. */
export const factsColumns = (of: string) =>
  `${of}.kind, ${of}.title, ${of}.class_term, ${of}.certificate_number, ${of}.class_hours, ${of}.starts_on, ${of}.ends_on,
            ${of}.level, ${of}.registered_on, ${of}.expected_year, ${of}.graduated_on, ${of}.left_on, ${of}.dual`;

/** What a row says, by the columns of its kind; the table's checks see to it that they are there. */
export const factsOf = (row: FactsColumns): RecordFacts =>
  row.kind === 'training'
    ? {
        kind: 'training',
        trade: row.title,
        classTerm: row.class_term,
        certificateNumber: row.certificate_number,
        classHours: Number(row.class_hours),
        startsOn: row.starts_on!,
        endsOn: row.ends_on!,
      }
    : {
        kind: 'degree',
        level: row.level!,
        registeredOn: row.registered_on,
        expectedYear: row.expected_year,
        graduatedOn: row.graduated_on,
        leftOn: row.left_on,
        certificateNumber: row.certificate_number,
        dual: row.dual,
      };

type RecordRow = FactsColumns & {
  id: string;
  resident_id: string;
  course_code: string;
  organisation_id: string;
  organisation_kind: OrganisationKind;
  region_code: string;
};

/** What was imported of these residents and stands. */
export async function readRecords(em: EntityManager, residentIds: readonly string[]): Promise<RecordEvidence[]> {
  const found = await preparedRows<RecordRow>(
    em,
    `select i.id, i.resident_id, ${factsColumns('i')}, i.course_code, i.organisation_id,
            o.kind as organisation_kind, i.region_code
       from (select distinct id from unnest($1::uuid[]) as a (id)) as asked
       -- By itself each, or while a list is written PostgreSQL would read all records for each batch of people.
       join lateral (select * from imported_records own where own.resident_id = asked.id offset 0) i on true
       join organisations o on o.id = i.organisation_id
      where i.withdrawn_at is null
      order by i.id`,
    [residentIds],
  );
  if (found.length === 0) return [];
  const groups = await readGroups(em, [...new Set(found.map((row) => row.resident_id))]);
  return found.map((row) => ({
    recordId: row.id,
    residentId: row.resident_id,
    groups: groups.get(row.resident_id) ?? [],
    facts: factsOf(row),
    courseCode: row.course_code,
    organisationId: row.organisation_id,
    organisationKind: row.organisation_kind,
    regionCode: row.region_code,
  }));
}
