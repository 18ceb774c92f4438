import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { dayOf, groupBy, readCode } from '#contracts';
import {
  Audit,
  type AuditEntry,
  type Caller,
  Clock,
  CoreErrors,
  Desk,
  Metrics,
  type Outcome,
  Outbox,
  Transactions,
} from '#core';
import { CatalogueErrors, type SessionFacts, SessionsService } from '#catalogue';
import { RosterService } from '#enrollment';
import { ResidentsService } from '#people';
import { putOnLateSheets } from '../late-sheets/late-sheets.queries.js';
import {
  type AtSession,
  insertMarks,
  lockSessions,
  type NewMark,
  readMarks,
  readSitInsOf,
  writeAttendances,
} from '../attendance.queries.js';
import { type Decided, decideMarks, type MarkDecision, type SentMark, type Unknown } from '../attendance.rules.js';
import { isLate, type KeptMark, type PresentState } from '../standing.rules.js';

/** Marks in one batch at most: a batch is one transaction, and must not outlast the patience for its locks. */
const MARKS_IN_A_BATCH = 2_000;

/** A mark of which it is not known yet whose it is. */
export interface ArrivedMark extends Omit<SentMark, 'whose'> {
  /** As named, or as scanned. */
  named: { residentId: string | null; refused?: Unknown } | { code: string };
}

/** Marks of one device at one session. */
export interface CheckInRequest {
  caller: Caller;
  sessionId: string;
  deviceId: string;
  marks: readonly ArrivedMark[];
  /** Whether the caller may mark this session. @throws what is to be answered where not */
  permit: (session: SessionFacts) => void;
}

export interface CheckInAnswer {
  session: SessionFacts;
  /** In the order of the request. */
  decisions: MarkDecision[];
  /** Of residents on the roster. */
  names: ReadonlyMap<string, string>;
}

/**
 * The check-in desk of this process: at nine o'clock a thousand sessions begin, and every mark of everybody comes at
 * once. A batch is one transaction: it locks the sessions, reads the facts for all, decides each mark in the order of
 * arrival, and writes everything with set-based SQL, outbox and audit included. Several processes are safe because the
 * locks are in the database.
 */
@Injectable()
export class CheckInDesk implements OnApplicationShutdown {
  private readonly desk: Desk<CheckInRequest, CheckInAnswer>;

  constructor(
    private readonly transactions: Transactions,
    private readonly sessions: SessionsService,
    private readonly roster: RosterService,
    private readonly residents: ResidentsService,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.desk = new Desk({
      name: 'check-in',
      metrics,
      decide: (batch) => this.transactions.runInPackets((em, commit) => this.decide(em, batch, commit)),
      partsOf: bySession,
      sizeOf: ({ marks }) => marks.length,
      batchLimit: MARKS_IN_A_BATCH,
      laneBy: ({ sessionId }) => sessionId,
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.desk.close();
  }

  /** @throws CATALOGUE.SESSION_UNKNOWN, what `permit` throws, CORE.BUSY, CORE.CONFLICT */
  take(request: CheckInRequest): Promise<CheckInAnswer> {
    return this.desk.ask(request);
  }

  private async decide(
    em: EntityManager,
    batch: readonly CheckInRequest[],
    commit: () => Promise<void>,
  ): Promise<Outcome<CheckInAnswer>[]> {
    const sessionIds = [...new Set(batch.map(({ sessionId }) => sessionId))];
    const [sessions, owners, survivors] = await this.look(em, batch, sessionIds);
    const now = this.clock.now();

    // Of one who may not mark this session, nothing is read and nothing kept.
    const refused = new Map(batch.flatMap((request) => refusalOf(request, sessions.get(request.sessionId))));
    const taken = batch.filter((request) => !refused.has(request));
    const sent = new Map(
      taken.map((request) => [request, request.marks.map((mark) => identified(mark, owners, survivors))]),
    );
    const pairs = pairsOf(sent);
    const [seats, satIn, names, kept] = await Promise.all([
      this.roster.seatsOfPairs(em, pairs),
      readSitInsOf(em, pairs),
      this.residents.namesOf(
        em,
        pairs.map(({ residentId }) => residentId),
      ),
      readMarks(
        em,
        [...sent.values()].flatMap((marks) => marks.map(({ id }) => id)),
        pairs,
      ),
    ]);

    const keptMarks = new KeptMarks(kept);
    const decisions = new Map<CheckInRequest, MarkDecision[]>();
    const changed: (PresentState & AtSession & { enrollmentId: string })[] = [];
    for (const [sessionId, requests] of groupBySession(taken)) {
      const session = sessions.get(sessionId)!;
      const ofSession = seats.get(sessionId) ?? new Map<string, string>();
      const decided = decideMarks(
        session,
        requests.flatMap((request) => sent.get(request)!),
        keptMarks.concerning(
          sessionId,
          requests.flatMap((request) => sent.get(request)!.map(({ id }) => id)),
        ),
        new Set(ofSession.keys()),
        now,
        satIn.get(sessionId),
      );
      shareOut(decided, requests, decisions);
      // An id that is sent to two sessions at once belongs to the first of them, here as if it had come earlier.
      for (const mark of decided.kept) keptMarks.add(mark);
      for (const [residentId, { status, arrivedAt, leftAt, markId }] of decided.changed) {
        const enrollmentId = ofSession.get(residentId)!;
        changed.push({ sessionId, residentId, enrollmentId, status, arrivedAt, leftAt, markId });
      }
    }

    const toKeep = taken.map((request) => ({
      request,
      news: decisions
        .get(request)!
        .filter(({ replayed }) => !replayed)
        .map((decision) => newMarkOf(decision, request, seats, names)),
    }));
    await this.write(em, sessions, toKeep, changed, now, commit);
    return batch.map((request) => {
      const error = refused.get(request);
      if (error !== undefined) return { error };
      return { answer: { session: sessions.get(request.sessionId)!, decisions: decisions.get(request)!, names } };
    });
  }

  /** Locks the sessions, then reads them, whose codes were scanned and who is another; all of it in one packet. */
  private async look(em: EntityManager, batch: readonly CheckInRequest[], sessionIds: readonly string[]) {
    const codes = new Set(
      batch.flatMap(({ marks }) => marks.flatMap(({ named }) => ('code' in named ? [named.code] : []))),
    );
    const residentIds = new Set(
      batch.flatMap(({ marks }) =>
        marks.flatMap(({ named }) => ('residentId' in named && named.residentId !== null ? [named.residentId] : [])),
      ),
    );
    const [, sessions, owners, survivors] = await Promise.all([
      lockSessions(em, sessionIds),
      this.sessions.factsOf(em, sessionIds),
      codes.size > 0 ? this.residents.byPersonalCodes(em, [...codes]) : new Map<string, string>(),
      this.residents.survivorsOf(em, [...residentIds]),
    ]);
    return [sessions, owners, survivors] as const;
  }

  private async write(
    em: EntityManager,
    sessions: ReadonlyMap<string, SessionFacts>,
    toKeep: readonly { request: CheckInRequest; news: NewMark[] }[],
    changed: readonly (PresentState & AtSession & { enrollmentId: string })[],
    now: Date,
    commit: () => Promise<void>,
  ): Promise<void> {
    const news = toKeep.flatMap((kept) => kept.news);
    // The first mark of presence makes a session held.
    const toHold = new Set(
      changed
        .filter(({ sessionId, status }) => status === 'present' && sessions.get(sessionId)!.state === 'scheduled')
        .map(({ sessionId }) => sessionId),
    );
    const late = news.filter((mark) => mark.outcome === 'review' && isLate(mark));
    const attended = [...changed, ...late].map(({ sessionId }) => sessionId);
    // Sent together; PostgreSQL carries them out in this order.
    await Promise.all([
      insertMarks(em, news, now),
      putOnLateSheets(em, late, sessions, now),
      writeAttendances(em, changed, now),
      this.audit.writeAll(
        em,
        toKeep.filter((kept) => kept.news.length > 0).map((kept) => deedOf(kept, sessions)),
      ),
      this.outbox.tell(
        em,
        'evidence.changed',
        changed.map(({ residentId }) => residentId),
      ),
      this.outbox.tell(em, 'sessions.attended', attended),
      toHold.size > 0 ? this.hold(em, sessions, toHold, now) : commit(),
    ]);
  }

  private async hold(
    em: EntityManager,
    sessions: ReadonlyMap<string, SessionFacts>,
    sessionIds: ReadonlySet<string>,
    now: Date,
  ): Promise<void> {
    // Waits for a cancellation that was quicker; all is decided anew then, and finds the session cancelled.
    if ((await this.sessions.markHeld(em, [...sessionIds])).length < sessionIds.size) throw CoreErrors.CONFLICT();
    // Minutes held are those of everybody in the class. On its day the others are marked themselves, or the class is
    // counted when it is finished; a session that turns out to have been held later may come after that.
    const afterItsDay = [...sessionIds]
      .map((id) => sessions.get(id)!)
      .filter(({ endsAt }) => dayOf(endsAt) < dayOf(now))
      .map(({ classId }) => classId);
    await this.outbox.tell(em, 'class-evidence.changed', [...new Set(afterItsDay)]);
  }
}

function refusalOf(request: CheckInRequest, session: SessionFacts | undefined): [CheckInRequest, unknown][] {
  if (!session) return [[request, CatalogueErrors.SESSION_UNKNOWN()]];
  try {
    request.permit(session);
    return [];
  } catch (error) {
    return [[request, error]];
  }
}

/** Whose a mark is; a roster that was fetched before two records of one person were merged may name the other. */
function identified(
  mark: ArrivedMark,
  owners: ReadonlyMap<string, string>,
  survivors: ReadonlyMap<string, string>,
): SentMark {
  // Field by field, as it is done for each mark of a burst.
  return {
    id: mark.id,
    kind: mark.kind,
    status: mark.status,
    whose: whoseIs(mark.named, owners, survivors),
    arrivedAt: mark.arrivedAt,
    leftAt: mark.leftAt,
    deviceId: mark.deviceId,
    deviceTime: mark.deviceTime,
    because: mark.because,
  };
}

function whoseIs(
  named: ArrivedMark['named'],
  owners: ReadonlyMap<string, string>,
  survivors: ReadonlyMap<string, string>,
): SentMark['whose'] {
  if ('residentId' in named) {
    const { residentId, refused } = named;
    if (refused) return { unknown: refused };
    return residentId === null ? { unknown: 'NOBODY_NAMED' } : { residentId: survivors.get(residentId) ?? residentId };
  }
  const code = readCode('personal', named.code);
  if (code === null) return { unknown: 'CODE_UNREADABLE' };
  const residentId = owners.get(named.code);
  return residentId === undefined ? { unknown: 'CODE_UNKNOWN' } : { residentId };
}

function pairsOf(sent: ReadonlyMap<CheckInRequest, readonly SentMark[]>): AtSession[] {
  const pairs = new Map<string, AtSession>();
  for (const [{ sessionId }, marks] of sent) {
    for (const { whose } of marks) {
      if ('residentId' in whose) {
        pairs.set(sessionId + whose.residentId, { sessionId, residentId: whose.residentId });
      }
    }
  }
  return [...pairs.values()];
}

const groupBySession = (requests: readonly CheckInRequest[]) => groupBy(requests, ({ sessionId }) => sessionId);

const bySession = (batch: readonly CheckInRequest[]) => [...groupBySession(batch).values()];

/** Marks that are kept, found by session and by id: a batch has hundreds of sessions and as many marks. */
class KeptMarks {
  private readonly bySession = new Map<string, KeptMark[]>();
  private readonly byId = new Map<string, KeptMark>();

  constructor(marks: readonly KeptMark[]) {
    for (const mark of marks) this.add(mark);
  }

  add(mark: KeptMark): void {
    this.byId.set(mark.id, mark);
    const ofSession = this.bySession.get(mark.sessionId);
    if (ofSession) ofSession.push(mark);
    else this.bySession.set(mark.sessionId, [mark]);
  }

  /** What concerns a session: its own marks, and those of others whose ids are sent to it again. */
  concerning(sessionId: string, sentIds: readonly string[]): KeptMark[] {
    const elsewhere = new Set(sentIds.map((id) => this.byId.get(id)).filter((mark) => mark !== undefined));
    const own = this.bySession.get(sessionId) ?? [];
    return [...own, ...[...elsewhere].filter((mark) => mark.sessionId !== sessionId)];
  }
}

/** Gives each request what was decided of its own marks. */
function shareOut(
  decided: Decided,
  requests: readonly CheckInRequest[],
  decisions: Map<CheckInRequest, MarkDecision[]>,
): void {
  let from = 0;
  for (const request of requests) {
    decisions.set(request, decided.decisions.slice(from, (from += request.marks.length)));
  }
}

function newMarkOf(
  decision: MarkDecision,
  { sessionId, caller }: CheckInRequest,
  seats: ReadonlyMap<string, ReadonlyMap<string, string>>,
  names: ReadonlyMap<string, string>,
): NewMark {
  const { whose } = decision.mark;
  const known = 'residentId' in whose && names.has(whose.residentId) ? whose.residentId : null;
  const enrollmentId = known === null ? null : (seats.get(sessionId)?.get(known) ?? null);
  const { mark, outcome, reason, replayed, residentId } = decision;
  const recordedBy = caller.actor.id;
  return { mark, outcome, reason, replayed, residentId, sessionId, knownResidentId: known, enrollmentId, recordedBy };
}

function deedOf(
  { request, news }: { request: CheckInRequest; news: readonly NewMark[] },
  sessions: ReadonlyMap<string, SessionFacts>,
) {
  const { caller, sessionId, deviceId } = request;
  const counts = { recorded: 0, duplicate: 0, rejected: 0, review: 0 };
  for (const { outcome } of news) counts[outcome] += 1;
  const entry: AuditEntry = {
    action: 'attendance.marked',
    targetKind: 'class_session',
    targetId: sessionId,
    organisationId: sessions.get(sessionId)!.organisationId,
    details: { deviceId, ...counts },
  };
  return { caller, entry };
}
