import type { CallReason, EnrollmentState, SeatAnswer } from '#contracts';
import { api, ask, type Schema } from '../shared/api';

/** What is done for somebody on the phone, by what they said of the seat. */
export type CallDeed = 'acceptance' | 'declination' | 'cancellation';

const OF_AN_OFFER = { keeps_seat: 'acceptance', gives_up_seat: 'declination' } as const;
const OF_A_SEAT = { gives_up_seat: 'cancellation' } as const;

/** Calls in which the seat is spoken of, and what follows from the answer; in the others it is enough to have told. */
const DEEDS: Partial<Record<CallReason, Partial<Record<SeatAnswer, CallDeed>>>> = {
  offer: OF_AN_OFFER,
  promoted: OF_A_SEAT,
  waiting: OF_A_SEAT,
  enrolled_for_you: OF_A_SEAT,
  approved: OF_A_SEAT,
  lottery_result: OF_A_SEAT,
  class_stopped: OF_A_SEAT,
  transferred: OF_A_SEAT,
  merged: OF_A_SEAT,
  no_show: OF_A_SEAT,
};

const LIVE: readonly EnrollmentState[] = ['applied', 'waiting', 'offered', 'enrolled'];

/**
 * Whether there is a seat, or a place in the queue, of which somebody can say that they keep it.
 *
 * @param state how the enrollment stands; null where the caller may not see it
 */
export function speaksOfSeat(reason: CallReason, state: EnrollmentState | null): boolean {
  return reason in DEEDS && (state === null || (reason === 'offer' ? state === 'offered' : LIVE.includes(state)));
}

/** What is to be done after that answer; null where nothing is. */
export const deedAfter = (reason: CallReason, answer: SeatAnswer | null): CallDeed | null =>
  (answer && DEEDS[reason]?.[answer]) ?? null;

/** Does it for the resident; repeating it changes nothing. @throws ApiProblem, Offline */
export function perform(deed: CallDeed, enrollmentId: string, why: string): Promise<Schema<'EnrollmentView'>> {
  const params = { path: { id: enrollmentId } };
  switch (deed) {
    case 'acceptance':
      return ask(() => api.POST('/api/v1/enrollments/{id}/acceptance', { params }));
    case 'declination':
      return ask(() => api.POST('/api/v1/enrollments/{id}/declination', { params }));
    case 'cancellation':
      return ask(() => api.POST('/api/v1/enrollments/{id}/cancellation', { params, body: { reason: why } }));
  }
}

/** A number as it is read out: 138 0013 8000. */
export const spoken = (phone: string): string => phone.replace(/^(\d{3})(\d{4})(\d{4})$/, '$1 $2 $3');
