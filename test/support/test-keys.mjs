import { createHash } from 'node:crypto';

const key = (purpose) => createHash('sha256').update(`huixue test ${purpose}`).digest('hex');

/** The same in every run, so that what is sealed and hashed comes out alike. */
export const TEST_KEYS = {
  SEALING_KEYS: `t1:${key('sealing')}`,
  HASHING_KEY: key('hashing'),
  TOKEN_KEY: key('tokens'),
};

/** Of every district in tests; all of its staff have this password. */
export const ADMINISTRATOR = { username: 'admin', name: '管理员', password: 'sea-breeze-2026' };
