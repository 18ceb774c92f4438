import type { MigrationInterface, QueryRunner } from 'typeorm';

/** References of entries that are checked by the statement already: constraint, column, whom it refers to, by which key. */
const CHECKED = [
  ['fk_ledger_entries_resident', 'resident_id', 'residents', 'id'],
  ['fk_ledger_entries_organisation', 'organisation_id', 'organisations', 'id'],
  ['fk_ledger_entries_region', 'region_code', 'regions', 'code'],
  ['fk_ledger_entries_record', 'record_id', 'imported_records', 'id'],
] as const;

/** Those of which nothing goes away either; they get the triggers that see to it. */
const STAYING = [
  ['fk_ledger_entries_class', 'class_id', 'course_classes', 'id'],
  ['fk_ledger_entries_adjustment', 'adjustment_id', 'adjustments', 'id'],
] as const;

type Reference = readonly [constraint: string, column: string, target: string, key: string];

/** Each value once, and by index each, whatever PostgreSQL knew of the tables when it planned this. */
const brokenOne = ([constraint, column, target, key]: Reference) =>
  `select '${constraint}' as name from (select distinct ${column} as key from added where ${column} is not null) a
                 where not exists (select from ${target} t where t.${key} = a.key offset 0)`;

/** @param before says of a statement's entries what is looked at first */
const checking = (references: readonly Reference[], before = '') => `
      create or replace function check_references_of_ledger_entries() returns trigger language plpgsql
        set enable_seqscan = off as $$
      declare
        broken text;
        rule uuid;
      begin
        ${before}
        if broken is null then
          select c.name into broken from (
                ${references.map(brokenOne).join('\n                union all ')}
          ) c limit 1;
        end if;
        if broken is not null then
          raise exception 'a row of % refers to what is not there (%)', tg_table_name, broken
            using errcode = 'foreign_key_violation', table = tg_table_name, constraint = broken;
        end if;
        return null;
      end $$;
`;

/** A version of the rules may go as long as nothing refers to it, so those of a statement are held until its end. */
const HOLD_RULES = `
        for rule in select distinct rule_id from added order by rule_id loop
          perform from counting_rules r where r.id = rule for key share;
          if not found then
            broken := 'fk_ledger_entries_rule';
          end if;
        end loop;
`;

/** References of residents: most name none of these, and none of these goes away. */
const OF_RESIDENTS = [
  ['fk_residents_region', 'region_code', 'regions', 'code'],
  ['fk_residents_work_region', 'work_region_code', 'regions', 'code'],
  ['fk_residents_household_region', 'household_region_code', 'regions', 'code'],
  ['fk_residents_merged_into', 'merged_into', 'residents', 'id'],
] as const;

/** Of `a`, the first reference that is to nothing; each looked up by index. */
const brokenOfResident = `case ${OF_RESIDENTS.map(
  ([constraint, column, target, key]) =>
    `when a.${column} is not null and not exists (select from ${target} t where t.${key} = a.${column} offset 0) then '${constraint}'`,
).join('\n                  ')} end`;

const REFUSE_RESIDENT = `
        if broken is not null then
          raise exception 'a row of % refers to what is not there (%)', tg_table_name, broken
            using errcode = 'foreign_key_violation', table = tg_table_name, constraint = broken;
        end if;
        return null;
`;

/**
 * References of entries to the version of the rules, which PostgreSQL looked up and locked for each of thousands that name the
 * same, and to classes and adjustments, which most entries of a list have not, are checked by the statement (decisions/0018); so
 * are the four of a resident, of which a list says none.
 */
export class CheckMoreReferencesTogether1767226006001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [, , target] of STAYING) {
      await runner.query(`
        create trigger tr_${target}_stays before delete on ${target} for each row execute function refuse_removal();
        create trigger tr_${target}_keeps_key before update on ${target} for each row
          when (old.id is distinct from new.id) execute function refuse_removal();
      `);
    }
    await runner.query(`
      create function keep_counting_rule() returns trigger language plpgsql as $$
      begin
        if exists (select from ledger_entries where rule_id = old.id) then
          raise exception 'entries were counted by version % of the rules', old.version
            using errcode = 'foreign_key_violation', table = 'ledger_entries', constraint = 'fk_ledger_entries_rule';
        end if;
        return null;
      end $$;
      -- Whoever deletes it has waited by then for everyone who holds it.
      create trigger tr_counting_rules_referred after delete on counting_rules for each row
        execute function keep_counting_rule();
      create trigger tr_counting_rules_keeps_key before update on counting_rules for each row
        when (old.id is distinct from new.id) execute function refuse_removal();
    `);
    await runner.query(checking([...CHECKED, ...STAYING], HOLD_RULES));
    for (const [constraint] of STAYING) {
      await runner.query(`alter table ledger_entries alter constraint ${constraint} not enforced`);
    }
    await runner.query(`alter table ledger_entries alter constraint fk_ledger_entries_rule not enforced`);

    await runner.query(`
      create function check_references_of_residents() returns trigger language plpgsql set enable_seqscan = off as $$
      declare
        broken text;
      begin
        select ${brokenOfResident} into broken from added a
         where num_nonnulls(${OF_RESIDENTS.map(([, column]) => `a.${column}`).join(', ')}) > 0
         order by 1 limit 1;
        ${REFUSE_RESIDENT}
      end $$;
      create function check_references_of_resident() returns trigger language plpgsql as $$
      declare
        broken text;
      begin
        select ${brokenOfResident} into broken from (select new.*) a;
        ${REFUSE_RESIDENT}
      end $$;
      create trigger tr_residents_added after insert on residents referencing new table as added
        for each statement execute function check_references_of_residents();
      create trigger tr_residents_changed after update on residents for each row
        when (${OF_RESIDENTS.map(([, column]) => `old.${column} is distinct from new.${column}`).join(' or ')})
        execute function check_references_of_resident();
    `);
    for (const [constraint] of OF_RESIDENTS) {
      await runner.query(`alter table residents alter constraint ${constraint} not enforced`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [constraint] of OF_RESIDENTS) {
      await runner.query(`alter table residents alter constraint ${constraint} enforced`);
    }
    await runner.query(`
      drop trigger tr_residents_added on residents;
      drop trigger tr_residents_changed on residents;
      drop function check_references_of_residents();
      drop function check_references_of_resident();
    `);
    for (const name of ['fk_ledger_entries_rule', ...STAYING.map(([constraint]) => constraint)]) {
      await runner.query(`alter table ledger_entries alter constraint ${name} enforced`);
    }
    await runner.query(checking(CHECKED));
    for (const [, , target] of STAYING) {
      await runner.query(`
        drop trigger tr_${target}_stays on ${target};
        drop trigger tr_${target}_keeps_key on ${target};
      `);
    }
    await runner.query(`
      drop trigger tr_counting_rules_referred on counting_rules;
      drop trigger tr_counting_rules_keeps_key on counting_rules;
      drop function keep_counting_rule();
    `);
  }
}
