import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EnrollmentSource } from '#contracts';
import { type Caller, CodedError, CoreErrors, fillIn, type OnceKey } from '#core';
import { ResidentFinder } from '#people';
import { AdmissionService } from '../admission/admission.service.js';
import type {
  CounterApplyRequest,
  EligibilityQuery,
  EligibilityView,
  ListApplyRequest,
  ListedPersonRequest,
  ListResultView,
  ListRowView,
} from '../enrollment.dto.js';
import { EnrollmentErrors } from '../enrollment.errors.js';
import { type ApplyAnswer, EnrollmentsService } from '../enrollment.service.js';
import { VillageAgentsService } from './village-agents.service.js';

/** Rows of a list that are at the desk at once: the desk takes them as one batch, in the order of the list. */
const ROWS_AT_ONCE = 50;

/** 现场报名: staff and village agents apply for residents, one at a time or a whole list of names. */
@Injectable()
export class CounterEnrollmentService {
  constructor(
    private readonly source: DataSource,
    private readonly desk: AdmissionService,
    private readonly enrollments: EnrollmentsService,
    private readonly finder: ResidentFinder,
    private readonly agents: VillageAgentsService,
  ) {}

  /**
   * Staff of the class's school, or the agent of the resident's village, apply for a resident.
   *
   * @throws ENROLLMENT.NOT_OF_VILLAGE, CORE.FORBIDDEN, ENROLLMENT.* with the reason why not
   */
  async apply(caller: Caller, classId: string, request: CounterApplyRequest, once: OnceKey): Promise<ApplyAnswer> {
    const { residentId, companionIds = [], automatic = true } = request;
    const residentIds = [residentId, ...companionIds];
    if (companionIds.includes(residentId)) throw EnrollmentErrors.TOO_MANY_TOGETHER({ most: 4 });
    const source = await this.requireMayApply(caller, classId, residentIds);
    const answer = await this.desk.apply({ kind: 'apply', caller, classId, residentIds, source, automatic, once });
    return { created: answer.changed, view: await this.enrollments.viewOfAnswer(answer, caller.language) };
  }

  /** What applying for them would lead to. */
  async eligibility(caller: Caller, classId: string, query: EligibilityQuery): Promise<EligibilityView> {
    const residentIds = [query.residentId, ...(query.companionIds ?? [])];
    const source = await this.requireMayApply(caller, classId, residentIds);
    return this.enrollments.eligibilityOf(caller, classId, residentIds, source);
  }

  /**
   * 名单报名: one row a person, and a result per row. A row that names nobody, or more than one, says so and can be
   * sent again when it is clearer; sending the whole list again changes nothing for those who are in.
   */
  async applyForList(
    caller: Caller,
    classId: string,
    request: ListApplyRequest,
    once: OnceKey,
  ): Promise<ListResultView> {
    await this.enrollments.requireClass(classId);
    caller.require('enrollments.counter');
    const found = await this.finder.find(this.source.manager, caller, request.rows);
    const sources = await this.sourcesOf(caller, classId, found);
    const named = new Set<string>();
    const rows: ListRowView[] = [];
    for (let from = 0; from < request.rows.length; from += ROWS_AT_ONCE) {
      const part = request.rows.slice(from, from + ROWS_AT_ONCE).map((person, index) => {
        const ids = found[from + index]!;
        const isAgain = ids.length === 1 && named.has(ids[0]!);
        if (ids.length === 1) named.add(ids[0]!);
        return { person, number: from + index + 1, ids, isAgain };
      });
      // Nothing is awaited before the desk is asked, so that it is asked in the order of the list.
      rows.push(...(await Promise.all(part.map((row) => this.applyForRow(caller, classId, row, sources, once)))));
    }
    return { rows };
  }

  /** In whose name each of these people would be enrolled, or why that is not the caller's business. */
  private async sourcesOf(
    caller: Caller,
    classId: string,
    found: readonly (readonly string[])[],
  ): Promise<Map<string, EnrollmentSource | CodedError>> {
    const ids = new Set(found.flatMap((some) => (some.length === 1 ? some : [])));
    const sources = new Map<string, EnrollmentSource | CodedError>();
    for (const id of ids) {
      try {
        sources.set(id, await this.requireMayApply(caller, classId, [id]));
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        sources.set(id, error);
      }
    }
    return sources;
  }

  private async applyForRow(
    caller: Caller,
    classId: string,
    {
      person,
      number,
      ids,
      isAgain,
    }: { person: ListedPersonRequest; number: number; ids: readonly string[]; isAgain: boolean },
    sources: ReadonlyMap<string, EnrollmentSource | CodedError>,
    once: OnceKey,
  ): Promise<ListRowView> {
    const said = { row: number, name: person.name, enrollmentId: null, code: null };
    const [residentId] = ids;
    if (!residentId) return { ...said, outcome: 'unknown', sentence: LIST_WORDS.unknown[caller.language] };
    if (ids.length > 1) return { ...said, outcome: 'ambiguous', sentence: LIST_WORDS.ambiguous[caller.language] };
    try {
      const source = sources.get(residentId)!;
      if (source instanceof CodedError) throw source;
      const answer = await this.desk.apply({
        kind: 'apply',
        caller,
        classId,
        residentIds: [residentId],
        source: source === 'counter' ? 'list' : source,
        automatic: true,
        // Each row is an application of its own under the list's key.
        once: { ...once, key: `${once.key}#${residentId}` },
      });
      const view = await this.enrollments.viewOfAnswer(answer, caller.language);
      const outcome = answer.changed && !isAgain ? (view.state as ListRowView['outcome']) : 'present';
      return { ...said, outcome, enrollmentId: view.id, sentence: view.sentence };
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      const { code, definition, parameters } = error;
      return { ...said, outcome: 'refused', code, sentence: fillIn(definition.title[caller.language], parameters) };
    }
  }

  /**
   * In whose name an application at the counter is made: staff with the permission in the class's school for anyone, a
   * village agent for the people of the own village.
   */
  private async requireMayApply(
    caller: Caller,
    classId: string,
    residentIds: readonly string[],
  ): Promise<EnrollmentSource> {
    const course = await this.enrollments.requireClass(classId);
    if (caller.can('enrollments.counter', course.organisationId)) return 'counter';
    if (!this.agents.isAgent(caller)) throw CoreErrors.FORBIDDEN();
    if (!(await this.agents.serves(caller, residentIds))) throw EnrollmentErrors.NOT_OF_VILLAGE();
    return 'agent';
  }
}

const LIST_WORDS = {
  unknown: {
    zh: '没有找到这个人。请核对姓名，或先登记。',
    en: 'Nobody of this name was found. Check the name, or register them first.',
  },
  ambiguous: {
    zh: '有同名的人。请补上手机号、证件号或出生日期。',
    en: 'There are several of this name. Add a phone, document number or day of birth.',
  },
} as const;
