import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/** A live process, told apart from a later one that was given the same number. */
export interface RunningProcess {
  pid: number;
  /** When it started, in the system's own spelling: equal only for the same process. */
  startedAt: string;
  /** Program and arguments; one string where the system does not keep them apart. */
  command: string[];
  /** Working folder, where the system tells. */
  workingDirectory?: string;
}

/** Looks a process up. A zombie counts as gone: it runs nothing and holds no file. */
export function findProcess(pid: number): RunningProcess | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (process.platform === 'linux') return fromProc(pid);
  if (process.platform === 'win32') return fromPowerShell(pid);
  return fromPs(pid);
}

/** Whether the number is in use at all, be it by a zombie or by somebody else's process. */
export function isPidInUse(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function fromProc(pid: number): RunningProcess | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field, the name in brackets, may itself hold spaces and brackets: count from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0];
    const ticksSinceBoot = fields[19];
    if (state === 'Z' || state === 'X' || ticksSinceBoot === undefined) return undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    return { pid, startedAt: `${boot} ${ticksSinceBoot}`, command, workingDirectory: workingDirectory(pid) };
  } catch {
    return undefined;
  }
}

/** Only root and the process's own account may ask. */
function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** `lstart` is always 24 characters long in the C locale. */
export function fromPs(pid: number): RunningProcess | undefined {
  const answer = spawnSync('ps', ['-ww', '-o', 'stat=,lstart=,command=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
  });
  const parts = /^\s*(\S+)\s+(\S.{23})\s+(.*)$/.exec(answer.stdout?.trimEnd() ?? '');
  if (!parts || parts[1]!.startsWith('Z')) return undefined;
  return { pid, startedAt: parts[2]!, command: [parts[3]!] };
}

function fromPowerShell(pid: number): RunningProcess | undefined {
  const script =
    `$p = Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}'; ` +
    `if ($p) { $p.CreationDate.Ticks; $p.CommandLine }`;
  const answer = spawnSync('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script], {
    encoding: 'utf8',
    windowsHide: true,
  });
  const [startedAt, ...command] = (answer.stdout ?? '').trim().split(/\r?\n/);
  return startedAt ? { pid, startedAt, command } : undefined;
}
