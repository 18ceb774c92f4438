import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { PoolClient } from 'pg';
import { type DataSource, type EntityManager, QueryFailedError, type QueryRunner } from 'typeorm';
import { type BinaryLists, binaryListsOf } from './binary-lists.js';

/**
 * Runs hand-written SQL and gives its rows, whatever the statement's kind.
 *
 * On an EntityManager inside a transaction it runs in that transaction; on a DataSource, or an EntityManager outside
 * of one, on any connection of the pool.
 *
 * @typeParam Row the shape of a row; bigint and numeric arrive as strings, timestamptz as Date, date as YYYY-MM-DD.
 */
export function rows<Row>(on: EntityManager | DataSource, text: string, parameters: unknown[] = []): Promise<Row[]> {
  return withRunner(on, async (runner) => (await runner.query(text, parameters, true)).records as Row[]);
}

/** {@link rows} for statements of which exactly one row is expected, or none. */
export async function row<Row>(
  on: EntityManager | DataSource,
  text: string,
  parameters: unknown[] = [],
): Promise<Row | undefined> {
  return (await rows<Row>(on, text, parameters))[0];
}

/**
 * {@link rows} for a statement that a desk runs with every batch: PostgreSQL reads and plans it once a connection
 * instead of each time, which for a small batch takes longer than running it. For a fixed text alone, whose best plan
 * does not depend on the parameters.
 */
export function preparedRows<Row>(
  on: EntityManager | DataSource,
  text: string,
  parameters: unknown[] = [],
): Promise<Row[]> {
  const runner = 'queryRunner' in on ? on.queryRunner : undefined;
  const client = runner && !runner.isReleased && inPackets.get(runner);
  if (client) {
    openPacket(client);
    return send<Row>(client, text, parameters);
  }
  return withRunner(on, async (runner) => send<Row>((await runner.connect()) as PoolClient, text, parameters));
}

/** What is under way in a transaction of `Transactions`. */
export interface UnderWay {
  client: PoolClient;
  /** Why statements of {@link written} failed, in the order of their answers. */
  failures: unknown[];
}

const underWay = new WeakMap<QueryRunner, UnderWay>();

/** Lets {@link written} send to the connection of this transaction without waiting. */
export function beginWriting(runner: QueryRunner, client: PoolClient): UnderWay {
  const writing = { client, failures: [] };
  underWay.set(runner, writing);
  return writing;
}

/** The connection of a transaction of `Transactions`: what is sent on it is on its way when the call returns. */
export const connectionOf = (runner: QueryRunner): PoolClient | undefined => underWay.get(runner)?.client;

/**
 * Writes what the rest of its transaction does not ask about: audit, outbox, stored answers. It is sent and not waited
 * for, as the end of the transaction, which comes behind it, tells whether it succeeded: a way there and back less for
 * each. Outside of a transaction it is waited for.
 */
export async function written(
  on: EntityManager | DataSource,
  text: string,
  parameters: (string | Date | Buffer | null | readonly unknown[])[],
): Promise<void> {
  const runner = 'queryRunner' in on ? on.queryRunner : undefined;
  const writing = runner && !runner.isReleased && underWay.get(runner);
  if (!writing) {
    await preparedRows(on, text, parameters);
    return;
  }
  // What cannot be sent is told at once.
  const values = valuesOf(statementOf(text), parameters);
  openPacket(writing.client);
  send(writing.client, text, values).catch((error: unknown) => writing.failures.push(error));
}

/**
 * Connections of transactions whose statements are sent in packets: a {@link preparedRows} of theirs is in the packet
 * when the call returns, so that what is called later is carried out later.
 */
const inPackets = new WeakMap<QueryRunner, PoolClient>();

/** Sends the statements of this transaction, {@link preparedRows} and others on the connection, in packets. */
export const sendInPackets = (runner: QueryRunner, client: PoolClient) => inPackets.set(runner, client);

/** What is written to the connection until the present work rests goes out together. */
export function openPacket(client: PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection;
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

async function send<Row>(client: PoolClient, text: string, parameters: unknown[]): Promise<Row[]> {
  const statement = statementOf(text);
  try {
    return (await client.query({ name: statement.name, text, values: valuesOf(statement, parameters) })).rows as Row[];
  } catch (error) {
    throw error instanceof Error ? new QueryFailedError(text, parameters, error) : error;
  }
}

/** RFC 7464 sets it between texts of JSON, as it stands in none. */
const RECORD_SEPARATOR = '\x1e';

/** A list of JSON as one parameter, for {@link LIST_OF_JSON}: as items of a list all their quotes would be quoted. */
export const listOfJson = (values: readonly unknown[]): string =>
  values.map((value) => JSON.stringify(value)).join(RECORD_SEPARATOR);

/** The `text[]` of a parameter of {@link listOfJson}, such as `$1`. */
export const LIST_OF_JSON = (parameter: string): string => `string_to_array(${parameter}::text, chr(30))`;

/** A desk sends lists of hundreds, of which hardly an item has to be quoted; pg would quote each. */
const valuesOf = ({ binaryLists }: Statement, parameters: readonly unknown[]): unknown[] =>
  parameters.map((value, index) =>
    Array.isArray(value) ? (binaryLists.get(index)?.(value) ?? `{${value.map(asItem).join(',')}}`) : value,
  );

function asItem(item: unknown): string {
  switch (typeof item) {
    case 'string':
      // NULL without quotes is none, and what stands for a moment, a number or an id needs none.
      return /^[\w:.+-]+$/.test(item) && (item.length !== 4 || item.toLowerCase() !== 'null') ? item : quoted(item);
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(item);
    case 'undefined':
      return 'NULL';
    default:
      if (item === null) return 'NULL';
      if (item instanceof Date) return item.toISOString();
      if (Buffer.isBuffer(item)) return `"\\\\x${item.toString('hex')}"`;
      throw new TypeError('A list for a prepared statement holds plain values only.');
  }
}

const quoted = (text: string) => `"${text.replace(/[\\"]/g, '\\$&')}"`;

/** On the connection of the transaction, or on any of the pool. */
async function withRunner<T>(on: EntityManager | DataSource, work: (runner: QueryRunner) => Promise<T>): Promise<T> {
  if ('queryRunner' in on && on.queryRunner) return work(on.queryRunner);
  const source = 'connection' in on ? on.connection : on;
  const own = source.createQueryRunner();
  try {
    return await work(own);
  } finally {
    await own.release();
  }
}

/**
 * Lets PostgreSQL read and plan each statement of this connection once, for a program that sends the same few hundred
 * over and over, whoever wrote them; one with lists of many lengths would leave it too many to keep.
 */
export function prepareEverything(client: PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const named = (...[first, values, ...rest]: unknown[]) =>
    typeof first === 'string' && Array.isArray(values) && values.length > 0
      ? query({ name: statementOf(first).name, text: first, values }, ...rest)
      : query(first, values, ...rest);
  Object.assign(client, { query: named });
}

interface Statement {
  /** The same text has the same name, on every connection and in every process. */
  name: string;
  binaryLists: BinaryLists;
}

const statements = new Map<string, Statement>();

function statementOf(text: string): Statement {
  let statement = statements.get(text);
  if (statement === undefined) {
    const name = createHash('sha256').update(text).digest('hex').slice(0, 40);
    statements.set(text, (statement = { name, binaryLists: binaryListsOf(text) }));
  }
  return statement;
}
