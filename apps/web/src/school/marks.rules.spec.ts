import { describe, expect, it } from '@jest/globals';
import type { Schema } from '../shared/api';
import {
  adoptedBy,
  fateOf,
  keptFrom,
  type KeptMark,
  linesOf,
  type Mark,
  PER_REQUEST,
  reasonsOf,
  requestsOf,
  toSendOnceMore,
  withoutAnswered,
  withoutGivenUp,
  withRefusal,
} from './marks.rules';
import { uuidFrom } from '../shared/uuid';

const CLOSED = { title: '签到已截止', next: '请联系负责人补录。' };

const mark = (id: string, other: Partial<Mark> = {}): Mark => ({
  id,
  kind: 'teacher_mark',
  status: 'present',
  deviceTime: '2026-09-08T06:00:00.000Z',
  ...other,
});
const kept = (id: string, other: Partial<KeptMark> = {}): KeptMark => ({
  by: 'wang',
  classId: 'fishing nets',
  sessionId: 'first',
  mark: mark(id),
  ...other,
});
const idsOf = (marks: readonly KeptMark[]) => marks.map((entry) => entry.mark.id);

describe('what is sent', () => {
  it.each<[string, KeptMark[], Record<string, string[]>]>([
    ['nothing where nothing waits', [], {}],
    ['in the order in which they were made', [kept('1'), kept('2')], { first: ['1', '2'] }],
    [
      'each session’s in a request of its own',
      [kept('1'), kept('2', { sessionId: 'second' }), kept('3')],
      { first: ['1', '3'], second: ['2'] },
    ],
    [
      'a mark that another teacher made on this device waits for that teacher',
      [kept('1', { by: 'li' }), kept('2')],
      { first: ['2'] },
    ],
    [
      'a mark that the platform would not take waits until somebody says so',
      [kept('1', { refused: CLOSED }), kept('2')],
      { first: ['2'] },
    ],
  ])('%s', (_, marks, requests) => {
    const sent = requestsOf(marks, 'wang').map(({ sessionId, items }) => [sessionId, items.map(({ id }) => id)]);
    expect(Object.fromEntries(sent)).toEqual(requests);
  });

  it('a class of thousands goes in several requests, and nobody is left out or sent twice', () => {
    const many = Array.from({ length: PER_REQUEST * 2 + 1 }, (_, index) => kept(String(index)));
    const requests = requestsOf(many, 'wang');
    expect(requests.map(({ items }) => items.length)).toEqual([PER_REQUEST, PER_REQUEST, 1]);
    expect(requests.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(idsOf(many));
  });
});

describe('what becomes of marks whose request was not answered with success', () => {
  it.each([
    ['no answer came', 0, 'later'],
    ['the platform was too slow', 408, 'later'],
    ['somebody else was changing the same', 409, 'later'],
    ['too many requests', 429, 'later'],
    ['the platform failed', 500, 'later'],
    ['it restarts', 503, 'later'],
    ['the sign-in is over', 401, 'signed-out'],
    ['the teacher may not do this any more', 403, 'refused'],
    ['there is no such session', 404, 'refused'],
    ['the marks are not understood', 422, 'refused'],
  ])('%s', (_, status, fate) => {
    expect(fateOf(status)).toBe(fate);
  });
});

describe('what is kept', () => {
  const two = [kept('1'), kept('2')];

  it('goes once it is answered, and no earlier', () => {
    expect(idsOf(withoutAnswered(two, new Set(['1'])))).toEqual(['2']);
    expect(idsOf(withoutAnswered(two, new Set()))).toEqual(['1', '2']);
  });

  it('stays with the reason where the platform would not take it', () => {
    expect(withRefusal(two, new Set(['2']), CLOSED)).toEqual([kept('1'), kept('2', { refused: CLOSED })]);
  });

  it('is sent once more, or given up, by whoever made it; a colleague’s is left alone', () => {
    const refused = [kept('1', { refused: CLOSED }), kept('2', { refused: CLOSED, by: 'li' }), kept('3')];
    expect(toSendOnceMore(refused, 'wang')).toEqual([kept('1'), refused[1], kept('3')]);
    expect(withoutGivenUp(refused, 'wang')).toEqual([refused[1], kept('3')]);
  });

  it('is told by session and reason, with how many marks it is about', () => {
    const refused = [
      kept('1', { refused: CLOSED }),
      kept('2', { refused: CLOSED }),
      kept('3', { refused: CLOSED, sessionId: 'second' }),
      kept('4', { refused: { ...CLOSED, title: '没有权限' } }),
      kept('5', { refused: CLOSED, by: 'li' }),
      kept('6'),
    ];
    expect(
      reasonsOf(refused, 'wang').map(({ sessionId, refused: { title }, count }) => [sessionId, title, count]),
    ).toEqual([
      ['first', '签到已截止', 2],
      ['second', '签到已截止', 1],
      ['first', '没有权限', 1],
    ]);
  });

  it.each([
    ['nothing was kept yet', null],
    ['what is kept was cut off', '[{"by":"wa'],
    ['what is kept is something else', '{"by":"wang"}'],
  ])('is nothing where %s', (_, text) => {
    expect(keptFrom(text)).toEqual([]);
  });

  it('is found again as it was', () => {
    expect(keptFrom(JSON.stringify(two))).toEqual(two);
  });
});

describe('the roster with what this device has recorded', () => {
  const entry = (residentId: string, attendance: object | null = null) =>
    ({ residentId, name: residentId, attendance }) as Schema<'RosterEntryView'>;
  const present = { status: 'present', arrivedAt: null, leftAt: null };
  const late = '2026-09-08T06:20:00.000Z';

  it.each<[string, object | null, Mark[], string[], object]>([
    ['nobody has called yet', null, [], [], { status: null, unsent: false }],
    ['the platform knows it', present, [], [], { status: 'present', unsent: false }],
    ['tapped without network', null, [mark('1', { residentId: 'chen' })], ['1'], { status: 'present', unsent: true }],
    [
      'corrected without network: the correction is seen',
      present,
      [mark('1', { residentId: 'chen', status: 'absent' })],
      ['1'],
      { status: 'absent', unsent: true },
    ],
    [
      'tapped twice: the later one is seen',
      null,
      [mark('1', { residentId: 'chen', status: 'absent' }), mark('2', { residentId: 'chen', status: 'excused' })],
      ['1', '2'],
      { status: 'excused', unsent: true },
    ],
    [
      'sent, and the roster not read again yet: it is seen, and no more called unsent',
      null,
      [mark('1', { residentId: 'chen' })],
      [],
      { status: 'present', unsent: false },
    ],
    [
      'corrected to have come in time: the late arrival is gone',
      { ...present, arrivedAt: late },
      [mark('1', { residentId: 'chen' })],
      ['1'],
      { status: 'present', arrivedAt: null },
    ],
    ['came late', null, [mark('1', { residentId: 'chen', arrivedAt: late })], ['1'], { arrivedAt: late }],
    ['somebody else was tapped', null, [mark('1', { residentId: 'lin' })], ['1'], { status: null, unsent: false }],
    [
      'a code was scanned, whose owner only the platform knows',
      null,
      [mark('1', { kind: 'personal_code', code: 'P-D5BMWCYC7Z5' })],
      ['1'],
      { status: null, unsent: false },
    ],
  ])('%s', (_, attendance, laidOver, unsent, line) => {
    expect(linesOf([entry('chen', attendance)], laidOver, new Set(unsent))).toMatchObject([line]);
  });
});

it('an id is a UUID of version 4, made of the digits that were thrown', () => {
  for (const digit of '0123456789abcdef') {
    expect(uuidFrom(digit.repeat(32))).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
  expect(uuidFrom('0123456789abcdef0123456789abcdef')).toBe('01234567-89ab-4def-8123-456789abcdef');
});

it('marks of nobody known become those of who is known next, and others stay whose they are', () => {
  const entries = ['', 'wang', ''].map((by, index) => ({
    by,
    classId: 'class',
    sessionId: 'session',
    mark: mark(String(index)),
  }));
  expect(adoptedBy(entries, 'lin').map(({ by }) => by)).toEqual(['lin', 'wang', 'lin']);
  expect(requestsOf(entries, 'lin')).toEqual([]);
  expect(requestsOf(adoptedBy(entries, 'lin'), 'lin')[0]?.items).toHaveLength(2);
});
