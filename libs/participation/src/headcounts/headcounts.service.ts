import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Caller, cutPage, type Page, readCursor } from '#core';
import { PlacesService } from '#places';
import type {
  HeadcountPartView,
  HeadcountsQuery,
  HeadcountSumsQuery,
  HeadcountSumsView,
  SessionHeadcountView,
} from './headcounts.dto.js';
import { type HeadcountFilter, type HeadcountSum, readHeadcounts, sumHeadcounts } from './headcounts.queries.js';
import { headcountInWords } from '../counting/words.rules.js';

/**
 * Headcounts of sessions without names (counting rule 10), for whoever reads the figures beside which they are shown. They
 * are in none of them.
 */
@Injectable()
export class HeadcountsService {
  constructor(
    private readonly source: DataSource,
    private readonly places: PlacesService,
  ) {}

  /** Sessions with a headcount of the caller's organisations, or of all for the bureau; the latest first. */
  async list(caller: Caller, query: HeadcountsQuery): Promise<Page<SessionHeadcountView>> {
    const filter = await this.filterOf(caller, query);
    const after = readCursor(query.cursor, ['moment', 'uuid']);
    const found = await readHeadcounts(this.source, filter, after, query.limit + 1);
    return cutPage(
      found,
      query.limit,
      (session) => [session.starts_at.toISOString(), session.session_id],
      (session) => ({
        sessionId: session.session_id,
        number: session.number,
        startsAt: session.starts_at.toISOString(),
        classId: session.class_id,
        className: session.class_name,
        classNameEn: session.class_name_en,
        programmeKind: session.programme_kind,
        organisationId: session.organisation_id,
        organisationName: session.organisation_name,
        organisationNameEn: session.organisation_name_en,
        regionCode: session.region_code,
        regionName: session.region_name,
        headcount: session.headcount,
        named: session.named,
        photos: session.photos,
        note: session.note,
        recordedAt: session.recorded_at.toISOString(),
        says: headcountInWords(session, caller.language),
      }),
    );
  }

  /** The same added up, by township and by organisation. */
  async sums(caller: Caller, query: HeadcountSumsQuery): Promise<HeadcountSumsView> {
    const sums = await sumHeadcounts(this.source, await this.filterOf(caller, query));
    const { sessions, headcount } = sums.find(({ dimension }) => dimension === 'all')!;
    const by = (wanted: HeadcountSum['dimension']) =>
      sums.filter(({ dimension }) => dimension === wanted).map(partView);
    return {
      sessions,
      headcount,
      says: headcountInWords({ headcount, named: 0 }, caller.language),
      byTownship: by('township'),
      byOrganisation: by('organisation'),
    };
  }

  /** @throws CORE.FORBIDDEN for another school's */
  private async filterOf(caller: Caller, query: HeadcountSumsQuery): Promise<HeadcountFilter> {
    const { year, regionCode, organisationId, programmeKind } = query;
    caller.require('ledger.read', organisationId);
    return {
      year,
      programmeKind,
      regionCodes: regionCode === undefined ? undefined : await this.places.codesWithin(regionCode),
      organisationIds:
        organisationId === undefined ? (caller.organisationsWith('ledger.read') ?? undefined) : [organisationId],
    };
  }
}

const partView = ({ key, name, name_en: nameEn, sessions, headcount }: HeadcountSum): HeadcountPartView => ({
  key: key!,
  name: name!,
  nameEn,
  sessions,
  headcount,
});
