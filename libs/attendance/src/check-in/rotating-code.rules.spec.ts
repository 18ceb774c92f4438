import { describe, expect, it } from '@jest/globals';
import { codeAt, judgeCode, secondsUntilTry } from './rotating-code.rules.js';

const key = Buffer.alloc(32, 7);
const shown = new Date('2026-09-14T01:00:03.000Z');
const after = (seconds: number) => new Date(shown.getTime() + seconds * 1000);

describe('the code on the screen', () => {
  it('has eight digits, changes every 15 seconds and says for how long it stays', () => {
    const { code, validForMs } = codeAt(key, shown);
    expect(code).toMatch(/^\d{8}$/);
    expect(validForMs).toBe(12_000);
    expect(codeAt(key, after(11.999)).code).toBe(code);
    expect(codeAt(key, after(12)).code).not.toBe(code);
    expect(codeAt(Buffer.alloc(32, 8), shown).code).not.toBe(code);
  });

  it.each([
    [-4, 'wrong', 'before it was shown'],
    [0, 'current', 'while it is shown'],
    [11.999, 'current', 'to its last moment'],
    [26.999, 'current', 'while the next one is shown'],
    [27, 'over', 'then no more'],
    [600, 'over', 'and is known for ten minutes'],
    [700, 'wrong', 'and then forgotten'],
  ])('%d seconds later is %s: %s', (seconds, verdict) => {
    expect(judgeCode(key, codeAt(key, shown).code, after(seconds))).toBe(verdict);
  });

  it('is read with blanks, dashes and wide digits, and nothing else is', () => {
    const { code } = codeAt(key, shown);
    const wide = code.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
    for (const typed of [` ${code.slice(0, 4)} ${code.slice(4)}`, `${code.slice(0, 4)}-${code.slice(4)}`, wide]) {
      expect(judgeCode(key, typed, shown)).toBe('current');
    }
    for (const typed of ['', code.slice(1), `${code}0`]) expect(judgeCode(key, typed, shown)).toBe('wrong');
  });
});

it.each([
  [1, 0, 0],
  [5, 0, 0],
  [6, 0, 600],
  [6, 590, 10],
  [9, 599.5, 1],
])('the %dth try, %d seconds after the first, waits %d seconds', (tries, seconds, wait) => {
  expect(secondsUntilTry({ since: shown, tries }, after(seconds))).toBe(wait);
});
