import type { SeatClass } from '#catalogue';
import type { Caller, CodedError } from '#core';
import type { DeskEnrollment } from './desk-book.rules.js';
import { EnrollmentErrors } from '../enrollment.errors.js';
import { stateName } from '../refusals.js';

/** What the desk answers: the enrollment as it stands, and whether this request made it so. */
export interface AdmissionAnswer {
  enrollment: DeskEnrollment;
  /** How many people share its unit; 1 for somebody alone. */
  unitSize: number;
  /** False where it stood so already. */
  changed: boolean;
  /** Number in the queue of one who has just joined it; null for all others. */
  position: number | null;
  course: Pick<SeatClass, 'name' | 'nameEn' | 'firstSessionAt'>;
}

/** The answer about an enrollment of one person. */
export function answerOf(
  enrollment: DeskEnrollment,
  course: SeatClass,
  changed: boolean,
  position: number | null,
): AdmissionAnswer {
  const { name, nameEn, firstSessionAt } = course;
  return { enrollment: { ...enrollment }, unitSize: 1, changed, position, course: { name, nameEn, firstSessionAt } };
}

/**
 * Puts the answers of a batch into the form in which they are stored as JSON. Their moments are written out before, each
 * once: most of a batch share them, and JSON would ask every object of each answer how it wants to be written.
 */
export function storedForms(): (answer: AdmissionAnswer) => object {
  const texts = new Map<Date, string>();
  const textOf = (moment: Date | null): string | null => {
    if (moment === null) return null;
    let text = texts.get(moment);
    if (text === undefined) texts.set(moment, (text = moment.toISOString()));
    return text;
  };
  return (answer) => {
    const { enrollment, course } = answer;
    return {
      ...answer,
      course: { ...course, firstSessionAt: textOf(course.firstSessionAt) },
      enrollment: {
        ...enrollment,
        queuedAt: textOf(enrollment.queuedAt),
        offeredUntil: textOf(enrollment.offeredUntil),
        undoUntil: textOf(enrollment.undoUntil),
      },
    };
  };
}

const dateOf = (value: Date | null): Date | null => value && new Date(value);

/** An answer as it was before it was stored as JSON. */
export function revived(answer: AdmissionAnswer): AdmissionAnswer {
  const { enrollment, course } = answer;
  return {
    ...answer,
    course: { ...course, firstSessionAt: new Date(course.firstSessionAt) },
    enrollment: {
      ...enrollment,
      queuedAt: new Date(enrollment.queuedAt),
      offeredUntil: dateOf(enrollment.offeredUntil),
      undoUntil: dateOf(enrollment.undoUntil),
    },
  };
}

/** Why a step was not taken, by where the enrollment stands. */
export function notAllowed(step: string, { language }: Caller, state: DeskEnrollment['state']): CodedError {
  if (step === 'accept' && state === 'expired') return EnrollmentErrors.OFFER_EXPIRED();
  return EnrollmentErrors.MOVE_NOT_ALLOWED({ state: stateName(state, language) });
}
