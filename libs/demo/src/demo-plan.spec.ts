import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, dayOf, readMobilePhone, readResidentCard } from '#contracts';
import { PACKAGE_ROOT } from '#core';
import { type DemoPlan, planDemo } from './demo-plan.js';

const VILLAGES = new Map<string, string[]>();
for (const line of readFileSync(join(PACKAGE_ROOT, 'libs/places/data/regions.csv'), 'utf8').trim().split('\n')) {
  const [code, level, , parent] = line.split(',') as [string, string, string, string];
  if (level === 'village') VILLAGES.set(parent, [...(VILLAGES.get(parent) ?? []), code]);
}

const plan = (day: string, seed = 1): DemoPlan => planDemo(day, seed, VILLAGES);
const anyDay = fc.integer({ min: 0, max: 3_650 }).map((days) => addDays('2024-01-01', days));

/** Checks something of the plan of many days. */
const always = (check: (plan: DemoPlan) => void) =>
  fc.assert(
    fc.property(anyDay, (day) => check(plan(day))),
    { numRuns: 25 },
  );

describe('the plan of the demo', () => {
  it('is the same for the same day and seed, and another for another', () => {
    expect(plan('2026-11-23')).toEqual(plan('2026-11-23'));
    const names = ({ people }: DemoPlan) => people.map(({ name, birthDate }) => name + birthDate).join();
    expect(names(plan('2026-11-23'))).not.toBe(names(plan('2026-11-23', 2)));
  });

  it('lays every session into its term, whatever the day', () => {
    always(({ terms, classes }) => {
      expect(new Set(terms.map(({ name }) => name)).size).toBe(terms.length);
      for (const { name, term: key, sessions, cancelled, draftedAt } of classes) {
        const term = terms.find((one) => one.key === key)!;
        const last = sessions.at(-1)?.day ?? term.endsOn;
        const madeUp = addDays(last, (cancelled?.length ?? 0) * 7);
        const fits = (sessions[0]?.day ?? term.startsOn) >= term.startsOn && madeUp <= term.endsOn;
        expect({ name, fits, drafted: draftedAt > term.createdAt }).toEqual({ name, fits: true, drafted: true });
      }
    });
  });

  it('needs no room, no teacher and no resident twice at a time', () => {
    always(({ classes }) => {
      const claimed = classes.flatMap(({ term, venue, school, teacherIndex, asking, slots }) =>
        [venue, `${school.key} ${teacherIndex}`, ...asking.map(({ index }) => index)].flatMap((one) =>
          slots.map((slot) => `${term} ${one} ${slot}`),
        ),
      );
      expect(new Set(claimed).size).toBe(claimed.length);
    });
  });

  it('brings those who are tried out into their classes, and leaves queues where there are to be some', () => {
    always(({ classes }) => {
      for (const { name, first = [], late = [], ask, asking, seats } of classes) {
        const keys = asking.map(({ key }) => key);
        expect({ name, asking: asking.length }).toEqual({ name, asking: ask });
        expect(keys.slice(0, first.length).toSorted()).toEqual([...first].sort());
        expect(keys.slice(seats, seats + late.length)).toEqual(late);
      }
    });
  });

  it.each(['2027-03-25', '2028-07-17'])('throws again where too few are free for a class, as on %s', (day) => {
    expect(plan(day).classes.filter(({ ask, asking }) => asking.length < ask)).toEqual([]);
  });

  it('has sessions today, enrollment open now, opening soon and over', () => {
    always(({ today, classes }) => {
      const now = new Date(`${today}T00:00:00+08:00`);
      const count = (fits: (one: (typeof classes)[number]) => boolean) => classes.filter(fits).length;
      expect(count(({ sessions }) => sessions.some(({ day }) => day === today))).toBeGreaterThan(3);
      expect(count(({ phase, opensAt, closesAt }) => phase === 'open' && opensAt < now && closesAt > now)).toBe(
        count(({ phase }) => phase === 'open'),
      );
      expect(count(({ phase, opensAt }) => phase === 'soon' && opensAt > now)).toBe(3);
      expect(count(({ phase, finishedAt }) => phase === 'done' && finishedAt < now)).toBe(5);
    });
  });

  it('invents phones and cards that are well formed and belong to nobody', () => {
    const { people } = plan('2026-11-23');
    for (const { account, phone, card, birthDate, sex } of people) {
      const given = account?.phone ?? phone;
      if (given !== null) expect(readMobilePhone(given)).toMatch(/^1690577/);
      expect(readResidentCard(card)).toEqual({ number: card, birthDate, sex });
      expect(card).toMatch(/^990577/);
    }
    const cards = people.map(({ card }) => card);
    expect(new Set(cards).size).toBe(cards.length);
    expect(people.every(({ registeredAt }) => dayOf(registeredAt) < '2026-11-23')).toBe(true);
  });
});
