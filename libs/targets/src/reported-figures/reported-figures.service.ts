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
  type PageQuery,
  readCursor,
  row,
  rows,
  Scans,
  type ScanView,
  Transactions,
  type Upload,
} from '#core';
import { StaffService } from '#people';
import { OrganisationsService } from '#places';
import { requireIndicator } from '../indicators.js';
import type { ReportedFiguresQuery, ReportedFigureView, ReportFigureRequest } from './reported-figures.dto.js';
import { type FigureDecision, isOwner } from '../registers/registers.rules.js';
import { requireDayOfPlan, TargetsErrors } from '../targets.errors.js';

interface FigureRow {
  id: string;
  indicator_code: string;
  as_of: string;
  value: string;
  part: number | null;
  whole: number | null;
  department: string;
  evidence: string;
  replaces_id: string | null;
  replaced_because: string | null;
  replaced: boolean;
  decision: FigureDecision | null;
  returned_because: string | null;
  reviewed_by: string | null;
  reviewed_at: Date | null;
  reporter_id: string;
  reported_by: string;
  reported_at: Date;
}

/** One statement for a figure with who reported it. */
const FIGURES = `
  select f.id, f.indicator_code, f.as_of, f.value, f.part, f.whole, f.department, f.evidence, f.replaces_id,
         f.replaced_because, exists (select from reported_figures n where n.replaces_id = f.id) as replaced,
         f.reported_by as reporter_id, s.name as reported_by, f.reported_at, v.decision, v.returned_because,
         w.name as reviewed_by, v.reviewed_at
    from reported_figures f join staff s on s.id = f.reported_by
    left join figure_reviews v on v.figure_id = f.id left join staff w on w.id = v.reviewed_by`;

/** The bureau, as the plan calls it. Its officers hold their roles for the whole district, and not for it. */
const BUREAU = '区教育局';

/**
 * Figures that departments report (填报数), with what they are taken from; none is ever changed. Staff of the department
 * that answers for the indicator report it with its paper; it counts once another of the bureau has reviewed it (审核).
 */
@Injectable()
export class ReportedFiguresService {
  constructor(
    private readonly source: DataSource,
    private readonly once: IdempotentWrites,
    private readonly transactions: Transactions,
    private readonly organisations: OrganisationsService,
    private readonly scans: Scans,
    private readonly staff: StaffService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * An indicator's figures, the latest day first, with those whose place was taken.
   *
   * @throws TARGETS.INDICATOR_UNKNOWN, TARGETS.NOT_REPORTED
   */
  async list(caller: Caller, code: string, query: PageQuery): Promise<Page<ReportedFigureView>> {
    caller.require('targets.read');
    await requireIndicator(this.source.manager, code, 'reported');
    const [asOf = null, id = null] = readCursor(query.cursor, ['day', 'uuid']) ?? [];
    const found = await rows<FigureRow>(
      this.source.manager,
      `${FIGURES}
        where f.indicator_code = $1 and ($2::date is null or (f.as_of, f.id) < ($2::date, $3::uuid))
        order by f.as_of desc, f.id desc limit $4`,
      [code, asOf, id, query.limit + 1],
    );
    const scans = await this.scansOf(this.source.manager, found);
    return cutPage(
      found,
      query.limit,
      (figure) => [figure.as_of, figure.id],
      (figure) => viewOf(figure, caller, scans),
    );
  }

  /** The figures of all indicators, the latest report first: what waits for a review, what was returned. */
  async listAll(caller: Caller, query: ReportedFiguresQuery): Promise<Page<ReportedFigureView>> {
    caller.require('targets.read');
    const [before = null, id = null] = readCursor(query.cursor, ['moment', 'uuid']) ?? [];
    const found = await rows<FigureRow>(
      this.source.manager,
      `select * from (${FIGURES}) f
        where ($1::text is null or $1 = case when f.replaced then 'replaced' else coalesce(f.decision, 'reported') end)
          and ($2::timestamptz is null or (f.reported_at, f.id) < ($2::timestamptz, $3::uuid))
        order by f.reported_at desc, f.id desc limit $4`,
      [query.state ?? null, before, id, query.limit + 1],
    );
    const scans = await this.scansOf(this.source.manager, found);
    return cutPage(
      found,
      query.limit,
      (figure) => [figure.reported_at.toISOString(), figure.id],
      (figure) => viewOf(figure, caller, scans),
    );
  }

  /**
   * Reports a figure. Of a day that has one already it takes that one's place, if it is said why.
   *
   * @throws TARGETS.INDICATOR_UNKNOWN, TARGETS.NOT_REPORTED, TARGETS.NOT_OWNER, TARGETS.DAY_OUTSIDE_PLAN, TARGETS.DAY_TO_COME,
   *   TARGETS.FIGURE_OR_SHARE, TARGETS.PART_EXCEEDS_WHOLE, TARGETS.FIGURE_STANDS
   */
  async report(caller: Caller, code: string, request: ReportFigureRequest, once: OnceKey): Promise<ReportedFigureView> {
    caller.require('figures.report');
    const { owner } = await requireIndicator(this.source.manager, code, 'reported');
    await this.requireOwner(caller, owner);
    const day = requireDayOfPlan(request.asOf);
    if (day > dayOf(this.clock.now())) throw TargetsErrors.DAY_TO_COME({ day });
    requireOneFigure(request);
    const { value, part, whole } = request;
    return this.once.run(once, async (em) => {
      await requireIndicator(em, code, 'reported', { lock: true });
      const before = await standing(em, code, day);
      if (before && before.decision !== 'returned' && !request.because) throw TargetsErrors.FIGURE_STANDS({ day });
      const id = newId();
      await rows(
        em,
        `insert into reported_figures (id, indicator_code, as_of, value, part, whole, department, evidence, replaces_id,
                replaced_because, reported_by, reported_at)
         values ($1, $2, $3, coalesce($4::numeric, $5::numeric * 100 / $6), $5, $6, $7, $8, $9, $10, $11, $12)`,
        [
          id,
          code,
          day,
          value === undefined ? null : String(value),
          part ?? null,
          whole ?? null,
          request.department,
          request.evidence,
          before?.id ?? null,
          before ? (request.because ?? before.returned_because) : null,
          caller.staffId,
          this.clock.now(),
        ],
      );
      await this.record(em, caller, 'figure.reported', id, { indicator: code, ...request });
      return this.view(em, caller, id);
    });
  }

  /**
   * Adds a scan of the paper that a figure is taken from; one before it stays as history.
   *
   * @throws TARGETS.FIGURE_UNKNOWN, TARGETS.FIGURE_REPLACED, TARGETS.NOT_OWNER, FILES.*
   */
  async addScan(caller: Caller, id: string, upload: Upload): Promise<ReportedFigureView> {
    caller.require('figures.report');
    const permit = async (em: EntityManager) => {
      const { owner, replaced } = await lockFigure(em, id);
      await this.requireOwner(caller, owner);
      if (replaced) throw TargetsErrors.FIGURE_REPLACED();
    };
    await permit(this.source.manager);
    return this.scans.add(caller, 'reported_figure', id, upload, permit, async (em, isNew) => {
      if (isNew) await this.record(em, caller, 'figure.scanned', id, {});
      return this.view(em, caller, id);
    });
  }

  /** A scan of a figure's paper, the last or one before it. @throws CORE.NOT_FOUND */
  openScan(caller: Caller, id: string, scanId: string) {
    caller.require('targets.read');
    return this.scans.open('reported_figure', id, scanId);
  }

  /**
   * 审核, by another of the bureau than who reported it: from now on it counts. Accepting again what the caller has
   * accepted changes nothing.
   *
   * @throws TARGETS.FIGURE_UNKNOWN, TARGETS.FIGURE_REPLACED, TARGETS.FIGURE_REVIEWED, TARGETS.FIGURE_OWN,
   *   TARGETS.FIGURE_SCAN_MISSING
   */
  accept(caller: Caller, id: string): Promise<ReportedFigureView> {
    return this.decide(caller, id, 'accepted', null, async (em) => {
      if (!(await this.scans.has(em, 'reported_figure', id))) throw TargetsErrors.FIGURE_SCAN_MISSING();
    });
  }

  /**
   * 退回: it does not count; the department reports another one of the day.
   *
   * @throws TARGETS.FIGURE_UNKNOWN, TARGETS.FIGURE_REPLACED, TARGETS.FIGURE_REVIEWED, TARGETS.FIGURE_OWN
   */
  giveBack(caller: Caller, id: string, reason: string): Promise<ReportedFigureView> {
    return this.decide(caller, id, 'returned', reason);
  }

  private async decide(
    caller: Caller,
    id: string,
    decision: FigureDecision,
    reason: string | null,
    permit?: (em: EntityManager) => Promise<void>,
  ): Promise<ReportedFigureView> {
    caller.require('figures.review');
    return this.transactions.run(async (em) => {
      const figure = await lockFigure(em, id);
      if (figure.decision === decision && figure.reviewer === caller.staffId) return this.view(em, caller, id);
      if (figure.decision !== null) throw TargetsErrors.FIGURE_REVIEWED();
      if (figure.replaced) throw TargetsErrors.FIGURE_REPLACED();
      if (figure.reporter === caller.staffId) throw TargetsErrors.FIGURE_OWN();
      await permit?.(em);
      await rows(
        em,
        `insert into figure_reviews (figure_id, decision, returned_because, reviewed_by, reviewed_at)
         values ($1, $2, $3, $4, $5)`,
        [id, decision, reason, caller.staffId, this.clock.now()],
      );
      await this.record(em, caller, `figure.${decision}`, id, reason === null ? {} : { reason });
      return this.view(em, caller, id);
    });
  }

  /** Lets through staff of the department that answers for an indicator. @throws TARGETS.NOT_OWNER */
  private async requireOwner(caller: Caller, owner: string): Promise<void> {
    const organisationIds = caller.organisationsWith('figures.report');
    if (organisationIds === null) {
      if (owner !== BUREAU) throw TargetsErrors.NOT_OWNER({ owner });
      return;
    }
    const names = await this.organisations.namesOf(this.source.manager, organisationIds);
    if (![...names.values()].some(({ name }) => isOwner(owner, name))) throw TargetsErrors.NOT_OWNER({ owner });
  }

  private async view(em: EntityManager, caller: Caller, id: string): Promise<ReportedFigureView> {
    const figure = (await row<FigureRow>(em, `${FIGURES} where f.id = $1`, [id]))!;
    return viewOf(figure, caller, await this.scansOf(em, [figure]));
  }

  private scansOf(em: EntityManager, figures: readonly FigureRow[]): Promise<Map<string, ScanView[]>> {
    const ids = figures.map(({ id }) => id);
    return this.scans.of(em, 'reported_figure', ids, (on, staffIds) => this.staff.namesOf(on, staffIds));
  }

  private record(
    em: EntityManager,
    caller: Caller,
    action: AuditAction,
    targetId: string,
    details: object,
  ): Promise<void> {
    return this.audit.write(em, caller, [
      { action, targetKind: 'reported_figure', targetId, details: details as Record<string, unknown> },
    ]);
  }
}

function requireOneFigure({ value, part, whole }: ReportFigureRequest): void {
  const share = part !== undefined && whole !== undefined;
  const half = (part === undefined) !== (whole === undefined);
  if (half || share === (value !== undefined)) throw TargetsErrors.FIGURE_OR_SHARE();
  if (share && part > whole) throw TargetsErrors.PART_EXCEEDS_WHOLE();
}

/** Holds a figure as it is until the transaction ends, by its indicator, as whoever reports another one does. */
async function lockFigure(em: EntityManager, id: string) {
  const found = await row<{
    owner: string;
    reporter: string;
    replaced: boolean;
    decision: FigureDecision | null;
    reviewer: string | null;
  }>(
    em,
    `with held as (
       select i.code, i.owner from indicators i
        where i.code = (select indicator_code from reported_figures where id = $1) for no key update
     )
     select held.owner, f.reported_by as reporter, v.decision, v.reviewed_by as reviewer,
            exists (select from reported_figures n where n.replaces_id = f.id) as replaced
       from held join reported_figures f on f.indicator_code = held.code
       left join figure_reviews v on v.figure_id = f.id
      where f.id = $1`,
    [id],
  );
  if (!found) throw TargetsErrors.FIGURE_UNKNOWN();
  return found;
}

/** The last figure of a day. */
function standing(em: EntityManager, code: string, day: string) {
  return row<{ id: string; decision: FigureDecision | null; returned_because: string | null }>(
    em,
    `select f.id, v.decision, v.returned_because
       from reported_figures f left join figure_reviews v on v.figure_id = f.id
      where f.indicator_code = $1 and f.as_of = $2
        and not exists (select from reported_figures n where n.replaces_id = f.id)`,
    [code, day],
  );
}

const viewOf = (figure: FigureRow, caller: Caller, scans: ReadonlyMap<string, ScanView[]>): ReportedFigureView => ({
  id: figure.id,
  indicatorCode: figure.indicator_code,
  asOf: figure.as_of,
  value: Number(figure.value),
  part: figure.part,
  whole: figure.whole,
  department: figure.department,
  evidence: figure.evidence,
  replacesId: figure.replaces_id,
  replacedBecause: figure.replaced_because,
  replaced: figure.replaced,
  reportedBy: figure.reported_by,
  reportedAt: figure.reported_at.toISOString(),
  state: figure.replaced ? 'replaced' : (figure.decision ?? 'reported'),
  reviewedBy: figure.reviewed_by,
  reviewedAt: figure.reviewed_at?.toISOString() ?? null,
  returnedBecause: figure.returned_because,
  reportedByCaller: caller.actor.id === figure.reporter_id,
  scans: scans.get(figure.id) ?? [],
});
