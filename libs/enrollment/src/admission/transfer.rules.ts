import type { EnrollmentState } from '#contracts';
import type { DeskBook, DeskClass, DeskEnrollment } from './desk-book.rules.js';
import { type Applicant, personRefusal, refusedByFullList, refusedInPhase, type Refusal } from '../enrollment.rules.js';
import { moved } from '../moves.rules.js';
import { seatTogether } from '../seats.rules.js';
import { phaseAt, takesEntries } from '../windows.rules.js';

/** What a transfer came to. */
export type TransferResult =
  | { kind: 'done' | 'already'; enrollment: DeskEnrollment }
  | { kind: 'not_allowed'; state: EnrollmentState }
  | { kind: 'no_seat' }
  | { kind: 'present' }
  | { kind: 'refused'; refusal: Refusal };

/** Why somebody goes over: because they, or the school for this one person, wish it (转班); or because the own class ends. */
export type TransferReason = 'wish' | 'class_ends';

/**
 * 转班, 并班: to a parallel class, with the id and the attendance.
 *
 * By wish nobody overtakes anybody. A seat is had where one is free, once the class has opened to them. Who has none comes
 * to the other class as if they applied there now: in its window, while its waiting list has room, and last in its queue.
 * Nobody comes by wish past those among whom its seats will be drawn. Where it cannot be, all stays as it is.
 *
 * Who is moved because the own class ends keeps the place in the queue, whatever the window and the waiting list of the
 * other class; for whom no seat is free waits there. Where its seats are yet to be drawn and the list takes entries, they
 * are drawn with all others. Once the list is closed, who had a seat or waited waits behind those whom the draw gives
 * seats; who had only applied has never been drawn, and comes behind all who are on the list.
 *
 * By wish one leaves the unit. The end of a class moves it whole: there are seats for all of it, or all of it waits.
 *
 * @param unit those who share the enrollment's unit
 */
export function transfer<Cause>(
  book: DeskBook<Cause>,
  enrollment: DeskEnrollment,
  toClassId: string,
  because: TransferReason,
  cause: Cause,
  unit: readonly DeskEnrollment[] = [],
): TransferResult {
  if (enrollment.classId === toClassId) return { kind: 'already', enrollment };
  const from = book.classes.get(enrollment.classId)!;
  const to = book.classes.get(toClassId)!;
  if (moved(enrollment.state, 'transfer') === null) return { kind: 'not_allowed', state: enrollment.state };
  if (isIn(book, toClassId, enrollment.residentId)) return { kind: 'present' };
  const goers = goersOf(book, from, to, because === 'wish' ? [enrollment] : book.together(enrollment, unit));
  if ('refusal' in goers) return { kind: 'refused', refusal: goers.refusal };
  const { all, applicants } = goers;

  const stateBefore = enrollment.state;
  const hasSeat = stateBefore === 'enrolled' || stateBefore === 'offered';
  const entersDraw =
    because === 'wish'
      ? takesEntries(to.terms, book.at)
      : all.some((one, index) => book.entersDraw(to, one, applicants[index]!.renews));
  const awaitsDraw = entersDraw || book.awaitsDraw(to);
  // Nobody decides on applications to a class that takes first comers, nor after the draw.
  const isUndecided = stateBefore === 'applied' && !awaitsDraw && to.terms.admission !== 'approval';
  const reserves =
    hasSeat && to.queueIsWhole && !awaitsDraw
      ? seatTogether(to.counts, to.terms.seatReserves, to.reservesUsed, applicants, book.at)
      : null;
  if (because === 'wish') {
    const [applicant] = applicants as [Applicant];
    const refusal = hasSeat ? notYet(to, applicant, book.at) : notAsNewcomer(to, applicant, stateBefore, book.at);
    if (refusal) return { kind: 'refused', refusal };
    const isEntry = stateBefore === 'applied' && entersDraw;
    if ((hasSeat && !reserves) || (awaitsDraw && !isEntry)) return { kind: 'no_seat' };
    if (isUndecided) return { kind: 'not_allowed', state: stateBefore };
  }

  const comesLast = because === 'wish' ? !hasSeat : isUndecided && to.terms.admission === 'lottery';
  const lastInQueue = book.endOfQueue(to);
  for (const [index, one] of all.entries()) {
    book.count(from, one, -1);
    book.leaveQueue(from, one);
    one.classId = toClassId;
    if (comesLast) one.queuedAt = lastInQueue;
    if (because === 'wish') one.unitId = null;
    one.reserve = reserves?.[index] ?? null;
    book.count(to, one, 1);
    book.rename(one, to);
    book.moves.push({
      enrollment: one,
      from: stateBefore,
      to: stateBefore,
      step: 'transfer',
      fromClassId: from.id,
      cause,
    });
    if (entersDraw && stateBefore !== 'applied') {
      book.move(to, one, 'enter', cause);
    } else if ((hasSeat && !reserves) || isUndecided) {
      book.move(to, one, 'queue', cause);
      book.join(to, one);
    } else if (stateBefore === 'waiting') {
      book.join(to, one);
    }
  }
  book.settle(from.id);
  book.settle(to.id);
  return { kind: 'done', enrollment };
}

/** Whether somebody is in a class; who has just left it, and could still take that back, is not. */
function isIn<Cause>(book: DeskBook<Cause>, classId: string, residentId: string): boolean {
  const there = book.enrollmentIn(classId, residentId);
  return there !== undefined && there.state !== 'cancelled';
}

/**
 * Who of a unit goes over, the one who asks first. Nobody is parted from their companions before the first session: if
 * one may not come, nobody does. Once it has begun each keeps what they have attended, and those who may come go on
 * together. Who has come into the other class by themselves stays there.
 */
function goersOf<Cause>(
  book: DeskBook<Cause>,
  from: DeskClass,
  to: DeskClass,
  unit: readonly DeskEnrollment[],
): { all: DeskEnrollment[]; applicants: Applicant[] } | { refusal: Refusal } {
  const all: DeskEnrollment[] = [];
  const applicants: Applicant[] = [];
  for (const one of unit) {
    if (isIn(book, to.id, one.residentId)) continue;
    const { residentId, source } = one;
    const applicant = book.applicant(to, residentId, source, ['taken', 'offered'], from.id);
    const refusal = personRefusal(to.terms, applicant, book.at);
    if (refusal && one === unit[0]) return { refusal };
    if (refusal && book.isBound(from)) return { refusal: { code: 'COMPANION_REFUSED', residentId, refusal } };
    if (refusal) continue;
    all.push(one);
    applicants.push(applicant);
  }
  return { all, applicants };
}

/** By wish nobody has a seat in the other class before it opens to them; afterwards one that is free is enough. */
function notYet({ terms }: DeskClass, { renews }: Applicant, at: Date): Refusal | null {
  const window = phaseAt(terms, at);
  if ('refusal' in window) return window.refusal.code === 'WINDOW_NOT_OPEN' ? window.refusal : null;
  return refusedInPhase(window.phase, terms, { renews });
}

/** Who has no seat comes when everybody may, and waits only where the list has room: unless a seat is free for them. */
function notAsNewcomer(to: DeskClass, applicant: Applicant, state: EnrollmentState, at: Date): Refusal | null {
  const { terms, counts, reservesUsed, queueIsWhole } = to;
  const window = phaseAt(terms, at);
  if ('refusal' in window) return window.refusal;
  const tooEarly = refusedInPhase(window.phase, terms, applicant);
  if (tooEarly || state !== 'waiting') return tooEarly;
  const fits = queueIsWhole && seatTogether(counts, terms.seatReserves, reservesUsed, [applicant], at) !== null;
  return fits ? null : refusedByFullList(terms, counts.waiting, 1);
}
