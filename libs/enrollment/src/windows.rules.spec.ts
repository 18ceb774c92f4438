import { describe, expect, it } from '@jest/globals';
import { admissionIn, givesFreedSeats, phaseAt, type Windows } from './windows.rules.js';

const day = (date: string, time = '09:00') => new Date(`2026-${date}T${time}:00+08:00`);

const paperCutting: Windows = {
  state: 'published',
  admission: 'lottery',
  renewalOpensAt: day('08-20'),
  renewalClosesAt: day('08-25'),
  enrollmentOpensAt: day('09-01'),
  enrollmentClosesAt: day('09-08'),
  lateEntryClosesAt: day('09-29'),
  firstSessionAt: day('09-15'),
};

describe('the windows of a class', () => {
  it.each([
    ['before renewal', day('08-19'), { refusal: { code: 'WINDOW_NOT_OPEN', opensAt: day('09-01') } }],
    ['as renewal opens', day('08-20'), { phase: 'renewal' }],
    ['as renewal closes', day('08-25'), { refusal: { code: 'WINDOW_NOT_OPEN', opensAt: day('09-01') } }],
    ['as enrollment opens', day('09-01'), { phase: 'open' }],
    ['a second before it closes', day('09-08', '08:59'), { phase: 'open' }],
    [
      'between closing and the first session',
      day('09-10'),
      { refusal: { code: 'LATE_ENTRY_NOT_OPEN', opensAt: day('09-15') } },
    ],
    ['from the first session on', day('09-15'), { phase: 'late_entry' }],
    ['after late entry', day('09-29'), { refusal: { code: 'WINDOW_CLOSED', closedAt: day('09-29') } }],
  ])('%s', (_, at, expected) => {
    expect(phaseAt(paperCutting, at)).toEqual(expected);
  });

  it('is closed for good where there is no late entry', () => {
    const closed = { refusal: { code: 'WINDOW_CLOSED', closedAt: day('09-08') } };
    expect(phaseAt({ ...paperCutting, lateEntryClosesAt: null }, day('09-16'))).toEqual(closed);
  });

  it('takes nobody in a class that is not published', () => {
    expect(phaseAt({ ...paperCutting, state: 'stopped' }, day('09-02'))).toEqual({
      refusal: { code: 'CLASS_NOT_OPEN' },
    });
  });
});

describe('how an application is decided', () => {
  it.each([
    ['who renews gets a seat at once', 'renewal', 'lottery', 'first_come'],
    ['who renews gets a seat at once, in a class that the school decides on too', 'renewal', 'approval', 'first_come'],
    ['the open window draws', 'open', 'lottery', 'lottery'],
    ['whoever comes late to a lottery takes what is free', 'late_entry', 'lottery', 'first_come'],
    ['the school decides on late comers too', 'late_entry', 'approval', 'approval'],
  ] as const)('%s', (_, phase, admission, expected) => {
    expect(admissionIn(phase, admission)).toBe(expected);
  });
});

describe('a seat that falls free', () => {
  it.each([
    ['is given before the first session', {}, day('09-14'), true],
    ['is given while late entry lasts', {}, day('09-20'), true],
    ['is not given after it', {}, day('09-29'), false],
    ['is not given after the first session without late entry', { lateEntryClosesAt: null }, day('09-15'), false],
    ['is not given in a stopped class', { state: 'stopped' }, day('09-02'), false],
  ])('%s', (_, change, at, expected) => {
    expect(givesFreedSeats({ ...paperCutting, ...change }, at)).toBe(expected);
  });
});
