import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openDataDirectory } from './data-directory.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { makeKeys } from './keys.js';
import { OWNER } from './postgres/cluster.js';
import { findPrograms } from './postgres/programs.js';
import { keepAsTemplate } from './postgres/template.js';
import { StartRefused } from './start-refused.js';

/** Nothing of it has to outlive a crash; and the log that is kept of it is small. */
const FOR_MAKING = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', min_wal_size: '32MB' };

/**
 * Makes the template that databases of demonstrations begin with: migrated, and empty.
 *
 * @param cli the operator's commands
 * @param folder where it is kept
 * @throws StartRefused where PostgreSQL cannot be run
 */
export async function makeTemplate(cli: string, folder: string): Promise<void> {
  const workshop = mkdtempSync(join(tmpdir(), 'huixue-template-'));
  // As root the server runs under another account, which has to get in.
  chmodSync(workshop, 0o711);
  const note = (sentence: string) => console.error(sentence);
  const data = openDataDirectory(workshop, note);
  try {
    const server = await startEmbeddedPostgres({ data, note, settings: FOR_MAKING });
    try {
      await migrate(cli, server.url);
      await makeNobodys(server.url);
    } finally {
      await server.stop();
    }
    if ((await server.exited) !== 0) throw new StartRefused('The server of the template did not end in order.');
    keepAsTemplate(join(data.path, 'postgres', 'data'), folder, findPrograms(data.account));
  } finally {
    data.release();
    for (const path of [data.path, workshop]) rmSync(path, { recursive: true, force: true });
  }
}

function migrate(cli: string, url: string): Promise<void> {
  const environment = { PATH: process.env.PATH, MODE: 'demo', ...makeKeys(), DATABASE_URL: url };
  const child = spawn(process.execPath, [cli, 'migrate'], { env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The database of the template cannot be migrated (exit code ${code}).`));
    });
  });
}

/** Takes away what belongs to the keys and the password of the making. */
async function makeNobodys(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('delete from huixue.key_checks');
    await client.query('vacuum (freeze, analyze)');
    await client.query(`alter role ${OWNER} password null`);
  } finally {
    await client.end();
  }
}
