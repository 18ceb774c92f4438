import { DataSource, type EntityManager } from 'typeorm';
import { Injectable } from '@nestjs/common';
import { Clock } from '../clock.js';
import { row, rows } from '../database/sql.js';
import { Transactions } from '../database/transactions.js';

/** A table whose entries are sealed: append-only, with a `bigint` identity and `tx xid8 default pg_current_xact_id()`. */
export interface Chain {
  /** Name of the chain. */
  name: string;
  /** Its table. */
  table: string;
  /** Column of the identity; `id` where it is not said. */
  idColumn?: string;
  /** Column that holds the moment of an entry. */
  momentColumn: string;
  /**
   * Columns that are null in some of the first entries and are sealed as `null` there. What is null in any other is left
   * out of what is sealed, so that a column can be added later: entries of before stay as they were sealed, and a program
   * that does not know the column seals it as one that does. It has to be nullable.
   */
  nullableColumns?: readonly string[];
  /**
   * What is sealed of an entry: new blocks say the last of these, and each says by its place among them which one it was
   * sealed by. So another one may be put behind them, and none ever be changed or taken away.
   */
  forms: readonly SealedForm[];
}

/**
 * A JSON text of all columns; or these columns in this order, as PostgreSQL sends them, which for entries by the million costs
 * a fifth of it.
 */
export type SealedForm = 'json' | readonly string[];

/** The audit log's chain. */
export const AUDIT_CHAIN: Chain = {
  name: 'audit',
  table: 'audit_entries',
  momentColumn: 'at',
  nullableColumns: ['actor_id', 'on_behalf_of', 'organisation_id'],
  forms: ['json'],
};

/** Of a position: what is there was written in a cluster whose identifier nobody has kept. */
const ANOTHER_CLUSTER = 'another';

/** Entries in one block at most. */
const BLOCK = 5_000;

interface Column {
  name: string;
  type: string;
  required: boolean;
}

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
  form: number;
}

/** A block as it is found: no entry behind `max_id` was there when the order began anew after it; null: it did not. */
interface Sealed extends Block {
  max_id: string | null;
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
        where p.chain = $1 and (e.tx, ${idOf(chain)}) > (p.after_tx, p.after_id) and ${idOf(chain)} > p.min_id`,
      [chain.name],
    );
    return oldest?.at ? Math.max(0, (this.clock.now().getTime() - oldest.at.getTime()) / 1000) : 0;
  }

  /**
   * The last block of each chain that has one, as `chain:block:hash`. Whoever can write to the database could make a chain
   * anew from its first block; who has noted a head elsewhere, as in the log of the night, finds out by {@link holds}.
   */
  async heads(): Promise<string[]> {
    const found = await rows<{ chain: string; number: string; hash: string }>(
      this.source,
      `select distinct on (chain) chain, number, encode(hash, 'hex') as hash from chain_blocks order by chain, number desc`,
    );
    return found.map(({ chain, number, hash }) => `${chain}:${number}:${hash}`);
  }

  /** Whether a block that was the head once is still what it was; its hash stands for all blocks before it, too. */
  async holds(head: string): Promise<boolean> {
    const [chain, number = '', hash = ''] = head.split(':');
    if (!/^[0-9]{1,18}$/.test(number) || !/^[0-9a-f]{64}$/.test(hash)) return false;
    const found = await row(
      this.source,
      `select 1 from chain_blocks where chain = $1 and number = $2::bigint and hash = decode($3, 'hex')`,
      [chain, number, hash],
    );
    return found !== undefined;
  }

  /** Recomputes every block; memory stays flat. */
  async *verify(chain: Chain): AsyncGenerator<BrokenBlock> {
    let previous: Buffer = Buffer.alloc(32);
    const beginnings = await this.beginnings(chain);
    for (let number = 1; ; number++) {
      const block = await row<Sealed>(
        this.source,
        `select number, previous_hash, hash, entry_count, after_tx, after_id, up_to_tx, up_to_id, min_id, form
           from chain_blocks where chain = $1 and number = $2`,
        [chain.name, number],
      );
      if (!block) return;
      // Numbers of transactions come again in another cluster; those of entries do not.
      block.max_id = beginnings.find((begins) => BigInt(begins) > BigInt(block.min_id)) ?? null;
      const linked = block.previous_hash.equals(previous);
      previous = block.hash;
      const { count, hash } = await this.hashedThere(chain, block);
      const same = hash.equals(block.hash);
      if (linked && count === block.entry_count && same) continue;
      const { ids, sealed, digests } = await this.digestedThere(chain, block);
      const broken = (reason: BrokenBlock['reason']): BrokenBlock => ({
        chain: chain.name,
        block: number,
        firstId: ids.at(0) ?? null,
        lastId: ids.at(-1) ?? null,
        entryIds: reason === 'link-broken' || !sealed ? [] : changedEntries(sealed, digests),
        reason,
      });
      if (!linked) yield broken('link-broken');
      if (count !== block.entry_count) yield broken('entries-missing-or-added');
      else if (!same) yield broken('entries-changed');
    }
  }

  /** Behind which entries the order began, and began anew in other clusters, the first one first. */
  private async beginnings({ name }: Chain): Promise<string[]> {
    const found = await rows<{ min_id: string }>(
      this.source,
      `select min_id from chain_blocks where chain = $1 union select min_id from chain_positions where chain = $1 order by 1`,
      [name],
    );
    return found.map(({ min_id }) => min_id);
  }

  /** How many entries a block has, and what they hash to. */
  private async hashedThere(chain: Chain, block: Sealed): Promise<{ count: number; hash: Buffer }> {
    const found = await row<{ count: number; hash: Buffer }>(
      this.source,
      `select count(*)::int as count, ${HASH} as hash from (${await this.selectEntries(this.source, chain, block.form, UP_TO)}) as entries`,
      [
        ...[block.after_tx, block.after_id, block.min_id, block.previous_hash, block.up_to_tx, block.up_to_id],
        block.max_id,
      ],
    );
    return found!;
  }

  /** The entries that a block has, each by its id and digest, and the digests of when it was sealed. */
  private async digestedThere(chain: Chain, block: Sealed) {
    const found = await row<{ ids: string[] | null; digests: Buffer | null; sealed: Buffer | null }>(
      this.source,
      `select array_agg(id::text order by tx, id) as ids, ${DIGESTS} as digests,
              (select entry_digests from chain_blocks where chain = $6 and number = $7::bigint) as sealed
         from (${await this.selectEntries(this.source, chain, block.form, 'and (e.tx, ID) <= ($4::xid8, $5::bigint) and ($8::bigint is null or ID <= $8)')}) as entries`,
      [
        ...[block.after_tx, block.after_id, block.min_id, block.up_to_tx, block.up_to_id],
        ...[chain.name, block.number, block.max_id],
      ],
    );
    return { ids: found!.ids ?? [], digests: found!.digests ?? Buffer.alloc(0), sealed: found!.sealed };
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
      // Whoever writes is waited for: of what is committed later nothing may lie before the point where the order begins anew.
      if (moved) await rows(em, `lock table ${chain.table} in share mode`);
      // In a cluster the dump came from elsewhere, all that was loaded is committed, whatever its transaction numbers.
      const settled = moved ? '' : 'and e.tx < pg_snapshot_xmin(pg_current_snapshot())';
      const sealed = await this.writeBlock(em, chain, position, settled);
      if (moved && sealed < BLOCK) await this.startAgain(em, chain, cluster);
      return sealed;
    });
  }

  private async lockPosition(em: EntityManager, chain: Chain): Promise<Position | undefined> {
    await rows(
      em,
      // A transaction that this cluster has not come to yet wrote its entries in another one, where they were never sealed.
      `insert into chain_positions (chain, cluster, after_tx, after_id, min_id)
       select $1, case when exists (select from ${chain.table} where tx >= pg_snapshot_xmax(pg_current_snapshot()))
                       then $2 else system_identifier::text end, '0', 0, 0
         from pg_control_system()
        where not exists (select from chain_positions where chain = $1)
       on conflict (chain) do nothing`,
      [chain.name, ANOTHER_CLUSTER],
    );
    return row<Position>(
      em,
      `select cluster, after_tx, after_id, min_id from chain_positions where chain = $1 for update skip locked`,
      [chain.name],
    );
  }

  /** The next entries become a block, where there are any; what is in them stays in PostgreSQL. @returns how many */
  private async writeBlock(em: EntityManager, chain: Chain, position: Position, bound: string): Promise<number> {
    const last = await row<{ number: string; hash: Buffer }>(
      em,
      `select number, hash from chain_blocks where chain = $1 order by number desc limit 1`,
      [chain.name],
    );
    // The table stays as it is while its columns are looked up and sealed: a migration may run at any time.
    await rows(em, `lock table ${chain.table} in access share mode`);
    const form = chain.forms.length - 1;
    const block = await row<{ entry_count: number }>(
      em,
      `with entries as materialized (${await this.selectEntries(em, chain, form, bound)} limit ${BLOCK}), block as (
         insert into chain_blocks (chain, number, previous_hash, hash, entry_count, after_tx, after_id, up_to_tx, up_to_id, min_id, sealed_at, entry_digests, form)
         select $5, $6::bigint, $4::bytea, ${HASH}, count(*), $1::xid8, $2::bigint, (array_agg(tx order by tx desc, id desc))[1],
                (array_agg(id order by tx desc, id desc))[1], $3::bigint, $7::timestamptz, ${DIGESTS}, ${form}
           from entries having count(*) > 0
         returning chain, entry_count, up_to_tx, up_to_id
       )
       update chain_positions p set after_tx = b.up_to_tx, after_id = b.up_to_id from block b where p.chain = b.chain
       returning b.entry_count`,
      [
        ...[position.after_tx, position.after_id, position.min_id, last?.hash ?? Buffer.alloc(32)],
        ...[chain.name, Number(last?.number ?? 0) + 1, this.clock.now()],
      ],
    );
    return block?.entry_count ?? 0;
  }

  /** The next entries with all that is sealed of them, in one order. @param bound where `ID` stands for the identity */
  private async selectEntries(
    on: EntityManager | DataSource,
    chain: Chain,
    form: number,
    bound: string,
  ): Promise<string> {
    const id = idOf(chain);
    return `select ${id} as id, e.tx, ${await contentOf(on, chain, form)} as content
              from ${chain.table} e
             where (e.tx, ${id}) > ($1::xid8, $2::bigint) and ${id} > $3::bigint ${bound.replaceAll('ID', id)}
             order by e.tx, ${id}`;
  }

  private async startAgain(em: EntityManager, chain: Chain, cluster: string): Promise<void> {
    await rows(
      em,
      `update chain_positions set cluster = $2, after_tx = '0', after_id = 0,
              min_id = (select coalesce(max(${idOf(chain)}), 0) from ${chain.table} e) where chain = $1`,
      [chain.name, cluster],
    );
  }
}

/**
 * What is sealed of an entry `e`, as SQL; as JSON by the columns that its table has now. A block that says another form than
 * it was sealed by holds something else than was sealed.
 */
async function contentOf(
  on: EntityManager | DataSource,
  { table, forms, nullableColumns = [] }: Chain,
  number: number,
): Promise<string> {
  const form = forms[number] ?? forms.at(-1)!;
  if (form !== 'json') return `record_send(row(${form.map((column) => `e.${column}`).join(', ')}))`;
  const columns = await rows<Column>(
    on,
    `select attname as name, format_type(atttypid, null) as type, attnotnull as required from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attname <> 'tx'
      order by octet_length(attname), attname collate "C"`,
    [table],
  );
  return `convert_to(${jsonOf(columns, nullableColumns)}, 'UTF8')`;
}

const idOf = ({ idColumn = 'id' }: Chain) => `e.${idColumn}`;

const UP_TO = 'and (e.tx, ID) <= ($5::xid8, $6::bigint) and ($7::bigint is null or ID <= $7)';

/** Bytes of an entry among the digests: its id, and the first half of the SHA-256 of what is sealed of it. */
const DIGEST = 24;

/** SHA-256 over the previous hash, which is $4, and each entry's length and content. */
const HASH = `sha256($4::bytea || coalesce(
                string_agg(textsend(octet_length(content) || ':') || content, ''::bytea order by tx, id),
                ''::bytea))`;

/** What tells later which entry of a block is not what it was; the block's hash tells whether one is. */
const DIGESTS = `string_agg(int8send(id) || substring(sha256(content) for 16), ''::bytea order by tx, id)`;

/** How PostgreSQL writes a value of these types into JSON without more ado; the others have to be quoted. */
const BARE = new Set(['bigint', 'integer', 'smallint', 'boolean', 'json', 'jsonb']);

/**
 * An SQL expression of the text that `to_jsonb` would make of an entry `e`, the shortest key first, which takes a third of
 * the time: a large value in it is written once instead of thrice.
 *
 * @param nullable what is written where it is null; any other column is left out there
 */
function jsonOf(columns: readonly Column[], nullable: readonly string[]): string {
  const parts: string[] = [];
  let text = '{';
  for (const [index, { name, type, required }] of columns.entries()) {
    const key = `${index === 0 ? '' : ', '}"${name}": `;
    const quote = type === 'uuid' ? '"' : '';
    const value = quote || BARE.has(type) ? `e.${name}` : `to_json(e.${name})`;
    if (required) {
      parts.push(`'${text}${key}${quote}'`, value);
      text = quote;
    } else {
      const whole = `'${key}${quote}' || ${value}::text || '${quote}'`;
      parts.push(`'${text}'`, nullable.includes(name) ? `coalesce(${whole}, '${key}null')` : whole);
      text = '';
    }
  }
  return `concat(${parts.join(', ')}, '${text}}')`;
}

/** Ids of the entries that are not as they were when these digests were taken, or not there, or were not there then. */
function changedEntries(sealed: Buffer, present: Buffer): string[] {
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
