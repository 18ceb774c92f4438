import type { EnrollmentState } from '#contracts';
import type { Schema } from '../shared/api';

/** Enrollments that a stopped class sends away, in the order in which they are moved. */
export const STOPPED_STATES = ['enrolled', 'offered', 'waiting', 'applied'] as const satisfies EnrollmentState[];
export type StoppedState = (typeof STOPPED_STATES)[number];

/** Somebody whom the end of a class concerns. */
export interface Affected {
  id: string;
  name: string;
  state: StoppedState;
  /** Those who share it applied together, and are moved together; null: alone. */
  unitId: string | null;
}

/** Where somebody goes, as far as the free seats tell beforehand. */
export type Destination = 'seat' | 'queue' | 'behind' | 'application' | 'released';

/**
 * Where each goes if the class is stopped now: seats first, in the order of the queue. Who has another class at that
 * time or as many as are allowed is released in the end; the platform alone knows that.
 *
 * @param into the class to which they are moved; null: they are released
 * @param at milliseconds; before the list of a lottery closes, its people are drawn with all others, and who comes with no
 *   more than an application afterwards stands behind all who are on the list
 */
export function destinations(
  people: readonly Affected[],
  into: Pick<Schema<'ClassCardView'>, 'seatsLeft' | 'admission' | 'enrollmentClosesAt'> | null,
  at = Date.now(),
): Destination[] {
  if (into === null) return people.map(() => 'released');
  if (into.admission === 'lottery' && at < Date.parse(into.enrollmentClosesAt)) return people.map(() => 'application');
  let free = into.seatsLeft;
  const seated = new Map<string, boolean>();
  return people.map(({ id, state, unitId }) => {
    if (state === 'applied') return into.admission === 'lottery' ? 'behind' : 'application';
    if (state === 'waiting') return 'queue';
    const unit = unitId === null ? id : `${unitId} ${state}`;
    if (!seated.has(unit)) {
      const size = unitId === null ? 1 : people.filter((one) => one.unitId === unitId && one.state === state).length;
      seated.set(unit, size <= free);
      if (size <= free) free -= size;
    }
    return seated.get(unit) ? 'seat' : 'queue';
  });
}

/** What has become of somebody: their state in the class to which they went, or that they were released. */
export type Fate = { kind: 'moved'; state: EnrollmentState } | { kind: 'released' } | { kind: 'pending' };

/**
 * What has become of each so far.
 *
 * @param left enrollments of the stopped class
 * @param there enrollments of the class to which they were moved
 */
export function fatesOf(
  people: readonly Affected[],
  left: readonly Schema<'ClassEnrollmentView'>[],
  there: readonly Schema<'ClassEnrollmentView'>[],
): Fate[] {
  return people.map(({ id }) => {
    const moved = there.find((one) => one.id === id);
    if (moved) return { kind: 'moved', state: moved.state };
    const stayed = left.find((one) => one.id === id);
    const live = stayed && STOPPED_STATES.some((state) => state === stayed.state);
    return { kind: live || !stayed ? 'pending' : 'released' };
  });
}
