import { Injectable } from '@nestjs/common';
import { Audit, type Caller, Transactions } from '#core';
import { SessionsService } from '#catalogue';
import { RosterService } from '#enrollment';
import { ProxiesService, ResidentsService } from '#people';
import type { EmergencyContactView, SignedConsentsRequest, SignedConsentsView } from './attendance.dto.js';
import { AttendanceErrors } from './attendance.errors.js';
import { requireOfSession } from './roster.service.js';

/** What a teacher settles with residents face to face, most of it at the first session. */
@Injectable()
export class FirstSessionService {
  constructor(
    private readonly transactions: Transactions,
    private readonly sessions: SessionsService,
    private readonly roster: RosterService,
    private readonly residents: ResidentsService,
    private readonly proxies: ProxiesService,
    private readonly audit: Audit,
  ) {}

  /**
   * 首课补签: residents signed that the account which applied for them was right to. All or none, since one sheet of
   * paper goes round; a consent that stands stays as it is, and doing it again changes nothing.
   *
   * @throws CATALOGUE.SESSION_UNKNOWN, CORE.FORBIDDEN, ATTENDANCE.NOT_ON_ROSTER
   */
  async sign(caller: Caller, sessionId: string, request: SignedConsentsRequest): Promise<SignedConsentsView> {
    const residentIds = request.residentIds.map((id) => id.toLowerCase());
    return this.transactions.run(async (em) => {
      await this.residents.lock(em, residentIds);
      const session = await this.sessions.require(em, sessionId);
      requireOfSession(caller, 'attendance.mark', session);
      const seats = await this.roster.seatsFor(em, session, residentIds);
      if (residentIds.some((id) => !seats.has(id))) throw AttendanceErrors.NOT_ON_ROSTER();
      const unsigned = await this.roster.consentsToSign(em, seats);
      await this.proxies.signed(em, caller, unsigned);
      const left = new Set((await this.roster.consentsToSign(em, seats)).map(({ residentId }) => residentId));
      return { items: residentIds.map((residentId) => ({ residentId, consentToSign: left.has(residentId) })) };
    });
  }

  /**
   * Whom to call when something happens to somebody in the session; each look is audited.
   *
   * @throws CATALOGUE.SESSION_UNKNOWN, CORE.FORBIDDEN, ATTENDANCE.NOT_ON_ROSTER
   */
  async contact(caller: Caller, sessionId: string, residentId: string): Promise<EmergencyContactView> {
    return this.transactions.run(async (em) => {
      const session = await this.sessions.require(em, sessionId);
      requireOfSession(caller, 'attendance.read', session);
      const seats = await this.roster.seatsFor(em, session, [residentId]);
      if (!seats.has(residentId)) throw AttendanceErrors.NOT_ON_ROSTER();
      const support = await this.residents.supportOf(em, [residentId], session.termId, { contacts: true });
      await this.audit.write(em, caller, [
        {
          action: 'resident.contact_viewed',
          targetKind: 'resident',
          targetId: residentId,
          organisationId: session.organisationId,
          details: { sessionId: session.id },
        },
      ]);
      const contact = support.get(residentId)?.contact ?? null;
      return { residentId, name: contact?.name ?? null, phone: contact?.phone ?? null };
    });
  }
}
