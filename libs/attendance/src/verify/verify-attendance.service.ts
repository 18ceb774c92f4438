import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type BrokenBlock, ChainSealer } from '#core';
import type { AtSession } from '../attendance.queries.js';
import { MARKS_CHAIN } from './marks.chain.js';
import {
  behind,
  type KeptOfOne,
  lastOfNextSessions,
  type MarkLacks,
  readDoubtful,
  readKept,
  readMarksOfBlock,
  readMarksOfNothing,
  readUntoldWithdrawals,
  readOfMerged,
  readUntoldSheets,
} from './verify-attendance.queries.js';
import { type PresentState, presentState, sameState } from '../standing.rules.js';

/** Something of who was there that the evidence does not say. */
export type AttendanceFault =
  /** An attendance that the marks do not say, or one that they say and that is not there. */
  | {
      kind: 'attendance-wrong';
      sessionId: string;
      residentId: string;
      /** As it is kept; null: not there. */
      says: PresentState | null;
      /** By the marks; null: nothing was marked that counts. */
      marked: PresentState | null;
    }
  /** A mark without the printed line, or the late sheet, that it must have. */
  | { kind: 'mark-wrong'; markId: string; sessionId: string; lacks: MarkLacks }
  /** Marks that are not what was sealed of them, or gone, or slipped in between: a block of their chain. */
  | {
      kind: 'marks-changed';
      block: number;
      reason: BrokenBlock['reason'];
      markIds: string[];
      /** Of marks that are gone nothing is left but the number under which they were sealed. */
      gone: string[];
    }
  /** A mark that is said to have been taken back with an import, of which the audit log does not know. */
  | { kind: 'withdrawal-wrong'; markId: string; sessionId: string }
  /** A late sheet of which nobody is known to have signed or returned it. */
  | { kind: 'signature-wrong'; sheetId: string; sessionId: string; state: string };

/** Sessions that are gone through at once, and people at them whose marks are looked at one by one. */
const SESSIONS = 200;
const PAIRS = 500;

/** Checks that what is known of who was there is what the marks, scans, sheets and signatures say. Memory stays flat. */
@Injectable()
export class VerifyAttendanceService {
  constructor(
    private readonly source: DataSource,
    private readonly sealer: ChainSealer,
  ) {}

  /**
   * Recomputes every attendance from its marks by the function by which they are recorded; writes nothing. A mark and
   * what it says of somebody are written together, so nothing found here is merely on its way.
   */
  async *verify(): AsyncGenerator<AttendanceFault> {
    for await (const broken of this.sealer.verify(MARKS_CHAIN)) yield await this.changedMarks(broken);
    for (const { id, session_id } of await readUntoldWithdrawals(this.source)) {
      yield { kind: 'withdrawal-wrong', markId: id, sessionId: session_id };
    }
    for (const { id, session_id, lacks } of await readMarksOfNothing(this.source)) {
      yield { kind: 'mark-wrong', markId: id, sessionId: session_id, lacks };
    }
    for (const { id, session_id, state } of await readUntoldSheets(this.source)) {
      yield { kind: 'signature-wrong', sheetId: id, sessionId: session_id, state };
    }
    for await (const pairs of this.doubtful()) yield* (await readKept(this.source, pairs)).flatMap(wrongOf);
  }

  /** Where not everything is plainly as it should be, and where somebody has more than one record. */
  private async *doubtful(): AsyncGenerator<AtSession[]> {
    for (let session: string | null = null, more = true; more;) {
      const until: string | null = await lastOfNextSessions(this.source, session, SESSIONS);
      yield* allPages(behind(session), (after) => readDoubtful(this.source, after, until, PAIRS));
      session = until;
      more = until !== null;
    }
    yield* allPages(behind(null), (after) => readOfMerged(this.source, after, PAIRS));
  }

  private async changedMarks({ block, reason, entryIds }: BrokenBlock): Promise<AttendanceFault> {
    const there = await readMarksOfBlock(this.source, block, entryIds);
    const numbers = new Set(there.map(({ number }) => number));
    return {
      kind: 'marks-changed',
      block,
      reason,
      markIds: there.map(({ id }) => id),
      gone: entryIds.filter((number) => !numbers.has(number)),
    };
  }
}

function wrongOf({ sessionId, residentId, says, marks, moving }: KeptOfOne): AttendanceFault[] {
  if (moving) return [];
  const marked = presentState(marks);
  if (sameState(says, marked) && says?.markId === marked?.markId) return [];
  return [{ kind: 'attendance-wrong', sessionId, residentId, says, marked }];
}

async function* allPages(
  first: AtSession,
  read: (after: AtSession) => Promise<AtSession[]>,
): AsyncGenerator<AtSession[]> {
  for (let after = first; ;) {
    const page = await read(after);
    if (page.length > 0) yield page;
    if (page.length < PAIRS) return;
    after = page.at(-1)!;
  }
}
