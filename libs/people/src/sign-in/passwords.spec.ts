import { describe, expect, it } from '@jest/globals';
import { Settings } from '#core';
import { Passwords } from './passwords.js';

const of = (MODE: Settings['MODE']) => new Passwords(Object.assign(new Settings(), { MODE }));
const real = of('production');
const demo = of('demo');
const PASSWORD = '海风 2026';

describe('a password', () => {
  it.each([
    ['production', real, /^scrypt\$15\$8\$3\$/],
    ['demo', demo, /^scrypt\$10\$8\$1\$/],
  ])('is kept under what %s costs, salted, and known again', async (_, passwords, form) => {
    const [one, other] = [await passwords.hash(PASSWORD), await passwords.hash(PASSWORD)];
    expect(one).toMatch(form);
    expect(one).not.toBe(other);
    for (const [typed, right] of [
      [PASSWORD, true],
      ['海风 2025', false],
      // The same digits from a Chinese keyboard.
      ['海风 ２０２６', true],
    ] as const)
      expect(await passwords.isRight(typed, one)).toBe(right);
  });

  it('is known in the other mode too, which tells that it was had for less', async () => {
    const [dear, cheap] = [await real.hash(PASSWORD), await demo.hash(PASSWORD)];
    expect(await real.isRight(PASSWORD, cheap)).toBe(true);
    expect(await demo.isRight(PASSWORD, dear)).toBe(true);
    expect([real.isCheap(cheap), real.isCheap(dear), demo.isCheap(cheap), demo.isCheap(dear)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('of nobody is never right', async () => {
    expect(await real.isRight('', undefined)).toBe(false);
    expect(await demo.isRight(PASSWORD, undefined)).toBe(false);
  });
});
