import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.js';
import { hasLock, lockDirectory } from './directory-lock.js';
import { findProcess } from './running-process.js';

describe('the lock of a data directory', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const leaveLock = (number: number, content: string) =>
    writeFileSync(join(folder.path, `in-use.${number}.lock`), content);

  it('is given to the first and refused to the second, who learns whom to stop', () => {
    const lock = lockDirectory(folder.path);
    expect(lock.leftBehind).toBe(false);
    expect(() => lockDirectory(folder.path)).toThrow(`already running (process ${process.pid})`);
  });

  it('can be had again after it was given back, and leaves nothing', () => {
    lockDirectory(folder.path).release();
    expect(hasLock(folder.path)).toBe(false);
    lockDirectory(folder.path).release();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('passes on when its owner is gone', () => {
    leaveLock(7, JSON.stringify({ pid: 2 ** 22 + 1, startedAt: 'long ago' }));
    expect(lockDirectory(folder.path).leftBehind).toBe(true);
    expect(readdirSync(folder.path)).toEqual(['in-use.8.lock']);
  });

  it("passes on when its owner's number has been given to another process", () => {
    leaveLock(1, JSON.stringify({ pid: process.pid, startedAt: 'before the restart' }));
    expect(lockDirectory(folder.path).leftBehind).toBe(true);
  });

  it('passes on when power loss tore the file', () => {
    leaveLock(1, '');
    leaveLock(2, '{"pid":1');
    expect(lockDirectory(folder.path).leftBehind).toBe(true);
  });

  it('is refused when a live owner stands behind dead ones', () => {
    leaveLock(1, JSON.stringify({ pid: 2 ** 22 + 1, startedAt: 'long ago' }));
    leaveLock(2, JSON.stringify(findProcess(process.pid)));
    leaveLock(3, '');
    expect(() => lockDirectory(folder.path)).toThrow('already running');
  });
});
