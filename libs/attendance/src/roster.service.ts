import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Permission } from '#contracts';
import { type Caller, CoreErrors, cutPage, type Page, type PageQuery, readCursor } from '#core';
import { type SessionFacts, SessionsService } from '#catalogue';
import { RosterService } from '#enrollment';
import { ResidentsService } from '#people';
import type { RosterEntryView } from './attendance.dto.js';
import { readAttendances } from './attendance.queries.js';
import { readWaiting } from './late-sheets/late-sheets.queries.js';

/** Who should be at a session, and who is known to have been there. */
@Injectable()
export class SessionRosterService {
  constructor(
    private readonly source: DataSource,
    private readonly sessions: SessionsService,
    private readonly roster: RosterService,
    private readonly residents: ResidentsService,
  ) {}

  /**
   * The seats of the session's class in the order in which they were asked for, with what is marked of each. Who went
   * over to another class afterwards is still there, so that what was marked of them can be corrected.
   *
   * @throws CATALOGUE.SESSION_UNKNOWN, CORE.FORBIDDEN
   */
  async list(caller: Caller, sessionId: string, query: PageQuery): Promise<Page<RosterEntryView>> {
    const em = this.source.manager;
    const [after = ''] = readCursor(query.cursor, ['uuid']) ?? [];
    const session = await this.sessions.require(em, sessionId);
    requireOfSession(caller, 'attendance.read', session);
    // Ids of enrollments sort by when they were made.
    const seats = (await this.roster.of(em, session))
      .filter(({ enrollmentId }) => enrollmentId > after)
      .sort((a, b) => (a.enrollmentId < b.enrollmentId ? -1 : 1))
      .slice(0, query.limit + 1);
    const residentIds = seats.map(({ residentId }) => residentId);
    const facts = new Map((await this.residents.factsOf(em, residentIds)).map((fact) => [fact.id, fact]));
    const support = await this.residents.supportOf(em, residentIds, session.termId);
    const bySeat = new Map(seats.map(({ residentId, enrollmentId }) => [residentId, enrollmentId]));
    const unsigned = await this.roster.consentsToSign(em, bySeat);
    const toSign = new Set(unsigned.map(({ residentId }) => residentId));
    const marked = new Map(
      (await readAttendances(em, sessionId, residentIds)).map((attendance) => [attendance.resident_id, attendance]),
    );
    const waiting = await readWaiting(em, session.id);
    return cutPage(
      seats,
      query.limit,
      ({ enrollmentId }) => [enrollmentId],
      ({ enrollmentId, residentId, state, left }): RosterEntryView => {
        const { name, identityState } = facts.get(residentId)!;
        const { needs, declaration, hasContact } = support.get(residentId)!;
        const attendance = marked.get(residentId);
        return {
          enrollmentId,
          residentId,
          name,
          state,
          left,
          identityState,
          needs,
          consentToSign: toSign.has(residentId),
          declaration,
          hasContact,
          attendance: attendance
            ? {
                status: attendance.status,
                kind: attendance.kind,
                arrivedAt: attendance.arrived_at?.toISOString() ?? null,
                leftAt: attendance.left_at?.toISOString() ?? null,
                recordedAt: attendance.recorded_at.toISOString(),
              }
            : null,
          waiting: waiting.get(residentId) ?? null,
        };
      },
    );
  }
}

/**
 * Lets in the staff of the organisation that hold the permission there, and the teacher of the session or its class
 * wherever they hold it.
 *
 * @throws CORE.FORBIDDEN
 */
export function requireOfSession(
  caller: Caller,
  permission: Permission,
  session: Pick<SessionFacts, 'organisationId' | 'teacherId' | 'classTeacherId'>,
): void {
  if (caller.can(permission, session.organisationId)) return;
  const teaches =
    caller.actor.kind === 'staff' && [session.teacherId, session.classTeacherId].includes(caller.actor.id);
  if (!teaches || !caller.can(permission)) throw CoreErrors.FORBIDDEN();
}
