import { describe, expect, it } from '@jest/globals';
import { readStandaloneSettings } from './standalone-settings.js';

const KEY = '0123456789abcdef'.repeat(4);
const KEYS = { SEALING_KEYS: `a:${KEY}`, HASHING_KEY: KEY, TOKEN_KEY: KEY };
const DATABASE = { DATABASE_URL: 'postgres://someone:secret@db.example/huixue' };

describe('what npm start adds to the settings', () => {
  it('nothing given: a demonstration with its own database and keys', () => {
    const { environment, embedded, missingKeys } = readStandaloneSettings({});
    expect({ mode: environment.MODE, embedded, missingKeys }).toEqual({
      mode: 'demo',
      embedded: true,
      missingKeys: ['SEALING_KEYS', 'HASHING_KEY', 'TOKEN_KEY'],
    });
  });

  it('a setting that is empty counts as not given', () => {
    expect(readStandaloneSettings({ MODE: '', DATABASE_URL: ' ', TOKEN_KEY: '' }).missingKeys).toHaveLength(3);
  });

  it('what is given is kept', () => {
    const { settings, embedded, missingKeys } = readStandaloneSettings({ ...DATABASE, HASHING_KEY: KEY });
    expect(settings.DATABASE_URL).toBe(DATABASE.DATABASE_URL);
    expect(settings.HASHING_KEY).toBe(KEY);
    expect({ embedded, missingKeys }).toEqual({ embedded: false, missingKeys: ['SEALING_KEYS', 'TOKEN_KEY'] });
  });

  it('in production keys are never made', () => {
    expect(() => readStandaloneSettings({ ...DATABASE, MODE: 'production' })).toThrow(/SEALING_KEYS[^]*HASHING_KEY/);
  });

  it('in production the database may still be the embedded one', () => {
    const sms = { SMS_CHANNEL: 'webhook', SMS_WEBHOOK_URL: 'http://sms.example', SMS_WEBHOOK_KEY: KEY };
    const { embedded, missingKeys } = readStandaloneSettings({ ...KEYS, ...sms, MODE: 'production' });
    expect({ embedded, missingKeys }).toEqual({ embedded: true, missingKeys: [] });
  });

  it('all that is wrong is said at once', () => {
    expect(() => readStandaloneSettings({ MODE: 'show', PORT: '99999', DATABASE_URL: 'mysql://x' })).toThrow(
      /MODE[^]*PORT[^]*DATABASE_URL/,
    );
  });
});
