import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { PACKAGE_ROOT } from '#core';
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.js';
import { waitFor } from '../../../test/support/wait-for.js';
import { type DataDirectory, openDataDirectory } from './data-directory.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js';
import { findFreePort } from './free-port.js';
import { findProcess } from './running-process.js';

describe('the embedded PostgreSQL', () => {
  const QUICK = { shared_buffers: '16MB', fsync: 'off' };
  let folder: TemporaryFolder;
  let data: DataDirectory;
  let said: string[];
  const started: EmbeddedPostgres[] = [];

  beforeEach(() => {
    folder = temporaryFolder();
    said = [];
    data = openDataDirectory(folder.path, (sentence) => said.push(sentence));
  });
  afterEach(async () => {
    for (const server of started.splice(0)) {
      server.abort();
      await server.exited;
    }
    folder.remove();
  });

  async function start(
    options: { port?: number; settings?: Record<string, string>; template?: string } = {},
  ): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({
      data,
      note: (sentence) => said.push(sentence),
      settings: QUICK,
      ...options,
    });
    started.push(server);
    return server;
  }

  async function ask<T>(url: string, sql: string): Promise<T> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query({ text: sql, rowMode: 'array' })).rows[0]?.[0] as T;
    } finally {
      await client.end();
    }
  }

  it('keeps what was written when it is stopped and started again', async () => {
    const first = await start();
    await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(await first.exited).toBe(0);
    const second = await start();
    expect(await ask(second.url, 'SELECT answer FROM kept')).toBe(42);
    expect(said).toEqual([]);
  });

  it('is set up for Chinese, for world time and for not losing anything', async () => {
    const { url } = await start({ settings: {} });
    expect(await ask(url, `SELECT upper('é') || length('汇学e生')`)).toBe('É4');
    expect(await ask(url, 'SHOW server_encoding')).toBe('UTF8');
    expect(await ask(url, 'SHOW timezone')).toBe('UTC');
    expect(await ask(url, 'SHOW fsync')).toBe('on');
    expect(await ask(url, 'SHOW shared_buffers')).toBe('256MB');
    await ask(url, 'CREATE EXTENSION btree_gist');
  });

  it('lets nobody in without the password, which only its account can read', async () => {
    const { url } = await start();
    await expect(ask(url.replace(/:[0-9a-f]{48}@/, ':guess@'), 'SELECT 1')).rejects.toThrow('password authentication');
    const file = statSync(join(folder.path, 'postgres', 'password'));
    if (process.platform !== 'win32') expect(file.mode & 0o777).toBe(0o600);
  });

  it('obeys what an administrator has set', async () => {
    const first = await start();
    await ask(first.url, `ALTER SYSTEM SET work_mem = '5MB'`);
    await first.stop();
    expect(await ask((await start()).url, 'SHOW work_mem')).toBe('5MB');
  });

  it('stops a server that an earlier start left running', async () => {
    const left = await start();
    await ask(left.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const next = await start();
    expect(await left.exited).toBe(0);
    expect(said).toEqual([expect.stringContaining(`(process ${left.pid}) is being stopped`)]);
    expect(await ask(next.url, 'SELECT answer FROM kept')).toBe(42);
  });

  it('comes back on the same port right after a kill -9 in the middle of a query', async () => {
    const killed = await start();
    await ask(killed.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const client = new pg.Client({ connectionString: killed.url });
    client.on('error', () => {});
    await client.connect();
    const query = client.query('SELECT count(*) FROM generate_series(1, 100000000000)').catch(() => 'lost');
    await waitFor('the query to run', () =>
      ask<boolean>(killed.url, `SELECT true FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%series(1,%'`),
    );
    process.kill(killed.pid, 'SIGKILL');
    await killed.exited;
    const next = await start({ port: killed.port });
    expect(next.url).toBe(killed.url);
    expect(await ask(next.url, 'SELECT answer FROM kept')).toBe(42);
    expect(await query).toBe('lost');
  });

  it("leaves a process alone that has a killed server's number, and starts", async () => {
    await (await start()).stop();
    const pidFile = join(folder.path, 'postgres', 'data', 'postmaster.pid');
    writeFileSync(pidFile, `${process.pid}\n${join(folder.path, 'postgres', 'data')}\n1700000000\n5432\n\n\n`);
    const server = await start();
    expect(await ask(server.url, 'SELECT 1')).toBe(1);
    expect(findProcess(process.pid)).toBeDefined();
  });

  it('throws away what a start left unfinished that was killed while creating files', async () => {
    const unfinished = join(folder.path, 'postgres.unfinished-4711');
    mkdirSync(join(unfinished, 'data'), { recursive: true });
    writeFileSync(join(unfinished, 'data', 'PG_VERSION'), '18\n');
    const server = await start();
    expect(existsSync(unfinished)).toBe(false);
    expect(await ask(server.url, 'SELECT 1')).toBe(1);
  });

  it('begins with what was made at the build, and with a password of its own', async () => {
    const TEMPLATE = join(PACKAGE_ROOT, 'build', 'database');
    const { url } = await start({ template: TEMPLATE });
    expect(Number(await ask(url, 'SELECT count(*) FROM huixue.migrations'))).toBeGreaterThan(40);
    // Keys and password are those of whoever begins with it.
    expect(Number(await ask(url, 'SELECT count(*) FROM huixue.key_checks'))).toBe(0);
    await expect(ask(url.replace(/:[0-9a-f]{48}@/, ':guess@'), 'SELECT 1')).rejects.toThrow('password authentication');
    const files = join(folder.path, 'postgres', 'data');
    if (process.platform !== 'win32') {
      expect(statSync(files).mode & 0o777).toBe(0o700);
      expect(statSync(join(files, 'global', 'pg_control')).mode & 0o777).toBe(0o600);
    }
  });

  it('makes its own files where the template is that of another PostgreSQL', async () => {
    const template = join(folder.path, 'template');
    mkdirSync(join(template, 'data'), { recursive: true });
    writeFileSync(join(template, 'made-with'), '17.0.0 elsewhere');
    expect(await ask((await start({ template })).url, `SELECT to_regclass('huixue.migrations')`)).toBeNull();
  });

  it('waits for its port while another holds it', async () => {
    const port = await findFreePort();
    const occupant = createServer();
    await new Promise<void>((resolve) => occupant.listen(port, '127.0.0.1', resolve));
    const starting = start({ port });
    const log = join(folder.path, 'postgres', 'log');
    const read = () => readdirSync(log).map((name) => readFileSync(join(log, name), 'utf8'));
    await waitFor('a start that failed', () => existsSync(log) && read().join().includes('could not bind'));
    occupant.close();
    expect((await starting).port).toBe(port);
  });

  it('says what is wrong when it cannot start', async () => {
    await expect(start({ settings: { max_connections: 'many' } })).rejects.toThrow(
      /^PostgreSQL does not start: .*max_connections.*log is in/,
    );
  });
});
