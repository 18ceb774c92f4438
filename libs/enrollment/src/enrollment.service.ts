import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EnrollmentSource, Language } from '#contracts';
import { ClassSeatsService, type SeatClass } from '#catalogue';
import { Caller, Clock, CoreErrors, cutPage, fillIn, type OnceKey, type Page, type PageQuery, readCursor } from '#core';
import { ResidentsService, StaffService } from '#people';
import type { AdmissionAnswer } from './admission/admission.answers.js';
import { AdmissionService } from './admission/admission.service.js';
import type {
  ApplyRequest,
  EligibilityQuery,
  EligibilityView,
  EnrollmentDetailView,
  EnrollmentView,
  MyEnrollmentView,
} from './enrollment.dto.js';
import { EnrollmentErrors } from './enrollment.errors.js';
import { EnrollmentQueries, type EnrollmentRow } from './enrollment.queries.js';
import { enrollmentView, shownOf, shownOfAnswer } from './enrollment.views.js';
import { isOfResident, leavingStep, type Step } from './moves.rules.js';
import { givenReason, REASONS } from './reasons.js';
import { sentenceOf } from './sentences.js';
import { VillageAgentsService } from './counter/village-agents.service.js';

/** What an application came to, and whether it made it so (201) or found it so (200). */
export interface ApplyAnswer {
  created: boolean;
  view: EnrollmentView;
}

/** An enrollment that the caller may act on, with its class. */
export interface ActedOn {
  enrollment: EnrollmentRow;
  course: SeatClass;
}

/** Enrollment as residents see it. Everything that moves a seat asks the admission desk. */
@Injectable()
export class EnrollmentsService {
  constructor(
    private readonly source: DataSource,
    private readonly desk: AdmissionService,
    private readonly queries: EnrollmentQueries,
    private readonly seats: ClassSeatsService,
    private readonly residents: ResidentsService,
    private readonly staff: StaffService,
    private readonly agents: VillageAgentsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Applies for oneself or a family member, alone or together with companions. Idempotent by key, and by resident and
   * class.
   *
   * @throws ENROLLMENT.* with the reason why not
   */
  async apply(caller: Caller, request: ApplyRequest, once: OnceKey): Promise<ApplyAnswer> {
    const { classId, residentId, companionIds = [], automatic = true } = request;
    if (companionIds.length > 0) await this.requireCompanions(caller, residentId, companionIds);
    const answer = await this.desk.apply({
      kind: 'apply',
      caller,
      classId,
      residentIds: [residentId, ...companionIds],
      source: 'self',
      automatic,
      once,
    });
    return { created: answer.changed, view: await this.viewOfAnswer(answer, caller.language) };
  }

  /** Takes the offered seat, for all of the unit. Repeating it changes nothing. @throws ENROLLMENT.OFFER_EXPIRED */
  accept(caller: Caller, id: string): Promise<EnrollmentView> {
    return this.step(caller, id, () => 'accept', REASONS.accepted);
  }

  /** Lets the offered seat go to the next, for all of the unit. Repeating it changes nothing. */
  decline(caller: Caller, id: string): Promise<EnrollmentView> {
    return this.step(caller, id, () => 'decline', REASONS.declined);
  }

  /** Gives up the seat, the offer or the place in the queue; after the first session it is a withdrawal. */
  leave(caller: Caller, id: string, reason: string = REASONS.left): Promise<EnrollmentView> {
    return this.step(
      caller,
      id,
      ({ enrollment, course }) => leavingStep(enrollment.state, course.firstSessionAt, this.clock.now()),
      reason,
    );
  }

  /** Takes cancelling back, within ten minutes. Repeating it changes nothing. @throws ENROLLMENT.UNDO_OVER */
  undo(caller: Caller, id: string): Promise<EnrollmentView> {
    return this.step(caller, id, () => 'undo', REASONS.undone);
  }

  /** One enrollment with its moves. */
  async detail(caller: Caller, id: string): Promise<EnrollmentDetailView> {
    const { enrollment, course } = await this.require(caller, id, 'enrollments.read');
    const em = this.source.manager;
    const [moves, left, [resident]] = await Promise.all([
      this.queries.moves(id),
      this.queries.classesLeft(id),
      this.residents.factsOf(em, [enrollment.resident_id]),
    ]);
    const actors = (kind: string) =>
      moves.flatMap(({ actor_kind, actor_id }) => (actor_kind === kind && actor_id ? [actor_id] : []));
    const holders = await this.residents.holdersOf(em, actors('account'));
    const names = new Map<string, string>();
    if (caller.actor.kind === 'staff') {
      for (const [account, { name }] of holders) names.set(account, name);
      for (const [staff, name] of await this.staff.namesOf(em, actors('staff'))) names.set(staff, name);
    }
    let transfers = 0;
    return {
      ...enrollmentView(this.shownNow(enrollment), course, caller.language, this.clock.now()),
      residentName: resident?.name ?? '',
      source: enrollment.source,
      moves: moves.map(({ from_state, to_state, step, at, actor_kind, actor_id, reason }) => ({
        from: from_state,
        to: to_state,
        step,
        at: at.toISOString(),
        actorKind: actor_kind,
        actorName: (actor_id && names.get(actor_id)) ?? null,
        onBehalf:
          actor_kind === 'account'
            ? holders.get(actor_id!)?.residentId !== enrollment.resident_id
            : actor_kind === 'staff' && isOfResident(step),
        leftClassName: step === 'transfer' ? (left[transfers++] ?? null) : null,
        reason: givenReason(reason),
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
    const people = await this.residents.factsOf(
      this.source.manager,
      found.map(({ resident_id }) => resident_id),
    );
    const names = new Map(people.map(({ id, name }) => [id, name]));
    const classes = await this.classesOf(found);
    return cutPage(
      found,
      page.limit,
      ({ id }) => [id],
      (enrollment) => {
        const course = classes.get(enrollment.class_id)!;
        return {
          ...enrollmentView(this.shownNow(enrollment), course, caller.language, this.clock.now()),
          residentName: names.get(enrollment.resident_id) ?? '',
          firstSessionAt: course.firstSessionAt.toISOString(),
          lastSessionAt: course.lastSessionAt.toISOString(),
          programmeKind: course.programmeKind,
        };
      },
    );
  }

  /** What applying now would lead to, said before anyone asks; decided by the same rules, without locks. */
  async eligibility(caller: Caller, classId: string, query: EligibilityQuery): Promise<EligibilityView> {
    const { residentId, companionIds = [] } = query;
    await this.residents.requireActsFor(this.source.manager, caller, residentId);
    if (companionIds.length > 0) await this.requireCompanions(caller, residentId, companionIds);
    return this.eligibilityOf(caller, classId, [residentId, ...companionIds], 'self');
  }

  /** {@link eligibility} for whoever the caller was seen to act for. */
  async eligibilityOf(
    caller: Caller,
    classId: string,
    residentIds: readonly string[],
    source: EnrollmentSource,
  ): Promise<EligibilityView> {
    const { language } = caller;
    const preview = await this.desk.preview(caller, classId, residentIds, source);
    switch (preview.kind) {
      case 'present': {
        const { undoTo } = preview;
        const sentence = sentenceOf(undoTo ? `may-undo-${undoTo}` : 'present', language);
        return { eligible: undoTo !== null, outcome: 'present', code: null, next: null, sentence };
      }
      case 'refused': {
        const { code, definition, parameters } = preview.error;
        return {
          eligible: false,
          outcome: 'refused',
          code,
          sentence: fillIn(definition.title[language], parameters),
          next: fillIn(definition.next[language], parameters),
        };
      }
      default: {
        const course = await this.requireClass(classId);
        const lottery = course.admission === 'lottery';
        const words = {
          enrolled: 'may-enroll',
          waiting: 'may-wait',
          applied: lottery ? 'may-draw' : 'may-ask',
        } as const;
        const sentence = sentenceOf(words[preview.kind], language, { position: course.waiting + 1 });
        return { eligible: true, outcome: preview.kind, code: null, next: null, sentence };
      }
    }
  }

  /** Takes a step for the resident's account or, with the permission in the class's school, for the counter. */
  async step(
    caller: Caller,
    id: string,
    stepOf: (actedOn: ActedOn) => Step,
    reason: string,
    permission: 'enrollments.counter' | 'enrollments.decide' = 'enrollments.counter',
  ): Promise<EnrollmentView> {
    const actedOn = await this.require(caller, id, permission, 'of the village, too');
    const unit = await this.queries.unitOf(actedOn.enrollment);
    const answer = await this.desk.step({
      kind: 'step',
      step: stepOf(actedOn),
      caller,
      enrollmentId: id,
      classId: actedOn.enrollment.class_id,
      residentIds: unit.map(({ resident_id }) => resident_id),
      reason,
    });
    return this.viewOfAnswer(answer, caller.language);
  }

  /**
   * The enrollment, if it is one of the account's residents' or of the caller's organisation; else it is unknown.
   *
   * @param agents whether an agent may do what is asked for people of the own village
   */
  async require(
    caller: Caller,
    id: string,
    permission: 'enrollments.read' | 'enrollments.counter' | 'enrollments.decide',
    agents: 'of the school' | 'of the village, too' = 'of the school',
  ): Promise<ActedOn> {
    const enrollment = await this.queries.byId(id);
    if (!enrollment) throw EnrollmentErrors.UNKNOWN();
    const course = await this.requireClass(enrollment.class_id);
    if (caller.actor.kind === 'account') {
      const residents = await this.residents.residentsOf(this.source.manager, caller.accountId);
      if (residents.every(({ id: own }) => own !== enrollment.resident_id)) throw EnrollmentErrors.UNKNOWN();
    } else if (!caller.can(permission, course.organisationId)) {
      const isTheirs = agents === 'of the village, too' && permission === 'enrollments.counter';
      if (!isTheirs || !(await this.agents.serves(caller, [enrollment.resident_id]))) throw CoreErrors.FORBIDDEN();
    }
    return { enrollment, course };
  }

  /** The class, published once. @throws ENROLLMENT.CLASS_UNKNOWN */
  async requireClass(classId: string): Promise<SeatClass> {
    const [course] = await this.seats.read(this.source.manager, [classId]);
    if (!course) throw EnrollmentErrors.CLASS_UNKNOWN();
    return course;
  }

  /** What the desk answered; only somebody who was waiting already is counted again in the queue. */
  async viewOfAnswer(answer: AdmissionAnswer, language: Language): Promise<EnrollmentView> {
    const { enrollment, course } = answer;
    const isCounted = enrollment.state === 'waiting' && answer.position === null;
    const position = isCounted ? ((await this.queries.byId(enrollment.id))?.position ?? null) : answer.position;
    return enrollmentView(shownOfAnswer(answer, position), course, language, this.clock.now());
  }

  /** Those brought along are family of the account, or have made a group with the one who asks. */
  private async requireCompanions(caller: Caller, residentId: string, companionIds: readonly string[]): Promise<void> {
    if (companionIds.includes(residentId)) throw EnrollmentErrors.TOO_MANY_TOGETHER({ most: 4 });
    const em = this.source.manager;
    const own = new Set((await this.residents.residentsOf(em, caller.accountId)).map(({ id }) => id));
    const companions = (await this.residents.companionsOf(em, [residentId])).get(residentId);
    if (companionIds.some((id) => !own.has(id) && !companions?.has(id))) throw EnrollmentErrors.NOT_COMPANIONS();
  }

  private async classesOf(found: readonly { class_id: string }[]): Promise<Map<string, SeatClass>> {
    const ids = [...new Set(found.map(({ class_id }) => class_id))];
    return new Map(
      (ids.length ? await this.seats.read(this.source.manager, ids) : []).map((course) => [course.id, course]),
    );
  }

  /** Undo whose time is over is shown no more, whether or not the desk has ended it yet. */
  private shownNow(enrollment: EnrollmentRow) {
    const shown = shownOf(enrollment);
    return shown.undoUntil !== null && shown.undoUntil <= this.clock.now() ? { ...shown, undoUntil: null } : shown;
  }
}
