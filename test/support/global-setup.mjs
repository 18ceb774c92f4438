import { fork, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { buildIfStale, PARTS, ROOT } from '../../apps/standalone/build.mjs';
import { JOINED_PACKAGES } from './joined-packages.mjs';
import { ADMINISTRATOR, TEST_KEYS } from './test-keys.mjs';

/** Migrated once; every test database is a copy of it. */
const TEMPLATE = 'huixue_template';
/** The same with an administrator, as a district begins. */
const DISTRICT_TEMPLATE = 'huixue_district_template';

/**
 * Builds the programs if need be and starts the one PostgreSQL server of this run. Tests find it through the
 * environment, which Jest hands on to its workers.
 */
export default async function setUp(_, project) {
  buildIfStale([...PARTS, JOINED_PACKAGES]);
  const { keeper, url } = await startServer(project.globals.durableDatabase ? ['durable'] : []);
  globalThis.testDatabaseKeeper = keeper;
  process.env.TEST_DATABASE_SERVER = url;
  process.env.TEST_DATABASE_TEMPLATE = TEMPLATE;
  process.env.TEST_DISTRICT_TEMPLATE = DISTRICT_TEMPLATE;
  process.env.TEST_PASSWORD = ADMINISTRATOR.password;
  process.env.TEST_KEYS = JSON.stringify(TEST_KEYS);
  await makeTemplate(url, TEMPLATE, 'template0', ['prepare']);
  const { username, name, password } = ADMINISTRATOR;
  const administrator = ['create-administrator', '--username', username, '--name', name];
  await makeTemplate(url, DISTRICT_TEMPLATE, TEMPLATE, administrator, `${password}\n`);
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

/** Makes a database out of another by the operator's command line, and closes it so that it can be copied. */
async function makeTemplate(server, name, from, args, input = '') {
  await administer(server, `CREATE DATABASE ${name} TEMPLATE ${from} STRATEGY file_copy`);
  const template = new URL(server);
  template.pathname = `/${name}`;
  const cli = join(ROOT, 'dist', 'apps', 'cli', 'src', 'main.js');
  const made = spawnSync(process.execPath, [cli, ...args], {
    cwd: join(ROOT, 'dist'),
    env: { PATH: process.env.PATH, MODE: 'demo', LOG_LEVEL: 'warn', ...TEST_KEYS, DATABASE_URL: template.href },
    input,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`The test database cannot be made.\n${made.stdout}${made.stderr}`);
  // A stray connection would keep every copy from being made.
  await administer(server, `ALTER DATABASE ${name} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
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
