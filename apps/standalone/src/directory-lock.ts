import { randomUUID } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errno, unlessMissing } from './errno.js';
import { findProcess } from './running-process.js';
import { StartRefused } from './start-refused.js';

/** A folder that this process alone may use. */
export interface DirectoryLock {
  /** Whether an earlier owner ended without giving the lock back: it was killed, or the machine lost power. */
  leftBehind: boolean;
  release(): void;
}

const FORM = /^in-use\.(\d+)\.lock$/;

/**
 * Takes the folder for this process, until {@link DirectoryLock.release} or the end of the process.
 *
 * Node has no lock that the system itself takes back, so the lock is a file that names its owner by number and start
 * time: an owner that was killed is known to be gone even when its number has been given to another process. Files
 * are numbered, and a newcomer takes the next number instead of replacing a dead owner's file: of two newcomers that
 * both find the same dead owner, one gets the number, and neither can remove the other's file by mistake.
 *
 * @throws StartRefused when another live process holds the folder.
 */
export function lockDirectory(path: string): DirectoryLock {
  const self = findProcess(process.pid);
  if (!self) throw new StartRefused('This system does not tell about running processes, so data cannot be locked.');
  for (;;) {
    const found = locksIn(path);
    refuseIfHeld(found, path);
    const number = Math.max(0, ...found.map((lock) => lock.number)) + 1;
    const file = join(path, `in-use.${number}.lock`);
    if (!createWhole(file, JSON.stringify({ pid: self.pid, startedAt: self.startedAt }))) continue;
    try {
      // Somebody slower may have listed the folder long ago and taken a number that was free only then.
      refuseIfHeld(
        locksIn(path).filter((lock) => lock.file !== file),
        path,
      );
    } catch (error) {
      rmSync(file, { force: true });
      throw error;
    }
    for (const lock of found) rmSync(lock.file, { force: true });
    return { leftBehind: found.length > 0, release: () => rmSync(file, { force: true }) };
  }
}

/** Whether somebody has ever locked the folder and not given it back, be it alive or dead. */
export function hasLock(path: string): boolean {
  return locksIn(path).length > 0;
}

interface FoundLock {
  number: number;
  file: string;
  holder?: number;
}

function locksIn(path: string): FoundLock[] {
  return readdirSync(path).flatMap((name) => {
    const number = FORM.exec(name)?.[1];
    const file = join(path, name);
    const text = number && unlessMissing(() => readFileSync(file, 'utf8'));
    return text === undefined || !number ? [] : [{ number: Number(number), file, holder: liveHolder(text) }];
  });
}

function liveHolder(text: string): number | undefined {
  const { pid, startedAt } = readOwner(text);
  const running = pid === undefined ? undefined : findProcess(pid);
  return running && running.startedAt === startedAt ? pid : undefined;
}

/** A file that power loss left empty or torn names nobody. */
function readOwner(text: string): { pid?: number; startedAt?: string } {
  try {
    return JSON.parse(text) as { pid?: number; startedAt?: string };
  } catch {
    return {};
  }
}

function refuseIfHeld(locks: FoundLock[], path: string): void {
  const holder = locks.find((lock) => lock.holder !== undefined)?.holder;
  if (holder === undefined) return;
  throw new StartRefused(
    `The data in ${path} are in use by a program that is already running (process ${holder}); ` +
      'stop it first, or set DATA_DIR to another folder.',
  );
}

/** Creates the file with its whole content at once; false when somebody else already has. */
function createWhole(file: string, content: string): boolean {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, content, { flag: 'wx' });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (errno(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
