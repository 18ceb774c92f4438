import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { dayOf } from '#contracts';
import { ClassSeatsService, type SeatClass } from '#catalogue';
import { IdempotentWrites, type StoredAnswer } from '#core';
import { type ApplicantFacts, ResidentsService } from '#people';
import { PlacesService, TravelTimesService } from '#places';
import { AdmissionQueries, type LiveEnrollment } from './admission.queries.js';
import { type AdmissionRequest, classesOf, enrollmentsOf } from './admission.requests.js';
import { meetAtOnce } from '../clashes.rules.js';
import type { DeskClass, DeskEnrollment, DeskResident } from './desk-book.rules.js';
import { freeSeats, standingReserves } from '../seats.rules.js';
import { Timetables } from './timetables.js';

/** How long the desk remembers which term a class belongs to; it never changes. */
const TERMS_REMEMBERED = 10_000;
/** Those at the head of a queue whose term rows are locked beyond the free seats, as some may be passed over. */
const LOCKED_BEYOND = 8;

/** The facts of one batch, read under its locks. */
export interface Situation {
  classes: Map<string, DeskClass>;
  facts: Map<string, SeatClass>;
  people: Map<string, ApplicantFacts>;
  residents: Map<string, DeskResident>;
  overlap: (classId: string, otherId: string) => boolean;
  /** Applications that were answered before under their key. */
  answered: Map<AdmissionRequest, StoredAnswer>;
  enrollments: Map<string, DeskEnrollment>;
  /** Short names of the regions that the classes' rules speak of. */
  regionNames: Map<string, string>;
}

/** A resident's row of a term: the lock of all that they hold in it. */
interface ResidentTerm {
  residentId: string;
  termId: string;
}

const rowOf = ({ residentId, termId }: ResidentTerm) => `${residentId} ${termId}`;

/** Reads the situation of a batch of the admission desk, under its locks. */
@Injectable()
export class SituationReader {
  private readonly termOf = new Map<string, string>();
  /** Terms that have a day in common with a term, itself included, as they were when the desk first met it. */
  private readonly overlapping = new Map<string, string[]>();
  private readonly timetables: Timetables;

  constructor(
    private readonly queries: AdmissionQueries,
    private readonly seats: ClassSeatsService,
    private readonly residents: ResidentsService,
    private readonly places: PlacesService,
    private readonly travelTimes: TravelTimesService,
    private readonly idempotent: IdempotentWrites,
  ) {
    this.timetables = new Timetables(seats);
  }

  /**
   * Locks the residents' term rows and the classes of the batch, in this order, and reads all that deciding it takes.
   * A term row is locked for residents that exist; the rest of the request is refused anyway.
   */
  async read(em: EntityManager, batch: readonly AdmissionRequest[], at: Date): Promise<Situation> {
    const classIds = [...new Set(batch.flatMap(classesOf))].sort();
    const terms = await this.termsOf(em, classIds);
    const pairs = batch.flatMap(({ classId, residentIds }) =>
      residentIds.flatMap((residentId) =>
        this.lockedWith(terms.get(classId)).map((termId) => ({ residentId, termId })),
      ),
    );
    // Sent together; PostgreSQL carries them out in this order, so that everything is read under the locks.
    const [, courses, first] = await Promise.all([
      pairs.length > 0 ? this.queries.lockResidentTerms(em, pairs) : undefined,
      this.seats.lock(em, classIds),
      this.readFirst(em, batch, classIds, terms, at),
    ]);
    return this.gather(em, batch, courses, first, at, pairs);
  }

  /** {@link read} without locks: for showing, not for deciding. */
  async preview(em: EntityManager, batch: readonly AdmissionRequest[], at: Date): Promise<Situation> {
    const classIds = [...new Set(batch.flatMap(classesOf))];
    const terms = await this.termsOf(em, classIds);
    const [courses, first] = await Promise.all([
      this.seats.read(em, classIds),
      this.readFirst(em, batch, classIds, terms, at),
    ]);
    return this.gather(em, batch, courses, first, at, null);
  }

  /** What can be asked for before anything is known of the classes: all that most batches need. */
  private async readFirst(
    em: EntityManager,
    batch: readonly AdmissionRequest[],
    classIds: readonly string[],
    terms: ReadonlyMap<string, string>,
    at: Date,
  ) {
    const residentIds = [...new Set(batch.flatMap(({ residentIds }) => residentIds))];
    const termIds = [...new Set(classIds.map((id) => terms.get(id)).filter((id) => id !== undefined))];
    const named = [...new Set(batch.flatMap(enrollmentsOf))];
    const [enrollments, lastQueued, answered, people, live, prints] = await Promise.all([
      named.length > 0 ? this.queries.byIds(em, named) : [],
      this.queries.lastQueued(em, classIds),
      this.answered(em, batch),
      residentIds.length > 0 ? this.residents.applicantsOf(em, residentIds) : [],
      residentIds.length > 0 ? this.queries.live(em, residentIds, termIds, at) : [],
      this.seats.timetablePrints(em, [...new Set([...classIds, ...this.timetables.askedLast])]),
    ]);
    return { residentIds, termIds, enrollments, lastQueued, answered, people, live, prints };
  }

  private async gather(
    em: EntityManager,
    batch: readonly AdmissionRequest[],
    courses: readonly SeatClass[],
    first: Awaited<ReturnType<SituationReader['readFirst']>>,
    at: Date,
    /** Term rows that are locked; null where nothing is to be locked. */
    lockedPairs: readonly ResidentTerm[] | null,
  ): Promise<Situation> {
    const { residentIds, termIds, enrollments, answered } = first;
    const seats = await this.readSeats(em, batch, courses, at, lockedPairs !== null);
    const { endings, reservesUsed, queue } = seats;
    const locked = new Set([...(lockedPairs ?? []), ...seats.locked].map(rowOf));
    const termIdsHere = [...new Set(courses.map(({ termId }) => termId))];
    const lockedTermsOf = (residentId: string) =>
      new Set(
        termIdsHere.filter((termId) =>
          this.lockedWith(termId).every((id) => locked.has(rowOf({ residentId, termId: id }))),
        ),
      );
    const asked = new Set(residentIds);
    const queuedIds = [...new Set(queue.map(({ residentId }) => residentId))].filter((id) => !asked.has(id));
    const [queuedPeople, queuedLive, history] = await Promise.all([
      queuedIds.length > 0 ? this.residents.applicantsOf(em, queuedIds) : [],
      queuedIds.length > 0 ? this.queries.live(em, queuedIds, termIds, at) : [],
      this.histories(em, courses, [...residentIds, ...queuedIds], at),
    ]);
    const people = [...first.people, ...queuedPeople];
    const live = [...first.live, ...queuedLive];
    const lastQueuedAt = new Map(first.lastQueued.map((last) => [last.classId, last.at]));

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
          lockedTerms: lockedTermsOf(person.id),
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
            lastQueuedAt: lastQueuedAt.get(id) ?? null,
          },
        ];
      }),
    );
    return {
      classes,
      people: new Map(people.map((person) => [person.id, person])),
      facts: new Map(courses.map((course) => [course.id, course])),
      residents,
      overlap: await this.overlaps(em, batch, live, queue, first.prints),
      answered,
      regionNames: await this.regionNames(courses),
      enrollments: new Map(enrollments.map((enrollment) => [enrollment.id, one(enrollment)])),
    };
  }

  /** What only some classes have: seats that fall free, that are kept for some, and those who wait for one of them. */
  private async readSeats(
    em: EntityManager,
    batch: readonly AdmissionRequest[],
    courses: readonly SeatClass[],
    at: Date,
    lock: boolean,
  ) {
    const queued = courses.filter(({ waiting }) => waiting > 0);
    const ending = courses.filter(({ offered, held }) => offered > 0 || held > 0);
    const reserving = courses.filter(({ seatReserves }) => standingReserves(seatReserves, at).length > 0);
    const [endings, reservesUsed] = await Promise.all([
      ending.length > 0 ? this.queries.endings(em, idsOf(ending), at) : [],
      reserving.length > 0 ? this.queries.reservesUsed(em, idsOf(reserving)) : [],
    ]);
    return { endings, reservesUsed, ...(await this.queues(em, batch, queued, endings, lock)) };
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
  ): Promise<{ queue: DeskEnrollment[]; locked: ResidentTerm[] }> {
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
    if (needs.length === 0) return { queue: [], locked: [] };
    const queue = await this.queries.queues(em, needs);
    if (!lock) return { queue, locked: [] };
    const heads = needs.flatMap(({ classId, termId, seats }) =>
      queue
        .filter((waiting) => waiting.classId === classId && waiting.automatic)
        .slice(0, seats + LOCKED_BEYOND)
        .flatMap(({ residentId }) => this.lockedWith(termId).map((id) => ({ residentId, termId: id }))),
    );
    return { queue, locked: heads.length > 0 ? await this.queries.lockFreeResidentTerms(em, heads) : [] };
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
      const courses = await this.seats.read(em, unknown);
      const termIds = new Set(courses.map(({ termId }) => termId));
      const met = [...termIds].filter((id) => !this.overlapping.has(id));
      for (const { termId, otherId } of met.length > 0 ? await this.seats.overlappingTerms(em, met) : []) {
        this.overlapping.set(termId, [...(this.overlapping.get(termId) ?? []), otherId]);
      }
      for (const course of courses) this.termOf.set(course.id, course.termId);
    }
    return this.termOf;
  }

  /**
   * The terms whose rows are locked for a class of a term: itself and those that it overlaps, so that nobody gets two
   * seats at one time by two desks. A term that is laid over it later is known to the desk that meets a class of it, and
   * that one locks both.
   */
  private lockedWith(termId: string | undefined): readonly string[] {
    return termId === undefined ? [] : (this.overlapping.get(termId) ?? [termId]);
  }

  /** Which of the classes asked for meet at the same time as another class of the same resident. */
  private async overlaps(
    em: EntityManager,
    batch: readonly AdmissionRequest[],
    live: readonly LiveEnrollment[],
    queue: readonly DeskEnrollment[],
    prints: ReadonlyMap<string, string>,
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
    const times = await this.timetables.of(em, [...meeting], prints);
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
