import type { DataSource, EntityManager } from 'typeorm';
import { row, rows } from '#core';
import type { ScriptName } from './call-scripts.js';
import type { CallClosing, CallOutcome, CallReason, CallState, CallSubject, SeatAnswer } from '#contracts';

export interface TaskRow {
  id: string;
  resident_id: string;
  organisation_id: string;
  reason: CallReason;
  template: ScriptName;
  subject_kind: CallSubject;
  subject_id: string;
  variables: Record<string, unknown>;
  due_at: Date;
  deadline: Date | null;
  state: CallState;
  closed_because: CallClosing | null;
  closed_at: Date | null;
  created_at: Date;
  version: number;
  attempts: number;
  last_outcome: CallOutcome | null;
  last_at: Date | null;
}

export interface NewTaskRow {
  id: string;
  residentId: string;
  organisationId: string;
  reason: CallReason;
  template: ScriptName;
  subjectKind: CallSubject;
  subjectId: string;
  occasion: string;
  variables: Record<string, unknown>;
  dueAt: Date;
  deadline: Date | null;
}

/**
 * Writes tasks; one that is there for the same occasion stays, comes due earlier where it is due earlier now, says what
 * is to be said now, and opens again where it had been closed because its cause was gone, which is back. In the order of the unique key, so that two
 * writers of the same tasks wait for each other instead of for ever.
 */
export async function insertTasks(em: EntityManager, tasks: readonly NewTaskRow[], at: Date): Promise<void> {
  await rows(
    em,
    `insert into call_tasks (id, resident_id, organisation_id, reason, template, subject_kind, subject_id, occasion,
                             variables, due_at, deadline, created_at)
     select t.*, $12::timestamptz
       from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::text[],
                   $9::jsonb[], $10::timestamptz[], $11::timestamptz[])
            as t (id, resident_id, organisation_id, reason, template, subject_kind, subject_id, occasion, variables,
                  due_at, deadline)
      order by t.subject_id, t.reason, t.occasion
     on conflict (subject_id, reason, occasion) do update
        set due_at = least(call_tasks.due_at, excluded.due_at), variables = excluded.variables,
            state = 'open', closed_because = null, closed_at = null, version = call_tasks.version + 1
      where (call_tasks.state = 'open'
             and (excluded.due_at < call_tasks.due_at or excluded.variables <> call_tasks.variables))
         or call_tasks.closed_because = 'excused'`,
    [
      tasks.map(({ id }) => id),
      tasks.map(({ residentId }) => residentId),
      tasks.map(({ organisationId }) => organisationId),
      tasks.map(({ reason }) => reason),
      tasks.map(({ template }) => template),
      tasks.map(({ subjectKind }) => subjectKind),
      tasks.map(({ subjectId }) => subjectId),
      tasks.map(({ occasion }) => occasion),
      tasks.map(({ variables }) => JSON.stringify(variables)),
      tasks.map(({ dueAt }) => dueAt),
      tasks.map(({ deadline }) => deadline),
      at,
    ],
  );
}

/** Lets messages about these subjects that are under way ask for no call, should they not arrive. */
export const settleMessages = (
  em: EntityManager,
  subjectIds: readonly string[],
  templates: readonly string[] | null,
  at: Date,
): Promise<unknown> =>
  rows(
    em,
    `update messages set settled_at = $3
      where subject_id = any($1::uuid[]) and state = 'queued' and settled_at is null
        and ($2::text[] is null or template = any($2))`,
    [subjectIds, templates, at],
  );

/** Closes open tasks about these subjects; in the order of the unique key, as {@link insertTasks} writes them. */
export const closeTasksFor = (
  em: EntityManager,
  subjectIds: readonly string[],
  because: CallClosing,
  reasons: readonly CallReason[] | null,
  at: Date,
): Promise<unknown> =>
  rows(
    em,
    `with open_tasks as (
       select id from call_tasks
        where subject_id = any($1::uuid[]) and state = 'open' and ($3::text[] is null or reason = any($3))
        order by subject_id, reason, occasion for update
     )
     update call_tasks t set state = 'closed', closed_because = $2, closed_at = $4, version = t.version + 1
       from open_tasks where t.id = open_tasks.id`,
    [subjectIds, because, reasons, at],
  );

/** Closes open tasks whose deadline is over. */
export async function closeLateTasks(on: EntityManager | DataSource, at: Date): Promise<void> {
  await rows(
    on,
    `with late as (
       select id from call_tasks where state = 'open' and deadline <= $1
        order by subject_id, reason, occasion for update skip locked
     )
     update call_tasks t set state = 'closed', closed_because = 'too_late', closed_at = $1, version = t.version + 1
       from late where t.id = late.id`,
    [at],
  );
}

const WITH_ATTEMPTS = `
  select t.id, t.resident_id, t.organisation_id, t.reason, t.template, t.subject_kind, t.subject_id, t.variables,
         t.due_at, t.deadline, t.state, t.closed_because, t.closed_at, t.created_at, t.version,
         coalesce(a.attempts, 0) as attempts, a.last_outcome, a.last_at
    from call_tasks t
    left join lateral (
      select count(*)::int as attempts, max(at) as last_at,
             (array_agg(outcome order by at desc, id desc))[1] as last_outcome
        from call_attempts where call_task_id = t.id
    ) a on true`;

export const readTask = (on: EntityManager | DataSource, id: string): Promise<TaskRow | undefined> =>
  row<TaskRow>(on, `${WITH_ATTEMPTS} where t.id = $1`, [id]);

/** Makes every other writer of the task wait. */
export const lockTask = (em: EntityManager, id: string) =>
  row<{ id: string; organisation_id: string; resident_id: string; state: CallState; version: number }>(
    em,
    `select id, organisation_id, resident_id, state, version from call_tasks where id = $1 for update`,
    [id],
  );

/** Of an organisation, soonest due first. */
export function listTasks(
  on: EntityManager | DataSource,
  wanted: {
    organisationId: string;
    state: CallState;
    reason: CallReason | null;
    dueBy: Date | null;
    /** Part of a class's name. */
    className: string | null;
    after: readonly string[] | null;
    limit: number;
  },
): Promise<TaskRow[]> {
  return rows<TaskRow>(
    on,
    `${WITH_ATTEMPTS}
      where t.organisation_id = $1 and t.state = $2 and ($3::text is null or t.reason = $3)
        and ($4::timestamptz is null or t.due_at <= $4)
        and ($5::text is null or strpos(lower(t.variables ->> 'className'), lower($5)) > 0
             or strpos(lower(t.variables ->> 'classNameEn'), lower($5)) > 0)
        and ($6::timestamptz is null or (t.due_at, t.id) > ($6, $7::uuid))
      order by t.due_at, t.id limit $8`,
    [
      wanted.organisationId,
      wanted.state,
      wanted.reason,
      wanted.dueBy,
      wanted.className,
      wanted.after?.[0] ?? null,
      wanted.after?.[1] ?? null,
      wanted.limit,
    ],
  );
}

/** Open tasks of an organisation, and those of them that are due. */
export async function countTasks(
  on: EntityManager | DataSource,
  organisationId: string,
  at: Date,
): Promise<{ open: number; due: number }> {
  const found = await row<{ open: number; due: number }>(
    on,
    `select count(*)::int as open, (count(*) filter (where due_at <= $2))::int as due
       from call_tasks where organisation_id = $1 and state = 'open'`,
    [organisationId, at],
  );
  return found!;
}

export interface AttemptRow {
  id: string;
  call_task_id: string;
  at: Date;
  staff_id: string;
  outcome: CallOutcome;
  answer: SeatAnswer | null;
  note: string | null;
}

const ATTEMPT = 'a.id, a.call_task_id, a.at, a.staff_id, a.outcome, a.answer, a.note';

export const readAttempt = (em: EntityManager, id: string): Promise<AttemptRow | undefined> =>
  row<AttemptRow>(em, `select ${ATTEMPT} from call_attempts a where a.id = $1`, [id]);

/** Of a task, the oldest first; nobody is called two hundred times. */
export const attemptsOfTask = (on: EntityManager | DataSource, taskId: string): Promise<AttemptRow[]> =>
  rows<AttemptRow>(
    on,
    `select ${ATTEMPT} from call_attempts a where a.call_task_id = $1 order by a.at, a.id limit 200`,
    [taskId],
  );

/** About a subject for a reason, the oldest first; those of tasks that turned out to have no cause are left out. */
export const attemptsAbout = (
  em: EntityManager,
  subjectIds: readonly string[],
  reason: CallReason,
): Promise<(AttemptRow & { subject_id: string })[]> =>
  rows(
    em,
    `select ${ATTEMPT}, t.subject_id
       from call_tasks t join call_attempts a on a.call_task_id = t.id
      where t.subject_id = any($1::uuid[]) and t.reason = $2 and t.closed_because is distinct from 'excused'
      order by a.at, a.id`,
    [subjectIds, reason],
  );

/** When somebody was last spoken with about these subjects: reached by a call, or told otherwise, as staff say. */
export const lastReached = (
  em: EntityManager,
  subjectIds: readonly string[],
  reason: CallReason,
): Promise<{ subject_id: string; at: Date }[]> =>
  rows(
    em,
    `select t.subject_id, max(greatest(a.at, case when t.closed_because = 'told_otherwise' then t.closed_at end)) as at
       from call_tasks t left join call_attempts a on a.call_task_id = t.id and a.outcome = 'reached'
      where t.subject_id = any($1::uuid[]) and t.reason = $2
        and (a.id is not null or t.closed_because = 'told_otherwise')
      group by t.subject_id`,
    [subjectIds, reason],
  );

export const insertAttempt = (em: EntityManager, attempt: AttemptRow): Promise<unknown> =>
  rows(
    em,
    `insert into call_attempts (id, call_task_id, at, staff_id, outcome, answer, note)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [attempt.id, attempt.call_task_id, attempt.at, attempt.staff_id, attempt.outcome, attempt.answer, attempt.note],
  );

export const endTask = (
  em: EntityManager,
  id: string,
  state: 'done' | 'closed',
  because: CallClosing | null,
  at: Date,
): Promise<unknown> =>
  rows(
    em,
    `update call_tasks set state = $2, closed_because = $3, closed_at = $4, version = version + 1 where id = $1`,
    [id, state, because, at],
  );

/** Moves messages and calls of merged residents to the records that are used; doing it again changes nothing. */
export async function moveToSurvivors(em: EntityManager, residentIds: readonly string[]): Promise<void> {
  for (const table of ['messages', 'call_tasks']) {
    await rows(
      em,
      `update ${table} t set resident_id = r.merged_into from residents r
        where r.id = any($1::uuid[]) and r.merged_into is not null and t.resident_id = r.id`,
      [residentIds],
    );
  }
}
