import { describe, expect, it } from '@jest/globals';
import { BadSettings, readSettings } from './read-settings.js';

const key = 'a1b2c3d4e5f60718'.repeat(4);
const good = {
  MODE: 'demo',
  DATABASE_URL: 'postgres://u:p@127.0.0.1/db',
  SEALING_KEYS: `k1:${key}`,
  HASHING_KEY: key,
  TOKEN_KEY: key,
};

/** The problems of an environment, joined. */
const problemsOf = (environment: Record<string, string>) => {
  try {
    readSettings(environment);
    return '';
  } catch (error) {
    return (error as BadSettings).problems.join('\n');
  }
};

describe('readSettings', () => {
  it('reads what is given and fills in the rest', () => {
    const settings = readSettings({ ...good, PORT: '8080', PUBLIC_ORIGIN: 'https://learn.example.cn' });
    expect(settings).toMatchObject({ PORT: 8080, HOST: '127.0.0.1', DATABASE_SCHEMA: 'huixue', SMS_CHANNEL: 'log' });
    expect(settings.secureCookies).toBe(true);
  });

  it('names all that is wrong at once, and never a secret', () => {
    const problems = problemsOf({ MODE: 'prod', PORT: '99999', HASHING_KEY: 'secret-word', LOG_LEVEL: 'loud' });
    for (const name of ['MODE', 'PORT', 'DATABASE_URL', 'SEALING_KEYS', 'HASHING_KEY', 'TOKEN_KEY', 'LOG_LEVEL']) {
      expect(problems).toContain(name);
    }
    expect(problems).not.toContain('secret-word');
  });

  it.each(['postgres://h:99999/db', 'postgres://u:p@[h/db', 'postgres://u:%zz@h/db', 'mysql://h/db', 'postgres://'])(
    'refuses %s, which no driver can read',
    (DATABASE_URL) => expect(problemsOf({ ...good, DATABASE_URL })).toContain('DATABASE_URL'),
  );

  it.each([
    'postgres://h/db',
    'postgresql://u:p%40ss@h:5432/db?sslmode=require',
    'postgres://u@/db?host=/run/postgresql',
  ])('takes %s', (DATABASE_URL) => expect(problemsOf({ ...good, DATABASE_URL })).toBe(''));

  it('takes an empty setting for one that is not set', () => {
    const { PORT, REDIS_URL } = readSettings({ ...good, PORT: '', REDIS_URL: ' ' });
    expect([PORT, REDIS_URL]).toEqual([3000, undefined]);
  });

  it('refuses in production SMS in the log and keys that are placeholders', () => {
    const problems = problemsOf({ ...good, MODE: 'production', TOKEN_KEY: '0'.repeat(64) });
    expect(problems).toContain('SMS_CHANNEL=log');
    expect(problems).toContain('TOKEN_KEY holds a placeholder');
    expect(problems).not.toContain('HASHING_KEY');
  });

  it('asks for the gateway where SMS go to one', () => {
    const problems = problemsOf({ ...good, SMS_CHANNEL: 'webhook' });
    expect(problems).toContain('SMS_WEBHOOK_URL');
    expect(problems).toContain('SMS_WEBHOOK_KEY');
  });
});
