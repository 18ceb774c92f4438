import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type DirectoryLock, lockDirectory } from './directory-lock.js';
import { errno } from './errno.js';
import { type Account, chooseAccount, isRoot, mayEnter } from './postgres/account.js';
import { StartRefused } from './start-refused.js';

/** The folder with the database and the keys that belong to it, held by this process alone. */
export interface DataDirectory {
  path: string;
  /** Whom the database runs under; undefined: this process's own account. */
  account?: Account;
  /** Whether an earlier start on these data ended without cleaning up. */
  leftBehind: boolean;
  release(): void;
}

/** Folder of the database inside the data directory. */
export const DATABASE_FOLDER = 'postgres';

/** Home of data of checkouts that the database's account cannot enter; only root ever needs it. */
const SYSTEM_HOME = '/var/lib/huixue';

/**
 * Finds, creates and locks the data directory.
 *
 * As root the database runs under an unprivileged account. Where that account cannot enter `wanted` (a checkout in
 * /root, say), the data lie in /var/lib/huixue instead, in a folder named by a hash of the wanted path.
 *
 * @param note receives a sentence when the data do not lie where they were wanted.
 * @throws StartRefused when the folder cannot be used or another program uses it.
 */
export function openDataDirectory(wanted: string, note: (sentence: string) => void): DataDirectory {
  const path = resolve(wanted);
  const { path: chosen, account } = isRoot() ? placeForAccount(path, note) : { path: placeOfOurs(path) };
  const lock: DirectoryLock = lockDirectory(chosen);
  return { path: chosen, account, leftBehind: lock.leftBehind, release: () => lock.release() };
}

/** Creates the folder, or checks that this user may write there. */
export function placeOfOurs(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return path;
  } catch (error) {
    throw new StartRefused(
      `This user may not write to the data folder ${path} (${errno(error) ?? String(error)}); ` +
        'start as its owner, or set DATA_DIR to another folder.',
    );
  }
}

function placeForAccount(path: string, note: (sentence: string) => void): { path: string; account?: Account } {
  const elsewhere = join(SYSTEM_HOME, createHash('sha256').update(path).digest('hex').slice(0, 12));
  const databaseHere = join(path, DATABASE_FOLDER);
  const databaseElsewhere = join(elsewhere, DATABASE_FOLDER);
  // Data stay where they once were put, even if the way to `path` has been opened since.
  if (existsSync(databaseElsewhere) && !existsSync(databaseHere)) {
    note(`The data lie in ${elsewhere}: when they were made, the database's account could not enter ${path}.`);
    return { path: elsewhere, account: chooseAccount(databaseElsewhere) };
  }
  const account = chooseAccount(databaseHere);
  if (enterable(path, account)) return { path, account };
  if (existsSync(databaseHere)) {
    throw new StartRefused(
      `The database's account (${account?.name}) can no longer enter ${path}, where its data lie; ` +
        'open the way (chmod o+x each folder above), or set DATA_DIR to where the data have been moved.',
    );
  }
  if (mkdirSync(SYSTEM_HOME, { recursive: true })) chmodSync(SYSTEM_HOME, 0o755);
  if (!enterable(elsewhere, account)) {
    throw new StartRefused(`The database's account (${account?.name}) can enter neither ${path} nor ${elsewhere}.`);
  }
  note(`The data lie in ${elsewhere}, because the database's account (${account?.name}) cannot enter ${path}.`);
  return { path: elsewhere, account };
}

/** Creates the folder where it is missing, passable for all and readable for its owner, and tries the way to it. */
function enterable(path: string, account: Account | undefined): boolean {
  const isNew = !existsSync(path);
  if (isNew) {
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o711);
  }
  if (mayEnter(account, path)) return true;
  if (isNew) rmdirSync(path);
  return false;
}
