import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { groupBy } from '#contracts';
import { Audit, type Caller, Clock, Outbox } from '#core';
import { SessionsService } from '#catalogue';
import { RosterService } from '#enrollment';
import { type AtSession, readMarks, writeAttendances } from '../attendance.queries.js';
import { deviceOf, markOf } from './attendance-imports.marks.js';
import {
  type AttendanceImportRow,
  forgetAttendances,
  type MarkToBe,
  readMarksToBe,
  returnEmptySheets,
  sessionsWithoutAnyone,
  withdrawMarks,
} from './attendance-imports.queries.js';
import { CheckInDesk } from '../check-in/check-in.desk.js';
import { requireOfSession } from '../roster.service.js';
import { standingOf } from '../standing.rules.js';

/** Writes the marks of an import, and takes them back. */
@Injectable()
export class AttendanceImportWriter {
  constructor(
    private readonly source: DataSource,
    private readonly sessions: SessionsService,
    private readonly roster: RosterService,
    private readonly desk: CheckInDesk,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Sends the marks through the desk, session by session; those that were sent before change nothing.
   *
   * @returns how many there are
   */
  async write(caller: Caller, found: AttendanceImportRow): Promise<number> {
    const marks = await readMarksToBe(this.source, found.id);
    const bySession = groupBySession(marks);
    const facts = await this.sessions.factsOf(this.source.manager, [...bySession.keys()]);
    for (const [sessionId, own] of bySession) {
      const { endsAt } = facts.get(sessionId)!;
      await this.desk.take({
        caller,
        sessionId,
        deviceId: deviceOf(found.id),
        marks: own.map((mark: MarkToBe) => {
          const { whose: _, ...sent } = markOf(mark, found, endsAt);
          return { ...sent, named: { residentId: mark.residentId } };
        }),
        permit: (session) => requireOfSession(caller, 'attendance.mark', session),
      });
    }
    return marks.length;
  }

  /**
   * The marks say nothing any more; what else was marked stands again, and whoever it is about is recounted.
   *
   * @param sessionIds sessions of the import, which are locked
   * @returns how many marks there were
   */
  async withdraw(
    em: EntityManager,
    caller: Caller,
    { id }: AttendanceImportRow,
    sessionIds: readonly string[],
    reason: string,
  ): Promise<number> {
    const now = this.clock.now();
    const gone = await withdrawMarks(em, id, now, caller.staffId, reason);
    await this.letOthersStand(em, gone, now);
    const returned = await returnEmptySheets(em, sessionIds, now, caller.staffId, `签到导入已撤销：${reason}`);
    await this.audit.write(
      em,
      caller,
      returned.map((sheet) => ({
        action: 'late_sheet.returned',
        targetKind: 'late_sheet',
        targetId: sheet.id,
        organisationId: sheet.organisation_id,
        details: { sessionId: sheet.session_id },
      })),
    );
    // Before anything else is read of these sessions: nobody is known to have been there.
    const empty = await this.sessions.markNotHeld(em, await sessionsWithoutAnyone(em, sessionIds));
    const facts = await this.sessions.factsOf(em, empty);
    await this.outbox.tell(em, 'class-evidence.changed', [
      ...new Set([...facts.values()].map(({ classId }) => classId)),
    ]);
    await this.outbox.tell(em, 'evidence.changed', [...new Set(gone.map(({ residentId }) => residentId))]);
    await this.outbox.tell(em, 'sessions.attended', sessionIds);
    return gone.length;
  }

  /** What the remaining marks say of those whose were taken back. */
  private async letOthersStand(
    em: EntityManager,
    gone: readonly (AtSession & { enrollmentId: string })[],
    now: Date,
  ): Promise<void> {
    const seats = await this.roster.seatsOfPairs(em, gone);
    const keptBySession = groupBySession(await readMarks(em, [], gone));
    const stands = [...groupBySession(gone)].flatMap(([sessionId, own]) => {
      const standing = standingOf(keptBySession.get(sessionId) ?? []);
      return own.flatMap(({ residentId, enrollmentId }) => {
        const state = standing.get(residentId);
        const seat = seats.get(sessionId)?.get(residentId) ?? enrollmentId;
        return state ? [{ ...state, sessionId, residentId, enrollmentId: seat }] : [];
      });
    });
    const stand = new Set(stands.map(({ sessionId, residentId }) => sessionId + residentId));
    await forgetAttendances(
      em,
      gone.filter(({ sessionId, residentId }) => !stand.has(sessionId + residentId)),
    );
    await writeAttendances(em, stands, now);
  }
}

const groupBySession = <Item extends { sessionId: string }>(items: readonly Item[]) =>
  groupBy(items, ({ sessionId }) => sessionId);
