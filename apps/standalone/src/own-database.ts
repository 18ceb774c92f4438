import { spawn } from 'node:child_process';
import { readEnvironment } from '#core/settings';
import { openDataDirectory } from './data-directory.js';
import { keepKeys, type Keys } from './keys.js';
import { readStandaloneSettings } from './standalone-settings.js';
import { StartRefused } from './start-refused.js';
import { SupervisedPostgres } from './supervised-postgres.js';

/**
 * Runs an operator's command on the embedded database of DATA_DIR, which is started for it and migrated; for a command
 * that fills a database on which nothing else is at work. A later `npm start` finds what it left there.
 *
 * @param cli the operator's commands
 * @returns the command's exit code
 * @throws BadSettings, StartRefused when the directory is in use or the database does not start
 */
export async function runOnOwnDatabase(
  cli: string,
  args: readonly string[],
  note: (sentence: string) => void,
): Promise<number> {
  const { settings, environment, missingKeys } = readStandaloneSettings(readEnvironment());
  // Ctrl-C reaches the command as well; when that has ended, the database is stopped in order.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  const data = openDataDirectory(settings.DATA_DIR, note);
  try {
    if (missingKeys.length > 0) {
      const keys: Keys = keepKeys(data.path);
      for (const name of missingKeys) environment[name] = keys[name];
    }
    let lost: StartRefused | undefined;
    const postgres = await SupervisedPostgres.start(data, note, (why) => (lost = why));
    try {
      const env = { ...environment, DATABASE_URL: postgres.url };
      for (const step of [['migrate'], args]) {
        const code = await run(cli, step, env);
        if (lost) throw lost;
        if (code !== 0) return code;
      }
      return 0;
    } finally {
      await postgres.stop();
    }
  } finally {
    process.off('SIGINT', ignore);
    data.release();
  }
}

function run(cli: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, [cli, ...args], { env, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new StartRefused(`The command cannot be run: ${error.message}`)));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
