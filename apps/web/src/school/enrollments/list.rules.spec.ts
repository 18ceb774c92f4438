import { describe, expect, it } from '@jest/globals';
import { countsOf, dayFrom, faultOf, hasFailed, type ListRow, peopleIn, requestOf, type RowResult } from './list.rules';

const person = (name: string, identifier = '', birthDate = '') => ({ name, identifier, birthDate });

describe('a pasted list', () => {
  it.each([
    ['one name', '林阿海', [person('林阿海')]],
    ['names on lines, with empty ones', '林阿海\r\n\n陈小妹\n', [person('林阿海'), person('陈小妹')]],
    ['cells of a spreadsheet', '林阿海\t13857700001\t1950/5/6', [person('林阿海', '13857700001', '1950-05-06')]],
    ['the day before the phone', '林阿海,1950年5月6日,13857700001', [person('林阿海', '13857700001', '1950-05-06')]],
    ['blanks', '林阿海 13857700001', [person('林阿海', '13857700001')]],
    ['a name in letters', 'Li Wei\t13857700001', [person('Li Wei', '13857700001')]],
    ['numbers in front', '1、 林阿海 13857700001\n2. 陈小妹', [person('林阿海', '13857700001'), person('陈小妹')]],
    ['headings', '姓名\t手机号\n林阿海\t13857700001', [person('林阿海', '13857700001')]],
    ['a village, which tells nobody apart', '林阿海\t小朴社区\t13857700001', [person('林阿海', '13857700001')]],
    ['somebody twice', '林阿海\n林阿海', [person('林阿海')]],
    ['two of a name with other numbers', '林阿海 1\n林阿海 2', [person('林阿海', '1'), person('林阿海', '2')]],
    ['nothing', ' \n\t\n', []],
  ])('of %s', (_, text, people) => {
    expect(peopleIn(text)).toEqual(people);
  });

  it.each([
    ['1950-05-06', '1950-05-06'],
    ['1950.5.6', '1950-05-06'],
    ['1950年5月6日', '1950-05-06'],
    ['1950-02-30', null],
    ['13857700001', null],
    ['', null],
  ])('takes the day %s for %s', (text, day) => {
    expect(dayFrom(text)).toBe(day);
  });
});

describe('a row', () => {
  it.each([
    [person('林阿海'), null],
    [person(''), 'noName'],
    [person('13857700001'), 'noName'],
    [person('林'.repeat(51)), 'tooLong'],
    [person('林阿海', '', '1950-13-01'), 'noDay'],
  ])('%j has the fault %s', (row, fault) => {
    expect(faultOf(row)).toBe(fault);
  });

  it('is sent without what was not given', () => {
    expect(requestOf(person(' 林阿海 '))).toEqual({ name: '林阿海' });
    expect(requestOf(person('林阿海', ' 13857700001', '1950/5/6'))).toEqual({
      name: '林阿海',
      identifier: '13857700001',
      birthDate: '1950-05-06',
    });
  });

  it('may be corrected where its person is not in the class, and is counted by what became of it', () => {
    const row = (number: number, outcome: RowResult['outcome'] | null): ListRow => ({
      ...person('林阿海'),
      number,
      result: outcome && { outcome, sentence: '', enrollmentId: null },
    });
    const rows = [row(1, 'unknown'), row(2, 'enrolled'), row(3, null), row(4, 'present'), row(5, 'enrolled')];
    expect(rows.filter(hasFailed).map(({ number }) => number)).toEqual([1]);
    expect(countsOf(rows)).toEqual([
      { outcome: 'enrolled', count: 2 },
      { outcome: 'present', count: 1 },
      { outcome: 'unknown', count: 1 },
    ]);
  });
});
