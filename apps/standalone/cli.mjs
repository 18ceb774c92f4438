/**
 * `npm run cli -- COMMAND`: the operator's commands, on the database that the settings name; where they name none, on
 * the one of the `npm start` that is running in this checkout. `simulate` wants one to itself: where the settings name
 * none, it starts the embedded one of DATA_DIR.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfStale, ROOT } from './build.mjs';

/** Commands that read the caller's files and no database. */
const WITHOUT_DATABASE = ['lottery'];
/** Commands that fill a database of their own. */
const OWN_DATABASE = ['simulate'];

// npm goes to the checkout before it runs a script, and says where it was called.
const calledFrom = process.env.INIT_CWD ?? process.cwd();
process.chdir(ROOT);
if (existsSync('.env')) process.loadEnvFile('.env');
buildIfStale();
const built = (app, file) => pathToFileURL(join(ROOT, 'dist', 'apps', app, 'src', file)).href;
const [command, ...rest] = process.argv.slice(2);
const asksForHelp = rest.some((argument) => argument === '--help' || argument === '-h');
if (OWN_DATABASE.includes(command) && !process.env.DATABASE_URL && !asksForHelp) {
  await runOnOwnDatabase();
} else {
  if (WITHOUT_DATABASE.includes(command)) {
    process.chdir(calledFrom);
  } else if (!process.env.DATABASE_URL) {
    const { environmentOfRunning } = await import(built('standalone', 'running-environment.js'));
    const running = environmentOfRunning(process.env.DATA_DIR || '.data');
    if (running) process.env = { ...running, ...process.env };
  }
  await import(built('cli', 'main.js'));
}

async function runOnOwnDatabase() {
  const own = await import(built('standalone', 'own-database.js'));
  try {
    const cli = join(ROOT, 'dist', 'apps', 'cli', 'src', 'main.js');
    process.exitCode = await own.runOnOwnDatabase(cli, process.argv.slice(2), (sentence) => console.error(sentence));
  } catch (error) {
    // What is wrong with the settings or the folder is said in one sentence.
    const isForPeople = error.name === 'BadSettings' || error.name === 'StartRefused';
    console.error(isForPeople ? error.message : error);
    process.exitCode = 1;
  }
}
