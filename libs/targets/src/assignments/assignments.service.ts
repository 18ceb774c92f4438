import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audit, type Caller, Clock, newId, requireVersion, row, rows, Transactions } from '#core';
import { openingCounts, SEALED_MEASURE, sealedCounts } from '#participation';
import { OrganisationsService, PlacesService } from '#places';
import type {
  AssigneeKind,
  AssignmentRequest,
  AssignmentsQuery,
  AssignmentsView,
  AssignmentView,
} from './assignments.dto.js';
import { completionOf } from './assignments.rules.js';
import { INDICATOR_CODE } from '../indicators.js';
import { TargetsErrors } from '../targets.errors.js';

interface PartRow {
  id: string | null;
  kind: AssigneeKind;
  key: string | null;
  name: string | null;
  name_en: string | null;
  value: string | null;
  actual: number | null;
  document_number: string | null;
  assigned_at: Date | null;
  version: number | null;
}

/** 年度任务分解: a year's target split over townships and organisations, and how far each has come. */
@Injectable()
export class AssignmentsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly places: PlacesService,
    private readonly organisations: OrganisationsService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** @throws TARGETS.INDICATOR_UNKNOWN */
  async read(caller: Caller, code: string, { year }: AssignmentsQuery): Promise<AssignmentsView> {
    caller.require('targets.read');
    return readYear(this.source.manager, code, year);
  }

  /**
   * Assigns, or replaces what was assigned; the audit log keeps the one before.
   *
   * @param version of what stands; 0 where nothing does
   * @throws TARGETS.INDICATOR_UNKNOWN, TARGETS.ASSIGNED_TO_TWO, PLACES.REGION_UNKNOWN, PLACES.REGION_LEVEL,
   *   PLACES.ORGANISATION_UNKNOWN, CORE.STALE
   */
  async assign(caller: Caller, code: string, version: number, request: AssignmentRequest): Promise<AssignmentsView> {
    caller.require('assignments.edit');
    const { year, regionCode = null, organisationId = null, value, documentNumber = null } = request;
    if (regionCode && organisationId) throw TargetsErrors.ASSIGNED_TO_TWO();
    if (regionCode) await this.places.requireRegion(regionCode, ['township']);
    return this.transactions.run(async (em) => {
      await lockIndicator(em, code);
      if (organisationId) await this.organisations.require(em, organisationId);
      const before = await row<{ id: string; value: string; version: number }>(
        em,
        `select id, value, version from indicator_assignments
          where indicator_code = $1 and year = $2 and region_code is not distinct from $3
            and organisation_id is not distinct from $4::uuid`,
        [code, year, regionCode, organisationId],
      );
      requireVersion(before?.version ?? 0, version);
      const id = before?.id ?? newId();
      await rows(
        em,
        `insert into indicator_assignments (id, indicator_code, year, region_code, organisation_id, value, document_number,
                assigned_by, assigned_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)
         on conflict on constraint pk_indicator_assignments do update
            set value = excluded.value, document_number = excluded.document_number, assigned_by = excluded.assigned_by,
                assigned_at = excluded.assigned_at, version = indicator_assignments.version + 1`,
        [id, code, year, regionCode, organisationId, String(value), documentNumber, caller.staffId, this.clock.now()],
      );
      await this.audit.write(em, caller, [
        {
          action: 'assignment.put',
          targetKind: 'indicator_assignment',
          targetId: id,
          organisationId,
          details: { indicator: code, year, regionCode, value, documentNumber, before: before?.value ?? null },
        },
      ]);
      return readYear(em, code, year);
    });
  }
}

/** Two who assign parts of one indicator wait for each other. @throws TARGETS.INDICATOR_UNKNOWN */
async function lockIndicator(em: EntityManager, code: string): Promise<void> {
  const found =
    INDICATOR_CODE.test(code) &&
    (await row(em, `select code from indicators where code = $1 for no key update`, [code]));
  if (!found) throw TargetsErrors.INDICATOR_UNKNOWN();
}

/**
 * Every township and every organisation that has a part or reached something, with what the ledger says of the year. Of
 * an indicator that the ledger does not feed the parts have no figure.
 */
async function readYear(em: EntityManager, code: string, year: number): Promise<AssignmentsView> {
  const known = INDICATOR_CODE.test(code)
    ? await row<{ counted: boolean }>(em, `select measure = 'counted' as counted from indicators where code = $1`, [
        code,
      ])
    : undefined;
  if (!known) throw TargetsErrors.INDICATOR_UNKNOWN();
  const found = await rows<PartRow>(
    em,
    `with year_totals as (
       select case r.level when 'village' then r.parent_code else r.code end as township, t.organisation_id, t.total
         from ledger_totals t join regions r on r.code = t.region_code
        where t.measure = $1 and t.month between $2::text || '-01' and $2::text || '-12'
       union all
       -- What counts beside the ledger lies in no township; an opening figure is of its organisation.
       select null, f.organisation_id, ${openingCounts('f')} from opening_figures f
        where f.measure = $1 and f.year = $2::int and f.state = 'signed'
       union all
       select null, null, ${sealedCounts('s')} from sealed_totals s
        where $1 = $3 and left(s.period, 4) = $2::text and s.state = 'standing'
     ), reached as (
       select township, organisation_id, sum(total)::int as total,
              grouping(township) = 0 as by_township, grouping(organisation_id) = 0 as by_organisation
         from year_totals group by grouping sets ((township), (organisation_id), ())
     ), assigned as (
       select * from indicator_assignments where indicator_code = $1 and year = $2::int
     )
     select a.id, 'district' as kind, null as key, null as name, null as name_en, a.value,
            (select total from reached where not by_township and not by_organisation) as actual,
            a.document_number, a.assigned_at, a.version
       from (select 1) one left join assigned a on a.region_code is null and a.organisation_id is null
     union all
     select a.id, 'township', r.code, r.short_name, r.name_en, a.value,
            (select total from reached where by_township and township = r.code), a.document_number, a.assigned_at, a.version
       from regions r left join assigned a on a.region_code = r.code
      where r.level = 'township' and r.valid_from <= make_date($2::int, 12, 31)
        and (r.valid_to is null or r.valid_to > make_date($2::int, 1, 1))
     union all
     select a.id, 'organisation', o.id::text, o.name, o.name_en, a.value,
            (select total from reached where by_organisation and organisation_id = o.id), a.document_number, a.assigned_at, a.version
       from organisations o left join assigned a on a.organisation_id = o.id
      where a.id is not null or o.id in (select organisation_id from reached where by_organisation)
     order by kind, key`,
    [code, year, SEALED_MEASURE],
  );
  const views = found.map((part) => viewOf(part, known.counted));
  const parts = views.filter(({ kind }) => kind !== 'district');
  const assignedTo = (kind: AssigneeKind) =>
    parts.filter((part) => part.kind === kind).reduce((sum, { assigned }) => sum + (assigned ?? 0), 0);
  return {
    year,
    district: views.find(({ kind }) => kind === 'district')!,
    parts,
    assignedToTownships: assignedTo('township'),
    assignedToOrganisations: assignedTo('organisation'),
  };
}

function viewOf(part: PartRow, counted: boolean): AssignmentView {
  const assigned = part.value === null ? null : Number(part.value);
  const actual = counted ? (part.actual ?? 0) : null;
  return {
    id: part.id,
    kind: part.kind,
    key: part.key,
    name: part.name,
    nameEn: part.name_en,
    assigned,
    actual,
    completion: completionOf(actual, assigned),
    documentNumber: part.document_number,
    assignedAt: part.assigned_at?.toISOString() ?? null,
    version: part.version ?? 0,
  };
}
