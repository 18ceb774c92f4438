import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { readSettings } from '../configuration/read-settings.js';
import { checkMigrated } from './migrate.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const settingsWith = (more: Record<string, string> = {}) => readSettings(testSettings(database.url, more));

async function run(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`set search_path = huixue; ${sql}`).finally(() => client.end());
}

describe('checkMigrated', () => {
  it('finds a prepared database fit', async () => {
    await expect(checkMigrated(settingsWith())).resolves.toBeUndefined();
  });

  it('says in one sentence that the database cannot be reached', async () => {
    const nowhere = settingsWith({ DATABASE_URL: 'postgres://nobody:secret@127.0.0.1:1/none' });
    await expect(checkMigrated(nowhere)).rejects.toThrow(/127\.0\.0\.1:1\/none cannot be reached .* DATABASE_URL/);
    await expect(checkMigrated(nowhere)).rejects.not.toThrow(/secret/);
  });

  it('refuses another HASHING_KEY than the one the data were made with', async () => {
    const other = settingsWith({ HASHING_KEY: 'fedcba9876543210'.repeat(4) });
    await expect(checkMigrated(other)).rejects.toThrow(/HASHING_KEY is not the key/);
  });

  it('refuses a database that lacks a migration, and says what to run', async () => {
    await run(`delete from migrations where "timestamp" = 1767225605000`);
    await expect(checkMigrated(settingsWith())).rejects.toThrow(/npm run cli -- prepare/);
  });
});
