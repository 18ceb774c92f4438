import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DISTRICT_ZONE, readCode } from '#contracts';
import { Audit, type Caller, Clock, CoreErrors, fillIn, invalid, Outbox, Transactions } from '#core';
import { type SessionFacts, SessionsService } from '#catalogue';
import { RosterService } from '#enrollment';
import { ResidentsService } from '#people';
import type { MarkAnswerView, MarkRequest, MarksAnswerView, MarksRequest } from './attendance.dto.js';
import { AttendanceErrors } from './attendance.errors.js';
import { insertMarks, lockSession, readMarks, writeAttendances } from './attendance.queries.js';
import { type Decided, decideMarks, type MarkDecision, type SentMark } from './attendance.rules.js';
import { requireOfSession } from './roster.service.js';

/** Takes marks: scanned codes and the teacher's ticks, at once or much later, from any number of devices. */
@Injectable()
export class AttendanceService {
  constructor(
    private readonly transactions: Transactions,
    private readonly sessions: SessionsService,
    private readonly roster: RosterService,
    private readonly residents: ResidentsService,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Records the marks of one device at one session, all in one transaction with one statement for each table however
   * many they are. Each mark is answered by itself: one that is not right never costs another.
   *
   * It wants no Idempotency-Key, because every mark carries an id of its own: sending any of them again, in any
   * company and order, changes nothing.
   *
   * @throws CATALOGUE.SESSION_UNKNOWN, CORE.FORBIDDEN, CORE.INVALID, CORE.BUSY; CORE.CONFLICT when the session was
   *   cancelled at that very moment: send it again
   */
  async mark(caller: Caller, sessionId: string, request: MarksRequest): Promise<MarksAnswerView> {
    const times = request.items.map(timesOf);
    return this.transactions.run(async (em) => {
      await lockSession(em, sessionId.toLowerCase());
      const session = await this.sessions.require(em, sessionId);
      requireOfSession(caller, 'attendance.mark', session);
      const now = this.clock.now();

      const sent = await this.identify(em, request, times);
      const named = [...new Set(sent.flatMap(({ whose }) => ('residentId' in whose ? [whose.residentId] : [])))];
      const seats = await this.roster.seatsFor(em, session, named);
      const facts = new Map((await this.residents.factsOf(em, named)).map((fact) => [fact.id, fact]));
      const ids = sent.map(({ id }) => id);
      const kept = await readMarks(em, session.id, ids, named);
      const decided = decideMarks(session, sent, kept, new Set(seats.keys()), now);

      const toKeep = decided.decisions
        .filter(({ replayed }) => !replayed)
        .map((decision) => {
          const { whose } = decision.mark;
          const known = 'residentId' in whose && facts.has(whose.residentId) ? whose.residentId : null;
          const enrollmentId = known === null ? null : (seats.get(known) ?? null);
          return { ...decision, knownResidentId: known, enrollmentId };
        });
      await insertMarks(em, session.id, toKeep, caller.actor.id, now);
      await writeAttendances(
        em,
        session.id,
        [...decided.changed].map(([residentId, state]) => ({
          ...state,
          residentId,
          enrollmentId: seats.get(residentId)!,
        })),
        now,
      );
      await this.hold(em, session, decided);
      if (toKeep.length > 0) await this.writeAudit(em, caller, session, request.deviceId, toKeep);
      const lateRecords = toKeep.some(({ reason }) => reason === 'TOO_LATE');
      if (decided.changed.size > 0) await this.outbox.tell(em, 'evidence.changed', [...decided.changed.keys()]);
      if (decided.changed.size > 0 || lateRecords) await this.outbox.tell(em, 'sessions.attended', [session.id]);
      return {
        items: decided.decisions.map((decision, index) =>
          answerOf(decision, request.items[index]!.id, session, caller, facts),
        ),
      };
    });
  }

  /** Whose each mark is. */
  private async identify(em: EntityManager, { deviceId, items }: MarksRequest, times: readonly Times[]) {
    const codes = items.map((item) => (item.kind === 'personal_code' ? readCode('personal', item.code ?? '') : null));
    const owners = await this.residents.byPersonalCodes(em, [...new Set(codes.filter((code) => code !== null))]);
    const whoseIs = (item: MarkRequest, code: string | null): SentMark['whose'] => {
      if (item.kind === 'teacher_mark') {
        return item.residentId ? { residentId: item.residentId.toLowerCase() } : { unknown: 'NOBODY_NAMED' };
      }
      if (code === null) return { unknown: 'CODE_UNREADABLE' };
      const residentId = owners.get(code);
      return residentId === undefined ? { unknown: 'CODE_UNKNOWN' } : { residentId };
    };
    return items.map((item, index): SentMark => {
      const { id, kind, status } = item;
      return { id: id.toLowerCase(), kind, status, whose: whoseIs(item, codes[index]!), deviceId, ...times[index]! };
    });
  }

  /** The first mark of presence makes the session held. */
  private async hold(em: EntityManager, session: SessionFacts, { changed }: Decided): Promise<void> {
    if (session.state !== 'scheduled' || ![...changed.values()].some(({ status }) => status === 'present')) return;
    await this.sessions.markHeld(em, [session.id]);
    // Waits for a cancellation that was quicker, and then finds the session cancelled.
    if ((await this.sessions.require(em, session.id)).state !== 'held') throw CoreErrors.CONFLICT();
  }

  private async writeAudit(
    em: EntityManager,
    caller: Caller,
    session: SessionFacts,
    deviceId: string,
    kept: readonly MarkDecision[],
  ): Promise<void> {
    const counts = { recorded: 0, duplicate: 0, rejected: 0, review: 0 };
    for (const { outcome } of kept) counts[outcome] += 1;
    await this.audit.write(em, caller, [
      {
        action: 'attendance.marked',
        targetKind: 'class_session',
        targetId: session.id,
        organisationId: session.organisationId,
        details: { deviceId, ...counts },
      },
    ]);
  }
}

type Times = Pick<SentMark, 'arrivedAt' | 'leftAt' | 'deviceTime'>;

/** @throws CORE.INVALID for times in ISO 8601 that no calendar has. */
function timesOf(item: MarkRequest, index: number): Times {
  const read = (field: 'arrivedAt' | 'leftAt' | 'deviceTime', text: string) => {
    const time = new Date(text);
    if (!Number.isNaN(time.getTime())) return time;
    const message = { zh: '时间格式不对', en: 'is not a time in ISO 8601' };
    throw invalid([{ path: `items.${index}.${field}`, message }]);
  };
  return {
    arrivedAt: item.arrivedAt ? read('arrivedAt', item.arrivedAt) : null,
    leftAt: item.leftAt ? read('leftAt', item.leftAt) : null,
    deviceTime: read('deviceTime', item.deviceTime),
  };
}

const LOCAL_TIME = new Intl.DateTimeFormat('sv-SE', {
  timeZone: DISTRICT_ZONE,
  dateStyle: 'short',
  timeStyle: 'short',
});

function answerOf(
  { outcome, reason, residentId }: MarkDecision,
  id: string,
  session: SessionFacts,
  { language }: Caller,
  facts: ReadonlyMap<string, { name: string }>,
): MarkAnswerView {
  const answer: MarkAnswerView = { id, outcome };
  if (reason) {
    const { code, definition, parameters } = AttendanceErrors[reason]({
      startsAt: LOCAL_TIME.format(session.startsAt),
    });
    answer.code = code;
    answer.title = fillIn(definition.title[language], parameters);
    answer.next = fillIn(definition.next[language], parameters);
  }
  // Who is not on the roster is nobody the teacher need know by name.
  if (residentId !== null) {
    answer.residentId = residentId;
    answer.name = facts.get(residentId)?.name ?? '';
  }
  return answer;
}
