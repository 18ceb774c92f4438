import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { NamedCode } from '#contracts';
import {
  Audit,
  type Caller,
  Clock,
  cutPage,
  IdempotentWrites,
  newId,
  type OnceKey,
  type Page,
  readCursor,
  requireVersion,
  rows,
  Transactions,
} from '#core';
import { Course, CourseClass } from '../catalogue.entities.js';
import { CatalogueErrors } from '../catalogue.errors.js';
import type { ChangeCourseRequest, CourseView, CoursesQuery, CreateCourseRequest } from './courses.dto.js';
import { containsPattern } from '../search/search.rules.js';

/** 课程: entered by the bureau; schools run classes of them. */
@Injectable()
export class CoursesService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly writes: IdempotentWrites,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** @throws CATALOGUE.COURSE_CODE_TAKEN */
  async create(caller: Caller, once: OnceKey, request: CreateCourseRequest): Promise<CourseView> {
    caller.require('courses.edit');
    return this.writes.run(once, async (em) => {
      const course = em.create(Course, {
        id: newId(),
        code: request.code,
        name: request.name,
        nameEn: request.nameEn ?? null,
        programmeKind: request.programmeKind,
        summary: request.summary ?? null,
        version: 1,
        createdAt: this.clock.now(),
      });
      await em.insert(Course, course);
      await this.audit.write(em, caller, [
        {
          action: 'course.created',
          targetKind: 'course',
          targetId: course.id,
          details: { code: course.code, programmeKind: course.programmeKind },
        },
      ]);
      return viewOf(course);
    });
  }

  /** @throws CATALOGUE.COURSE_UNKNOWN */
  async require(em: EntityManager, id: string): Promise<Course> {
    const course = await em.findOneBy(Course, { id });
    if (!course) throw CatalogueErrors.COURSE_UNKNOWN();
    return course;
  }

  /** {@link require}; and nobody changes it before the transaction ends. */
  async keep(em: EntityManager, id: string): Promise<Course> {
    const course = await em.findOne(Course, { where: { id }, lock: { mode: 'for_key_share' } });
    if (!course) throw CatalogueErrors.COURSE_UNKNOWN();
    return course;
  }

  /** The names of courses by the bureau's codes; those that are not there are left out. */
  named(em: EntityManager, codes: readonly string[]): Promise<NamedCode[]> {
    return codes.length === 0
      ? Promise.resolve([])
      : rows<NamedCode>(
          em,
          `select code, name, name_en as "nameEn" from courses where code = any($1::text[]) order by code`,
          [codes],
        );
  }

  async get(id: string): Promise<CourseView> {
    return viewOf(await this.require(this.source.manager, id));
  }

  /** Courses by code. */
  async list(query: CoursesQuery): Promise<Page<CourseView>> {
    const [after] = readCursor(query.cursor, ['text']) ?? [null];
    const found = await rows<CourseView>(
      this.source,
      `select id, code, name, name_en as "nameEn", programme_kind as "programmeKind", summary, version
         from courses
        where ($1::text is null or code > $1)
          and ($2::text is null or programme_kind = $2)
          and ($3::text is null or name ilike $3 or name_en ilike $3 or code ilike $3)
        order by code limit $4`,
      [after, query.programmeKind ?? null, query.q === undefined ? null : containsPattern(query.q), query.limit + 1],
    );
    return cutPage(
      found,
      query.limit,
      (course) => [course.code],
      (course) => course,
    );
  }

  /**
   * Code and kind may be corrected as long as no class uses the course: what counts toward which target hangs on them.
   *
   * @throws CATALOGUE.COURSE_UNKNOWN, CATALOGUE.COURSE_IN_USE, CATALOGUE.COURSE_CODE_TAKEN, CORE.STALE
   */
  async change(caller: Caller, id: string, version: number, request: ChangeCourseRequest): Promise<CourseView> {
    caller.require('courses.edit');
    return this.transactions.run(async (em) => {
      // For update, so that no class of it is created meanwhile.
      const course = await em.findOne(Course, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!course) throw CatalogueErrors.COURSE_UNKNOWN();
      requireVersion(course.version, version);
      const { code = course.code, programmeKind = course.programmeKind } = request;
      if (
        (code !== course.code || programmeKind !== course.programmeKind) &&
        (await em.existsBy(CourseClass, { courseId: id }))
      ) {
        throw CatalogueErrors.COURSE_IN_USE();
      }
      Object.assign(course, request, { version: version + 1 });
      await em.save(Course, course);
      await this.audit.write(em, caller, [
        { action: 'course.changed', targetKind: 'course', targetId: id, details: { fields: Object.keys(request) } },
      ]);
      return viewOf(course);
    });
  }
}

function viewOf({ id, code, name, nameEn, programmeKind, summary, version }: Course): CourseView {
  return { id, code, name, nameEn, programmeKind, summary, version };
}
