import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { groupBy, type EnrollmentSource } from '#contracts';
import {
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
import { PeopleErrors } from '#people';
import { type AdmissionAnswer, revived, storedForms } from './admission.answers.js';
import { type Answer, decideRequest, toldRefusal } from './admission.decisions.js';
import type {
  AdmissionRequest,
  ApplyRequest,
  DrawRequest,
  SettleRequest,
  StepRequest,
  TransferRequest,
} from './admission.requests.js';
import { Admission } from './admission.rules.js';
import { type Situation, SituationReader } from './admission.situation.js';
import { AdmissionTold, type Cause } from './admission.told.js';
import { AdmissionWriter } from './admission.writer.js';
import type { DrawResult } from './draw.rules.js';
import { EnrollmentErrors } from '../enrollment.errors.js';
import type { SeatDecision } from '../enrollment.rules.js';
import type { UndoneState } from '../moves.rules.js';
import { REASONS } from '../reasons.js';

/** What applying now would lead to. */
export type Preview =
  /** `undoTo`: what they have just cancelled, and would have again. */
  | { kind: 'present'; undoTo: UndoneState | null }
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
    private readonly situations: SituationReader,
    private readonly writer: AdmissionWriter,
    private readonly idempotent: IdempotentWrites,
    private readonly told: AdmissionTold,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.desk = new Desk({
      name: 'admission',
      metrics,
      decide: (batch) => this.transactions.runInPackets((em, commit) => this.decide(em, batch, commit)),
      partsOf: byClass,
      laneBy: ({ classId }) => classId,
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
    if (own) return { kind: 'present', undoTo: own.enrollment.undoTo };
    const admission = this.admissionOf(situation, at);
    admission.settle(classId);
    const decision = admission.decide({ classId, residentIds, source });
    return decision.kind === 'refused'
      ? { kind: 'refused', error: toldRefusal(decision.refusal, caller, situation) }
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
        : decideRequest(request, admission, situation),
    );
    // A refused request stores nothing, so that the same key may ask again when things have changed.
    const storedForm = storedForms();
    const answers = batch.flatMap((request, index) => {
      const outcome = outcomes[index]!;
      const isNew = request.kind === 'apply' && !situation.answered.has(request) && 'answer' in outcome;
      return isNew ? [{ once: request.once, answer: storedForm(outcome.answer as AdmissionAnswer) }] : [];
    });
    // Sent together; PostgreSQL carries them out in this order.
    await Promise.all([
      this.writer.write(em, admission, situation, at),
      this.idempotent.store(em, answers),
      this.told.tell(em, admission.moves, situation, at).then(async () => {
        for (const [index, request] of batch.entries()) {
          const outcome = outcomes[index]!;
          if (!('answer' in outcome)) continue;
          if (request.kind === 'draw') await request.record?.(em, outcome.answer as DrawResult);
          if (request.kind === 'step') await request.record?.(em);
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
}

/** Requests grouped by class; one class alone is one part. */
const byClass = (batch: readonly AdmissionRequest[]): AdmissionRequest[][] => [
  ...groupBy(batch, ({ classId }) => classId).values(),
];
