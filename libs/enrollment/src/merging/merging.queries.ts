import type { DataSource, EntityManager } from 'typeorm';
import { LIVE_ENROLLMENT_STATES } from '#contracts';
import { rows } from '#core';
import type { MergedEnrollment } from './merging.rules.js';

/** A class in which both records of one person have a live enrollment. */
export interface TwiceInClass {
  classId: string;
  survivor: MergedEnrollment & { residentId: string };
  duplicate: MergedEnrollment & { residentId: string };
}

export async function readTwiceInClass(
  on: DataSource | EntityManager,
  survivorId: string,
  duplicateId: string,
): Promise<TwiceInClass[]> {
  const found = await rows<{
    class_id: string;
    resident_id: string;
    id: string;
    state: MergedEnrollment['state'];
    queued_at: Date;
  }>(
    on,
    `select e.class_id, e.resident_id, e.id, e.state, e.queued_at
       from enrollments e
       join enrollments o on o.class_id = e.class_id and o.resident_id = any($1) and o.resident_id <> e.resident_id
                         and o.state = any($2)
      where e.resident_id = any($1) and e.state = any($2) order by e.class_id`,
    [[survivorId, duplicateId], LIVE_ENROLLMENT_STATES],
  );
  const of = (classId: string, residentId: string) => {
    const { id, state, queued_at } = found.find((one) => one.class_id === classId && one.resident_id === residentId)!;
    return { id, state, queuedAt: queued_at, residentId };
  };
  return [...new Set(found.map(({ class_id }) => class_id))].map((classId) => ({
    classId,
    survivor: of(classId, survivorId),
    duplicate: of(classId, duplicateId),
  }));
}

/** Terms in which the resident has, or had, anything. */
export async function readTermsOf(em: EntityManager, residentId: string): Promise<string[]> {
  const found = await rows<{ term_id: string }>(
    em,
    `select term_id from resident_terms where resident_id = $1
      union select term_id from enrollments where resident_id = $1`,
    [residentId],
  );
  return found.map(({ term_id }) => term_id);
}

/**
 * A seat that was cancelled and could still be taken back, in a class in which the person has another enrollment, is
 * released by the desk next.
 *
 * @returns the classes
 */
export async function endUndo(em: EntityManager, residentIds: readonly string[], at: Date): Promise<string[]> {
  const found = await rows<{ class_id: string }>(
    em,
    `update enrollments e set undo_until = $3
      where e.resident_id = any($1) and e.state = 'cancelled' and e.undo_until > $3 and exists (
        select 1 from enrollments o where o.class_id = e.class_id and o.resident_id = any($1) and o.state = any($2))
    returning e.class_id`,
    [residentIds, LIVE_ENROLLMENT_STATES, at],
  );
  return found.map(({ class_id }) => class_id);
}

/** Enrollments and appeals of the duplicate are the survivor's. @returns the enrollments */
export async function moveEnrollments(em: EntityManager, survivorId: string, duplicateId: string): Promise<string[]> {
  const moved = await rows<{ id: string }>(
    em,
    `update enrollments set resident_id = $1, version = version + 1 where resident_id = $2 returning id`,
    [survivorId, duplicateId],
  );
  await rows(em, `update appeals set resident_id = $1 where resident_id = $2`, [survivorId, duplicateId]);
  return moved.map(({ id }) => id);
}
