import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { rows } from '#core';
import {
  lockSeats,
  readSeatClasses,
  readSessionTimes,
  readTimetablePrints,
  type RowVersions,
  type SeatClass,
  type SeatCounts,
  type SessionTime,
  writeSeatCounts,
} from './class-seats.queries.js';

/** Classes that are remembered at most. */
const REMEMBERED = 10_000;

/**
 * Seats of published classes, for lib enrollment: it locks, decides, and writes the counts, all in a transaction of
 * its own. No move may create a seat or an offer while `taken + offered >= seats`.
 */
@Injectable()
export class ClassSeatsService {
  /** Classes by the versions of their rows: a desk locks the same ones with every batch. */
  private readonly known = new Map<string, SeatClass & RowVersions>();

  /**
   * Locks the classes' seats, in id order, until the transaction ends.
   *
   * @returns those of the classes that were ever published, by id; others are absent
   */
  async lock(em: EntityManager, classIds: readonly string[]): Promise<SeatClass[]> {
    const locked = await lockSeats(em, classIds);
    const facts = new Map<string, SeatClass>();
    for (const { id, rowVersion, capVersion } of locked) {
      const known = this.known.get(id);
      if (known?.rowVersion === rowVersion && known.capVersion === capVersion) facts.set(id, known);
    }
    const unknown = locked.map(({ id }) => id).filter((id) => !facts.has(id));
    if (unknown.length > 0) {
      if (this.known.size > REMEMBERED) this.known.clear();
      for (const course of await readSeatClasses(em, unknown)) {
        this.known.set(course.id, course);
        facts.set(course.id, course);
      }
    }
    return locked.map((seats) => ({ ...facts.get(seats.id)!, ...seats }));
  }

  /** {@link lock} without the lock, for showing; nothing may be decided by it. */
  read(em: EntityManager, classIds: readonly string[]): Promise<SeatClass[]> {
    return readSeatClasses(em, classIds);
  }

  /** Writes the counts of classes whose seats this transaction has locked. */
  async write(em: EntityManager, counts: readonly (Omit<SeatCounts, 'seats'> & { classId: string })[]): Promise<void> {
    if (counts.length > 0) await writeSeatCounts(em, counts);
  }

  /** Terms that have a day in common, each with itself and the others. */
  overlappingTerms(em: EntityManager, termIds: readonly string[]): Promise<{ termId: string; otherId: string }[]> {
    return rows(
      em,
      `select t.id as "termId", o.id as "otherId"
         from terms t join terms o on o.starts_on <= t.ends_on and o.ends_on >= t.starts_on
        where t.id = any($1::uuid[]) order by t.id, o.id`,
      [termIds],
    );
  }

  /** Whether the seats are promised by a frozen list; until they are drawn they cannot be lowered. */
  async setDrawPending(em: EntityManager, classId: string, pending: boolean): Promise<void> {
    await rows(em, `update class_availability set draw_pending = $2 where class_id = $1`, [classId, pending]);
  }

  /** When the classes meet, without cancelled sessions, by class and time, each with the print of its class. */
  sessionTimes(em: EntityManager, classIds: readonly string[]): Promise<(SessionTime & { print: string })[]> {
    return readSessionTimes(em, classIds);
  }

  /** A print of each class's sessions: as long as it stays the same, so do they. Who does not meet at all is absent. */
  async timetablePrints(em: EntityManager, classIds: readonly string[]): Promise<Map<string, string>> {
    return new Map((await readTimetablePrints(em, classIds)).map(({ classId, print }) => [classId, print]));
  }
}
