import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SETTING_NAMES } from '#core/settings';
import { unlessMissing } from './errno.js';

interface RunningEnvironment {
  /** Process that wrote it and that these settings belong to. */
  pid: number;
  settings: Record<string, string>;
}

const fileIn = (dataDirectory: string) => join(resolve(dataDirectory), 'running.json');

/**
 * Leaves the settings of the running platform (the embedded database's address and the keys among them) where the
 * operator's commands find them, readable for this user alone, as long as it runs.
 *
 * @param dataDirectory as DATA_DIR names it, wherever the data themselves lie
 * @returns takes them away again
 */
export function shareEnvironment(dataDirectory: string, environment: NodeJS.ProcessEnv): () => void {
  const file = fileIn(dataDirectory);
  const settings = Object.fromEntries(
    SETTING_NAMES.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  mkdirSync(resolve(dataDirectory), { recursive: true });
  rmSync(file, { force: true });
  writeFileSync(file, JSON.stringify({ pid: process.pid, settings } satisfies RunningEnvironment), { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** The settings of the platform that runs on this data directory, or undefined where none does. */
export function environmentOfRunning(dataDirectory: string): Record<string, string> | undefined {
  const text = unlessMissing(() => readFileSync(fileIn(dataDirectory), 'utf8'));
  if (text === undefined) return undefined;
  const { pid, settings } = JSON.parse(text) as RunningEnvironment;
  return isAlive(pid) ? settings : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
