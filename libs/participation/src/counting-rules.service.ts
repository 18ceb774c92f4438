import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { dayOf, type Language, type RuleState } from '#contracts';
import { type Caller, Clock, cutPage, type Page, type PageQuery, readCursor, rows } from '#core';
import { type CountingRule, readParameters, ruleInForce } from './parameters.rules.js';
import type { CountingRuleView, RuleStampView } from './participation.dto.js';
import { ParticipationErrors } from './participation.errors.js';
import { RULE_LABELS } from './words.rules.js';

interface RuleRow {
  id: string;
  version: number;
  state: RuleState;
  document_number: string | null;
  drafting_office: string;
  departments_consulted: string[];
  signer: string | null;
  effective_from: string;
  parameters: unknown;
}

const COLUMNS = `id, version, state, document_number, drafting_office, departments_consulted, signer, effective_from,
              parameters`;

/** 统计口径: the versions of the counting rules. */
@Injectable()
export class CountingRules {
  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
  ) {}

  /**
   * Every version that is not a draft.
   *
   * @throws PARTICIPATION.NO_RULES before the first is loaded
   */
  async all(em: EntityManager): Promise<CountingRule[]> {
    const found = await rows<RuleRow>(
      em,
      `select ${COLUMNS} from counting_rules where state <> 'draft' order by version`,
    );
    if (found.length === 0) throw ParticipationErrors.NO_RULES();
    return found.map(({ id, version, state, effective_from, parameters }) => ({
      id,
      version,
      state,
      effectiveFrom: effective_from,
      parameters: readParameters(parameters),
    }));
  }

  /**
   * The version by which what begins on a day is counted.
   *
   * @param day YYYY-MM-DD
   * @throws PARTICIPATION.NO_RULES before the first is loaded
   */
  async inForce(em: EntityManager, day: string): Promise<CountingRule> {
    return ruleInForce(await this.all(em), day)!;
  }

  /** The version in force today, as everyone may read it. */
  async current(language: Language): Promise<CountingRuleView> {
    const { id } = await this.inForce(this.source.manager, dayOf(this.clock.now()));
    const [found] = await rows<RuleRow>(this.source, `select ${COLUMNS} from counting_rules where id = $1`, [id]);
    return viewOf(found!, language);
  }

  /** All versions, the latest first. */
  async list(caller: Caller, query: PageQuery): Promise<Page<CountingRuleView>> {
    caller.require('rules.read');
    const [before = null] = readCursor(query.cursor, ['number']) ?? [];
    const found = await rows<RuleRow>(
      this.source,
      `select ${COLUMNS} from counting_rules where $1::int is null or version < $1::int order by version desc limit $2`,
      [before, query.limit + 1],
    );
    return cutPage(
      found,
      query.limit,
      (rule) => [rule.version],
      (rule) => viewOf(rule, caller.language),
    );
  }
}

/** What stands beside a number: by which version it was counted, and whether that was signed. */
export const stampOf = (rule: Pick<CountingRule, 'id' | 'version' | 'state'>, language: Language): RuleStampView => ({
  id: rule.id,
  version: rule.version,
  state: rule.state,
  label: RULE_LABELS[rule.state][language],
});

function viewOf(rule: RuleRow, language: Language): CountingRuleView {
  return {
    ...stampOf(rule, language),
    documentNumber: rule.document_number,
    draftingOffice: rule.drafting_office,
    departmentsConsulted: rule.departments_consulted,
    signer: rule.signer,
    effectiveFrom: rule.effective_from,
    parameters: readParameters(rule.parameters),
  };
}
