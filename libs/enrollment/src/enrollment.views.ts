import type { Language } from '#contracts';
import type { SeatClass } from '#catalogue';
import type { AdmissionAnswer } from './admission/admission.answers.js';
import type { EnrollmentView } from './enrollment.dto.js';
import type { EnrollmentRow } from './enrollment.queries.js';
import type { UndoneState } from './moves.rules.js';
import { sentenceOf } from './sentences.js';

/** An enrollment as it is shown: from the desk's answer, or as it was read. */
export interface ShownEnrollment {
  id: string;
  classId: string;
  residentId: string;
  state: EnrollmentRow['state'];
  queuedAt: Date;
  offeredUntil: Date | null;
  undoUntil: Date | null;
  /** What cancelling would be taken back to. */
  undoTo: UndoneState | null;
  automatic: boolean;
  unitSize: number;
  position: number | null;
  /** Whether they have applied and are on no list of the lottery. */
  behindList: boolean;
}

export const shownOf = (found: EnrollmentRow): ShownEnrollment => ({
  id: found.id,
  classId: found.class_id,
  residentId: found.resident_id,
  state: found.state,
  queuedAt: found.queued_at,
  offeredUntil: found.offered_until,
  undoUntil: found.undo_until,
  undoTo: found.undo_to,
  automatic: found.automatic,
  unitSize: found.unit_size,
  position: found.position,
  behindList: found.behind_list,
});

export const shownOfAnswer = ({ enrollment, unitSize }: AdmissionAnswer, position: number | null): ShownEnrollment => ({
  id: enrollment.id,
  classId: enrollment.classId,
  residentId: enrollment.residentId,
  state: enrollment.state,
  queuedAt: enrollment.queuedAt,
  offeredUntil: enrollment.offeredUntil,
  undoUntil: enrollment.undoUntil,
  undoTo: enrollment.undoTo,
  automatic: enrollment.automatic,
  unitSize,
  position,
  behindList: false,
});

/** The view of an enrollment, with its sentence: where it stands and what to do next. */
export function enrollmentView(
  enrollment: ShownEnrollment,
  course: Pick<SeatClass, 'name' | 'nameEn' | 'firstSessionAt'> & Partial<Pick<SeatClass, 'state'>>,
  language: Language,
  at: Date,
): EnrollmentView {
  const { id, classId, residentId, state, position, offeredUntil, undoUntil, queuedAt, automatic, unitSize } =
    enrollment;
  return {
    id,
    classId,
    className: course.name,
    classNameEn: course.nameEn,
    residentId,
    state,
    position,
    offeredUntil: offeredUntil?.toISOString() ?? null,
    undoUntil: undoUntil?.toISOString() ?? null,
    queuedAt: queuedAt.toISOString(),
    automatic,
    unitSize,
    sentence: sentenceOf(wordsFor(enrollment, course, at), language, {
      position: position ?? 0,
      until: offeredUntil,
      undoUntil,
      firstSessionAt: course.firstSessionAt,
    }),
  };
}

function wordsFor(
  { state, undoUntil, undoTo, behindList }: ShownEnrollment,
  course: Pick<SeatClass, 'firstSessionAt'> & Partial<Pick<SeatClass, 'state'>>,
  at: Date,
): Parameters<typeof sentenceOf>[0] {
  if (undoUntil && undoTo) return `undo-${undoTo}`;
  if (state === 'cancelled' && course.state === 'stopped') return 'cancelled-stopped';
  if (state === 'enrolled' && at >= course.firstSessionAt) return 'enrolled-begun';
  return behindList ? 'applied-behind' : state;
}
