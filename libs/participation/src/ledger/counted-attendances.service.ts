import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { holds, type ProgrammeKind } from '#contracts';
import { type Caller, cutPage, type Page, readCursor, rows } from '#core';
import { PlacesService } from '#places';
import { maskName } from '../counting/words.rules.js';
import type { CountedAttendancesQuery, CountedAttendanceView } from '../participation.dto.js';

interface AttendanceRow {
  resident_id: string;
  resident_name: string;
  class_id: string;
  class_name: string;
  class_name_en: string | null;
  month: string;
  region_code: string;
  region_name: string;
  organisation_id: string;
  organisation_name: string;
  organisation_name_en: string | null;
  programme_kind: ProgrammeKind;
  sessions: number;
}

/** What session attendances (到课人次) are the sum of: how often a resident was at the sessions of a class in a month. */
@Injectable()
export class CountedAttendancesService {
  constructor(
    private readonly source: DataSource,
    private readonly places: PlacesService,
  ) {}

  /** Of the caller's organisations, or of all for the bureau; the latest month first. */
  async list(caller: Caller, query: CountedAttendancesQuery): Promise<Page<CountedAttendanceView>> {
    const { organisationId, regionCode, within, year, month, programmeKind, residentId, limit } = query;
    caller.require('ledger.read', organisationId);
    const own = caller.organisationsWith('ledger.read');
    const regionCodes =
      regionCode === undefined ? null : within === false ? [regionCode] : await this.places.codesWithin(regionCode);
    const after = readCursor(query.cursor, ['text', 'uuid', 'uuid', 'text']);
    // The page is cut before the names are joined to it, in the order of ix_counted_attendances_month.
    const found = await rows<AttendanceRow>(
      this.source,
      `with page as materialized (
         select * from counted_attendances a
          where a.sessions > 0
            and ($1::text is null or a.month >= $1) and ($2::text is null or a.month <= $2)
            and ($3::text[] is null or a.region_code = any($3))
            and ($4::uuid[] is null or a.organisation_id = any($4))
            and ($5::text is null or a.programme_kind = $5)
            and ($11::uuid is null or a.resident_id = $11)
            and ($6::text is null or (a.month, a.resident_id, a.class_id, a.region_code) < ($6, $7::uuid, $8::uuid, $9))
          order by a.month desc, a.resident_id desc, a.class_id desc, a.region_code desc limit $10
       )
       select p.*, r.name as resident_name, c.name as class_name, c.name_en as class_name_en, o.name as organisation_name,
              o.name_en as organisation_name_en, g.short_name as region_name
         from page p join residents r on r.id = p.resident_id join course_classes c on c.id = p.class_id
         join organisations o on o.id = p.organisation_id join regions g on g.code = p.region_code
        order by p.month desc, p.resident_id desc, p.class_id desc, p.region_code desc`,
      [
        month ?? (year ? `${year}-01` : null),
        month ?? (year ? `${year}-12` : null),
        regionCodes,
        organisationId === undefined ? own : [organisationId],
        programmeKind ?? null,
        ...(after ?? [null, null, null, null]),
        limit + 1,
        residentId ?? null,
      ],
    );
    return cutPage(
      found,
      limit,
      ({ month: of, resident_id, class_id, region_code }) => [of, resident_id, class_id, region_code],
      (one) => viewOf(one, caller),
    );
  }
}

function viewOf(one: AttendanceRow, caller: Caller): CountedAttendanceView {
  // As in the ledger: only those who hold it for this school know its people.
  const ofTheSchool = caller.grants.some(
    (grant) => grant.organisationId === one.organisation_id && holds([grant], 'ledger.read', one.organisation_id),
  );
  return {
    residentId: one.resident_id,
    residentName: ofTheSchool ? one.resident_name : maskName(one.resident_name),
    classId: one.class_id,
    className: one.class_name,
    classNameEn: one.class_name_en,
    month: one.month,
    regionCode: one.region_code,
    regionName: one.region_name,
    organisationId: one.organisation_id,
    organisationName: one.organisation_name,
    organisationNameEn: one.organisation_name_en,
    programmeKind: one.programme_kind,
    sessions: one.sessions,
  };
}
