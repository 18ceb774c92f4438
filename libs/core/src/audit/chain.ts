import { createHash } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { Injectable } from '@nestjs/common';
import { Clock } from '../clock.js';
import { row, rows } from '../database/sql.js';
import { Transactions } from '../database/transactions.js';

/** A table whose entries are sealed: append-only, with `id bigint` and `tx xid8 default pg_current_xact_id()`. */
export interface Chain {
  /** Name of the chain. */
  name: string;
  /** Its table. */
  table: string;
  /** Column that holds the moment of an entry. */
  momentColumn: string;
  /** Columns that were added when entries were sealed already: what is null there is left out of what is sealed. */
  addedColumns?: readonly string[];
}

/** The audit log's chain. */
export const AUDIT_CHAIN: Chain = { name: 'audit', table: 'audit_entries', momentColumn: 'at' };

/** Entries in one block at most. */
const BLOCK = 5_000;

interface Position {
  cluster: string;
  after_tx: string;
  after_id: string;
  min_id: string;
}

interface Block {
  number: string;
  previous_hash: Buffer;
  hash: Buffer;
  entry_count: number;
  after_tx: string;
  after_id: string;
  up_to_tx: string;
  up_to_id: string;
  min_id: string;
  entry_digests: Buffer | null;
}

/** A block whose entries are no longer what was sealed. */
export interface BrokenBlock {
  chain: string;
  /** Number of the block, from 1. */
  block: number;
  firstId: string | null;
  lastId: string | null;
  /** Entries that were changed, removed or added; empty where only the block is known. */
  entryIds: string[];
  reason: 'entries-changed' | 'entries-missing-or-added' | 'link-broken';
}

/**
 * Seals committed entries into a chain of blocks, each hashing the one before, so that a change behind the platform's
 * back is found and named.
 *
 * Writers take no part in it. Entries are taken in the order (tx, id) up to the oldest transaction still running, so
 * none can appear later before an entry that is sealed. Transaction numbers begin anew when a dump is loaded into
 * another cluster; then everything that was loaded is sealed first and the position starts again behind it.
 */
@Injectable()
export class ChainSealer {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /**
   * Seals what is committed.
   *
   * @returns number of entries sealed; 0 when there are none, or when another process is sealing this chain.
   */
  async seal(chain: Chain): Promise<number> {
    let total = 0;
    for (;;) {
      const sealed = await this.sealBlock(chain);
      total += sealed;
      if (sealed < BLOCK) return total;
    }
  }

  /** Age of the oldest entry that is not sealed yet, in seconds; 0 where all are. */
  async oldestUnsealed(chain: Chain): Promise<number> {
    const oldest = await row<{ at: Date | null }>(
      this.source,
      `select min(e.${chain.momentColumn}) as at
         from ${chain.table} e, chain_positions p
        where p.chain = $1 and (e.tx, e.id) > (p.after_tx, p.after_id) and e.id > p.min_id`,
      [chain.name],
    );
    return oldest?.at ? Math.max(0, (this.clock.now().getTime() - oldest.at.getTime()) / 1000) : 0;
  }

  /** Recomputes every block; memory stays flat. */
  async *verify(chain: Chain): AsyncGenerator<BrokenBlock> {
    let previous: Buffer = Buffer.alloc(32);
    for (let number = 1; ; number++) {
      const block = await row<Block>(
        this.source,
        `select number, previous_hash, hash, entry_count, after_tx, after_id, up_to_tx, up_to_id, min_id,
                entry_digests
           from chain_blocks where chain = $1 and number = $2`,
        [chain.name, number],
      );
      if (!block) return;
      const linked = block.previous_hash.equals(previous);
      previous = block.hash;
      const { count, hash } = await this.hashedThere(chain, block);
      if (linked && count === block.entry_count && hash.equals(block.hash)) continue;
      const entries = await this.entries(this.source, chain, block, UP_TO, [block.up_to_tx, block.up_to_id]);
      const broken = (reason: BrokenBlock['reason']): BrokenBlock => ({
        chain: chain.name,
        block: number,
        firstId: entries[0]?.id ?? null,
        lastId: entries.at(-1)?.id ?? null,
        entryIds: reason === 'link-broken' || !block.entry_digests ? [] : changedEntries(block.entry_digests, entries),
        reason,
      });
      if (!linked) yield broken('link-broken');
      if (entries.length !== block.entry_count) yield broken('entries-missing-or-added');
      else if (!hashOf(block.previous_hash, entries).equals(block.hash)) yield broken('entries-changed');
    }
  }

  /** How many entries a block has, and what they hash to as {@link hashOf} does: made where they are, they stay there. */
  private async hashedThere(chain: Chain, block: Block): Promise<{ count: number; hash: Buffer }> {
    const found = await row<{ count: number; hash: Buffer }>(
      this.source,
      `select count(*)::int as count,
              sha256($6::bytea || coalesce(
                string_agg(convert_to(octet_length(content) || ':' || content, 'UTF8'), ''::bytea order by tx, id),
                ''::bytea)) as hash
         from (${selectEntries(chain, UP_TO)}) as entries`,
      [block.after_tx, block.after_id, block.min_id, block.up_to_tx, block.up_to_id, block.previous_hash],
    );
    return found!;
  }

  private sealBlock(chain: Chain): Promise<number> {
    return this.transactions.run(async (em) => {
      const position = await this.lockPosition(em, chain);
      if (!position) return 0;
      const { cluster } = (await row<{ cluster: string }>(
        em,
        `select system_identifier::text as cluster from pg_control_system()`,
      ))!;
      const moved = position.cluster !== cluster;
      // In a cluster the dump came from elsewhere, all that was loaded is committed, whatever its transaction numbers.
      const settled = moved ? '' : 'and e.tx < pg_snapshot_xmin(pg_current_snapshot())';
      const entries = await this.entries(em, chain, position, settled, []);
      if (entries.length > 0) await this.writeBlock(em, chain, position, entries);
      if (moved && entries.length < BLOCK) await this.startAgain(em, chain, cluster);
      return entries.length;
    });
  }

  private async lockPosition(em: EntityManager, chain: Chain): Promise<Position | undefined> {
    await rows(
      em,
      `insert into chain_positions (chain, cluster, after_tx, after_id, min_id)
       select $1, system_identifier::text, '0', 0, 0 from pg_control_system() on conflict (chain) do nothing`,
      [chain.name],
    );
    return row<Position>(
      em,
      `select cluster, after_tx, after_id, min_id from chain_positions where chain = $1 for update skip locked`,
      [chain.name],
    );
  }

  private entries(
    on: EntityManager | DataSource,
    chain: Chain,
    after: Omit<Position, 'cluster'>,
    bound: string,
    values: unknown[],
  ) {
    return rows<{ id: string; tx: string; content: string }>(on, selectEntries(chain, bound), [
      after.after_tx,
      after.after_id,
      after.min_id,
      ...values,
    ]);
  }

  private async writeBlock(
    em: EntityManager,
    chain: Chain,
    position: Position,
    entries: { id: string; tx: string; content: string }[],
  ) {
    const last = await row<{ number: string; hash: Buffer }>(
      em,
      `select number, hash from chain_blocks where chain = $1 order by number desc limit 1`,
      [chain.name],
    );
    const previous = last?.hash ?? Buffer.alloc(32);
    const { tx, id } = entries.at(-1)!;
    await rows(
      em,
      `insert into chain_blocks (chain, number, previous_hash, hash, entry_count, after_tx, after_id, up_to_tx, up_to_id, min_id, sealed_at, entry_digests)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        chain.name,
        Number(last?.number ?? 0) + 1,
        previous,
        hashOf(previous, entries),
        entries.length,
        position.after_tx,
        position.after_id,
        tx,
        id,
        position.min_id,
        this.clock.now(),
        digestsOf(entries),
      ],
    );
    await rows(em, `update chain_positions set after_tx = $2, after_id = $3 where chain = $1`, [chain.name, tx, id]);
  }

  private async startAgain(em: EntityManager, chain: Chain, cluster: string): Promise<void> {
    await rows(
      em,
      `update chain_positions set cluster = $2, after_tx = '0', after_id = 0,
              min_id = (select coalesce(max(id), 0) from ${chain.table}) where chain = $1`,
      [chain.name, cluster],
    );
  }
}

const UP_TO = 'and (e.tx, e.id) <= ($4::xid8, $5::bigint)';

/** The next entries with all that is sealed of them, in one order. */
function selectEntries(chain: Chain, bound: string): string {
  // Left out in one step: each step of its own makes the whole text anew.
  const added = (chain.addedColumns ?? []).map((column) => `case when e.${column} is null then '${column}' end`);
  const without = `array_remove(array[${["'tx'", ...added].join(', ')}]::text[], null)`;
  return `select e.id, e.tx, (to_jsonb(e) - ${without})::text as content
            from ${chain.table} e
           where (e.tx, e.id) > ($1::xid8, $2::bigint) and e.id > $3::bigint ${bound}
           order by e.tx, e.id limit ${BLOCK}`;
}

/** SHA-256 over the previous hash and each entry's length and text. */
function hashOf(previous: Buffer, entries: readonly { content: string }[]): Buffer {
  const hash = createHash('sha256').update(previous);
  for (const { content } of entries) hash.update(`${Buffer.byteLength(content)}:`).update(content);
  return hash.digest();
}

/** Bytes of an entry among the digests: its id, and the first half of the SHA-256 of its text. */
const DIGEST = 24;

/** What tells later which entry of a block is not what it was; the block's hash tells whether one is. */
function digestsOf(entries: readonly { id: string; content: string }[]): Buffer {
  const digests = Buffer.alloc(entries.length * DIGEST);
  for (const [index, { id, content }] of entries.entries()) {
    digests.writeBigInt64BE(BigInt(id), index * DIGEST);
    createHash('sha256')
      .update(content)
      .digest()
      .copy(digests, index * DIGEST + 8, 0, DIGEST - 8);
  }
  return digests;
}

/** Ids of the entries that are not as they were when these digests were taken, or not there, or were not there then. */
function changedEntries(sealed: Buffer, entries: readonly { id: string; content: string }[]): string[] {
  const present = digestsOf(entries);
  const digests = (buffer: Buffer) =>
    new Map(
      Array.from({ length: buffer.length / DIGEST }, (_, index) => [
        buffer.readBigInt64BE(index * DIGEST),
        buffer.toString('hex', index * DIGEST + 8, (index + 1) * DIGEST),
      ]),
    );
  const then = digests(sealed);
  const now = digests(present);
  return [...new Set([...then.keys(), ...now.keys()])]
    .filter((id) => then.get(id) !== now.get(id))
    .sort((a, b) => (a < b ? -1 : 1))
    .map(String);
}
