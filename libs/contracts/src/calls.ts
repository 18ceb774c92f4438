/** Why somebody is called; several scripts may serve one reason. */
export const CALL_REASONS = [
  'offer',
  'offer_expired',
  'promoted',
  'waiting',
  'enrolled_for_you',
  'approved',
  'refused',
  'removed',
  'appeal_decided',
  'lottery_result',
  'class_stopped',
  'class_finished',
  'transferred',
  'merged',
  'session_cancelled',
  'no_show',
] as const;
export type CallReason = (typeof CALL_REASONS)[number];

/** open: to be called. done: reached. closed: nobody need call any more. */
export const CALL_STATES = ['open', 'done', 'closed'] as const;
export type CallState = (typeof CALL_STATES)[number];

/** What came of an attempt to reach somebody. */
export const CALL_OUTCOMES = ['reached', 'no_answer', 'wrong_number', 'refused', 'other'] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

/** What a resident who was reached said of the seat. */
export const SEAT_ANSWERS = ['keeps_seat', 'gives_up_seat'] as const;
export type SeatAnswer = (typeof SEAT_ANSWERS)[number];

/** Why nobody need call any more. */
export const CALL_CLOSINGS = [
  'accepted',
  'declined',
  'expired',
  'left',
  'removed',
  'class_stopped',
  'class_finished',
  'excused',
  'too_late',
  'told_otherwise',
] as const;
export type CallClosing = (typeof CALL_CLOSINGS)[number];

/** What a call may be about. */
export const CALL_SUBJECTS = ['enrollment'] as const;
export type CallSubject = (typeof CALL_SUBJECTS)[number];
