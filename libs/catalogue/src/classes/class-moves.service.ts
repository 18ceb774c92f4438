import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type AuditAction, dayOf, type Permission } from '#contracts';
import { Audit, Caller, Clock, CodedError, Outbox, requireVersion, rows, Transactions } from '#core';
import { ClassSession, CourseClass } from '../catalogue.entities.js';
import { CatalogueErrors, clashSentence } from '../catalogue.errors.js';
import { ClassPlans } from './class-plans.service.js';
import { ClassSeatsService } from './class-seats.service.js';
import { ClassViews } from './class-views.service.js';
import type { DecideClassRequest, MergeClassRequest, StopClassRequest } from './class-moves.dto.js';
import type { ClassView } from './class-views.dto.js';
import { cancelSessionsAfter, findClashes, findOverdueClasses, refreshSessionSpan } from './classes.queries.js';
import {
  type ClassMove,
  decideMove,
  isOver,
  minutesOf,
  MOVE_WORDS,
  type MoveDecision,
  overdueBefore,
  STATE_WORDS,
} from './classes.rules.js';
import { ClassesService } from './classes.service.js';
import { MergerProposalsService } from '../merger-proposals/merger-proposals.service.js';
import { ParallelClassesService } from './parallel-classes.service.js';

/** Classes that one run of the daily job finishes at most, so that it never works for hours. */
const FINISHED_AT_ONCE = 500;

interface Step {
  move: ClassMove;
  /** What the audit log calls it, where that is not the move's own word. */
  action?: AuditAction;
  permission: Permission;
  caller: Caller;
  classId: string;
  /** The version that was read; null for the platform itself, which has read none. */
  version: number | null;
  /**
   * What the move does beside changing the state; changes the class it is given, which is then stored.
   *
   * @returns what the audit log keeps of it beside the states
   */
  work: (em: EntityManager, courseClass: CourseClass) => Promise<Record<string, unknown> | void>;
}

/**
 * How a class moves from a draft to its end. The table of moves is in classes.rules.ts, the drawing in docs/classes.md.
 * Every move may be repeated: one that is done already answers the present state.
 */
@Injectable()
export class ClassMovesService {
  private readonly log = new Logger(ClassMovesService.name);

  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly classes: ClassesService,
    private readonly plans: ClassPlans,
    private readonly parallel: ParallelClassesService,
    private readonly proposals: MergerProposalsService,
    private readonly seats: ClassSeatsService,
    private readonly views: ClassViews,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * 提交审核: from here on the class holds its room and its teacher.
   *
   * @throws CATALOGUE.NO_SESSIONS, CATALOGUE.VENUE_TAKEN, CATALOGUE.TEACHER_TAKEN, what {@link ClassPlans.check} throws
   */
  submit(caller: Caller, classId: string, version: number): Promise<ClassView> {
    const work = async (em: EntityManager, courseClass: CourseClass) => {
      const sessions = await em.find(ClassSession, { where: { classId }, order: { number: 'ASC' } });
      if (sessions.length === 0) throw CatalogueErrors.NO_SESSIONS();
      await this.plans.check(em, courseClass, sessions);
      await requireNoClash(em, classId);
      await em.update(ClassSession, { classId }, { reserved: true });
      courseClass.submittedAt = this.clock.now();
    };
    return this.step({ move: 'submit', permission: 'classes.edit', caller, classId, version, work });
  }

  /**
   * 审核: the bureau approves the class, which freezes the minutes it approved, or returns it with a note, which frees
   * room and teacher.
   *
   * @throws CATALOGUE.NOTE_REQUIRED
   */
  async decide(caller: Caller, classId: string, version: number, request: DecideClassRequest): Promise<ClassView> {
    const approved = request.decision === 'approved';
    if (!approved && !request.note) throw CatalogueErrors.NOTE_REQUIRED();
    const work = async (em: EntityManager, courseClass: CourseClass) => {
      if (approved) courseClass.approvedMinutes = minutesOf(await em.findBy(ClassSession, { classId }));
      else await em.update(ClassSession, { classId }, { reserved: false });
      courseClass.decidedAt = this.clock.now();
      courseClass.decidedBy = caller.actor.id;
      courseClass.decisionNote = request.note ?? null;
    };
    const move = approved ? 'approve' : 'return';
    return this.step({ move, permission: 'classes.approve', caller, classId, version, work });
  }

  /** 发布: residents see the class, and its seats are there to be taken. */
  publish(caller: Caller, classId: string, version: number): Promise<ClassView> {
    const work = async (em: EntityManager, courseClass: CourseClass) => {
      await rows(em, `insert into class_availability (class_id, seats) values ($1, $2)`, [classId, courseClass.seats]);
      await refreshSessionSpan(em, classId);
      courseClass.searchText = await this.plans.searchTextOf(em, courseClass);
      courseClass.publishedAt = this.clock.now();
    };
    return this.step({ move: 'publish', permission: 'classes.publish', caller, classId, version, work });
  }

  /**
   * 结班: what was provisional in the ledger is confirmed, and residents' seats are finished, by the libs that follow
   * the topic.
   *
   * @throws CATALOGUE.NOT_OVER
   */
  finish(caller: Caller, classId: string, version: number | null): Promise<ClassView> {
    const work = async (em: EntityManager, courseClass: CourseClass) => {
      const now = this.clock.now();
      const sessions = await em.findBy(ClassSession, { classId });
      if (!isOver(sessions, now)) {
        const lastDay = dayOf(courseClass.lastSessionAt ?? now);
        throw CatalogueErrors.NOT_OVER({ lastDay });
      }
      await rows(em, `update class_availability set state = 'finished' where class_id = $1`, [classId]);
      await this.proposals.lapse(em, caller, classId);
      courseClass.finishedAt = now;
      await this.outbox.tell(em, 'class-evidence.changed', [classId]);
    };
    return this.step({ move: 'finish', permission: 'classes.finish', caller, classId, version, work });
  }

  /**
   * 停开; with `movedTo` 并班. The sessions to come are cancelled, which frees rooms and teachers; what was held stays.
   * People are moved or released by the lib that follows the topic, and so is each told.
   *
   * @throws CATALOGUE.MOVED_TO_UNFIT, CATALOGUE.MOVED_TO_OTHER_SCHOOL
   */
  stop(caller: Caller, classId: string, version: number, request: StopClassRequest): Promise<ClassView> {
    return this.end(caller, classId, version, request.reason, request.movedTo ?? null, 'classes.stop');
  }

  /**
   * 并班 by the bureau: also into a class of another school, which was heard beforehand.
   *
   * @throws CATALOGUE.MOVED_TO_UNFIT, CATALOGUE.RECEIVER_NOT_ASKED, CATALOGUE.RECEIVER_NOT_ANSWERED
   */
  merge(caller: Caller, classId: string, version: number, request: MergeClassRequest): Promise<ClassView> {
    return this.end(caller, classId, version, request.reason, request.movedTo, 'classes.merge');
  }

  private end(
    caller: Caller,
    classId: string,
    version: number,
    reason: string,
    movedTo: string | null,
    permission: 'classes.stop' | 'classes.merge',
  ): Promise<ClassView> {
    const work = async (em: EntityManager, courseClass: CourseClass) => {
      // Both at once, in the desk's order; whoever stops the other one meanwhile waits.
      await this.seats.lock(em, movedTo ? [classId, movedTo] : [classId]);
      if (movedTo) {
        // A school says who comes into its own classes; the bureau says it for both.
        const receiving = await this.parallel.require(em, courseClass, movedTo);
        if (!caller.can(permission, receiving)) throw CatalogueErrors.MOVED_TO_OTHER_SCHOOL();
        const isElsewhere = receiving !== courseClass.organisationId;
        if (isElsewhere && permission === 'classes.merge') await this.proposals.requireHeard(em, classId, movedTo);
      }
      await this.proposals.end(em, caller, classId, movedTo);
      const now = this.clock.now();
      const cancelled = await cancelSessionsAfter(em, classId, now, reason);
      await refreshSessionSpan(em, classId);
      await rows(em, `update class_availability set state = 'stopped' where class_id = $1`, [classId]);
      courseClass.stoppedAt = now;
      courseClass.stoppedReason = reason;
      courseClass.movedTo = movedTo;
      await this.outbox.tell(em, 'class.stopped', [classId]);
      await this.outbox.tell(em, 'class-evidence.changed', [classId]);
      return { reason: reason, sessionsCancelled: cancelled, ...(movedTo && { movedTo }) };
    };
    const action = movedTo ? 'class.merged' : ACTIONS.stop;
    return this.step({ move: 'stop', action, permission, caller, classId, version, work });
  }

  /**
   * Finishes the classes that nobody finished within 15 days of their last session (counting rule 3).
   *
   * @returns how many were finished
   */
  async finishOverdue(): Promise<number> {
    const overdue = await findOverdueClasses(this.source, overdueBefore(this.clock.now()), FINISHED_AT_ONCE);
    let finished = 0;
    for (const classId of overdue) {
      try {
        await this.finish(Caller.system('finish-overdue'), classId, null);
        finished++;
      } catch (error) {
        // One class must not keep the others from being finished; the next day tries it again.
        if (!(error instanceof CodedError)) throw error;
        this.log.warn(`class ${classId} was not finished: ${error.code}`);
      }
    }
    return finished;
  }

  /** The one place where a class's state changes. @throws CATALOGUE.MOVE_NOT_ALLOWED, CORE.STALE, CORE.FORBIDDEN */
  private step({ move, action = ACTIONS[move], permission, caller, classId, version, work }: Step): Promise<ClassView> {
    return this.transactions.run(async (em) => {
      const courseClass = await this.classes.lock(em, classId);
      caller.require(permission, courseClass.organisationId);
      const before = courseClass.state;
      const decision = decideMove({ state: before, decided: courseClass.decidedAt !== null }, move);
      if (decision.kind === 'not_allowed') throw notAllowed(courseClass, move, decision);
      if (decision.kind === 'move') {
        if (version !== null) requireVersion(courseClass.version, version);
        const details = await work(em, courseClass);
        courseClass.state = decision.to;
        courseClass.version++;
        await em.save(CourseClass, courseClass);
        await this.audit.write(em, caller, [
          {
            action,
            targetKind: 'course_class',
            targetId: classId,
            organisationId: courseClass.organisationId,
            details: { code: courseClass.code, from: before, to: decision.to, ...details },
          },
        ]);
      }
      return this.views.view(em, classId, caller);
    });
  }
}

const ACTIONS: Record<ClassMove, AuditAction> = {
  submit: 'class.submitted',
  approve: 'class.approved',
  return: 'class.returned',
  publish: 'class.published',
  finish: 'class.finished',
  stop: 'class.stopped',
};

function notAllowed({ state }: CourseClass, move: ClassMove, { possible }: MoveDecision & { kind: 'not_allowed' }) {
  return CatalogueErrors.MOVE_NOT_ALLOWED(
    {
      stateZh: STATE_WORDS[state].zh,
      stateEn: STATE_WORDS[state].en,
      moveZh: MOVE_WORDS[move].zh,
      moveEn: MOVE_WORDS[move].en,
      possibleZh: possible.map((other) => MOVE_WORDS[other].zh).join('、') || '没有',
      possibleEn: possible.map((other) => MOVE_WORDS[other].en).join(', ') || 'nothing',
    },
    { state, possible },
  );
}

/** @throws CATALOGUE.VENUE_TAKEN, CATALOGUE.TEACHER_TAKEN, naming the sessions */
export async function requireNoClash(em: EntityManager, classId: string): Promise<void> {
  const clashes = await findClashes(em, classId);
  const [first] = clashes;
  if (!first) return;
  const sessions = clashes.filter((clash) => clash.kind === first.kind).map((clash) => clash.number);
  const error = first.kind === 'venue' ? CatalogueErrors.VENUE_TAKEN : CatalogueErrors.TEACHER_TAKEN;
  throw error(clashSentence(sessions), { sessions });
}
