import { fork } from 'node:child_process';
import { StartRefused } from './start-refused.js';
import { type StopRequest, StopRequested } from './stop-request.js';

/**
 * Runs the operator's command that checks the database's version, migrates it and loads the reference data.
 *
 * @param cli compiled file of the operator's commands.
 * @param demo loads the demo data, too, and names the demo's accounts.
 * @throws StartRefused when it fails; it has said why itself.
 * @throws StopRequested when a stop was asked for meanwhile; migrations done so far stay, the one under way is undone.
 */
export function prepareDatabase(
  cli: string,
  environment: NodeJS.ProcessEnv,
  stop: StopRequest,
  demo: boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(cli, demo ? ['prepare', '--demo'] : ['prepare'], {
      env: environment,
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const end = () => child.kill('SIGTERM');
    stop.signal.addEventListener('abort', end, { once: true });
    stop.onHardStop(() => child.kill('SIGKILL'));
    child.once('error', (error) => reject(new StartRefused(`The database cannot be prepared: ${error.message}`)));
    child.once('exit', (code, signal) => {
      stop.signal.removeEventListener('abort', end);
      if (stop.signal.aborted) reject(new StopRequested());
      else if (code === 0) resolve();
      else reject(new StartRefused(`The database is not ready for use (${signal ?? `exit code ${code}`}); see above.`));
    });
  });
}
