/**
 * The PostgreSQL server of one run of a benchmark, a process of its own: when its channel closes, be it at the end or
 * by a crash, it ends the server and deletes the data.
 */
import { openDataDirectory } from '../../dist/apps/standalone/src/data-directory.js';
import { startEmbeddedPostgres } from '../../dist/apps/standalone/src/embedded-postgres.js';
import { temporaryFolder } from './processes.mjs';

const note = (sentence) => console.error(sentence);

process.on('SIGINT', () => {});
const channelClosed = new Promise((resolve) => process.once('disconnect', resolve));
const folder = temporaryFolder();
const data = openDataDirectory(folder.path, note);
const server = await startEmbeddedPostgres({ data, note });
if (process.connected) process.send({ type: 'ready', address: server.url, serverPid: server.pid });
await channelClosed;
server.abort();
await server.exited;
folder.remove();
process.exit(0);
