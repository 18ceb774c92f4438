import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DATABASE_FOLDER, type DataDirectory } from '../data-directory.js';
import { StartRefused } from '../start-refused.js';
import { type Account, giveTo } from './account.js';
import { ownProcess } from './own-process.js';
import type { PostgresPrograms } from './programs.js';
import { beginFrom, templateIn } from './template.js';

/** Name of the superuser and of the database. The superuser is needed to create extensions. */
export const OWNER = 'huixue';

/** The files of one database server. */
export interface Cluster {
  /** PostgreSQL's own folder (PGDATA). */
  files: string;
  /** Folder of the server's log files, one for each day of the week. */
  log: string;
  /** What the server says before it has opened its log. */
  startLog: string;
  settingsFile: string;
  password: string;
}

/**
 * Opens the cluster in the data directory, and creates it where there is none.
 *
 * It is created under another name and renamed when it is whole: a crash in between leaves a folder that the next
 * start throws away, never half a database.
 *
 * @param durable whether creation waits for the disk.
 * @param template folder of a template to begin with, if it is there; see template.ts
 * @throws StartRefused when it cannot be created or read.
 */
export async function openCluster(
  data: DataDirectory,
  programs: PostgresPrograms,
  durable: boolean,
  template?: string,
): Promise<Cluster> {
  const home = join(data.path, DATABASE_FOLDER);
  removeUnfinished(data.path);
  if (!existsSync(clusterIn(home).files)) await create(home, data.account, programs, durable, template);
  const cluster = clusterIn(home);
  try {
    return { ...cluster, password: readFileSync(passwordFile(home), 'utf8').trim() };
  } catch (error) {
    throw new StartRefused(`The database's password cannot be read (${(error as Error).message}).`);
  }
}

const passwordFile = (home: string) => join(home, 'password');

function clusterIn(home: string): Omit<Cluster, 'password'> {
  return {
    files: join(home, 'data'),
    log: join(home, 'log'),
    startLog: join(home, 'start.log'),
    settingsFile: join(home, 'settings.conf'),
  };
}

const UNFINISHED = `${DATABASE_FOLDER}.unfinished-`;

/** An initdb whose starter was killed may still be writing there, until it finds its files gone. */
function removeUnfinished(path: string): void {
  for (const name of readdirSync(path)) {
    if (!name.startsWith(UNFINISHED)) continue;
    rmSync(join(path, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
  }
}

async function create(
  home: string,
  account: Account | undefined,
  programs: PostgresPrograms,
  durable: boolean,
  template: string | undefined,
): Promise<void> {
  const draft = join(home, '..', `${UNFINISHED}${process.pid}`);
  const { files, log } = clusterIn(draft);
  for (const folder of [draft, log]) {
    mkdirSync(folder, { mode: 0o700 });
    giveTo(account, folder);
  }
  const password = randomBytes(24).toString('hex');
  writeFileSync(passwordFile(draft), `${password}\n`, { mode: 0o600 });
  giveTo(account, passwordFile(draft));
  const begun = template ? templateIn(template, programs) : undefined;
  if (begun) {
    const sql = `ALTER ROLE ${OWNER} PASSWORD '${password}'`;
    await beginFrom(begun, files, { account, programs, sql }).catch((error: unknown) => {
      throw new StartRefused(`PostgreSQL could not create its files: ${(error as Error).message}`);
    });
    if (durable) await runInitdb(programs.initdb, account, ['--sync-only', `--pgdata=${files}`, ...ALL_AT_ONCE]);
  } else {
    await initialise(draft, account, programs, durable);
  }
  if (durable) [passwordFile(draft), join(files, 'postgresql.conf'), draft].forEach(syncToDisk);
  renameSync(draft, home);
  if (durable) syncToDisk(join(home, '..'));
}

/** Some two thousand files, one after the other, take seconds on a busy disk. */
const ALL_AT_ONCE = process.platform === 'linux' ? ['--sync-method=syncfs'] : [];

async function initialise(
  draft: string,
  account: Account | undefined,
  programs: PostgresPrograms,
  durable: boolean,
): Promise<void> {
  const { files } = clusterIn(draft);
  // The builtin C.UTF-8 sorts the same on every system, and needs no locale installed.
  await runInitdb(programs.initdb, account, [
    `--pgdata=${files}`,
    `--username=${OWNER}`,
    `--pwfile=${passwordFile(draft)}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--text-search-config=simple',
    ...(durable ? [] : ['--no-sync']),
  ]);
  appendFileSync(join(files, 'postgresql.conf'), "\ninclude_if_exists = '../settings.conf'\n");
}

function runInitdb(initdb: string, account: Account | undefined, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(initdb, args, { ...ownProcess(account), stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    }
    const refuse = (why: string) => reject(new StartRefused(`PostgreSQL could not create its files: ${why}`));
    child.once('error', (error) => refuse(error.message));
    child.once('close', (code) => {
      if (code === 0) resolve();
      else refuse(lastLines(said, 3) || `initdb ended with ${code}`);
    });
  });
}

/** Windows cannot open folders. */
function syncToDisk(path: string): void {
  if (process.platform === 'win32') return;
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The last lines that say something, in one. */
export function lastLines(text: string, count: number): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(-count)
    .join(' ');
}
