import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
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
    // Answered requests are logged by a hook of the api.
    forRoutes: [],
    pinoHttp: {
      level: settings.LOG_LEVEL,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label: string) => ({ level: label }) },
      hooks: {
        logMethod(args: Parameters<LogFn>, method: LogFn, level: number) {
          const { context } = args[0] as { context?: string };
          if (level > INFO || context === undefined || !TALKATIVE.has(context)) method.apply(this, args);
        },
      },
    },
  }),
});
