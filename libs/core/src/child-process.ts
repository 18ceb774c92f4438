import { setFlagsFromString } from 'node:v8';
import type { INestApplicationContext } from '@nestjs/common';
import { EXIT_UNFIT, settingsToCome } from './configuration/index.js';
import { BadSettings } from './configuration/read-settings.js';
import type { Settings } from './configuration/settings.js';
import { Clock, SystemClock } from './clock.js';
import { DatabaseUnfit } from './database/migrate.js';

/**
 * Percent by which the heap may outgrow what was alive in it before it is swept. Left alone, V8 lets a busy process hold
 * several times what it needs; sweeping earlier costs no throughput that could be measured (see docs/benchmarks.md).
 */
const HEAP_GROWTH_PERCENT = 75;

/** Tells the one who started this process; that it is gone by now is told by the closed channel, not by an error. */
export function tellParent(message: object): void {
  process.send?.(message, undefined, undefined, () => undefined);
}

/** Ends a process that does one thing on the spot when the one who started it is gone; without keeping it from ending. */
export function endWithParent(): void {
  if (!process.channel) return;
  process.once('disconnect', () => process.exit(1));
  process.channel.unref();
}

/**
 * Runs a process of the platform: starts it, tells the supervisor its address, and stops it in order on SIGTERM,
 * SIGINT or when the supervisor is gone.
 *
 * @param start starts listening and gives the application and its address
 */
export async function runProcess(
  settings: () => Settings,
  start: (settings: Settings) => Promise<{ app: INestApplicationContext; address: string }>,
): Promise<void> {
  try {
    await settingsToCome();
    const read = settings();
    const { app, address } = await start(read);
    // Not before: while a program is read almost everything stays alive.
    setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
    let stopping = false;
    const stop = () => {
      if (stopping) return;
      stopping = true;
      // A connection that never ends must not keep a process that was told to stop.
      setTimeout(() => process.exit(1), 8_000).unref();
      app.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    process.on('disconnect', stop);
    process.on('message', (message: { type?: string; at?: string }) => {
      const clock = app.get(Clock, { strict: false });
      if (message.type !== 'set-clock' || !message.at || read.MODE === 'production' || !(clock instanceof SystemClock))
        return;
      clock.moveTo(new Date(message.at));
      tellParent({ type: 'clock-set' });
    });
    if (process.send && !process.connected) stop();
    tellParent({ type: 'ready', address });
  } catch (error) {
    const unfit = error instanceof BadSettings || error instanceof DatabaseUnfit;
    process.stderr.write(`${unfit ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(unfit ? EXIT_UNFIT : 1);
  }
}
