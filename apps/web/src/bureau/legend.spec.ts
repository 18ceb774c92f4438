import { describe, expect, it } from '@jest/globals';
import { legendLines } from './legend';

describe('lines of a legend', () => {
  const names = ['明细账', '期初数', '对表', '目标'];

  it('is one on a wide screen', () => {
    expect(legendLines(names, 600)).toBe(1);
  });

  it('is more on a phone, as many as the items need', () => {
    expect(legendLines(names, 270)).toBe(2);
    expect(legendLines(names, 150)).toBe(3);
  });

  it('gives a name that is wider than the screen a line of its own', () => {
    expect(legendLines(['乡镇（街道）老年学堂常态开课率'], 200)).toBe(1);
    expect(legendLines(['一', '乡镇（街道）老年学堂常态开课率', '二'], 200)).toBe(3);
  });

  it('takes Latin letters as narrower', () => {
    expect(legendLines(['Ledger', 'Opening'], 200)).toBe(1);
    expect(legendLines(['明细账明细账', '期初数期初数'], 200)).toBe(2);
  });
});
