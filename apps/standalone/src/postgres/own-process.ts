import type { SpawnOptions } from 'node:child_process';
import { type Account, identity } from './account.js';

/** What the system itself needs; the program's settings and keys are no business of PostgreSQL's. */
const PASSED_ON = ['PATH', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'SystemDrive'];

/**
 * How PostgreSQL's programs are started: under the account, in a process group of their own (Ctrl-C at the terminal
 * goes to the program, which then stops everything in order), in a folder that any account can enter.
 */
export function ownProcess(account: Account | undefined): SpawnOptions {
  const passedOn = PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  return {
    ...identity(account),
    cwd: '/',
    env: { ...(Object.fromEntries(passedOn) as Record<string, string>), LC_ALL: 'C' },
    detached: process.platform !== 'win32',
    windowsHide: true,
  };
}
