import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type AuditAction, dayOf } from '#contracts';
import {
  Audit,
  type Caller,
  Clock,
  cutPage,
  Outbox,
  type Page,
  type PageQuery,
  readCursor,
  requireVersion,
  rows,
  Scans,
  Transactions,
  type Upload,
} from '#core';
import { StaffService } from '#people';
import { CountingRules, stampOf } from '../counting/counting-rules.service.js';
import { listUnderWay } from '../imports/import-replacements.queries.js';
import { ParticipationErrors } from '../participation.errors.js';
import type { PeriodDetailView, PeriodFigureView, PeriodView } from './periods.dto.js';
import {
  freezePeriod,
  lockPeriod,
  type PeriodFigureRow,
  type PeriodRow,
  readBehind,
  readPeriod,
  readPeriodFigures,
  readPeriods,
  residentsHeldBack,
} from './periods.queries.js';
import { type PeriodMove, periodRefusal } from './periods.rules.js';

const DONE: Record<PeriodMove, AuditAction> = {
  submit: 'period.submitted',
  review: 'period.reviewed',
  sign: 'period.signed',
  return: 'period.returned',
};

/** 统计期: months of figures that three different people submit, review and sign (counting rule 15). */
@Injectable()
export class PeriodsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly rules: CountingRules,
    private readonly scans: Scans,
    private readonly staff: StaffService,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** All months in which something counts, the latest first, with what was reported and what they come to now. */
  async list(caller: Caller, query: PageQuery): Promise<Page<PeriodView>> {
    caller.require('periods.read');
    const [before = null] = readCursor(query.cursor, ['text']) ?? [];
    const found = await readPeriods(this.source, before, query.limit + 1);
    const figures = await readPeriodFigures(
      this.source,
      found.map(({ month }) => month),
    );
    return cutPage(
      found,
      query.limit,
      ({ month }) => [month],
      (period) => viewOf(period, figures),
    );
  }

  /** @throws PARTICIPATION.PERIOD_UNKNOWN */
  async get(caller: Caller, month: string): Promise<PeriodDetailView> {
    caller.require('periods.read');
    return this.detail(this.source.manager, caller, month);
  }

  /**
   * 填报: from now on the month holds still; what changes it is proposed as an adjustment.
   *
   * @throws PARTICIPATION.PERIOD_UNKNOWN, PARTICIPATION.PERIOD_NOT_OVER, PARTICIPATION.PERIOD_NOT_OPEN,
   *   PARTICIPATION.PERIOD_LOCKED, PARTICIPATION.PERIOD_LIST_UNDER_WAY, CORE.STALE
   */
  submit(caller: Caller, month: string, version: number): Promise<PeriodDetailView> {
    caller.require('periods.submit');
    return this.move(caller, month, version, 'submit', (em) =>
      rows(
        em,
        `update periods set state = 'submitted', submitted_by = $2, submitted_at = $3, version = version + 1
          where month = $1`,
        [month, caller.staffId, this.clock.now()],
      ),
    );
  }

  /**
   * 审核, by another than who submitted it.
   *
   * @throws PARTICIPATION.PERIOD_UNKNOWN, PARTICIPATION.PERIOD_NOT_SUBMITTED, PARTICIPATION.PERIOD_REVIEWED,
   *   PARTICIPATION.PERIOD_SAME_PERSON, PARTICIPATION.PERIOD_LOCKED, PARTICIPATION.PERIOD_LIST_UNDER_WAY, CORE.STALE
   */
  review(caller: Caller, month: string, version: number): Promise<PeriodDetailView> {
    caller.require('periods.review');
    return this.move(caller, month, version, 'review', (em) =>
      rows(em, `update periods set reviewed_by = $2, reviewed_at = $3, version = version + 1 where month = $1`, [
        month,
        caller.staffId,
        this.clock.now(),
      ]),
    );
  }

  /**
   * 签发, by a third: locks the month. Its totals, the entries behind them and the versions of the rules are frozen.
   *
   * @throws PARTICIPATION.PERIOD_UNKNOWN, PARTICIPATION.PERIOD_NOT_SUBMITTED, PARTICIPATION.PERIOD_NOT_REVIEWED,
   *   PARTICIPATION.PERIOD_SAME_PERSON, PARTICIPATION.PERIOD_LOCKED, PARTICIPATION.PERIOD_LIST_UNDER_WAY, CORE.STALE
   */
  sign(caller: Caller, month: string, version: number, documentNumber: string): Promise<PeriodDetailView> {
    caller.require('periods.sign');
    return this.move(caller, month, version, 'sign', async (em) => {
      const behind = (await readBehind(em, month))!;
      await freezePeriod(em, month);
      await rows(
        em,
        `update periods set state = 'locked', signed_by = $2, signed_at = $3, document_number = $4, last_entry_id = $5,
                rule_ids = $6, version = version + 1 where month = $1`,
        [month, caller.staffId, this.clock.now(), documentNumber, behind.last_entry_id, behind.rule_ids],
      );
    });
  }

  /**
   * 退回: opens a submitted month again; what was held back meanwhile is posted by the next recount.
   *
   * @throws PARTICIPATION.PERIOD_UNKNOWN, PARTICIPATION.PERIOD_NOT_SUBMITTED, PARTICIPATION.PERIOD_LOCKED, CORE.STALE
   */
  return(caller: Caller, month: string, version: number, reason: string): Promise<PeriodDetailView> {
    caller.require('periods.review');
    return this.move(caller, month, version, 'return', async (em) => {
      await rows(
        em,
        `update periods set state = 'open', submitted_by = null, submitted_at = null, reviewed_by = null,
                reviewed_at = null, returned_by = $2, returned_at = $3, returned_because = $4, version = version + 1
          where month = $1`,
        [month, caller.staffId, this.clock.now(), reason],
      );
      const residents = await residentsHeldBack(em, month);
      if (residents.length > 0) await this.outbox.tell(em, 'evidence.changed', residents);
    });
  }

  /**
   * Adds a scan of the printed, signed and sealed figures of a locked month (counting rule 15); one before it stays.
   *
   * @throws PARTICIPATION.PERIOD_UNKNOWN, PARTICIPATION.PERIOD_UNLOCKED, FILES.*
   */
  async addScan(caller: Caller, month: string, upload: Upload): Promise<PeriodDetailView> {
    caller.require('periods.submit');
    const locked = async (em: EntityManager) => {
      const period = await readPeriod(em, month);
      if (!period) throw ParticipationErrors.PERIOD_UNKNOWN();
      if (period.state !== 'locked') throw ParticipationErrors.PERIOD_UNLOCKED({ month });
      return period;
    };
    const { id } = await locked(this.source.manager);
    const permit = async (em: EntityManager) => {
      await lockPeriod(em, month);
      await locked(em);
    };
    return this.scans.add(caller, 'period', id, upload, permit, async (em, isNew) => {
      if (isNew) {
        await this.audit.write(em, caller, [
          { action: 'period.scanned', targetKind: 'period', targetId: id, details: { month } },
        ]);
      }
      return this.detail(em, caller, month);
    });
  }

  /** A scan of a month's print, the last or one before it. @throws PARTICIPATION.PERIOD_UNKNOWN, CORE.NOT_FOUND */
  async openScan(caller: Caller, month: string, scanId: string) {
    caller.require('periods.read');
    const period = await readPeriod(this.source, month);
    if (!period) throw ParticipationErrors.PERIOD_UNKNOWN();
    return this.scans.open('period', period.id, scanId);
  }

  private move(
    caller: Caller,
    month: string,
    version: number,
    move: PeriodMove,
    write: (em: EntityManager) => Promise<unknown>,
  ): Promise<PeriodDetailView> {
    return this.transactions.run(async (em) => {
      if (!(await this.lock(em, month))) throw ParticipationErrors.PERIOD_UNKNOWN();
      const period = (await readPeriod(em, month))!;
      requireVersion(period.version, version);
      const standing = { month, state: period.state, submittedBy: period.submitted_by, reviewedBy: period.reviewed_by };
      const refusal = periodRefusal(standing, move, caller.staffId, dayOf(this.clock.now()).slice(0, 7));
      if (refusal) throw ParticipationErrors[refusal]({ month });
      if (move !== 'return') await this.requireNoList(em, month);
      await write(em);
      await this.audit.write(em, caller, [
        { action: DONE[move], targetKind: 'period', targetId: period.id, details: { month } },
      ]);
      return this.detail(em, caller, month);
    });
  }

  /** Waits for whoever posts into the month; none begins until this is done. */
  protected async lock(em: EntityManager, month: string): Promise<boolean> {
    return (await lockPeriod(em, month)) !== undefined;
  }

  /**
   * A list is reported whole or not at all. None begins to post into the month while it is locked, so what is not under
   * way now finds it closed.
   *
   * @throws PARTICIPATION.PERIOD_LIST_UNDER_WAY
   */
  protected async requireNoList(em: EntityManager, month: string): Promise<void> {
    const list = await listUnderWay(em, month);
    if (list) throw ParticipationErrors.PERIOD_LIST_UNDER_WAY({ department: list.department, month });
  }

  private async detail(em: EntityManager, caller: Caller, month: string): Promise<PeriodDetailView> {
    const period = await readPeriod(em, month);
    if (!period) throw ParticipationErrors.PERIOD_UNKNOWN();
    const rules = await this.rules.all(em);
    const scans = await this.scans.of(em, 'period', [period.id], (on, ids) => this.staff.namesOf(on, ids));
    return {
      ...viewOf(period, await readPeriodFigures(em, [month])),
      rules: rules.filter(({ id }) => period.rule_ids?.includes(id)).map((rule) => stampOf(rule, caller.language)),
      lastEntryId: period.last_entry_id,
      scans: scans.get(period.id)!,
    };
  }
}

const stepOf = (name: string | null, at: Date | null) => (name && at ? { name, at: at.toISOString() } : null);

function viewOf(period: PeriodRow, figures: readonly PeriodFigureRow[]): PeriodView {
  const returned = stepOf(period.returned_by_name, period.returned_at);
  return {
    month: period.month,
    state: period.state,
    submitted: stepOf(period.submitted_by_name, period.submitted_at),
    reviewed: stepOf(period.reviewed_by_name, period.reviewed_at),
    signed: stepOf(period.signed_by_name, period.signed_at),
    documentNumber: period.document_number,
    returned: returned && { ...returned, reason: period.returned_because! },
    figures: figures.filter(({ month }) => month === period.month).map(figureOf),
    adjustments: period.adjustments,
    version: period.version,
  };
}

function figureOf({ measure, reported, present, provisional }: PeriodFigureRow): PeriodFigureView {
  return {
    measure,
    reported: reported === null ? null : Number(reported),
    adjusted: reported === null ? null : Number(present) - Number(reported),
    present: Number(present),
    provisional: Number(provisional),
  };
}
