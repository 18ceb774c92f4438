import type { EnrollmentSource, EnrollmentState, LocalTie, ProgrammeKind, ResidentGroup } from '#contracts';
import type { SeatCounts } from '#catalogue';
import { type Applicant, type ClassTerms, personRefusal } from '../enrollment.rules.js';
import { countsAs, moved, type Step, type UndoneState } from '../moves.rules.js';
import { offerUntil } from '../offer.rules.js';
import { freeSeats, type ReserveName, seatTogether } from '../seats.rules.js';
import { awaitsDraw, givesFreedSeats, takesEntries } from '../windows.rules.js';

/*
 * What the admission desk has before it while it decides a batch in memory: the situation is what was read under
 * locks, the moves are what is written back.
 */

/** An enrollment as the desk sees it. */
export interface DeskEnrollment {
  id: string;
  classId: string;
  residentId: string;
  /** Those who share it applied together. */
  unitId: string | null;
  state: EnrollmentState;
  source: EnrollmentSource;
  queuedAt: Date;
  offeredUntil: Date | null;
  /** Whether a seat that falls free is taken without asking first. */
  automatic: boolean;
  /** The reserve that gave the seat. */
  reserve: ReserveName | null;
  undoUntil: Date | null;
  undoTo: UndoneState | null;
}

/** A class with all that is needed to settle it. */
export interface DeskClass {
  id: string;
  name: string;
  termId: string;
  terms: ClassTerms;
  counts: SeatCounts;
  reservesUsed: Map<ReserveName, number>;
  /** Those who wait, first in queue first; perhaps not all of them. */
  queue: DeskEnrollment[];
  /** Whether `queue` holds everyone who waits. */
  queueIsWhole: boolean;
  /** Offers and held seats whose time may be over. */
  endings: DeskEnrollment[];
  /** When the last of those who wait came. */
  lastQueuedAt: Date | null;
}

/** What a resident holds. An enrollment that also stands in a queue or among the endings is the same object there. */
export interface HeldClass {
  enrollment: DeskEnrollment;
  termId: string;
  programmeKind: ProgrammeKind;
  className: string;
}

/** The residents of a batch: those who ask, and those who may be given a seat. */
export interface DeskResident {
  id: string;
  birthDate: string;
  ties: Record<LocalTie, string | null>;
  verified: boolean;
  groups: readonly ResidentGroup[];
  completedCourses: readonly string[];
  /** In what they had a seat, in whichever term. */
  satIn: readonly { termId: string; courseId: string; programmeKind: ProgrammeKind }[];
  /** Terms that this batch has locked for them: only in those may a seat be given without their asking. */
  lockedTerms: ReadonlySet<string>;
  /** Live enrollments of the terms in question, and cancelled ones that may be taken back. */
  live: HeldClass[];
}

/** A change to write: `from` null for an enrollment that is new. */
export interface Move<Cause> {
  enrollment: DeskEnrollment;
  from: EnrollmentState | null;
  to: EnrollmentState;
  step: Step | 'apply';
  /** The class left by a transfer. */
  fromClassId: string | null;
  cause: Cause;
}

/**
 * The book in which a batch is kept: who holds what, how many seats are left, and every move. What is asked of the
 * desk is decided in admission.rules.ts, transfer.rules.ts and draw.rules.ts.
 *
 * @typeParam Cause who or what moves an enrollment, carried through to the moves
 */
export class DeskBook<Cause> {
  readonly moves: Move<Cause>[] = [];
  /** Classes whose counts changed. */
  readonly changed = new Set<string>();
  /** Held seats that were released: nothing of their state changed. */
  readonly released: DeskEnrollment[] = [];

  constructor(
    readonly classes: ReadonlyMap<string, DeskClass>,
    readonly residents: ReadonlyMap<string, DeskResident>,
    /** Whether two classes meet at the same time, the way between them included. */
    private readonly overlap: (classId: string, otherId: string) => boolean,
    readonly at: Date,
    private readonly itself: Cause,
    readonly newId: () => string,
  ) {}

  /**
   * Ends offers and held seats whose time is over, then gives each free seat to the first in the queue who may have it
   * and, with companions, fits. Who is passed over keeps the place.
   */
  settle(classId: string): void {
    const course = this.classes.get(classId)!;
    for (const ending of course.endings) this.end(course, ending);
    if (!givesFreedSeats(course.terms, this.at) || this.awaitsDraw(course)) return;
    for (const unit of unitsOf(course)) {
      if (freeSeats(course.counts) <= 0) return;
      if (unit.some(({ residentId }) => !this.mayHave(course, residentId))) continue;
      const reserves = seatTogether(
        course.counts,
        course.terms.seatReserves,
        course.reservesUsed,
        unit.map((waiting) => this.applicant(course, waiting.residentId, waiting.source)),
        this.at,
      );
      if (!reserves) continue;
      // Without their lock another desk may give them another class at this very moment; an offer is asked again.
      const atOnce = unit.every(
        ({ automatic, residentId }) => automatic && this.residents.get(residentId)!.lockedTerms.has(course.termId),
      );
      const until = offerUntil(this.at, course.terms.firstSessionAt);
      for (const [index, waiting] of unit.entries()) {
        this.move(course, waiting, atOnce ? 'promote' : 'offer', this.itself, (next) => {
          next.reserve = reserves[index]!;
          next.offeredUntil = atOnce ? null : until;
        });
      }
    }
  }

  /** What the resident has in the class: live, or cancelled and still to be taken back. */
  enrollmentIn(classId: string, residentId: string): DeskEnrollment | undefined {
    const here = this.residents
      .get(residentId)!
      .live.filter(
        ({ enrollment }) => enrollment.classId === classId && (isLive(enrollment) || this.isHeld(enrollment)),
      );
    return (here.find(({ enrollment }) => isLive(enrollment)) ?? here[0])?.enrollment;
  }

  /** What is free then is promised to those on the frozen list. */
  awaitsDraw({ terms, counts }: DeskClass): boolean {
    return counts.applied > 0 && awaitsDraw(terms, this.at);
  }

  /**
   * Whether who comes to the class in another way than by applying is drawn with all others. Who renewed in time has a
   * right that comes before the draw.
   */
  entersDraw({ terms }: DeskClass, { queuedAt }: DeskEnrollment, renews: boolean): boolean {
    const renewed = renews && terms.renewalOpensAt !== null && queuedAt < terms.enrollmentOpensAt;
    return takesEntries(terms, this.at) && !renewed;
  }

  /**
   * What the rules ask about a resident.
   *
   * @param holding what counts as held: seats, and open offers
   * @param leaving a class that is given up in the same step, and so counts for nothing
   */
  applicant(
    course: DeskClass,
    residentId: string,
    source: EnrollmentSource,
    holding: readonly string[] = ['taken', 'offered'],
    leaving: string | null = null,
  ): Applicant {
    const resident = this.residents.get(residentId)!;
    const held = resident.live.filter(
      ({ enrollment }) =>
        enrollment.classId !== course.id &&
        enrollment.classId !== leaving &&
        holding.includes(countsAs(enrollment) ?? ''),
    );
    const { programmeKind, capPerTerm, courseId } = course.terms;
    const elsewhere = resident.satIn.filter(({ termId }) => termId !== course.termId);
    return {
      residentId,
      source,
      birthDate: resident.birthDate,
      ties: resident.ties,
      regionCode: resident.ties.residence,
      verified: resident.verified,
      groups: resident.groups,
      completedCourses: resident.completedCourses,
      renews: elsewhere.some((seat) => seat.courseId === courseId),
      firstTimer: elsewhere.every((seat) => seat.programmeKind !== programmeKind),
      heldOfKind:
        capPerTerm === null
          ? 0
          : held.filter((one) => one.termId === course.termId && one.programmeKind === programmeKind).length,
      clashesWith: held.find(({ enrollment }) => this.overlap(course.id, enrollment.classId))?.className ?? null,
    };
  }

  /** Behind everyone who waits, even where the clock of the process that took them in ran ahead. */
  endOfQueue(course: DeskClass): Date {
    const last = course.lastQueuedAt;
    return last !== null && last >= this.at ? new Date(last.getTime() + 1) : this.at;
  }

  /** Puts somebody into the queue at the place that `queuedAt` and id give. */
  join(course: DeskClass, enrollment: DeskEnrollment): void {
    if (course.lastQueuedAt === null || course.lastQueuedAt < enrollment.queuedAt) {
      course.lastQueuedAt = enrollment.queuedAt;
    }
    const last = course.queue.at(-1);
    const isLast = last === undefined || isBefore(last, enrollment);
    // Behind those who were read stand others who were not.
    if (isLast && !course.queueIsWhole) return;
    if (isLast) course.queue.push(enrollment);
    else if (!course.queue.includes(enrollment)) {
      course.queue.splice(
        course.queue.findIndex((one) => isBefore(enrollment, one)),
        0,
        enrollment,
      );
    }
  }

  /** Takes somebody out of the queue who goes on elsewhere. */
  leaveQueue(course: DeskClass, enrollment: DeskEnrollment): void {
    const place = course.queue.indexOf(enrollment);
    if (place >= 0) course.queue.splice(place, 1);
  }

  /** Those of the unit who stand where the enrollment stands, itself first. */
  together(enrollment: DeskEnrollment, unit: readonly DeskEnrollment[]): DeskEnrollment[] {
    const others = unit.filter(
      (one) =>
        one !== enrollment &&
        enrollment.unitId !== null &&
        one.unitId === enrollment.unitId &&
        one.classId === enrollment.classId &&
        one.state === enrollment.state,
    );
    return [enrollment, ...others];
  }

  /** Whether a unit comes together or not at all: until the class has begun, and each has attended by themselves. */
  isBound({ terms }: DeskClass): boolean {
    return this.at < terms.firstSessionAt;
  }

  /** Remembers what a resident holds from now on. */
  hold(course: DeskClass, enrollment: DeskEnrollment): void {
    this.residents.get(enrollment.residentId)!.live.push({
      enrollment,
      termId: course.termId,
      programmeKind: course.terms.programmeKind,
      className: course.name,
    });
  }

  /** The class that the resident holds is another one now. */
  rename(enrollment: DeskEnrollment, course: DeskClass): void {
    const held = this.residents.get(enrollment.residentId)!.live.find((one) => one.enrollment === enrollment);
    if (held) held.className = course.name;
    else this.hold(course, enrollment);
  }

  /**
   * Moves an enrollment and counts it anew.
   *
   * @param change what else changes; it runs after the new state is set and before it is counted
   */
  move(
    course: DeskClass,
    enrollment: DeskEnrollment,
    step: Step,
    cause: Cause,
    change?: (next: DeskEnrollment, from: EnrollmentState) => void,
  ): void {
    const from = enrollment.state;
    this.count(course, enrollment, -1);
    enrollment.state = moved(from, step, enrollment.undoTo)!;
    enrollment.offeredUntil = null;
    enrollment.undoUntil = null;
    enrollment.undoTo = null;
    change?.(enrollment, from);
    this.count(course, enrollment, 1);
    if (from === 'waiting') this.leaveQueue(course, enrollment);
    this.moves.push({ enrollment, from, to: enrollment.state, step, fromClassId: null, cause });
  }

  /** Adds an enrollment to the counts of its class, or takes it out. */
  count(course: DeskClass, enrollment: DeskEnrollment, by: 1 | -1): void {
    const column = countsAs(enrollment);
    if (!column) return;
    course.counts[column] += by;
    this.changed.add(course.id);
    const { reserve } = enrollment;
    if (reserve !== null && (column === 'taken' || column === 'offered' || column === 'held')) {
      course.reservesUsed.set(reserve, (course.reservesUsed.get(reserve) ?? 0) + by);
    }
  }

  private end(course: DeskClass, ending: DeskEnrollment): void {
    if (ending.state === 'offered' && ending.offeredUntil !== null && ending.offeredUntil <= this.at) {
      this.move(course, ending, 'expire', this.itself);
    } else if (ending.undoTo !== null && ending.undoUntil !== null && ending.undoUntil <= this.at) {
      this.count(course, ending, -1);
      ending.undoUntil = null;
      ending.undoTo = null;
      this.released.push(ending);
    }
  }

  private mayHave(course: DeskClass, residentId: string): boolean {
    if (!this.residents.has(residentId)) return false;
    return personRefusal(course.terms, this.applicant(course, residentId, 'self'), this.at) === null;
  }

  private isHeld({ undoUntil: until }: DeskEnrollment): boolean {
    return until !== null && until > this.at;
  }
}

const isLive = (enrollment: DeskEnrollment) => enrollment.state !== 'cancelled' && countsAs(enrollment) !== null;

const isBefore = (one: DeskEnrollment, other: DeskEnrollment) =>
  one.queuedAt < other.queuedAt || (one.queuedAt.getTime() === other.queuedAt.getTime() && one.id < other.id);

/**
 * Those who wait, by unit, in the order of each unit's first; a copy, so that the queue may change meanwhile. Where not
 * all who wait were read, the last unit may lack somebody and is left out.
 */
function unitsOf({ queue, queueIsWhole }: DeskClass): DeskEnrollment[][] {
  const units = new Map<string, DeskEnrollment[]>();
  for (const waiting of queue) {
    const key = waiting.unitId ?? waiting.id;
    const unit = units.get(key);
    if (unit) unit.push(waiting);
    else units.set(key, [waiting]);
  }
  const last = queue.at(-1);
  if (!queueIsWhole && last?.unitId) units.delete(last.unitId);
  return [...units.values()];
}
