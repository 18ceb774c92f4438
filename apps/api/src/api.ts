import 'reflect-metadata';
import { Readable } from 'node:stream';
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Logger } from 'nestjs-pino';
import { AttendanceHttpModule } from '#attendance';
import { CatalogueHttpModule } from '#catalogue';
import {
  acceptFiles,
  answerProblem,
  checkMigrated,
  CoreErrors,
  CoreHttpModule,
  CoreModule,
  databaseToCome,
  Metrics,
  requestValidation,
  requireShallow,
  type Settings,
  traceIdOf,
} from '#core';
import { DemoHttpModule } from '#demo';
import { EnrollmentHttpModule } from '#enrollment';
import { MessagesHttpModule } from '#messages';
import { ParticipationHttpModule } from '#participation';
import { PeopleHttpModule } from '#people';
import { PlacesHttpModule } from '#places';
import { TargetsHttpModule } from '#targets';
import { describe, type OpenAPIObject } from './describe.js';
import { equipAnswers } from './every-answer.js';
import { FrontController } from './front.controller.js';
import { serveWeb } from './web.js';

/** Bytes of a request's body at most; files have routes of their own, which limit them by purpose. */
const BODY_LIMIT = 1024 * 1024;

/** The HTTP process: the libs' Http modules in the order of the school year. */
@Module({})
export class ApiModule {
  static forRoot(settings: Settings): DynamicModule {
    return {
      module: ApiModule,
      controllers: [FrontController],
      imports: [
        CoreModule.forRoot(settings),
        CoreHttpModule,
        PlacesHttpModule,
        PeopleHttpModule,
        MessagesHttpModule,
        CatalogueHttpModule,
        EnrollmentHttpModule,
        AttendanceHttpModule,
        ParticipationHttpModule,
        TargetsHttpModule,
        DemoHttpModule.forMode(settings),
      ],
    };
  }
}

/** An adapter that gives every request our trace id, and believes as many proxies as the settings say. */
export function httpAdapter(settings: Pick<Settings, 'TRUSTED_PROXIES'>): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    trustProxy: (_address: string, hop: number) => hop < settings.TRUSTED_PROXIES,
    genReqId: traceIdOf,
    routerOptions: { maxParamLength: 200 },
    // A path that cannot be decoded, or is longer than any of ours, leads nowhere.
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) =>
      answerProblem(CoreErrors.NOT_FOUND(), request, reply),
    forceCloseConnections: 'idle',
    // A slow or silent client must not hold a connection for ever (milliseconds).
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
  });
}

/** Everything of the api that stands before it listens: plugins, what every answer has, prefix, checks of requests. */
export async function equip(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  await app.register(cookie as never);
  await equipAnswers(fastify, app.get(Metrics));
  acceptFiles(fastify);
  await app.register(rateLimit, { global: false, errorResponseBuilder: () => CoreErrors.TOO_MANY_REQUESTS() });
  // A file comes as it is; whoever takes it counts its bytes.
  fastify.addHook('preValidation', (request, _reply, done) => {
    if (!(request.body instanceof Readable)) requireShallow(request.body);
    done();
  });
  prefix(app);
  app.useGlobalPipes(requestValidation());
}

/** Everything that is not for load balancers and first visitors stands under /api/v1. */
function prefix(app: NestFastifyApplication): void {
  app.setGlobalPrefix('api/v1', { exclude: ['healthz', 'readyz', 'metrics', 'api/v1/openapi.json'] });
}

/** The API's description, made from the decorators without a database. */
export async function describeApi(settings: Settings): Promise<OpenAPIObject> {
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(settings), httpAdapter(settings), {
    preview: true,
    logger: ['error'],
    abortOnError: false,
  });
  prefix(app);
  return describe(app);
}

/**
 * What is made beside the preparation of the database: to be used once that is done. That the database is unfit says
 * more than what fails for it.
 */
async function whenMigrated<T>(settings: Settings, making: Promise<T>): Promise<T> {
  const fit = databaseToCome().then(() => checkMigrated(settings));
  const [found] = await Promise.allSettled([fit, making]);
  if (found.status === 'rejected') throw found.reason;
  return making;
}

/** Starts listening. @throws DatabaseUnfit when the database cannot be used as it is. */
export async function startApi(settings: Settings): Promise<{ app: NestFastifyApplication; address: string }> {
  const app = await whenMigrated(
    settings,
    NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(settings), httpAdapter(settings), {
      bufferLogs: true,
      abortOnError: false,
    }),
  );
  app.useLogger(app.get(Logger));
  await equip(app);
  await serveWeb(app);
  await app.listen({ port: settings.PORT, host: settings.HOST });
  return { app, address: (await app.getUrl()).replace('[::1]', '127.0.0.1') };
}
