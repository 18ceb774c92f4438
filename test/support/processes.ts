import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { PACKAGE_ROOT, SETTING_NAMES } from '#core';
import { type GivenSettings, testSettings } from './test-settings.js';
import { inTime, waitFor } from './wait-for.js';

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 30_000;

/** How a process ended. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/**
 * A program of the house, built and running as it would in service. It ends by itself with the process that started
 * it.
 */
export class TestProcess {
  /** Address it answers on; rejects when it ends before it answers. */
  readonly ready: Promise<string>;
  readonly exited: Promise<Ending>;
  private said = '';

  constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.said += text));
    }
    this.exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    const address = new Promise<string>((resolve) => {
      child.on('message', (message: { type?: string; address?: string }) => {
        if (message.type === 'ready') resolve(message.address!);
      });
    });
    const tooEarly = this.exited.then(({ code, signal }): never => {
      throw new Error(`The program ended (${signal ?? code}) before it was ready; it said:\n${this.said}`);
    });
    this.ready = inTime('the program to be ready', Promise.race([address, tooEarly]), READY_WITHIN_MS);
    // A test may wait for the exit alone.
    this.ready.catch(() => {});
    tooEarly.catch(() => {});
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** All that it has written so far. */
  get output(): string {
    return this.said;
  }

  /** Waits until it has written something that fits. */
  async says(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray> {
    return waitFor(`${String(pattern)} in the output`, () => pattern.exec(this.said), timeoutMs);
  }

  /** Moves its clock and waits until it has; not possible in production. */
  async setClock(at: Date): Promise<void> {
    const moved = new Promise<void>((resolve) => {
      const listen = (message: { type?: string }) => {
        if (message.type !== 'clock-set') return;
        this.child.off('message', listen);
        resolve();
      };
      this.child.on('message', listen);
    });
    this.child.send({ type: 'set-clock', at: at.toISOString() });
    await inTime('the clock to be set', moved);
  }

  /** SIGTERM, and how it then ended. */
  async stop(): Promise<Ending> {
    this.child.kill('SIGTERM');
    return inTime('the program to stop', this.exited, STOP_WITHIN_MS);
  }

  /** Ctrl-C at the terminal it runs in, which reaches every process of its group. */
  interrupt(): Promise<Ending> {
    process.kill(-this.pid, 'SIGINT');
    return inTime('the program to stop', this.exited, STOP_WITHIN_MS);
  }

  /** Closes the channel, as when the process that started it ends. */
  abandon(): Promise<Ending> {
    this.child.disconnect();
    return inTime('the program to stop', this.exited, STOP_WITHIN_MS);
  }

  /** SIGKILL: it ends on the spot, without a word. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}

/** Starts an api process and waits until it answers. */
export const startApi = (databaseUrl: string, settings?: GivenSettings): Promise<TestProcess & { address: string }> =>
  started(launch(built('api'), testSettings(databaseUrl, settings)));

/** Starts a worker process and waits until it works. */
export const startWorker = (
  databaseUrl: string,
  settings?: GivenSettings,
): Promise<TestProcess & { address: string }> =>
  started(launch(built('worker'), testSettings(databaseUrl, { WORKER_PORT: '0', ...settings })));

/** Starts what `npm start` starts, with these settings and no others, and waits for nothing. */
export const launchStandalone = (settings: GivenSettings): TestProcess =>
  launch(join(PACKAGE_ROOT, 'apps', 'standalone', 'start.mjs'), settings);

const built = (app: string) => join(PACKAGE_ROOT, 'dist', 'apps', app, 'src', 'main.js');

function launch(entry: string, settings: GivenSettings): TestProcess {
  // A setting that is empty counts as not set, and hides a developer's own .env.
  const nothingElse = Object.fromEntries(SETTING_NAMES.map((name) => [name, '']));
  const system = Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR', 'SystemRoot', 'TEMP'].map((name) => [name, process.env[name]]),
  );
  const child = fork(entry, {
    env: { ...system, ...nothingElse, ...settings },
    // Jest itself runs under flags that make Node take the sources instead of what was built.
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A group of its own, as a shell gives to what it starts.
    detached: process.platform !== 'win32',
  });
  return new TestProcess(child);
}

async function started(program: TestProcess): Promise<TestProcess & { address: string }> {
  try {
    return Object.assign(program, { address: await program.ready });
  } catch (error) {
    // One that is not ready in time is still there.
    await program.kill();
    throw error;
  }
}
