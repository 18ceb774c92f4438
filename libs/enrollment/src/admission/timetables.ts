import type { EntityManager } from 'typeorm';
import type { ClassSeatsService, SessionTime } from '#catalogue';
import { sessionsByClass } from '../clashes.rules.js';

/** Timetables that are remembered at most. */
const MOST = 10_000;

/**
 * When classes meet, for a desk that asks about the same ones with every batch: sessions are read again only where the
 * print of a class, which is read under the locks each time, says that they have changed.
 */
export class Timetables {
  private readonly known = new Map<string, { print: string; sessions: SessionTime[] }>();

  /** The classes that were asked for last, and probably will be again. */
  askedLast: readonly string[] = [];

  constructor(private readonly seats: ClassSeatsService) {}

  /**
   * The sessions of these classes; one that does not meet at all is absent.
   *
   * @param prints those that have been read already; the others are read now.
   */
  async of(
    em: EntityManager,
    classIds: readonly string[],
    prints: ReadonlyMap<string, string>,
  ): Promise<Map<string, SessionTime[]>> {
    this.askedLast = classIds.slice(0, 64);
    const unread = classIds.filter((id) => !prints.has(id));
    const now = unread.length === 0 ? prints : new Map([...prints, ...(await this.seats.timetablePrints(em, unread))]);
    const times = new Map<string, SessionTime[]>();
    const changed: string[] = [];
    for (const id of classIds) {
      const known = this.known.get(id);
      if (known && known.print === now.get(id)) times.set(id, known.sessions);
      else if (now.has(id)) changed.push(id);
    }
    if (changed.length === 0) return times;
    const found = sessionsByClass(await this.seats.sessionTimes(em, changed));
    if (this.known.size > MOST) this.known.clear();
    for (const [id, sessions] of found) {
      this.known.set(id, { print: sessions[0]!.print, sessions });
      times.set(id, sessions);
    }
    return times;
  }
}
