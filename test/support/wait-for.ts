import { setTimeout as wait } from 'node:timers/promises';

/**
 * Asks again and again until there is an answer other than false, null and undefined, and returns it.
 *
 * @param what the thing waited for, as the error names it.
 */
export async function waitFor<T>(
  what: string,
  ask: () => T | Promise<T>,
  timeoutMs = 15_000,
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== null && answer !== undefined) {
      return answer as Exclude<T, false | null | undefined>;
    }
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`);
    await wait(20);
  }
}

/** The promise's result, or an error that names what did not come in time. */
export async function inTime<T>(what: string, promise: Promise<T>, timeoutMs = 15_000): Promise<T> {
  const cancel = new AbortController();
  const late = wait(timeoutMs, undefined, { signal: cancel.signal }).then(() => {
    throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    cancel.abort();
    late.catch(() => {});
  }
}
