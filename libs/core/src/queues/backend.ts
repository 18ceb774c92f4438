import { createPostgresBackend, createRedisBackend, type QueueOptions, setDefaultBackendFactory } from 'bullmq';
import { Redis } from 'ioredis';
import type { Settings } from '../configuration/settings.js';

/** The schema of the queues' own tables. */
export const queueSchema = (settings: Settings) => `${settings.DATABASE_SCHEMA}_bullmq`;

/**
 * Where the queues live: in Redis where REDIS_URL is set, else in PostgreSQL, in a schema of their own. BullMQ owns
 * the connections it makes.
 */
export function queueConnection(settings: Settings): QueueOptions['connection'] {
  if (settings.REDIS_URL) {
    setDefaultBackendFactory(createRedisBackend);
    return new Redis(settings.REDIS_URL, { maxRetriesPerRequest: null });
  }
  setDefaultBackendFactory(createPostgresBackend);
  return {
    connectionString: settings.DATABASE_URL,
    schema: queueSchema(settings),
    skipMigrations: true,
    max: 4,
    application_name: 'huixue queues',
  };
}
