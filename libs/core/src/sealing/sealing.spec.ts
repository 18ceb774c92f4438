import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../configuration/read-settings.js';
import { CannotOpen, Sealing } from './sealing.js';

const key = (digits: string) => digits.repeat(4);
const sealingWith = (keys: string) =>
  new Sealing(
    readSettings({
      MODE: 'demo',
      DATABASE_URL: 'postgres://u@h/d',
      SEALING_KEYS: keys,
      HASHING_KEY: key('a1b2c3d4e5f60718'),
      TOKEN_KEY: key('a1b2c3d4e5f60718'),
    }),
  );
const old = `old:${key('0f1e2d3c4b5a6978')}`;

describe('Sealing', () => {
  it('opens what it sealed, never sealing twice alike', () => {
    const sealing = sealingWith(old);
    const [one, two] = [sealing.seal('phone', '13812345678'), sealing.seal('phone', '13812345678')];
    expect(one.equals(two)).toBe(false);
    expect([sealing.open('phone', one), sealing.open('phone', two)]).toEqual(['13812345678', '13812345678']);
    expect(one.toString('latin1')).not.toContain('138');
  });

  it('opens with an older key what was sealed before the keys were changed', () => {
    const sealed = sealingWith(old).seal('phone', '13812345678');
    expect(sealingWith(`new:${key('1234567890abcdef')},${old}`).open('phone', sealed)).toBe('13812345678');
    expect(() => sealingWith(`new:${key('1234567890abcdef')}`).open('phone', sealed)).toThrow(CannotOpen);
  });

  it('opens nothing that was changed, cut short or put where something else belongs', () => {
    const sealing = sealingWith(old);
    const sealed = sealing.seal('phone', '13812345678');
    const changed = Buffer.from(sealed);
    changed[changed.length - 1]! ^= 1;
    expect(() => sealing.open('phone', changed)).toThrow(CannotOpen);
    expect(() => sealing.open('phone', sealed.subarray(0, 10))).toThrow(CannotOpen);
    expect(() => sealing.open('document', sealed)).toThrow(CannotOpen);
    expect(() => sealing.open('phone', Buffer.alloc(0))).toThrow(CannotOpen);
  });

  it('hashes the same text to the same bytes, by purpose', () => {
    const sealing = sealingWith(old);
    expect(sealing.hash('phone', '1').equals(sealing.hash('phone', '1'))).toBe(true);
    expect(sealing.hash('phone', '1').equals(sealing.hash('document', '1'))).toBe(false);
  });
});
