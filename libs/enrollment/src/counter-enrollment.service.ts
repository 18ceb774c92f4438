import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type EnrollmentSource, liesIn } from '#contracts';
import { type Caller, CodedError, CoreErrors, fillIn, type OnceKey } from '#core';
import { ResidentFinder, ResidentsService } from '#people';
import { OrganisationsService } from '#places';
import { AdmissionService } from './admission.service.js';
import type {
  CounterApplyRequest,
  EligibilityQuery,
  EligibilityView,
  ListApplyRequest,
  ListedPersonRequest,
  ListResultView,
  ListRowView,
} from './enrollment.dto.js';
import { EnrollmentErrors } from './enrollment.errors.js';
import { type ApplyAnswer, EnrollmentsService } from './enrollment.service.js';

/** Rows of a list that are at the desk at once: the desk takes them as one batch, in the order of the list. */
const ROWS_AT_ONCE = 50;

/** 现场报名: staff and village agents apply for residents, one at a time or a whole list of names. */
@Injectable()
export class CounterEnrollmentService {
  constructor(
    private readonly source: DataSource,
    private readonly desk: AdmissionService,
    private readonly enrollments: EnrollmentsService,
    private readonly residents: ResidentsService,
    private readonly finder: ResidentFinder,
    private readonly organisations: OrganisationsService,
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
    const rows: ListRowView[] = [];
    for (let from = 0; from < request.rows.length; from += ROWS_AT_ONCE) {
      const part = request.rows.slice(from, from + ROWS_AT_ONCE);
      rows.push(
        ...(await Promise.all(
          part.map((person, index) =>
            this.applyForRow(caller, classId, { person, number: from + index + 1, ids: found[from + index]! }, once),
          ),
        )),
      );
    }
    return { rows };
  }

  private async applyForRow(
    caller: Caller,
    classId: string,
    { person, number, ids }: { person: ListedPersonRequest; number: number; ids: readonly string[] },
    once: OnceKey,
  ): Promise<ListRowView> {
    const said = { row: number, name: person.name, enrollmentId: null, code: null };
    const [residentId] = ids;
    if (!residentId) return { ...said, outcome: 'unknown', sentence: LIST_WORDS.unknown[caller.language] };
    if (ids.length > 1) return { ...said, outcome: 'ambiguous', sentence: LIST_WORDS.ambiguous[caller.language] };
    try {
      const source = await this.requireMayApply(caller, classId, [residentId]);
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
      const outcome = answer.changed ? (view.state as ListRowView['outcome']) : 'present';
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
    const offices = caller.grants.filter(({ role }) => role === 'village_agent');
    if (offices.length === 0) throw CoreErrors.FORBIDDEN();
    const em = this.source.manager;
    const regions = await Promise.all(
      offices.map(async ({ organisationId }) => (await this.organisations.require(em, organisationId!)).regionCode),
    );
    const people = await this.residents.factsOf(em, residentIds);
    const areOurs = people.every(({ regionCode }) => regions.some((region) => liesIn(regionCode, region)));
    if (!areOurs) throw EnrollmentErrors.NOT_OF_VILLAGE();
    return 'agent';
  }
}

const LIST_WORDS = {
  unknown: {
    zh: '没有找到这个人。请核对姓名,或先登记。',
    en: 'Nobody of this name was found. Check the name, or register them first.',
  },
  ambiguous: {
    zh: '有同名的人。请补上手机号、证件号或出生日期。',
    en: 'There are several of this name. Add a phone, document number or day of birth.',
  },
} as const;
