/**
 * migrations/schema.txt is what the migrations make of an empty database, and every entity fits its table. `--write`
 * renews the file.
 */
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { TEST_KEYS } from '../support/test-keys.mjs';
import { compareWithCommitted } from './committed.mjs';
import { entityProblems } from './entities.mjs';
import { listSchema } from './schema-listing.mjs';

const SCHEMA = 'huixue';
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

const keeper = fork(path('../support/database-server.mjs'), [], { execArgv: [] });
const ended = once(keeper, 'exit');
try {
  const [{ url }] = await Promise.race([
    once(keeper, 'message'),
    ended.then(() => Promise.reject(new Error('The database of this check did not start; see above.'))),
  ]);
  migrate(url);
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${SCHEMA},extensions` });
  await client.connect();
  const listing = await listSchema(client, SCHEMA);
  const problems = await entityProblems(client, SCHEMA, url);
  await client.end();
  for (const problem of problems) console.error(problem);
  const same = compareWithCommitted('migrations/schema.txt', listing);
  if (!same || problems.length > 0) process.exitCode = 1;
} finally {
  if (keeper.connected) keeper.disconnect();
  await ended;
}

function migrate(url) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path('../../dist/apps/cli/src/main.js'), 'migrate'], {
    env: { PATH: process.env.PATH, MODE: 'demo', ...TEST_KEYS, DATABASE_URL: url },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The migrations fail on an empty database.\n${stdout}${stderr}`);
}
