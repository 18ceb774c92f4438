import type { ChildProcess } from 'node:child_process';
import { EXIT_UNFIT } from '#core/settings';
import { afterExit, type ChildHistory, NEW_CHILD } from './restart.rules.js';
import { StartRefused } from './start-refused.js';
import { launch, type Startable, type StartedAhead } from './started-ahead.js';

/** A program of the house that is to run all the time, or once. */
export interface Program extends Startable {
  name: string;
  /** It does its work and ends. */
  once?: boolean;
  /** Name of the program that must answer first; of one that runs once, be done. */
  after?: string;
  /** For its first life. */
  ahead?: StartedAhead;
}

export interface ChildEvents {
  /** It answers; `address` is where. Called for every life. */
  ready(address: string): void;
  /** It ran once and has done its work. */
  done(): void;
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
 * Keeps one program running until it is told to stop; one that runs once, until it has done its work.
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
  private ahead?: StartedAhead;

  constructor(
    private readonly program: Program,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly events: ChildEvents,
  ) {
    this.ahead = program.ahead;
  }

  start(): void {
    if (this.stopping) return;
    const child = this.ahead?.release(this.environment) ?? launch(this.program, this.environment);
    this.ahead = undefined;
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
        resolve();
        if (this.stopping) return;
        if (this.program.once && code === 0) this.events.done();
        else this.ended(code, signal, readySince === null ? null : performance.now() - readySince);
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
    const { name, once } = this.program;
    // What runs once was found fit just before; if the database is away by now, it is on its way back.
    const next = afterExit(this.history, { unfit: exitCode === EXIT_UNFIT && !once, readyForMs });
    if (next.kind === 'give-up') {
      this.events.giveUp(
        new StartRefused(
          next.because === 'unfit'
            ? `${name} cannot run like this; what has to be changed first is said above.`
            : `${name} does not ${once ? 'get done' : 'start'}; its last words are above.`,
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
