import { describe, expect, it } from '@jest/globals';
import { CodedError } from './coded-error.js';
import { Day, ListOf, Moment, Text } from '../fields.js';
import { requestValidation, requireShallow } from './validation.js';

class Item {
  @Text({ max: 5 })
  name!: string;
}

class Request {
  @Text({ max: 10 })
  text!: string;

  @Day()
  day!: string;

  @Moment()
  moment!: string;

  @ListOf(() => Item, { max: 3 })
  items!: Item[];
}

const SOUND = { text: '渔网😀', day: '2026-09-01', moment: '2026-09-01T09:00:00+08:00', items: [{ name: '网' }] };
const pipe = requestValidation();

/** Paths of the fields that are not right. */
async function wrongIn(changes: object): Promise<string[]> {
  try {
    await pipe.transform({ ...SOUND, ...changes }, { type: 'body', metatype: Request });
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(CodedError);
    return (error as CodedError & { details: { fields: { path: string }[] } }).details.fields.map(({ path }) => path);
  }
}

describe('a request', () => {
  it('passes where all is right', async () => expect(await wrongIn({})).toEqual([]));

  it.each([
    ['half of a pair of surrogates', { text: 'a\ud800b' }, ['text']],
    ['NUL', { text: 'a\u0000b' }, ['text']],
    ['a day of the year 0', { day: '0000-01-01' }, ['day']],
    ['a moment of a week', { moment: '2026-W10-1T00:00:00Z' }, ['moment']],
    ['no list', { items: {} }, ['items']],
    ['an unknown field', { other: 1 }, ['other']],
    ['a list with nothing in it that is right', { items: [null, 1] }, ['items.0', 'items.1']],
  ])('is refused for %s', async (_, changes, paths) => {
    expect([...new Set(await wrongIn(changes))]).toEqual(expect.arrayContaining(paths));
  });

  it('of ten thousand items is refused without looking at each, and names a few', async () => {
    const paths = await wrongIn({ items: Array.from({ length: 10_000 }, () => ({})) });
    expect(paths).toContain('items');
    expect(paths.length).toBeLessThan(20);
  });
});

describe('requireShallow', () => {
  const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

  it.each([null, undefined, 'text', SOUND, nested(20)])('lets through what we ask for', (body) => {
    expect(() => requireShallow(body)).not.toThrow();
  });

  it('refuses what nobody can walk through', () => {
    expect(() => requireShallow(nested(5_000))).toThrow('CORE.MALFORMED');
  });
});
