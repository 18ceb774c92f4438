import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ImportKind, OrganisationKind } from '#contracts';
import type { SheetRow } from '#core';
import { ListedPeopleService } from '#people';
import { PlacesService } from '#places';
import type { RecordEvidence } from '../evidence/evidence.js';
import type { Places } from './import-columns.rules.js';
import { endsRounded, isUsable, readRow, type ReadRow } from './import-rows.rules.js';
import { type ImportRow, type NewRow, readNames } from './imports.queries.js';
import { factsOf } from '../evidence/records.queries.js';

/** What the words of a list are known to mean. */
export interface KnownNames {
  /** Codes of courses by code and by name. */
  courses: ReadonlyMap<string, string>;
  organisations: ReadonlyMap<string, KnownOrganisation>;
  /** Codes of regions by code, name and short name. */
  regions: ReadonlyMap<string, string>;
  department: KnownOrganisation;
}

interface KnownOrganisation {
  id: string;
  regionCode: string;
  kind: OrganisationKind;
}

/**
 * Finds out what a usable row would count, if nothing else were known of whom it names.
 *
 * @param said by which rows that say the same are known again
 * @param evidence what it says, made where no such row was there before
 */
export type CountAlone = (said: string, evidence: () => RecordEvidence) => NewRow['alone'];

const bare = (name: string) => name.normalize('NFKC').replace(/\s/g, '').toLowerCase();

/** The course that a training's title means, or what it is told apart by where there is none. */
function courseOf(title: string, { courses }: KnownNames): string {
  const name = bare(title);
  return courses.get(name) ?? name;
}

/** Reads the rows of a file, seals the documents in them, and knows courses, organisations and regions again. */
@Injectable()
export class ImportReader {
  constructor(
    private readonly source: DataSource,
    private readonly people: ListedPeopleService,
    private readonly places: PlacesService,
  ) {}

  async names(found: ImportRow): Promise<KnownNames> {
    const { courses, organisations } = await readNames(this.source);
    const regions = new Map<string, string>();
    // Of a village and a township of one name the township is meant.
    const tree = [...(await this.places.regionTree()).values()].toSorted(
      (a, b) => Number(a.level === 'village') - Number(b.level === 'village'),
    );
    for (const { code, name, shortName, level } of tree) {
      if (level === 'province' || level === 'city') continue;
      for (const word of [code, name, shortName]) if (!regions.has(bare(word))) regions.set(bare(word), code);
    }
    return {
      courses: new Map(courses.flatMap(({ code, name }) => [[bare(name), code] as const, [bare(code), code] as const])),
      organisations: new Map(
        organisations.map(({ id, name, region_code: regionCode, kind }) => [bare(name), { id, regionCode, kind }]),
      ),
      regions,
      department: { id: found.department_id, regionCode: found.department_region, kind: found.department_kind },
    };
  }

  readAll(
    kind: ImportKind,
    lines: readonly SheetRow[],
    places: Places,
    names: KnownNames,
    today: string,
    count: CountAlone,
  ): NewRow[] {
    return lines.map((line) => this.read(line.number, readRow(kind, line.cells, places, today), names, kind, count));
  }

  private read(number: number, row: ReadRow, names: KnownNames, kind: ImportKind, count: CountAlone): NewRow {
    const { problems, documentKind, organisation: organisationName, region: regionName, phone: typedPhone } = row;
    const rounded = problems.some(({ code }) => code === 'DOCUMENT_ROUNDED');
    const document =
      row.documentNumber === null || rounded ? null : this.people.sealDocument(documentKind, row.documentNumber);
    if (row.documentNumber !== null && !rounded && document === null) {
      const code = endsRounded(row.documentNumber) ? 'DOCUMENT_ROUNDED' : 'DOCUMENT_WRONG';
      problems.push({ code, field: 'documentNumber' });
    }
    const birthDate = document?.birthDate ?? row.birthDate;
    if (document && birthDate === null) problems.push({ code: 'BIRTH_DATE_NEEDED', field: 'birthDate' });
    if (document?.birthDate && row.birthDate !== null && row.birthDate !== document.birthDate) {
      problems.push({ code: 'BIRTH_DATE_DIFFERS', field: 'birthDate' });
    }
    if (birthDate !== null && !this.people.isPossibleBirthDate(birthDate)) {
      problems.push({ code: 'DOCUMENT_WRONG', field: 'documentNumber' });
    }
    const phone = typedPhone === null ? null : this.people.sealPhone(typedPhone);
    if (typedPhone !== null && phone === null) problems.push({ code: 'PHONE_WRONG', field: 'phone' });

    const organisation = organisationName === null ? names.department : names.organisations.get(bare(organisationName));
    if (!organisation) problems.push({ code: 'ORGANISATION_UNKNOWN', field: 'organisation', value: organisationName! });
    const { id: organisationId, regionCode: seat, kind: organisationKind } = organisation ?? names.department;
    const regionCode = regionName === null ? seat : names.regions.get(bare(regionName));
    if (regionCode === undefined) problems.push({ code: 'REGION_UNKNOWN', field: 'region', value: regionName! });
    const usable = isUsable(problems);
    const read: NewRow = {
      number,
      name: row.name === null ? null : this.people.tidy(row.name),
      documentKind,
      documentSealed: document?.sealed ?? null,
      documentHash: document?.hash ?? null,
      phoneSealed: phone?.sealed ?? null,
      phoneHash: phone?.hash ?? null,
      birthDate,
      sex: document?.sex ?? null,
      title: row.title,
      courseCode: kind === 'degree' ? row.level : courseOf(row.title, names),
      classTerm: row.classTerm,
      certificateNumber: row.certificateNumber,
      classHours: row.classHours,
      startsOn: row.startsOn,
      endsOn: row.endsOn,
      level: row.level,
      registeredOn: row.registeredOn,
      expectedYear: row.expectedYear,
      graduatedOn: row.graduatedOn,
      leftOn: row.leftOn,
      dual: row.dual,
      organisationId,
      regionCode: regionCode ?? null,
      problems,
      usable,
      alone: null,
    };
    if (usable) {
      read.alone = count(saidBy(read, organisationKind), () => evidenceOfRead(read, kind, organisationKind));
    }
    return read;
  }
}

/** All of a row that decides what it would count, in one text: a list has one kind, and no cell a control character. */
const saidBy = (row: NewRow, organisationKind: OrganisationKind): string =>
  [
    ...[row.title, row.courseCode, row.classTerm, row.certificateNumber, row.classHours, row.startsOn, row.endsOn],
    ...[row.level, row.registeredOn, row.expectedYear, row.graduatedOn, row.leftOn, row.dual, organisationKind],
  ]
    .map((value) => value ?? '\u0001')
    .join('\u0000');

/** What a row that can be used says; whose record it becomes is found out later. */
const evidenceOfRead = (row: NewRow, kind: ImportKind, organisationKind: OrganisationKind): RecordEvidence => ({
  recordId: 'row',
  residentId: 'new',
  groups: [],
  facts: factsOf({
    kind,
    title: row.title,
    class_term: row.classTerm,
    certificate_number: row.certificateNumber,
    class_hours: row.classHours === null ? null : String(row.classHours),
    starts_on: row.startsOn,
    ends_on: row.endsOn,
    level: row.level,
    registered_on: row.registeredOn,
    expected_year: row.expectedYear,
    graduated_on: row.graduatedOn,
    left_on: row.leftOn,
    dual: row.dual,
  }),
  courseCode: row.courseCode!,
  organisationId: row.organisationId!,
  organisationKind,
  regionCode: row.regionCode!,
});
