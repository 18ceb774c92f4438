/** Partitions by month come with time and say nothing that their table does not. */
const NOT_OF_A_MONTH = `c.relname !~ '_[0-9]{4}_[0-9]{2}$'`;

/** Everything the schema holds, as text in an order that stays. */
export async function listSchema(client, schema) {
  const query = async (text) => (await client.query(text, [schema])).rows;
  const tables = await query(`
    select c.oid, c.relname as name, array_to_string(c.reloptions, ', ') as options,
           case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as partition_by,
           i.inhparent::regclass::text as parent, pg_get_expr(c.relpartbound, c.oid) as bound
      from pg_class c left join pg_inherits i on i.inhrelid = c.oid
     where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f') and ${NOT_OF_A_MONTH}
     order by c.relname collate "C"`);
  const columns = await query(`
    select a.attrelid as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as not_null,
           a.attidentity as identity, a.attgenerated as generated, pg_get_expr(d.adbin, d.adrelid) as "default"
      from pg_attribute a
      join pg_class c on c.oid = a.attrelid and c.relnamespace = $1::regnamespace
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.attnum > 0 and not a.attisdropped order by a.attnum`);
  const constraints = await query(`
    select conrelid as table, conname as name, pg_get_constraintdef(oid) as definition
      from pg_constraint where connamespace = $1::regnamespace and contype <> 'n' order by conname collate "C"`);
  const indexes = await query(`
    select x.indrelid as table, c.relname as name, pg_get_indexdef(c.oid) as definition
      from pg_index x join pg_class c on c.oid = x.indexrelid
     where c.relnamespace = $1::regnamespace
       and not exists (select from pg_constraint k where k.conindid = c.oid and k.contype in ('p', 'u', 'x'))
     order by c.relname collate "C"`);
  const triggers = await query(`
    select t.tgrelid as table, t.tgname as name, pg_get_triggerdef(t.oid) as definition
      from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where c.relnamespace = $1::regnamespace and not t.tgisinternal order by t.tgname collate "C"`);
  const routines = await query(`
    select pg_get_functiondef(p.oid) as definition from pg_proc p
     where p.pronamespace = $1::regnamespace and p.prokind in ('f', 'p') order by p.proname collate "C", p.oid::regprocedure::text`);

  const own = (list, table) => list.filter((item) => item.table === table.oid);
  const described = tables.map((table) => {
    if (table.parent) return [`table ${table.name} partition of ${table.parent} ${table.bound}`];
    return [
      `table ${table.name}${table.partition_by ? ` partition by ${table.partition_by}` : ''}${table.options ? ` with (${table.options})` : ''}`,
      ...own(columns, table).map(columnLine),
      ...own(constraints, table).map(({ name, definition }) => `  constraint ${name} ${definition}`),
      ...own(indexes, table).map(({ definition }) => `  ${definition}`),
      ...own(triggers, table).map(({ definition }) => `  ${definition}`),
    ];
  });
  return [
    ['What the migrations make of an empty database; kept by test/checks/schema.mjs.'],
    ...described,
    ...routines.map(({ definition }) => [definition.trimEnd()]),
  ]
    .map((lines) => lines.join('\n').replaceAll(`${schema}.`, ''))
    .join('\n\n')
    .concat('\n');
}

function columnLine({ name, type, not_null, identity, generated, default: value }) {
  const parts = [
    `  ${name} ${type}`,
    not_null ? 'not null' : 'null',
    identity && `generated ${identity === 'a' ? 'always' : 'by default'} as identity`,
    generated && `generated always as (${value})`,
    !generated && value && `default ${value}`,
  ];
  return parts.filter(Boolean).join(' ');
}
