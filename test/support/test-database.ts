import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** A migrated database with reference data that nobody else uses. */
export interface TestDatabase {
  url: string;
  /** Closes what is still connected and deletes the database. */
  drop(): Promise<void>;
}

/**
 * Copies a template of this run, which takes about a tenth of a second; that of a district has an administrator. The files
 * are copied as such: by way of the log, as PostgreSQL would have it, the copy takes ten times the processor time.
 */
export async function createTestDatabase(
  template: 'TEST_DATABASE_TEMPLATE' | 'TEST_DISTRICT_TEMPLATE' = 'TEST_DATABASE_TEMPLATE',
): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(`CREATE DATABASE ${name} TEMPLATE ${fromSetup(template)} STRATEGY file_copy`);
  return {
    url: addressOf(name),
    drop: () => administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** What global-setup.mjs has put into the environment. */
export function fromSetup(
  name: 'TEST_DATABASE_SERVER' | 'TEST_DATABASE_TEMPLATE' | 'TEST_DISTRICT_TEMPLATE' | 'TEST_PASSWORD' | 'TEST_KEYS',
): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests through npm, which starts their database first.`);
  return value;
}

function addressOf(database: string): string {
  const address = new URL(fromSetup('TEST_DATABASE_SERVER'));
  address.pathname = `/${database}`;
  return address.href;
}

async function administer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: addressOf('postgres') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
