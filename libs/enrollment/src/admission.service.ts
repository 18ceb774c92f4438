import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { holds } from '#contracts';
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
  Outbox,
  type Outcome,
  Transactions,
} from '#core';
import { type MessageRequest, MessagesService } from '#messages';
import { PeopleErrors, type ResidentFacts } from '#people';
import { AdmissionQueries } from './admission.queries.js';
import { Admission, type DeskEnrollment, type Move } from './admission.rules.js';
import { type AdmissionRequest, type Situation, SituationReader } from './admission.situation.js';
import type { Step } from './enrollment.rules.js';
import { EnrollmentErrors } from './enrollment.errors.js';
import { refusalError, stateName } from './refusals.js';

/** What the desk answers: the enrollment as it stands, and whether this request made it so. */
export interface AdmissionAnswer {
  enrollment: DeskEnrollment;
  /** False where it stood so already. */
  changed: boolean;
  /** Number in the queue of one who has just joined it; null for all others. */
  position: number | null;
  course: Pick<SeatClass, 'name' | 'nameEn' | 'firstSessionAt'>;
}

/** Who moves an enrollment, and in whose words. */
interface Cause {
  caller: Caller;
  source: 'self' | 'counter';
  reason: string;
}

const ITSELF: Cause = { caller: Caller.system('admission-desk'), source: 'self', reason: 'settled' };

/**
 * The admission desk of this process: every move that gives, offers or frees a seat goes through it.
 *
 * A batch is one transaction: it locks the residents' term rows and then the classes, reads the facts for all,
 * settles each class, decides each request in the order of arrival, and writes everything with set-based SQL, outbox
 * and audit included. Several processes are safe because the locks are in the database.
 */
@Injectable()
export class AdmissionService implements OnApplicationShutdown {
  private readonly desk: Desk<AdmissionRequest, AdmissionAnswer | null>;
  private readonly underWay = new Map<string, { fingerprint: Buffer; answer: Promise<AdmissionAnswer> }>();

  constructor(
    private readonly transactions: Transactions,
    private readonly queries: AdmissionQueries,
    private readonly situations: SituationReader,
    private readonly seats: ClassSeatsService,
    private readonly idempotent: IdempotentWrites,
    private readonly messages: MessagesService,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.desk = new Desk({
      name: 'admission',
      metrics,
      decide: (batch) => this.transactions.run((em) => this.decide(em, batch)),
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
  async apply(request: Extract<AdmissionRequest, { kind: 'apply' }>): Promise<AdmissionAnswer> {
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

  /** Takes a step on an enrollment: accept, decline, cancel, withdraw. Repeating it changes nothing. */
  async step(request: Extract<AdmissionRequest, { kind: 'step' }>): Promise<AdmissionAnswer> {
    return (await this.desk.ask(request))!;
  }

  /** Ends offers that have run out and offers free seats to those who wait. */
  async settle(classIds: readonly string[]): Promise<void> {
    await Promise.all(classIds.map((classId) => this.desk.ask({ kind: 'settle', classId })));
  }

  private async decide(
    em: EntityManager,
    batch: readonly AdmissionRequest[],
  ): Promise<Outcome<AdmissionAnswer | null>[]> {
    const at = this.clock.now();
    const situation = await this.situations.read(em, batch, at);
    const admission = new Admission<Cause>(situation.classes, situation.residents, situation.overlap, at, ITSELF);
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
    await Promise.all([
      this.write(em, admission.moves, situation, admission.changed, at),
      this.idempotent.store(em, answers),
    ]);
    return outcomes;
  }

  /** What was answered before under the key of the application. */
  private earlierAnswer(request: AdmissionRequest, { answered }: Situation): Outcome<AdmissionAnswer | null> {
    try {
      const { once } = request as Extract<AdmissionRequest, { kind: 'apply' }>;
      return { answer: revived(this.idempotent.read<AdmissionAnswer>(once, answered.get(request)!)) };
    } catch (error) {
      return { error };
    }
  }

  private decideOne(
    request: AdmissionRequest,
    admission: Admission<Cause>,
    situation: Situation,
  ): Outcome<AdmissionAnswer | null> {
    const course = situation.facts.get(request.classId);
    if (request.kind === 'settle') return { answer: null };
    if (!course) return { error: EnrollmentErrors.CLASS_UNKNOWN() };
    if (request.kind === 'step') {
      const enrollment = situation.enrollments.get(request.enrollmentId);
      if (!enrollment) return { error: EnrollmentErrors.UNKNOWN() };
      return this.takeStep(request, enrollment, course, admission);
    }
    const error = notEntitled(request, course, situation.people.get(request.residentId));
    if (error) return { error };
    const cause: Cause = { caller: request.caller, source: request.source, reason: 'applied' };
    const result = admission.apply(course.id, request.residentId, newId(), cause);
    if (result.kind === 'refused') return { error: refusalError(result.refusal, request.caller.language) };
    const isNew = result.kind === 'new';
    return { answer: answerOf(result.enrollment, course, isNew, isNew ? result.position : null) };
  }

  private takeStep(
    request: Extract<AdmissionRequest, { kind: 'step' }>,
    enrollment: DeskEnrollment,
    course: SeatClass,
    admission: Admission<Cause>,
  ): Outcome<AdmissionAnswer> {
    const cause: Cause = { caller: request.caller, source: 'self', reason: request.reason };
    const result = admission.step(enrollment, request.step, cause);
    if (result.kind === 'refused') return { error: refusalError(result.refusal, request.caller.language) };
    if (result.kind === 'not_allowed') return { error: notAllowed(request, result.state) };
    return { answer: answerOf(result.enrollment, course, result.kind === 'done', null) };
  }

  private async write(
    em: EntityManager,
    moves: readonly Move<Cause>[],
    situation: Situation,
    changed: ReadonlySet<string>,
    at: Date,
  ): Promise<void> {
    if (moves.length === 0) return;
    const news = new Map(moves.filter(({ from }) => from === null).map((move) => [move.enrollment.id, move]));
    const old = new Map(
      moves.filter(({ enrollment }) => !news.has(enrollment.id)).map(({ enrollment }) => [enrollment.id, enrollment]),
    );
    // Sent together; PostgreSQL carries them out in this order.
    await Promise.all([
      this.queries.insert(
        em,
        [...news.values()].map(({ enrollment, cause }) => {
          const { termId, programmeKind } = situation.facts.get(enrollment.classId)!;
          return { ...enrollment, termId, programmeKind, source: cause.source };
        }),
        at,
      ),
      this.queries.update(em, [...old.values()], at),
      this.queries.insertMoves(
        em,
        moves.map(({ enrollment, from, to, cause }) => ({
          enrollmentId: enrollment.id,
          from,
          to,
          actorKind: cause.caller.actor.kind,
          actorId: cause.caller.actor.id,
          reason: cause.reason,
        })),
        at,
      ),
      this.seats.write(
        em,
        [...changed].map((classId) => ({ classId, ...situation.classes.get(classId)!.counts })),
      ),
      this.audit.writeAll(
        em,
        moves.map(({ enrollment, from, to, step, cause }) => ({
          caller: cause.caller,
          entry: {
            action: `enrollment.${step}`,
            targetKind: 'enrollment',
            targetId: enrollment.id,
            organisationId: situation.facts.get(enrollment.classId)!.organisationId,
            onBehalfOf: enrollment.residentId,
            details: { classId: enrollment.classId, from, to },
          },
        })),
      ),
      this.tell(em, moves, situation),
    ]);
  }

  private async tell(em: EntityManager, moves: readonly Move<Cause>[], situation: Situation): Promise<void> {
    await this.messages.request(
      em,
      moves.flatMap(({ enrollment, step }) =>
        this.messageOf(enrollment, step, situation.facts.get(enrollment.classId)!.name),
      ),
    );
    const evidence = moves.filter(({ step }) => step === 'withdraw' || step === 'finish');
    await this.outbox.tell(
      em,
      'evidence.changed',
      evidence.map(({ enrollment }) => enrollment.residentId),
    );
  }

  /** What the resident is told: only what happens behind the resident's back. */
  private messageOf(
    { residentId, offeredUntil }: DeskEnrollment,
    step: Step | 'apply',
    className: string,
  ): MessageRequest[] {
    if (step === 'offer' && offeredUntil) {
      return [{ residentId, template: 'offered', variables: { className, until: offeredUntil.toISOString() } }];
    }
    return step === 'expire' ? [{ residentId, template: 'offer-expired', variables: { className } }] : [];
  }
}

function answerOf(
  enrollment: DeskEnrollment,
  course: SeatClass,
  changed: boolean,
  position: number | null,
): AdmissionAnswer {
  const { name, nameEn, firstSessionAt } = course;
  return { enrollment: { ...enrollment }, changed, position, course: { name, nameEn, firstSessionAt } };
}

/** A resident account applies for its own people, the counter for anyone in a class of its organisation. */
function notEntitled(
  request: Extract<AdmissionRequest, { kind: 'apply' }>,
  course: SeatClass,
  resident: ResidentFacts | undefined,
): CodedError | null {
  const { actor, grants } = request.caller;
  if (request.source === 'counter') {
    if (!holds(grants, 'enrollments.counter', course.organisationId)) return CoreErrors.FORBIDDEN();
    return resident?.state === 'active' ? null : PeopleErrors.RESIDENT_UNKNOWN();
  }
  const own = resident?.state === 'active' && actor.kind === 'account' && resident.accountIds.includes(actor.id);
  return own ? null : PeopleErrors.RESIDENT_UNKNOWN();
}

/** Requests grouped by class; one class alone is one part. */
function byClass(batch: readonly AdmissionRequest[]): AdmissionRequest[][] {
  const groups = new Map<string, AdmissionRequest[]>();
  for (const request of batch) groups.set(request.classId, [...(groups.get(request.classId) ?? []), request]);
  return [...groups.values()];
}

/** An answer as it was before it was stored as JSON. */
function revived(answer: AdmissionAnswer): AdmissionAnswer {
  const { enrollment, course } = answer;
  return {
    ...answer,
    course: { ...course, firstSessionAt: new Date(course.firstSessionAt) },
    enrollment: {
      ...enrollment,
      queuedAt: new Date(enrollment.queuedAt),
      offeredUntil: enrollment.offeredUntil && new Date(enrollment.offeredUntil),
    },
  };
}

function notAllowed(request: Extract<AdmissionRequest, { kind: 'step' }>, state: DeskEnrollment['state']): CodedError {
  if (request.step === 'accept' && state === 'expired') return EnrollmentErrors.OFFER_EXPIRED();
  return EnrollmentErrors.MOVE_NOT_ALLOWED({ state: stateName(state, request.caller.language) });
}
