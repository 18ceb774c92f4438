import { describe, expect, it } from '@jest/globals';
import type { SeatReserve } from '#contracts';
import { admission, asks, course, enrollment, person } from '../../../../test/support/desk.js';

/*
 * Renewal, reserved seats and a lottery in one class of four: who renewed in time has a seat, two are kept until 12
 * September, one for first-timers and one for a village, and what is left is drawn on the 11th.
 */

const VILLAGE = '330305202200';
const RELEASED = '2026-09-12T00:00:00Z';
const reserves = (releasedAt: string): SeatReserve[] => [
  { kind: 'newcomers', regionCode: null, seats: 1, releasedAt },
  { kind: 'village', regionCode: VILLAGE, seats: 1, releasedAt },
];
const lottery = (releasedAt = RELEASED) => ({
  admission: 'lottery' as const,
  renewalOpensAt: new Date('2026-08-25T00:00:00Z'),
  renewalClosesAt: new Date('2026-08-30T00:00:00Z'),
  seatReserves: reserves(releasedAt),
});
const afterTheDraw = new Date('2026-09-11T01:00:00Z');
const released = new Date(RELEASED);

const LAST_TERM = { termId: 'spring', courseId: 'calligraphy', programmeKind: 'elderly' as const };
const known = { satIn: [LAST_TERM] };
const villager = { ...known, ties: { residence: VILLAGE, work: null, household: null } };
const old = () => enrollment('old', 'enrolled', 0, { queuedAt: new Date('2026-08-26T00:00:00Z') });

function drawn(units: [string, object][], moment = afterTheDraw) {
  const list = units.map(([id], index) => enrollment(id, 'applied', index));
  const renewed = old();
  const desk = admission(
    [course('tai-chi', 4, [renewed, ...list], lottery())],
    [person('old', [renewed], known), ...units.map(([id, change], index) => person(id, [list[index]!], change))],
    moment,
  );
  const result = desk.draw(
    'tai-chi',
    list.map((one) => [one]),
    { seats: 4, waitingLimit: null },
    'draw',
  );
  return { desk, result, states: Object.fromEntries([renewed, ...list].map((one) => [one.residentId, one.state])) };
}

describe('renewal, reserves and a lottery in one class', () => {
  it('draws what neither the renewed have nor is kept; those for whom it is kept get it in the order of the draw', () => {
    const { result, states, desk } = drawn([
      ['first', known],
      ['second', known],
      ['newcomer', {}],
      ['late newcomer', {}],
      ['villager', villager],
    ]);
    expect(result.seats).toBe(1);
    expect(states).toEqual({
      old: 'enrolled',
      first: 'enrolled',
      second: 'waiting',
      newcomer: 'offered',
      'late newcomer': 'waiting',
      villager: 'offered',
    });
    expect(desk.classes.get('tai-chi')!.counts).toMatchObject({ seats: 4, taken: 2, offered: 2, applied: 0 });
  });

  it('keeps what nobody may have until its date, then gives it in the order of the draw', () => {
    const { states } = drawn([
      ['first', known],
      ['second', known],
      ['third', known],
      ['fourth', known],
    ]);
    expect(states).toMatchObject({ first: 'enrolled', second: 'waiting', third: 'waiting', fourth: 'waiting' });

    const queue = ['second', 'third', 'fourth'].map((id, index) => enrollment(id, 'waiting', index));
    const seats = [old(), enrollment('first', 'enrolled')];
    const onTheDay = (moment: Date) => {
      const desk = admission(
        [course('tai-chi', 4, [...seats, ...queue], lottery())],
        queue.map((one) => person(one.residentId, [one], known)),
        moment,
      );
      desk.settle('tai-chi');
      return queue.map(({ state }) => state);
    };
    expect(onTheDay(new Date(released.getTime() - 1))).toEqual(['waiting', 'waiting', 'waiting']);
    expect(onTheDay(released)).toEqual(['offered', 'offered', 'waiting']);
  });

  it('draws all that is free once the reserves are released', () => {
    const { result, states } = drawn(
      [
        ['first', known],
        ['second', known],
        ['third', known],
        ['fourth', known],
      ],
      released,
    );
    expect(result.seats).toBe(3);
    expect(states).toMatchObject({ first: 'enrolled', second: 'enrolled', third: 'enrolled', fourth: 'waiting' });
  });

  it('keeps nothing where the date is over when the class comes out', () => {
    const desk = admission(
      [course('tai-chi', 2, [], { seatReserves: reserves('2026-08-31T00:00:00Z') })],
      [person('first', [], known), person('second', [], known), person('newcomer')],
    );
    const come = ['first', 'second', 'newcomer'].map((id) => desk.apply(asks(id), id));
    expect(come).toMatchObject([
      { enrollments: [{ state: 'enrolled', reserve: null }] },
      { enrollments: [{ state: 'enrolled', reserve: null }] },
      { enrollments: [{ state: 'waiting' }] },
    ]);
  });
});
