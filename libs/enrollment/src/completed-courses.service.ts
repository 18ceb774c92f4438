import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { preparedRows } from '#core';

/** A class in which a resident completed its course. */
export interface Completion {
  residentId: string;
  classId: string;
}

/** Which courses residents have completed, as the lib that counts tells it; a class may ask for an earlier course. */
@Injectable()
export class CompletedCoursesService {
  /** Puts down what these residents have completed by now, in place of what stood there before. */
  async replace(em: EntityManager, residentIds: readonly string[], completions: readonly Completion[]): Promise<void> {
    if (residentIds.length === 0) return;
    const people = completions.map(({ residentId }) => residentId);
    const classes = completions.map(({ classId }) => classId);
    const forgetting = preparedRows(
      em,
      `delete from completed_courses c where c.resident_id = any($1::uuid[])
          and not exists (select 1 from unnest($2::uuid[], $3::uuid[]) as n (resident_id, class_id)
                           where n.resident_id = c.resident_id and n.class_id = c.class_id)`,
      [residentIds, people, classes],
    );
    if (completions.length === 0) {
      await forgetting;
      return;
    }
    const noting = preparedRows(
      em,
      `insert into completed_courses (resident_id, course_id, class_id)
       select distinct n.resident_id, c.course_id, c.id
         from unnest($1::uuid[], $2::uuid[]) as n (resident_id, class_id) join course_classes c on c.id = n.class_id
       on conflict do nothing`,
      [people, classes],
    );
    await Promise.all([forgetting, noting]);
  }
}
