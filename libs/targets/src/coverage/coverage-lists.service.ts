import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { dayOf } from '#contracts';
import { Audit, type Caller, Clock, newId, requireVersion, row, rows, Transactions } from '#core';
import { PlacesService } from '#places';
import type { CoverageListView, ListedRegionView, SignCoverageListRequest } from './coverage-lists.dto.js';
import { lockCoverage } from './coverage.queries.js';
import { TargetsErrors } from '../targets.errors.js';

/**
 * 覆盖名单: by which townships and villages a year's coverage is judged. Until a list is signed it is all that stand in the
 * year, on trial; a signed one is frozen, and changed by another signed paper alone.
 */
@Injectable()
export class CoverageListsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly places: PlacesService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async read(caller: Caller, year: number): Promise<CoverageListView> {
    caller.require('targets.read');
    return readList(this.source.manager, year);
  }

  /**
   * Lays down who is in. Of a year that is over nothing changes any more: by its list it was reported.
   *
   * @param version of the signed list that stands; 0 where none does
   * @throws TARGETS.LIST_YEAR_OVER, TARGETS.LIST_SAME_PAPER, TARGETS.DAY_TO_COME, PLACES.REGION_UNKNOWN,
   *   PLACES.REGION_LEVEL, CORE.STALE
   */
  async sign(caller: Caller, version: number, request: SignCoverageListRequest): Promise<CoverageListView> {
    caller.require('coverage-lists.sign');
    const { year, documentNumber, source, dated } = request;
    const at = this.clock.now();
    if (year < Number(dayOf(at).slice(0, 4))) throw TargetsErrors.LIST_YEAR_OVER({ year });
    if (dated > dayOf(at)) throw TargetsErrors.DAY_TO_COME({ day: dated });
    const codes = [...new Set(request.regionCodes)].sort();
    const regions = await Promise.all(codes.map((code) => this.places.requireRegion(code, ['township', 'village'])));
    return this.transactions.run(async (em) => {
      await lockCoverage(em);
      const before = await row<{ id: string; document_number: string; version: number }>(
        em,
        `select id, document_number, version from coverage_lists where year = $1`,
        [year],
      );
      requireVersion(before?.version ?? 0, version);
      if (before?.document_number === documentNumber) throw TargetsErrors.LIST_SAME_PAPER({ documentNumber });
      const dropped = await rows<{ region_code: string }>(
        em,
        `delete from coverage_denominators where year = $1 returning region_code`,
        [year],
      );
      await rows(
        em,
        `insert into coverage_denominators (year, region_code, state, source, dated)
         select $1, code, 'published', $3, $4 from unnest($2::text[]) as code`,
        [year, codes, source, dated],
      );
      const id = before?.id ?? newId();
      await rows(
        em,
        `insert into coverage_lists (year, id, document_number, signed_by, signed_at, version)
         values ($1, $2, $3, $4, $5, 1)
         on conflict on constraint pk_coverage_lists do update
            set document_number = excluded.document_number, signed_by = excluded.signed_by,
                signed_at = excluded.signed_at, version = coverage_lists.version + 1`,
        [year, id, documentNumber, caller.staffId, at],
      );
      const isIn = new Set(codes);
      const was = new Set(dropped.map(({ region_code }) => region_code));
      await this.audit.write(em, caller, [
        {
          action: 'coverage_list.signed',
          targetKind: 'coverage_list',
          targetId: id,
          details: {
            year,
            documentNumber,
            source,
            dated,
            townships: regions.filter(({ level }) => level === 'township').length,
            villages: regions.filter(({ level }) => level === 'village').length,
            added: codes.filter((code) => !was.has(code)),
            leftOut: [...was].filter((code) => !isIn.has(code)).sort(),
            before: before?.document_number ?? null,
          },
        },
      ]);
      return readList(em, year);
    });
  }
}

/** What is on the list, and what else stands in the year. */
async function readList(em: EntityManager, year: number): Promise<CoverageListView> {
  const signed = await row<{ document_number: string; signed_at: Date; version: number }>(
    em,
    `select document_number, signed_at, version from coverage_lists where year = $1`,
    [year],
  );
  const about = await row<{ state: 'trial' | 'published'; source: string; dated: string }>(
    em,
    `select state, source, dated from coverage_denominators where year = $1 order by region_code limit 1`,
    [year],
  );
  const regions = await rows<ListedRegionView>(
    em,
    `select r.code, r.short_name as "shortName", r.name_en as "nameEn", r.level, r.parent_code as "parentCode",
            d.region_code is not null as included, e.aged_60_plus as "residentsOfAge", e.counted_on as "countedOn"
       from regions r
       left join coverage_denominators d on d.region_code = r.code and d.year = $1
       left join lateral (select aged_60_plus, counted_on from elderly_populations
                           where region_code = r.code order by counted_on desc limit 1) e on true
      where r.level in ('township', 'village')
        and (d.region_code is not null
             or r.valid_from <= make_date($1, 12, 31) and (r.valid_to is null or r.valid_to > make_date($1, 1, 1)))
      order by r.code`,
    [year],
  );
  return {
    year,
    state: about?.state ?? 'trial',
    source: about?.source ?? null,
    dated: about?.dated ?? null,
    documentNumber: signed?.document_number ?? null,
    signedAt: signed?.signed_at.toISOString() ?? null,
    version: signed?.version ?? 0,
    regions,
  };
}
