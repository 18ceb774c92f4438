import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type AuditAction, IDS_PER_JOB, makeCode } from '#contracts';
import {
  Audit,
  Caller,
  Clock,
  cutPage,
  IdempotentWrites,
  newId,
  type OnceKey,
  Outbox,
  type Page,
  type PageQuery,
  readCursor,
  requireVersion,
  row,
  Transactions,
} from '#core';
import { OrganisationsService } from '#places';
import { ClassSession, CourseClass } from '../catalogue.entities.js';
import { CatalogueErrors } from '../catalogue.errors.js';
import { ClassPlans } from './class-plans.service.js';
import { ClassViews } from './class-views.service.js';
import type { ClassCardView, ClassView } from './class-views.dto.js';
import type {
  ChangeClassRequest,
  CreateClassRequest,
  OrganisationClassesQuery,
  SessionTimesRequest,
} from './classes.dto.js';
import { type ClassRow, findReleasedClasses, refreshSessionSpan, selectClasses } from './classes.queries.js';
import { byTime, defaultMinAge, fieldsNotEditable, STATE_WORDS } from './classes.rules.js';
import { CoursesService } from '../courses/courses.service.js';
import { defaultAdmission } from './enrollment-terms.rules.js';

/** Codes are drawn from 33 million; with ten thousand classes a second draw is rare, a fifth never seen. */
const CODE_DRAWS = 5;

const DAY_MS = 86_400_000;

/** 班级: drafted and changed by the school. How it moves on is in {@link ClassMovesService}. */
@Injectable()
export class ClassesService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly writes: IdempotentWrites,
    private readonly organisations: OrganisationsService,
    private readonly courses: CoursesService,
    private readonly plans: ClassPlans,
    private readonly views: ClassViews,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** The class, whatever its state. @throws CATALOGUE.CLASS_UNKNOWN */
  async require(em: EntityManager, id: string): Promise<CourseClass> {
    const courseClass = await em.findOneBy(CourseClass, { id });
    if (!courseClass) throw CatalogueErrors.CLASS_UNKNOWN();
    return courseClass;
  }

  /**
   * {@link require} under a lock until the transaction ends. Not the strongest one: enrollments refer to the row and
   * go on meanwhile; what they decide by is locked by class_availability, always after this row.
   */
  async lock(em: EntityManager, id: string): Promise<CourseClass> {
    const courseClass = await em.findOne(CourseClass, { where: { id }, lock: { mode: 'for_no_key_update' } });
    if (!courseClass) throw CatalogueErrors.CLASS_UNKNOWN();
    return courseClass;
  }

  /**
   * Drafts a class.
   *
   * @throws what {@link ClassPlans.check} throws; PLACES.ORGANISATION_UNKNOWN, CATALOGUE.COURSE_UNKNOWN
   */
  async create(caller: Caller, once: OnceKey, request: CreateClassRequest): Promise<ClassView> {
    caller.require('classes.edit', request.organisationId);
    return this.writes.run(once, async (em) => {
      await this.organisations.require(em, request.organisationId);
      const course = await this.courses.keep(em, request.courseId);
      const draft = em.create(CourseClass, {
        id: newId(),
        courseId: course.id,
        termId: request.termId,
        organisationId: request.organisationId,
        programmeKind: course.programmeKind,
        name: request.name,
        nameEn: request.nameEn ?? null,
        summary: request.summary ?? null,
        teacherId: request.teacherId,
        venueId: request.venueId,
        seats: request.seats,
        waitingLimit: request.waitingLimit ?? null,
        admission: request.admission ?? defaultAdmission(course.programmeKind),
        renewalOpensAt: null,
        renewalClosesAt: null,
        lateEntryClosesAt: null,
        minimumDecidedAt: null,
        ...momentsOf(request),
        enrollmentRules: request.enrollmentRules ?? [],
        seatReserves: request.seatReserves ?? [],
        minimum: request.minimum ?? null,
        minAge: request.minAge === undefined ? defaultMinAge(course.programmeKind) : request.minAge,
        maxAge: request.maxAge ?? null,
        feeFen: request.feeFen,
        materialsFen: request.materialsFen ?? 0,
        materials: request.materials ?? null,
        state: 'draft',
        version: 1,
        createdAt: this.clock.now(),
      });
      const sessions = this.sessionsOf(draft, request.sessions ?? []);
      const { regionCode } = await this.plans.check(em, draft, sessions);
      draft.regionCode = regionCode;
      await this.insertWithCode(em, draft);
      await insertSessions(em, sessions);
      await this.settle(em, draft);
      await this.record(em, caller, 'class.created', draft, { sessions: sessions.length, seats: draft.seats });
      return this.views.view(em, draft.id, caller);
    });
  }

  /**
   * Changes a class: a draft altogether, a published one in what residents may see change.
   *
   * @throws CATALOGUE.NOT_EDITABLE, CATALOGUE.SEATS_PROMISED, CORE.STALE, and what {@link create} throws
   */
  async change(caller: Caller, id: string, version: number, request: ChangeClassRequest): Promise<ClassView> {
    return this.transactions.run(async (em) => {
      const courseClass = await this.lock(em, id);
      caller.require('classes.edit', courseClass.organisationId);
      requireVersion(courseClass.version, version);
      this.requireEditable(courseClass, Object.keys(request));
      const { seats: seatsBefore, enrollmentClosesAt, lateEntryClosesAt, seatReserves } = courseClass;
      const promised = { enrollmentClosesAt, lateEntryClosesAt, seatReserves };

      const { sessions: newTimes, ...fields } = request;
      Object.assign(courseClass, fields, momentsOf(request), { version: version + 1 });

      if (courseClass.state === 'draft') {
        courseClass.programmeKind = (await this.courses.keep(em, courseClass.courseId)).programmeKind;
        const sessions = newTimes
          ? this.sessionsOf(courseClass, newTimes)
          : await em.find(ClassSession, { where: { classId: id }, order: { number: 'ASC' } });
        courseClass.regionCode = (await this.plans.check(em, courseClass, sessions)).regionCode;
        await em.save(CourseClass, courseClass);
        if (newTimes) {
          await em.delete(ClassSession, { classId: id });
          await insertSessions(em, sessions);
        } else {
          const { venueId, teacherId } = courseClass;
          await em.update(ClassSession, { classId: id }, { venueId, teacherId });
        }
        await this.settle(em, courseClass);
      } else {
        if (courseClass.seats > seatsBefore) await this.plans.checkSeats(em, courseClass);
        await this.plans.checkPromise(em, promised, courseClass);
        await em.save(CourseClass, courseClass);
        if (request.seats ?? request.lateEntryClosesAt ?? request.seatReserves) await this.changeSeats(em, courseClass);
      }
      await this.record(em, caller, 'class.changed', courseClass, {
        fields: Object.keys(request),
        ...(courseClass.seats !== seatsBefore && { seats: { from: seatsBefore, to: courseClass.seats } }),
      });
      return this.views.view(em, id, caller);
    });
  }

  /** @throws CATALOGUE.CLASS_UNKNOWN, CORE.FORBIDDEN */
  get(caller: Caller, id: string): Promise<ClassView> {
    return this.views.view(this.source.manager, id, caller);
  }

  /** Classes of a school for its staff, the latest drafted first. @throws CORE.FORBIDDEN */
  async ofOrganisation(
    caller: Caller,
    organisationId: string,
    query: OrganisationClassesQuery,
  ): Promise<Page<ClassCardView>> {
    caller.require('classes.read', organisationId);
    const [before] = readCursor(query.cursor, ['uuid']) ?? [null];
    const found = await selectClasses(this.source, {
      conditions: [
        'c.organisation_id = $1',
        '($2::uuid is null or c.id < $2)',
        '($3::text is null or c.state = $3)',
        '($4::uuid is null or c.term_id = $4)',
      ],
      order: 'c.id desc',
      limit: query.limit + 1,
      parameters: [organisationId, before, query.state ?? null, query.termId ?? null],
    });
    return this.pageOf(found, query.limit, (row) => [row.id]);
  }

  /** Classes that wait for the bureau's decision, the longest waiting first. */
  async toReview(caller: Caller, query: PageQuery): Promise<Page<ClassCardView>> {
    caller.require('classes.approve');
    const [submittedAt, id] = readCursor(query.cursor, ['moment', 'uuid']) ?? [null, null];
    const found = await selectClasses(this.source, {
      conditions: [
        `c.state = 'submitted'`,
        '($1::timestamptz is null or (c.submitted_at, c.id) > ($1::timestamptz, $2::uuid))',
      ],
      order: 'c.submitted_at, c.id',
      limit: query.limit + 1,
      parameters: [submittedAt, id],
    });
    return this.pageOf(found, query.limit, (row) => [row.submitted_at!.toISOString(), row.id]);
  }

  /**
   * Tells of reserved seats whose day of release has come, so that those who wait are offered them. It looks a day back:
   * whoever was told before is told again without harm, and nothing is missed while the worker stands still.
   */
  async tellOfReleasedSeats(): Promise<void> {
    const now = this.clock.now();
    const dayBefore = new Date(now.getTime() - DAY_MS);
    const released = await findReleasedClasses(this.source, dayBefore, now, IDS_PER_JOB);
    if (released.length > 0) await this.transactions.run((em) => this.outbox.tell(em, 'class-seats.changed', released));
  }

  /** A page of classes with all that lists show of them. */
  async pageOf(
    found: readonly ClassRow[],
    limit: number,
    keyOf: (row: ClassRow) => (string | number)[],
  ): Promise<Page<ClassCardView>> {
    const page = cutPage(found, limit, keyOf, (row) => row);
    return { items: await this.views.cards(this.source.manager, page.items), next: page.next };
  }

  private sessionsOf(courseClass: CourseClass, times: readonly SessionTimesRequest[]): ClassSession[] {
    const spans = times.map(({ startsAt, endsAt }) => ({ startsAt: new Date(startsAt), endsAt: new Date(endsAt) }));
    return byTime(spans).map((span, index) => ({
      id: newId(),
      classId: courseClass.id,
      number: index + 1,
      ...span,
      venueId: courseClass.venueId,
      teacherId: courseClass.teacherId,
      state: 'scheduled' as const,
      reserved: false,
      frozen: true,
      makeupOf: null,
      cancelledReason: null,
      substituteName: null,
      substituteReason: null,
      version: 1,
      createdAt: this.clock.now(),
    }));
  }

  /** The code is drawn, and drawn again where some class has it. */
  private async insertWithCode(em: EntityManager, draft: CourseClass): Promise<void> {
    for (let draw = 1; draw <= CODE_DRAWS; draw++) {
      draft.code = makeCode('class', (sides) => randomInt(sides));
      const inserted = await em
        .createQueryBuilder()
        .insert()
        .into(CourseClass)
        .values(draft)
        .orIgnore()
        .returning('id')
        .execute();
      if ((inserted.raw as unknown[]).length === 1) return;
    }
    throw new Error(`no class code was free in ${CODE_DRAWS} draws`);
  }

  /** What follows from a draft's fields and sessions: its span and what search finds it by. */
  private async settle(em: EntityManager, courseClass: CourseClass): Promise<void> {
    await refreshSessionSpan(em, courseClass.id);
    await em.update(
      CourseClass,
      { id: courseClass.id },
      { searchText: await this.plans.searchTextOf(em, courseClass) },
    );
  }

  private requireEditable(courseClass: CourseClass, fields: readonly string[]): void {
    const refused = fieldsNotEditable(courseClass.state, fields);
    if (refused.length === 0) return;
    const { zh, en } = STATE_WORDS[courseClass.state];
    throw CatalogueErrors.NOT_EDITABLE({ stateZh: zh, stateEn: en, fields: refused.join(', ') }, { fields: refused });
  }

  /**
   * Waits for the desk that decides on this class; whoever waits in its queue is offered what there is now.
   *
   * @throws CATALOGUE.SEATS_PROMISED
   */
  private async changeSeats(em: EntityManager, { id, seats }: CourseClass): Promise<void> {
    const changed = await row(
      em,
      `update class_availability set seats = $2
        where class_id = $1 and (seats <= $2 or not draw_pending) returning 1`,
      [id, seats],
    );
    if (!changed) throw CatalogueErrors.SEATS_PROMISED();
    await this.outbox.tell(em, 'class-seats.changed', [id]);
  }

  private async record(
    em: EntityManager,
    caller: Caller,
    action: AuditAction,
    courseClass: CourseClass,
    details: Record<string, unknown>,
  ): Promise<void> {
    await this.audit.write(em, caller, [
      {
        action,
        targetKind: 'course_class',
        targetId: courseClass.id,
        organisationId: courseClass.organisationId,
        details: { code: courseClass.code, ...details },
      },
    ]);
  }
}

async function insertSessions(em: EntityManager, sessions: readonly ClassSession[]): Promise<void> {
  if (sessions.length > 0) await em.insert(ClassSession, [...sessions]);
}

const MOMENTS = [
  'enrollmentOpensAt',
  'enrollmentClosesAt',
  'renewalOpensAt',
  'renewalClosesAt',
  'lateEntryClosesAt',
  'minimumDecidedAt',
] as const;

/** The moments that a request names, as moments; null takes one away. */
function momentsOf(request: Partial<Record<(typeof MOMENTS)[number], string | null>>): Partial<CourseClass> {
  return Object.fromEntries(
    MOMENTS.flatMap((name) => {
      const given = request[name];
      return given === undefined ? [] : [[name, given === null ? null : new Date(given)]];
    }),
  );
}
