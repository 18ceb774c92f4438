import { describe, expect, it } from '@jest/globals';
import { liesIn } from './enrollment-terms.js';

describe('a region lies in', () => {
  it.each([
    ['330305001007', '330305001007', true, 'itself'],
    ['330305001007', '330305001008', false, 'no neighbouring village'],
    ['330305001007', '330305001000', true, 'its township'],
    ['330305002007', '330305001000', false, 'no other township'],
    ['330305001007', '330305000000', true, 'its district'],
    ['330304001007', '330305000000', false, 'no other district'],
    ['330305001007', '330300000000', true, 'its city'],
    ['330305001007', '330000000000', true, 'its province'],
    ['320305001007', '330000000000', false, 'no other province'],
    [null, '330305000000', false, 'nothing when it is unknown'],
  ])('%s in %s: %s, %s', (code, outer, expected, _why) => {
    expect(liesIn(code, outer)).toBe(expected);
  });
});
