import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audit, type Caller, invalid, requireVersion, Transactions } from '#core';
import { StaffService } from '#people';
import { ClassSession, CourseClass } from '../catalogue.entities.js';
import { CatalogueErrors } from '../catalogue.errors.js';
import { sessionViewOf } from '../classes/class-views.service.js';
import type { SessionView } from '../classes/class-views.dto.js';
import { ClassesService } from '../classes/classes.service.js';
import type { SubstituteRequest } from './sessions.dto.js';

/** 代课: somebody else teaches a session. */
@Injectable()
export class SubstitutesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly classes: ClassesService,
    private readonly staff: StaffService,
    private readonly audit: Audit,
  ) {}

  /**
   * Names who teaches instead. A member of staff, of whatever school, may take the roll of this session and of no other.
   *
   * @param version of the class, as it was read
   * @throws CATALOGUE.CLASS_UNKNOWN, CATALOGUE.SESSION_UNKNOWN, CATALOGUE.SESSION_CANCELLED, CATALOGUE.TEACHER_TAKEN,
   *   PEOPLE.TEACHER_UNKNOWN, CORE.FORBIDDEN, CORE.STALE, CORE.INVALID
   */
  name(
    caller: Caller,
    classId: string,
    sessionId: string,
    version: number,
    { name, username, reason }: SubstituteRequest,
  ): Promise<SessionView> {
    if ((name === undefined) === (username === undefined)) {
      const message = { zh: '姓名和账号填一个', en: 'give either the name or the username' };
      throw invalid([{ path: 'name', message }]);
    }
    return this.change(caller, classId, sessionId, version, async (em, session, courseClass) => {
      const staff = username === undefined ? null : await this.staff.requireByUsername(em, username);
      session.teacherId = staff?.id ?? courseClass.teacherId;
      session.substituteName = staff?.name ?? name!;
      session.substituteReason = reason;
    });
  }

  /** The class's teacher teaches after all. @throws as {@link name} */
  clear(caller: Caller, classId: string, sessionId: string, version: number): Promise<SessionView> {
    return this.change(caller, classId, sessionId, version, (_, session, courseClass) => {
      session.teacherId = courseClass.teacherId;
      session.substituteName = null;
      session.substituteReason = null;
    });
  }

  private change(
    caller: Caller,
    classId: string,
    sessionId: string,
    version: number,
    how: (em: EntityManager, session: ClassSession, courseClass: CourseClass) => Promise<void> | void,
  ): Promise<SessionView> {
    return this.transactions.run(async (em) => {
      const courseClass = await this.classes.lock(em, classId);
      caller.require('classes.edit', courseClass.organisationId);
      const session = await em.findOne(ClassSession, {
        where: { id: sessionId, classId },
        lock: { mode: 'for_no_key_update' },
      });
      if (!session) throw CatalogueErrors.SESSION_UNKNOWN();
      requireVersion(courseClass.version, version);
      if (session.state === 'cancelled') throw CatalogueErrors.SESSION_CANCELLED({ number: session.number });
      await how(em, session, courseClass);
      session.version++;
      await em.save(ClassSession, session);
      await em.update(CourseClass, { id: classId }, { version: version + 1 });
      await this.audit.write(em, caller, [
        {
          action: session.substituteName === null ? 'session.substitute_ended' : 'session.substitute_named',
          targetKind: 'class_session',
          targetId: sessionId,
          organisationId: courseClass.organisationId,
          details: { classId, number: session.number, teacherId: session.teacherId },
        },
      ]);
      return sessionViewOf(session);
    });
  }
}
