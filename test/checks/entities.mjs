import { DataSource, getMetadataArgsStorage } from 'typeorm';

/** Tables that no entity stands for, and why. */
const WRITTEN_BY_SQL_ONLY = {
  migrations: "TypeORM's own list of the migrations that were run",
  outbox: 'rows come and go by insert and delete with skip locked',
  idempotency_keys: 'claimed and answered by insert on conflict',
  audit_entries: 'written by unnest, partitioned by month',
  audit_entries_default: 'a partition of audit_entries',
  chain_positions: 'locked and moved by the sealer',
  key_checks: 'compared once at start',
  chain_blocks: 'written by the sealer',
};

/** Columns of types that TypeORM does not know; the database fills them by itself. */
const UNKNOWN_TO_TYPEORM = ['xid8'];

/** What is wrong between the entities of the libs and the tables of the schema, a sentence each. */
export async function entityProblems(client, schema, url) {
  // Whoever imports the worker's and the api's modules has imported every entity there is.
  await import('../../dist/apps/api/src/api.js');
  await import('../../dist/apps/worker/src/worker.js');
  const entities = getMetadataArgsStorage().tables.map(({ target }) => target);
  const source = await new DataSource({ type: 'postgres', url, schema, entities }).initialize();
  try {
    const tables = await readTables(client, schema);
    const byTable = new Map(source.entityMetadatas.map((metadata) => [metadata.tableName, metadata]));
    return [
      ...[...tables.keys()]
        .filter((name) => !byTable.has(name) && !(name in WRITTEN_BY_SQL_ONLY))
        .map((name) => `Table ${name} has no entity; write one, or say in ${import.meta.filename} why not.`),
      ...Object.keys(WRITTEN_BY_SQL_ONLY)
        .filter((name) => byTable.has(name) || !tables.has(name))
        .map((name) => `Table ${name} is said to have no entity, but it has one or does not exist.`),
      ...[...byTable].flatMap(([name, metadata]) =>
        tables.has(name)
          ? columnProblems(source, metadata, tables.get(name))
          : [`Entity ${metadata.name}: there is no table ${name}.`],
      ),
    ];
  } finally {
    await source.destroy();
  }
}

/** Columns by table: { type, notNull, primary } by name. */
async function readTables(client, schema) {
  const { rows } = await client.query(
    `select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as "notNull",
            coalesce(a.attnum = any(k.conkey), false) as primary
       from pg_attribute a
       join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
       left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
      where c.relnamespace = $1::regnamespace and a.attnum > 0 and not a.attisdropped
        and c.relname !~ '_[0-9]{4}_[0-9]{2}$'
      order by c.relname, a.attnum`,
    [schema],
  );
  const tables = new Map();
  for (const { table, name, ...column } of rows) {
    if (!tables.has(table)) tables.set(table, new Map());
    tables.get(table).set(name, column);
  }
  return tables;
}

function columnProblems(source, metadata, columns) {
  const say = (column, what) => `Entity ${metadata.name}, column ${metadata.tableName}.${column}: ${what}.`;
  const mapped = new Map(metadata.columns.map((column) => [column.databaseName, column]));
  const missing = [...columns]
    .filter(([name, { type }]) => !mapped.has(name) && !UNKNOWN_TO_TYPEORM.includes(type))
    .map(([name]) => say(name, 'the entity does not have it'));
  const different = [...mapped].flatMap(([name, column]) => {
    const there = columns.get(name);
    if (!there) return [say(name, 'the table does not have it')];
    const type = `${source.driver.normalizeType(column)}${column.isArray ? '[]' : ''}`;
    return [
      type !== there.type && say(name, `the entity says ${type}, the table ${there.type}`),
      column.isNullable === there.notNull && say(name, `the table says ${there.notNull ? 'not null' : 'nullable'}`),
      column.isPrimary !== there.primary && say(name, `it is ${there.primary ? '' : 'not '}part of the primary key`),
    ].filter(Boolean);
  });
  return [...missing, ...different];
}
