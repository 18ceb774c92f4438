import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { AuditAction } from '#contracts';
import { Audit, type Caller, Clock, cutPage, type Page, readCursor, requireVersion, Transactions } from '#core';
import { ResidentsService, StaffService } from '#people';
import { OrganisationsService } from '#places';
import { AFTER_THE_CALL } from './call-scripts.js';
import { CallTasksService } from './call-tasks.service.js';
import type {
  CallAttemptRequest,
  CallCountsView,
  CallTaskDetailView,
  CallTasksQuery,
  CallTaskView,
  CloseCallRequest,
} from './calls.dto.js';
import {
  attemptsOfTask,
  countTasks,
  endTask,
  insertAttempt,
  listTasks,
  lockTask,
  readAttempt,
  readTask,
  type TaskRow,
} from './calls.queries.js';
import { MessagesErrors } from './messages.errors.js';
import { renderCall } from './messages.rules.js';

/** How the staff of an organisation work through the people they are to call. */
@Injectable()
export class CallsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly tasks: CallTasksService,
    private readonly residents: ResidentsService,
    private readonly staff: StaffService,
    private readonly organisations: OrganisationsService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** People whom the organisation is to call, soonest due first, without their numbers. @throws CORE.FORBIDDEN */
  async list(caller: Caller, organisationId: string, query: CallTasksQuery): Promise<Page<CallTaskView>> {
    caller.require('calls.work', organisationId);
    const found = await listTasks(this.source, {
      organisationId,
      state: query.state ?? 'open',
      reason: query.reason ?? null,
      dueBy: query.dueBy ? new Date(query.dueBy) : null,
      className: query.className ?? null,
      after: readCursor(query.cursor, ['moment', 'uuid']),
      limit: query.limit + 1,
    });
    const views = await this.viewsOf(this.source.manager, found);
    return cutPage(
      found,
      query.limit,
      ({ due_at, id }) => [due_at.toISOString(), id],
      ({ id }) => views.get(id)!,
    );
  }

  /** How many the organisation is to call, and how many of them by now. @throws CORE.FORBIDDEN */
  async count(caller: Caller, organisationId: string): Promise<CallCountsView> {
    caller.require('calls.work', organisationId);
    return countTasks(this.source, organisationId, this.clock.now());
  }

  /**
   * One call with the whole number and what to say; who saw it is audited.
   *
   * @throws MESSAGES.CALL_UNKNOWN, CORE.FORBIDDEN
   */
  async show(caller: Caller, id: string): Promise<CallTaskDetailView> {
    return this.transactions.run(async (em) => {
      const task = await this.require(em, caller, id);
      await this.record(em, caller, task, 'call_task.viewed', {});
      return this.detailOf(em, caller, task);
    });
  }

  /**
   * Puts down what came of calling. Reaching somebody ends the task. What was tried is kept also where the task had
   * ended meanwhile. No Idempotency-Key: each attempt carries an id made by the device.
   *
   * @throws MESSAGES.CALL_UNKNOWN, MESSAGES.ANSWER_WITHOUT_REACHING, MESSAGES.ATTEMPT_ID_REUSED, CORE.FORBIDDEN
   */
  async attempt(caller: Caller, taskId: string, request: CallAttemptRequest): Promise<CallTaskView> {
    const { outcome, answer = null, note = null } = request;
    if (answer !== null && outcome !== 'reached') throw MessagesErrors.ANSWER_WITHOUT_REACHING();
    return this.transactions.run(async (em) => {
      const task = await this.lock(em, caller, taskId);
      const id = request.id.toLowerCase();
      const earlier = await readAttempt(em, id);
      if (earlier) {
        const same = earlier.call_task_id === task.id && earlier.outcome === outcome && earlier.answer === answer;
        if (!same || earlier.staff_id !== caller.staffId) throw MessagesErrors.ATTEMPT_ID_REUSED();
        return this.viewOf(em, taskId);
      }
      const now = this.clock.now();
      const staffId = caller.staffId;
      await insertAttempt(em, { id, call_task_id: taskId, at: now, staff_id: staffId, outcome, answer, note });
      if (outcome === 'reached' && task.state === 'open') await endTask(em, taskId, 'done', null, now);
      await this.record(em, caller, task, 'call_task.attempted', { outcome, answer });
      return this.viewOf(em, taskId);
    });
  }

  /**
   * Nobody need call, as staff know: told at the counter, moved away. Repeating it answers the present state.
   *
   * @throws MESSAGES.CALL_UNKNOWN, MESSAGES.CALL_ENDED, CORE.STALE, CORE.FORBIDDEN
   */
  async close(caller: Caller, id: string, version: number, { reason }: CloseCallRequest): Promise<CallTaskView> {
    return this.transactions.run(async (em) => {
      const task = await this.lock(em, caller, id);
      if (task.state === 'closed') return this.viewOf(em, id);
      if (task.state === 'done') throw MessagesErrors.CALL_ENDED();
      requireVersion(task.version, version);
      await endTask(em, id, 'closed', 'told_otherwise', this.clock.now());
      await this.record(em, caller, task, 'call_task.closed', { reason });
      return this.viewOf(em, id);
    });
  }

  private async require(em: EntityManager, caller: Caller, id: string): Promise<TaskRow> {
    const task = await readTask(em, id);
    if (!task) throw MessagesErrors.CALL_UNKNOWN();
    caller.require('calls.work', task.organisation_id);
    return task;
  }

  private async lock(em: EntityManager, caller: Caller, id: string) {
    const task = await lockTask(em, id);
    if (!task) throw MessagesErrors.CALL_UNKNOWN();
    caller.require('calls.work', task.organisation_id);
    return task;
  }

  private async record(
    em: EntityManager,
    caller: Caller,
    task: { id: string; organisation_id: string; resident_id: string },
    action: AuditAction,
    details: Record<string, unknown>,
  ): Promise<void> {
    const { id, organisation_id, resident_id } = task;
    await this.audit.write(em, caller, [
      {
        action,
        targetKind: 'call_task',
        targetId: id,
        organisationId: organisation_id,
        onBehalfOf: resident_id,
        details,
      },
    ]);
  }

  private async viewOf(em: EntityManager, id: string): Promise<CallTaskView> {
    return (await this.viewsOf(em, [(await readTask(em, id))!])).get(id)!;
  }

  private async viewsOf(em: EntityManager, tasks: readonly TaskRow[]): Promise<Map<string, CallTaskView>> {
    const ids = tasks.map(({ resident_id }) => resident_id);
    const people = new Map((await this.residents.factsOf(em, ids)).map((one) => [one.id, one]));
    const phones = await this.residents.maskedPhonesOf(em, ids);
    return new Map(
      tasks.map((task) => [
        task.id,
        viewOf(task, people.get(task.resident_id)!.name, phones.get(task.resident_id) ?? null),
      ]),
    );
  }

  private async detailOf(em: EntityManager, caller: Caller, task: TaskRow): Promise<CallTaskDetailView> {
    const { id, resident_id, organisation_id, reason, subject_id } = task;
    const [resident] = await this.residents.factsOf(em, [resident_id]);
    const history = await attemptsOfTask(em, id);
    const staff = await this.staff.namesOf(
      em,
      history.map(({ staff_id }) => staff_id),
    );
    const school = (await this.organisations.namesOf(em, [organisation_id])).get(organisation_id)!;
    const names = { resident: resident!.name, school: school.name, schoolEn: school.nameEn };
    const views = await this.viewsOf(em, [task]);
    return {
      ...views.get(id)!,
      phone: await this.residents.phoneOf(em, resident_id),
      villageName: await this.residents.regionName(resident!.regionCode),
      say: {
        zh: renderCall(task.template, task.variables, names, 'zh'),
        en: renderCall(task.template, task.variables, names, 'en'),
      },
      afterwards: AFTER_THE_CALL[reason],
      history: history.map((attempt) => ({
        id: attempt.id,
        at: attempt.at.toISOString(),
        staffName: staff.get(attempt.staff_id) ?? '',
        outcome: attempt.outcome,
        answer: attempt.answer,
        note: attempt.note,
      })),
      mayReleaseSeat: reason === 'no_show' && (await this.tasks.mayReleaseForNoShow(em, subject_id)),
    };
  }
}

function viewOf(task: TaskRow, residentName: string, maskedPhone: string | null): CallTaskView {
  const { className, classNameEn } = task.variables as { className: string; classNameEn?: string | null };
  return {
    id: task.id,
    reason: task.reason,
    state: task.state,
    residentId: task.resident_id,
    residentName,
    maskedPhone,
    className,
    classNameEn: classNameEn ?? null,
    enrollmentId: task.subject_kind === 'enrollment' ? task.subject_id : null,
    dueAt: task.due_at.toISOString(),
    deadline: task.deadline?.toISOString() ?? null,
    attempts: task.attempts,
    lastOutcome: task.last_outcome,
    lastAttemptAt: task.last_at?.toISOString() ?? null,
    closedBecause: task.closed_because,
    version: task.version,
  };
}
