import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { RequestMethod } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { LogFn } from 'pino';
import { Settings } from '../configuration/settings.js';

/** A trace id of a caller is kept where it is one, so that a gateway's log and ours tell the same story. */
const TRACE_ID = /^[\w-]{8,64}$/;

/** The id under which a request is known in the log, in audit rows and in problem documents. */
export function traceIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && TRACE_ID.test(given) ? given : randomUUID();
}

/** The path without its query, which may hold what people searched for. */
const pathOf = (url: string | undefined) => url?.split('?')[0];

/** pino's number of the level. */
const INFO = 30;

/** Parts of Nest that tell of every module and route at start; of interest only to who is looking for one. */
const TALKATIVE = new Set(['InstanceLoader', 'NestFactory', 'RouterExplorer', 'RoutesResolver', 'NestApplication']);

/**
 * One JSON line an event, without personal data: of a request only method, path, status and time; never headers,
 * bodies, queries or addresses.
 */
export const LoggingModule = LoggerModule.forRootAsync({
  inject: [Settings],
  useFactory: (settings: Settings) => ({
    // nestjs-pino logs nothing on Fastify unless it is told the routes.
    forRoutes: [{ path: '/{*splat}', method: RequestMethod.ALL }],
    pinoHttp: {
      level: settings.LOG_LEVEL,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label: string) => ({ level: label }) },
      genReqId: (request: IncomingMessage & { id?: unknown }) => request.id ?? traceIdOf(request),
      hooks: {
        logMethod(args: Parameters<LogFn>, method: LogFn, level: number) {
          const { context } = args[0] as { context?: string };
          if (level > INFO || context === undefined || !TALKATIVE.has(context)) method.apply(this, args);
        },
      },
      autoLogging: { ignore: (request: IncomingMessage) => /^\/(healthz|readyz|metrics)/.test(request.url ?? '') },
      customLogLevel: (_request, reply, error) => (error || reply.statusCode >= 500 ? 'error' : 'debug'),
      serializers: {
        req: (request: { id: string; method: string; url: string }) => ({
          id: request.id,
          method: request.method,
          path: pathOf(request.url),
        }),
        res: (reply: { statusCode: number }) => ({ status: reply.statusCode }),
      },
    },
  }),
});
