import { type ChildProcess, fork } from 'node:child_process';
import { EXIT_UNFIT } from '#core/settings';
import { afterExit, type ChildHistory, NEW_CHILD } from './restart.rules.js';
import { StartRefused } from './start-refused.js';

/** A program of the house that is to run all the time. */
export interface Program {
  name: string;
  /** Compiled file with its `main`. */
  entry: string;
}

export interface ChildEvents {
  /** It answers; `address` is where. Called for every life. */
  ready(address: string): void;
  /** A sentence for the person at the terminal. */
  note(sentence: string): void;
  /** It cannot be kept running. */
  giveUp(why: StartRefused): void;
}

/** What a child says over its channel once it answers. */
export interface ReadyMessage {
  type: 'ready';
  address: string;
}

export const isReadyMessage = (message: unknown): message is ReadyMessage =>
  typeof message === 'object' &&
  message !== null &&
  (message as ReadyMessage).type === 'ready' &&
  typeof (message as ReadyMessage).address === 'string';

/**
 * Keeps one program running until it is told to stop.
 *
 * The program runs in a process group of its own: Ctrl-C in a terminal goes to the whole foreground group, and would
 * otherwise end the children at the same moment as the supervisor, which is to stop them in order. A child ends by
 * itself when its channel to the supervisor closes, so a supervisor that is killed leaves none behind.
 */
export class SupervisedChild {
  private child?: ChildProcess;
  private restart?: NodeJS.Timeout;
  private history: ChildHistory = NEW_CHILD;
  private stopping = false;
  private gone: Promise<void> = Promise.resolve();

  constructor(
    private readonly program: Program,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly events: ChildEvents,
  ) {}

  start(): void {
    const child = fork(this.program.entry, {
      env: this.environment,
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    let readySince: number | null = null;
    child.on('message', (message) => {
      if (!isReadyMessage(message)) return;
      readySince = performance.now();
      this.events.ready(message.address);
    });
    this.child = child;
    this.gone = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.child = undefined;
        if (!this.stopping) {
          this.ended(code, signal, readySince === null ? null : performance.now() - readySince);
        }
        resolve();
      });
      child.once('error', (error) => {
        // Also reported for a message that cannot be sent; only a child without a number has not started.
        if (child.pid !== undefined) return;
        this.events.giveUp(new StartRefused(`${this.program.name} cannot be started: ${error.message}`));
        resolve();
      });
    });
  }

  /** Asks it to finish what it is doing, and ends it when that takes longer than `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    const child = this.child;
    if (!child) return;
    // Windows ends a process that is signalled on the spot; there the closed channel is what asks it to finish.
    if (process.platform === 'win32') child.disconnect();
    else child.kill('SIGTERM');
    const overdue = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await this.gone;
    clearTimeout(overdue);
  }

  /** Ends it on the spot. */
  kill(): void {
    this.stopping = true;
    this.child?.kill('SIGKILL');
  }

  private ended(exitCode: number | null, signal: string | null, readyForMs: number | null): void {
    const { name } = this.program;
    const next = afterExit(this.history, { unfit: exitCode === EXIT_UNFIT, readyForMs });
    if (next.kind === 'give-up') {
      this.events.giveUp(
        new StartRefused(
          next.because === 'unfit'
            ? `${name} cannot run like this; what has to be changed first is said above.`
            : `${name} does not start; its last words are above.`,
        ),
      );
      return;
    }
    this.history = next.history;
    this.events.note(
      `${name} ended (${signal ?? `exit code ${exitCode}`}); starting it again in ${next.afterMs / 1000} s.`,
    );
    this.restart = setTimeout(() => this.start(), next.afterMs);
  }
}
