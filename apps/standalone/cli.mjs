/**
 * `npm run cli -- COMMAND`: the operator's commands, on the database that the settings name; where they name none, on
 * the one of the `npm start` that is running in this checkout.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfStale, ROOT } from './build.mjs';

/** Commands that read the caller's files and no database. */
const WITHOUT_DATABASE = ['lottery'];

// npm goes to the checkout before it runs a script, and says where it was called.
const calledFrom = process.env.INIT_CWD ?? process.cwd();
process.chdir(ROOT);
if (existsSync('.env')) process.loadEnvFile('.env');
buildIfStale();
const built = (app, file) => pathToFileURL(join(ROOT, 'dist', 'apps', app, 'src', file)).href;
if (WITHOUT_DATABASE.includes(process.argv[2])) {
  process.chdir(calledFrom);
} else if (!process.env.DATABASE_URL) {
  const { environmentOfRunning } = await import(built('standalone', 'running-environment.js'));
  const running = environmentOfRunning(process.env.DATA_DIR || '.data');
  if (running) process.env = { ...running, ...process.env };
}
await import(built('cli', 'main.js'));
