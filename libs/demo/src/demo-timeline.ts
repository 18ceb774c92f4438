import type { SystemClock } from '#core';
import { at } from './demo-calendar.js';

/** Something that happens at a moment. */
export interface DemoEvent {
  at: Date;
  /**
   * Whom and what it is about. It comes after all that happened to any of them before; what has nothing in common with
   * it may happen beside it, whichever comes first. Where nothing is said, all comes either before it or after it.
   */
  about?: readonly string[];
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

/** Someone who lets things happen beside others, each at a present of their own. */
export interface Lane {
  clock: SystemClock;
  /** In the same order for every lane: each happens in one of them. */
  events: readonly DemoEvent[];
  /** After each event: does what the worker would do in the present. */
  follow: () => Promise<void>;
}

/**
 * {@link liveThrough} with several moments at once: what is about the same people and things happens in order of time,
 * in whichever lane is free, so that it comes to the same.
 */
export async function liveAbreast(
  lanes: readonly Lane[],
  { today }: { today: string },
  told: (part: number) => void | Promise<void>,
): Promise<void> {
  const end = at(today, 0);
  const pasts = lanes.map(({ events }) =>
    events.filter((event) => event.at < end).toSorted((a, b) => a.at.getTime() - b.at.getTime()),
  );
  const order = new OrderOfEvents(pasts[0]!);
  const live = async ({ clock, follow }: Lane, events: readonly DemoEvent[]) => {
    for (let next = await order.next(); next !== undefined; next = await order.next()) {
      const event = events[next]!;
      clock.moveTo(event.at);
      await event.happen();
      await follow();
      order.done(next);
      await told(order.part);
    }
  };
  const ends = await Promise.allSettled(
    lanes.map((lane, index) => live(lane, pasts[index]!).catch((error: unknown) => order.giveUp(error))),
  );
  for (const ended of ends) if (ended.status === 'rejected') throw ended.reason;
}

/** Which of the events may happen, given what has happened. */
class OrderOfEvents {
  /** Events that come after it, and number of those before it that have not happened, by event. */
  private readonly after: number[][];
  private readonly before: number[];
  /** May happen; the earliest first. */
  private readonly ready: number[] = [];
  private readonly waiting: ((next: number | undefined) => void)[] = [];
  private happened = 0;
  private ended = false;

  /** @param events in order of time. */
  constructor(events: readonly DemoEvent[]) {
    this.after = events.map(() => []);
    this.before = events.map(() => 0);
    const last = new Map<string, number>();
    let alone: number | undefined;
    let since: number[] = [];
    for (const [index, { about }] of events.entries()) {
      const earlier = new Set(about ? about.flatMap((one) => last.get(one) ?? []) : since);
      if (alone !== undefined) earlier.add(alone);
      for (const one of earlier) this.after[one]!.push(index);
      this.before[index] = earlier.size;
      if (earlier.size === 0) this.ready.push(index);
      for (const one of about ?? []) last.set(one, index);
      if (about) since.push(index);
      else {
        [alone, since] = [index, []];
        last.clear();
      }
    }
  }

  /** How much has happened, from 0 to 1. */
  get part(): number {
    return this.happened / this.before.length;
  }

  /** The next event, as soon as there is one; undefined where there will be none. */
  next(): Promise<number | undefined> {
    const next = this.ended ? undefined : this.ready.shift();
    if (next !== undefined || this.ended || this.happened === this.before.length) return Promise.resolve(next);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  done(event: number): void {
    this.happened++;
    for (const one of this.after[event]!) {
      if (--this.before[one]! > 0) continue;
      const place = this.ready.findIndex((other) => other > one);
      this.ready.splice(place === -1 ? this.ready.length : place, 0, one);
    }
    while (this.waiting.length > 0 && this.ready.length > 0) this.waiting.shift()!(this.ready.shift());
    if (this.happened === this.before.length) this.end();
  }

  /** Lets nothing more happen. */
  giveUp(error: unknown): never {
    this.end();
    throw error;
  }

  private end(): void {
    this.ended = true;
    this.ready.length = 0;
    for (const tell of this.waiting.splice(0)) tell(undefined);
  }
}
