import type pg from 'pg';
import { type EntityManager, QueryFailedError } from 'typeorm';
import { connectionOf, openPacket } from './sql.js';

/** What a column of a row may hold; a list or an object becomes JSON. */
export type CopiedValue = string | number | boolean | Date | Buffer | object | null;

/** What pg's connection can do that its types do not tell. */
interface Connection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/**
 * Puts rows into a table by COPY, within a transaction of `Transactions`: for lists of hundreds and more, in which PostgreSQL
 * would spend more time on the statement's lists than on the rows. It is on its way when the call returns.
 *
 * @param columns of each row, in the order of its values
 */
export async function copyRows(
  em: EntityManager,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly CopiedValue[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const client = em.queryRunner && connectionOf(em.queryRunner);
  if (!client) throw new Error('Rows are copied within a transaction only.');
  const text = `copy ${table} (${columns.join(', ')}) from stdin`;
  const content = Buffer.from(rows.map(asLine).join(''));
  // The class of this very pg: no other query is let behind those that were sent before and are not answered yet.
  const { Query } = client.constructor as unknown as { Query: typeof pg.Query };
  openPacket(client);
  await new Promise<void>((resolve, reject) => {
    const copying = new Query(text, (error) => (error ? reject(new QueryFailedError(text, [], error)) : resolve()));
    Object.assign(copying, {
      // The rows go out with the statement, so that others may follow at once. Where it fails PostgreSQL passes over them.
      submit: (connection: Connection) => {
        connection.query(text);
        connection.sendCopyFromChunk(content);
        connection.endCopyFrom();
      },
      handleCopyInResponse: () => undefined,
    });
    client.query(copying);
  });
}

const asLine = (values: readonly CopiedValue[]) => `${values.map(asField).join('\t')}\n`;

function asField(value: CopiedValue): string {
  switch (typeof value) {
    case 'string':
      return escaped(value);
    case 'number':
    case 'boolean':
      return String(value);
    default:
      if (value === null) return '\\N';
      if (Buffer.isBuffer(value)) return `\\\\x${value.toString('hex')}`;
      if (value instanceof Date) return value.toISOString();
      return escaped(JSON.stringify(value));
  }
}

const MARKS: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

const escaped = (text: string) =>
  /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (mark) => MARKS[mark]!) : text;
