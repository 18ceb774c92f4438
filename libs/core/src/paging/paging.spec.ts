import { expect, it } from '@jest/globals';
import { type CursorKind, cutPage, readCursor } from './paging.js';

const ID = '01a20948-4da4-71dd-8d3b-9b37a5e028e5';
const cursorOf = (values: unknown) => Buffer.from(JSON.stringify(values)).toString('base64url');

it('reads what a page before it gave, and nothing on the first page', () => {
  const { next } = cutPage(
    [{ at: '2026-09-01T01:00:00.000Z' }, { at: '2026-09-02T01:00:00.000Z' }],
    1,
    ({ at }) => [at, '2026-09-01', 12, '9007199254740993', '居民', ID],
    ({ at }) => at,
  );
  expect(readCursor(next!, ['moment', 'day', 'number', 'bigint', 'text', 'uuid'])).toEqual([
    '2026-09-01T01:00:00.000Z',
    '2026-09-01',
    '12',
    '9007199254740993',
    '居民',
    ID,
  ]);
  expect(readCursor(undefined, ['uuid'])).toBeNull();
});

it.each<[string, CursorKind, unknown]>([
  ['a moment of the year 0', 'moment', '0000-01-01T00:00:00Z'],
  ['a moment of 30 February', 'moment', '2026-02-30T00:00:00Z'],
  ['a day that is none', 'day', 'nonsense'],
  ['a number that no integer holds', 'number', 999_999_999_999],
  ['a number that no bigint holds', 'bigint', '99999999999999999999'],
  ['a broken text', 'text', '\ud800'],
  ['an id that is none', 'uuid', 'nonsense'],
  ['a list in the place of an id', 'uuid', [ID, ID]],
])('refuses %s, before the database is asked to read it', (_, kind, value) => {
  expect(() => readCursor(cursorOf([value]), [kind])).toThrow('CORE.BAD_CURSOR');
});

it.each(['%00', 'bm9uc2Vuc2U', cursorOf({}), cursorOf([]), cursorOf([ID, ID])])('refuses the cursor %j', (cursor) => {
  expect(() => readCursor(cursor, ['uuid'])).toThrow('CORE.BAD_CURSOR');
});
