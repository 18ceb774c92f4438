import type { EnrollmentState } from '#contracts';

/** An enrollment of one of two records of the same person. */
export interface MergedEnrollment {
  id: string;
  state: EnrollmentState;
  queuedAt: Date;
}

/** What is worth more to somebody comes first. */
const WORTH = ['finished', 'enrolled', 'offered', 'waiting', 'applied'] as const satisfies readonly EnrollmentState[];

const worthOf = ({ state }: MergedEnrollment) => (WORTH as readonly EnrollmentState[]).indexOf(state);

/**
 * Of two live enrollments of one person in a class, the one that is given up: the one that is worth less, of two alike
 * the later one, of two of one moment that of the record that is used no more. The person never loses a seat by a
 * merger, and nobody holds two.
 */
export function givenUp<Enrollment extends MergedEnrollment>(
  ofSurvivor: Enrollment,
  ofDuplicate: Enrollment,
): Enrollment {
  const byWorth = worthOf(ofSurvivor) - worthOf(ofDuplicate);
  const byTime = ofSurvivor.queuedAt.getTime() - ofDuplicate.queuedAt.getTime();
  return (byWorth || byTime) > 0 ? ofSurvivor : ofDuplicate;
}
