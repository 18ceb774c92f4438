import { describe, expect, it } from '@jest/globals';
import type { SeatReserve } from '#contracts';
import type { SeatCounts } from '#catalogue';
import { type SeatClaim, seatTogether } from './seats.rules.js';

const at = new Date('2026-09-01T01:00:00Z');
const counts = (free: number): SeatCounts => ({
  seats: 10,
  taken: 10 - free,
  offered: 0,
  held: 0,
  waiting: 0,
  applied: 0,
});
const reserve = (kind: SeatReserve['kind'], seats: number, regionCode: string | null = null): SeatReserve => ({
  kind,
  seats,
  regionCode,
  releasedAt: '2026-09-03T09:00:00+08:00',
});
const XIAOPU = '330305001007';
const anybody: SeatClaim = { source: 'self', firstTimer: false, regionCode: '330305002001' };
const newcomer = { ...anybody, firstTimer: true };
const atCounter: SeatClaim = { ...anybody, source: 'counter' };
const villager = { ...anybody, regionCode: XIAOPU };

describe('seats for people who come together', () => {
  const scenarios: [string, number, SeatReserve[], Record<string, number>, SeatClaim[], (string | null)[] | null][] = [
    ['one takes a free seat', 1, [], {}, [anybody], [null]],
    ['a couple takes the last two', 2, [], {}, [anybody, anybody], [null, null]],
    ['a couple does not take one of them', 1, [], {}, [anybody, anybody], null],
    ['nobody takes a seat kept for the counter', 2, [reserve('counter', 2)], {}, [anybody], null],
    ['the counter takes it', 2, [reserve('counter', 2)], {}, [atCounter], ['counter']],
    ['a used reserve keeps nothing back', 1, [reserve('counter', 2)], { counter: 2 }, [anybody], [null]],
    ['first-timers take their reserve', 2, [reserve('newcomers', 2)], {}, [newcomer], ['newcomers']],
    ['villagers take their reserve', 1, [reserve('village', 1, XIAOPU)], {}, [villager], [`village:${XIAOPU}`]],
    ['the people of another village do not', 1, [reserve('village', 1, XIAOPU)], {}, [anybody], null],
    [
      'a couple of whom one lives there takes a reserved and a free seat',
      2,
      [reserve('village', 1, XIAOPU)],
      {},
      [villager, anybody],
      [`village:${XIAOPU}`, null],
    ],
    [
      'the seats of everybody last longer: reserves are used first',
      3,
      [reserve('counter', 1)],
      {},
      [atCounter, anybody, anybody],
      ['counter', null, null],
    ],
    ['two reserves keep what both need', 3, [reserve('counter', 2), reserve('newcomers', 1)], {}, [anybody], null],
    ['a lowered capacity gives nothing', -1, [], {}, [anybody], null],
  ];
  it.each(scenarios)('%s', (_, free, reserves, used, claims, expected) => {
    expect(seatTogether(counts(free), reserves, new Map(Object.entries(used)), claims, at)).toEqual(expected);
  });

  it('are for everybody once the reserve is released', () => {
    const released = new Date('2026-09-03T01:00:00Z');
    expect(seatTogether(counts(1), [reserve('counter', 1)], new Map(), [anybody], released)).toEqual([null]);
  });

  it('are not free while one that was given up may be taken back', () => {
    expect(seatTogether({ ...counts(1), held: 1 }, [], new Map(), [anybody], at)).toBeNull();
  });

  it('finds seats for two whichever of them is named first', () => {
    const kept = [reserve('counter', 1), reserve('newcomers', 1)];
    const [first, returning] = [
      { ...anybody, source: 'counter' as const, firstTimer: true },
      { ...anybody, source: 'counter' as const, firstTimer: false },
    ];
    expect(seatTogether(counts(2), kept, new Map(), [first, returning], at)).toEqual(['newcomers', 'counter']);
    expect(seatTogether(counts(2), kept, new Map(), [returning, first], at)).toEqual(['counter', 'newcomers']);
    expect(seatTogether(counts(2), kept, new Map(), [returning, returning], at)).toBeNull();
  });
});
