import type { EnrollmentSource, EnrollmentState } from '#contracts';
import type { SeatCounts } from '#catalogue';
import { DeskBook, type DeskClass, type DeskEnrollment } from './desk-book.rules.js';
import { draw, type DrawPromise, type DrawResult } from './draw.rules.js';
import { decideSeats, personRefusal, type Refusal, type SeatDecision } from '../enrollment.rules.js';
import { isDone, moved, type Step, undoneTo, undoUntil } from '../moves.rules.js';
import { freeSeats, seatTogether } from '../seats.rules.js';
import { transfer, type TransferReason, type TransferResult } from './transfer.rules.js';
import { phaseAt } from '../windows.rules.js';

/*
 * What the admission desk is asked, decided in memory.
 */

/** Who applies together, the one who asks first. */
export interface ApplyingUnit {
  classId: string;
  residentIds: readonly string[];
  source: EnrollmentSource;
  /** Those whose own account it is not that applies: somebody else does it for them (代报名). */
  appliedFor?: ReadonlySet<string>;
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
  /** The lot decides, not the school. */
  | { kind: 'by_lot' }
  /** They have applied for the class again meanwhile. */
  | { kind: 'present' }
  | { kind: 'refused'; refusal: Refusal };

/**
 * Plays one batch.
 *
 * @typeParam Cause who or what moves an enrollment, carried through to the moves
 */
export class Admission<Cause> extends DeskBook<Cause> {
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
        source: unit.appliedFor?.has(residentId) ? 'family' : unit.source,
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
   * @param unit those who share the enrollment's unit: answering an offer, the school's decision and a class that is
   *   stopped are for all of them
   */
  step(enrollment: DeskEnrollment, step: Step, cause: Cause, unit: readonly DeskEnrollment[] = []): StepResult {
    const course = this.classes.get(enrollment.classId)!;
    if (moved(enrollment.state, step, enrollment.undoTo) === null) {
      // Who is approved when there is no seat left waits.
      const isApproved =
        step === 'approve' &&
        course.terms.admission === 'approval' &&
        (enrollment.state === 'waiting' || enrollment.state === 'offered');
      return isApproved || isDone(enrollment.state, step)
        ? { kind: 'already', enrollment }
        : step === 'undo' && enrollment.state === 'cancelled'
          ? { kind: 'undo_over' }
          : { kind: 'not_allowed', state: enrollment.state };
    }
    if ((step === 'approve' || step === 'refuse') && course.terms.admission === 'lottery') return { kind: 'by_lot' };
    if ((step === 'undo' || step === 'reinstate') && this.hasAnother(enrollment)) {
      return step === 'undo' ? { kind: 'undo_over' } : { kind: 'present' };
    }
    if ((step === 'undo' || step === 'reinstate' || step === 'approve') && course.terms.state !== 'published') {
      return { kind: 'refused', refusal: { code: 'CLASS_NOT_OPEN' } };
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
        this.move(course, enrollment, step, cause, (next, from) => {
          next.undoUntil = undoUntil(from, this.at);
          next.undoTo = undoneTo(from);
        });
        break;
      case 'release':
        for (const one of this.isBound(course) ? this.together(enrollment, unit) : [enrollment]) {
          this.move(course, one, step, cause);
        }
        break;
      case 'reinstate':
        this.reinstate(course, enrollment, cause);
        break;
      default:
        this.move(course, enrollment, step, cause);
    }
    this.settle(course.id);
    return { kind: 'done', enrollment };
  }

  /** Moves an enrollment, or its unit, to a parallel class: see {@link transfer}. */
  transfer(
    enrollment: DeskEnrollment,
    toClassId: string,
    because: TransferReason,
    cause: Cause,
    unit: readonly DeskEnrollment[] = [],
  ): TransferResult {
    return transfer(this, enrollment, toClassId, because, cause, unit);
  }

  /** Gives the seats of a lottery: see {@link draw}. */
  draw(
    classId: string,
    ranked: readonly (readonly DeskEnrollment[])[],
    promised: DrawPromise,
    cause: Cause,
  ): DrawResult {
    return draw(this, classId, ranked, promised, cause);
  }

  /** Whether the resident has come into the class again meanwhile, or by a record that was merged into theirs. */
  private hasAnother(enrollment: DeskEnrollment): boolean {
    const other = this.enrollmentIn(enrollment.classId, enrollment.residentId);
    return other !== undefined && other !== enrollment && other.state !== 'cancelled';
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

  /** Back at the old place in the queue; where seats are yet to be drawn, among those who are drawn. */
  private reinstate(course: DeskClass, enrollment: DeskEnrollment, cause: Cause): void {
    const { renews } = this.applicant(course, enrollment.residentId, enrollment.source);
    this.move(course, enrollment, 'reinstate', cause);
    if (this.entersDraw(course, enrollment, renews)) this.move(course, enrollment, 'enter', cause);
    else this.join(course, enrollment);
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
}

const withoutFreeSeats = (counts: SeatCounts): SeatCounts => ({ ...counts, seats: counts.seats - freeSeats(counts) });
