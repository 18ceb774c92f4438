import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type AuditAction, dayOf } from '#contracts';
import { Audit, type Caller, Clock, cutPage, type Page, readCursor, requireVersion, rows, Transactions } from '#core';
import { groupTotalChanges, totalChanges } from '../counting/difference.rules.js';
import { ImportReplacementsService } from '../imports/import-replacements.service.js';
import type { EntryEvidence } from '../counting/mapping.rules.js';
import { ParticipationErrors } from '../participation.errors.js';
import type { AdjustmentsQuery, AdjustmentView } from './periods.dto.js';
import {
  type AdjustmentRow,
  lockAdjustment,
  lockClosedPeriods,
  readAdjustment,
  readAdjustments,
  readClassNames,
  readSubmittedMonths,
} from './periods.queries.js';
import { monthsOf } from './periods.rules.js';
import { addToGroupTotals, addToTotals, lockPeople, post } from '../ledger/recount.queries.js';
import { RecountService } from '../ledger/recount.service.js';
import { maskName } from '../counting/words.rules.js';

/** 更正 of submitted and locked months: asked for by one, decided by another, posted in the open period (rule 15). */
@Injectable()
export class AdjustmentsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly recounts: RecountService,
    private readonly replacements: ImportReplacementsService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** The latest first. */
  async list(caller: Caller, query: AdjustmentsQuery): Promise<Page<AdjustmentView>> {
    caller.require('periods.read');
    const [before = null] = readCursor(query.cursor, ['uuid']) ?? [];
    const found = await readAdjustments(this.source, query, before, query.limit + 1);
    const names = await this.namesOf(this.source.manager, found);
    return cutPage(
      found,
      query.limit,
      ({ id }) => [id],
      (adjustment) => viewOf(adjustment, names),
    );
  }

  /**
   * Asks that it be posted.
   *
   * @throws PARTICIPATION.ADJUSTMENT_UNKNOWN, PARTICIPATION.ADJUSTMENT_NOT_PROPOSED, CORE.STALE
   */
  ask(caller: Caller, id: string, version: number, reason: string): Promise<AdjustmentView> {
    caller.require('adjustments.ask');
    return this.transactions.run(async (em) => {
      const { state } = await this.lock(em, id, version);
      if (state !== 'proposed') throw ParticipationErrors.ADJUSTMENT_NOT_PROPOSED();
      await rows(
        em,
        `update adjustments set state = 'asked', asked_by = $2, asked_at = $3, asked_because = $4, version = version + 1
          where id = $1`,
        [id, caller.staffId, this.clock.now(), reason],
      );
      return this.done(em, caller, 'adjustment.asked', id);
    });
  }

  /**
   * Posts it in the open period. Reversals cite the entries that they take back, and all of them the adjustment.
   *
   * @throws PARTICIPATION.ADJUSTMENT_UNKNOWN, PARTICIPATION.ADJUSTMENT_NOT_ASKED, PARTICIPATION.ADJUSTMENT_SAME_PERSON,
   *   PARTICIPATION.ADJUSTMENT_STALE when the evidence says something else by now,
   *   PARTICIPATION.ADJUSTMENT_BEFORE_LOCK while a month that it touches is under review, CORE.STALE
   */
  approve(caller: Caller, id: string, version: number): Promise<AdjustmentView> {
    caller.require('adjustments.decide');
    return this.transactions.run(async (em) => {
      const known = await readAdjustment(em, id);
      if (!known) throw ParticipationErrors.ADJUSTMENT_UNKNOWN();
      // Residents come first in the order of locks.
      await lockPeople(em, [known.resident_id]);
      const at = this.clock.now();
      const { propose } = await this.recounts.plan(em, [known.resident_id], at, lockClosedPeriods);
      this.requireDecidable(caller, await this.lock(em, id, version));
      const proposal = propose.find(({ digest }) => digest.equals(known.digest));
      if (!proposal) throw ParticipationErrors.ADJUSTMENT_STALE();
      // What was reviewed is what is signed.
      const [month] = await readSubmittedMonths(em, monthsOf(proposal.postings));
      if (month) throw ParticipationErrors.ADJUSTMENT_BEFORE_LOCK({ month });
      const period = dayOf(at).slice(0, 7);
      await post(
        em,
        proposal.postings.map((posting) => ({ ...posting, period })),
        at,
        id,
      );
      await rows(
        em,
        `update adjustments set state = 'approved', decided_by = $2, decided_at = $3, version = version + 1
          where id = $1`,
        [id, caller.staffId, at],
      );
      const view = await this.done(em, caller, 'adjustment.approved', id);
      await this.replacements.settle(em);
      await addToTotals(em, totalChanges(proposal.postings, []));
      await addToGroupTotals(em, groupTotalChanges(proposal.postings));
      return view;
    });
  }

  /**
   * Leaves the figures as they were reported; the same difference is not proposed again.
   *
   * @throws PARTICIPATION.ADJUSTMENT_UNKNOWN, PARTICIPATION.ADJUSTMENT_NOT_ASKED, PARTICIPATION.ADJUSTMENT_SAME_PERSON,
   *   CORE.STALE
   */
  decline(caller: Caller, id: string, version: number, reason: string): Promise<AdjustmentView> {
    caller.require('adjustments.decide');
    return this.transactions.run(async (em) => {
      this.requireDecidable(caller, await this.lock(em, id, version));
      await rows(
        em,
        `update adjustments set state = 'declined', decided_by = $2, decided_at = $3, decided_because = $4,
                version = version + 1 where id = $1`,
        [id, caller.staffId, this.clock.now(), reason],
      );
      const view = await this.done(em, caller, 'adjustment.declined', id);
      await this.replacements.settle(em);
      return view;
    });
  }

  private async lock(em: EntityManager, id: string, version: number): Promise<AdjustmentRow> {
    await lockAdjustment(em, id);
    const adjustment = await readAdjustment(em, id);
    if (!adjustment) throw ParticipationErrors.ADJUSTMENT_UNKNOWN();
    requireVersion(adjustment.version, version);
    return adjustment;
  }

  private requireDecidable(caller: Caller, { state, asked_by }: AdjustmentRow): void {
    if (state !== 'asked') throw ParticipationErrors.ADJUSTMENT_NOT_ASKED();
    if (asked_by === caller.staffId) throw ParticipationErrors.ADJUSTMENT_SAME_PERSON();
  }

  private async done(em: EntityManager, caller: Caller, action: AuditAction, id: string): Promise<AdjustmentView> {
    const adjustment = (await readAdjustment(em, id))!;
    await this.audit.write(em, caller, [
      { action, targetKind: 'adjustment', targetId: id, details: { month: adjustment.month } },
    ]);
    return viewOf(adjustment, await this.namesOf(em, [adjustment]));
  }

  private async namesOf(em: EntityManager, adjustments: readonly AdjustmentRow[]): Promise<ClassNames> {
    const ids = adjustments.flatMap(({ postings }) => postings.flatMap(({ classId }) => classId ?? []));
    const found = await readClassNames(em, [...new Set(ids)]);
    return new Map(found.map(({ id, name, name_en }) => [id, { name, nameEn: name_en }]));
  }
}

const recordName = ({ record }: EntryEvidence) => (record?.kind === 'training' ? record.trade : record?.level) ?? '';

type ClassNames = Map<string, { name: string; nameEn: string | null }>;

function viewOf(adjustment: AdjustmentRow, classes: ClassNames): AdjustmentView {
  const { asked_by_name, asked_at, asked_because, decided_by_name, decided_at } = adjustment;
  return {
    id: adjustment.id,
    month: adjustment.month,
    state: adjustment.state,
    residentName: maskName(adjustment.resident_name),
    entries: adjustment.postings.map((posting) => {
      const courseClass = posting.classId === null ? undefined : classes.get(posting.classId);
      return {
        measure: posting.measure,
        amount: posting.amount,
        status: posting.status,
        countedOn: posting.countedOn,
        reverses: posting.reverses,
        enrollmentId: posting.enrollmentId,
        classId: posting.classId,
        recordId: posting.recordId,
        className: courseClass?.name ?? recordName(posting.evidence),
        classNameEn: courseClass?.nameEn ?? null,
      };
    }),
    proposedAt: adjustment.proposed_at.toISOString(),
    asked:
      asked_by_name && asked_at && asked_because
        ? { name: asked_by_name, at: asked_at.toISOString(), reason: asked_because }
        : null,
    decided: decided_by_name && decided_at ? { name: decided_by_name, at: decided_at.toISOString() } : null,
    declinedBecause: adjustment.decided_because,
    version: adjustment.version,
  };
}
