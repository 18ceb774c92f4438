import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { DataDirectory } from './data-directory.js';
import { unlessMissing } from './errno.js';
import { findFreePort } from './free-port.js';
import { giveTo } from './postgres/account.js';
import { type Cluster, openCluster, OWNER } from './postgres/cluster.js';
import { ownProcess } from './postgres/own-process.js';
import { findPrograms, type PostgresPrograms } from './postgres/programs.js';
import { type PostgresSettings, SETTINGS_OF_ONE_MACHINE, settingsFile } from './postgres/settings.js';
import { sendSignal } from './postgres/signal.js';
import { stopStaleServer } from './postgres/stale-server.js';
import { StartRefused } from './start-refused.js';

export interface EmbeddedPostgresOptions {
  /** Where the database lies; the caller holds it for itself. */
  data: DataDirectory;
  /** Receives sentences for the person at the terminal. */
  note: (sentence: string) => void;
  /** TCP port on 127.0.0.1; 0 takes any free one. */
  port?: number;
  /** Settings that differ from {@link SETTINGS_OF_ONE_MACHINE}. */
  settings?: PostgresSettings;
  /** Folder of a template to begin with; see postgres/template.ts. */
  template?: string;
}

/** A PostgreSQL server that this process has started. */
export interface EmbeddedPostgres {
  /** Address of the database with the superuser's password. */
  url: string;
  pid: number;
  port: number;
  /** Rolls back what is open, writes everything out and ends; at once when that takes over a minute. */
  stop(): Promise<void>;
  /** Ends the server without writing everything out; the next start recovers. */
  abort(): void;
  /** Becomes the exit code when the server has ended, for whatever reason; -1 for a signal. */
  exited: Promise<number>;
}

const FAST_SHUTDOWN_MS = 60_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;
/** How long to put up with what passes by itself: a port in the hands of another, orphans of a killed server. */
const PASSING_TROUBLE_MS = 20_000;
const PASSING_TROUBLE = /could not bind|could not create any TCP|pre-existing shared memory block/;

/** How long the process that writes the log may take to write down why the server ended. */
const LAST_WORDS_MS = 5_000;
const REASON = /FATAL|PANIC/;

/**
 * Starts PostgreSQL on the data directory, which is created when it is missing. A server that an earlier start left
 * running there is stopped first.
 *
 * It listens on 127.0.0.1 alone, asks for a password, and does not end with this process: whoever is killed leaves a
 * server that the next start stops.
 *
 * @throws StartRefused when it cannot be started.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { data, note } = options;
  const settings = { ...SETTINGS_OF_ONE_MACHINE, ...options.settings };
  const programs = findPrograms(data.account);
  const cluster = await openCluster(data, programs, settings.fsync === 'on', options.template);
  await stopStaleServer(cluster.files, programs, note);
  writeFileSync(cluster.settingsFile, settingsFile(settings));
  giveTo(data.account, cluster.settingsFile);

  const deadline = Date.now() + PASSING_TROUBLE_MS;
  for (;;) {
    const port = options.port || (await findFreePort());
    const logBefore = logSizes(cluster.log);
    const child = launch(programs, cluster, data, port);
    const exited = exitOf(child);
    if (await becomesReady(child, exited, cluster, note)) {
      const server = handle(child, exited, programs, port, cluster.password);
      await createDatabase(server).catch(async (error: unknown) => {
        await server.stop();
        throw error;
      });
      return server;
    }
    const said = await lastWords(cluster, logBefore);
    if (!PASSING_TROUBLE.test(said) || Date.now() > deadline) {
      throw new StartRefused(`PostgreSQL does not start: ${complaint(said)} (its log is in ${cluster.log})`);
    }
    await wait(100);
  }
}

function launch(programs: PostgresPrograms, cluster: Cluster, data: DataDirectory, port: number): ChildProcess {
  const said = openSync(cluster.startLog, 'w', 0o600);
  try {
    giveTo(data.account, cluster.startLog);
    const args = ['-D', cluster.files, '-p', String(port), '-c', 'listen_addresses=127.0.0.1'];
    return spawn(programs.postgres, [...args, '-c', 'unix_socket_directories='], {
      ...ownProcess(data.account),
      stdio: ['ignore', said, said],
    });
  } finally {
    closeSync(said);
  }
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? -1));
    child.once('error', () => resolve(-1));
  });
}

/** Waits for the server to say so in its pid file, however long recovery takes; false when it ends instead. */
async function becomesReady(
  child: ChildProcess,
  exited: Promise<number>,
  cluster: Cluster,
  note: (sentence: string) => void,
): Promise<boolean> {
  let ended = false;
  void exited.then(() => (ended = true));
  const patience = setTimeout(
    () => note('PostgreSQL is recovering from an earlier crash; this takes as long as there is to catch up.'),
    5_000,
  );
  try {
    while (!ended) {
      const lines = unlessMissing(() => readFileSync(join(cluster.files, 'postmaster.pid'), 'latin1'))?.split('\n');
      if (Number(lines?.[0]) === child.pid && lines?.[7]?.trim() === 'ready') return true;
      await wait(10);
    }
    return false;
  } finally {
    clearTimeout(patience);
  }
}

function handle(
  child: ChildProcess,
  exited: Promise<number>,
  programs: PostgresPrograms,
  port: number,
  password: string,
): EmbeddedPostgres {
  const pid = child.pid!;
  const endsWithin = (ms: number) => {
    const cancel = new AbortController();
    const tooLong = wait(ms, false, { signal: cancel.signal }).catch(() => true);
    return Promise.race([exited.then(() => true), tooLong]).finally(() => cancel.abort());
  };
  return {
    url: `postgres://${OWNER}:${password}@127.0.0.1:${port}/${OWNER}`,
    pid,
    port,
    exited,
    abort: () => child.exitCode === null && child.signalCode === null && sendSignal(programs, pid, 'SIGQUIT'),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      sendSignal(programs, pid, 'SIGINT');
      if (await endsWithin(FAST_SHUTDOWN_MS)) return;
      sendSignal(programs, pid, 'SIGQUIT');
      if (await endsWithin(IMMEDIATE_SHUTDOWN_MS)) return;
      sendSignal(programs, pid, 'SIGKILL');
      await exited;
    },
  };
}

async function createDatabase({ url }: EmbeddedPostgres): Promise<void> {
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  const client = new pg.Client({ connectionString: maintenance.href });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [OWNER]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${OWNER}`);
  } finally {
    await client.end();
  }
}

/**
 * What a server said that ended instead of getting ready. Its log is written by a process of its own, which may still
 * be at it when the server is gone: it is waited for until the reason stands there.
 */
async function lastWords(cluster: Cluster, logBefore: Map<string, number>): Promise<string> {
  const deadline = Date.now() + LAST_WORDS_MS;
  for (;;) {
    const said = readFileSync(cluster.startLog, 'utf8') + newLog(cluster.log, logBefore);
    if (REASON.test(said) || Date.now() > deadline) return said;
    await wait(20);
  }
}

function logSizes(folder: string): Map<string, number> {
  return new Map(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).size]));
}

function newLog(folder: string, before: Map<string, number>): string {
  return readdirSync(folder)
    .map((name) => {
      const content = readFileSync(join(folder, name));
      const start = before.get(name) ?? 0;
      // A file of the same day a week ago was overwritten.
      return content.subarray(start <= content.length ? start : 0).toString('utf8');
    })
    .join('\n');
}

/** The first line that names the trouble, without its time stamp. */
function complaint(said: string): string {
  const lines = said.split('\n').filter((line) => /FATAL|PANIC|ERROR|could not|invalid/.test(line));
  const line = lines[0] ?? said.trim().split('\n').at(-1) ?? '';
  return line.replace(/^.*?(FATAL|PANIC|ERROR|LOG|WARNING):\s*/, '').trim() || 'it gave no reason';
}
