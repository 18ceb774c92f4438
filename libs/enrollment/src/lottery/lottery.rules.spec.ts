import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sha256 } from '../../../../test/support/lottery.js';
import {
  type Applied,
  decideNumber,
  defaultNumber,
  earliestNumber,
  entriesOf,
  freezesAt,
  numberComesTooEarly,
  type NumberSituation,
  reasonOf,
} from './lottery.rules.js';

const at = (time: string) => new Date(`2026-11-30T${time}:00+08:00`);

describe('when', () => {
  it('a list is frozen: a minute after the window, or now where that is over', () => {
    expect(freezesAt(at('20:00'))).toEqual(at('20:01'));
    expect(freezesAt(at('20:00'), at('08:00'))).toEqual(at('20:01'));
    expect(freezesAt(at('20:00'), at('22:00'))).toEqual(at('22:00'));
  });

  it.each([
    ['a number drawn ten minutes after the freezing does', at('20:10'), false],
    ['one drawn nine minutes after it comes too early', at('20:09'), true],
    ['one drawn before comes too early', at('19:00'), true],
  ])('%s', (_, dueAt, tooEarly) => {
    expect(numberComesTooEarly(dueAt, at('20:00'))).toBe(tooEarly);
  });

  it.each([
    ['noon', at('12:00'), '中国体育彩票排列5，2026年11月30日起的第一次开奖号码', at('21:30')],
    ['the very minute', at('21:30'), '中国体育彩票排列5，2026年11月30日起的第一次开奖号码', at('21:30')],
    [
      'late evening, when the month ends',
      at('21:31'),
      '中国体育彩票排列5，2026年12月1日起的第一次开奖号码',
      new Date('2026-12-01T21:30:00+08:00'),
    ],
    [
      'after midnight in the district, before it in UTC',
      new Date('2026-11-30T17:00:00Z'),
      '中国体育彩票排列5，2026年12月1日起的第一次开奖号码',
      new Date('2026-12-01T13:30:00Z'),
    ],
  ])('the default number is drawn that comes after %s', (_, earliest, name, dueAt) => {
    expect(defaultNumber(earliest)).toEqual({ name, dueAt });
  });

  it('the default number never comes too early', () => {
    fc.assert(
      fc.property(fc.date({ min: at('00:00'), max: new Date('2031-01-01'), noInvalidDate: true }), (closesAt) => {
        const freezing = freezesAt(closesAt);
        expect(numberComesTooEarly(defaultNumber(earliestNumber(freezing)).dueAt, freezing)).toBe(false);
      }),
    );
  });
});

describe('entries', () => {
  const one = (enrollmentId: string, unitId: string | null = null, satBefore = false): Applied => ({
    enrollmentId,
    unitId,
    satBefore,
  });

  it('are units: those who applied together are one, under the smallest of their ids', () => {
    const entries = entriesOf([one('c', 'pair'), one('b'), one('a', 'pair')], false, sha256, 'secret');
    expect(entries.map(({ unitKey, enrollmentIds, size }) => [unitKey, enrollmentIds, size])).toEqual([
      ['a', ['a', 'c'], 2],
      ['b', ['b'], 1],
    ]);
  });

  it.each([
    [false, [0, 0, 0]],
    [true, [0, 1, 1]],
  ])('with first-timers first (%s) are in the tier of whoever of them sat before', (firstTimersFirst, tiers) => {
    const applied = [one('a'), one('b', null, true), one('c', 'pair'), one('d', 'pair', true)];
    expect(entriesOf(applied, firstTimersFirst, sha256, 'secret').map(({ tier }) => tier)).toEqual(tiers);
  });

  it('draw another pseudonym where one is taken, whatever the order in which they come', () => {
    // A hash that gives the first three units the same digest at the first attempt.
    const hash = (text: string) => sha256(text.endsWith('\n0') ? 'same' : text);
    const entries = entriesOf([one('c'), one('a'), one('b')], false, hash, 'secret');
    expect(entries.map(({ unitKey, attempt }) => [unitKey, attempt])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 1],
    ]);
    expect(new Set(entries.map(({ pseudonym }) => pseudonym)).size).toBe(3);
    expect(entriesOf([one('a'), one('b'), one('c')], false, hash, 'secret')).toEqual(entries);
  });
});

it.each([
  ['CAP_REACHED', 'cap_reached'],
  ['TIME_CLASH', 'time_clash'],
  ['NOT_LOCAL', 'not_eligible'],
])('%s is published as %s', (code, reason) => {
  expect(reasonOf(code)).toBe(reason);
});

describe('the public number', () => {
  const lottery: NumberSituation = {
    state: 'frozen',
    needed: true,
    dueAt: at('21:30'),
    number: null,
    enteredBy: null,
    confirmed: false,
  };
  const entered = { ...lottery, number: '583', enteredBy: 'chen' };
  const drawn: NumberSituation = { ...entered, confirmed: true, state: 'drawn' };

  it.each<[string, NumberSituation, 'enter' | 'confirm', string, string, Date, string]>([
    ['is entered by one', lottery, 'enter', '583', 'chen', at('21:30'), 'enter'],
    ['not before it is due', lottery, 'enter', '583', 'chen', at('21:29'), 'NUMBER_NOT_DUE'],
    [
      'not before the list is frozen',
      { ...lottery, state: 'announced' },
      'enter',
      '583',
      'chen',
      at('22:00'),
      'NOT_FROZEN',
    ],
    [
      'not where there are seats for all',
      { ...lottery, needed: false },
      'enter',
      '583',
      'chen',
      at('22:00'),
      'NUMBER_NOT_NEEDED',
    ],
    ['entered twice is entered once', entered, 'enter', '583', 'chen', at('22:00'), 'already'],
    ['is corrected by the one', entered, 'enter', '584', 'chen', at('22:00'), 'enter'],
    ['is corrected by another', entered, 'enter', '584', 'lin', at('22:00'), 'enter'],
    ['entered by another becomes that one’s', entered, 'enter', '583', 'lin', at('22:00'), 'enter'],
    ['is confirmed by another', entered, 'confirm', '583', 'lin', at('22:00'), 'confirm'],
    ['is not confirmed by the same', entered, 'confirm', '583', 'chen', at('22:00'), 'SAME_PERSON'],
    ['is not confirmed by another number', entered, 'confirm', '584', 'lin', at('22:00'), 'NUMBER_DIFFERS'],
    ['is not confirmed before it was entered', lottery, 'confirm', '583', 'lin', at('22:00'), 'NUMBER_NOT_ENTERED'],
    ['confirmed twice is confirmed once', drawn, 'confirm', '583', 'lin', at('22:00'), 'already'],
    [
      'cannot be changed once confirmed',
      { ...drawn, state: 'frozen' },
      'enter',
      '584',
      'lin',
      at('22:00'),
      'ALREADY_CONFIRMED',
    ],
    ['cannot be changed once drawn', drawn, 'enter', '584', 'lin', at('22:00'), 'ALREADY_DRAWN'],
  ])('%s', (_, situation, kind, number, staffId, now, expected) => {
    const decision = decideNumber(situation, { kind, number, staffId }, now);
    expect(decision.kind === 'refused' ? decision.because : decision.kind).toBe(expected);
  });
});
