import { describe, expect, it } from '@jest/globals';
import { CodedError } from './coded-error.js';
import { Day, ListOf, ListOfKinds, Moment, Nested, OneOf, SomeOf, Text, Texts } from '../fields.js';
import { requestValidation, requireShallow } from './validation.js';

class Item {
  @Text({ max: 5 })
  name!: string;
}

class Sail {
  @OneOf(['sail'])
  kind!: 'sail';

  @SomeOf(['main', 'jib'], { min: 1 })
  sails!: string[];
}

class Oars {
  @OneOf(['oars'])
  kind!: 'oars';

  @Texts({ max: 2, maxLength: 3 })
  rowers!: string[];
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

  @Nested(() => Item, { optional: true })
  item?: Item;

  @ListOfKinds({ sail: Sail, oars: Oars }, { max: 3, optional: true })
  boats?: (Sail | Oars)[];
}

const SOUND = { text: '渔网😀', day: '2026-09-01', moment: '2026-09-01T09:00:00+08:00', items: [{ name: '网' }] };
const pipe = requestValidation();

/** The fields that are not right, and why. */
async function complaintsOf(changes: object): Promise<{ path: string; message: { zh: string } }[]> {
  try {
    await pipe.transform({ ...SOUND, ...changes }, { type: 'body', metatype: Request });
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(CodedError);
    return (error as CodedError & { details: { fields: { path: string; message: { zh: string } }[] } }).details.fields;
  }
}

const wrongIn = async (changes: object) => (await complaintsOf(changes)).map(({ path }) => path);

describe('a request', () => {
  it('passes where all is right', async () => expect(await wrongIn({})).toEqual([]));

  it('passes where each of several kinds is right as what it is', async () => {
    const boats = [
      { kind: 'sail', sails: ['jib'] },
      { kind: 'oars', rowers: ['陈', '林'] },
    ];
    expect(await wrongIn({ boats })).toEqual([]);
  });

  it.each([
    ['a text that is too long', { text: '一二三四五六七八九十一' }, '最多 10 个字'],
    ['a day that there is not', { day: '2026-02-30' }, '日期应为 YYYY-MM-DD 且真实存在'],
    ['a moment that is none', { moment: '昨天' }, '时间应形如 2026-09-01T09:00:00+08:00 且真实存在'],
    ['a field that is missing', { day: undefined }, '请填写'],
    ['a field that is empty', { moment: null }, '请填写'],
    ['a field that nobody knows', { more: null }, '没有这个字段'],
  ])('says of %s what is wrong', async (_, changes, words) => {
    expect((await complaintsOf(changes)).map(({ message }) => message.zh)).toEqual([words]);
  });

  it.each([
    ['blanks', ' \t渔网\u3000\n', '渔网'],
    ['marks that are not seen, as a copied number has them', '\u202d渔网\u202c\u200b', '渔网'],
    ['what joins signs', '👩‍👧', '👩‍👧'],
  ])('takes a text with %s', async (_, text, taken) => {
    const body = await pipe.transform({ ...SOUND, text }, { type: 'body', metatype: Request });
    expect((body as Request).text).toBe(taken);
  });

  it.each([
    ['a text of which nothing is seen', { text: '\u202e\u200b' }, ['text']],
    ['what turns the order of reading around', { text: '渔\u202e网' }, ['text']],
    ['half of a pair of surrogates', { text: 'a\ud800b' }, ['text']],
    ['NUL', { text: 'a\u0000b' }, ['text']],
    ['a day of the year 0', { day: '0000-01-01' }, ['day']],
    ['a moment of a week', { moment: '2026-W10-1T00:00:00Z' }, ['moment']],
    ['no list', { items: {} }, ['items']],
    ['an unknown field', { other: 1 }, ['other']],
    ['a field of another kind', { boats: [{ kind: 'sail', sails: ['jib'], rowers: ['陈'] }] }, ['boats.0.rowers']],
    ['an unknown kind', { boats: [{ kind: 'steam', sails: ['jib'] }] }, ['boats.0.kind', 'boats.0.sails']],
    ['what is no kind at all', { boats: [null, 'sail', []] }, ['boats.0', 'boats.1', 'boats.2.kind']],
    ['a word that is not on the list', { boats: [{ kind: 'sail', sails: ['jib', 'flag'] }] }, ['boats.0.sails']],
    ['the same word twice', { boats: [{ kind: 'sail', sails: ['jib', 'jib'] }] }, ['boats.0.sails']],
    ['no word at all', { boats: [{ kind: 'sail', sails: [] }] }, ['boats.0.sails']],
    ['texts that are none', { boats: [{ kind: 'oars', rowers: [1, 'a\u0000'] }] }, ['boats.0.rowers']],
    ['lists in a list of objects', { items: [[], [[]]] }, ['items']],
    ['a list for an object', { item: [] }, ['item']],
    ['a list of objects for an object', { item: [{ name: '网' }] }, ['item']],
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
