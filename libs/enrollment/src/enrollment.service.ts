import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Language } from '#contracts';
import { ClassSeatsService, type SeatClass } from '#catalogue';
import { Caller, Clock, CoreErrors, cutPage, fillIn, type OnceKey, type Page, type PageQuery, readCursor } from '#core';
import { ResidentsService } from '#people';
import type { DeskEnrollment } from './admission.rules.js';
import { type AdmissionAnswer, AdmissionService } from './admission.service.js';
import type {
  ApplyRequest,
  ClassEnrollmentQuery,
  ClassEnrollmentView,
  EligibilityView,
  EnrollmentDetailView,
  EnrollmentView,
  MyEnrollmentView,
} from './enrollment.dto.js';
import { EnrollmentErrors } from './enrollment.errors.js';
import { EnrollmentQueries, type EnrollmentRow } from './enrollment.queries.js';
import { decideSeat, leavingStep, type Step } from './enrollment.rules.js';
import { refusalError } from './refusals.js';
import { EligibilityQueries } from './eligibility.queries.js';
import { sentenceOf } from './sentences.js';

/** What an application came to, and whether it made it so (201) or found it so (200). */
export interface ApplyAnswer {
  created: boolean;
  view: EnrollmentView;
}

/** Enrollment as residents and the counter see it. Everything that moves a seat asks the admission desk. */
@Injectable()
export class EnrollmentsService {
  constructor(
    private readonly source: DataSource,
    private readonly desk: AdmissionService,
    private readonly queries: EnrollmentQueries,
    private readonly eligibilityQueries: EligibilityQueries,
    private readonly seats: ClassSeatsService,
    private readonly residents: ResidentsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Applies for oneself or a family member. Idempotent by key, and by resident and class.
   *
   * @throws ENROLLMENT.* with the reason why not
   */
  async apply(caller: Caller, request: ApplyRequest, once: OnceKey): Promise<ApplyAnswer> {
    const answer = await this.desk.apply({ kind: 'apply', caller, ...request, source: 'self', once });
    return { created: answer.changed, view: await this.viewOfAnswer(answer, caller.language) };
  }

  /** Staff or a village agent applies for a resident at the counter. */
  async applyAtCounter(caller: Caller, classId: string, residentId: string, once: OnceKey): Promise<ApplyAnswer> {
    const answer = await this.desk.apply({ kind: 'apply', caller, classId, residentId, source: 'counter', once });
    return { created: answer.changed, view: await this.viewOfAnswer(answer, caller.language) };
  }

  /** Takes the offered seat. Repeating it changes nothing. @throws ENROLLMENT.OFFER_EXPIRED */
  accept(caller: Caller, id: string): Promise<EnrollmentView> {
    return this.step(caller, id, () => 'accept', 'accepted');
  }

  /** Lets the offered seat go to the next. Repeating it changes nothing. */
  decline(caller: Caller, id: string): Promise<EnrollmentView> {
    return this.step(caller, id, () => 'decline', 'declined');
  }

  /** Gives up the seat, the offer or the place in the queue; after the first session it is a withdrawal. */
  leave(caller: Caller, id: string, reason = 'by the resident'): Promise<EnrollmentView> {
    return this.step(
      caller,
      id,
      (enrollment, course) =>
        enrollment.state === 'withdrawn'
          ? 'withdraw'
          : leavingStep(enrollment.state, course.firstSessionAt, this.clock.now()),
      reason,
    );
  }

  /** One enrollment with its moves. */
  async detail(caller: Caller, id: string): Promise<EnrollmentDetailView> {
    const enrollment = await this.require(caller, id, 'enrollments.read');
    const moves = await this.queries.moves(id);
    return {
      ...(await this.viewOfRow(enrollment, caller.language)),
      moves: moves.map(({ from_state, to_state, at, actor_kind, reason }) => ({
        from: from_state,
        to: to_state,
        at: at.toISOString(),
        actorKind: actor_kind,
        reason,
      })),
    };
  }

  /** The enrollments of all residents of the account, the newest first. */
  async mine(caller: Caller, page: PageQuery): Promise<Page<MyEnrollmentView>> {
    const before = readCursor(page.cursor, ['uuid'])?.[0] ?? null;
    const residents = await this.residents.residentsOf(this.source.manager, caller.accountId);
    const found = await this.queries.ofResidents(
      residents.map(({ id }) => id),
      before,
      page.limit + 1,
    );
    const names = await this.namesOf(found);
    const classes = await this.classesOf(found);
    return cutPage(
      found,
      page.limit,
      ({ id }) => [id],
      (enrollment) => {
        const course = classes.get(enrollment.class_id)!;
        return {
          ...viewOf(shownOf(enrollment), course, caller.language),
          residentName: names.get(enrollment.resident_id) ?? '',
          firstSessionAt: course.firstSessionAt.toISOString(),
          lastSessionAt: course.lastSessionAt.toISOString(),
          programmeKind: course.programmeKind,
        };
      },
    );
  }

  /** Enrollments of a class for its school, in the order of the queue. */
  async ofClass(caller: Caller, classId: string, query: ClassEnrollmentQuery): Promise<Page<ClassEnrollmentView>> {
    const course = await this.requireClass(classId);
    caller.require('enrollments.read', course.organisationId);
    const after = readCursor(query.cursor, ['moment', 'uuid']);
    const found = await this.queries.ofClass(classId, query.state ?? null, after, query.limit + 1);
    const names = await this.namesOf(found);
    return cutPage(
      found,
      query.limit,
      ({ queued_at, id }) => [queued_at.toISOString(), id],
      (enrollment) => ({
        id: enrollment.id,
        residentId: enrollment.resident_id,
        residentName: names.get(enrollment.resident_id) ?? '',
        state: enrollment.state,
        position: enrollment.position,
        offeredUntil: enrollment.offered_until?.toISOString() ?? null,
        queuedAt: enrollment.queued_at.toISOString(),
        source: enrollment.source,
      }),
    );
  }

  /** What applying now would lead to, said before anyone asks; decided by the same rules, without locks. */
  async eligibility(caller: Caller, classId: string, residentId: string): Promise<EligibilityView> {
    const em = this.source.manager;
    await this.residents.requireActsFor(em, caller, residentId);
    const course = await this.requireClass(classId);
    const facts = await this.eligibilityQueries.facts(classId, residentId, course);
    if (facts.present) {
      return {
        eligible: false,
        outcome: 'present',
        code: null,
        next: null,
        sentence: sentenceOf('present', caller.language),
      };
    }
    const decision = decideSeat(course, course, facts, this.clock.now());
    if (decision.kind === 'refused') {
      const { code, definition, parameters } = refusalError(decision.refusal, caller.language);
      return {
        eligible: false,
        outcome: 'refused',
        code,
        sentence: fillIn(definition.title[caller.language], parameters),
        next: fillIn(definition.next[caller.language], parameters),
      };
    }
    return {
      eligible: true,
      outcome: decision.kind,
      code: null,
      next: null,
      sentence: sentenceOf(decision.kind === 'enrolled' ? 'may-enroll' : 'may-wait', caller.language, {
        position: course.waiting + 1,
      }),
    };
  }

  private async step(
    caller: Caller,
    id: string,
    stepOf: (enrollment: EnrollmentRow, course: SeatClass) => Step,
    reason: string,
  ): Promise<EnrollmentView> {
    const enrollment = await this.require(caller, id, 'enrollments.counter');
    const course = await this.requireClass(enrollment.class_id);
    const answer: AdmissionAnswer = await this.desk.step({
      kind: 'step',
      step: stepOf(enrollment, course),
      caller,
      enrollmentId: id,
      classId: enrollment.class_id,
      residentId: enrollment.resident_id,
      reason,
    });
    return this.viewOfAnswer(answer, caller.language);
  }

  /** The enrollment, if it is one of the account's residents' or of the caller's organisation; else it is unknown. */
  private async require(
    caller: Caller,
    id: string,
    permission: 'enrollments.read' | 'enrollments.counter',
  ): Promise<EnrollmentRow> {
    const enrollment = await this.queries.byId(id);
    if (!enrollment) throw EnrollmentErrors.UNKNOWN();
    if (caller.actor.kind === 'account') {
      const residents = await this.residents.residentsOf(this.source.manager, caller.accountId);
      if (residents.every(({ id: own }) => own !== enrollment.resident_id)) throw EnrollmentErrors.UNKNOWN();
    } else {
      const course = await this.requireClass(enrollment.class_id);
      if (!caller.can(permission, course.organisationId)) throw CoreErrors.FORBIDDEN();
    }
    return enrollment;
  }

  private async requireClass(classId: string): Promise<SeatClass> {
    const [course] = await this.seats.read(this.source.manager, [classId]);
    if (!course) throw EnrollmentErrors.CLASS_UNKNOWN();
    return course;
  }

  private async namesOf(found: readonly { resident_id: string }[]): Promise<Map<string, string>> {
    const ids = found.map(({ resident_id }) => resident_id);
    return new Map((await this.residents.factsOf(this.source.manager, ids)).map(({ id, name }) => [id, name]));
  }

  private async classesOf(found: readonly { class_id: string }[]): Promise<Map<string, SeatClass>> {
    const ids = [...new Set(found.map(({ class_id }) => class_id))];
    return new Map(
      (ids.length ? await this.seats.read(this.source.manager, ids) : []).map((course) => [course.id, course]),
    );
  }

  /** What the desk answered; only somebody who was waiting already is counted again in the queue. */
  private async viewOfAnswer(answer: AdmissionAnswer, language: Language): Promise<EnrollmentView> {
    const { enrollment, course } = answer;
    const waits = enrollment.state === 'waiting' && answer.position === null;
    const position = waits ? ((await this.queries.byId(enrollment.id))?.position ?? null) : answer.position;
    return viewOf({ ...enrollment, position }, course, language);
  }

  private async viewOfRow(enrollment: EnrollmentRow, language: Language): Promise<EnrollmentView> {
    return viewOf(shownOf(enrollment), await this.requireClass(enrollment.class_id), language);
  }
}

type ShownEnrollment = DeskEnrollment & { position: number | null };

const shownOf = (found: EnrollmentRow): ShownEnrollment => ({
  id: found.id,
  classId: found.class_id,
  residentId: found.resident_id,
  state: found.state,
  queuedAt: found.queued_at,
  offeredUntil: found.offered_until,
  position: found.position,
});

function viewOf(
  enrollment: ShownEnrollment,
  course: Pick<SeatClass, 'name' | 'nameEn' | 'firstSessionAt'>,
  language: Language,
): EnrollmentView {
  const { id, classId, residentId, state, position, offeredUntil, queuedAt } = enrollment;
  return {
    id,
    classId,
    className: course.name,
    classNameEn: course.nameEn,
    residentId,
    state,
    position,
    offeredUntil: offeredUntil?.toISOString() ?? null,
    queuedAt: queuedAt.toISOString(),
    sentence: sentenceOf(state, language, {
      position: position ?? 0,
      until: offeredUntil,
      firstSessionAt: course.firstSessionAt,
    }),
  };
}
