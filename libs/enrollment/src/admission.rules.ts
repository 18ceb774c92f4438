import {
  allotSeats,
  type EnrollmentSource,
  type EnrollmentState,
  type LocalTie,
  type LotteryOutcome,
  type ProgrammeKind,
  type ResidentGroup,
} from '#contracts';
import type { SeatCounts } from '#catalogue';
import {
  type Applicant,
  type ClassTerms,
  decideSeats,
  personRefusal,
  type PersonRefusal,
  type Refusal,
  type SeatDecision,
} from './enrollment.rules.js';
import { countsAs, isDone, moved, type Step, undoUntil } from './moves.rules.js';
import { offerUntil } from './offer.rules.js';
import { freeSeats, openSeats, type ReserveName, seatTogether } from './seats.rules.js';
import { awaitsDraw, givesFreedSeats, phaseAt } from './windows.rules.js';

/*
 * A batch of the admission desk, decided in memory: the situation is what was read under locks, the moves are what is
 * written back.
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
  undoTo: EnrollmentState | null;
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
  /** Whether this batch has locked their term: only then may a seat be given without their asking. */
  locked: boolean;
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

/** Who applies together, the one who asks first. */
export interface ApplyingUnit {
  classId: string;
  residentIds: readonly string[];
  source: EnrollmentSource;
  automatic: boolean;
}

/** What an application came to; `enrollments` in the order of the residents. */
export type Application =
  | { kind: 'new'; enrollments: DeskEnrollment[]; position: number | null }
  /** The one who asks had applied before, or took the cancelling back by asking again. */
  | { kind: 'present'; enrollment: DeskEnrollment; undone: boolean }
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'companion_present'; residentId: string };

/** What a step on an enrollment came to. */
export type StepResult =
  | { kind: 'done' | 'already'; enrollment: DeskEnrollment }
  | { kind: 'not_allowed'; state: EnrollmentState }
  | { kind: 'undo_over' }
  | { kind: 'refused'; refusal: Refusal };

/** What a transfer came to. */
export type TransferResult =
  | { kind: 'done' | 'already'; enrollment: DeskEnrollment }
  | { kind: 'not_allowed'; state: EnrollmentState }
  | { kind: 'no_seat' }
  | { kind: 'present' }
  | { kind: 'refused'; refusal: PersonRefusal };

/** What is to be drawn: seats, and the most who may wait of those who get none; null for no limit. */
export interface DrawPromise {
  seats: number;
  waitingLimit: number | null;
}

/** What a draw came to. */
export interface DrawResult {
  /** Seats that were there to be given, of those that were promised. */
  seats: number;
  /** Each unit in the order of the draw: how many of it still wanted seats, why it may not have them, what it got. */
  units: { size: number; because: PersonRefusal['code'] | null; outcome: LotteryOutcome }[];
}

/** Of those who have withdrawn nobody is left to move. */
const DRAW_STEPS: Record<LotteryOutcome, Step> = {
  seat: 'draw_seat',
  waiting: 'draw_wait',
  not_drawn: 'draw_none',
  withdrawn: 'draw_none',
};

/**
 * Plays one batch.
 *
 * @typeParam Cause who or what moves an enrollment, carried through to the moves
 */
export class Admission<Cause> {
  readonly moves: Move<Cause>[] = [];
  /** Classes whose counts changed. */
  readonly changed = new Set<string>();
  /** Held seats that were released: nothing of their state changed. */
  readonly released: DeskEnrollment[] = [];

  constructor(
    private readonly classes: ReadonlyMap<string, DeskClass>,
    private readonly residents: ReadonlyMap<string, DeskResident>,
    /** Whether two classes meet at the same time, the way between them included. */
    private readonly overlap: (classId: string, otherId: string) => boolean,
    private readonly at: Date,
    private readonly itself: Cause,
    private readonly newId: () => string,
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
      const atOnce = unit.every(({ automatic, residentId }) => automatic && this.residents.get(residentId)!.locked);
      const until = offerUntil(this.at, course.terms.firstSessionAt);
      for (const [index, waiting] of unit.entries()) {
        this.move(course, waiting, atOnce ? 'promote' : 'offer', this.itself, (next) => {
          next.reserve = reserves[index]!;
          next.offeredUntil = atOnce ? null : until;
        });
      }
    }
  }

  /** Whether applying now would lead to a seat, the queue, the lottery or a refusal; nothing is moved. */
  decide({ classId, residentIds, source }: Omit<ApplyingUnit, 'automatic'>): SeatDecision {
    const course = this.classes.get(classId)!;
    const applicants = residentIds.map((residentId) => this.applicant(course, residentId, source));
    const counts = this.awaitsDraw(course) ? withoutFreeSeats(course.counts) : course.counts;
    const seats = { counts, reservesUsed: course.reservesUsed, queueIsWhole: course.queueIsWhole };
    return decideSeats(course.terms, seats, applicants, this.at);
  }

  /** Decides an application; the class has been settled before. */
  apply(unit: ApplyingUnit, cause: Cause): Application {
    const course = this.classes.get(unit.classId)!;
    const [asking, ...companions] = unit.residentIds;
    const present = this.enrollmentIn(unit.classId, asking!);
    if (present && present.state !== 'cancelled') return { kind: 'present', enrollment: present, undone: false };
    if (present && this.step(present, 'undo', cause).kind === 'done') {
      return { kind: 'present', enrollment: present, undone: true };
    }
    const companion = companions.find((id) => this.enrollmentIn(unit.classId, id));
    if (companion) return { kind: 'companion_present', residentId: companion };

    const decision = this.decide(unit);
    if (decision.kind === 'refused') return decision;
    const queuedAt = decision.kind === 'waiting' ? this.endOfQueue(course) : this.at;
    const unitId = companions.length > 0 ? this.newId() : null;
    const enrollments = unit.residentIds.map((residentId, index): DeskEnrollment => {
      const enrollment: DeskEnrollment = {
        id: this.newId(),
        classId: unit.classId,
        residentId,
        unitId,
        state: decision.kind,
        source: unit.source,
        queuedAt,
        offeredUntil: null,
        automatic: unit.automatic,
        reserve: decision.kind === 'enrolled' ? decision.reserves[index]! : null,
        undoUntil: null,
        undoTo: null,
      };
      this.hold(course, enrollment);
      this.count(course, enrollment, 1);
      if (decision.kind === 'waiting') this.join(course, enrollment);
      this.moves.push({ enrollment, from: null, to: enrollment.state, step: 'apply', fromClassId: null, cause });
      return enrollment;
    });
    const position = decision.kind === 'waiting' ? course.counts.waiting - companions.length : null;
    return { kind: 'new', enrollments, position };
  }

  /**
   * Takes a step on an enrollment; a seat that falls free goes on at once.
   *
   * @param unit those who share the enrollment's unit: answering an offer and the school's decision are for all of them
   */
  step(enrollment: DeskEnrollment, step: Step, cause: Cause, unit: readonly DeskEnrollment[] = []): StepResult {
    const course = this.classes.get(enrollment.classId)!;
    if (moved(enrollment.state, step, enrollment.undoTo) === null) {
      return isDone(enrollment.state, step)
        ? { kind: 'already', enrollment }
        : step === 'undo' && enrollment.state === 'cancelled'
          ? { kind: 'undo_over' }
          : { kind: 'not_allowed', state: enrollment.state };
    }
    switch (step) {
      case 'undo':
        return this.undo(course, enrollment, cause);
      case 'approve':
        return this.approve(course, enrollment, this.together(enrollment, unit), cause);
      case 'accept':
      case 'decline':
      case 'refuse': {
        const all = this.together(enrollment, unit);
        const refusal = step === 'accept' ? this.acceptRefusal(course, enrollment, all) : null;
        if (refusal) return { kind: 'refused', refusal };
        for (const one of all) this.move(course, one, step, cause);
        break;
      }
      case 'cancel':
      case 'release':
        this.move(course, enrollment, step, cause, (next, from) => {
          next.undoUntil = step === 'cancel' ? undoUntil(from, this.at) : null;
          next.undoTo = next.undoUntil && from;
        });
        break;
      case 'reinstate':
        this.move(course, enrollment, step, cause);
        this.join(course, enrollment);
        break;
      default:
        this.move(course, enrollment, step, cause);
    }
    this.settle(course.id);
    return { kind: 'done', enrollment };
  }

  /**
   * 转班, 并班: to a parallel class, with the id, the attendance and the place in the queue. Whoever has a seat gets
   * one there or, with `orElse: 'wait'` (a class that is merged or stopped), waits there at the old place; else all
   * stays as it is.
   */
  transfer(enrollment: DeskEnrollment, toClassId: string, orElse: 'stay' | 'wait', cause: Cause): TransferResult {
    if (enrollment.classId === toClassId) return { kind: 'already', enrollment };
    const from = this.classes.get(enrollment.classId)!;
    const to = this.classes.get(toClassId)!;
    if (moved(enrollment.state, 'transfer') === null) return { kind: 'not_allowed', state: enrollment.state };
    if (this.enrollmentIn(toClassId, enrollment.residentId)) return { kind: 'present' };
    const applicant = this.applicant(to, enrollment.residentId, enrollment.source, ['taken', 'offered'], from.id);
    const refusal = personRefusal(to.terms, applicant, this.at);
    if (refusal) return { kind: 'refused', refusal };

    const hasSeat = enrollment.state === 'enrolled' || enrollment.state === 'offered';
    const reserves =
      hasSeat && to.queueIsWhole && !this.awaitsDraw(to)
        ? seatTogether(to.counts, to.terms.seatReserves, to.reservesUsed, [applicant], this.at)
        : null;
    if (hasSeat && !reserves && orElse === 'stay') return { kind: 'no_seat' };

    const stateBefore = enrollment.state;
    this.count(from, enrollment, -1);
    this.leaveQueue(from, enrollment);
    enrollment.classId = toClassId;
    enrollment.unitId = null;
    enrollment.reserve = reserves?.[0] ?? null;
    this.count(to, enrollment, 1);
    this.rename(enrollment, to);
    this.moves.push({ enrollment, from: stateBefore, to: stateBefore, step: 'transfer', fromClassId: from.id, cause });
    if (hasSeat && !reserves) {
      this.move(to, enrollment, 'queue', cause);
      this.join(to, enrollment);
    } else if (enrollment.state === 'waiting') {
      this.join(to, enrollment);
    }
    this.settle(from.id);
    this.settle(to.id);
    return { kind: 'done', enrollment };
  }

  /**
   * Gives the seats of a lottery: units in the order of the draw, each all or none. One that does not fit is skipped,
   * one that may not have the seat (any more) is passed over, and both wait at their rank. Seats that are kept for some
   * are not drawn; whoever of those who wait they are kept for gets them afterwards, in the same order.
   *
   * @param ranked enrollments of each unit, the first drawn first
   */
  draw(
    classId: string,
    ranked: readonly (readonly DeskEnrollment[])[],
    promised: DrawPromise,
    cause: Cause,
  ): DrawResult {
    const course = this.classes.get(classId)!;
    const { seatReserves } = course.terms;
    const seats = Math.min(promised.seats, openSeats(course.counts, seatReserves, course.reservesUsed, this.at));
    const units = ranked.map((entry) => entry.filter((one) => one.state === 'applied' && one.classId === classId));
    const places = units.map((unit) => {
      const refusals = unit.map((one) =>
        personRefusal(course.terms, this.applicant(course, one.residentId, one.source), this.at),
      );
      return { size: unit.length, because: refusals.find((refusal) => refusal !== null)?.code ?? null };
    });
    const outcomes = allotSeats(places, seats, promised.waitingLimit);
    const behindAll = this.endOfQueue(course).getTime();
    for (const [rank, unit] of units.entries()) {
      const step = DRAW_STEPS[outcomes[rank]!];
      // Ranks are kept as moments: who was drawn earlier has waited longer, and whoever comes later stands behind all.
      const queuedAt = new Date(behindAll + rank);
      for (const one of unit) {
        this.move(course, one, step, cause, (next) => {
          next.queuedAt = queuedAt;
        });
        if (one.state === 'waiting') this.join(course, one);
      }
    }
    this.settle(classId);
    return { seats, units: places.map((place, index) => ({ ...place, outcome: outcomes[index]! })) };
  }

  private undo(course: DeskClass, enrollment: DeskEnrollment, cause: Cause): StepResult {
    if (enrollment.undoUntil === null || enrollment.undoUntil <= this.at) return { kind: 'undo_over' };
    if (enrollment.undoTo === 'applied') {
      // The list of the lottery may be frozen by now.
      const window = phaseAt(course.terms, this.at);
      if ('refusal' in window) return { kind: 'refused', refusal: window.refusal };
    }
    if (enrollment.undoTo === 'enrolled') {
      const applicant = this.applicant(course, enrollment.residentId, enrollment.source);
      const refusal = personRefusal(course.terms, applicant, this.at);
      if (refusal) return { kind: 'refused', refusal };
    }
    this.move(course, enrollment, 'undo', cause);
    if (enrollment.state === 'waiting') this.join(course, enrollment);
    this.settle(course.id);
    return { kind: 'done', enrollment };
  }

  private approve(
    course: DeskClass,
    enrollment: DeskEnrollment,
    unit: readonly DeskEnrollment[],
    cause: Cause,
  ): StepResult {
    const applicants = unit.map((one) => this.applicant(course, one.residentId, one.source));
    const blocked = applicants.some((applicant) => personRefusal(course.terms, applicant, this.at) !== null);
    const reserves =
      blocked || !course.queueIsWhole
        ? null
        : seatTogether(course.counts, course.terms.seatReserves, course.reservesUsed, applicants, this.at);
    for (const [index, one] of unit.entries()) {
      this.move(course, one, reserves ? 'approve' : 'queue', cause, (next) => {
        next.reserve = reserves?.[index] ?? null;
      });
      if (one.state === 'waiting') this.join(course, one);
    }
    return { kind: 'done', enrollment };
  }

  /**
   * Why an offer cannot be accepted (any more), or null. Only seats stand against it: an offer of another class, made
   * by another desk at the same moment, must not keep the resident from both.
   */
  private acceptRefusal(
    course: DeskClass,
    { residentId: asking }: DeskEnrollment,
    unit: readonly DeskEnrollment[],
  ): Refusal | null {
    if (course.terms.state !== 'published') return { code: 'CLASS_NOT_OPEN' };
    for (const { residentId, source } of unit) {
      const applicant = this.applicant(course, residentId, source, ['taken']);
      const refusal = personRefusal(course.terms, applicant, this.at);
      if (refusal) return residentId === asking ? refusal : { code: 'COMPANION_REFUSED', residentId, refusal };
    }
    return null;
  }

  /** Those of the unit who stand where the enrollment stands, itself included. */
  private together(enrollment: DeskEnrollment, unit: readonly DeskEnrollment[]): DeskEnrollment[] {
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

  private enrollmentIn(classId: string, residentId: string): DeskEnrollment | undefined {
    const here = this.residents
      .get(residentId)!
      .live.filter(
        ({ enrollment }) => enrollment.classId === classId && (isLive(enrollment) || this.isHeld(enrollment)),
      );
    return (here.find(({ enrollment }) => isLive(enrollment)) ?? here[0])?.enrollment;
  }

  private isHeld({ undoUntil: until }: DeskEnrollment): boolean {
    return until !== null && until > this.at;
  }

  /** What is free then is promised to those on the frozen list. */
  private awaitsDraw({ terms, counts }: DeskClass): boolean {
    return counts.applied > 0 && awaitsDraw(terms, this.at);
  }

  private mayHave(course: DeskClass, residentId: string): boolean {
    if (!this.residents.has(residentId)) return false;
    return personRefusal(course.terms, this.applicant(course, residentId, 'self'), this.at) === null;
  }

  /** @param leaving a class that is given up in the same step, and so counts for nothing */
  private applicant(
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
  private endOfQueue(course: DeskClass): Date {
    const last = course.lastQueuedAt;
    return last !== null && last >= this.at ? new Date(last.getTime() + 1) : this.at;
  }

  /** Puts somebody into the queue at the place that `queuedAt` and id give. */
  private join(course: DeskClass, enrollment: DeskEnrollment): void {
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

  private leaveQueue(course: DeskClass, enrollment: DeskEnrollment): void {
    const place = course.queue.indexOf(enrollment);
    if (place >= 0) course.queue.splice(place, 1);
  }

  private hold(course: DeskClass, enrollment: DeskEnrollment): void {
    this.residents.get(enrollment.residentId)!.live.push({
      enrollment,
      termId: course.termId,
      programmeKind: course.terms.programmeKind,
      className: course.name,
    });
  }

  private rename(enrollment: DeskEnrollment, course: DeskClass): void {
    const held = this.residents.get(enrollment.residentId)!.live.find((one) => one.enrollment === enrollment);
    if (held) held.className = course.name;
    else this.hold(course, enrollment);
  }

  /** @param change what else changes; it runs after the new state is set and before it is counted */
  private move(
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

  private count(course: DeskClass, enrollment: DeskEnrollment, by: 1 | -1): void {
    const column = countsAs(enrollment);
    if (!column) return;
    course.counts[column] += by;
    this.changed.add(course.id);
    const { reserve } = enrollment;
    if (reserve !== null && (column === 'taken' || column === 'offered' || column === 'held')) {
      course.reservesUsed.set(reserve, (course.reservesUsed.get(reserve) ?? 0) + by);
    }
  }
}

const withoutFreeSeats = (counts: SeatCounts): SeatCounts => ({ ...counts, seats: counts.seats - freeSeats(counts) });

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
