import { fork, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { buildIfStale, ROOT } from '../../apps/standalone/build.mjs';
import { TEST_KEYS } from './test-keys.mjs';

/** Migrated once; every test database is a copy of it. */
const TEMPLATE = 'huixue_template';

/**
 * Builds the programs if need be and starts the one PostgreSQL server of this run. Tests find it through the
 * environment, which Jest hands on to its workers.
 */
export default async function setUp(_, project) {
  buildIfStale();
  const { keeper, url } = await startServer(project.globals.durableDatabase ? ['durable'] : []);
  globalThis.testDatabaseKeeper = keeper;
  process.env.TEST_DATABASE_SERVER = url;
  process.env.TEST_DATABASE_TEMPLATE = TEMPLATE;
  process.env.TEST_KEYS = JSON.stringify(TEST_KEYS);
  await makeTemplate(url);
}

function startServer(args) {
  const entry = fileURLToPath(new URL('database-server.mjs', import.meta.url));
  const keeper = fork(entry, args, { detached: process.platform !== 'win32', execArgv: [] });
  return new Promise((resolve, reject) => {
    keeper.once('error', reject);
    keeper.once('exit', (code) => reject(new Error(`The test database did not start (exit code ${code}); see above.`)));
    keeper.once('message', ({ url }) => {
      // It is to end with this process, not to keep it.
      keeper.unref();
      keeper.channel.unref();
      resolve({ keeper, url });
    });
  });
}

async function makeTemplate(server) {
  await administer(server, `CREATE DATABASE ${TEMPLATE}`);
  const template = new URL(server);
  template.pathname = `/${TEMPLATE}`;
  const cli = join(ROOT, 'dist', 'apps', 'cli', 'src', 'main.js');
  const prepared = spawnSync(process.execPath, [cli, 'prepare'], {
    cwd: join(ROOT, 'dist'),
    env: { PATH: process.env.PATH, MODE: 'demo', LOG_LEVEL: 'warn', ...TEST_KEYS, DATABASE_URL: template.href },
    encoding: 'utf8',
  });
  if (prepared.status !== 0)
    throw new Error(`The test database cannot be prepared.\n${prepared.stdout}${prepared.stderr}`);
  // A stray connection would keep every copy from being made.
  await administer(server, `ALTER DATABASE ${TEMPLATE} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
}

async function administer(server, sql) {
  const maintenance = new URL(server);
  maintenance.pathname = '/postgres';
  const client = new pg.Client({ connectionString: maintenance.href });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
