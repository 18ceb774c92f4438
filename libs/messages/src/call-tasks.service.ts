import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock, newId } from '#core';
import { mayReleaseForNoShow, type SeatCall } from './calls.rules.js';
import {
  attemptsAbout,
  closeLateTasks,
  closeTasksFor,
  insertTasks,
  lastReached,
  moveToSurvivors,
  settleMessages,
} from './calls.queries.js';
import type { CallClosing, CallReason, CallSubject } from '#contracts';
import { CALL_SCRIPTS, type ScriptName, type ScriptVariables } from './call-scripts.js';

/** A call that is to be made. */
export type NewCallTask = {
  [Name in ScriptName]: {
    residentId: string;
    /** Whose staff calls. */
    organisationId: string;
    template: Name;
    variables: ScriptVariables<Name>;
    /** What it is about: an enrollment. */
    subjectId: string;
    /** Tells one time from another at which the same must be told about the same subject. */
    occasion?: string;
    /** By when somebody should have called. */
    dueAt: Date;
    /** After it the call helps no more; left out: never. */
    deadline?: Date | null;
  };
}[ScriptName];

const SUBJECT_KIND: CallSubject = 'enrollment';

/** 电话任务: who is to be called, and what became of it. Staff work on them through CallsService. */
@Injectable()
export class CallTasksService {
  constructor(private readonly clock: Clock) {}

  /**
   * Asks for calls, once for each subject, reason and occasion: asking again changes nothing but makes a call due
   * earlier where it is, and opens it again where it had been closed as `excused`.
   */
  async open(em: EntityManager, tasks: readonly NewCallTask[]): Promise<void> {
    const byKey = new Map<string, Parameters<typeof insertTasks>[1][number]>();
    for (const { deadline = null, occasion = '', ...task } of tasks) {
      const { reason } = CALL_SCRIPTS[task.template];
      const key = `${task.subjectId} ${reason} ${occasion}`;
      const known = byKey.get(key);
      if (known && known.dueAt <= task.dueAt) continue;
      byKey.set(key, { ...task, id: newId(), reason, subjectKind: SUBJECT_KIND, occasion, deadline });
    }
    if (byKey.size > 0) await insertTasks(em, [...byKey.values()], this.clock.now());
  }

  /**
   * Nobody need be called about these subjects any more, as far as that is still open: somebody accepted the offer
   * meanwhile, left, was stopped.
   *
   * @param reasons for which they were to be called; left out: all
   */
  async closeFor(
    em: EntityManager,
    subjectIds: readonly string[],
    because: CallClosing,
    reasons?: readonly CallReason[],
  ): Promise<void> {
    if (subjectIds.length === 0) return;
    const at = this.clock.now();
    const templates = reasons
      ? Object.entries(CALL_SCRIPTS).flatMap(([name, { reason }]) => (reasons.includes(reason) ? [name] : []))
      : null;
    // Messages first, as whoever finds one undeliverable holds it while opening the call.
    await settleMessages(em, subjectIds, templates, at);
    await closeTasksFor(em, subjectIds, because, reasons ?? null, at);
  }

  /** What was told, and is to be told, to records that were merged belongs to the ones that are used. */
  async followMerged(em: EntityManager, residentIds: readonly string[]): Promise<void> {
    await moveToSurvivors(em, residentIds);
  }

  /** Calls whose time is over help no more. */
  async closeLate(em: EntityManager): Promise<void> {
    await closeLateTasks(em, this.clock.now());
  }

  /** What came of calling about a subject for a reason, the oldest first. */
  async attemptsOf(em: EntityManager, subjectId: string, reason: CallReason): Promise<SeatCall[]> {
    const found = await attemptsAbout(em, [subjectId], reason);
    return found.map(({ at, outcome, answer }) => ({ at, outcome, answer }));
  }

  /** Whether the seat of somebody who missed sessions may be given away: see {@link mayReleaseForNoShow}. */
  async mayReleaseForNoShow(em: EntityManager, enrollmentId: string): Promise<boolean> {
    return mayReleaseForNoShow(await this.attemptsOf(em, enrollmentId, 'no_show'));
  }

  /** When each of these subjects was last spoken with about a reason, by phone or otherwise; who never was is absent. */
  async lastReached(em: EntityManager, subjectIds: readonly string[], reason: CallReason): Promise<Map<string, Date>> {
    const found = await lastReached(em, subjectIds, reason);
    return new Map(found.map(({ subject_id, at }) => [subject_id, at]));
  }
}
