/**
 * A database as an earlier release left it, with what was in it: its migrations, and its rows.
 *
 * - `write URL FILE`: writes down what is in a database that was made by the release; run once, by hand
 * - `load URL FILE`: makes it again, in an empty database that has the schemas
 * - `back URL NAME`: takes migrations back, the last first, until NAME is the last
 * - `schema URL`: says what its tables are, as migrations/schema.txt does
 *
 * What was answered under idempotency keys is left out: it lives for a day, and was two thirds of the file.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { listSchema } from '../checks/schema-listing.mjs';

const SCHEMA = 'huixue';
const OPTIONS = `-c search_path=${SCHEMA},extensions -c timezone=UTC`;
const LEFT_OUT = new Set(['idempotency_keys', 'migrations']);
const MIGRATIONS = new URL('../../dist/migrations/', import.meta.url);

const [what, url, given] = process.argv.slice(2);
async function write(file) {
  const parts = await withClient(async (client) => {
    const ask = async (sql) => (await client.query(sql)).rows;
    const done = await ask(`select name from migrations order by "timestamp"`);
    const found = [{ migrations: done.map(({ name }) => name) }];
    for (const table of await tables(client)) {
      if (LEFT_OUT.has(table)) continue;
      const rows = await ask(`select to_jsonb(t)::text as row from ${table} t`);
      if (rows.length > 0) found.push({ table, rows: rows.map(({ row }) => JSON.parse(row)) });
    }
    return found;
  });
  const text = Buffer.from(parts.map((part) => `${JSON.stringify(part)}\n`).join(''));
  const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
  writeFileSync(file, brotliCompressSync(text, { params }));
}

async function load(file) {
  const [{ migrations }, ...parts] = brotliDecompressSync(readFileSync(file))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  await withMigrations(
    (source) => source.runMigrations(),
    (name) => migrations.includes(name),
  );
  await withClient(async (client) => {
    await client.query('begin');
    // The rows fit each other, in whatever order they come.
    await client.query('set local session_replication_role = replica');
    // Some migrations bring rows of their own.
    const filled = (await tables(client)).filter((table) => table !== 'migrations');
    await client.query(`truncate ${filled.join(', ')}`);
    for (const { table, rows } of parts) {
      await client.query(
        `insert into ${table} overriding system value select * from jsonb_populate_recordset(null::${table}, $1)`,
        [JSON.stringify(rows)],
      );
    }
    for (const table of filled) {
      const { rows } = await client.query(
        `select attname as name from pg_attribute where attrelid = $1::regclass and attidentity <> ''`,
        [table],
      );
      for (const { name } of rows) {
        await client.query(
          `select setval(pg_get_serial_sequence($1, $2), (select max(${name}) from ${table})) from ${table} limit 1`,
          [table, name],
        );
      }
    }
    await client.query('commit');
  });
}

async function back(name) {
  await withMigrations(async (source) => {
    for (;;) {
      const [last] = await source.query(`select name from migrations order by "timestamp" desc limit 1`);
      if (last.name === name) return;
      await source.undoLastMigration();
    }
  });
}

const schema = async () => process.stdout.write(await withClient((client) => listSchema(client, SCHEMA)));

const tables = async (client) =>
  (
    await client.query(
      `select relname as name from pg_class
        where relnamespace = $1::regnamespace and relkind in ('r', 'p') and not relispartition order by relname`,
      [SCHEMA],
    )
  ).rows.map(({ name }) => name);

async function withClient(work) {
  const client = new pg.Client({ connectionString: url, options: OPTIONS });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function withMigrations(work, wanted = () => true) {
  const files = readdirSync(fileURLToPath(MIGRATIONS)).filter((name) => /^\d+-.*\.js$/.test(name));
  const modules = await Promise.all(files.map((name) => import(new URL(name, MIGRATIONS))));
  const source = await new DataSource({
    type: 'postgres',
    url,
    schema: SCHEMA,
    migrations: modules.flatMap((module) => Object.values(module)).filter(({ name }) => wanted(name)),
    migrationsTransactionMode: 'each',
    extra: { options: OPTIONS },
  }).initialize();
  try {
    await work(source);
  } finally {
    await source.destroy();
  }
}

await { write, load, back, schema }[what](given);
