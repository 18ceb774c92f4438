import { Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { type DirectTopic, GATHERED, type Topic } from '#contracts';
import { Clock } from '../clock.js';
import { preparedRows, rows, written } from '../database/sql.js';

/** Channel of NOTIFY that wakes those who empty the box; its payload is the topic. */
export const OUTBOX_FILLED = 'outbox_filled';

/** Ids in one row, so that whoever takes rows can take about as many ids as one transaction should hold. */
const IDS_PER_ROW = 100;

/** Rows that are looked at for one {@link Outbox.takeDirectly}; most hold a few ids. */
const ROWS_AT_ONCE = 100;

const TELL = `insert into outbox (topic, ids, at)
       select $1::text, ($2::uuid[])[place : place + ${IDS_PER_ROW - 1}], $3
         from generate_series(1, cardinality($2::uuid[]), ${IDS_PER_ROW}) as place`;
const TELL_AND_WAKE = `with told as (${TELL} returning 1)
       select pg_notify('${OUTBOX_FILLED}', $1::text) from told limit 1`;

/** Of what a topic's followers are told. */
export interface Told {
  topic: Topic;
  ids: string[];
}

/**
 * What must be done because of what is being written: rows of the same transaction, handed to the queues after its
 * commit by the relay. At least once: every job is idempotent.
 */
@Injectable()
export class Outbox {
  private kept: Told[] | undefined;

  constructor(private readonly clock: Clock) {}

  /**
   * From now on keeps what is told in this process, for one that follows by itself what it does, and does all of it anew
   * should it be killed: nothing of it is in the table, and no relay hears of it. What a transaction told that was then
   * rolled back is handed out, too, which followers put up with, as they look for themselves at what is there.
   *
   * @returns takes what was told since
   */
  keepHere(): () => Told[] {
    const kept = (this.kept ??= []);
    return () => kept.splice(0);
  }

  /**
   * Tells the followers of a topic, once this transaction commits.
   *
   * @param ids of what the topic names; never personal data. An empty list tells nothing.
   */
  async tell(em: EntityManager, topic: Topic, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    if (this.kept) {
      this.kept.push({ topic, ids: [...new Set(ids)] });
      return;
    }
    const wakes = !(GATHERED as readonly Topic[]).includes(topic);
    await written(em, wakes ? TELL_AND_WAKE : TELL, [topic, [...new Set(ids)], this.clock.now()]);
  }

  /**
   * Takes what was told longest ago out of the box; it is gone when this transaction commits. Rows that somebody else
   * is taking are left to them.
   *
   * @param of these topics alone, or of all but these
   */
  take(
    em: EntityManager | DataSource,
    limit: number,
    of: { only: readonly Topic[] } | { except: readonly Topic[] } = { except: [] },
  ): Promise<Told[]> {
    const [condition, topics] = 'only' in of ? ['topic = any($2)', of.only] : ['topic <> all($2)', of.except];
    return rows(
      em,
      `delete from outbox where id in (
         select id from outbox where ${condition} order by id limit $1 for update skip locked)
       returning topic, ids`,
      [limit, topics],
    );
  }

  /**
   * {@link take} for a follower that does in the same transaction what follows.
   *
   * @returns about so many ids at most, and fewer only where no more are there
   */
  async takeDirectly(em: EntityManager, topic: DirectTopic, most: number): Promise<string[]> {
    const taken = await preparedRows<{ ids: string[] }>(
      em,
      `with next as materialized (
         select id, cardinality(ids) as size from outbox
          where topic = $1 order by id limit ${ROWS_AT_ONCE} for update skip locked
       ), fitting as (
         select id from (select id, sum(size) over (order by id) - size as before from next) n where before < $2::int
       )
       delete from outbox o using fitting f where o.id = f.id returning o.ids`,
      [topic, most],
    );
    return taken.flatMap(({ ids }) => ids);
  }
}
