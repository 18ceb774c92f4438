import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whose rows are referred to from long lists, and by which key; nothing ever removes one. */
const REFERRED_TO = [
  ['imports', 'id'],
  ['imported_records', 'id'],
  ['residents', 'id'],
  ['organisations', 'id'],
  ['regions', 'code'],
] as const;

/** References of long lists: table, constraint, column, whom it refers to. */
const REFERENCES = [
  ['import_rows', 'fk_import_rows_import', 'import_id', 'imports'],
  ['imported_records', 'fk_imported_records_import', 'import_id', 'imports'],
  ['imported_records', 'fk_imported_records_resident', 'resident_id', 'residents'],
  ['imported_records', 'fk_imported_records_organisation', 'organisation_id', 'organisations'],
  ['imported_records', 'fk_imported_records_region', 'region_code', 'regions'],
  ['ledger_entries', 'fk_ledger_entries_resident', 'resident_id', 'residents'],
  ['ledger_entries', 'fk_ledger_entries_organisation', 'organisation_id', 'organisations'],
  ['ledger_entries', 'fk_ledger_entries_region', 'region_code', 'regions'],
  ['ledger_entries', 'fk_ledger_entries_record', 'record_id', 'imported_records'],
] as const;

const TABLES = ['import_rows', 'imported_records', 'ledger_entries'] as const;

/** Every row of imported records may change; of the others only columns that refer to nothing, or none. */
const CHANGED = ['imported_records'] as const;

/**
 * Each value once, and by index each, whatever PostgreSQL knew of the tables when it planned this: they fill while a list
 * is written, and an offset keeps it from reading all of them.
 */
const brokenOnes = (table: string) =>
  REFERENCES.filter(([of]) => of === table)
    .map(([, constraint, column, target]) => {
      const key = REFERRED_TO.find(([name]) => name === target)![1];
      return `select '${constraint}' as name from (select distinct ${column} as key from added) a
                 where a.key is not null and not exists (select from ${target} t where t.${key} = a.key offset 0)`;
    })
    .join('\n                union all ');

/**
 * References of long lists are checked by the statement instead of row by row (decisions/0018), and a reversal that is none
 * needs no place in the index of reversals.
 */
export class CheckReferencesTogether1767225980001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function refuse_removal() returns trigger language plpgsql as $$
      begin
        raise exception 'rows of % are referred to: they are never deleted, nor is their key changed', tg_table_name
          using errcode = 'restrict_violation';
      end $$;
    `);
    for (const [table, key] of REFERRED_TO) {
      await runner.query(`
        create trigger tr_${table}_stays before delete on ${table} for each row execute function refuse_removal();
        create trigger tr_${table}_keeps_key before update on ${table} for each row
          when (old.${key} is distinct from new.${key}) execute function refuse_removal();
      `);
    }
    for (const [table, constraint] of REFERENCES) {
      await runner.query(`alter table ${table} alter constraint ${constraint} not enforced`);
    }
    for (const table of TABLES) {
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
        create trigger tr_${table}_added after insert on ${table} referencing new table as added
          for each statement execute function check_references_of_${table}();
      `);
    }
    for (const table of CHANGED) {
      await runner.query(`
        create trigger tr_${table}_changed after update on ${table} referencing new table as added
          for each statement execute function check_references_of_${table}();
      `);
    }
    await runner.query(`
      create trigger tr_import_rows_keep_import before update on import_rows for each row
        when (old.import_id is distinct from new.import_id) execute function refuse_removal();

      alter table ledger_entries drop constraint uq_ledger_entries_reverses;
      create unique index uq_ledger_entries_reverses on ledger_entries (reverses) where reverses is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index uq_ledger_entries_reverses;
      alter table ledger_entries add constraint uq_ledger_entries_reverses unique (reverses);
      drop trigger tr_import_rows_keep_import on import_rows;
    `);
    for (const table of CHANGED) await runner.query(`drop trigger tr_${table}_changed on ${table}`);
    for (const table of TABLES) {
      await runner.query(`
        drop trigger tr_${table}_added on ${table};
        drop function check_references_of_${table}();
      `);
    }
    for (const [table, constraint] of REFERENCES) {
      await runner.query(`alter table ${table} alter constraint ${constraint} enforced`);
    }
    for (const [table] of REFERRED_TO) {
      await runner.query(`drop trigger tr_${table}_stays on ${table}; drop trigger tr_${table}_keeps_key on ${table}`);
    }
    await runner.query(`drop function refuse_removal()`);
  }
}
