import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Audit } from './audit/audit.js';
import { ChainSealer } from './audit/chain.js';
import { CoreProcessor } from './core.processor.js';
import { Clock, SystemClock } from './clock.js';
import { Settings } from './configuration/settings.js';
import { DatabaseModule } from './database/database.module.js';
import { ProblemFilter } from './errors/problem.filter.js';
import { DocumentScanEntity, StoredFileEntity, StoredFilePieceEntity } from './files/files.entities.js';
import { Files } from './files/files.service.js';
import { Scans } from './files/scans.service.js';
import { AccessGuard } from './guard/access.guard.js';
import { DeclaredAccessCheck } from './guard/declared-access.check.js';
import { Revocations } from './guard/revocations.js';
import { Tokens } from './guard/tokens.js';
import { HealthController } from './health.controller.js';
import { IdempotentWrites } from './idempotency/idempotent-writes.js';
import { LoggingModule } from './logging/logging.module.js';
import { Metrics } from './metrics/metrics.js';
import { DirectFollower } from './outbox/direct.js';
import { Outbox } from './outbox/outbox.js';
import { OutboxRelay } from './outbox/relay.js';
import { QueuesModule } from './queues/queues.module.js';
import { Sealing } from './sealing/sealing.js';

/** What every lib may ask for: settings, clock, database, outbox, audit, sealing, files, idempotent writes, metrics. */
@Global()
@Module({})
export class CoreModule {
  static forRoot(settings: Settings): DynamicModule {
    const services = [Audit, ChainSealer, Files, IdempotentWrites, Metrics, Outbox, Scans, Sealing, Tokens];
    return {
      module: CoreModule,
      imports: [
        DatabaseModule,
        LoggingModule,
        TypeOrmModule.forFeature([DocumentScanEntity, StoredFileEntity, StoredFilePieceEntity]),
      ],
      providers: [{ provide: Settings, useValue: settings }, { provide: Clock, useClass: SystemClock }, ...services],
      exports: [Settings, Clock, LoggingModule, DatabaseModule, ...services],
    };
  }
}

/** What the api has of core: the guard, the error filter, health. */
@Module({
  imports: [DiscoveryModule],
  controllers: [HealthController],
  providers: [
    Revocations,
    DeclaredAccessCheck,
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
  exports: [DeclaredAccessCheck],
})
export class CoreHttpModule {}

/** What the worker has of core: queues, relay, sealer, housekeeping, health. */
@Global()
@Module({
  imports: [QueuesModule],
  controllers: [HealthController],
  providers: [OutboxRelay, DirectFollower, CoreProcessor],
  exports: [DirectFollower],
})
export class CoreJobsModule {}
