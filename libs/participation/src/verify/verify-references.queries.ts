import type { EntityManager } from 'typeorm';
import { groupBy } from '#contracts';
import { rows } from '#core';

/** A value of a long list's column that refers to what is not there. */
export interface BrokenReference {
  table: string;
  constraint: string;
  column: string;
  value: string;
  /** Rows that hold it. */
  rows: number;
}

/** Values of one reference that are told; of a table that was emptied there are very many. */
const MOST_TOLD = 100;

interface Reference {
  table: string;
  constraint: string;
  column: string;
  target: string;
  key: string;
}

/**
 * What the references say that PostgreSQL does not enforce (decisions/0018). Triggers see to them, which whoever owns the
 * database can switch off; the rows themselves would then show nothing. Each list is read once.
 */
export async function brokenReferences(em: EntityManager): Promise<BrokenReference[]> {
  const references = await rows<Reference>(
    em,
    `select c.conrelid::regclass::text as table, c.conname as constraint, quote_ident(a.attname) as column,
            c.confrelid::regclass::text as target, quote_ident(k.attname) as key
       from pg_constraint c
       join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
       join pg_attribute k on k.attrelid = c.confrelid and k.attnum = c.confkey[1]
      where c.contype = 'f' and not c.conenforced and c.connamespace = current_schema()::regnamespace
      order by c.conrelid::regclass::text, c.conname`,
  );
  const broken: BrokenReference[] = [];
  for (const [table, own] of groupBy(references, (reference) => reference.table)) {
    if (!(await isAnyBroken(em, table, own))) continue;
    for (const reference of own) broken.push(...(await brokenOf(em, reference)));
  }
  return broken;
}

async function isAnyBroken(em: EntityManager, table: string, references: readonly Reference[]): Promise<boolean> {
  const joined = references.map(
    ({ target, key, column }, place) => `left join ${target} r${place} on r${place}.${key} = t.${column}`,
  );
  const missing = references.map(({ key, column }, place) => `t.${column} is not null and r${place}.${key} is null`);
  const found = await rows(em, `select 1 from ${table} t ${joined.join(' ')} where ${missing.join(' or ')} limit 1`);
  return found.length > 0;
}

async function brokenOf(
  em: EntityManager,
  { table, constraint, column, target, key }: Reference,
): Promise<BrokenReference[]> {
  const found = await rows<{ value: string; rows: string }>(
    em,
    `select t.${column}::text as value, count(*) as rows
       from ${table} t left join ${target} r on r.${key} = t.${column}
      where t.${column} is not null and r.${key} is null group by 1 order by 1 limit ${MOST_TOLD}`,
  );
  return found.map(({ value, rows: held }) => ({ table, constraint, column, value, rows: Number(held) }));
}
