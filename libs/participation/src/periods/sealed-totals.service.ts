import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type AuditAction, dayOf } from '#contracts';
import {
  Audit,
  type Caller,
  Clock,
  CoreErrors,
  cutPage,
  Files,
  IdempotentWrites,
  newId,
  type OnceKey,
  type Page,
  readCursor,
  requireVersion,
  rows,
  Transactions,
  type Upload,
} from '#core';
import { isOfImport, listBeside } from '../imports/import-replacements.queries.js';
import type {
  RecordSealedTotalRequest,
  ReplaceByListRequest,
  SealedTotalsQuery,
  SealedTotalView,
} from '../opening-figures/opening-figures.dto.js';
import { OpeningErrors } from '../opening-figures/opening-figures.errors.js';
import {
  lockSettings,
  openingYearsOf,
  readSealedTotal,
  readSealedTotals,
  type SealedRow,
  sealedPeriodsOf,
} from '../opening-figures/opening-figures.queries.js';
import { FIRST_YEAR, periodsOverlap, SEALED_MEASURE } from '../opening-figures/opening-figures.rules.js';
import { endedOf, requireNotBeingReplaced } from '../opening-figures/opening-figures.service.js';

const PERIOD = /^\d{4}(-(0[1-9]|1[0-2]))?$/;

/**
 * 汇总数: totals that another department sealed without names. They count in social-training-annual alone, in a band of
 * their own, 未查重, until names arrive (counting rule 9).
 */
@Injectable()
export class SealedTotalsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly once: IdempotentWrites,
    private readonly files: Files,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** The latest first, those that count no longer too. */
  async list(caller: Caller, query: SealedTotalsQuery): Promise<Page<SealedTotalView>> {
    caller.require('targets.read');
    const [before = null] = readCursor(query.cursor, ['uuid']) ?? [];
    const found = await readSealedTotals(this.source, query.state, before, query.limit + 1);
    return cutPage(found, query.limit, ({ id }) => [id], viewOf);
  }

  /**
   * Records what a department sealed; it counts at once, 未查重. A department counts once for a time: a year holds its
   * months, and an opening figure its year.
   *
   * @throws PARTICIPATION.SEALED_PERIOD, PARTICIPATION.SEALED_TO_COME, PARTICIPATION.SEALED_STANDS,
   *   PARTICIPATION.SEALED_LISTED, PARTICIPATION.FIGURE_LIST_COMING
   */
  async record(caller: Caller, request: RecordSealedTotalRequest, once: OnceKey): Promise<SealedTotalView> {
    caller.require('sealed-totals.edit');
    const { department, period, value, documentNumber, sealedOn } = request;
    const today = dayOf(this.clock.now());
    if (!PERIOD.test(period) || Number(period.slice(0, 4)) < FIRST_YEAR) throw OpeningErrors.SEALED_PERIOD();
    if (sealedOn > today || period > today) throw OpeningErrors.SEALED_TO_COME();
    return this.once.run(once, async (em) => {
      await lockSettings(em);
      await requireAlone(em, department, period);
      const id = newId();
      await rows(
        em,
        `insert into sealed_totals (id, department, period, value, document_number, sealed_on, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [id, department, period, value, documentNumber, sealedOn, caller.staffId, this.clock.now()],
      );
      return this.done(em, caller, 'sealed_total.recorded', id);
    });
  }

  /**
   * Keeps a scan of the sealed paper, in place of one before it, as long as the total counts.
   *
   * @throws PARTICIPATION.SEALED_UNKNOWN, PARTICIPATION.SEALED_NOT_STANDING, CORE.STALE, FILES.*
   */
  async scan(caller: Caller, id: string, version: number, upload: Upload): Promise<SealedTotalView> {
    caller.require('sealed-totals.edit');
    requireVersion((await find(this.source.manager, id)).version, version);
    const file = await this.files.upload(caller, 'document_scan', null, upload);
    return this.transactions.run(async (em) => {
      await lockSettings(em);
      const total = await find(em, id);
      requireVersion(total.version, version);
      if (total.state !== 'standing') throw OpeningErrors.SEALED_NOT_STANDING();
      await this.files.keep(em, caller, 'document_scan', null, [file.id]);
      await rows(em, `update sealed_totals set scan_id = $2, version = version + 1 where id = $1`, [id, file.id]);
      return this.done(em, caller, 'sealed_total.scanned', id);
    });
  }

  /** The scan of the sealed paper. @throws PARTICIPATION.SEALED_UNKNOWN, CORE.NOT_FOUND where there is none */
  async openScan(caller: Caller, id: string) {
    caller.require('targets.read');
    const { scan_id: scanId } = await find(this.source.manager, id);
    if (scanId === null) throw CoreErrors.NOT_FOUND();
    return this.files.open(scanId);
  }

  /**
   * Takes back what was recorded by mistake.
   *
   * @throws PARTICIPATION.SEALED_UNKNOWN, PARTICIPATION.SEALED_NOT_STANDING, CORE.STALE
   */
  withdraw(caller: Caller, id: string, version: number, reason: string): Promise<SealedTotalView> {
    return this.end(caller, id, version, 'withdrawn', reason, null);
  }

  /**
   * Names have arrived: the list counts by its entries, and the total no longer.
   *
   * @throws PARTICIPATION.SEALED_UNKNOWN, PARTICIPATION.SEALED_NOT_STANDING, CORE.STALE
   */
  replace(
    caller: Caller,
    id: string,
    version: number,
    { list, reason }: ReplaceByListRequest,
  ): Promise<SealedTotalView> {
    return this.end(caller, id, version, 'replaced', reason, list);
  }

  private end(
    caller: Caller,
    id: string,
    version: number,
    state: 'withdrawn' | 'replaced',
    reason: string,
    list: string | null,
  ): Promise<SealedTotalView> {
    caller.require('sealed-totals.edit');
    return this.transactions.run(async (em) => {
      await lockSettings(em);
      const total = await find(em, id);
      requireVersion(total.version, version);
      if (total.state !== 'standing') throw OpeningErrors.SEALED_NOT_STANDING();
      await requireNotBeingReplaced(em, id);
      await rows(
        em,
        `update sealed_totals set state = $2, ended_by = $3, ended_at = $4, ended_because = $5, list_name = $6,
                version = version + 1 where id = $1`,
        [id, state, caller.staffId, this.clock.now(), reason, list],
      );
      return this.done(em, caller, `sealed_total.${state}`, id);
    });
  }

  /**
   * Lets a total count again whose list was undone. The reason is in the audit.
   *
   * @throws PARTICIPATION.SEALED_UNKNOWN, PARTICIPATION.SEALED_NOT_REPLACED, PARTICIPATION.FIGURE_OF_IMPORT,
   *   PARTICIPATION.SEALED_STANDS, PARTICIPATION.SEALED_LISTED, PARTICIPATION.FIGURE_LIST_COMING, CORE.STALE
   */
  reinstate(caller: Caller, id: string, version: number, reason: string): Promise<SealedTotalView> {
    caller.require('sealed-totals.edit');
    return this.transactions.run(async (em) => {
      await lockSettings(em);
      const total = await find(em, id);
      requireVersion(total.version, version);
      if (total.state !== 'replaced') throw OpeningErrors.SEALED_NOT_REPLACED();
      if (await isOfImport(em, id)) throw OpeningErrors.FIGURE_OF_IMPORT();
      await requireAlone(em, total.department, total.period);
      await rows(
        em,
        `update sealed_totals set state = 'standing', ended_by = null, ended_at = null, ended_because = null,
                list_name = null, version = version + 1 where id = $1`,
        [id],
      );
      return this.done(em, caller, 'sealed_total.reinstated', id, reason);
    });
  }

  private async done(em: EntityManager, caller: Caller, action: AuditAction, id: string, reason?: string) {
    const view = viewOf(await find(em, id));
    const { department, period, value, documentNumber, ended } = view;
    await this.audit.write(em, caller, [
      {
        action,
        targetKind: 'sealed_total',
        targetId: id,
        details: { department, period, value, documentNumber, reason: reason ?? ended?.reason ?? null },
      },
    ]);
    return view;
  }
}

/**
 * Nothing else of the department and that time counts: neither a total, nor an opening figure, nor names.
 *
 * @throws PARTICIPATION.SEALED_STANDS, PARTICIPATION.SEALED_LISTED, PARTICIPATION.FIGURE_LIST_COMING
 */
async function requireAlone(em: EntityManager, department: string, period: string): Promise<void> {
  const years = await openingYearsOf(em, SEALED_MEASURE, department);
  const standing = [...(await sealedPeriodsOf(em, department)), ...years.map(String)];
  const clash = standing.find((other) => periodsOverlap(period, other));
  if (clash) throw OpeningErrors.SEALED_STANDS({ department, period: clash });
  const key = { measure: SEALED_MEASURE, year: Number(period.slice(0, 4)), organisationId: null, department };
  const list = await listBeside(em, key, period);
  if (list === 'counted') throw OpeningErrors.SEALED_LISTED({ department, period });
  if (list === 'coming') throw OpeningErrors.FIGURE_LIST_COMING();
}

async function find(em: EntityManager, id: string): Promise<SealedRow> {
  const found = await readSealedTotal(em, id);
  if (!found) throw OpeningErrors.SEALED_UNKNOWN();
  return found;
}

const viewOf = (total: SealedRow): SealedTotalView => ({
  id: total.id,
  department: total.department,
  period: total.period,
  value: total.value,
  documentNumber: total.document_number,
  sealedOn: total.sealed_on,
  scanId: total.scan_id,
  state: total.state,
  recorded: { name: total.recorded_by_name, at: total.recorded_at.toISOString() },
  ended: endedOf(total),
  version: total.version,
});
