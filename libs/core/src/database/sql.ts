import type { DataSource, EntityManager } from 'typeorm';

/**
 * Runs hand-written SQL and gives its rows, whatever the statement's kind.
 *
 * On an EntityManager inside a transaction it runs in that transaction; on a DataSource, or an EntityManager outside
 * of one, on any connection of the pool.
 *
 * @typeParam Row the shape of a row; bigint and numeric arrive as strings, timestamptz as Date, date as YYYY-MM-DD.
 */
export async function rows<Row>(
  on: EntityManager | DataSource,
  text: string,
  parameters: unknown[] = [],
): Promise<Row[]> {
  const runner = 'queryRunner' in on && on.queryRunner ? on.queryRunner : undefined;
  if (runner) return (await runner.query(text, parameters, true)).records as Row[];
  const source = 'connection' in on ? on.connection : on;
  const own = source.createQueryRunner();
  try {
    return (await own.query(text, parameters, true)).records as Row[];
  } finally {
    await own.release();
  }
}

/** {@link rows} for statements of which exactly one row is expected, or none. */
export async function row<Row>(
  on: EntityManager | DataSource,
  text: string,
  parameters: unknown[] = [],
): Promise<Row | undefined> {
  return (await rows<Row>(on, text, parameters))[0];
}
