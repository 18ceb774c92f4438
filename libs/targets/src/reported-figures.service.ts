import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { dayOf } from '#contracts';
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
} from '#core';
import { requireIndicator } from './indicators.js';
import type { ReportedFigureView, ReportFigureRequest } from './reported-figures.dto.js';
import { requireDayOfPlan, TargetsErrors } from './targets.errors.js';

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
  reported_by: string;
  reported_at: Date;
}

/** One statement for a figure with who reported it. */
const FIGURES = `
  select f.id, f.indicator_code, f.as_of, f.value, f.part, f.whole, f.department, f.evidence, f.replaces_id,
         f.replaced_because, exists (select from reported_figures n where n.replaces_id = f.id) as replaced,
         s.name as reported_by, f.reported_at
    from reported_figures f join staff s on s.id = f.reported_by`;

/** Figures that departments report (填报数), with what they are taken from; none is ever changed. */
@Injectable()
export class ReportedFiguresService {
  constructor(
    private readonly source: DataSource,
    private readonly once: IdempotentWrites,
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
    return cutPage(found, query.limit, (figure) => [figure.as_of, figure.id], viewOf);
  }

  /**
   * Reports a figure. Of a day that has one already it takes that one's place, if it is said why.
   *
   * @throws TARGETS.INDICATOR_UNKNOWN, TARGETS.NOT_REPORTED, TARGETS.DAY_OUTSIDE_PLAN, TARGETS.DAY_TO_COME,
   *   TARGETS.FIGURE_OR_SHARE, TARGETS.PART_EXCEEDS_WHOLE, TARGETS.FIGURE_STANDS
   */
  async report(caller: Caller, code: string, request: ReportFigureRequest, once: OnceKey): Promise<ReportedFigureView> {
    caller.require('figures.report');
    await requireIndicator(this.source.manager, code, 'reported');
    const day = requireDayOfPlan(request.asOf);
    if (day > dayOf(this.clock.now())) throw TargetsErrors.DAY_TO_COME({ day });
    requireOneFigure(request);
    const { value, part, whole } = request;
    return this.once.run(once, async (em) => {
      await requireIndicator(em, code, 'reported', { lock: true });
      const before = await standing(em, code, day);
      if (before && !request.because) throw TargetsErrors.FIGURE_STANDS({ day });
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
          before ? request.because : null,
          caller.staffId,
          this.clock.now(),
        ],
      );
      await this.audit.write(em, caller, [
        {
          action: 'figure.reported',
          targetKind: 'reported_figure',
          targetId: id,
          details: { indicator: code, ...request },
        },
      ]);
      return viewOf((await row<FigureRow>(em, `${FIGURES} where f.id = $1`, [id]))!);
    });
  }
}

function requireOneFigure({ value, part, whole }: ReportFigureRequest): void {
  const share = part !== undefined && whole !== undefined;
  const half = (part === undefined) !== (whole === undefined);
  if (half || share === (value !== undefined)) throw TargetsErrors.FIGURE_OR_SHARE();
  if (share && part > whole) throw TargetsErrors.PART_EXCEEDS_WHOLE();
}

/** The figure that stands for a day. */
function standing(em: EntityManager, code: string, day: string): Promise<{ id: string } | undefined> {
  return row<{ id: string }>(
    em,
    `select f.id from reported_figures f
      where f.indicator_code = $1 and f.as_of = $2
        and not exists (select from reported_figures n where n.replaces_id = f.id)`,
    [code, day],
  );
}

const viewOf = (figure: FigureRow): ReportedFigureView => ({
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
});
