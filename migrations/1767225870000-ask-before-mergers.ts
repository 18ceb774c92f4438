import type { MigrationInterface, QueryRunner } from 'typeorm';

/** 并班商议: a school is asked before people of another school's class come into one of its own. */
export class AskBeforeMergers1767225870000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table merger_proposals (
        id uuid not null,
        class_id uuid not null,
        into_class_id uuid not null,
        reason text not null,
        state text not null default 'asked',
        asked_by uuid not null,
        asked_at timestamptz not null,
        answer_reason text,
        answered_by uuid,
        answered_at timestamptz,
        ended_by uuid,
        ended_at timestamptz,
        version int not null default 1,
        constraint pk_merger_proposals primary key (id),
        constraint fk_merger_proposals_class foreign key (class_id) references course_classes (id),
        constraint fk_merger_proposals_into_class foreign key (into_class_id) references course_classes (id),
        constraint fk_merger_proposals_asked_by foreign key (asked_by) references staff (id),
        constraint fk_merger_proposals_answered_by foreign key (answered_by) references staff (id),
        constraint fk_merger_proposals_ended_by foreign key (ended_by) references staff (id),
        constraint ck_merger_proposals_state check (state in ('asked', 'agreed', 'objected', 'merged', 'dropped')),
        constraint ck_merger_proposals_answered check (
          (answered_at is null) = (answered_by is null)
          and (state <> 'asked' or answered_at is null)
          and (state not in ('agreed', 'objected') or answered_at is not null)
          and (state <> 'objected' or answer_reason is not null)),
        constraint ck_merger_proposals_ended check (
          (state in ('merged', 'dropped')) = (ended_at is not null) and (ended_at is null) = (ended_by is null)),
        constraint ck_merger_proposals_classes check (class_id <> into_class_id)
      );
      -- A class is offered to one other at a time.
      create unique index uq_merger_proposals_open on merger_proposals (class_id)
        where state in ('asked', 'agreed', 'objected');
      create index ix_merger_proposals_class on merger_proposals (class_id, id);
      create index ix_merger_proposals_into_class on merger_proposals (into_class_id, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table merger_proposals`);
  }
}
