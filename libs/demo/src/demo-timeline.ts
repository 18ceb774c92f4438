import type { SystemClock } from '#core';
import { at } from './demo-calendar.js';

/** Something that happens at a moment. */
export interface DemoEvent {
  at: Date;
  happen: () => Promise<unknown>;
}

/** Events at work at once: as many connections as a process has by default, less a few. */
const ABREAST = 8;

/** Does the work for each, several at once. */
export async function abreast<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
  lanes = ABREAST,
): Promise<void> {
  const waiting = [...items];
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
}

/** Events in order of time, those of one moment together. */
export function moments(events: readonly DemoEvent[]): { at: Date; events: DemoEvent[] }[] {
  const found: { at: Date; events: DemoEvent[] }[] = [];
  for (const event of events.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
    const last = found.at(-1);
    if (last?.at.getTime() === event.at.getTime()) last.events.push(event);
    else found.push({ at: event.at, events: [event] });
  }
  return found;
}

/** How a past is lived through. */
export interface Living {
  /** Of this process; it is moved from one moment to the next. */
  clock: SystemClock;
  /** After each moment: does what the worker would do in the present. */
  follow: () => Promise<void>;
  /** Hears how much of it has happened, from 0 to 1, and of which moment the last was. */
  told: (part: number, at: Date) => void | Promise<void>;
  /** Events at work at once. */
  lanes?: number;
}

/** Lets everything happen that lies before the plan's last day, in order of time. */
export async function liveThrough(
  events: readonly DemoEvent[],
  { today }: { today: string },
  { clock, follow, told, lanes }: Living,
): Promise<void> {
  const end = at(today, 0);
  const past = events.filter((event) => event.at < end);
  let done = 0;
  for (const moment of moments(past)) {
    clock.moveTo(moment.at);
    await abreast(moment.events, (event) => event.happen(), lanes);
    await follow();
    done += moment.events.length;
    await told(done / past.length, moment.at);
  }
}
