import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Class monitors, people who sit in, substitute teachers, and why a mark was changed afterwards. */
export class AddMonitorsAndWalkIns1767225820001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table marks add column correction_reason text;

      create table class_monitors (
        id uuid not null,
        class_id uuid not null,
        resident_id uuid not null,
        until_day date,
        named_at timestamptz not null,
        named_by uuid not null,
        ended_at timestamptz,
        ended_by uuid,
        constraint pk_class_monitors primary key (id),
        constraint fk_class_monitors_class foreign key (class_id) references course_classes (id),
        constraint fk_class_monitors_resident foreign key (resident_id) references residents (id),
        constraint fk_class_monitors_named_by foreign key (named_by) references staff (id),
        constraint fk_class_monitors_ended_by foreign key (ended_by) references staff (id),
        constraint ck_class_monitors_ended check ((ended_at is null) = (ended_by is null))
      );
      create unique index uq_class_monitors_present on class_monitors (class_id, resident_id) where ended_at is null;
      create index ix_class_monitors_resident on class_monitors (resident_id);
      create index ix_class_monitors_named_by on class_monitors (named_by);
      create index ix_class_monitors_ended_by on class_monitors (ended_by);

      create table sit_ins (
        session_id uuid not null,
        resident_id uuid not null,
        reason_code text not null,
        reason_zh text not null,
        reason_en text not null,
        recorded_at timestamptz not null,
        recorded_by uuid not null,
        constraint pk_sit_ins primary key (session_id, resident_id),
        constraint fk_sit_ins_session foreign key (session_id) references class_sessions (id),
        constraint fk_sit_ins_resident foreign key (resident_id) references residents (id),
        constraint fk_sit_ins_recorded_by foreign key (recorded_by) references staff (id)
      );
      create index ix_sit_ins_resident on sit_ins (resident_id);
      create index ix_sit_ins_recorded_by on sit_ins (recorded_by);

      alter table class_sessions
        add column substitute_name text,
        add column substitute_reason text,
        add constraint ck_class_sessions_substitute check ((substitute_name is null) = (substitute_reason is null));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table class_sessions
        drop constraint ck_class_sessions_substitute, drop column substitute_name, drop column substitute_reason;
      drop table sit_ins, class_monitors;
      alter table marks drop column correction_reason;
    `);
  }
}
