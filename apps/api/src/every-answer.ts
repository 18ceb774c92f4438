import helmet from '@fastify/helmet';
import { Logger } from '@nestjs/common';
import Fastify, { type FastifyInstance } from 'fastify';
import { Metrics } from '#core';

/** Paths that are asked for every few seconds, of which the log would otherwise be full. */
const WATCHED = /^\/(healthz|readyz|metrics)/;

/**
 * What every answer has, whoever gives it: the security headers, the trace id, a place in the metrics, and a line in
 * the log: without personal data, at level debug unless the platform itself failed.
 *
 * These are plain hooks because they run for every request of the hard minute. nestjs-pino's own middleware would keep
 * the request at hand for the whole of its asynchronous way, which costs more than deciding about a seat.
 */
export async function equipAnswers(fastify: FastifyInstance, metrics: Metrics): Promise<void> {
  const security = await securityHeaders();
  const log = new Logger('Http');
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(security).header('X-Request-Id', request.id);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, id: traceId } = request;
    const status = reply.statusCode;
    const route = request.routeOptions.url ?? 'none';
    metrics.httpSeconds.observe({ method, route, status: String(status) }, reply.elapsedTime / 1000);
    // The path without its query, which may hold what people searched for.
    const line = { traceId, method, path: request.url.split('?')[0], status, ms: Math.round(reply.elapsedTime) };
    // Who is asked to come back (all are busy, the demo is being loaded) met no failure; the metrics count them.
    if (status >= 500 && !reply.hasHeader('Retry-After')) log.error(line);
    else if (!WATCHED.test(request.url)) log.debug(line);
    done();
  });
}

/** The headers that helmet gives; they are the same for all answers, so they are made once. */
async function securityHeaders(): Promise<Record<string, string>> {
  const model = Fastify();
  await model.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        upgradeInsecureRequests: null,
      },
    },
  });
  let headers: Record<string, string> = {};
  model.get('/', (_request, reply) => {
    headers = Object.fromEntries(Object.entries(reply.raw.getHeaders()).map(([name, value]) => [name, String(value)]));
    return '';
  });
  await model.inject('/');
  return headers;
}
