import { readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { unlessMissing } from '../errno.js';
import { findProcess, isPidInUse, type RunningProcess } from '../running-process.js';
import { StartRefused } from '../start-refused.js';
import type { PostgresPrograms } from './programs.js';
import { sendSignal } from './signal.js';

const FAST_SHUTDOWN_MS = 60_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;
const ORPHANS_MS = 1_000;

/**
 * Stops the server that an earlier start on these files left running, and clears what else would keep a new one from
 * starting. The caller holds the lock of the data directory, so nobody alive is using the server found.
 *
 * A process is signalled only when it is a PostgreSQL server of these very files: the number in a stale pid file may
 * long belong to somebody else.
 */
export async function stopStaleServer(
  files: string,
  programs: PostgresPrograms,
  note: (sentence: string) => void,
): Promise<void> {
  const pidFile = join(files, 'postmaster.pid');
  const pid = Number(unlessMissing(() => readFileSync(pidFile, 'latin1'))?.split('\n')[0]);
  const found = findProcess(pid);
  if (found && isServerOf(found, files)) {
    note(`A PostgreSQL server that an earlier start left running (process ${pid}) is being stopped.`);
    await stop(found, programs);
  } else if (isPidInUse(pid)) {
    // PostgreSQL would take any live process with this number for a server and refuse to start.
    rmSync(pidFile, { force: true });
  }
  await endOrphans(files, programs);
}

async function stop(server: RunningProcess, programs: PostgresPrograms): Promise<void> {
  sendSignal(programs, server.pid, 'SIGINT');
  if (await isGone(server, FAST_SHUTDOWN_MS)) return;
  sendSignal(programs, server.pid, 'SIGQUIT');
  if (await isGone(server, IMMEDIATE_SHUTDOWN_MS)) return;
  throw new StartRefused(`The PostgreSQL server of an earlier start (process ${server.pid}) does not stop.`);
}

async function isGone(server: RunningProcess, patienceMs: number): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    if (findProcess(server.pid)?.startedAt !== server.startedAt) return true;
    await wait(20);
  }
  return false;
}

function isServerOf(found: RunningProcess, files: string): boolean {
  const command = found.command.join(' ');
  if (!/(^|[\\/])postgres(\.exe)?["']?( |$)/.test(command)) return false;
  // A server works in its own folder; where the system does not tell, its arguments name it.
  if (found.workingDirectory !== undefined) return found.workingDirectory === realpathSync(files);
  return command.includes(files);
}

/**
 * Backends outlive a server that was killed by an instant, or by as long as their present query takes; a new server
 * refuses to start while one is left. They can be killed: what they had not committed is not owed to anybody.
 */
async function endOrphans(files: string, programs: PostgresPrograms): Promise<void> {
  const deadline = Date.now() + ORPHANS_MS;
  for (;;) {
    const orphans = processesIn(files);
    if (orphans.length === 0) return;
    if (Date.now() > deadline) for (const { pid } of orphans) sendSignal(programs, pid, 'SIGKILL');
    await wait(20);
  }
}

/** Only Linux tells; elsewhere the start is repeated until the orphans are gone. */
function processesIn(files: string): RunningProcess[] {
  if (process.platform !== 'linux') return [];
  const home = realpathSync(files);
  return readdirSync('/proc').flatMap((name) => {
    const found = findProcess(Number(name));
    return found?.workingDirectory === home && found.command[0]?.startsWith('postgres:') ? [found] : [];
  });
}
