import { Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import type { Topic } from '#contracts';
import { Clock } from '../clock.js';
import { rows, written } from '../database/sql.js';

/** Channel of NOTIFY that wakes the relay. */
export const OUTBOX_FILLED = 'outbox_filled';

/**
 * What must be done because of what is being written: rows of the same transaction, handed to the queues after its
 * commit by the relay. At least once: every job is idempotent.
 */
@Injectable()
export class Outbox {
  constructor(private readonly clock: Clock) {}

  /**
   * Tells the followers of a topic, once this transaction commits.
   *
   * @param ids of what the topic names; never personal data. An empty list tells nothing.
   */
  async tell(em: EntityManager, topic: Topic, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await written(
      em,
      `with told as (insert into outbox (topic, ids, at) values ($1, $2, $3) returning id)
       select pg_notify('${OUTBOX_FILLED}', '') from told`,
      [topic, [...new Set(ids)], this.clock.now()],
    );
  }

  /**
   * Takes what was told longest ago out of the box; it is gone when this transaction commits. Rows that somebody else
   * is taking are left to them.
   */
  take(em: EntityManager | DataSource, limit: number): Promise<{ topic: Topic; ids: string[] }[]> {
    return rows(
      em,
      `delete from outbox where id in (select id from outbox order by id limit $1 for update skip locked)
       returning topic, ids`,
      [limit],
    );
  }
}
