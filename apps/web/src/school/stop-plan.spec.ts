import { describe, expect, it } from '@jest/globals';
import { type Affected, destinations, fatesOf } from './stop-plan.js';

const person = (id: string, state: Affected['state'], unitId: string | null = null): Affected => ({
  id,
  name: id,
  state,
  unitId,
});
const PEOPLE = [
  person('a', 'enrolled'),
  person('b', 'enrolled'),
  person('c', 'offered'),
  person('d', 'waiting'),
  person('e', 'applied'),
];

describe('where the people of a stopped class go', () => {
  it.each([
    ['nowhere', null, ['released', 'released', 'released', 'released', 'released']],
    ['a class with seats for all', 9, ['seat', 'seat', 'seat', 'queue', 'application']],
    ['a class with one seat', 1, ['seat', 'queue', 'queue', 'queue', 'application']],
    ['a full class', 0, ['queue', 'queue', 'queue', 'queue', 'application']],
  ])('into %s', (_, seatsLeft, expected) => {
    const into = { admission: 'first_come' as const, enrollmentClosesAt: '2026-09-10T00:00:00Z' };
    expect(destinations(PEOPLE, seatsLeft === null ? null : { ...into, seatsLeft })).toEqual(expected);
  });

  it('companions have seats together or wait together', () => {
    const into = { seatsLeft: 2, admission: 'first_come' as const, enrollmentClosesAt: '2026-09-10T00:00:00Z' };
    const couple = [person('b', 'enrolled', 'couple'), person('c', 'enrolled', 'couple')];
    const people = [person('a', 'enrolled'), ...couple, person('d', 'enrolled')];
    expect(destinations(people, into)).toEqual(['seat', 'queue', 'queue', 'seat']);
    expect(destinations(couple, into)).toEqual(['seat', 'seat']);
  });

  it('into the draw, where seats are yet to be drawn', () => {
    const into = { seatsLeft: 9, admission: 'lottery' as const, enrollmentClosesAt: '2026-09-10T00:00:00Z' };
    const closes = Date.parse(into.enrollmentClosesAt);
    expect(new Set(destinations(PEOPLE, into, closes - 1))).toEqual(new Set(['application']));
    expect(destinations(PEOPLE, into, closes)).toEqual(['seat', 'seat', 'seat', 'queue', 'behind']);
  });

  it('tells what has become of each, and of whom that is not known yet', () => {
    const views = (...found: [string, string][]) => found.map(([id, state]) => ({ id, state })) as never[];
    const left = views(['b', 'enrolled'], ['c', 'cancelled']);
    const there = views(['a', 'enrolled'], ['d', 'waiting']);
    expect(fatesOf(PEOPLE, left, there)).toEqual([
      { kind: 'moved', state: 'enrolled' },
      { kind: 'pending' },
      { kind: 'released' },
      { kind: 'moved', state: 'waiting' },
      // Between the two lists, on the way from one to the other.
      { kind: 'pending' },
    ]);
  });
});
