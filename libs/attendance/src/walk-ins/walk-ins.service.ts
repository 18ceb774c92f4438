import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { dayOf } from '#contracts';
import {
  Audit,
  Caller,
  Clock,
  CodedError,
  cutPage,
  fillIn,
  newId,
  type Page,
  type PageQuery,
  readCursor,
  row,
  rows,
  type Sentence,
  Transactions,
} from '#core';
import { type SessionFacts, SessionsService } from '#catalogue';
import { CounterEnrollmentService, RosterService } from '#enrollment';
import { ResidentsService, StaffService } from '#people';
import { AttendanceErrors } from '../attendance.errors.js';
import { readHistory } from '../attendance.queries.js';
import { EARLY_MINUTES } from '../attendance.rules.js';
import { startsAtOf } from '../attendance.service.js';
import { CheckInDesk } from '../check-in/check-in.desk.js';
import { requireOfSession } from '../roster.service.js';
import type { KeptMarkView, SitInView, WalkInOutcome, WalkInRequest, WalkInView } from './walk-ins.dto.js';
import { isLate, type KeptMark } from '../standing.rules.js';

const MINUTE_MS = 60_000;

/** Why somebody has no seat who sits in. */
interface NoSeat {
  code: string;
  reason: Sentence;
}

const NO_SEAT: Record<'waiting' | 'applied', NoSeat> = {
  waiting: { code: 'ENROLLMENT.CLASS_FULL', reason: { zh: '没有空位', en: 'No seat is free' } },
  applied: {
    code: 'ENROLLMENT.NOT_DECIDED_HERE',
    reason: {
      zh: '这个班的名额要摇号或审核，不能当场给',
      en: 'Seats of this class are drawn or decided, not given here',
    },
  },
};

/** 到场登记: somebody comes to a session without a seat. */
@Injectable()
export class WalkInsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly sessions: SessionsService,
    private readonly roster: RosterService,
    private readonly counter: CounterEnrollmentService,
    private readonly residents: ResidentsService,
    private readonly staff: StaffService,
    private readonly desk: CheckInDesk,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * A free seat that nobody waits for makes an enrollment from today, and they are present; else they sit in (旁听),
   * which is kept with the reason and counts nothing, whatever they get later. Doing it again changes nothing.
   *
   * @throws CATALOGUE.SESSION_UNKNOWN, CORE.FORBIDDEN, PEOPLE.RESIDENT_UNKNOWN, PEOPLE.RESIDENT_MERGED,
   *   ATTENDANCE.SESSION_CANCELLED, ATTENDANCE.TOO_EARLY, ATTENDANCE.WALK_IN_OVER, CORE.BUSY
   */
  async take(caller: Caller, sessionId: string, request: WalkInRequest): Promise<WalkInView> {
    const em = this.source.manager;
    const session = await this.sessions.require(em, sessionId);
    requireOfSession(caller, 'attendance.mark', session);
    this.requireOnTheDay(session);
    const resident = await this.residents.require(em, request.residentId);
    const kept = await this.sitInOf(session.id, resident.id);
    const view = (outcome: WalkInOutcome, reason: Sentence | null): WalkInView => ({
      residentId: resident.id,
      name: resident.name,
      outcome,
      reason: reason && reason[caller.language],
    });
    if (kept) return view('sat_in', kept);
    if ((await this.roster.seatsFor(em, session, [resident.id])).has(resident.id)) {
      await this.markPresent(caller, session, resident.id);
      return view('present', null);
    }
    const noSeat = await this.enroll(caller, session, resident.id);
    if (!noSeat) {
      await this.markPresent(caller, session, resident.id);
      return view('enrolled', null);
    }
    await this.sitIn(caller, session, resident.id, noSeat);
    return view('sat_in', noSeat.reason);
  }

  /** Who sat in at a session, apart from its roster. @throws CATALOGUE.SESSION_UNKNOWN, CORE.FORBIDDEN */
  async sitIns(caller: Caller, sessionId: string, query: PageQuery): Promise<Page<SitInView>> {
    const em = this.source.manager;
    const [after = null] = readCursor(query.cursor, ['uuid']) ?? [];
    requireOfSession(caller, 'attendance.read', await this.sessions.require(em, sessionId));
    const found = await rows<{ resident_id: string; reason_code: string; zh: string; en: string; recorded_at: Date }>(
      em,
      `select resident_id, reason_code, reason_zh as zh, reason_en as en, recorded_at from sit_ins
        where session_id = $1 and ($2::uuid is null or resident_id > $2) order by resident_id limit $3`,
      [sessionId, after, query.limit + 1],
    );
    const names = await this.residents.namesOf(
      em,
      found.map(({ resident_id }) => resident_id),
    );
    return cutPage(
      found,
      query.limit,
      ({ resident_id }) => [resident_id],
      (one) => ({
        residentId: one.resident_id,
        name: names.get(one.resident_id)!,
        code: one.reason_code,
        reason: one[caller.language],
        recordedAt: one.recorded_at.toISOString(),
      }),
    );
  }

  /**
   * 改签记录: everything that was marked of somebody at a session, the last first, with who and why.
   *
   * @throws CATALOGUE.SESSION_UNKNOWN, CORE.FORBIDDEN
   */
  async history(caller: Caller, sessionId: string, residentId: string, query: PageQuery): Promise<Page<KeptMarkView>> {
    const em = this.source.manager;
    const before = readCursor(query.cursor, ['moment', 'uuid']);
    const session = await this.sessions.require(em, sessionId);
    requireOfSession(caller, 'attendance.read', session);
    const pair = { sessionId, residentId };
    const found = await readHistory(em, pair, before && [before[0]!, before[1]!], query.limit + 1);
    const staff = await this.staff.namesOf(
      em,
      found.flatMap(({ recordedBy }) => recordedBy ?? []),
    );
    return cutPage(
      found,
      query.limit,
      ({ recordedAt, id }) => [recordedAt.toISOString(), id],
      (mark) => ({
        id: mark.id,
        kind: mark.kind,
        status: mark.status,
        arrivedAt: mark.arrivedAt?.toISOString() ?? null,
        leftAt: mark.leftAt?.toISOString() ?? null,
        deviceTime: mark.deviceTime.toISOString(),
        recordedAt: mark.recordedAt.toISOString(),
        by: staff.get(mark.recordedBy ?? '') ?? null,
        outcome: mark.outcome,
        why: whyOf(mark, session, caller),
        because: mark.because,
      }),
    );
  }

  private requireOnTheDay(session: SessionFacts): void {
    const now = this.clock.now();
    if (session.state === 'cancelled') throw AttendanceErrors.SESSION_CANCELLED();
    if (now.getTime() < session.startsAt.getTime() - EARLY_MINUTES * MINUTE_MS) {
      throw AttendanceErrors.TOO_EARLY({ startsAt: startsAtOf(session) });
    }
    if (dayOf(now) !== dayOf(session.startsAt)) throw AttendanceErrors.WALK_IN_OVER();
  }

  private async sitInOf(sessionId: string, residentId: string): Promise<Sentence | undefined> {
    return row<{ zh: string; en: string }>(
      this.source,
      `select reason_zh as zh, reason_en as en from sit_ins where session_id = $1 and resident_id = $2`,
      [sessionId, residentId],
    );
  }

  /** @returns why there is no seat; null: they have one now */
  private async enroll(caller: Caller, { classId }: SessionFacts, residentId: string): Promise<NoSeat | null> {
    const would = await this.counter.eligibility(caller, classId, { residentId });
    if (would.outcome === 'refused') return this.refusalIn(caller, classId, residentId, would.code!);
    if (would.outcome === 'present') return NO_SEAT.waiting;
    if (would.outcome !== 'enrolled') return NO_SEAT[would.outcome];
    const key = newId();
    const once = { subject: caller.staffId, key, fingerprint: createHash('sha256').update(key).digest() };
    try {
      const { view } = await this.counter.apply(caller, classId, { residentId }, once);
      // Somebody else may have had the seat a moment earlier; then they wait for the next one.
      return view.state === 'enrolled' ? null : NO_SEAT.waiting;
    } catch (error) {
      if (!(error instanceof CodedError) || !error.code.startsWith('ENROLLMENT.')) throw error;
      return { code: error.code, reason: bothOf(error) };
    }
  }

  /** The refusal's sentence in both languages, whoever reads it later. */
  private async refusalIn(caller: Caller, classId: string, residentId: string, code: string): Promise<NoSeat> {
    const said = async (language: 'zh' | 'en') => {
      const as = new Caller(caller.actor, caller.grants, language, caller.traceId);
      return (await this.counter.eligibility(as, classId, { residentId })).sentence;
    };
    return { code, reason: { zh: await said('zh'), en: await said('en') } };
  }

  private async sitIn(caller: Caller, session: SessionFacts, residentId: string, noSeat: NoSeat): Promise<void> {
    await this.transactions.run(async (em) => {
      await this.residents.lock(em, [residentId]);
      const made = await rows(
        em,
        `insert into sit_ins (session_id, resident_id, reason_code, reason_zh, reason_en, recorded_at, recorded_by)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning 1`,
        [session.id, residentId, noSeat.code, noSeat.reason.zh, noSeat.reason.en, this.clock.now(), caller.staffId],
      );
      if (made.length === 0) return;
      await this.audit.write(em, caller, [
        {
          action: 'attendance.sat_in',
          targetKind: 'class_session',
          targetId: session.id,
          organisationId: session.organisationId,
          details: { residentId, code: noSeat.code },
        },
      ]);
    });
  }

  private async markPresent(caller: Caller, session: SessionFacts, residentId: string): Promise<void> {
    const deviceTime = this.clock.now();
    const { decisions } = await this.desk.take({
      caller,
      sessionId: session.id,
      deviceId: 'walk-in',
      marks: [
        {
          id: newId(),
          kind: 'teacher_mark',
          status: 'present',
          named: { residentId },
          arrivedAt: deviceTime > session.startsAt ? deviceTime : null,
          leftAt: null,
          because: null,
          deviceId: 'walk-in',
          deviceTime,
        },
      ],
      permit: () => undefined,
    });
    const [decision] = decisions;
    // What is entered late is kept, and waits on a sheet for the principal.
    const reason = decision && !isLate(decision) ? decision.reason : undefined;
    if (reason) throw AttendanceErrors[reason]({ startsAt: startsAtOf(session) });
  }
}

const bothOf = ({ definition, parameters }: CodedError): Sentence => ({
  zh: fillIn(definition.title.zh, parameters),
  en: fillIn(definition.title.en, parameters),
});

function whyOf(
  { reason, withdrawn }: Pick<KeptMark, 'reason' | 'withdrawn'>,
  session: SessionFacts,
  { language }: Caller,
): string | null {
  if (withdrawn) return language === 'zh' ? '导入已撤销，不再作数' : 'Taken back with its import';
  if (!reason) return null;
  const { definition, parameters } = AttendanceErrors[reason]({ startsAt: startsAtOf(session) });
  return fillIn(definition.title[language], parameters);
}
