import { describe, expect, it } from '@jest/globals';
import {
  columnOf,
  type ColumnSession,
  listedMoment,
  readCell,
  readHeading,
  seatCodeOf,
  whoseRow,
} from './attendance-imports.rules.js';

const session = (number: number, day: string): ColumnSession => ({
  id: `session ${number}`,
  number,
  startsAt: new Date(`${day}T19:00:00+08:00`),
  endsAt: new Date(`${day}T20:30:00+08:00`),
});
const SESSIONS = [session(1, '2026-09-07'), session(2, '2026-09-14'), session(4, '2026-09-28')];
const [FIRST] = SESSIONS as [ColumnSession];

describe('a heading', () => {
  it.each([
    ['as the template has it', ['编号', '姓名', ...SESSIONS.map(columnOf)], 1, 0, [1, 2, 4]],
    ['by numbers, in any order', ['第4次', '姓名', '第 2 次课'], 1, null, [4, 2]],
    ['by days', ['姓名', '2026-09-07', '9月14日', '2026/9/28'], 0, null, [1, 2, 4]],
    ['in full width, with others between', ['学员姓名', '电话', '第１次', '备注'], 0, null, [1]],
  ])('%s', (_, cells, name, code, numbers) => {
    const read = readHeading(cells, SESSIONS);
    expect(read).toMatchObject({ heading: { name, code } });
    expect('heading' in read && read.heading.sessions.map(({ session: { number } }) => number)).toEqual(numbers);
  });

  it('says which columns mean nothing', () => {
    const read = readHeading(['姓名', '电话', '第1次', '第9次', '2026-09-08'], SESSIONS);
    expect(read).toMatchObject({ heading: { ignored: ['电话', '第9次', '2026-09-08'] } });
  });

  it.each([
    ['without names', ['编号', '第1次'], { code: 'NO_HEADING' }],
    ['without sessions', ['姓名', '第9次'], { code: 'NO_SESSIONS' }],
    [
      'of another class or day',
      ['姓名', '第1次 2026-09-08 19:00'],
      { code: 'SESSION_MOVED', number: 1, heading: '第1次 2026-09-08 19:00', day: '2026-09-07 19:00' },
    ],
    ['with a session twice', ['姓名', '第1次', '9月7日'], { code: 'SESSION_TWICE', number: 1 }],
  ])('is none %s', (_, cells, fault) => {
    expect(readHeading(cells, SESSIONS)).toEqual({ fault });
  });
});

describe('a cell', () => {
  it.each([
    ['到', 'present', null, null],
    [' √ ', 'present', null, null],
    ['１', 'present', null, null],
    ['缺', 'absent', null, null],
    ['×', 'absent', null, null],
    ['病假', 'excused', null, null],
    ['迟到 19:20', 'present', '19:20', null],
    ['迟到20分钟', 'present', '19:20', null],
    ['早退 20:00', 'present', null, '20:00'],
    ['早退10分', 'present', null, '20:20'],
    ['迟到5分钟，早退10分钟', 'present', '19:05', '20:20'],
    ['19:05', 'present', '19:05', null],
    ['19:05-20:00', 'present', '19:05', '20:00'],
    ['18:50-20:30', 'present', '18:50', '20:30'],
  ])('%s', (text, status, came, left) => {
    const read = readCell(text, FIRST);
    const clock = (at: Date | null) => at && listedMoment(at).slice(-5);
    expect(read && 'status' in read && [read.status, clock(read.arrivedAt), clock(read.leftAt)]).toEqual([
      status,
      came,
      left,
    ]);
  });

  it.each([
    ['也许', 'UNREADABLE'],
    ['迟到', 'TIME_NEEDED'],
    ['早退', 'TIME_NEEDED'],
    ['25:00', 'TIME_WRONG'],
    ['20:00-19:30', 'TIME_WRONG'],
    ['迟到 21:00', 'TIME_WRONG'],
    ['早退90分钟', 'TIME_WRONG'],
  ])('%s is not understood: %s', (text, problem) => {
    expect(readCell(text, FIRST)).toEqual({ problem });
  });

  it.each(['', '  ', '-'])('"%s" says nothing', (text) => {
    expect(readCell(text, FIRST)).toBeNull();
  });
});

describe('a row', () => {
  const seats = [
    { residentId: 'lin', name: '林阿海', code: 'R00000A' },
    { residentId: 'wu', name: '吴小妹', code: 'R00000B' },
    { residentId: 'other wu', name: '吴小妹', code: 'R00000C' },
    { residentId: 'equal', name: '=1+1', code: 'R00000D' },
  ];
  it.each([
    ['by the name', '林 阿海', '', 'lin'],
    ['by name and code', '吴小妹', 'r00000c', 'other wu'],
    ['by the name where the code is nobody’s', '林阿海', 'R999999', 'lin'],
    ['with a name that was kept from being a formula', "'=1+1", '', 'equal'],
  ])('is found %s', (_, name, code, residentId) => {
    expect(whoseRow(name, code, seats)).toMatchObject({ residentId });
  });
  it.each([
    ['', '', 'NAME_MISSING'],
    ['吴小妹', '', 'SEVERAL'],
    ['陈大姐', '', 'NOBODY'],
    ['林阿海', 'R00000B', 'CODE_OF_ANOTHER'],
  ])('of "%s" "%s" is not: %s', (name, code, problem) => {
    expect(whoseRow(name, code, seats)).toEqual({ problem });
  });
});

it('a code is no number to a spreadsheet program', () => {
  expect(seatCodeOf('019a1b2c-3d4e-7000-8000-0000001234e5')).toBe('R1234E5');
});
