import { Admission } from '../../libs/enrollment/src/admission/admission.rules.js';
import type { DeskClass, DeskEnrollment, DeskResident } from '../../libs/enrollment/src/admission/desk-book.rules.js';
import type { ClassTerms } from '../../libs/enrollment/src/enrollment.rules.js';

/*
 * An admission desk in memory, for tests of its rules: people, classes and what they hold, without a database.
 */

/** The moment at which the desk decides. */
export const at = new Date('2026-09-01T01:00:00Z');
const XIAOPU = '330305001007';

/** A class of first comers, open and not begun. */
export const terms: ClassTerms = {
  state: 'published',
  admission: 'first_come',
  courseId: 'tai-chi',
  programmeKind: 'elderly',
  capPerTerm: 2,
  waitingLimit: null,
  renewalOpensAt: null,
  renewalClosesAt: null,
  enrollmentOpensAt: new Date('2026-09-01T00:00:00Z'),
  enrollmentClosesAt: new Date('2026-09-10T00:00:00Z'),
  lateEntryClosesAt: null,
  minAge: null,
  maxAge: null,
  enrollmentRules: [],
  seatReserves: [],
  firstSessionAt: new Date('2026-09-15T01:00:00Z'),
};

/** A class that holds these enrollments and no others. */
export function course(
  id: string,
  seats: number,
  enrollments: DeskEnrollment[] = [],
  change: Partial<ClassTerms> = {},
): DeskClass {
  const count = (state: string) => enrollments.filter((one) => one.state === state).length;
  const queue = enrollments.filter(({ state }) => state === 'waiting');
  return {
    id,
    name: id,
    termId: 'term',
    terms: { ...terms, ...change },
    counts: {
      seats,
      taken: count('enrolled'),
      offered: count('offered'),
      held: enrollments.filter(({ undoTo }) => undoTo === 'enrolled').length,
      waiting: count('waiting'),
      applied: count('applied'),
    },
    reservesUsed: new Map(),
    queue,
    queueIsWhole: true,
    endings: enrollments.filter(({ state, undoTo }) => state === 'offered' || undoTo !== null),
    lastQueuedAt: queue.at(-1)?.queuedAt ?? null,
  };
}

/** Somebody who holds these enrollments. */
export function person(id: string, live: DeskEnrollment[] = [], change: Partial<DeskResident> = {}): DeskResident {
  return {
    id,
    birthDate: '1955-03-08',
    ties: { residence: XIAOPU, work: null, household: null },
    verified: false,
    groups: [],
    completedCourses: [],
    satIn: [],
    lockedTerms: new Set(['term']),
    live: live.map((enrollment) => ({
      enrollment,
      termId: 'term',
      programmeKind: 'elderly',
      className: enrollment.classId,
    })),
    ...change,
  };
}

/** Of `residentId` in the class tai-chi, where no other is named. */
export const enrollment = (
  residentId: string,
  state: DeskEnrollment['state'],
  minute = 0,
  change: Partial<DeskEnrollment> = {},
): DeskEnrollment => {
  const classId = change.classId ?? 'tai-chi';
  return {
    id: `${classId}-${residentId}`,
    classId,
    residentId,
    unitId: null,
    state,
    source: 'self',
    queuedAt: new Date(Date.UTC(2026, 8, 1, 0, minute)),
    offeredUntil: state === 'offered' ? new Date('2026-09-02T01:00:00Z') : null,
    automatic: false,
    reserve: null,
    undoUntil: null,
    undoTo: null,
    ...change,
  };
};

/** A desk that has read all this. */
export function admission(classes: DeskClass[], residents: DeskResident[], moment = at) {
  let made = 0;
  return new Admission<string>(
    new Map(classes.map((one) => [one.id, one])),
    new Map(residents.map((one) => [one.id, one])),
    () => false,
    moment,
    'itself',
    () => `made-${++made}`,
  );
}

/** An application, for companions too. */
export const asks = (residentId: string, classId = 'tai-chi', ...companions: string[]) => ({
  classId,
  residentIds: [residentId, ...companions],
  source: 'self' as const,
  automatic: true,
});
