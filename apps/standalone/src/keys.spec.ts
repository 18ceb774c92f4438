import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.js';
import { keepKeys } from './keys.js';

describe('the keys of a demonstration', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('are made once and stay the same', () => {
    const keys = keepKeys(folder.path);
    expect(keys.SEALING_KEYS).toMatch(/^k1:[0-9a-f]{64}$/);
    expect(keys.HASHING_KEY).toMatch(/^[0-9a-f]{64}$/);
    expect(keys.TOKEN_KEY).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set([keys.SEALING_KEYS.slice(3), keys.HASHING_KEY, keys.TOKEN_KEY]).size).toBe(3);
    expect(keepKeys(folder.path)).toEqual(keys);
  });

  it('lie in a file that only its owner can read, alone', () => {
    keepKeys(folder.path);
    expect(readdirSync(folder.path)).toEqual(['keys.json']);
    if (process.platform !== 'win32') expect(statSync(join(folder.path, 'keys.json')).mode & 0o777).toBe(0o600);
  });

  it.each(['', '{', '{"SEALING_KEYS":"k1:00"}'])('are never replaced when the file is damaged: %s', (content) => {
    writeFileSync(join(folder.path, 'keys.json'), content);
    expect(() => keepKeys(folder.path)).toThrow('restore it from a backup');
  });
});
