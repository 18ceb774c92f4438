import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runMigrations as migrateQueues } from 'bullmq';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { Settings } from '../configuration/settings.js';
import { PACKAGE_ROOT } from '../package-root.js';
import { Sealing } from '../sealing/sealing.js';
import { queueSchema } from '../queues/backend.js';
import { connectionOptions } from './database.module.js';

/** PostgreSQL's major version from which on the platform runs. */
const OLDEST_MAJOR = 18;
const EXTENSIONS = ['btree_gist', 'pg_trgm'];

/** The sources where they run as such, else what was built. */
const MIGRATIONS = join(PACKAGE_ROOT, import.meta.url.endsWith('.ts') ? 'migrations' : 'dist/migrations');

/** Something about the database that its administrator must mend; `message` is one clear sentence with the remedy. */
export class DatabaseUnfit extends Error {
  override name = 'DatabaseUnfit';
}

/**
 * Makes sure that the database can be reached and is new enough.
 *
 * @throws DatabaseUnfit
 */
async function connect(settings: Settings): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: settings.DATABASE_URL, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
  } catch (error) {
    const why =
      error instanceof Error && error.message ? error.message : String((error as { code?: string }).code ?? error);
    throw new DatabaseUnfit(
      `The database at ${client.host}:${client.port}/${client.database} cannot be reached (${why}); check that it runs and that DATABASE_URL is right.`,
    );
  }
  const { rows } = await client.query<{ number: number; name: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as name`,
  );
  const { number, name } = rows[0]!;
  if (Math.floor(number / 10_000) < OLDEST_MAJOR) {
    await client.end();
    throw new DatabaseUnfit(`The database is PostgreSQL ${name}; version ${OLDEST_MAJOR} or later is needed.`);
  }
  return client;
}

/** Schemas and extensions, which stand before the first migration. */
async function prepareSchemas(client: pg.Client, settings: Settings): Promise<void> {
  const schemas = [settings.DATABASE_SCHEMA, 'extensions'];
  const missing: string[] = [];
  const attempt = async (sql: string, present: string, name: string) => {
    if ((await client.query(present, [name])).rowCount) return;
    try {
      await client.query(sql);
    } catch {
      missing.push(sql);
    }
  };
  for (const schema of schemas) {
    await attempt(`create schema if not exists ${schema}`, 'select 1 from pg_namespace where nspname = $1', schema);
  }
  for (const extension of EXTENSIONS) {
    await attempt(
      `create extension if not exists ${extension} schema extensions`,
      'select 1 from pg_extension where extname = $1',
      extension,
    );
  }
  if (missing.length > 0) {
    throw new DatabaseUnfit(
      `The database user may not do what is needed once; ask the database's administrator to run:\n${missing.map((sql) => `  ${sql};`).join('\n')}`,
    );
  }
}

/** The DataSource of the migrations, for the command line and the checks. */
function migrationSource(settings: Settings): DataSource {
  return new DataSource({
    type: 'postgres',
    url: settings.DATABASE_URL,
    schema: settings.DATABASE_SCHEMA,
    migrations: [join(MIGRATIONS, '*.{js,ts}')],
    migrationsTransactionMode: 'each',
    extra: {
      options: connectionOptions({ ...settings, secureCookies: false }).replace(
        /statement_timeout=\d+/g,
        'statement_timeout=0',
      ),
      max: 2,
    },
  });
}

const keyCheck = (settings: Settings) => new Sealing(settings).hash('key-check', 'huixue');

/** With another HASHING_KEY nobody would be found again by phone or document, and people would be registered twice. */
async function checkKey(client: pg.Client, settings: Settings): Promise<void> {
  const { rows } = await client.query<{ hashed: Buffer }>('select hashed from key_checks');
  if (!rows[0]?.hashed.equals(keyCheck(settings))) {
    throw new DatabaseUnfit(
      'HASHING_KEY is not the key that the data in this database were made with; restore that key, it never changes.',
    );
  }
}

/**
 * Brings the database up to this program's version: schemas, extensions, tables, the queues' own tables. Safe to call
 * from several processes at once; the second waits for the first.
 *
 * @returns names of the migrations that were run
 * @throws DatabaseUnfit
 */
export async function migrate(settings: Settings): Promise<string[]> {
  const client = await connect(settings);
  try {
    // A lock for the length of this connection: PostgreSQL releases it even if this process is killed.
    await client.query(`select pg_advisory_lock(hashtext('huixue migrations'), hashtext($1))`, [
      settings.DATABASE_SCHEMA,
    ]);
    await prepareSchemas(client, settings);
    const source = await migrationSource(settings).initialize();
    let names: string[];
    try {
      names = (await source.runMigrations()).map((migration) => migration.name);
    } finally {
      await source.destroy();
    }
    if (!settings.REDIS_URL) await migrateQueues(client, queueSchema(settings));
    await client.query(`select set_config('search_path', $1, false)`, [settings.DATABASE_SCHEMA]);
    await client.query('insert into key_checks (hashed) values ($1) on conflict do nothing', [keyCheck(settings)]);
    await checkKey(client, settings);
    return names;
  } finally {
    await client.end();
  }
}

/**
 * What api and worker ask at start: can the database be reached, and does it hold every migration of this program?
 *
 * @throws DatabaseUnfit
 */
export async function checkMigrated(settings: Settings): Promise<void> {
  const client = await connect(settings);
  try {
    await client.query(`select set_config('search_path', $1, false)`, [settings.DATABASE_SCHEMA]);
    const { rows } = await client.query<{ present: boolean }>(
      `select to_regclass('migrations') is not null as present`,
    );
    const done = rows[0]!.present
      ? (await client.query<{ timestamp: string }>('select "timestamp" from migrations')).rows.map(
          (row) => row.timestamp,
        )
      : [];
    const missing = (await readdir(MIGRATIONS)).filter(
      (file) => /^\d+-.*\.[jt]s$/.test(file) && !done.includes(file.split('-')[0]!),
    );
    if (missing.length > 0) {
      throw new DatabaseUnfit('The database is older than this program; run: npm run cli -- prepare');
    }
    await checkKey(client, settings);
  } finally {
    await client.end();
  }
}
