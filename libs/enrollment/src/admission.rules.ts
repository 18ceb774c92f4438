import type { EnrollmentState, ProgrammeKind } from '#contracts';
import {
  type Applicant,
  CAPS_PER_TERM,
  type ClassTerms,
  countsAs,
  decideSeat,
  freeSeats,
  moved,
  personRefusal,
  type Refusal,
  type SeatCounts,
  type Step,
} from './enrollment.rules.js';
import { offerUntil } from './offer.rules.js';

/*
 * A batch of the admission desk, decided in memory: the situation is what was read under locks, the moves are what is
 * written back.
 */

/** An enrollment as the desk sees it. */
export interface DeskEnrollment {
  id: string;
  classId: string;
  residentId: string;
  state: EnrollmentState;
  queuedAt: Date;
  offeredUntil: Date | null;
}

/** A class with all that is needed to settle it. */
export interface DeskClass {
  id: string;
  name: string;
  termId: string;
  terms: ClassTerms;
  counts: SeatCounts;
  /** Those who wait, first in queue first; perhaps not all of them. */
  queue: DeskEnrollment[];
  /** Whether `queue` holds everyone who waits. */
  queueIsWhole: boolean;
  /** Offers that may have run out. */
  offers: DeskEnrollment[];
  /** When the last of those who wait came. */
  lastQueuedAt: Date | null;
}

/**
 * What the residents of a batch hold: those who ask, and those who may be offered a seat. An enrollment that also
 * stands in a queue or among the offers is the same object there.
 */
export interface DeskResident {
  id: string;
  birthDate: string;
  /** Live enrollments of the terms in question. */
  live: { enrollment: DeskEnrollment; termId: string; programmeKind: ProgrammeKind; className: string }[];
}

/** A change to write: `from` null for an enrollment that is new. */
export interface Move<Cause> {
  enrollment: DeskEnrollment;
  from: EnrollmentState | null;
  to: EnrollmentState;
  step: Step | 'apply';
  cause: Cause;
}

/** What an application came to. */
export type Application =
  | { kind: 'new'; enrollment: DeskEnrollment; position: number | null }
  | { kind: 'present'; enrollment: DeskEnrollment }
  | { kind: 'refused'; refusal: Refusal };

/** What a step on an enrollment came to. */
export type StepResult =
  { kind: 'done' | 'already'; enrollment: DeskEnrollment } | { kind: 'not_allowed'; state: EnrollmentState };

/**
 * Plays one batch.
 *
 * @typeParam Cause who or what moves an enrollment, carried through to the moves
 */
export class Admission<Cause> {
  readonly moves: Move<Cause>[] = [];
  /** Classes whose counts changed. */
  readonly changed = new Set<string>();

  constructor(
    private readonly classes: ReadonlyMap<string, DeskClass>,
    private readonly residents: ReadonlyMap<string, DeskResident>,
    /** Whether two classes meet at the same time. */
    private readonly overlap: (classId: string, otherId: string) => boolean,
    private readonly at: Date,
    private readonly itself: Cause,
  ) {}

  /** Ends offers that have run out, then offers each free seat to the first in the queue who may have it. */
  settle(classId: string): void {
    const course = this.classes.get(classId)!;
    for (const offer of course.offers.filter(({ offeredUntil }) => offeredUntil !== null && offeredUntil <= this.at)) {
      if (offer.state === 'offered') this.move(course, offer, 'expire', this.itself);
    }
    if (course.terms.state !== 'published') return;
    while (freeSeats(course.counts) > 0) {
      const next = course.queue.find(
        (waiting) => waiting.state === 'waiting' && this.mayHave(course, waiting.residentId),
      );
      if (!next) return;
      next.offeredUntil = offerUntil(this.at, course.terms.firstSessionAt);
      this.move(course, next, 'offer', this.itself);
    }
  }

  /** Decides an application; the class has been settled before. */
  apply(classId: string, residentId: string, newId: string, cause: Cause): Application {
    const course = this.classes.get(classId)!;
    const resident = this.residents.get(residentId)!;
    const present = resident.live.find(
      ({ enrollment }) => enrollment.classId === classId && countsAs(enrollment.state),
    );
    if (present) return { kind: 'present', enrollment: present.enrollment };

    const decision = decideSeat(course.terms, this.openCounts(course), this.applicant(course, resident), this.at);
    if (decision.kind === 'refused') return decision;
    const enrollment: DeskEnrollment = {
      id: newId,
      classId,
      residentId,
      state: decision.kind,
      queuedAt: decision.kind === 'waiting' ? this.endOfQueue(course) : this.at,
      offeredUntil: null,
    };
    resident.live.push({
      enrollment,
      termId: course.termId,
      programmeKind: course.terms.programmeKind,
      className: course.name,
    });
    this.count(course, enrollment.state, 1);
    if (decision.kind === 'waiting') {
      course.lastQueuedAt = enrollment.queuedAt;
      if (course.queueIsWhole) course.queue.push(enrollment);
    }
    this.moves.push({ enrollment, from: null, to: enrollment.state, step: 'apply', cause });
    return { kind: 'new', enrollment, position: decision.kind === 'waiting' ? course.counts.waiting : null };
  }

  /** Accepts, declines, cancels or withdraws; a seat that falls free is offered on at once. */
  step(enrollment: DeskEnrollment, step: Step, cause: Cause): StepResult | { kind: 'refused'; refusal: Refusal } {
    const course = this.classes.get(enrollment.classId)!;
    const to = moved(enrollment.state, step);
    if (to === null) {
      const already = { accept: 'enrolled', decline: 'declined', cancel: 'cancelled', withdraw: 'withdrawn' }[
        step as string
      ];
      return enrollment.state === already
        ? { kind: 'already', enrollment }
        : { kind: 'not_allowed', state: enrollment.state };
    }
    if (step === 'accept') {
      const refusal = this.acceptRefusal(course, enrollment.residentId);
      if (refusal) return { kind: 'refused', refusal };
    }
    this.move(course, enrollment, step, cause);
    this.settle(course.id);
    return { kind: 'done', enrollment };
  }

  /**
   * Why an offer cannot be accepted (any more), or null. Only seats stand against it: an offer of another class, made
   * by another desk at the same moment, must not keep the resident from both.
   */
  private acceptRefusal(course: DeskClass, residentId: string): Refusal | null {
    if (course.terms.state !== 'published') return { code: 'CLASS_NOT_OPEN' };
    const resident = this.residents.get(residentId);
    return resident ? personRefusal(course.terms, this.applicant(course, resident, ['taken'])) : null;
  }

  /** A free seat is open to newcomers only when all who wait are known and none of them may have it. */
  private openCounts(course: DeskClass): SeatCounts {
    const passedOver = freeSeats(course.counts) > 0 && !course.queueIsWhole;
    return passedOver ? { ...course.counts, seats: course.counts.taken + course.counts.offered } : course.counts;
  }

  private mayHave(course: DeskClass, residentId: string): boolean {
    const resident = this.residents.get(residentId);
    return resident !== undefined && personRefusal(course.terms, this.applicant(course, resident)) === null;
  }

  private applicant(course: DeskClass, resident: DeskResident, holding = ['taken', 'offered']): Applicant {
    const held = resident.live.filter(
      ({ enrollment }) => enrollment.classId !== course.id && holding.includes(countsAs(enrollment.state) ?? ''),
    );
    const capped = CAPS_PER_TERM[course.terms.programmeKind] !== undefined;
    return {
      birthDate: resident.birthDate,
      heldOfKind: capped
        ? held.filter(
            ({ termId, programmeKind }) => termId === course.termId && programmeKind === course.terms.programmeKind,
          ).length
        : 0,
      clashesWith: held.find(({ enrollment }) => this.overlap(course.id, enrollment.classId))?.className ?? null,
    };
  }

  /** Behind everyone who waits, even where the clock of the process that took them in ran ahead. */
  private endOfQueue(course: DeskClass): Date {
    const last = course.lastQueuedAt;
    return last !== null && last >= this.at ? new Date(last.getTime() + 1) : this.at;
  }

  private move(course: DeskClass, enrollment: DeskEnrollment, step: Step, cause: Cause): void {
    const from = enrollment.state;
    const to = moved(from, step)!;
    enrollment.state = to;
    if (to !== 'offered') enrollment.offeredUntil = null;
    this.count(course, from, -1);
    this.count(course, to, 1);
    this.moves.push({ enrollment, from, to, step, cause });
  }

  private count(course: DeskClass, state: EnrollmentState, by: 1 | -1): void {
    const column = countsAs(state);
    if (!column) return;
    course.counts[column] += by;
    this.changed.add(course.id);
  }
}
