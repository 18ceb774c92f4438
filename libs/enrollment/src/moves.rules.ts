import type { EnrollmentState } from '#contracts';

/*
 * The states of an enrollment and every move between them; drawn in docs/enrollment.md. Nothing else may change a
 * state.
 */

/** What people and time do to an enrollment. */
export type Step =
  | 'draw_seat'
  | 'draw_wait'
  | 'draw_none'
  | 'enter'
  | 'approve'
  | 'queue'
  | 'refuse'
  | 'promote'
  | 'offer'
  | 'accept'
  | 'decline'
  | 'expire'
  | 'cancel'
  | 'undo'
  | 'withdraw'
  | 'remove'
  | 'release'
  | 'transfer'
  | 'reinstate'
  | 'finish'
  | 'lapse'
  | 'merge';

/** From which states a step may be taken, and where it leads; `same`: the state stays, `undo`: to the state before. */
export const MOVES: Record<Step, { from: readonly EnrollmentState[]; to: EnrollmentState | 'same' | 'undo' }> = {
  /** 摇号: drawn, and a seat was there. */
  draw_seat: { from: ['applied'], to: 'enrolled' },
  /** Drawn behind the seats: the waiting list in the order of the draw. */
  draw_wait: { from: ['applied'], to: 'waiting' },
  /** Drawn behind the seats, and the class has no (more) room in its waiting list. */
  draw_none: { from: ['applied'], to: 'not_drawn' },
  /** Into a lottery that is yet to be drawn, from a merged class or after an appeal: an entrant like all others. */
  enter: { from: ['enrolled', 'offered', 'waiting'], to: 'applied' },
  /** 审核: the school accepts the application, and a seat is free. */
  approve: { from: ['applied'], to: 'enrolled' },
  /** The school accepts it, and no seat is free; or a merged class has none free. */
  queue: { from: ['applied', 'enrolled', 'offered'], to: 'waiting' },
  refuse: { from: ['applied'], to: 'refused' },
  /** 递补: a seat fell free and is taken at once, as was chosen when queueing. */
  promote: { from: ['waiting'], to: 'enrolled' },
  /** A seat fell free and is kept until an answer. */
  offer: { from: ['waiting'], to: 'offered' },
  accept: { from: ['offered'], to: 'enrolled' },
  decline: { from: ['offered'], to: 'declined' },
  expire: { from: ['offered'], to: 'expired' },
  cancel: { from: ['enrolled', 'waiting', 'offered', 'applied'], to: 'cancelled' },
  /** Cancelling is taken back while the seat is still held. */
  undo: { from: ['cancelled'], to: 'undo' },
  withdraw: { from: ['enrolled'], to: 'withdrawn' },
  /** The school takes somebody out: not there and not to be reached, or a mistake at the counter. */
  remove: { from: ['enrolled', 'waiting', 'offered', 'applied'], to: 'removed' },
  /** 停开: the class is stopped and there is nowhere to go. */
  release: { from: ['enrolled', 'waiting', 'offered', 'applied'], to: 'cancelled' },
  /** 转班, 并班: to a parallel class, with attendance and place in the queue. */
  transfer: { from: ['enrolled', 'waiting', 'offered', 'applied'], to: 'same' },
  /** An appeal was upheld: back into the queue, at the old place. */
  reinstate: { from: ['removed', 'refused', 'expired', 'declined', 'not_drawn', 'cancelled'], to: 'waiting' },
  finish: { from: ['enrolled'], to: 'finished' },
  /** 结班: no seat came before the class was over. */
  lapse: { from: ['waiting', 'offered', 'applied'], to: 'lapsed' },
  /** 合并档案: the same person had two records in the class, and keeps the better of the two. */
  merge: { from: ['enrolled', 'finished', 'offered', 'waiting', 'applied'], to: 'removed' },
};

/**
 * Where a step leads from a state, or null where it is not allowed.
 *
 * @param undoTo where undoing leads: the state before cancelling
 */
export function moved(
  from: EnrollmentState,
  step: Step,
  undoTo: EnrollmentState | null = null,
): EnrollmentState | null {
  const { from: allowed, to } = MOVES[step];
  if (!allowed.includes(from)) return null;
  if (to === 'same') return from;
  return to === 'undo' ? undoTo : to;
}

/** Where a step that was taken already has led, so that taking it again changes nothing. */
export function isDone(state: EnrollmentState, step: Step): boolean {
  if (step === 'transfer') return false;
  return step === 'undo' ? MOVES.cancel.from.includes(state) : MOVES[step].to === state;
}

/** Whoever leaves a seat before the first session cancels; afterwards it is a withdrawal, with attendance to keep. */
export function leavingStep(from: EnrollmentState, firstSessionAt: Date, at: Date): 'cancel' | 'withdraw' {
  return from === 'withdrawn' || (from === 'enrolled' && at >= firstSessionAt) ? 'withdraw' : 'cancel';
}

const OF_RESIDENT = ['apply', 'accept', 'decline', 'cancel', 'undo', 'withdraw'];

/** Whether a step is the resident's own wish: staff who take it do so on the resident's behalf. */
export const isOfResident = (step: string): boolean => OF_RESIDENT.includes(step);

/** What can be had again after it was cancelled: a seat, a place in the queue, an application. */
export type UndoneState = 'enrolled' | 'waiting' | 'applied';

/** Where taking back the cancelling would lead; null: it cannot be taken back, as an offer goes on at once. */
export function undoneTo(from: EnrollmentState): UndoneState | null {
  return from === 'enrolled' || from === 'waiting' || from === 'applied' ? from : null;
}

/** How long cancelling can be taken back. */
const UNDO_MS = 10 * 60_000;

/** Until when cancelling can be taken back; null: not at all. */
export function undoUntil(from: EnrollmentState, at: Date): Date | null {
  return undoneTo(from) && new Date(at.getTime() + UNDO_MS);
}

/** How an enrollment counts in its class: one of the counts, or not at all. */
export function countsAs({
  state,
  undoTo,
}: {
  state: EnrollmentState;
  undoTo: EnrollmentState | null;
}): 'taken' | 'offered' | 'waiting' | 'held' | 'applied' | null {
  switch (state) {
    case 'enrolled':
    case 'finished':
      return 'taken';
    case 'offered':
    case 'waiting':
    case 'applied':
      return state;
    case 'cancelled':
      return undoTo === 'enrolled' ? 'held' : null;
    default:
      return null;
  }
}
