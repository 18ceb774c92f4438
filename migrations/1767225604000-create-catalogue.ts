import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Terms, courses, classes and their sessions, and how many seats each class has left. */
export class CreateCatalogue1767225604000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table terms (
        id uuid not null,
        name text not null,
        name_en text,
        starts_on date not null,
        ends_on date not null,
        version int not null default 1,
        created_at timestamptz not null,
        constraint pk_terms primary key (id),
        constraint uq_terms_name unique (name),
        constraint ck_terms_span check (ends_on > starts_on)
      );

      create table courses (
        id uuid not null,
        code text not null,
        name text not null,
        name_en text,
        programme_kind text not null,
        summary text,
        version int not null default 1,
        created_at timestamptz not null,
        constraint pk_courses primary key (id),
        constraint uq_courses_code unique (code),
        constraint ck_courses_programme_kind check (programme_kind in ('community', 'elderly', 'skills', 'degree'))
      );

      create table course_classes (
        id uuid not null,
        code text not null,
        course_id uuid not null,
        term_id uuid not null,
        organisation_id uuid not null,
        programme_kind text not null,
        name text not null,
        name_en text,
        summary text,
        teacher_id uuid not null,
        venue_id uuid not null,
        region_code text not null,
        seats int not null,
        waiting_limit int,
        admission text not null default 'first_come',
        enrollment_opens_at timestamptz not null,
        enrollment_closes_at timestamptz not null,
        min_age int,
        max_age int,
        fee_fen int not null default 0,
        materials text,
        state text not null default 'draft',
        approved_minutes int,
        submitted_at timestamptz,
        decided_at timestamptz,
        decided_by uuid,
        decision_note text,
        published_at timestamptz,
        finished_at timestamptz,
        first_session_at timestamptz,
        last_session_at timestamptz,
        search_text text not null default '',
        version int not null default 1,
        created_at timestamptz not null,
        constraint pk_course_classes primary key (id),
        constraint uq_course_classes_code unique (code),
        constraint fk_course_classes_course foreign key (course_id) references courses (id),
        constraint fk_course_classes_term foreign key (term_id) references terms (id),
        constraint fk_course_classes_organisation foreign key (organisation_id) references organisations (id),
        constraint fk_course_classes_teacher foreign key (teacher_id) references staff (id),
        constraint fk_course_classes_venue foreign key (venue_id) references venues (id),
        constraint fk_course_classes_region foreign key (region_code) references regions (code),
        constraint ck_course_classes_programme_kind check (programme_kind in ('community', 'elderly', 'skills', 'degree')),
        constraint ck_course_classes_admission check (admission in ('first_come')),
        constraint ck_course_classes_seats check (seats between 1 and 5000),
        constraint ck_course_classes_waiting_limit check (waiting_limit between 0 and 100000),
        constraint ck_course_classes_window check (enrollment_closes_at > enrollment_opens_at),
        constraint ck_course_classes_ages check (min_age between 0 and 120 and max_age between 0 and 120 and min_age <= max_age),
        constraint ck_course_classes_fee check (fee_fen between 0 and 10000000),
        constraint ck_course_classes_state check (state in ('draft', 'submitted', 'approved', 'published', 'finished', 'stopped'))
      );
      create index ix_course_classes_organisation on course_classes (organisation_id, id);
      create index ix_course_classes_catalogue on course_classes (programme_kind, first_session_at, id) where state = 'published';
      create index ix_course_classes_search on course_classes using gin (search_text gin_trgm_ops) where state = 'published';
      create index ix_course_classes_submitted on course_classes (submitted_at, id) where state = 'submitted';
      create index ix_course_classes_teacher on course_classes (teacher_id);
      create index ix_course_classes_term on course_classes (term_id);
      create index ix_course_classes_course on course_classes (course_id);
      create index ix_course_classes_venue on course_classes (venue_id);
      create index ix_course_classes_region on course_classes (region_code, first_session_at, id) where state = 'published';
      create index ix_course_classes_coming on course_classes (first_session_at, id) where state = 'published';

      -- A session holds its room and its teacher from submission on; drafts may overlap.
      create table class_sessions (
        id uuid not null,
        class_id uuid not null,
        number int not null,
        starts_at timestamptz not null,
        ends_at timestamptz not null,
        venue_id uuid not null,
        teacher_id uuid not null,
        state text not null default 'scheduled',
        reserved boolean not null default false,
        frozen boolean not null default true,
        cancelled_reason text,
        version int not null default 1,
        created_at timestamptz not null,
        constraint pk_class_sessions primary key (id),
        constraint uq_class_sessions_number unique (class_id, number),
        constraint fk_class_sessions_class foreign key (class_id) references course_classes (id),
        constraint fk_class_sessions_venue foreign key (venue_id) references venues (id),
        constraint fk_class_sessions_teacher foreign key (teacher_id) references staff (id),
        constraint ck_class_sessions_span check (ends_at > starts_at and ends_at <= starts_at + interval '12 hours'),
        constraint ck_class_sessions_state check (state in ('scheduled', 'held', 'cancelled')),
        constraint ck_class_sessions_cancelled check ((state = 'cancelled') = (cancelled_reason is not null)),
        constraint ex_class_sessions_venue exclude using gist (venue_id with =, tstzrange(starts_at, ends_at) with &&)
          where (reserved and state <> 'cancelled'),
        constraint ex_class_sessions_teacher exclude using gist (teacher_id with =, tstzrange(starts_at, ends_at) with &&)
          where (reserved and state <> 'cancelled')
      );
      create index ix_class_sessions_starts on class_sessions (starts_at);

      -- What a class page shows without counting enrollments; lib enrollment keeps it through catalogue's service. Seats
      -- and state stand here too, so that whoever holds the lock of this row decides by them as they are now.
      create table class_availability (
        class_id uuid not null,
        state text not null default 'published',
        seats int not null,
        taken int not null default 0,
        offered int not null default 0,
        waiting int not null default 0,
        constraint pk_class_availability primary key (class_id),
        constraint fk_class_availability_class foreign key (class_id) references course_classes (id),
        constraint ck_class_availability_state check (state in ('published', 'finished', 'stopped')),
        constraint ck_class_availability_counts check (taken >= 0 and offered >= 0 and waiting >= 0)
      ) with (fillfactor = 50);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table class_availability, class_sessions, course_classes, courses, terms');
  }
}
