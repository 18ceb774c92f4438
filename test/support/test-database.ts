import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** A database that nobody else uses. */
export interface TestDatabase {
  url: string;
  /** Closes what is still connected and deletes the database. */
  drop(): Promise<void>;
}

/**
 * Copies a template of this run, migrated and with reference data, which takes about a tenth of a second; that of a
 * district has an administrator.
 */
export const createTestDatabase = (
  template: 'TEST_DATABASE_TEMPLATE' | 'TEST_DISTRICT_TEMPLATE' = 'TEST_DATABASE_TEMPLATE',
): Promise<TestDatabase> => copyOf(fromSetup(template));

/** One with nothing in it but what stands before the first migration. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const database = await copyOf('template0');
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query(`create schema huixue; create schema extensions;
      create extension btree_gist schema extensions; create extension pg_trgm schema extensions`);
  } finally {
    await client.end();
  }
  return database;
}

/** The files are copied as such: by way of the log, as PostgreSQL would have it, it takes ten times the processor time. */
async function copyOf(template: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
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
