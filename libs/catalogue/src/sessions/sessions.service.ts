import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type AuditAction, dayOf } from '#contracts';
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
  readCursor,
  Transactions,
} from '#core';
import { ClassSession, CourseClass } from '../catalogue.entities.js';
import { CatalogueErrors } from '../catalogue.errors.js';
import { requireNoClash } from '../classes/class-moves.service.js';
import { ClassPlans } from '../classes/class-plans.service.js';
import { ClassViews, sessionViewOf } from '../classes/class-views.service.js';
import type { SessionView } from '../classes/class-views.dto.js';
import { refreshSessionSpan } from '../classes/classes.queries.js';
import { isFrozenWhenAdded, STATE_WORDS } from '../classes/classes.rules.js';
import { ClassesService } from '../classes/classes.service.js';
import type {
  AddSessionRequest,
  CancelSessionRequest,
  OrganisationSessionsQuery,
  SessionOfDayView,
} from './sessions.dto.js';
import {
  markSessionsHeld,
  markSessionsNotHeld,
  readSessionFacts,
  readSessionsOfDay,
  type SessionFacts,
} from './sessions.queries.js';

/** 课次 of published classes: held, cancelled, added. While a class is a draft they change with it. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly writes: IdempotentWrites,
    private readonly classes: ClassesService,
    private readonly plans: ClassPlans,
    private readonly views: ClassViews,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** A session and what of its class others decide by. @throws CATALOGUE.SESSION_UNKNOWN */
  async require(em: EntityManager, sessionId: string): Promise<SessionFacts> {
    const [facts] = await readSessionFacts(em, [sessionId]);
    if (!facts) throw CatalogueErrors.SESSION_UNKNOWN();
    return facts;
  }

  /** {@link require} for many at once, by id; unknown ones are absent. */
  async factsOf(em: EntityManager, sessionIds: readonly string[]): Promise<Map<string, SessionFacts>> {
    return new Map((await readSessionFacts(em, sessionIds)).map((facts) => [facts.id, facts]));
  }

  /**
   * Scheduled sessions become held, from their first present mark on; the caller tells whoever must know.
   *
   * @returns those that became it now
   */
  async markHeld(em: EntityManager, sessionIds: readonly string[]): Promise<string[]> {
    if (sessionIds.length === 0) return [];
    return (await markSessionsHeld(em, sessionIds)).map(({ id }) => id);
  }

  /**
   * Held sessions become scheduled again where it was a mistake that anybody was there; the caller tells whoever must know.
   *
   * @returns those that became it now
   */
  async markNotHeld(em: EntityManager, sessionIds: readonly string[]): Promise<string[]> {
    if (sessionIds.length === 0) return [];
    return (await markSessionsNotHeld(em, sessionIds)).map(({ id }) => id);
  }

  /**
   * 停课: frees room and teacher, leaves the denominator (counting rule 2); lib enrollment tells the residents.
   * Repeating it answers the present state.
   *
   * @throws CATALOGUE.SESSION_UNKNOWN, CATALOGUE.SESSION_HELD, CATALOGUE.NOT_PUBLISHED, CORE.FORBIDDEN
   */
  cancel(caller: Caller, classId: string, sessionId: string, request: CancelSessionRequest): Promise<SessionView> {
    return this.transactions.run(async (em) => {
      const courseClass = await this.classes.lock(em, classId);
      caller.require('sessions.cancel', courseClass.organisationId);
      const session = await em.findOne(ClassSession, {
        where: { id: sessionId, classId },
        lock: { mode: 'for_no_key_update' },
      });
      if (!session) throw CatalogueErrors.SESSION_UNKNOWN();
      if (session.state === 'cancelled') return sessionViewOf(session);
      requirePublished(courseClass);
      if (session.state === 'held') throw CatalogueErrors.SESSION_HELD({ number: session.number });

      session.state = 'cancelled';
      session.cancelledReason = request.reason;
      session.version++;
      await em.save(ClassSession, session);
      await this.sessionsChanged(em, courseClass);
      await this.record(em, caller, 'session.cancelled', courseClass, session);
      await this.outbox.tell(em, 'session.cancelled', [sessionId]);
      await this.outbox.tell(em, 'sessions.attended', [sessionId]);
      await this.outbox.tell(em, 'class-evidence.changed', [classId]);
      return sessionViewOf(session);
    });
  }

  /**
   * 加课: a makeup, or one more. It gets the next number; added after the first session has started, its minutes are
   * not among the frozen ones (counting rule 3), unless it makes up for a session that was: then it stands in its place.
   *
   * @throws CATALOGUE.NOT_PUBLISHED, CATALOGUE.SESSION_UNKNOWN, CATALOGUE.NOT_CANCELLED, CATALOGUE.MADE_UP, CATALOGUE.VENUE_TAKEN, CATALOGUE.TEACHER_TAKEN, what {@link ClassPlans.check} throws
   */
  add(caller: Caller, once: OnceKey, classId: string, request: AddSessionRequest): Promise<SessionView> {
    return this.writes.run(once, async (em) => {
      const courseClass = await this.classes.lock(em, classId);
      caller.require('classes.edit', courseClass.organisationId);
      requirePublished(courseClass);
      const now = this.clock.now();
      const sessions = await em.find(ClassSession, { where: { classId }, order: { number: 'ASC' } });
      const makeupOf = request.makeupOf ?? null;
      if (makeupOf !== null) requireToBeMadeUp(sessions, makeupOf);
      const session = em.create(ClassSession, {
        id: newId(),
        classId,
        number: (sessions.at(-1)?.number ?? 0) + 1,
        startsAt: new Date(request.startsAt),
        endsAt: new Date(request.endsAt),
        venueId: courseClass.venueId,
        teacherId: courseClass.teacherId,
        state: 'scheduled',
        reserved: false,
        frozen: isFrozenWhenAdded(sessions, now),
        makeupOf,
        cancelledReason: null,
        substituteName: null,
        substituteReason: null,
        version: 1,
        createdAt: now,
      });
      const present = sessions.filter(({ state }) => state !== 'cancelled');
      await this.plans.check(em, courseClass, [...present, session]);
      // First without its room and teacher, so that a clash is found with its number and not by the constraint.
      await em.insert(ClassSession, session);
      await requireNoClash(em, classId);
      session.reserved = true;
      await em.update(ClassSession, { id: session.id }, { reserved: true });
      await this.sessionsChanged(em, courseClass);
      await this.record(em, caller, 'session.added', courseClass, session);
      // What was cancelled is to be held after all, so the threshold is another one.
      if (makeupOf !== null) await this.outbox.tell(em, 'class-evidence.changed', [classId]);
      return sessionViewOf(session);
    });
  }

  /** A school's sessions of a day, by time; today's where none is given. One's own are those of other schools, too. @throws CORE.FORBIDDEN */
  async ofDay(
    caller: Caller,
    organisationId: string,
    query: OrganisationSessionsQuery,
  ): Promise<Page<SessionOfDayView>> {
    caller.require('classes.read', organisationId);
    const after = readCursor(query.cursor, ['moment', 'uuid']);
    const found = await readSessionsOfDay(this.source, {
      organisationId,
      day: query.day ?? dayOf(this.clock.now()),
      teacherId: query.mine === 'true' ? caller.staffId : null,
      after: after && [after[0]!, after[1]!],
      limit: query.limit + 1,
    });
    const em = this.source.manager;
    const teachers = await this.views.teachersOf(
      em,
      found.map((row) => row.teacher_id),
    );
    const venues = await this.views.venuesOf(
      em,
      found.map((row) => row.venue_id),
    );
    return cutPage(
      found,
      query.limit,
      (row) => [row.starts_at.toISOString(), row.id],
      (row) => ({
        id: row.id,
        classId: row.class_id,
        classCode: row.class_code,
        className: row.class_name,
        classNameEn: row.class_name_en,
        number: row.number,
        startsAt: row.starts_at.toISOString(),
        endsAt: row.ends_at.toISOString(),
        state: row.state,
        cancelledReason: row.cancelled_reason,
        teacher: teachers.get(row.teacher_id)!,
        substitute:
          row.substitute_name === null ? null : { name: row.substitute_name, reason: row.substitute_reason ?? '' },
        venue: venues.get(row.venue_id)!,
        taken: row.taken,
      }),
    );
  }

  /** Whoever has read the class must read it again; its first and last moment may be others now. */
  private async sessionsChanged(em: EntityManager, courseClass: CourseClass): Promise<void> {
    await em.update(CourseClass, { id: courseClass.id }, { version: courseClass.version + 1 });
    await refreshSessionSpan(em, courseClass.id);
  }

  private async record(
    em: EntityManager,
    caller: Caller,
    action: AuditAction,
    courseClass: CourseClass,
    session: ClassSession,
  ): Promise<void> {
    await this.audit.write(em, caller, [
      {
        action,
        targetKind: 'class_session',
        targetId: session.id,
        organisationId: courseClass.organisationId,
        details: {
          classId: courseClass.id,
          number: session.number,
          startsAt: session.startsAt,
          frozen: session.frozen,
          makeupOf: session.makeupOf,
        },
      },
    ]);
  }
}

/** A cancelled session is made up for once; what makes up for it may be cancelled and made up for again. */
function requireToBeMadeUp(sessions: readonly ClassSession[], id: string): void {
  const original = sessions.find((session) => session.id === id);
  if (!original) throw CatalogueErrors.SESSION_UNKNOWN();
  if (original.state !== 'cancelled') throw CatalogueErrors.NOT_CANCELLED({ number: original.number });
  const makeup = sessions.find((session) => session.makeupOf === id);
  if (makeup) throw CatalogueErrors.MADE_UP({ number: original.number, makeup: makeup.number });
}

function requirePublished({ state }: CourseClass): void {
  if (state === 'published') return;
  throw CatalogueErrors.NOT_PUBLISHED({ stateZh: STATE_WORDS[state].zh, stateEn: STATE_WORDS[state].en });
}
