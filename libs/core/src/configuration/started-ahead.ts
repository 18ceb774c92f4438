/**
 * Argument of a process that is started ahead of its settings: it reads its program, which takes the most of a start,
 * and then waits for them.
 */
export const AHEAD = '--ahead';

/** Where this process was started ahead, waits for its settings; it ends with the one who is to send them. */
export async function settingsToCome(): Promise<void> {
  if (!process.argv.includes(AHEAD)) return;
  const gone = () => process.exit(1);
  process.once('disconnect', gone);
  process.channel?.ref();
  const environment = await new Promise<unknown>((resolve) => process.once('message', resolve));
  // Whether it then ends with its parent is the program's own affair.
  process.channel?.unref();
  process.off('disconnect', gone);
  Object.assign(process.env, environment);
}
