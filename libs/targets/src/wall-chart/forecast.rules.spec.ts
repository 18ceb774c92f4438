import { describe, expect, it } from '@jest/globals';
import { type ForecastClass, forecastOf, pastRates, thresholdDay } from './forecast.rules.js';

const weekly = (first: string, count: number) =>
  Array.from({ length: count }, (_, week) => ({
    day: new Date(Date.parse(`${first}T00:00:00Z`) + week * 7 * 86_400_000).toISOString().slice(0, 10),
    minutes: 90,
  }));
const finished = (seats: number, taken: number, counted: number): ForecastClass => ({
  state: 'finished',
  seats,
  taken,
  open: false,
  sessions: weekly('2026-03-02', 5),
  counted,
});
const scheduled = (more: Partial<ForecastClass> = {}): ForecastClass => ({
  state: 'published',
  seats: 20,
  taken: 4,
  open: true,
  sessions: weekly('2026-11-30', 5),
  counted: 0,
  ...more,
});
/** 32 of 40 seats taken (80 %), 24 of 32 counted (75 %). */
const PAST = [finished(20, 20, 15), finished(20, 12, 9)];

describe('what is learned from the past', () => {
  it('is how seats filled and how many of those who held one counted', () => {
    expect(pastRates(PAST)).toEqual({ fill: 0.8, counted: 0.75, classes: 2 });
  });

  it('is nothing where no class with residents has finished', () => {
    expect(pastRates([finished(20, 0, 0), scheduled()])).toBeNull();
    expect(forecastOf([scheduled()], '2026-11-25', 80)).toBeNull();
  });
});

describe('the day of the threshold by the timetable', () => {
  it.each([
    ['the fourth of five for 80 %', 80, '2026-12-21'],
    ['the third of five for 60 %', 60, '2026-12-14'],
    ['the last for all', 100, '2026-12-28'],
  ])('%s', (_, threshold, day) => expect(thresholdDay(weekly('2026-11-30', 5), threshold)).toBe(day));

  it('is none without sessions', () => expect(thresholdDay([], 80)).toBeNull());
});

describe('what scheduled classes add', () => {
  it.each<[string, Partial<ForecastClass>, number]>([
    ['an open class fills as the past did: 16 of 20 seats, 12 count', {}, 12],
    ['more have come already than the past would say', { taken: 19 }, 14],
    ['a closed one keeps who is in it: 3 of 4', { open: false }, 3],
    ['what its residents have counted already is not added again', { open: false, taken: 20, counted: 10 }, 5],
    ['all have counted', { open: false, taken: 20, counted: 20 }, 0],
    ['its threshold is reached in the next year only', { sessions: weekly('2026-12-14', 5) }, 0],
    ['a class over the turn of the year whose threshold falls before it', { sessions: weekly('2026-12-07', 5) }, 12],
    ['its sessions are all over, though nobody has finished it', { sessions: weekly('2026-10-05', 5) }, 0],
    ['without a timetable', { sessions: [] }, 0],
  ])('%s', (_, given, expected) => {
    const found = forecastOf([...PAST, scheduled(given)], '2026-11-25', 80)!;
    expect(found.expected).toBe(expected);
    expect(found.classes).toBe(expected > 0 ? 1 : 0);
  });
});
