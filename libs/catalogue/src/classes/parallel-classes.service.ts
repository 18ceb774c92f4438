import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Caller, Clock, CoreErrors, type Page, type PageQuery, readCursor } from '#core';
import type { CourseClass } from '../catalogue.entities.js';
import { CatalogueErrors } from '../catalogue.errors.js';
import type { BelowMinimumView } from './class-moves.dto.js';
import { ClassViews } from './class-views.service.js';
import type { ClassCardView } from './class-views.dto.js';
import { type ClassSelection, selectClasses } from './classes.queries.js';
import { ClassesService } from './classes.service.js';

/** How long before its decision a class below its minimum is shown, so that there is time to call people. */
const SHOWN_BEFORE_MS = 7 * 86_400_000;

/** Where the people of a class can go, and which classes have too few of them. */
@Injectable()
export class ParallelClassesService {
  constructor(
    private readonly source: DataSource,
    private readonly classes: ClassesService,
    private readonly views: ClassViews,
    private readonly clock: Clock,
  ) {}

  /**
   * Parallel classes: others of the same course and term that people of this class can move to. The school's own come
   * first, then those that begin first.
   *
   * @throws CATALOGUE.CLASS_UNKNOWN; CORE.FORBIDDEN to staff of another school while it is not public
   */
  async list(caller: Caller, classId: string, query: PageQuery): Promise<Page<ClassCardView>> {
    const courseClass = await this.classes.require(this.source.manager, classId);
    if (!this.views.maySee(caller, courseClass)) {
      throw caller.can('classes.read') ? CoreErrors.FORBIDDEN() : CatalogueErrors.CLASS_UNKNOWN();
    }
    const selection = parallelTo(courseClass, this.clock.now());
    const elsewhere = `(c.organisation_id <> $5)::int`;
    const parameters = [...selection.parameters, courseClass.organisationId];
    const after = readCursor(query.cursor, ['number', 'moment', 'uuid']);
    if (after) {
      selection.conditions.push(`(${elsewhere}, c.first_session_at, c.id) > ($6::int, $7::timestamptz, $8::uuid)`);
      parameters.push(...after);
    }
    const found = await selectClasses(this.source, {
      ...selection,
      order: `${elsewhere}, c.first_session_at, c.id`,
      limit: query.limit + 1,
      parameters,
    });
    return this.classes.pageOf(found, query.limit, (row) => [
      row.organisation_id === courseClass.organisationId ? 0 : 1,
      row.first_session_at!.toISOString(),
      row.id,
    ]);
  }

  /**
   * Asks whether people of the class can move to another, whose seats the caller has locked.
   *
   * @returns the school of the other
   * @throws CATALOGUE.MOVED_TO_UNFIT
   */
  async require(em: EntityManager, courseClass: CourseClass, otherId: string): Promise<string> {
    const selection = parallelTo(courseClass, this.clock.now());
    const found = await selectClasses(em, {
      ...selection,
      conditions: [...selection.conditions, 'c.id = $5'],
      order: 'c.id',
      limit: 1,
      parameters: [...selection.parameters, otherId],
    });
    if (!found[0]) throw CatalogueErrors.MOVED_TO_UNFIT();
    return found[0].organisation_id;
  }

  /**
   * Classes of a school that have fewer people than they need, from a week before the decision until the first session.
   * Who waits for a lottery or for the school's answer counts as one who comes. What becomes of a class, a person
   * decides.
   *
   * @throws CORE.FORBIDDEN
   */
  async belowMinimum(caller: Caller, organisationId: string, query: PageQuery): Promise<Page<BelowMinimumView>> {
    caller.require('classes.read', organisationId);
    const now = this.clock.now();
    const [decidedAt, id] = readCursor(query.cursor, ['moment', 'uuid']) ?? [null, null];
    const found = await selectClasses(this.source, {
      conditions: [
        `c.state = 'published'`,
        'c.minimum is not null',
        'c.minimum_decided_at <= $2',
        'c.organisation_id = $1',
        'c.first_session_at > $3',
        'a.taken + a.applied < c.minimum',
        '($4::timestamptz is null or (c.minimum_decided_at, c.id) > ($4::timestamptz, $5::uuid))',
      ],
      order: 'c.minimum_decided_at, c.id',
      limit: query.limit + 1,
      parameters: [organisationId, new Date(now.getTime() + SHOWN_BEFORE_MS), now, decidedAt, id],
    });
    const page = await this.classes.pageOf(found, query.limit, (row) => [
      row.minimum_decided_at!.toISOString(),
      row.id,
    ]);
    return {
      ...page,
      items: page.items.map((card, index) => {
        const { minimum, minimum_decided_at, taken } = found[index]!;
        return { ...card, minimum: minimum!, minimumDecidedAt: minimum_decided_at!.toISOString(), taken };
      }),
    };
  }
}

/** Half of its sessions must be ahead: who comes later cannot reach what counts as having taken part. */
function parallelTo(
  { id, courseId, termId }: CourseClass,
  at: Date,
): Pick<ClassSelection, 'parameters'> & { conditions: string[] } {
  return {
    conditions: [
      'c.course_id = $1',
      'c.term_id = $2',
      'c.id <> $3',
      // What is locked tells the state as it is now.
      `c.state = 'published' and a.state = 'published'`,
      `(select count(*) filter (where s.starts_at > $4) * 2 >= count(*)
          from class_sessions s where s.class_id = c.id and s.state <> 'cancelled')`,
      'c.last_session_at > $4',
    ],
    parameters: [courseId, termId, id, at],
  };
}
