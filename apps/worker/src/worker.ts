import 'reflect-metadata';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import { AttendanceJobsModule } from '#attendance';
import { CatalogueJobsModule } from '#catalogue';
import { checkMigrated, CoreJobsModule, CoreModule, type Settings } from '#core';
import { EnrollmentJobsModule } from '#enrollment';
import { MessagesJobsModule } from '#messages';
import { ParticipationJobsModule } from '#participation';
import { TargetsJobsModule } from '#targets';

/** The job process: the libs' Jobs modules, the outbox relay, the schedules; over HTTP only health and metrics. */
@Module({})
export class WorkerModule {
  static forRoot(settings: Settings): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        CoreModule.forRoot(settings),
        CoreJobsModule,
        MessagesJobsModule,
        CatalogueJobsModule,
        EnrollmentJobsModule,
        AttendanceJobsModule,
        ParticipationJobsModule,
        TargetsJobsModule,
      ],
    };
  }
}

/** Starts working. @throws DatabaseUnfit when the database cannot be used as it is. */
export async function startWorker(settings: Settings): Promise<{ app: NestFastifyApplication; address: string }> {
  await checkMigrated(settings);
  const app = await NestFactory.create<NestFastifyApplication>(WorkerModule.forRoot(settings), new FastifyAdapter(), {
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  await app.listen({ port: settings.WORKER_PORT, host: settings.HOST });
  return { app, address: (await app.getUrl()).replace('[::1]', '127.0.0.1') };
}
