import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ImportKind } from '#contracts';
import type { SheetRow } from '#core';
import { ListedPeopleService } from '#people';
import { PlacesService } from '#places';
import type { Places } from './import-columns.rules.js';
import { endsRounded, isUsable, readRow, type ReadRow } from './import-rows.rules.js';
import { type ImportRow, type NewRow, readNames } from './imports.queries.js';

/** What the words of a list are known to mean. */
export interface KnownNames {
  /** Codes of courses by code and by name. */
  courses: ReadonlyMap<string, string>;
  organisations: ReadonlyMap<string, { id: string; regionCode: string }>;
  /** Codes of regions by code, name and short name. */
  regions: ReadonlyMap<string, string>;
  department: { id: string; regionCode: string };
}

const bare = (name: string) => name.normalize('NFKC').replace(/\s/g, '').toLowerCase();

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
        organisations.map(({ id, name, region_code: regionCode }) => [bare(name), { id, regionCode }]),
      ),
      regions,
      department: { id: found.department_id, regionCode: found.department_region },
    };
  }

  readAll(kind: ImportKind, lines: readonly SheetRow[], places: Places, names: KnownNames, today: string): NewRow[] {
    return lines.map((line) => this.read(line.number, readRow(kind, line.cells, places, today), names, kind));
  }

  private read(number: number, row: ReadRow, names: KnownNames, kind: ImportKind): NewRow {
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
    const { id: organisationId, regionCode: seat } = organisation ?? names.department;
    const regionCode = regionName === null ? seat : names.regions.get(bare(regionName));
    if (regionCode === undefined) problems.push({ code: 'REGION_UNKNOWN', field: 'region', value: regionName! });
    return {
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
      courseCode: kind === 'degree' ? row.level : (names.courses.get(bare(row.title)) ?? bare(row.title)),
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
      usable: isUsable(problems),
    };
  }
}
