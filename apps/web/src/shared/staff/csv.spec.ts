import { describe, expect, it } from '@jest/globals';
import { csvOf } from './csv';

describe('a table as CSV', () => {
  it.each([
    ['林阿海', '林阿海'],
    ['林,阿海', '"林,阿海"'],
    ['他说"好"', '"他说""好"""'],
    ['两\n行', '"两\n行"'],
    ['=1+1', "'=1+1"],
    ['+cmd|calc', "'+cmd|calc"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['=A1,"x"', '"\'=A1,""x"""'],
    ['＝1+1', "'＝1+1"],
    ['＠SUM(A1)', "'＠SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['-12.50', '-12.50'],
    [-3, '-3'],
    ['', ''],
  ])('shows %j as %j', (cell, written) => {
    expect(csvOf([[cell]])).toBe(`${written}\r\n`);
  });

  it('has a line a row', () => {
    expect(
      csvOf([
        ['姓名', '结果'],
        ['林阿海', 1],
      ]),
    ).toBe('姓名,结果\r\n林阿海,1\r\n');
  });
});
