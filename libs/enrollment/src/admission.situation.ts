import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { dayOf } from '#contracts';
import { ClassSeatsService, type SeatClass } from '#catalogue';
import { IdempotentWrites, type StoredAnswer } from '#core';
import { type ResidentFacts, ResidentsService } from '#people';
import { PlacesService, TravelTimesService } from '#places';
import { AdmissionQueries, type LiveEnrollment } from './admission.queries.js';
import { type AdmissionRequest, classesOf, enrollmentsOf } from './admission.requests.js';
import { meetAtOnce, sessionsByClass } from './clashes.rules.js';
import type { DeskClass, DeskEnrollment, DeskResident } from './desk-book.rules.js';
import { freeSeats, standingReserves } from './seats.rules.js';

/** How long the desk remembers which term a class belongs to; it never changes. */
const TERMS_REMEMBERED = 10_000;
/** Those at the head of a queue whose term rows are locked beyond the free seats, as some may be passed over. */
const LOCKED_BEYOND = 8;

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
  /** Short names of the regions that the classes' rules speak of. */
  regionNames: Map<string, string>;
}

/** Reads the situation of a batch of the admission desk, under its locks. */
@Injectable()
export class SituationReader {
  private readonly termOf = new Map<string, string>();

  constructor(
    private readonly queries: AdmissionQueries,
    private readonly seats: ClassSeatsService,
    private readonly residents: ResidentsService,
    private readonly places: PlacesService,
    private readonly travelTimes: TravelTimesService,
    private readonly idempotent: IdempotentWrites,
  ) {}

  /**
   * Locks the residents' term rows and the classes of the batch, in this order, and reads all that deciding it takes.
   * A term row is locked for residents that exist; the rest of the request is refused anyway.
   */
  async read(em: EntityManager, batch: readonly AdmissionRequest[], at: Date): Promise<Situation> {
    const classIds = [...new Set(batch.flatMap(classesOf))].sort();
    const terms = await this.termsOf(em, classIds);
    const pairs = batch.flatMap(({ classId, residentIds }) => {
      const termId = terms.get(classId);
      return termId ? residentIds.map((residentId) => ({ residentId, termId })) : [];
    });
    if (pairs.length > 0) await this.queries.lockResidentTerms(em, pairs);
    return this.gather(em, batch, await this.seats.lock(em, classIds), at, true);
  }

  /** {@link read} without locks: for showing, not for deciding. */
  async preview(em: EntityManager, batch: readonly AdmissionRequest[], at: Date): Promise<Situation> {
    const classIds = [...new Set(batch.flatMap(classesOf))];
    return this.gather(em, batch, await this.seats.read(em, classIds), at, false);
  }

  private async gather(
    em: EntityManager,
    batch: readonly AdmissionRequest[],
    courses: readonly SeatClass[],
    at: Date,
    lock: boolean,
  ): Promise<Situation> {
    const termIds = [...new Set(courses.map(({ termId }) => termId))];
    const askedIds = [...new Set(batch.flatMap(({ residentIds }) => residentIds))];
    const named = [...new Set(batch.flatMap(enrollmentsOf))];
    const queued = courses.filter(({ waiting }) => waiting > 0);
    const ending = courses.filter(({ offered, held }) => offered > 0 || held > 0);
    const reserving = courses.filter(({ seatReserves }) => standingReserves(seatReserves, at).length > 0);
    // All under the locks by now, so they are sent together.
    const [enrollments, lastQueued, endings, reservesUsed, answered] = await Promise.all([
      named.length > 0 ? this.queries.byIds(em, named) : [],
      queued.length > 0 ? this.queries.lastQueued(em, idsOf(queued)) : [],
      ending.length > 0 ? this.queries.endings(em, idsOf(ending), at) : [],
      reserving.length > 0 ? this.queries.reservesUsed(em, idsOf(reserving)) : [],
      this.answered(em, batch),
    ]);

    const { queue, lockedIds } = await this.queues(em, batch, queued, endings, lock);
    const askedLocked = new Set(lock ? [...askedIds, ...lockedIds] : []);
    const personIds = [...new Set([...askedIds, ...queue.map(({ residentId }) => residentId)])];
    const [people, live, history] = await Promise.all([
      this.residents.factsOf(em, personIds),
      this.queries.live(em, personIds, termIds, at),
      this.histories(em, courses, personIds, at),
    ]);

    const byId = new Map<string, DeskEnrollment>();
    const one = (enrollment: DeskEnrollment): DeskEnrollment => {
      const first = byId.get(enrollment.id);
      if (first) return first;
      byId.set(enrollment.id, enrollment);
      return enrollment;
    };
    const residents = new Map(
      people.map((person): [string, DeskResident] => [
        person.id,
        {
          id: person.id,
          birthDate: person.birthDate,
          ties: {
            residence: person.regionCode,
            work: person.workRegionCode,
            household: person.householdRegionCode,
          },
          verified: person.identityState === 'verified',
          groups: (history.groups.get(person.id) ?? []).map((held) => held.kind),
          completedCourses: history.completed.get(person.id) ?? [],
          satIn: history.satIn.get(person.id) ?? [],
          locked: askedLocked.has(person.id),
          live: [],
        },
      ]),
    );
    for (const { termId, programmeKind, className, ...enrollment } of live) {
      residents
        .get(enrollment.residentId)
        ?.live.push({ enrollment: one(enrollment), termId, programmeKind, className });
    }
    const classes = new Map(
      courses.map((course): [string, DeskClass] => {
        const { id, seats, taken, offered, held, waiting, applied } = course;
        const waitingHere = queue.filter(({ classId }) => classId === id).map(one);
        const used = reservesUsed.filter(({ classId }) => classId === id);
        return [
          id,
          {
            id,
            name: course.name,
            termId: course.termId,
            terms: course,
            counts: { seats, taken, offered, held, waiting, applied },
            reservesUsed: new Map(used.map(({ reserve, used: count }) => [reserve, count])),
            queue: waitingHere,
            queueIsWhole: waitingHere.length === waiting,
            endings: endings.filter(({ classId }) => classId === id).map(one),
            lastQueuedAt: lastQueued.find(({ classId }) => classId === id)?.at ?? null,
          },
        ];
      }),
    );
    return {
      classes,
      people: new Map(people.map((person) => [person.id, person])),
      facts: new Map(courses.map((course) => [course.id, course])),
      residents,
      overlap: await this.overlaps(em, batch, live, queue),
      answered,
      regionNames: await this.regionNames(courses),
      enrollments: new Map(enrollments.map((enrollment) => [enrollment.id, one(enrollment)])),
    };
  }

  /**
   * The heads of the queues that may be given a seat. The first of them are locked, so that they get it without being
   * asked again; where another desk holds one, that one is made an offer.
   */
  private async queues(
    em: EntityManager,
    batch: readonly AdmissionRequest[],
    queued: readonly SeatClass[],
    endings: readonly DeskEnrollment[],
    lock: boolean,
  ): Promise<{ queue: DeskEnrollment[]; lockedIds: string[] }> {
    const freeing = batch.filter(({ kind }) => kind !== 'apply' && kind !== 'settle');
    const needs = queued
      .map((course) => ({
        classId: course.id,
        termId: course.termId,
        seats:
          Math.max(0, freeSeats(course)) +
          freeing.filter((request) => classesOf(request).includes(course.id)).length +
          endings.filter(({ classId }) => classId === course.id).length,
      }))
      .filter(({ seats }) => seats > 0);
    if (needs.length === 0) return { queue: [], lockedIds: [] };
    const queue = await this.queries.queues(em, needs);
    if (!lock) return { queue, lockedIds: [] };
    const heads = needs.flatMap(({ classId, termId, seats }) =>
      queue
        .filter((waiting) => waiting.classId === classId && waiting.automatic)
        .slice(0, seats + LOCKED_BEYOND)
        .map(({ residentId }) => ({ residentId, termId })),
    );
    return { queue, lockedIds: heads.length > 0 ? await this.queries.lockFreeResidentTerms(em, heads) : [] };
  }

  /** What only some classes ask about: groups, earlier seats, completed courses. */
  private async histories(em: EntityManager, courses: readonly SeatClass[], residentIds: readonly string[], at: Date) {
    const asks = (kind: string) =>
      courses.some(({ enrollmentRules }) => enrollmentRules.some((rule) => rule.kind === kind));
    const asksForSeats =
      asks('first_timers_first') ||
      courses.some(
        ({ renewalOpensAt, seatReserves }) =>
          renewalOpensAt !== null || seatReserves.some(({ kind }) => kind === 'newcomers'),
      );
    const [groups, completed, satIn] = await Promise.all([
      asks('group') ? this.residents.groupsOf(em, residentIds, dayOf(at)) : new Map<string, never[]>(),
      asks('completed_course') ? this.queries.completedCourses(em, residentIds) : [],
      asksForSeats ? this.queries.seatsOfTerms(em, residentIds) : [],
    ]);
    return {
      groups,
      completed: grouped(completed, ({ courseCode }) => courseCode),
      satIn: grouped(satIn, (seat) => seat),
    };
  }

  private async regionNames(courses: readonly SeatClass[]): Promise<Map<string, string>> {
    const codes = courses.flatMap(({ enrollmentRules }) =>
      enrollmentRules.flatMap((rule) => (rule.kind === 'local' ? rule.regionCodes : [])),
    );
    const names = new Map<string, string>();
    for (const code of new Set(codes)) names.set(code, (await this.places.region(code))?.shortName ?? code);
    return names;
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
    live: readonly LiveEnrollment[],
    queue: readonly DeskEnrollment[],
  ): Promise<Situation['overlap']> {
    const wanted = [
      ...batch.flatMap((request) =>
        request.residentIds.flatMap((residentId) => classesOf(request).map((classId) => ({ residentId, classId }))),
      ),
      ...queue,
    ];
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
    const travel = await this.travelTimes.between(em);
    const known = new Map<string, boolean>();
    return (classId, otherId) => {
      const key = classId < otherId ? classId + otherId : otherId + classId;
      let meets = known.get(key);
      if (meets === undefined) {
        meets = meetAtOnce(times.get(classId) ?? [], times.get(otherId) ?? [], travel);
        known.set(key, meets);
      }
      return meets;
    };
  }
}

const idsOf = (courses: readonly SeatClass[]) => courses.map(({ id }) => id);

function grouped<Fact extends { residentId: string }, Value>(
  facts: readonly Fact[],
  valueOf: (fact: Fact) => Value,
): Map<string, Value[]> {
  const byResident = new Map<string, Value[]>();
  for (const fact of facts) {
    const list = byResident.get(fact.residentId);
    if (list) list.push(valueOf(fact));
    else byResident.set(fact.residentId, [valueOf(fact)]);
  }
  return byResident;
}
