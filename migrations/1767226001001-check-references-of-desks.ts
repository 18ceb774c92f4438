import type { MigrationInterface, QueryRunner } from 'typeorm';

/** References that the desks write by the hundred: table, constraint, column, whose id it is. */
const REFERENCES = [
  ['enrollment_moves', 'fk_enrollment_moves_enrollment', 'enrollment_id', 'enrollments'],
  ['marks', 'fk_marks_enrollment', 'enrollment_id', 'enrollments'],
  ['attendances', 'fk_attendances_session', 'session_id', 'class_sessions'],
  ['attendances', 'fk_attendances_resident', 'resident_id', 'residents'],
  ['attendances', 'fk_attendances_enrollment', 'enrollment_id', 'enrollments'],
  ['attendances', 'fk_attendances_mark', 'mark_id', 'marks'],
] as const;

/** Tables of which rows are only added, and one of which they change. */
const EVENTS = [
  ['enrollment_moves', ['insert']],
  ['marks', ['insert']],
  ['attendances', ['insert', 'update']],
] as const;

/** What each event is called in the name of its trigger. */
const DONE = { insert: 'added', update: 'changed' } as const;

/** Each looked up by index, whatever PostgreSQL knew of the tables when it planned this: an offset keeps it from joining. */
const brokenOnes = (table: string) =>
  REFERENCES.filter(([of]) => of === table)
    .map(
      ([, constraint, column, target]) =>
        `select '${constraint}' as name from added a
                 where a.${column} is not null and not exists (select from ${target} t where t.id = a.${column} offset 0)`,
    )
    .join('\n                union all ');

/**
 * References of what the desks write are checked by the statement where what they refer to stays for ever (decisions/0018):
 * residents and marks by triggers that they have, enrollments by those that they are given here, and a session with
 * attendances by the references of its marks, which stay enforced.
 */
export class CheckReferencesOfDesks1767226001001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create trigger tr_enrollments_stays before delete on enrollments for each row execute function refuse_removal();
      create trigger tr_enrollments_keeps_key before update on enrollments for each row
        when (old.id is distinct from new.id) execute function refuse_removal();
    `);
    for (const [table, constraint] of REFERENCES) {
      await runner.query(`alter table ${table} alter constraint ${constraint} not enforced`);
    }
    for (const [table, events] of EVENTS) {
      await runner.query(`
        create function check_references_of_${table}() returns trigger language plpgsql set enable_seqscan = off as $$
        declare
          broken text;
        begin
          select c.name into broken from (
                ${brokenOnes(table)}
          ) c limit 1;
          if broken is not null then
            raise exception 'a row of % refers to what is not there (%)', tg_table_name, broken
              using errcode = 'foreign_key_violation', table = tg_table_name, constraint = broken;
          end if;
          return null;
        end $$;
      `);
      for (const event of events) {
        await runner.query(`
          create trigger tr_${table}_${DONE[event]} after ${event} on ${table} referencing new table as added
            for each statement execute function check_references_of_${table}();
        `);
      }
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, events] of EVENTS) {
      for (const event of events) await runner.query(`drop trigger tr_${table}_${DONE[event]} on ${table}`);
      await runner.query(`drop function check_references_of_${table}()`);
    }
    for (const [table, constraint] of REFERENCES) {
      await runner.query(`alter table ${table} alter constraint ${constraint} enforced`);
    }
    await runner.query(`
      drop trigger tr_enrollments_stays on enrollments;
      drop trigger tr_enrollments_keeps_key on enrollments;
    `);
  }
}
