import { type ChildProcess, fork } from 'node:child_process';
import { AHEAD, GO } from '#core/settings';

/** What is started as a process. */
export interface Startable {
  /** Compiled file with its `main`. */
  entry: string;
  args?: string[];
}

/** Starts a program of the house in a process group of its own. */
export function launch({ entry, args = [] }: Startable, environment: NodeJS.ProcessEnv): ChildProcess {
  return fork(entry, args, {
    env: environment,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/**
 * A program that was started before there is everything it needs, so that it is read meanwhile. It does nothing until it
 * is given its settings.
 */
export class StartedAhead {
  private child: ChildProcess | undefined;
  private informed = false;

  /** @param running a process that has its settings and waits to be told to go on as the program. */
  constructor(
    private readonly program: Startable,
    running?: ChildProcess,
  ) {
    const child = running ?? launch({ ...program, args: [...(program.args ?? []), AHEAD] }, process.env);
    this.child = child;
    this.informed = running !== undefined;
    const gone = () => (this.child = undefined);
    // Whoever needs it then starts it the usual way, and hears why that fails.
    child.once('exit', gone).once('error', gone);
  }

  /** Gives it its settings, so that it comes as far as it can while the database behind them is made ready. */
  inform(environment: NodeJS.ProcessEnv): void {
    if (!this.child?.connected) return;
    this.child.send(environment);
    this.informed = true;
  }

  /** The process, from now on at work with these settings; started anew if it is gone. */
  release(environment: NodeJS.ProcessEnv): ChildProcess {
    const { child } = this;
    this.child = undefined;
    if (!child?.connected) return launch(this.program, environment);
    if (!this.informed) child.send(environment);
    child.send(GO);
    return child;
  }

  /** Ends it if it is still waiting. */
  discard(): void {
    this.child?.kill('SIGKILL');
  }
}
