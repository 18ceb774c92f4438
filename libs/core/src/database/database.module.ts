import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import pg from 'pg';
import { Settings } from '../configuration/settings.js';
import { Listener } from './listener.js';
import { Transactions } from './transactions.js';

// A `date` is a calendar day, not a moment: keep it as YYYY-MM-DD instead of a Date in the server's zone.
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);

/** Milliseconds a writer waits for a lock, and a statement may run, before it is given up. */
const LOCK_TIMEOUT_MS = 3_000;
const STATEMENT_TIMEOUT_MS = 30_000;

/** What every connection is set to: one search_path, so that SQL never names a schema, and time-outs. */
export function connectionOptions(settings: Settings): string {
  return [
    `-c search_path=${settings.DATABASE_SCHEMA},extensions`,
    `-c lock_timeout=${LOCK_TIMEOUT_MS}`,
    `-c statement_timeout=${STATEMENT_TIMEOUT_MS}`,
    `-c idle_in_transaction_session_timeout=${STATEMENT_TIMEOUT_MS}`,
    '-c timezone=UTC',
  ].join(' ');
}

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Settings],
      useFactory: (settings: Settings) => ({
        type: 'postgres' as const,
        url: settings.DATABASE_URL,
        autoLoadEntities: true,
        synchronize: false,
        migrationsRun: false,
        retryAttempts: 0,
        applicationName: 'huixue',
        poolSize: settings.DATABASE_POOL,
        extra: {
          options: connectionOptions(settings),
          connectionTimeoutMillis: 5_000,
          // Statements of a transaction that do not wait for each other are sent at once.
          pipeline: true,
        },
      }),
    }),
  ],
  providers: [Transactions, Listener],
  exports: [Transactions, Listener],
})
export class DatabaseModule {}
