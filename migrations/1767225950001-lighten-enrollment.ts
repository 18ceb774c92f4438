import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What an enrollment writes in the hard minute, with less to look up and fewer entries of indexes.
 *
 * The term of an enrollment is that of its class: one reference says so, which two references, to class and to term, did
 * not. A move is only ever looked for by its enrollment. Keys of requests are deleted by age, once a day and very many at
 * once, and they lie in the order of their age.
 */
export class LightenEnrollment1767225950001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table course_classes add constraint uq_course_classes_term unique (id, term_id);
      -- A class could be given to another term before, with people in it.
      update enrollments e set term_id = c.term_id
        from course_classes c where c.id = e.class_id and c.term_id <> e.term_id;
      alter table enrollments
        drop constraint fk_enrollments_class,
        drop constraint fk_enrollments_term,
        add constraint fk_enrollments_class foreign key (class_id, term_id) references course_classes (id, term_id);

      drop index ix_enrollment_moves_enrollment;
      alter table enrollment_moves
        drop constraint pk_enrollment_moves,
        add constraint pk_enrollment_moves primary key (enrollment_id, id);

      drop index ix_idempotency_keys_at;
      create index ix_idempotency_keys_at on idempotency_keys using brin (at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index ix_idempotency_keys_at;
      create index ix_idempotency_keys_at on idempotency_keys (at);

      alter table enrollment_moves
        drop constraint pk_enrollment_moves,
        add constraint pk_enrollment_moves primary key (id);
      create index ix_enrollment_moves_enrollment on enrollment_moves (enrollment_id, id);

      alter table enrollments
        drop constraint fk_enrollments_class,
        add constraint fk_enrollments_class foreign key (class_id) references course_classes (id),
        add constraint fk_enrollments_term foreign key (term_id) references terms (id);
      alter table course_classes drop constraint uq_course_classes_term;
    `);
  }
}
