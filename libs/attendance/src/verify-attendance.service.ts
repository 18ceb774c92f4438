import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type BrokenBlock, ChainSealer } from '#core';
import { MARKS_CHAIN } from './marks.chain.js';
import {
  type KeptOfOne,
  type MarkLacks,
  readKept,
  readMarksOfBlock,
  readMarksOfNothing,
  readUntoldWithdrawals,
  readUntoldSheets,
} from './verify-attendance.queries.js';
import { type PresentState, presentState, sameState } from './standing.rules.js';

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

/** People whose marks are gone through at once. */
const BATCH = 500;

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
    let next = readKept(this.source, null, BATCH);
    for (;;) {
      const { last, kept } = await next;
      if (last === null) return;
      // PostgreSQL is at the next ones while these are computed.
      next = readKept(this.source, last, BATCH);
      next.catch(() => undefined);
      yield* kept.flatMap(wrongOf);
    }
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
