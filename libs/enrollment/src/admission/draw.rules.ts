import { allotSeats, type LotteryOutcome } from '#contracts';
import type { DeskBook, DeskEnrollment } from './desk-book.rules.js';
import { type PersonRefusal, personRefusal } from '../enrollment.rules.js';
import type { Step } from '../moves.rules.js';
import { openSeats } from '../seats.rules.js';

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
 * Gives the seats of a lottery: units in the order of the draw, each all or none. One that does not fit is skipped,
 * one that may not have the seat (any more) is passed over, and both wait at their rank. Seats that are kept for some
 * are not drawn; whoever of those who wait they are kept for gets them afterwards, in the same order.
 *
 * @param ranked enrollments of each unit, the first drawn first
 */
export function draw<Cause>(
  book: DeskBook<Cause>,
  classId: string,
  ranked: readonly (readonly DeskEnrollment[])[],
  promised: DrawPromise,
  cause: Cause,
): DrawResult {
  const course = book.classes.get(classId)!;
  const { seatReserves } = course.terms;
  const seats = Math.min(promised.seats, openSeats(course.counts, seatReserves, course.reservesUsed, book.at));
  const units = ranked.map((entry) => entry.filter((one) => one.state === 'applied' && one.classId === classId));
  const places = units.map((unit) => {
    const refusals = unit.map((one) =>
      personRefusal(course.terms, book.applicant(course, one.residentId, one.source), book.at),
    );
    return { size: unit.length, because: refusals.find((refusal) => refusal !== null)?.code ?? null };
  });
  const outcomes = allotSeats(places, seats, promised.waitingLimit);
  const behindAll = book.endOfQueue(course).getTime();
  for (const [rank, unit] of units.entries()) {
    const step = DRAW_STEPS[outcomes[rank]!];
    // Ranks are kept as moments: who was drawn earlier has waited longer, and whoever comes later stands behind all.
    const queuedAt = new Date(behindAll + rank);
    for (const one of unit) {
      book.move(course, one, step, cause, (next) => {
        next.queuedAt = queuedAt;
      });
      if (one.state === 'waiting') book.join(course, one);
    }
  }
  book.settle(classId);
  return { seats, units: places.map((place, index) => ({ ...place, outcome: outcomes[index]! })) };
}
