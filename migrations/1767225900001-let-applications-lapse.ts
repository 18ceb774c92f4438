import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATES = [
  ...['applied', 'enrolled', 'waiting', 'offered', 'declined', 'expired', 'not_drawn', 'refused', 'cancelled'],
  ...['withdrawn', 'removed', 'finished'],
];

const check = (states: readonly string[]) =>
  `add constraint ck_enrollments_state check (state in (${states.map((state) => `'${state}'`).join(', ')}))`;

/** Who waited for a class, or had applied, until it was finished is told that nothing comes of it. */
export class LetApplicationsLapse1767225900001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table enrollments drop constraint ck_enrollments_state, ${check([...STATES, 'lapsed'])};
      -- Those of classes that were finished before are followed once more.
      insert into outbox (topic, ids, at)
      select 'class-evidence.changed', array[class_id], now() from class_availability
       where state = 'finished' and waiting + applied + offered > 0;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      update enrollments set state = 'cancelled' where state = 'lapsed';
      alter table enrollments drop constraint ck_enrollments_state, ${check(STATES)};
    `);
  }
}
