import { fork, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { ROOT } from '../../apps/standalone/build.mjs';
import { TEST_KEYS } from '../support/test-keys.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
export const built = (app) => join(ROOT, 'dist', 'apps', app, 'src', 'main.js');

/** What the benchmark starts shares these cores, whatever the machine has, so that figures of machines compare. */
export const CORES = '0,1';

/** Confines this process, and with it all that it starts, to {@link CORES}; where that cannot be, all are used. */
export function shareTwoCores() {
  return spawnSync('taskset', ['-pc', CORES, String(process.pid)], { stdio: 'ignore' }).status === 0;
}

/** A new folder that other accounts may pass through: as root the database runs under one of them. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'huixue-bench-'));
  chmodSync(path, 0o711);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * Processor seconds that a process and its children, also those that have ended, have used so far; nothing where the
 * system does not tell.
 */
export function processorSeconds(pid) {
  const TICKS_A_SECOND = 100;
  let ticks;
  const processes = ignoringErrors(() => readdirSync('/proc')) ?? [];
  for (const name of processes.filter((entry) => /^\d+$/.test(entry))) {
    // It may have ended meanwhile.
    const stat = ignoringErrors(() => readFileSync(`/proc/${name}/stat`, 'latin1'));
    const [, parent, ...rest] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
    const isIt = Number(name) === pid;
    if (!isIt && Number(parent) !== pid) continue;
    // Of itself in user and system mode, and of children it has waited for.
    for (const field of isIt ? [9, 10, 11, 12] : [9, 10]) ticks = (ticks ?? 0) + Number(rest[field]);
  }
  return ticks === undefined ? Number.NaN : ticks / TICKS_A_SECOND;
}

function ignoringErrors(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** A process of the benchmark; it ends with this one. */
class Process {
  constructor(child, said) {
    this.child = child;
    this.address = said.address;
    this.serverPid = said.serverPid;
    this.port = said.address && Number(new URL(said.address).port);
  }

  get pid() {
    return this.child.pid;
  }

  /** Megabytes of memory it holds at present. */
  get residentMegabytes() {
    return Number(spawnSync('ps', ['-o', 'rss=', '-p', String(this.pid)], { encoding: 'utf8' }).stdout) / 1024;
  }

  /** Sends an order and waits for its answer. */
  ask(order) {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`process ${this.pid} ended before it answered`));
      this.child.once('exit', ended);
      this.child.once('message', (answer) => {
        this.child.off('exit', ended);
        if (answer.error) reject(new Error(answer.error));
        else resolve(answer);
      });
      this.child.send(order);
    });
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.disconnect();
    await gone;
  }
}

function start(entry, { args = [], environment = {}, execArgv = [] } = {}) {
  const child = fork(entry, args, {
    // Nothing but what is given here: a developer's own settings must not change what is measured.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    cwd: join(ROOT, 'dist'),
    execArgv,
    serialization: entry === here('load.mjs') ? 'advanced' : 'json',
    detached: process.platform !== 'win32',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`${entry} ended (${signal ?? code}) before it was ready`)));
    child.once('message', (said) => resolve(new Process(child, said)));
  });
}

/** Settings of the api and the worker: as in service, on free ports. */
export const settings = (databaseUrl) => ({
  MODE: 'demo',
  PORT: '0',
  ...TEST_KEYS,
  DATABASE_URL: databaseUrl,
});

/** PostgreSQL as `npm start` runs it: the same launcher, the same settings, every commit waits for the disk. */
export async function startDatabaseServer() {
  const entry = here('database-server.mjs');
  const child = await start(entry);
  return { url: child.address, pid: child.serverPid, stop: () => child.stop() };
}

/** Makes a database on the server and gives its address. */
export async function createDatabase(server, name) {
  await sql(server, `create database ${name}`);
  const address = new URL(server);
  address.pathname = `/${name}`;
  return address.href;
}

/** Runs statements one by one, each outside of a transaction. */
export async function sql(url, ...statements) {
  const client = new pg.Client({ connectionString: url, options: '-c search_path=huixue,extensions,public' });
  await client.connect();
  try {
    let result;
    for (const statement of statements) result = await client.query(statement);
    return result.rows;
  } finally {
    await client.end();
  }
}

/** Migrates and loads the reference data, as every start does. */
export function prepare(databaseUrl) {
  const prepared = spawnSync(process.execPath, [built('cli'), 'prepare'], {
    cwd: join(ROOT, 'dist'),
    env: { PATH: process.env.PATH, ...settings(databaseUrl) },
    encoding: 'utf8',
  });
  if (prepared.status !== 0) throw new Error(`The database cannot be prepared.\n${prepared.stdout}${prepared.stderr}`);
}

/** @param profile folder for a CPU profile, written when the api stops. */
export const startApi = (databaseUrl, profile) =>
  start(built('api'), {
    environment: settings(databaseUrl),
    execArgv: profiled(profile),
  });

const profiled = (folder) => (folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : []);

export const startWorker = (databaseUrl, profile) =>
  start(built('worker'), { environment: settings(databaseUrl), execArgv: profiled(profile) });

export const startBaseline = (databaseUrl, pool, name = 'rush') =>
  start(here(`baselines/${name}.mjs`), {
    environment: { NODE_ENV: 'production', DATABASE_URL: databaseUrl, POOL: String(pool) },
  });

export const startEcho = () => start(here('baselines/echo.mjs'), { environment: { NODE_ENV: 'production' } });

export const startStages = (databaseUrl, profile) =>
  start(here('stages-server.mjs'), { environment: settings(databaseUrl), execArgv: profiled(profile) });

export const startLoad = () => start(here('load.mjs'));
