import { randomBytes, randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { errno, unlessMissing } from './errno.js';
import { StartRefused } from './start-refused.js';

/** The keys that a demonstration makes for itself; see Settings for what each is for. */
export const KEY_NAMES = ['SEALING_KEYS', 'HASHING_KEY', 'TOKEN_KEY'] as const;

export type Keys = Record<(typeof KEY_NAMES)[number], string>;

export function makeKeys(): Keys {
  const key = () => randomBytes(32).toString('hex');
  return { SEALING_KEYS: `k1:${key()}`, HASHING_KEY: key(), TOKEN_KEY: key() };
}

/**
 * The keys of these data, made at the first start.
 *
 * They lie beside the data, because data sealed and hashed with other keys can neither be opened nor found again. They
 * are on the disk before anything is written with them.
 *
 * @throws StartRefused when the file is there but does not hold them.
 */
export function keepKeys(dataDirectory: string): Keys {
  const file = join(dataDirectory, 'keys.json');
  return readKeys(file) ?? writeKeys(file, makeKeys());
}

function readKeys(file: string): Keys | undefined {
  const text = unlessMissing(() => readFileSync(file, 'utf8'));
  if (text === undefined) return undefined;
  const keys = parse(text);
  if (KEY_NAMES.every((name) => typeof keys?.[name] === 'string')) return keys as Keys;
  throw new StartRefused(
    `${file} should hold the keys of these data (${KEY_NAMES.join(', ')}) and does not; restore it from a backup.`,
  );
}

function parse(text: string): Partial<Keys> | undefined {
  try {
    return JSON.parse(text) as Partial<Keys>;
  } catch {
    return undefined;
  }
}

/** The file appears with its whole content or not at all; of two starts at once, the first one's keys stay. */
function writeKeys(file: string, keys: Keys): Keys {
  const draft = `${file}.${randomUUID()}`;
  const opened = openSync(draft, 'wx', 0o600);
  try {
    writeSync(opened, `${JSON.stringify(keys, null, 2)}\n`);
    fsyncSync(opened);
    linkSync(draft, file);
    return keys;
  } catch (error) {
    const others = errno(error) === 'EEXIST' ? readKeys(file) : undefined;
    if (!others) throw error;
    return others;
  } finally {
    closeSync(opened);
    rmSync(draft, { force: true });
  }
}
