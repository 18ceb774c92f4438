import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type AuditAction, dayOf } from '#contracts';
import {
  Audit,
  type Caller,
  Clock,
  cutPage,
  IdempotentWrites,
  newId,
  type OnceKey,
  type Page,
  readCursor,
  requireVersion,
  row,
  rows,
  Scans,
  type ScanView,
  Transactions,
  type Upload,
} from '#core';
import { StaffService } from '#people';
import { OrganisationsService, PlacesService } from '#places';
import { requireIndicator } from '../indicators.js';
import type { RegisterEntryRequest, RegisterEntryView, RegisterQuery } from './registers.dto.js';
import { RegisterEntry } from './registers.entities.js';
import { type AwardLevel, reachesLevel, type RegisterState } from './registers.rules.js';
import { requireDayOfPlan, TargetsErrors } from '../targets.errors.js';
import { LEVEL_NAMES } from '../targets.words.js';

interface EntryRow {
  id: string;
  indicator_code: string;
  name: string;
  level: AwardLevel;
  issuer: string;
  document_number: string | null;
  dated: string;
  region_code: string | null;
  region_name: string | null;
  organisation_id: string | null;
  organisation_name: string | null;
  state: RegisterState;
  withdrawn_because: string | null;
  recorded_by: string;
  recorded_at: Date;
  version: number;
}

/** One statement for an entry with the names it is shown by. */
const ENTRIES = `
  select e.id, e.indicator_code, e.name, e.level, e.issuer, e.document_number, e.dated, e.region_code,
         r.short_name as region_name, e.organisation_id, o.name as organisation_name, e.state, e.withdrawn_because,
         s.name as recorded_by, e.recorded_at, e.version
    from register_entries e
    join staff s on s.id = e.recorded_by
    left join regions r on r.code = e.region_code
    left join organisations o on o.id = e.organisation_id`;

/** Registers (登记册) of awards, events and approvals, of which the wall chart counts those that stand. */
@Injectable()
export class RegistersService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly once: IdempotentWrites,
    private readonly places: PlacesService,
    private readonly organisations: OrganisationsService,
    private readonly scans: Scans,
    private readonly staff: StaffService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * An indicator's register, the latest first; withdrawn entries stay in it.
   *
   * @throws TARGETS.INDICATOR_UNKNOWN, TARGETS.NOT_A_REGISTER
   */
  async list(caller: Caller, code: string, query: RegisterQuery): Promise<Page<RegisterEntryView>> {
    caller.require('targets.read');
    await requireIndicator(this.source.manager, code, 'register');
    const [dated = null, id = null] = readCursor(query.cursor, ['day', 'uuid']) ?? [];
    const found = await rows<EntryRow>(
      this.source.manager,
      `${ENTRIES}
        where e.indicator_code = $1 and ($2::text is null or e.state = $2)
          and ($3::date is null or (e.dated, e.id) < ($3::date, $4::uuid))
        order by e.dated desc, e.id desc limit $5`,
      [code, query.state ?? null, dated, id, query.limit + 1],
    );
    const scans = await this.scansOf(this.source.manager, found);
    return cutPage(
      found,
      query.limit,
      (entry) => [entry.dated, entry.id],
      (entry) => viewOf(entry, scans),
    );
  }

  /**
   * Records an award, an event or an approval; it counts from its day on.
   *
   * @throws TARGETS.INDICATOR_UNKNOWN, TARGETS.NOT_A_REGISTER, TARGETS.DAY_OUTSIDE_PLAN, TARGETS.DAY_TO_COME,
   *   TARGETS.LEVEL_TOO_LOW, TARGETS.ALREADY_REGISTERED, PLACES.REGION_UNKNOWN, PLACES.ORGANISATION_UNKNOWN
   */
  async record(caller: Caller, code: string, request: RegisterEntryRequest, once: OnceKey): Promise<RegisterEntryView> {
    caller.require('registers.edit');
    const { least_level: least } = await requireIndicator(this.source.manager, code, 'register');
    const day = requireDayOfPlan(request.dated);
    if (day > dayOf(this.clock.now())) throw TargetsErrors.DAY_TO_COME({ day });
    if (!reachesLevel(request.level, least)) {
      throw TargetsErrors.LEVEL_TOO_LOW({ least: LEVEL_NAMES[least!][caller.language] });
    }
    if (request.regionCode) await this.places.requireRegion(request.regionCode, ['district', 'township', 'village']);
    return this.once.run(once, async (em) => {
      if (request.organisationId) await this.organisations.require(em, request.organisationId);
      const id = newId();
      const at = this.clock.now();
      await em.insert(RegisterEntry, {
        id,
        indicatorCode: code,
        name: request.name,
        level: request.level,
        issuer: request.issuer,
        documentNumber: request.documentNumber ?? null,
        dated: request.dated,
        regionCode: request.regionCode ?? null,
        organisationId: request.organisationId ?? null,
        recordedBy: caller.staffId,
        recordedAt: at,
        changedAt: at,
        version: 1,
      });
      await this.write(em, caller, 'register_entry.recorded', id, { indicator: code, ...request });
      return this.view(em, id);
    });
  }

  /**
   * Takes back what was recorded by mistake or lost its title; it counts no longer and stays in the register.
   *
   * @throws TARGETS.ENTRY_UNKNOWN, TARGETS.ENTRY_WITHDRAWN, CORE.STALE
   */
  async withdraw(caller: Caller, id: string, version: number, reason: string): Promise<RegisterEntryView> {
    caller.require('registers.edit');
    return this.transactions.run(async (em) => {
      const entry = await row<{ state: RegisterState; version: number }>(
        em,
        `select state, version from register_entries where id = $1 for update`,
        [id],
      );
      if (!entry) throw TargetsErrors.ENTRY_UNKNOWN();
      requireVersion(entry.version, version);
      if (entry.state === 'withdrawn') throw TargetsErrors.ENTRY_WITHDRAWN();
      await rows(
        em,
        `update register_entries
            set state = 'withdrawn', withdrawn_because = $2, changed_at = $3, version = version + 1 where id = $1`,
        [id, reason, this.clock.now()],
      );
      await this.write(em, caller, 'register_entry.withdrawn', id, { reason });
      return this.view(em, id);
    });
  }

  /**
   * Adds a scan of an entry's paper; one before it stays as history.
   *
   * @throws TARGETS.ENTRY_UNKNOWN, TARGETS.ENTRY_WITHDRAWN, FILES.*
   */
  async addScan(caller: Caller, id: string, upload: Upload): Promise<RegisterEntryView> {
    caller.require('registers.edit');
    const permit = async (em: EntityManager) => {
      const entry = await row<{ state: RegisterState }>(
        em,
        `select state from register_entries where id = $1 for update`,
        [id],
      );
      if (!entry) throw TargetsErrors.ENTRY_UNKNOWN();
      if (entry.state === 'withdrawn') throw TargetsErrors.ENTRY_WITHDRAWN();
    };
    await permit(this.source.manager);
    return this.scans.add(caller, 'register_entry', id, upload, permit, async (em, isNew) => {
      if (isNew) await this.write(em, caller, 'register_entry.scanned', id, {});
      return this.view(em, id);
    });
  }

  /** A scan of an entry's paper, the last or one before it. @throws CORE.NOT_FOUND */
  openScan(caller: Caller, id: string, scanId: string) {
    caller.require('targets.read');
    return this.scans.open('register_entry', id, scanId);
  }

  private async view(em: EntityManager, id: string): Promise<RegisterEntryView> {
    const entry = (await find(em, id))!;
    return viewOf(entry, await this.scansOf(em, [entry]));
  }

  private scansOf(em: EntityManager, entries: readonly EntryRow[]): Promise<Map<string, ScanView[]>> {
    const ids = entries.map(({ id }) => id);
    return this.scans.of(em, 'register_entry', ids, (on, staffIds) => this.staff.namesOf(on, staffIds));
  }

  private write(
    em: EntityManager,
    caller: Caller,
    action: AuditAction,
    targetId: string,
    details: object,
  ): Promise<void> {
    return this.audit.write(em, caller, [
      { action, targetKind: 'register_entry', targetId, details: details as Record<string, unknown> },
    ]);
  }
}

const find = (em: EntityManager, id: string) => row<EntryRow>(em, `${ENTRIES} where e.id = $1`, [id]);

const viewOf = (entry: EntryRow, scans: ReadonlyMap<string, ScanView[]>): RegisterEntryView => ({
  id: entry.id,
  indicatorCode: entry.indicator_code,
  name: entry.name,
  level: entry.level,
  issuer: entry.issuer,
  documentNumber: entry.document_number,
  dated: entry.dated,
  regionCode: entry.region_code,
  regionName: entry.region_name,
  organisationId: entry.organisation_id,
  organisationName: entry.organisation_name,
  state: entry.state,
  withdrawnBecause: entry.withdrawn_because,
  recordedBy: entry.recorded_by,
  recordedAt: entry.recorded_at.toISOString(),
  scans: scans.get(entry.id) ?? [],
  version: entry.version,
});
