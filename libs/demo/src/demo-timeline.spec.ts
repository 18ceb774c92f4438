import { describe, expect, it } from '@jest/globals';
import { SystemClock } from '#core';
import { at } from './demo-calendar.js';
import { type DemoEvent, liveAbreast } from './demo-timeline.js';

const TODAY = { today: '2026-11-26' };
const onDay = (day: number) => at(`2026-11-${String(day).padStart(2, '0')}`, 9);

/** Lives through the events in two lanes; says what began and ended when, and at which present. */
async function live(events: (said: string[]) => (DemoEvent & { name: string })[]) {
  const said: string[] = [];
  const parts: number[] = [];
  const lane = () => {
    const clock = new SystemClock();
    const own = events(said).map((event) => ({
      ...event,
      happen: async () => {
        const { name } = event;
        said.push(`${name} begins`);
        expect(Math.abs(clock.now().getTime() - event.at.getTime())).toBeLessThan(5_000);
        await event.happen();
        expect(Math.abs(clock.now().getTime() - event.at.getTime())).toBeLessThan(5_000);
        said.push(`${name} ends`);
      },
    }));
    return { clock, events: own, follow: () => Promise.resolve() };
  };
  await liveAbreast([lane(), lane()], TODAY, (part) => void parts.push(part));
  return { said, parts };
}

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('living through a past in several lanes', () => {
  it('lets what is about the same come in order of time, and the rest beside it', async () => {
    const { said, parts } = await live(() => [
      { name: 'later', at: onDay(3), about: ['class'], happen: () => turns(1) },
      { name: 'earlier', at: onDay(1), about: ['class', 'person'], happen: () => turns(5) },
      { name: 'beside', at: onDay(2), about: ['other'], happen: () => turns(1) },
      { name: 'last', at: onDay(4), about: ['other', 'person'], happen: () => turns(1) },
    ]);
    const place = (what: string) => said.indexOf(what);
    expect(place('beside ends')).toBeLessThan(place('earlier ends'));
    expect(place('earlier ends')).toBeLessThan(place('later begins'));
    expect(place('earlier ends')).toBeLessThan(place('last begins'));
    expect(place('beside ends')).toBeLessThan(place('last begins'));
    expect(parts).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it('lets what is about everything come alone', async () => {
    const { said } = await live(() => [
      { name: 'one', at: onDay(1), about: ['one'], happen: () => turns(3) },
      { name: 'two', at: onDay(1), about: ['two'], happen: () => turns(1) },
      { name: 'all', at: onDay(2), happen: () => turns(3) },
      { name: 'three', at: onDay(3), about: ['three'], happen: () => turns(1) },
    ]);
    expect(said.slice(4, 6)).toEqual(['all begins', 'all ends']);
    expect(said.slice(6)).toEqual(['three begins', 'three ends']);
  });

  it('leaves out what would happen on the last day or later', async () => {
    const { said } = await live(() => [
      { name: 'before', at: onDay(25), happen: () => turns(1) },
      { name: 'today', at: onDay(26), happen: () => turns(1) },
    ]);
    expect(said).toEqual(['before begins', 'before ends']);
  });

  it('stops where something fails, and waits for what is under way', async () => {
    let begun: string[] = [];
    const living = live((said) => {
      begun = said;
      return [
        { name: 'fails', at: onDay(1), about: ['one'], happen: () => Promise.reject(new Error('no room')) },
        { name: 'under way', at: onDay(1), about: ['two'], happen: () => turns(5) },
        { name: 'later', at: onDay(2), about: ['three'], happen: () => turns(1) },
        { name: 'behind', at: onDay(3), about: ['one'], happen: () => turns(1) },
      ];
    });
    await expect(living).rejects.toThrow('no room');
    expect(begun).toEqual(['fails begins', 'under way begins', 'under way ends']);
  });
});
