import { describe, expect, it } from '@jest/globals';
import { ENROLLMENT_STATES } from '#contracts';
import { countsAs, isDone, leavingStep, moved, MOVES, type Step, undoUntil } from './moves.rules.js';

const at = new Date('2026-09-01T01:00:00Z');

describe('every move', () => {
  const allowed: Record<Step, string> = {
    draw_seat: 'applied>enrolled',
    draw_wait: 'applied>waiting',
    draw_none: 'applied>not_drawn',
    enter: 'enrolled>applied waiting>applied offered>applied',
    approve: 'applied>enrolled',
    queue: 'applied>waiting enrolled>waiting offered>waiting',
    refuse: 'applied>refused',
    promote: 'waiting>enrolled',
    offer: 'waiting>offered',
    accept: 'offered>enrolled',
    decline: 'offered>declined',
    expire: 'offered>expired',
    cancel: 'applied>cancelled enrolled>cancelled waiting>cancelled offered>cancelled',
    undo: 'cancelled>enrolled',
    withdraw: 'enrolled>withdrawn',
    remove: 'applied>removed enrolled>removed waiting>removed offered>removed',
    release: 'applied>cancelled enrolled>cancelled waiting>cancelled offered>cancelled',
    transfer: 'applied>applied enrolled>enrolled waiting>waiting offered>offered',
    reinstate: 'declined>waiting expired>waiting not_drawn>waiting refused>waiting cancelled>waiting removed>waiting',
    finish: 'enrolled>finished',
    lapse: 'applied>lapsed waiting>lapsed offered>lapsed',
    merge: 'applied>removed enrolled>removed waiting>removed offered>removed finished>removed',
  };

  it.each(Object.entries(allowed))('%s: %s, and from no other state', (step, moves) => {
    const found = ENROLLMENT_STATES.flatMap((from) => {
      const to = moved(from, step as Step, 'enrolled');
      return to ? [`${from}>${to}`] : [];
    });
    expect(found.join(' ')).toBe(moves);
  });

  it('is in the table above', () => {
    expect(Object.keys(MOVES).sort()).toEqual(Object.keys(allowed).sort());
  });
});

describe('cancelling is taken back', () => {
  it('to where the enrollment stood', () => {
    expect(moved('cancelled', 'undo', 'waiting')).toBe('waiting');
    expect(moved('cancelled', 'undo', null)).toBeNull();
  });

  it.each([
    ['enrolled', 10],
    ['waiting', 10],
    ['applied', 10],
    ['offered', null],
  ] as const)('of one who was %s: %s minutes', (from, minutes) => {
    const until = undoUntil(from, at);
    expect(until && (until.getTime() - at.getTime()) / 60_000).toBe(minutes);
  });

  it('holds a seat meanwhile, and nothing else', () => {
    expect(countsAs({ state: 'cancelled', undoTo: 'enrolled' })).toBe('held');
    expect(countsAs({ state: 'cancelled', undoTo: 'waiting' })).toBeNull();
    expect(countsAs({ state: 'cancelled', undoTo: null })).toBeNull();
  });
});

describe('leaving', () => {
  const firstSession = new Date('2026-09-15T01:00:00Z');
  it.each([
    ['a seat before the first session is cancelled', 'enrolled', at, 'cancel'],
    ['a seat from the first session on is withdrawn from', 'enrolled', firstSession, 'withdraw'],
    ['the queue is always cancelled', 'waiting', new Date('2026-10-01T00:00:00Z'), 'cancel'],
    ['again after a withdrawal is a withdrawal', 'withdrawn', firstSession, 'withdraw'],
  ] as const)('%s', (_, state, moment, expected) => {
    expect(leavingStep(state, firstSession, moment)).toBe(expected);
  });
});

describe('a step taken twice', () => {
  it.each([
    ['accept', 'enrolled', true],
    ['cancel', 'cancelled', true],
    ['approve', 'enrolled', true],
    ['undo', 'enrolled', true],
    ['undo', 'waiting', true],
    ['undo', 'applied', true],
    ['undo', 'withdrawn', false],
    ['accept', 'expired', false],
    ['transfer', 'enrolled', false],
  ] as const)('%s, now %s: done %s', (step, state, expected) => {
    expect(isDone(state, step)).toBe(expected);
  });
});
