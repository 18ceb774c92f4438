import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unlessMissing } from '../errno.js';
import { type Account, giveTo } from './account.js';
import { ownProcess } from './own-process.js';
import type { PostgresPrograms } from './programs.js';

/*
 * The files of a migrated database in which nothing is, made at the build, so that the first start need neither have
 * them made nor migrate. They hold no secret: the superuser has no password there, which lets nobody in.
 *
 * All that are begun from one template have the same system identifier, by which tools for replication and backup tell
 * databases apart; so it is for demonstrations alone.
 */

const FILES = 'data';
const MADE_WITH = 'made-with';

/** What a server leaves in its folder for as long as it runs. */
const OF_A_RUN = /^postmaster\./;

/**
 * The files of the template in a folder; undefined where there are none, or where they are those of another PostgreSQL.
 */
export function templateIn(folder: string, { version }: PostgresPrograms): string | undefined {
  const madeWith = unlessMissing(() => readFileSync(join(folder, MADE_WITH), 'utf8'));
  return madeWith === version ? join(folder, FILES) : undefined;
}

/** Keeps the files of a server that has been stopped in order as the template of a folder. */
export function keepAsTemplate(files: string, folder: string, { version }: PostgresPrograms): void {
  // Whoever may read the programs may begin with it.
  copyFiles(files, join(folder, FILES), { folder: 0o755, file: 0o644 });
  writeFileSync(join(folder, MADE_WITH), version);
}

/** Begins a database with the files of a template. @throws Error */
export async function beginFrom(
  template: string,
  files: string,
  { account, programs, sql }: { account: Account | undefined; programs: PostgresPrograms; sql: string },
): Promise<void> {
  copyFiles(template, files, { folder: 0o700, file: 0o600 }, account);
  await runAlone(programs, account, files, sql);
}

function copyFiles(from: string, to: string, modes: { folder: number; file: number }, account?: Account): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyFiles(source, target, modes, account);
    else if (!OF_A_RUN.test(entry.name)) {
      copyFileSync(source, target);
      chmodSync(target, modes.file);
      giveTo(account, target);
    }
  }
  chmodSync(to, modes.folder);
  giveTo(account, to);
}

/** Carries out a statement without a server that others could reach. */
function runAlone(programs: PostgresPrograms, account: Account | undefined, files: string, sql: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const args = ['--single', '-D', files, '-c', 'exit_on_error=on', '-c', 'fsync=off', 'postgres'];
    const child = spawn(programs.postgres, args, { ...ownProcess(account), stdio: ['pipe', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(said.trim() || `it ended with ${code}`))));
    child.stdin.on('error', () => {});
    child.stdin.end(`${sql}\n`);
  });
}
