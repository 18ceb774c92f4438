import { spawnSync } from 'node:child_process';
import { errno } from '../errno.js';
import type { PostgresPrograms } from './programs.js';

/**
 * What PostgreSQL understands: SIGINT ends it after rolling back what is open, SIGQUIT at once (the next start then
 * recovers), SIGKILL leaves its children to find out by themselves.
 */
export type ServerSignal = 'SIGINT' | 'SIGQUIT' | 'SIGKILL';

/** Signals a server; a server that is already gone is no error. */
export function sendSignal(programs: PostgresPrograms, pid: number, signal: ServerSignal): void {
  if (process.platform === 'win32') {
    // Windows knows no signals; PostgreSQL's own tool passes them through a pipe.
    spawnSync(programs.pgCtl, ['kill', signal.replace('SIG', ''), String(pid)], { windowsHide: true, stdio: 'ignore' });
    return;
  }
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errno(error) !== 'ESRCH') throw error;
  }
}
