import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Phone calls to those whom no SMS tells enough, and what became of each. */
export class AddCallTasks1767225640000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table call_tasks (
        id uuid not null,
        resident_id uuid not null,
        organisation_id uuid not null,
        reason text not null,
        template text not null,
        subject_kind text not null,
        subject_id uuid not null,
        -- Which time it is that the same had to be told about the same subject.
        occasion text not null,
        variables jsonb not null,
        due_at timestamptz not null,
        deadline timestamptz,
        state text not null default 'open',
        closed_because text,
        closed_at timestamptz,
        created_at timestamptz not null,
        version int not null default 1,
        constraint pk_call_tasks primary key (id),
        constraint fk_call_tasks_resident foreign key (resident_id) references residents (id),
        constraint fk_call_tasks_organisation foreign key (organisation_id) references organisations (id),
        constraint uq_call_tasks_occasion unique (subject_id, reason, occasion),
        constraint ck_call_tasks_state check (state in ('open', 'done', 'closed')),
        constraint ck_call_tasks_closed check (
          (state = 'open') = (closed_at is null) and (state = 'closed') = (closed_because is not null)
        )
      );
      create index ix_call_tasks_organisation on call_tasks (organisation_id, state, due_at, id);
      create index ix_call_tasks_resident on call_tasks (resident_id);
      create index ix_call_tasks_deadline on call_tasks (deadline) where state = 'open' and deadline is not null;

      create table call_attempts (
        -- Made by the device, once for each attempt.
        id uuid not null,
        call_task_id uuid not null,
        at timestamptz not null,
        staff_id uuid not null,
        outcome text not null,
        -- What the resident said of the seat, where that was asked.
        answer text,
        note text,
        constraint pk_call_attempts primary key (id),
        constraint fk_call_attempts_task foreign key (call_task_id) references call_tasks (id),
        constraint fk_call_attempts_staff foreign key (staff_id) references staff (id),
        constraint ck_call_attempts_outcome check (
          outcome in ('reached', 'no_answer', 'wrong_number', 'refused', 'other')
        ),
        constraint ck_call_attempts_answer check (
          answer is null or (answer in ('keeps_seat', 'gives_up_seat') and outcome = 'reached')
        )
      );
      create index ix_call_attempts_task on call_attempts (call_task_id, at, id);
      create index ix_call_attempts_staff on call_attempts (staff_id);
      create trigger tr_call_attempts_append_only before update or delete on call_attempts
        for each row execute function refuse_change();

      -- What a call about the same needs, should the message not arrive.
      alter table messages
        add organisation_id uuid,
        add subject_kind text,
        add subject_id uuid,
        add occasion text,
        add deadline timestamptz,
        -- Since when nobody need be told of it any more.
        add settled_at timestamptz,
        add constraint fk_messages_organisation foreign key (organisation_id) references organisations (id),
        add constraint ck_messages_subject check (
          (subject_id is null) = (organisation_id is null) and (subject_id is null) = (subject_kind is null)
          and (subject_id is null) = (occasion is null)
        );
      create index ix_messages_subject on messages (subject_id) where state = 'queued' and subject_id is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table messages drop organisation_id, drop subject_kind, drop subject_id, drop occasion, drop deadline,
        drop settled_at;
      drop table call_attempts, call_tasks;
    `);
  }
}
