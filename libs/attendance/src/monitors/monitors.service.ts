import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { type AuditAction, dayOf } from '#contracts';
import {
  Audit,
  type Caller,
  Clock,
  cutPage,
  IdempotentWrites,
  newId,
  type OnceKey,
  type Page,
  type PageQuery,
  readCursor,
  Transactions,
} from '#core';
import { ClassesService, type CourseClass, SessionsService } from '#catalogue';
import { RosterService } from '#enrollment';
import { ResidentsService, StaffService } from '#people';
import type { MarksAnswerView } from '../attendance.dto.js';
import { AttendanceErrors } from '../attendance.errors.js';
import { readAttendances } from '../attendance.queries.js';
import { EARLY_MINUTES } from '../attendance.rules.js';
import { answerOf } from '../attendance.service.js';
import { ClassMonitorEntity } from '../check-in/check-in.entities.js';
import { CheckInDesk } from '../check-in/check-in.desk.js';
import type {
  MonitoredResidentView,
  MonitoredSessionsView,
  MonitorMarksRequest,
  MonitorView,
  NameMonitorRequest,
} from './monitors.dto.js';
import {
  type MonitoredSession,
  type MonitorRow,
  readMonitoredSessions,
  readMonitors,
  readPresentMonitors,
} from './monitors.queries.js';
import { requireOfSession } from '../roster.service.js';

/** Monitors that a class has at a time. */
const MOST_MONITORS = 2;
const MINUTE_MS = 60_000;

/**
 * 班长: one or two residents of a class may take its roll, each on the own phone. They see names and nothing else, and
 * what a teacher marks stands against what they mark.
 */
@Injectable()
export class MonitorsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly writes: IdempotentWrites,
    private readonly classes: ClassesService,
    private readonly sessions: SessionsService,
    private readonly roster: RosterService,
    private readonly residents: ResidentsService,
    private readonly staff: StaffService,
    private readonly desk: CheckInDesk,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Who is and who was monitor of a class. @throws CATALOGUE.CLASS_UNKNOWN, CORE.FORBIDDEN */
  async list(caller: Caller, classId: string, query: PageQuery): Promise<Page<MonitorView>> {
    const em = this.source.manager;
    const [before = null] = readCursor(query.cursor, ['uuid']) ?? [];
    requireOfClass(caller, await this.classes.require(em, classId));
    const found = await readMonitors(em, classId, before, query.limit + 1);
    const views = new Map((await this.viewsOf(em, classId, found)).map((view) => [view.id, view]));
    return cutPage(
      found,
      query.limit,
      ({ id }) => [id],
      ({ id }) => views.get(id)!,
    );
  }

  /**
   * Names somebody with a seat in the class.
   *
   * @throws CATALOGUE.CLASS_UNKNOWN, CORE.FORBIDDEN, ATTENDANCE.NOT_ON_ROSTER, ATTENDANCE.MONITORS_ENOUGH
   */
  name(caller: Caller, once: OnceKey, classId: string, request: NameMonitorRequest): Promise<MonitorView> {
    const residentId = request.residentId.toLowerCase();
    return this.writes.run(once, async (em) => {
      await this.residents.lock(em, [residentId]);
      const courseClass = await this.classes.lock(em, classId);
      requireOfClass(caller, courseClass);
      const now = this.clock.now();
      const present = await readPresentMonitors(em, classId, dayOf(now));
      const all = [residentId, ...present.map(({ resident_id }) => resident_id)];
      const seats = await this.roster.seatsFor(em, { classId, startsAt: now }, all);
      if (!seats.has(residentId)) throw AttendanceErrors.NOT_ON_ROSTER();
      // Whoever has left the class takes no roll and keeps nobody else from it.
      const others = present.filter(({ resident_id }) => resident_id !== residentId && seats.has(resident_id));
      if (others.length >= MOST_MONITORS) throw AttendanceErrors.MONITORS_ENOUGH({ most: MOST_MONITORS });
      // Naming them again gives another last day.
      await em.update(
        ClassMonitorEntity,
        { classId, residentId, endedAt: IsNull() },
        { endedAt: now, endedBy: caller.staffId },
      );
      const monitor = em.create(ClassMonitorEntity, {
        id: newId(),
        classId,
        residentId,
        untilDay: request.untilDay ?? null,
        namedAt: now,
        namedBy: caller.staffId,
        endedAt: null,
        endedBy: null,
      });
      await em.insert(ClassMonitorEntity, monitor);
      await this.record(em, caller, 'monitor.named', courseClass, residentId);
      const { id, untilDay, namedAt, namedBy } = monitor;
      const row = { id, class_id: classId, resident_id: residentId, until_day: untilDay, named_at: namedAt };
      return (await this.viewsOf(em, classId, [{ ...row, named_by: namedBy, ended_at: null }]))[0]!;
    });
  }

  /** They take the roll no more; ending it again changes nothing. @throws ATTENDANCE.MONITOR_UNKNOWN, CORE.FORBIDDEN */
  end(caller: Caller, classId: string, monitorId: string): Promise<MonitorView> {
    return this.transactions.run(async (em) => {
      const courseClass = await this.classes.lock(em, classId);
      requireOfClass(caller, courseClass);
      const monitor = await em.findOneBy(ClassMonitorEntity, { id: monitorId, classId });
      if (!monitor) throw AttendanceErrors.MONITOR_UNKNOWN();
      if (monitor.endedAt === null) {
        monitor.endedAt = this.clock.now();
        monitor.endedBy = caller.staffId;
        await em.save(ClassMonitorEntity, monitor);
        await this.record(em, caller, 'monitor.ended', courseClass, monitor.residentId);
      }
      const { residentId, untilDay, namedAt, namedBy, endedAt } = monitor;
      const row = { class_id: classId, resident_id: residentId, until_day: untilDay, named_at: namedAt };
      return (await this.viewsOf(em, classId, [{ id: monitorId, ...row, named_by: namedBy, ended_at: endedAt }]))[0]!;
    });
  }

  /** Sessions of today whose roll the caller may take now. */
  async mySessions(caller: Caller): Promise<MonitoredSessionsView> {
    const found = await this.monitored(this.source.manager, caller, null);
    const items = found.map(({ sessionId, className, classNameEn, number, startsAt, endsAt }) => ({
      sessionId,
      className,
      classNameEn,
      number,
      startsAt: startsAt.toISOString(),
      endsAt: endsAt.toISOString(),
    }));
    return { items };
  }

  /** Names of those who should be there. @throws ATTENDANCE.NOT_MONITOR */
  async rosterOf(caller: Caller, sessionId: string, query: PageQuery): Promise<Page<MonitoredResidentView>> {
    const em = this.source.manager;
    const [after = ''] = readCursor(query.cursor, ['uuid']) ?? [];
    await this.requireMonitor(em, caller, sessionId);
    const session = await this.sessions.require(em, sessionId);
    // Who has gone over to another class is the teacher's to correct.
    const seats = (await this.roster.of(em, session))
      .filter(({ enrollmentId, left }) => enrollmentId > after && !left)
      .sort((a, b) => (a.enrollmentId < b.enrollmentId ? -1 : 1))
      .slice(0, query.limit + 1);
    const residentIds = seats.map(({ residentId }) => residentId);
    const names = await this.residents.namesOf(em, residentIds);
    const marked = new Map(
      (await readAttendances(em, session.id, residentIds)).map((attendance) => [attendance.resident_id, attendance]),
    );
    return cutPage(
      seats,
      query.limit,
      ({ enrollmentId }) => [enrollmentId],
      ({ residentId }) => ({
        residentId,
        name: names.get(residentId)!,
        status: marked.get(residentId)?.status ?? null,
        kind: marked.get(residentId)?.kind ?? null,
      }),
    );
  }

  /**
   * Takes the roll. It wants no Idempotency-Key: every mark carries an id made by the device.
   *
   * @throws ATTENDANCE.NOT_MONITOR, CORE.BUSY
   */
  async mark(caller: Caller, sessionId: string, { items }: MonitorMarksRequest): Promise<MarksAnswerView> {
    await this.requireMonitor(this.source.manager, caller, sessionId);
    const deviceId = caller.accountId;
    const deviceTime = this.clock.now();
    const { session, decisions, names } = await this.desk.take({
      caller,
      sessionId,
      deviceId,
      marks: items.map(({ id, residentId, status }) => ({
        id: id.toLowerCase(),
        kind: 'monitor_mark',
        status,
        named: { residentId: residentId.toLowerCase() },
        arrivedAt: null,
        leftAt: null,
        because: null,
        deviceId,
        deviceTime,
      })),
      permit: () => undefined,
    });
    return {
      items: decisions.map((decision, index) => answerOf(decision, items[index]!.id, session, caller, names)),
    };
  }

  private async requireMonitor(em: EntityManager, caller: Caller, sessionId: string): Promise<void> {
    if ((await this.monitored(em, caller, sessionId)).length === 0) throw AttendanceErrors.NOT_MONITOR();
  }

  /** Of the account's own holder only: a family that shares a phone does not share what a class entrusts to one of them. */
  private async monitored(em: EntityManager, caller: Caller, sessionId: string | null): Promise<MonitoredSession[]> {
    const held = await this.residents.residentsOf(em, caller.accountId);
    const own = held.filter(({ relation }) => relation === 'self').map(({ id }) => id);
    if (own.length === 0) return [];
    const now = this.clock.now();
    const to = new Date(now.getTime() + EARLY_MINUTES * MINUTE_MS);
    const found = await readMonitoredSessions(em, own, { day: dayOf(now), to, sessionId });
    const seats = await this.roster.seatsOfPairs(em, found);
    return found.filter((one) => seats.get(one.sessionId)?.has(one.residentId));
  }

  private async viewsOf(em: EntityManager, classId: string, found: readonly MonitorRow[]): Promise<MonitorView[]> {
    const now = this.clock.now();
    const today = dayOf(now);
    const seats = await this.roster.seatsFor(
      em,
      { classId, startsAt: now },
      found.map(({ resident_id }) => resident_id),
    );
    const names = await this.residents.namesOf(
      em,
      found.map(({ resident_id }) => resident_id),
    );
    const staff = await this.staff.namesOf(
      em,
      found.map(({ named_by }) => named_by),
    );
    return found.map((row) => ({
      id: row.id,
      residentId: row.resident_id,
      name: names.get(row.resident_id)!,
      untilDay: row.until_day,
      present:
        row.ended_at === null && (row.until_day === null || row.until_day >= today) && seats.has(row.resident_id),
      namedAt: row.named_at.toISOString(),
      namedBy: staff.get(row.named_by)!,
      endedAt: row.ended_at?.toISOString() ?? null,
    }));
  }

  private async record(
    em: EntityManager,
    caller: Caller,
    action: AuditAction,
    { id, organisationId }: CourseClass,
    residentId: string,
  ): Promise<void> {
    await this.audit.write(em, caller, [
      { action, targetKind: 'course_class', targetId: id, organisationId, details: { residentId } },
    ]);
  }
}

function requireOfClass(caller: Caller, { organisationId, teacherId }: CourseClass): void {
  requireOfSession(caller, 'attendance.mark', { organisationId, teacherId, classTeacherId: teacherId });
}
