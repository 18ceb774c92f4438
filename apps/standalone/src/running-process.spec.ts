import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from '@jest/globals';
import { findProcess, fromPs, isPidInUse } from './running-process.js';

describe('looking up a process', () => {
  let child: ChildProcess | undefined;
  afterEach(() => {
    child?.kill('SIGKILL');
  });

  const startOne = () => (child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'a b'], { cwd: '/' }));

  it('finds this process, always started at the same moment', () => {
    const found = findProcess(process.pid);
    expect(found?.pid).toBe(process.pid);
    expect(findProcess(process.pid)).toEqual(found);
  });

  it('tells the program and its arguments', () => {
    const { pid } = startOne();
    expect(findProcess(pid!)?.command.join(' ')).toContain('setInterval');
  });

  it('does not find one that has ended', async () => {
    const { pid } = startOne();
    await new Promise((resolve) => {
      child!.once('exit', resolve);
      child!.kill('SIGKILL');
    });
    expect(findProcess(pid!)).toBeUndefined();
    expect(isPidInUse(pid!)).toBe(false);
  });

  it.each([0, -1, 1.5, NaN, 2 ** 31])('finds nothing for the number %s', (pid) => {
    expect(findProcess(pid)).toBeUndefined();
    expect(isPidInUse(pid)).toBe(false);
  });

  // The way of macOS and the BSDs, which Linux can go too.
  (process.platform === 'win32' ? it.skip : it)('reads the listing of ps', () => {
    const { pid } = startOne();
    const found = fromPs(pid!);
    expect(found?.command[0]).toContain('setInterval');
    expect(new Date(found!.startedAt).getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(fromPs(2 ** 22 + 1)).toBeUndefined();
  });
});
