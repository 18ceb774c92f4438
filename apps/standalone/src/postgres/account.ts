import { spawnSync } from 'node:child_process';
import { chownSync, statSync } from 'node:fs';
import { unlessMissing } from '../errno.js';
import { StartRefused } from '../start-refused.js';

/** An unprivileged account that PostgreSQL runs under when the program itself runs as root. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/** Accounts that systems already have; none is ever created. */
const CANDIDATES = ['postgres', '_postgres', 'nobody'];

export const isRoot = (): boolean => process.getuid?.() === 0;

/**
 * The account for PostgreSQL, or undefined when it runs under the program's own.
 *
 * PostgreSQL refuses to run as root. Data that exist keep their owner: someone who ran the program under their own
 * account before may run it as root now.
 *
 * @throws StartRefused when root may not become any unprivileged account.
 */
export function chooseAccount(existingData: string): Account | undefined {
  if (!isRoot()) return undefined;
  const owner = unlessMissing(() => statSync(existingData));
  if (owner && owner.uid !== 0) return { name: `number ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  for (const name of CANDIDATES) {
    const uid = idOf('-u', name);
    const gid = idOf('-g', name);
    if (!uid || !gid) continue;
    const account = { name, uid, gid };
    // A container may lack the right to change accounts, or not map this one.
    if (succeedsAs(account, 'true')) return account;
  }
  throw new StartRefused(
    'PostgreSQL does not run as root, and this system has no unprivileged account to run it under ' +
      `(${CANDIDATES.join(', ')}); start as another user, or set DATABASE_URL.`,
  );
}

function idOf(flag: '-u' | '-g', name: string): number | undefined {
  const answer = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return answer.status === 0 ? Number(answer.stdout.trim()) : undefined;
}

/** Whether the account may enter the folder; without an account: this process. */
export const mayEnter = (account: Account | undefined, folder: string): boolean =>
  succeedsAs(account, 'cd "$1"', folder);

/** Whether the account may read the file; without an account: this process. */
export const mayRead = (account: Account | undefined, file: string): boolean =>
  succeedsAs(account, 'test -r "$1"', file);

function succeedsAs(account: Account | undefined, script: string, ...args: string[]): boolean {
  const shell = spawnSync('/bin/sh', ['-c', script, 'sh', ...args], {
    ...identity(account),
    stdio: 'ignore',
    cwd: '/',
  });
  return shell.status === 0;
}

/** What `spawn` needs to run a program under the account. */
export const identity = (account: Account | undefined): { uid?: number; gid?: number } =>
  account ? { uid: account.uid, gid: account.gid } : {};

/** Gives a file or folder to the account; without an account it already belongs to the right one. */
export function giveTo(account: Account | undefined, path: string): void {
  if (account) chownSync(path, account.uid, account.gid);
}
