import type { ChildProcess } from 'node:child_process';
import { StartRefused } from './start-refused.js';
import { StartedAhead } from './started-ahead.js';
import { type StopRequest, StopRequested } from './stop-request.js';

/** What the operator's command says over its channel once the database is ready. */
export interface Prepared {
  /** Whether the demo data are to be loaded now. */
  loadDemo: boolean;
  /** What there is to say at the end of the start, of the demo data and of who may sign in, if anything. */
  words: string | null;
}

/** What was said, and by whom: where the demo is to be loaded, that process waits to do it. */
export type Preparation = Prepared & { by: ChildProcess };

const isPreparedMessage = (message: unknown): message is Prepared & { type: 'prepared' } =>
  typeof message === 'object' && message !== null && (message as { type?: unknown }).type === 'prepared';

/**
 * Runs the operator's command that checks the database's version, migrates it and loads the reference data. It has ended
 * by then, unless it is to load the demo next.
 *
 * @param preparation the command, see {@link preparation}.
 * @throws StartRefused when it fails; it has said why itself.
 * @throws StopRequested when a stop was asked for meanwhile; migrations done so far stay, the one under way is undone.
 */
export function prepareDatabase(
  preparation: StartedAhead,
  environment: NodeJS.ProcessEnv,
  stop: StopRequest,
): Promise<Preparation> {
  return new Promise((resolve, reject) => {
    const child = preparation.release(environment);
    let prepared: Prepared = { loadDemo: false, words: null };
    child.on('message', (message) => {
      if (!isPreparedMessage(message)) return;
      prepared = message;
      if (!prepared.loadDemo || stop.signal.aborted) return;
      stop.signal.removeEventListener('abort', end);
      resolve({ ...prepared, by: child });
    });
    const end = () => child.kill('SIGTERM');
    stop.signal.addEventListener('abort', end, { once: true });
    stop.onHardStop(() => child.kill('SIGKILL'));
    child.once('error', (error) => reject(new StartRefused(`The database cannot be prepared: ${error.message}`)));
    child.once('exit', (code, signal) => {
      const finish = () => {
        stop.signal.removeEventListener('abort', end);
        if (stop.signal.aborted) reject(new StopRequested());
        else if (code === 0) resolve({ ...prepared, by: child });
        else {
          const how = signal ?? `exit code ${code}`;
          reject(new StartRefused(`The database is not ready for use (${how}); see above.`));
        }
      };
      // What it said last may still be on the way.
      if (child.connected) child.once('disconnect', finish);
      else finish();
    });
  });
}
