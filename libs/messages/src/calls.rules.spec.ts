import { describe, expect, it } from '@jest/globals';
import { mayReleaseForNoShow, type SeatCall } from './calls.rules.js';
import type { CallOutcome, SeatAnswer } from '#contracts';

const call = (at: string, outcome: CallOutcome, answer: SeatAnswer | null = null): SeatCall => ({
  at: new Date(`2026-03-${at}:00+08:00`),
  outcome,
  answer,
});

describe('a seat whose holder misses sessions may be given away', () => {
  it.each<[string, SeatCall[], boolean]>([
    ['never called', [], false],
    ['called once in vain', [call('05T10:00', 'no_answer')], false],
    [
      'called thrice in vain on one day',
      ['05T09:00', '05T12:00', '05T18:00'].map((at) => call(at, 'no_answer')),
      false,
    ],
    ['called in vain on two days', [call('05T10:00', 'no_answer'), call('06T10:00', 'wrong_number')], true],
    [
      'two days of the district, one of Greenwich',
      [call('05T23:30', 'no_answer'), call('06T00:30', 'no_answer')],
      true,
    ],
    ['says they will not come', [call('05T10:00', 'reached', 'gives_up_seat')], true],
    ['says they will come', [call('05T10:00', 'reached', 'keeps_seat')], false],
    [
      'said they will come after two days in vain',
      [call('04T10:00', 'no_answer'), call('05T10:00', 'no_answer'), call('06T10:00', 'reached', 'keeps_seat')],
      false,
    ],
    ['reached, and nothing said of the seat', [call('04T10:00', 'no_answer'), call('05T10:00', 'reached')], false],
    [
      'said they will come, missed again, and not reached on two more days',
      [call('05T10:00', 'reached', 'keeps_seat'), call('20T10:00', 'no_answer'), call('21T10:00', 'refused')],
      true,
    ],
    [
      'gave it up and thought better of it',
      [call('05T10:00', 'reached', 'gives_up_seat'), call('05T11:00', 'reached', 'keeps_seat')],
      false,
    ],
  ])('%s: %#', (_, calls, may) => {
    expect(mayReleaseForNoShow(calls)).toBe(may);
  });
});
