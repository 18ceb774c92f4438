import { describe, expect, it } from '@jest/globals';
import { inOrder, MOST_SESSIONS, type Recurrence, rhythmOf, sessionsOf } from './recurrence';

/** Tuesdays from 8 September 2026, which is one, 14:00 to 15:30, three times. */
const tuesdays = (other: Partial<Recurrence> = {}): Recurrence => ({
  weekdays: [2],
  from: '2026-09-08',
  starts: '14:00',
  ends: '15:30',
  count: 3,
  until: '',
  skip: [],
  ...other,
});
const daysOf = (recurrence: Recurrence) => sessionsOf(recurrence).map(({ day }) => day);

describe('sessions laid down week by week', () => {
  it.each<[string, Partial<Recurrence>, string[]]>([
    ['three Tuesdays', {}, ['2026-09-08', '2026-09-15', '2026-09-22']],
    [
      'Mondays and Thursdays, begun on a Wednesday',
      { weekdays: [4, 1], from: '2026-09-09', count: 4 },
      ['2026-09-10', '2026-09-14', '2026-09-17', '2026-09-21'],
    ],
    ['Sundays', { weekdays: [7], count: 2 }, ['2026-09-13', '2026-09-20']],
    [
      'a holiday is left out and made up at the end',
      { skip: ['2026-09-15'] },
      ['2026-09-08', '2026-09-22', '2026-09-29'],
    ],
    [
      'a holiday on another weekday changes nothing',
      { skip: ['2026-09-16'] },
      ['2026-09-08', '2026-09-15', '2026-09-22'],
    ],
    [
      'until a day, which is included',
      { count: null, until: '2026-09-22' },
      ['2026-09-08', '2026-09-15', '2026-09-22'],
    ],
    ['until the day before', { count: null, until: '2026-09-21' }, ['2026-09-08', '2026-09-15']],
    [
      'a holiday before the last day is not made up',
      { count: null, until: '2026-09-22', skip: ['2026-09-15'] },
      ['2026-09-08', '2026-09-22'],
    ],
    ['over the turn of the year', { from: '2026-12-29', count: 2 }, ['2026-12-29', '2027-01-05']],
    ['over a leap day', { from: '2028-02-29', count: 2 }, ['2028-02-29', '2028-03-07']],
    ['two and a half sessions are two', { count: 2.5 }, ['2026-09-08', '2026-09-15']],
    ['no sessions', { count: 0 }, []],
    ['fewer than none', { count: -3 }, []],
    ['a last day before the first', { count: null, until: '2026-09-01' }, []],
    ['no weekday chosen yet', { weekdays: [] }, []],
    ['no first day yet', { from: '' }, []],
    ['no last day yet', { count: null }, []],
    ['no time yet', { ends: '' }, []],
    ['an end before the start', { starts: '15:30', ends: '14:00' }, []],
    ['an end at the start', { ends: '14:00' }, []],
    ['a year that is still being typed', { from: '20260-09-08' }, []],
    ['a day that does not exist', { from: '2026-02-30' }, []],
    ['nothing but holidays', { from: '2026-09-08', count: null, until: '2026-09-08', skip: ['2026-09-08'] }, []],
  ])('%s', (_, other, days) => {
    expect(daysOf(tuesdays(other))).toEqual(days);
  });

  it('each has the times that were given', () => {
    expect(sessionsOf(tuesdays({ count: 1 }))).toEqual([{ day: '2026-09-08', starts: '14:00', ends: '15:30' }]);
  });

  it('are no more than a class may have', () => {
    const daily = { weekdays: [1, 2, 3, 4, 5, 6, 7], count: 100_000 };
    expect(daysOf(tuesdays(daily))).toHaveLength(MOST_SESSIONS);
    expect(daysOf(tuesdays({ ...daily, count: null, until: '9999-12-31' }))).toHaveLength(MOST_SESSIONS);
  });
});

describe('the rhythm that a new class begins with', () => {
  const session = (day: string, starts = '14:00', ends = '15:30', frozen = true) => ({
    startsAt: `${day}T${starts}:00+08:00`,
    endsAt: `${day}T${ends}:00+08:00`,
    frozen,
  });
  const [TUESDAY_1, TUESDAY_2, TUESDAY_3] = ['2026-09-08', '2026-09-15', '2026-09-22'] as const;
  const [THURSDAY_1, THURSDAY_2, SUNDAY] = ['2026-09-10', '2026-09-17', '2026-09-20'] as const;

  it.each<[string, ReturnType<typeof session>[], ReturnType<typeof rhythmOf>]>([
    ['a class without sessions has none', [], null],
    ['Tuesdays', [session(TUESDAY_1), session(TUESDAY_2)], { weekdays: [2], starts: '14:00', ends: '15:30', count: 2 }],
    [
      'Tuesdays and Thursdays',
      [session(TUESDAY_1), session(THURSDAY_1), session(TUESDAY_2), session(THURSDAY_2)],
      { weekdays: [2, 4], starts: '14:00', ends: '15:30', count: 4 },
    ],
    [
      'a makeup on a Sunday is no part of it',
      [session(TUESDAY_1), session(TUESDAY_2), session(SUNDAY, '09:00', '10:30', false)],
      { weekdays: [2], starts: '14:00', ends: '15:30', count: 2 },
    ],
    [
      'one session that was put on a Sunday because of a holiday is an exception, and still one of the sessions',
      [session(TUESDAY_1), session(TUESDAY_2), session(TUESDAY_3), session(SUNDAY)],
      { weekdays: [2], starts: '14:00', ends: '15:30', count: 4 },
    ],
    [
      'a longer first session is an exception',
      [session(TUESDAY_1, '13:00', '16:00'), session(TUESDAY_2), session(TUESDAY_3)],
      { weekdays: [2], starts: '14:00', ends: '15:30', count: 3 },
    ],
    [
      'the days are those of the district, whatever the device says: 07:00 in Dongtou is the evening before elsewhere',
      [session(TUESDAY_1, '07:00', '08:00')],
      { weekdays: [2], starts: '07:00', ends: '08:00', count: 1 },
    ],
    ['a class of makeups alone has none', [session(SUNDAY, '09:00', '10:30', false)], null],
  ])('%s', (_, sessions, rhythm) => {
    expect(rhythmOf(sessions)).toEqual(rhythm);
  });
});

describe('the order in which the platform numbers sessions', () => {
  const at = (day: string, starts = '09:00', ends = '10:00') => ({ day, starts, ends });
  it.each([
    ['by day', [at('2026-09-15'), at('2026-09-08')], [at('2026-09-08'), at('2026-09-15')]],
    [
      'on one day by time',
      [at('2026-09-08', '14:00'), at('2026-09-08', '09:00')],
      [at('2026-09-08', '09:00'), at('2026-09-08', '14:00')],
    ],
    ['what has no day yet stands last', [at(''), at('2026-09-08')], [at('2026-09-08'), at('')]],
  ])('%s', (_, typed, ordered) => {
    expect(inOrder(typed)).toEqual(ordered);
  });

  it('leaves what was typed as it was', () => {
    const typed = [at('2026-09-15'), at('2026-09-08')];
    inOrder(typed);
    expect(typed.map(({ day }) => day)).toEqual(['2026-09-15', '2026-09-08']);
  });
});
