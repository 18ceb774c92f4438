import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type AuditAction, dayOf } from '#contracts';
import {
  Audit,
  type Caller,
  Clock,
  IdempotentWrites,
  newId,
  type OnceKey,
  Outbox,
  requireVersion,
  row,
  rows,
  Transactions,
} from '#core';
import { CountingRules, type RuleRow } from './counting-rules.service.js';
import { readParameters, UnusableParameters } from './parameters.rules.js';
import type { CountingRuleView } from '../participation.dto.js';
import { ParticipationErrors } from '../participation.errors.js';
import { readClosedPeriods } from '../periods/periods.queries.js';
import type {
  ChangeRuleRequest,
  DraftRuleRequest,
  PublishRuleRequest,
  RepealRuleRequest,
  TryRuleRequest,
} from './rule-versions.dto.js';
import { type RuleMove, ruleRefusal } from './rule-versions.rules.js';

/**
 * The life of the counting rules: a version is drafted from another, tried out, published by a signed document, and
 * repealed. None of it applies backwards, and none of it silently: who may be touched is recounted through the outbox.
 */
@Injectable()
export class RuleVersionsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly once: IdempotentWrites,
    private readonly rules: CountingRules,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * A draft with the parameters of another version.
   *
   * @throws PARTICIPATION.RULE_UNKNOWN
   */
  async draft(caller: Caller, { from }: DraftRuleRequest, once: OnceKey): Promise<CountingRuleView> {
    caller.require('rules.edit');
    return this.once.run(once, async (em) => {
      // The next number is drawn while nobody else draws one.
      await rows(em, `lock table counting_rules in share row exclusive mode`);
      const id = newId();
      const at = this.clock.now();
      const made = await rows(
        em,
        `insert into counting_rules (id, version, state, drafting_office, departments_consulted, effective_from, parameters,
                created_at, created_by, copied_from)
         select $1, (select max(version) + 1 from counting_rules), 'draft', drafting_office, '{}', $2, parameters, $3, $4, id
           from counting_rules where id = $5 returning id`,
        [id, dayOf(at), at, caller.staffId, from],
      );
      if (made.length === 0) throw ParticipationErrors.RULE_UNKNOWN();
      return this.done(em, caller, 'counting_rule.drafted', id, {});
    });
  }

  /**
   * Changes what a draft says.
   *
   * @throws PARTICIPATION.RULE_UNKNOWN, PARTICIPATION.RULE_NOT_DRAFT, PARTICIPATION.RULE_UNUSABLE, CORE.STALE
   */
  async change(caller: Caller, id: string, revision: number, request: ChangeRuleRequest): Promise<CountingRuleView> {
    caller.require('rules.edit');
    const { draftingOffice, departmentsConsulted, effectiveFrom } = request;
    const parameters = usable(request.parameters);
    return this.move(caller, id, revision, 'edit', effectiveFrom, (em) =>
      rows(
        em,
        `update counting_rules set parameters = $2, drafting_office = $3, departments_consulted = $4, effective_from = $5
          where id = $1`,
        [id, JSON.stringify(parameters), draftingOffice, departmentsConsulted, effectiveFrom],
      ),
    );
  }

  /**
   * 试行: from its day on it counts what begins, and that is stamped 试行口径.
   *
   * @throws PARTICIPATION.RULE_UNKNOWN, PARTICIPATION.RULE_NOT_DRAFT, PARTICIPATION.RULE_IN_PAST,
   *   PARTICIPATION.RULE_IN_CLOSED_PERIOD, CORE.STALE
   */
  async try(
    caller: Caller,
    id: string,
    revision: number,
    { effectiveFrom }: TryRuleRequest,
  ): Promise<CountingRuleView> {
    caller.require('rules.publish');
    return this.move(caller, id, revision, 'try', effectiveFrom, (em) =>
      rows(
        em,
        `update counting_rules set state = 'trial', effective_from = $2, enacted_at = $3, enacted_by = $4 where id = $1`,
        [id, effectiveFrom, this.clock.now(), caller.staffId],
      ),
    );
  }

  /**
   * 发布, by a signed document.
   *
   * @throws PARTICIPATION.RULE_UNKNOWN, PARTICIPATION.RULE_NOT_DRAFT, PARTICIPATION.RULE_COUNTED_ALREADY,
   *   PARTICIPATION.RULE_IN_PAST, PARTICIPATION.RULE_IN_CLOSED_PERIOD, CORE.STALE
   */
  async publish(caller: Caller, id: string, revision: number, request: PublishRuleRequest): Promise<CountingRuleView> {
    caller.require('rules.publish');
    const { documentNumber, draftingOffice, departmentsConsulted, signer, effectiveFrom } = request;
    return this.move(caller, id, revision, 'publish', effectiveFrom, (em) =>
      rows(
        em,
        `update counting_rules set state = 'published', document_number = $2, drafting_office = $3,
                departments_consulted = $4, signer = $5, effective_from = $6, enacted_at = $7, enacted_by = $8
          where id = $1`,
        [
          id,
          documentNumber,
          draftingOffice,
          departmentsConsulted,
          signer,
          effectiveFrom,
          this.clock.now(),
          caller.staffId,
        ],
      ),
    );
  }

  /**
   * 废止: what begins from a day on is counted by the version before it; what it counted stays.
   *
   * @throws PARTICIPATION.RULE_UNKNOWN, PARTICIPATION.RULE_NOT_IN_FORCE, PARTICIPATION.RULE_IN_PAST,
   *   PARTICIPATION.RULE_IN_CLOSED_PERIOD, PARTICIPATION.RULE_LAST, CORE.STALE
   */
  async repeal(caller: Caller, id: string, revision: number, request: RepealRuleRequest): Promise<CountingRuleView> {
    caller.require('rules.publish');
    const { from, reason } = request;
    return this.move(caller, id, revision, 'repeal', from, async (em) => {
      const others = await rows(
        em,
        `select 1 from counting_rules
          where id <> $1 and state in ('trial', 'published') and effective_from <= $2 limit 1`,
        [id, from],
      );
      if (others.length === 0) throw ParticipationErrors.RULE_LAST();
      await rows(
        em,
        `update counting_rules set state = 'repealed', repealed_from = greatest($2::date, effective_from),
                repealed_by = $3, repealed_because = $4 where id = $1`,
        [id, from, caller.staffId, reason],
      );
    });
  }

  private move(
    caller: Caller,
    id: string,
    revision: number,
    move: RuleMove,
    from: string,
    write: (em: EntityManager) => Promise<unknown>,
  ): Promise<CountingRuleView> {
    return this.transactions.run(async (em) => {
      const rule = await row<RuleRow>(em, `select * from counting_rules where id = $1 for no key update`, [id]);
      if (!rule) throw ParticipationErrors.RULE_UNKNOWN();
      requireVersion(rule.revision, revision);
      const standing = { state: rule.state, effectiveFrom: rule.effective_from };
      const refusal = ruleRefusal(standing, move, from, dayOf(this.clock.now()));
      if (refusal) throw ParticipationErrors[refusal]({ version: rule.version });
      const month = from.slice(0, 7);
      if (move !== 'edit' && (await readClosedPeriods(em, [month])).size > 0) {
        throw ParticipationErrors.RULE_IN_CLOSED_PERIOD({ month });
      }
      await write(em);
      await rows(em, `update counting_rules set revision = revision + 1 where id = $1`, [id]);
      if (move !== 'edit') await this.outbox.tell(em, 'counting-rules.changed', [id]);
      return this.done(em, caller, DONE[move], id, { from, state: rule.state });
    });
  }

  private async done(
    em: EntityManager,
    caller: Caller,
    action: AuditAction,
    id: string,
    details: Record<string, unknown>,
  ) {
    const view = await this.rules.one(em, id, caller.language);
    const { version, documentNumber } = view;
    await this.audit.write(em, caller, [
      { action, targetKind: 'counting_rule', targetId: id, details: { version, documentNumber, ...details } },
    ]);
    return view;
  }
}

const DONE: Record<RuleMove, AuditAction> = {
  edit: 'counting_rule.changed',
  try: 'counting_rule.tried',
  publish: 'counting_rule.published',
  repeal: 'counting_rule.repealed',
};

/** @throws PARTICIPATION.RULE_UNUSABLE which names every place that is wrong */
function usable(parameters: Record<string, unknown>) {
  try {
    return readParameters(parameters);
  } catch (error) {
    if (!(error instanceof UnusableParameters)) throw error;
    throw ParticipationErrors.RULE_UNUSABLE({ wrong: error.wrong.join('; ') });
  }
}
