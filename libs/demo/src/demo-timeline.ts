/** Something that happens at a moment. */
export interface DemoEvent {
  at: Date;
  happen: () => Promise<unknown>;
}

/** Events at work at once: as many connections as a process has by default, less a few. */
const ABREAST = 8;

/** Does the work for each, several at once. */
export async function abreast<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const waiting = [...items];
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(ABREAST, items.length) }, lane));
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
