import { execFileSync } from 'node:child_process';

/** A process as the system lists it; zombies are left out. */
export interface ListedProcess {
  pid: number;
  parent: number;
  command: string;
}

export function listProcesses(): ListedProcess[] {
  const text = execFileSync('ps', ['-ww', '-e', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' });
  return text.split('\n').flatMap((line) => {
    const parts = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (!parts || parts[3]!.startsWith('Z')) return [];
    return [{ pid: Number(parts[1]), parent: Number(parts[2]), command: parts[4]! }];
  });
}

/** Live processes that this one has started itself. */
export const childrenOf = (pid: number): ListedProcess[] => listProcesses().filter(({ parent }) => parent === pid);

/** Which of these are still alive. */
export function stillAlive(pids: number[]): number[] {
  const alive = new Set(listProcesses().map(({ pid }) => pid));
  return pids.filter((pid) => alive.has(pid));
}
