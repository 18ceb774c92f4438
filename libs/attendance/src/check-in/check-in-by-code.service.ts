import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Caller, Clock, Sealing } from '#core';
import { SessionsService } from '#catalogue';
import { RosterService } from '#enrollment';
import { ResidentsService } from '#people';
import type { MarksAnswerView } from '../attendance.dto.js';
import { AttendanceErrors } from '../attendance.errors.js';
import { readAttendancesOf } from '../attendance.queries.js';
import { EARLY_MINUTES } from '../attendance.rules.js';
import { answerOf, startsAtOf } from '../attendance.service.js';
import { CheckInDesk } from './check-in.desk.js';
import type { CheckInByCodeRequest, OpenSessionsView, RotatingCodeView } from './check-in.dto.js';
import { CheckInTries } from './check-in-tries.js';
import { codeAt, judgeCode } from './rotating-code.rules.js';
import { requireOfSession } from '../roster.service.js';

const MINUTE_MS = 60_000;

/**
 * 屏幕签到: the screen in the classroom shows a code that changes every 15 seconds, and residents send what it shows from
 * their own phones. A photo of it that is sent home is useless when it arrives. Codes are computed and stored nowhere.
 */
@Injectable()
export class CheckInByCodeService {
  constructor(
    private readonly source: DataSource,
    private readonly sessions: SessionsService,
    private readonly roster: RosterService,
    private readonly residents: ResidentsService,
    private readonly desk: CheckInDesk,
    private readonly tries: CheckInTries,
    private readonly sealing: Sealing,
    private readonly clock: Clock,
  ) {}

  /**
   * What the screen shows now.
   *
   * @throws CATALOGUE.SESSION_UNKNOWN, CORE.FORBIDDEN, ATTENDANCE.SESSION_CANCELLED, ATTENDANCE.TOO_EARLY,
   *   ATTENDANCE.SESSION_OVER
   */
  async screen(caller: Caller, sessionId: string): Promise<RotatingCodeView> {
    const session = await this.sessions.require(this.source.manager, sessionId);
    requireOfSession(caller, 'attendance.mark', session);
    const now = this.clock.now();
    if (session.state === 'cancelled') throw AttendanceErrors.SESSION_CANCELLED();
    if (now.getTime() < session.startsAt.getTime() - EARLY_MINUTES * MINUTE_MS) {
      throw AttendanceErrors.TOO_EARLY({ startsAt: startsAtOf(session) });
    }
    if (now > session.endsAt) throw AttendanceErrors.SESSION_OVER();
    return codeAt(this.keyOf(session.id), now);
  }

  /** Sessions that go on now, or begin soon, at which somebody has a seat for whom the account acts. */
  async openSessions(caller: Caller): Promise<OpenSessionsView> {
    const em = this.source.manager;
    const residentIds = (await this.residents.residentsOf(em, caller.accountId)).map(({ id }) => id);
    if (residentIds.length === 0) return { items: [] };
    const now = this.clock.now();
    const seats = await this.roster.openSessionsOf(em, residentIds, {
      endsAfter: now,
      startsBefore: new Date(now.getTime() + EARLY_MINUTES * MINUTE_MS),
    });
    const [names, marked] = await Promise.all([
      this.residents.namesOf(em, residentIds),
      readAttendancesOf(em, [...new Set(seats.map(({ sessionId }) => sessionId))], residentIds),
    ]);
    const statuses = new Map(marked.map((one) => [one.session_id + one.resident_id, one.status]));
    const open = new Map<string, OpenSessionsView['items'][number]>();
    for (const { residentId, startsAt, endsAt, ...session } of seats) {
      const view = open.get(session.sessionId) ?? {
        ...session,
        startsAt: startsAt.toISOString(),
        endsAt: endsAt.toISOString(),
        residents: [],
      };
      view.residents.push({
        residentId,
        name: names.get(residentId)!,
        status: statuses.get(session.sessionId + residentId) ?? null,
      });
      open.set(session.sessionId, view);
    }
    return { items: [...open.values()] };
  }

  /**
   * Checks in the account's own people by what the screen shows. It wants no Idempotency-Key: each carries an id made by
   * the device, and an answer that was lost is given again, also when the code is over by then.
   *
   * @throws PEOPLE.RESIDENT_UNKNOWN, CATALOGUE.SESSION_UNKNOWN, ATTENDANCE.TOO_MANY_TRIES, CORE.BUSY
   */
  async checkIn(caller: Caller, sessionId: string, { code, items }: CheckInByCodeRequest): Promise<MarksAnswerView> {
    const em = this.source.manager;
    await this.sessions.require(em, sessionId);
    for (const { residentId } of items) await this.residents.requireActsFor(em, caller, residentId);
    await this.tries.count(caller.accountId, sessionId);
    const now = this.clock.now();
    const verdict = judgeCode(this.keyOf(sessionId), code, now);
    if (verdict !== 'wrong') await this.tries.takeBack(caller.accountId, sessionId);
    const refused = ({ current: undefined, over: 'ROTATING_CODE_OVER', wrong: 'ROTATING_CODE_WRONG' } as const)[
      verdict
    ];
    const deviceId = caller.accountId;
    const { session, decisions, names } = await this.desk.take({
      caller,
      sessionId,
      deviceId,
      marks: items.map(({ id, residentId }) => ({
        id: id.toLowerCase(),
        kind: 'rotating_code',
        status: 'present',
        named: { residentId: residentId.toLowerCase(), ...(refused && { refused }) },
        arrivedAt: null,
        leftAt: null,
        because: null,
        deviceId,
        deviceTime: now,
      })),
      permit: () => undefined,
    });
    return {
      items: decisions.map((decision, index) => answerOf(decision, items[index]!.id, session, caller, names)),
    };
  }

  /** The key of a session; made of the platform's own whenever it is needed. */
  private keyOf(sessionId: string): Buffer {
    return this.sealing.hash('rotating-code', sessionId.toLowerCase());
  }
}
