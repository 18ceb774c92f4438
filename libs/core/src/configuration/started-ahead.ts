/**
 * Argument of a process that is started ahead of its settings: it reads its program, which takes the most of a start,
 * and then waits for them.
 */
export const AHEAD = '--ahead';

/** What a process that was started ahead is told once it has its settings and may use what is behind them. */
export const GO = 'go';

let released: Promise<void> = Promise.resolve();

/** Where this process was started ahead, waits for its settings; it ends with the one who is to send them. */
export async function settingsToCome(): Promise<void> {
  if (!process.argv.includes(AHEAD)) return;
  const gone = () => process.exit(1);
  process.once('disconnect', gone);
  process.channel?.ref();
  let go: () => void = () => undefined;
  released = new Promise((resolve) => (go = resolve));
  const environment = await new Promise<unknown>((resolve) => {
    process.on('message', function hear(message) {
      if (message !== GO) return resolve(message);
      // Whether it then ends with its parent is the program's own affair.
      process.off('message', hear);
      process.off('disconnect', gone);
      process.channel?.unref();
      go();
    });
  });
  Object.assign(process.env, environment);
}

/** Resolves when the database is ready for use: at once where this process was not started ahead of that. */
export function databaseToCome(): Promise<void> {
  return released;
}

/** Waits, with work done, to be told to go on with more by the one who started this process; nobody: goes on. */
export async function moreToCome(): Promise<void> {
  if (!process.channel) return;
  process.channel.ref();
  await new Promise<void>((resolve) => {
    process.on('message', function hear(message) {
      if (message !== GO) return;
      process.off('message', hear);
      resolve();
    });
  });
  process.channel?.unref();
}
