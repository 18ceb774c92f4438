import type { EnrollmentState } from '#contracts';
import type { DeskBook, DeskClass, DeskEnrollment } from './desk-book.rules.js';
import { type Applicant, personRefusal, refusedInPhase, type Refusal } from './enrollment.rules.js';
import { moved } from './moves.rules.js';
import { seatTogether } from './seats.rules.js';
import { phaseAt, takesEntries } from './windows.rules.js';

/** What a transfer came to. */
export type TransferResult =
  | { kind: 'done' | 'already'; enrollment: DeskEnrollment }
  | { kind: 'not_allowed'; state: EnrollmentState }
  | { kind: 'no_seat' }
  | { kind: 'present' }
  | { kind: 'refused'; refusal: Refusal };

/**
 * 转班, 并班: to a parallel class, with the id, the attendance and the place in the queue. Whoever has a seat gets
 * one there or, with `orElse: 'wait'` (a class that is merged or stopped), waits there at the old place; else all
 * stays as it is. Who changes by choice overtakes nobody: not those for whom the class has yet to open, nor those among
 * whom its seats will be drawn. Where the seats are yet to be drawn and the list takes entries, the people of a merged
 * class are drawn with all others; once the list is closed they wait behind those whom the draw gives seats.
 */
export function transfer<Cause>(
  book: DeskBook<Cause>,
  enrollment: DeskEnrollment,
  toClassId: string,
  orElse: 'stay' | 'wait',
  cause: Cause,
): TransferResult {
  if (enrollment.classId === toClassId) return { kind: 'already', enrollment };
  const from = book.classes.get(enrollment.classId)!;
  const to = book.classes.get(toClassId)!;
  if (moved(enrollment.state, 'transfer') === null) return { kind: 'not_allowed', state: enrollment.state };
  if (book.enrollmentIn(toClassId, enrollment.residentId)) return { kind: 'present' };
  const applicant = book.applicant(to, enrollment.residentId, enrollment.source, ['taken', 'offered'], from.id);
  const refusal =
    (orElse === 'stay' ? notYet(to, applicant, book.at) : null) ?? personRefusal(to.terms, applicant, book.at);
  if (refusal) return { kind: 'refused', refusal };

  const hasSeat = enrollment.state === 'enrolled' || enrollment.state === 'offered';
  const entersDraw =
    orElse === 'stay' ? takesEntries(to.terms, book.at) : book.entersDraw(to, enrollment, applicant.renews);
  const awaitsDraw = entersDraw || book.awaitsDraw(to);
  // Who waits elsewhere would come before all who are drawn.
  if (awaitsDraw && enrollment.state === 'waiting' && orElse === 'stay') return { kind: 'no_seat' };
  // Nobody decides on applications to a class that takes first comers.
  const isUndecided = enrollment.state === 'applied' && !awaitsDraw && to.terms.admission !== 'approval';
  if (isUndecided && orElse === 'stay') return { kind: 'not_allowed', state: enrollment.state };
  const reserves =
    hasSeat && to.queueIsWhole && !awaitsDraw
      ? seatTogether(to.counts, to.terms.seatReserves, to.reservesUsed, [applicant], book.at)
      : null;
  if (hasSeat && !reserves && orElse === 'stay') return { kind: 'no_seat' };

  const stateBefore = enrollment.state;
  book.count(from, enrollment, -1);
  book.leaveQueue(from, enrollment);
  enrollment.classId = toClassId;
  enrollment.unitId = null;
  enrollment.reserve = reserves?.[0] ?? null;
  book.count(to, enrollment, 1);
  book.rename(enrollment, to);
  book.moves.push({ enrollment, from: stateBefore, to: stateBefore, step: 'transfer', fromClassId: from.id, cause });
  if (entersDraw && enrollment.state !== 'applied') {
    book.move(to, enrollment, 'enter', cause);
  } else if ((hasSeat && !reserves) || isUndecided) {
    book.move(to, enrollment, 'queue', cause);
    book.join(to, enrollment);
  } else if (enrollment.state === 'waiting') {
    book.join(to, enrollment);
  }
  book.settle(from.id);
  book.settle(to.id);
  return { kind: 'done', enrollment };
}

/** Before the class opens to them nobody gets in by a transfer; once it is open or has begun, a free seat is enough. */
function notYet({ terms }: DeskClass, { renews }: Applicant, at: Date): Refusal | null {
  const window = phaseAt(terms, at);
  if ('refusal' in window) return window.refusal.code === 'WINDOW_NOT_OPEN' ? window.refusal : null;
  return refusedInPhase(window.phase, terms, { renews });
}
