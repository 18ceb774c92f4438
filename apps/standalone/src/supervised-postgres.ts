import type { DataDirectory } from './data-directory.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js';
import { restartDelay } from './restart.rules.js';
import { StartRefused } from './start-refused.js';

/** Starts that fail in a row before the program gives up; with the waiting in between about a minute and a half. */
const ATTEMPTS = 8;

/**
 * Keeps the embedded PostgreSQL running until it is told to stop. After a crash it comes back on the same port: the
 * other programs were given its address once, and reconnect.
 */
export class SupervisedPostgres {
  private stopping = false;
  private wakeUp = () => {};
  private restarting: Promise<void> = Promise.resolve();

  private constructor(
    private server: EmbeddedPostgres,
    private readonly data: DataDirectory,
    private readonly note: (sentence: string) => void,
    private readonly giveUp: (why: StartRefused) => void,
  ) {
    this.watch();
  }

  static async start(
    data: DataDirectory,
    note: (sentence: string) => void,
    giveUp: (why: StartRefused) => void,
    template?: string,
  ): Promise<SupervisedPostgres> {
    return new SupervisedPostgres(await startEmbeddedPostgres({ data, note, template }), data, note, giveUp);
  }

  /** Address of the database with its password; stays the same. */
  get url(): string {
    return this.server.url;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.wakeUp();
    await this.restarting;
    await this.server.stop();
  }

  /** Ends it on the spot; the next start recovers. */
  abort(): void {
    this.stopping = true;
    this.server.abort();
  }

  private watch(): void {
    void this.server.exited.then((code) => {
      if (this.stopping) return;
      this.note(`PostgreSQL ended (${code === -1 ? 'killed' : `exit code ${code}`}); starting it again.`);
      this.restarting = this.restart();
    });
  }

  private async restart(): Promise<void> {
    const { port } = this.server;
    for (let failures = 0; !this.stopping;) {
      try {
        this.server = await startEmbeddedPostgres({ data: this.data, note: this.note, port });
        this.watch();
        this.note('PostgreSQL answers again.');
        return;
      } catch (error) {
        if (this.stopping) return;
        failures += 1;
        const why = error instanceof Error ? error.message : String(error);
        if (failures === ATTEMPTS) return this.giveUp(new StartRefused(`PostgreSQL cannot be brought back: ${why}`));
        this.note(`${why}; trying again in ${restartDelay(failures) / 1000} s.`);
        await this.pause(restartDelay(failures));
      }
    }
  }

  /** Waits, but not for a stop. */
  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
