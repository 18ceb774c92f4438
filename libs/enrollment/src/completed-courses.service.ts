import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { rows } from '#core';

/** A class in which a resident completed its course. */
export interface Completion {
  residentId: string;
  courseId: string;
  classId: string;
}

/** Which courses residents have completed, as the lib that counts tells it; a class may ask for an earlier course. */
@Injectable()
export class CompletedCoursesService {
  /** Puts down what these residents have completed by now, in place of what stood there before. */
  async replace(em: EntityManager, residentIds: readonly string[], completions: readonly Completion[]): Promise<void> {
    if (residentIds.length === 0) return;
    const parameters = [
      residentIds,
      completions.map(({ residentId }) => residentId),
      completions.map(({ courseId }) => courseId),
      completions.map(({ classId }) => classId),
    ];
    await rows(
      em,
      `delete from completed_courses c where resident_id = any($1::uuid[])
          and not exists (select 1 from unnest($2::uuid[], $3::uuid[], $4::uuid[]) as n (r, co, cl)
                           where n.r = c.resident_id and n.co = c.course_id and n.cl = c.class_id)`,
      parameters,
    );
    await rows(
      em,
      `insert into completed_courses (resident_id, course_id, class_id)
       select distinct * from unnest($1::uuid[], $2::uuid[], $3::uuid[]) on conflict do nothing`,
      parameters.slice(1),
    );
  }
}
