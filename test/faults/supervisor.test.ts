import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { childrenOf, stillAlive } from '../support/process-table.js';
import { launchStandalone, type TestProcess } from '../support/processes.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.js';
import type { GivenSettings } from '../support/test-settings.js';
import { inTime, waitFor } from '../support/wait-for.js';

const READY_WITHIN_MS = 30_000;
const DEMO_WITHIN_MS = 120_000;

describe('npm start', () => {
  let folder: TemporaryFolder;
  let dataDirectory: string;
  const launched: TestProcess[] = [];

  beforeEach(() => {
    folder = temporaryFolder();
    dataDirectory = join(folder.path, 'data');
  });
  afterEach(async () => {
    for (const program of launched.splice(0)) if (stillAlive([program.pid]).length > 0) await program.abandon();
    const { leftServer } = records();
    if (leftServer && stillAlive([leftServer]).length > 0) process.kill(leftServer, 'SIGQUIT');
    folder.remove();
  });

  function launch(settings: GivenSettings = {}): TestProcess {
    const program = launchStandalone({
      DATA_DIR: dataDirectory,
      PORT: '0',
      LOG_LEVEL: 'warn',
      DEMO_DATA: 'no',
      ...settings,
    });
    launched.push(program);
    return program;
  }

  async function start(settings?: GivenSettings): Promise<{ program: TestProcess; address: string }> {
    const program = launch(settings);
    const address = await inTime('npm start to be ready', program.ready, READY_WITHIN_MS);
    await program.says(/Everything is at work/, READY_WITHIN_MS);
    return { program, address };
  }

  /** The processes that a supervisor runs, by what they are. */
  function parts(program: TestProcess): { api: number; worker: number; postgres: number } {
    const find = (part: string) => childOf(program, part) ?? 0;
    return { api: find('/apps/api/'), worker: find('/apps/worker/'), postgres: find('postgres -D') };
  }

  const childOf = (program: TestProcess, part: string) =>
    childrenOf(program.pid).find(({ command }) => command.includes(part))?.pid;

  /** What the database has written down. */
  function records(): { log: string; leftServer?: number; keys?: string } {
    const read = (...path: string[]) => {
      const file = join(dataDirectory, ...path);
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    };
    const log = join(dataDirectory, 'postgres', 'log');
    const files = existsSync(log) ? readdirSync(log) : [];
    return {
      log: files.map((name) => readFileSync(join(log, name), 'utf8')).join('\n'),
      leftServer: Number(read('postgres', 'data', 'postmaster.pid')?.split('\n')[0]) || undefined,
      keys: read('keys.json'),
    };
  }

  const answers = (address: string, path = '/healthz') =>
    waitFor(
      `${address}${path} to answer`,
      async () => (await fetch(`${address}${path}`).catch(() => null))?.ok,
      30_000,
    );

  it('starts in an empty folder, answers, and says where', async () => {
    const { program, address } = await start();
    await answers(address);
    await answers(address, '/readyz');
    expect(program.output).toContain(address);
    expect(program.output).toContain('npm run cli -- create-administrator');
    expect(Object.values(parts(program))).not.toContain(0);
  });

  it.each(['SIGTERM', 'Ctrl-C', 'the end of its parent'])('stops in order at %s and leaves no process', async (how) => {
    const { program } = await start();
    const pids = Object.values(parts(program));
    expect(pids).not.toContain(0);
    const ending = how === 'SIGTERM' ? program.stop() : how === 'Ctrl-C' ? program.interrupt() : program.abandon();
    expect(await ending).toEqual({ code: 0, signal: null });
    expect(stillAlive(pids)).toEqual([]);
    // A connection that was still open would have been ended with a FATAL line.
    expect(records().log).toContain('database system is shut down');
    expect(records().log).not.toContain('FATAL');
  });

  it('keeps data and keys from one start to the next', async () => {
    const first = await start();
    await first.program.stop();
    const { keys } = records();
    expect(keys).toBeDefined();
    const { address } = await start();
    await answers(address, '/readyz');
    expect(records().keys).toBe(keys);
  });

  it('leaves nothing but the database when it is killed, and the next start takes over from there', async () => {
    const first = await start();
    const { port } = new URL(first.address);
    const { api, worker, postgres } = parts(first.program);
    await first.program.kill();
    // At once, while the children are still noticing.
    const second = await start({ PORT: port });
    await answers(second.address, '/readyz');
    expect(second.program.output).toContain(`(process ${postgres}) is being stopped`);
    expect(stillAlive([api, worker, postgres])).toEqual([]);
  });

  it('starts after it was killed while the database was being created', async () => {
    const first = launch();
    await waitFor('files of a database', () => {
      return existsSync(dataDirectory) && readdirSync(dataDirectory).some((name) => name.includes('unfinished'));
    });
    await first.kill();
    const { address } = await start();
    await answers(address, '/readyz');
    expect(readdirSync(dataDirectory).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  it.each(['api', 'worker'] as const)('starts the %s again when it is killed', async (part) => {
    const { program, address } = await start({ PORT: String(await freePort()) });
    const killed = parts(program)[part];
    process.kill(killed, 'SIGKILL');
    await program.says(new RegExp(`${part} answers again`), 30_000);
    expect(parts(program)[part]).not.toBe(killed);
    await answers(address, '/readyz');
    expect(stillAlive([killed])).toEqual([]);
  });

  it('brings the database back when it is killed, and the programs find it again', async () => {
    const { program, address } = await start();
    const { postgres, api } = parts(program);
    process.kill(postgres, 'SIGKILL');
    await program.says(/PostgreSQL answers again/, 30_000);
    await answers(address, '/readyz');
    expect(parts(program).postgres).not.toBe(postgres);
    expect(parts(program).api).toBe(api);
  });

  it('answers while the demo is being loaded, lets nobody write, and begins anew after a kill of either', async () => {
    const demo = { DEMO_DATA: 'yes', LOG_LEVEL: 'error', PORT: String(await freePort()) };
    const first = launch(demo);
    const address = await inTime('npm start to be ready', first.ready, READY_WITHIN_MS);
    const loads = (least: number) =>
      waitFor('the demo to get on', async () => {
        const { percent } = await json<{ percent: number | null }>(`${address}/api/v1/demo/progress`);
        if (percent === null) throw new Error('The demo was loaded before it could be cut off.');
        return percent >= least && percent < 60;
      });
    await loads(5);
    expect(await (await fetch(address)).text()).toMatch(/<meta name="demo-progress" content="\d+"/);
    expect(await signIn(address)).toMatchObject({ status: 503, code: 'DEMO.BEING_LOADED' });
    process.kill(childOf(first, '/apps/cli/')!, 'SIGKILL');
    await first.says(/demo ended \(SIGKILL\)/);
    await loads(0);
    expect(parts(first).worker).toBe(0);
    const { api } = parts(first);
    await first.kill();

    const second = launch(demo);
    expect(await inTime('npm start to be ready', second.ready, READY_WITHIN_MS)).toBe(address);
    await second.says(/demo district is loaded[^]*Demo accounts[^]*Everything is at work/, DEMO_WITHIN_MS);
    await waitFor('the api to hear of it', async () => (await signIn(address)).status === 200);
    expect(Object.values(parts(second))).not.toContain(0);
    expect(stillAlive([api])).toEqual([]);
    await second.stop();

    const third = await start(demo);
    expect(third.program.output).toMatch(/Ready in[^]*The demo district is there[^]*Demo accounts/);
  }, 300_000);

  it('takes away what a demo left that was cut off, where none is wanted any more', async () => {
    const first = launch({ DEMO_DATA: 'yes' });
    await first.says(/Loading the demo district/, READY_WITHIN_MS);
    await first.stop();
    const { address, program } = await start();
    expect(program.output).toContain('Took away a demo that was loaded in part.');
    expect(await json(`${address}/api/v1/demo/progress`)).toEqual({ percent: null });
    expect(await signIn(address)).toMatchObject({ status: 401 });
  });

  it('says that its port is taken before it touches anything', async () => {
    const occupant = createServer();
    const port = await new Promise<number>((resolve) => {
      occupant.listen(0, '127.0.0.1', () => resolve((occupant.address() as { port: number }).port));
    });
    const program = launch({ PORT: String(port) });
    expect(await program.exited).toEqual({ code: 1, signal: null });
    occupant.close();
    await program.says(
      new RegExp(`Port ${port} is taken by another program; stop it or set PORT to another number\\.`),
    );
    expect(readdirSync(dataDirectory)).toEqual([]);
  });

  it('names every wrong setting before it touches anything', async () => {
    const program = launch({ PORT: '99999', LOG_LEVEL: 'loud' });
    expect((await program.exited).code).toBe(1);
    await program.says(/PORT must be[^]*LOG_LEVEL must be/);
    expect(program.output).not.toContain('    at ');
    expect(existsSync(dataDirectory)).toBe(false);
  });

  it('makes no keys in production', async () => {
    const program = launch({ MODE: 'production' });
    expect((await program.exited).code).toBe(1);
    await program.says(/HASHING_KEY is not set/);
    expect(existsSync(dataDirectory)).toBe(false);
  });

  it('is refused on data that are in use, and the one that uses them goes on', async () => {
    const first = await start();
    const second = launch();
    expect((await second.exited).code).toBe(1);
    await second.says(new RegExp(`already running \\(process ${first.program.pid}\\)`));
    await answers(first.address, '/readyz');
  });

  it('gives up with a sentence when the database named cannot be reached', async () => {
    const program = launch({ DATABASE_URL: `postgres://nobody:nothing@127.0.0.1:${await freePort()}/nowhere` });
    expect((await program.exited).code).toBe(1);
    await program.says(/The database is not ready for use/);
    expect(existsSync(join(dataDirectory, 'postgres'))).toBe(false);
  });
});

const json = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T;

/** As the administrator of the demo. */
async function signIn(address: string): Promise<{ status: number; code?: string }> {
  const answer = await fetch(`${address}/api/v1/sign-in/password`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() },
    body: JSON.stringify({ username: 'admin', password: 'dongtou-demo' }),
  });
  return { status: answer.status, ...((await answer.json()) as { code?: string }) };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
