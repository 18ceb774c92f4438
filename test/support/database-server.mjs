/**
 * The PostgreSQL server of one test run, as a process of its own: when its channel to Jest closes, be it at the end of
 * the run, by Ctrl-C or by a crash, it ends the server and deletes the data.
 *
 * It runs the built launcher. Argument: `durable` when commits have to wait for the disk.
 */
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataDirectory } from '../../dist/apps/standalone/src/data-directory.js';
import { hasLock } from '../../dist/apps/standalone/src/directory-lock.js';
import { startEmbeddedPostgres } from '../../dist/apps/standalone/src/embedded-postgres.js';
import { findPrograms } from '../../dist/apps/standalone/src/postgres/programs.js';
import { stopStaleServer } from '../../dist/apps/standalone/src/postgres/stale-server.js';

const PREFIX = 'huixue-test-';
const HOUR_MS = 3_600_000;
const note = (sentence) => console.error(sentence);

const QUICK = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
const SMALL = { shared_buffers: '128MB', max_connections: '300', logging_collector: 'off', log_min_messages: 'fatal' };

// Ctrl-C in a terminal comes here too; the closing channel then ends this process in order.
process.on('SIGINT', () => {});
const channelClosed = new Promise((resolve) => process.once('disconnect', resolve));

await removeLeftovers();
const folder = mkdtempSync(join(tmpdir(), PREFIX));
// As root the server runs under another account, which has to get in.
chmodSync(folder, 0o711);
const data = openDataDirectory(folder, note);
const settings = process.argv[2] === 'durable' ? SMALL : { ...SMALL, ...QUICK };
const server = await startEmbeddedPostgres({ data, note, settings });
if (process.connected) process.send({ type: 'ready', url: server.url });

await channelClosed;
server.abort();
await server.exited;
for (const path of [data.path, folder]) rmSync(path, { recursive: true, force: true });
process.exit(0);

/** Ends and deletes what a run left behind that was killed together with its server's keeper. */
async function removeLeftovers() {
  for (const name of readdirSync(tmpdir())) {
    const path = join(tmpdir(), name);
    if (!name.startsWith(PREFIX) || !isOurs(path)) continue;
    if (hasLock(path)) await removeUnlessInUse(path);
    else if (Date.now() - statSync(path).mtimeMs > HOUR_MS) rmSync(path, { recursive: true, force: true });
  }
}

function isOurs(path) {
  try {
    return statSync(path).isDirectory() && (process.getuid === undefined || statSync(path).uid === process.getuid());
  } catch {
    return false;
  }
}

async function removeUnlessInUse(path) {
  let left;
  try {
    left = openDataDirectory(path, note);
  } catch {
    return;
  }
  await stopStaleServer(join(path, 'postgres', 'data'), findPrograms(left.account), note);
  rmSync(path, { recursive: true, force: true });
}
