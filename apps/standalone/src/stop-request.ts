/** Thrown between two steps of the start when it is to stop. */
export class StopRequested extends Error {}

/** A single Ctrl-C can arrive twice: from the terminal, and again from npm, which passes it on. */
const ECHO_MS = 700;

/** The wish of the person at the terminal, or of the system, that the program stop. */
export class StopRequest {
  private readonly controller = new AbortController();
  private firstAt?: number;
  private hardStops: (() => void)[] = [];

  /** Aborts when a stop is wanted. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /**
   * Follows SIGINT (Ctrl-C), SIGTERM and SIGHUP (the terminal was closed), and the end of a parent that started this
   * process with a channel. A second signal, after the instant in which it may be an echo of the first, stops hard.
   */
  listen(): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.ask());
    if (process.channel) process.once('disconnect', () => this.ask());
  }

  /** Registers what a hard stop has to end; it runs at most once, and the process ends after it. */
  onHardStop(act: () => void): void {
    this.hardStops.push(act);
  }

  ask(): void {
    const now = performance.now();
    if (this.firstAt === undefined) {
      this.firstAt = now;
      this.controller.abort();
    } else if (now - this.firstAt > ECHO_MS) {
      for (const act of this.hardStops) act();
      process.exit(130);
    }
  }

  throwIfAsked(): void {
    if (this.signal.aborted) throw new StopRequested();
  }

  /** Becomes true when a stop is wanted. */
  asked(): Promise<void> {
    if (this.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => this.signal.addEventListener('abort', () => resolve(), { once: true }));
  }
}
