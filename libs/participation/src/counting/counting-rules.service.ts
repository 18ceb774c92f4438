import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { dayOf, type Language, type RuleState } from '#contracts';
import { type Caller, Clock, cutPage, type Page, type PageQuery, preparedRows, readCursor, rows } from '#core';
import { type CountingRule, readParameters, ruleInForce } from './parameters.rules.js';
import type { CountingRuleView, RuleStampView } from '../participation.dto.js';
import { ParticipationErrors } from '../participation.errors.js';
import { changesOf } from './rule-versions.rules.js';
import { REPEALED_UNSIGNED, RULE_LABELS } from './words.rules.js';

export interface RuleRow {
  id: string;
  version: number;
  state: RuleState;
  document_number: string | null;
  drafting_office: string;
  departments_consulted: string[];
  signer: string | null;
  effective_from: string;
  parameters: unknown;
  repealed_from: string | null;
  repealed_because: string | null;
  revision: number;
}

/** A version with what the one before it said. */
interface ComparedRow extends RuleRow {
  before_version: number | null;
  before_parameters: unknown;
}

const COLUMNS = `id, version, state, document_number, drafting_office, departments_consulted, signer, effective_from,
              parameters, repealed_from, repealed_because, revision`;

/** One statement for a version beside the one it was drafted from, else the one before it. */
const COMPARED = `
  select r.*, b.version as before_version, b.parameters as before_parameters
    from counting_rules r
    left join lateral (
      select version, parameters from counting_rules b where b.version < r.version and b.state <> 'draft'
       order by b.version desc limit 1) b on true`;

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
    const found = await preparedRows<RuleRow>(
      em,
      `select ${COLUMNS} from counting_rules where state <> 'draft' order by version`,
    );
    if (found.length === 0) throw ParticipationErrors.NO_RULES();
    return found.map(({ id, version, state, effective_from, parameters, repealed_from, document_number }) => ({
      id,
      version,
      state,
      effectiveFrom: effective_from,
      repealedFrom: repealed_from,
      signed: document_number !== null,
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
    return this.one(this.source.manager, id, language);
  }

  /** @throws PARTICIPATION.RULE_UNKNOWN */
  async get(caller: Caller, id: string): Promise<CountingRuleView> {
    caller.require('rules.read');
    return this.one(this.source.manager, id, caller.language);
  }

  /** @throws PARTICIPATION.RULE_UNKNOWN */
  async one(em: EntityManager, id: string, language: Language): Promise<CountingRuleView> {
    const [found] = await rows<ComparedRow>(em, `${COMPARED} where r.id = $1`, [id]);
    if (!found) throw ParticipationErrors.RULE_UNKNOWN();
    return viewOf(found, language);
  }

  /** All versions, the latest first. */
  async list(caller: Caller, query: PageQuery): Promise<Page<CountingRuleView>> {
    caller.require('rules.read');
    const [before = null] = readCursor(query.cursor, ['number']) ?? [];
    const found = await rows<ComparedRow>(
      this.source,
      `${COMPARED} where $1::int is null or r.version < $1::int order by r.version desc limit $2`,
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
export const stampOf = (
  rule: Pick<CountingRule, 'id' | 'version' | 'state' | 'signed'>,
  language: Language,
): RuleStampView => ({
  id: rule.id,
  version: rule.version,
  state: rule.state,
  label: (rule.state === 'repealed' && !rule.signed ? REPEALED_UNSIGNED : RULE_LABELS[rule.state])[language],
});

function viewOf(rule: ComparedRow, language: Language): CountingRuleView {
  const parameters = readParameters(rule.parameters);
  return {
    ...stampOf({ ...rule, signed: rule.document_number !== null }, language),
    documentNumber: rule.document_number,
    draftingOffice: rule.drafting_office,
    departmentsConsulted: rule.departments_consulted,
    signer: rule.signer,
    effectiveFrom: rule.effective_from,
    repealedFrom: rule.repealed_from,
    repealedBecause: rule.repealed_because,
    parameters,
    comparedWith: rule.before_version,
    changes: rule.before_version === null ? [] : changesOf(readParameters(rule.before_parameters), parameters),
    revision: rule.revision,
  };
}
