import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ClassSeatsService, type SeatClass } from '#catalogue';
import { type Caller, IdempotentWrites, type OnceKey, type StoredAnswer } from '#core';
import { type ResidentFacts, ResidentsService } from '#people';
import { AdmissionQueries } from './admission.queries.js';
import type { DeskClass, DeskEnrollment, DeskResident } from './admission.rules.js';
import { meetAtOnce, sessionsByClass, type Step } from './enrollment.rules.js';

/** What the desk is asked. */
export type AdmissionRequest =
  | { kind: 'apply'; caller: Caller; classId: string; residentId: string; source: 'self' | 'counter'; once: OnceKey }
  | {
      kind: 'step';
      step: Step;
      caller: Caller;
      enrollmentId: string;
      classId: string;
      residentId: string;
      reason: string;
    }
  | { kind: 'settle'; classId: string };

/** How long the desk remembers which term a class belongs to; it never changes. */
const TERMS_REMEMBERED = 10_000;

/** The facts of one batch, read under its locks. */
export interface Situation {
  classes: Map<string, DeskClass>;
  facts: Map<string, SeatClass>;
  people: Map<string, ResidentFacts>;
  residents: Map<string, DeskResident>;
  overlap: (classId: string, otherId: string) => boolean;
  /** Applications that were answered before under their key. */
  answered: Map<AdmissionRequest, StoredAnswer>;
  enrollments: Map<string, DeskEnrollment>;
}

/** Reads the situation of a batch of the admission desk, under its locks. */
@Injectable()
export class SituationReader {
  private readonly termOf = new Map<string, string>();

  constructor(
    private readonly queries: AdmissionQueries,
    private readonly seats: ClassSeatsService,
    private readonly residents: ResidentsService,
    private readonly idempotent: IdempotentWrites,
  ) {}

  /**
   * Locks the residents' term rows and the classes of the batch, in this order, and reads all that deciding it takes.
   * A term row is locked for residents that exist; the rest of the request is refused anyway.
   */
  async read(em: EntityManager, batch: readonly AdmissionRequest[], at: Date): Promise<Situation> {
    const classIds = [...new Set(batch.map(({ classId }) => classId))].sort();
    const asked = batch.filter((request) => request.kind !== 'settle');
    const terms = await this.termsOf(em, classIds);
    const pairs = asked.flatMap((request) => {
      const termId = terms.get(request.classId);
      return termId ? [{ residentId: request.residentId, termId }] : [];
    });
    if (pairs.length > 0) await this.queries.lockResidentTerms(em, pairs);
    const locked = await this.seats.lock(em, classIds);

    const idsOf = (courses: readonly SeatClass[]) => courses.map(({ id }) => id);
    const termIds = [...new Set(locked.map(({ termId }) => termId))];
    const askedIds = [...new Set(asked.map(({ residentId }) => residentId))];
    const steps = batch.filter((request) => request.kind === 'step');
    const queued = locked.filter(({ waiting }) => waiting > 0);
    const offered = locked.filter((one) => one.offered > 0);
    // All under the locks by now, so they are sent together.
    const [known, ownLive, enrollments, lastQueued, expired, answered] = await Promise.all([
      this.residents.factsOf(em, askedIds),
      this.queries.live(em, askedIds, termIds),
      steps.length > 0
        ? this.queries.byIds(
            em,
            steps.map(({ enrollmentId }) => enrollmentId),
          )
        : [],
      queued.length > 0 ? this.queries.lastQueued(em, idsOf(queued)) : [],
      offered.length > 0 ? this.queries.expiredOffers(em, idsOf(offered), at) : [],
      this.answered(em, batch),
    ]);
    const needs = queued
      .map((one) => ({
        classId: one.id,
        waiting: one.waiting,
        seats:
          Math.max(0, one.seats - one.taken - one.offered) +
          steps.filter(({ classId }) => classId === one.id).length +
          expired.filter(({ classId }) => classId === one.id).length,
      }))
      .filter(({ seats }) => seats > 0);
    const queue = needs.length ? await this.queries.queues(em, needs) : [];

    const waitingIds = [...new Set(queue.map(({ residentId }) => residentId))].filter((id) => !askedIds.includes(id));
    const [waitingPeople, waitingLive] = waitingIds.length
      ? await Promise.all([this.residents.factsOf(em, waitingIds), this.queries.live(em, waitingIds, termIds)])
      : [[], []];
    const people = [...known, ...waitingPeople];
    const live = [...ownLive, ...waitingLive];
    const overlap = await this.overlaps(em, batch, live, queue);

    const byId = new Map<string, DeskEnrollment>();
    const one = (enrollment: DeskEnrollment): DeskEnrollment => {
      const first = byId.get(enrollment.id);
      if (first) return first;
      byId.set(enrollment.id, enrollment);
      return enrollment;
    };
    const residents = new Map<string, DeskResident>(
      people.map(({ id, birthDate }) => [id, { id, birthDate, live: [] }]),
    );
    for (const { termId, programmeKind, className, ...enrollment } of live) {
      residents
        .get(enrollment.residentId)
        ?.live.push({ enrollment: one(enrollment), termId, programmeKind, className });
    }
    const classes = new Map<string, DeskClass>(
      locked.map((course) => {
        const waiting = queue.filter(({ classId }) => classId === course.id).map(one);
        return [
          course.id,
          {
            id: course.id,
            name: course.name,
            termId: course.termId,
            terms: course,
            counts: { seats: course.seats, taken: course.taken, offered: course.offered, waiting: course.waiting },
            queue: waiting,
            queueIsWhole: waiting.length === course.waiting,
            offers: expired.filter(({ classId }) => classId === course.id).map(one),
            lastQueuedAt: lastQueued.find(({ classId }) => classId === course.id)?.at ?? null,
          },
        ];
      }),
    );
    return {
      classes,
      people: new Map(people.map((person) => [person.id, person])),
      facts: new Map(locked.map((course) => [course.id, course])),
      residents,
      overlap,
      answered,
      enrollments: new Map(enrollments.map((enrollment) => [enrollment.id, one(enrollment)])),
    };
  }

  private async answered(em: EntityManager, batch: readonly AdmissionRequest[]): Promise<Situation['answered']> {
    const applications = batch.filter((request) => request.kind === 'apply');
    if (applications.length === 0) return new Map();
    const keys = applications.map(({ once }) => once);
    const found = await this.idempotent.answered(em, keys);
    return new Map([...found].map(([index, answer]) => [applications[index]!, answer]));
  }

  /** Which term each class belongs to, before anything is locked. */
  private async termsOf(em: EntityManager, classIds: readonly string[]): Promise<Map<string, string>> {
    const unknown = classIds.filter((id) => !this.termOf.has(id));
    if (unknown.length > 0) {
      if (this.termOf.size > TERMS_REMEMBERED) this.termOf.clear();
      for (const course of await this.seats.read(em, unknown)) this.termOf.set(course.id, course.termId);
    }
    return this.termOf;
  }

  /** Which of the classes asked for meet at the same time as another class of the same resident. */
  private async overlaps(
    em: EntityManager,
    batch: readonly AdmissionRequest[],
    live: readonly { residentId: string; classId: string }[],
    queue: readonly DeskEnrollment[],
  ): Promise<Situation['overlap']> {
    const wanted = [...batch.filter((request) => request.kind !== 'settle'), ...queue];
    const held = new Map<string, Set<string>>();
    for (const { residentId, classId } of [...live, ...wanted]) {
      const classIds = held.get(residentId) ?? new Set();
      held.set(residentId, classIds.add(classId));
    }
    const meeting = new Set<string>();
    for (const { residentId, classId } of wanted) {
      const others = held.get(residentId);
      if (others && others.size > 1) for (const other of [classId, ...others]) meeting.add(other);
    }
    if (meeting.size === 0) return () => false;
    const times = sessionsByClass(await this.seats.sessionTimes(em, [...meeting]));
    return (classId, otherId) => meetAtOnce(times.get(classId) ?? [], times.get(otherId) ?? []);
  }
}
