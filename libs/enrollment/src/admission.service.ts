import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type EnrollmentSource, holds } from '#contracts';
import { ClassSeatsService, type SeatClass } from '#catalogue';
import {
  Audit,
  Caller,
  Clock,
  type CodedError,
  CoreErrors,
  Desk,
  IdempotentWrites,
  Metrics,
  newId,
  type Outcome,
  Transactions,
} from '#core';
import { type ApplicantFacts, PeopleErrors } from '#people';
import { type AdmissionAnswer, answerOf, notAllowed, revived } from './admission.answers.js';
import { AdmissionQueries } from './admission.queries.js';
import {
  type AdmissionRequest,
  type ApplyRequest,
  classesOf,
  type DrawRequest,
  type SettleRequest,
  type StepRequest,
  type TransferRequest,
} from './admission.requests.js';
import { Admission } from './admission.rules.js';
import { type Situation, SituationReader } from './admission.situation.js';
import { AdmissionTold, type Cause } from './admission.told.js';
import type { DeskEnrollment, Move } from './desk-book.rules.js';
import type { DrawResult } from './draw.rules.js';
import { EnrollmentErrors } from './enrollment.errors.js';
import type { Refusal, SeatDecision } from './enrollment.rules.js';
import { REASONS } from './reasons.js';
import { refusalError } from './refusals.js';

type Answer = AdmissionAnswer | DrawResult | null;

/** What applying now would lead to. */
export type Preview =
  | { kind: 'present'; undoable: boolean }
  | { kind: 'refused'; error: CodedError }
  | Exclude<SeatDecision, { kind: 'refused' }>;

const ITSELF: Cause = { caller: Caller.system('admission-desk'), reason: REASONS.settled };

/**
 * The admission desk of this process: every move that gives, offers or frees a seat goes through it.
 *
 * A batch is one transaction: it locks the residents' term rows and then the classes, reads the facts for all,
 * settles each class, decides each request in the order of arrival, and writes everything with set-based SQL, outbox
 * and audit included. Several processes are safe because the locks are in the database.
 */
@Injectable()
export class AdmissionService implements OnApplicationShutdown {
  private readonly desk: Desk<AdmissionRequest, Answer>;
  private readonly underWay = new Map<string, { fingerprint: Buffer; answer: Promise<AdmissionAnswer> }>();

  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly queries: AdmissionQueries,
    private readonly situations: SituationReader,
    private readonly seats: ClassSeatsService,
    private readonly idempotent: IdempotentWrites,
    private readonly told: AdmissionTold,
    private readonly audit: Audit,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.desk = new Desk({
      name: 'admission',
      metrics,
      decide: (batch) => this.transactions.runInPackets((em, commit) => this.decide(em, batch, commit)),
      partsOf: byClass,
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.desk.close();
  }

  /**
   * Applies for a seat. The same key, or the same resident and class, gets the present state and changes nothing.
   *
   * @throws ENROLLMENT.* with the reason why not; PEOPLE.RESIDENT_UNKNOWN for somebody else's resident
   */
  async apply(request: ApplyRequest): Promise<AdmissionAnswer> {
    const { once } = request;
    const name = `${once.subject}\0${once.key}`;
    const same = this.underWay.get(name);
    if (same) {
      if (!same.fingerprint.equals(once.fingerprint)) throw CoreErrors.IDEMPOTENCY_KEY_REUSED();
      return same.answer;
    }
    const answer = this.desk.ask(request) as Promise<AdmissionAnswer>;
    this.underWay.set(name, { fingerprint: once.fingerprint, answer });
    try {
      return await answer;
    } finally {
      this.underWay.delete(name);
    }
  }

  /** Takes a step on an enrollment: accept, decline, cancel, approve, … Repeating it changes nothing. */
  async step(request: StepRequest): Promise<AdmissionAnswer> {
    return (await this.desk.ask(request)) as AdmissionAnswer;
  }

  /**
   * Moves an enrollment to a parallel class.
   *
   * @throws ENROLLMENT.TRANSFER_NO_SEAT, ENROLLMENT.ALREADY_THERE, and the rules of the other class
   */
  async transfer(request: TransferRequest): Promise<AdmissionAnswer> {
    return (await this.desk.ask(request)) as AdmissionAnswer;
  }

  /**
   * Gives the seats of a lottery, and tells what each unit got. To be drawn once: those who got something are no more
   * among those who have applied, and would be told to have withdrawn.
   *
   * @throws ENROLLMENT.CLASS_NOT_OPEN
   */
  async draw(request: DrawRequest): Promise<DrawResult> {
    return (await this.desk.ask(request)) as DrawResult;
  }

  /** Ends offers that have run out and gives free seats to those who wait. */
  async settle(classIds: readonly string[]): Promise<void> {
    await Promise.all(classIds.map((classId) => this.desk.ask({ kind: 'settle', classId, residentIds: [] })));
  }

  /** What applying now would lead to, by the same rules and without locks; nothing changes. */
  async preview(
    caller: Caller,
    classId: string,
    residentIds: readonly string[],
    source: EnrollmentSource,
  ): Promise<Preview> {
    const at = this.clock.now();
    const asked: SettleRequest = { kind: 'settle', classId, residentIds };
    const situation = await this.situations.preview(this.source.manager, [asked], at);
    if (!situation.classes.has(classId)) throw EnrollmentErrors.CLASS_UNKNOWN();
    if (residentIds.some((id) => !situation.residents.has(id))) throw PeopleErrors.RESIDENT_UNKNOWN();
    const own = situation.residents
      .get(residentIds[0]!)!
      .live.filter(({ enrollment }) => enrollment.classId === classId)
      .sort((one) => (one.enrollment.state === 'cancelled' ? 1 : -1))[0];
    if (own) return { kind: 'present', undoable: own.enrollment.state === 'cancelled' };
    const admission = this.admissionOf(situation, at);
    admission.settle(classId);
    const decision = admission.decide({ classId, residentIds, source });
    return decision.kind === 'refused'
      ? { kind: 'refused', error: this.refused(decision.refusal, caller, situation) }
      : decision;
  }

  private admissionOf(situation: Situation, at: Date): Admission<Cause> {
    return new Admission<Cause>(situation.classes, situation.residents, situation.overlap, at, ITSELF, newId);
  }

  private async decide(
    em: EntityManager,
    batch: readonly AdmissionRequest[],
    commit: () => Promise<void>,
  ): Promise<Outcome<Answer>[]> {
    const at = this.clock.now();
    const situation = await this.situations.read(em, batch, at);
    const admission = this.admissionOf(situation, at);
    for (const classId of situation.classes.keys()) admission.settle(classId);
    const outcomes = batch.map((request) =>
      situation.answered.has(request)
        ? this.earlierAnswer(request, situation)
        : this.decideOne(request, admission, situation),
    );
    // A refused request stores nothing, so that the same key may ask again when things have changed.
    const answers = batch.flatMap((request, index) => {
      const outcome = outcomes[index]!;
      const isNew = request.kind === 'apply' && !situation.answered.has(request) && 'answer' in outcome;
      return isNew ? [{ once: request.once, answer: outcome.answer }] : [];
    });
    // Sent together; PostgreSQL carries them out in this order.
    await Promise.all([
      this.write(em, admission, situation, at),
      this.idempotent.store(em, answers),
      this.told.tell(em, admission.moves, situation).then(async () => {
        for (const [index, request] of batch.entries()) {
          const outcome = outcomes[index]!;
          if (request.kind === 'draw' && 'answer' in outcome) await request.record?.(em, outcome.answer as DrawResult);
        }
        await commit();
      }),
    ]);
    return outcomes;
  }

  /** What was answered before under the key of the application. */
  private earlierAnswer(request: AdmissionRequest, { answered }: Situation): Outcome<Answer> {
    try {
      const { once } = request as ApplyRequest;
      return { answer: revived(this.idempotent.read<AdmissionAnswer>(once, answered.get(request)!)) };
    } catch (error) {
      return { error };
    }
  }

  private decideOne(request: AdmissionRequest, admission: Admission<Cause>, situation: Situation): Outcome<Answer> {
    const course = situation.facts.get(request.classId);
    if (!course) return { error: EnrollmentErrors.CLASS_UNKNOWN() };
    switch (request.kind) {
      case 'settle':
        return { answer: null };
      case 'apply':
        return this.decideApplication(request, course, admission, situation);
      case 'draw':
        return this.decideDraw(request, course, admission, situation);
      case 'step':
      case 'transfer': {
        const enrollment = situation.enrollments.get(request.enrollmentId);
        if (!enrollment) return { error: EnrollmentErrors.UNKNOWN() };
        // It went over to another class between the caller's look and the lock.
        const isHere =
          classesOf(request).includes(enrollment.classId) && request.residentIds.includes(enrollment.residentId);
        if (!isHere) return { error: EnrollmentErrors.CHANGED_MEANWHILE() };
        return request.kind === 'step'
          ? this.decideStep(request, enrollment, admission, situation)
          : this.decideTransfer(request, enrollment, admission, situation);
      }
    }
  }

  private decideApplication(
    request: ApplyRequest,
    course: SeatClass,
    admission: Admission<Cause>,
    situation: Situation,
  ): Outcome<AdmissionAnswer> {
    const error = notEntitled(request, course, situation.people);
    if (error) return { error };
    const { caller } = request;
    const unit = { ...request, appliedFor: appliedFor(request, situation.people) };
    const result = admission.apply(unit, { caller, reason: REASONS.applied });
    switch (result.kind) {
      case 'refused':
        return { error: this.refused(result.refusal, caller, situation) };
      case 'companion_present':
        return {
          error: EnrollmentErrors.COMPANION_ENROLLED({ name: situation.people.get(result.residentId)?.name ?? '' }),
        };
      case 'present':
        return { answer: answerOf(result.enrollment, course, false, null) };
      case 'new': {
        const answer = answerOf(result.enrollments[0]!, course, true, result.position);
        return { answer: { ...answer, unitSize: result.enrollments.length } };
      }
    }
  }

  private decideStep(
    request: StepRequest,
    enrollment: DeskEnrollment,
    admission: Admission<Cause>,
    situation: Situation,
  ): Outcome<AdmissionAnswer> {
    const { caller, step, reason } = request;
    const unit = [...situation.enrollments.values()].filter(
      ({ unitId, residentId }) =>
        unitId !== null && unitId === enrollment.unitId && situation.residents.has(residentId),
    );
    const result = admission.step(enrollment, step, { caller, reason }, unit);
    switch (result.kind) {
      case 'refused':
        return { error: this.refused(result.refusal, caller, situation) };
      case 'undo_over':
        return { error: EnrollmentErrors.UNDO_OVER() };
      case 'by_lot':
        return { error: EnrollmentErrors.DECIDED_BY_LOT() };
      case 'present': {
        const { name } = situation.facts.get(enrollment.classId)!;
        return { error: EnrollmentErrors.ALREADY_THERE({ className: name }) };
      }
      case 'not_allowed':
        return { error: notAllowed(step, caller, result.state) };
      default:
        return {
          answer: answerOf(result.enrollment, situation.facts.get(enrollment.classId)!, result.kind === 'done', null),
        };
    }
  }

  private decideTransfer(
    request: TransferRequest,
    enrollment: DeskEnrollment,
    admission: Admission<Cause>,
    situation: Situation,
  ): Outcome<AdmissionAnswer> {
    const { caller, toClassId, orElse, reason } = request;
    const target = situation.facts.get(toClassId);
    if (!target) return { error: EnrollmentErrors.CLASS_UNKNOWN() };
    if (target.state !== 'published') return { error: EnrollmentErrors.CLASS_NOT_OPEN() };
    const result = admission.transfer(enrollment, toClassId, orElse, { caller, reason });
    switch (result.kind) {
      case 'no_seat':
        return { error: EnrollmentErrors.TRANSFER_NO_SEAT({ className: target.name }) };
      case 'present':
        return { error: EnrollmentErrors.ALREADY_THERE({ className: target.name }) };
      case 'refused':
        return { error: this.refused(result.refusal, caller, situation) };
      case 'not_allowed':
        return { error: notAllowed('transfer', caller, result.state) };
      default:
        return { answer: answerOf(result.enrollment, target, result.kind === 'done', null) };
    }
  }

  private decideDraw(
    request: DrawRequest,
    course: SeatClass,
    admission: Admission<Cause>,
    { enrollments, residents }: Situation,
  ): Outcome<DrawResult> {
    if (course.state !== 'published') return { error: EnrollmentErrors.CLASS_NOT_OPEN() };
    const ranked = request.ranked.map((unit) =>
      unit
        .map((id) => enrollments.get(id))
        .filter((one): one is DeskEnrollment => one !== undefined && residents.has(one.residentId)),
    );
    const { caller, reason, promised } = request;
    return { answer: admission.draw(course.id, ranked, promised, { caller, reason }) };
  }

  private refused(refusal: Refusal, { language }: Caller, { people, regionNames }: Situation): CodedError {
    return refusalError(refusal, language, {
      person: (residentId) => people.get(residentId)?.name ?? '',
      region: (code) => regionNames.get(code) ?? code,
    });
  }

  private async write(em: EntityManager, admission: Admission<Cause>, situation: Situation, at: Date): Promise<void> {
    const { moves, released, changed } = admission;
    if (moves.length === 0 && released.length === 0) return;
    const isNew = new Set(moves.filter(({ from }) => from === null).map(({ enrollment }) => enrollment.id));
    const touched = new Map(
      [...released, ...moves.map(({ enrollment }) => enrollment)].map((enrollment) => [enrollment.id, enrollment]),
    );
    const news = [...touched.values()].filter(({ id }) => isNew.has(id));
    const old = [...touched.values()].filter(({ id }) => !isNew.has(id));
    await Promise.all([
      this.queries.insert(
        em,
        news.map((enrollment) => {
          const { termId, programmeKind } = situation.facts.get(enrollment.classId)!;
          return { ...enrollment, termId, programmeKind };
        }),
        at,
      ),
      this.queries.update(em, old, at),
      this.queries.insertMoves(
        em,
        moves.map(({ enrollment, from, to, step, cause }) => ({
          enrollmentId: enrollment.id,
          from,
          to,
          step,
          actorKind: cause.caller.actor.kind,
          actorId: cause.caller.actor.id,
          reason: cause.reason,
        })),
        at,
      ),
      this.queries.insertTransfers(
        em,
        moves.flatMap(({ enrollment, fromClassId }) =>
          fromClassId ? [{ enrollmentId: enrollment.id, fromClassId, toClassId: enrollment.classId }] : [],
        ),
        at,
      ),
      this.seats.write(
        em,
        [...changed].map((classId) => ({ classId, ...situation.classes.get(classId)!.counts })),
      ),
      this.record(em, moves, situation),
    ]);
  }

  private record(em: EntityManager, moves: readonly Move<Cause>[], situation: Situation): Promise<void> {
    return this.audit.writeAll(
      em,
      moves.map(({ enrollment, from, to, step, fromClassId, cause }) => ({
        caller: cause.caller,
        entry: {
          action: `enrollment.${step}`,
          targetKind: 'enrollment',
          targetId: enrollment.id,
          organisationId: situation.facts.get(enrollment.classId)!.organisationId,
          onBehalfOf: enrollment.residentId,
          details: {
            classId: enrollment.classId,
            from,
            to,
            ...(from === null && enrollment.source !== 'self' && { source: enrollment.source }),
            ...(fromClassId && { fromClassId }),
          },
        },
      })),
    );
  }
}

/**
 * A resident account applies for its own people and brings companions, whose consent was looked at before; staff apply
 * for anyone, where they may do so for this class.
 */
function notEntitled(
  request: ApplyRequest,
  course: SeatClass,
  people: ReadonlyMap<string, ApplicantFacts>,
): CodedError | null {
  const { actor, grants } = request.caller;
  const all = request.residentIds.map((id) => people.get(id));
  if (all.some((resident) => resident?.state !== 'active')) return PeopleErrors.RESIDENT_UNKNOWN();
  if (actor.kind === 'account') return all[0]!.accountIds.includes(actor.id) ? null : PeopleErrors.RESIDENT_UNKNOWN();
  // A village agent applies for the people of the village, in any school's class.
  const where = request.source === 'agent' ? undefined : course.organisationId;
  return holds(grants, 'enrollments.counter', where) ? null : CoreErrors.FORBIDDEN();
}

/** Of those an account applies for, the ones whose own account it is not. */
function appliedFor({ caller, residentIds }: ApplyRequest, people: ReadonlyMap<string, ApplicantFacts>): Set<string> {
  const { kind, id } = caller.actor;
  if (kind !== 'account') return new Set();
  return new Set(residentIds.filter((residentId) => !people.get(residentId)!.ownAccountIds.includes(id)));
}

/** Requests grouped by class; one class alone is one part. */
function byClass(batch: readonly AdmissionRequest[]): AdmissionRequest[][] {
  const groups = new Map<string, AdmissionRequest[]>();
  for (const request of batch) groups.set(request.classId, [...(groups.get(request.classId) ?? []), request]);
  return [...groups.values()];
}
