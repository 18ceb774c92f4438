import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import staticFiles from '@fastify/static';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { isUUID } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Language } from '#contracts';
import { ClassesService } from '#catalogue';
import { Caller, Clock, CodedError, languageOf, PACKAGE_ROOT, Settings } from '#core';
import { DemoProgress } from '#demo';
import { OrganisationsService } from '#places';
import { classInset, fillPage, type Inset, missingInset } from './web-pages.js';

/** What `npm run build` makes of apps/web. */
const BUILT = join(PACKAGE_ROOT, 'build', 'web');

/** Paths under which an area's own router decides what is shown. */
const AREAS = { school: ['/school', '/school/*'], bureau: ['/bureau', '/bureau/*'] };
const RESIDENT_PAGES = ['/', '/classes', '/lottery/:id', '/check-in', '/me', '/me/*', '/sign-in'];

const NOTHING_BUILT =
  '汇学e生·洞头：网页尚未构建，请运行 npm run build。\nThe web pages are not built; run: npm run build\n';

/**
 * Serves the web app: hashed files for ever, pages fresh each time. A class page carries its facts, so that it can be
 * read, found and forwarded without script. These routes are not of the API: whatever they show, a visitor may see.
 *
 * Without a built web app the api serves as before and says so at `/`.
 */
export async function serveWeb(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  if (!existsSync(join(BUILT, 'resident.html'))) {
    fastify.get('/', (_request, reply) => reply.type('text/plain; charset=utf-8').send(NOTHING_BUILT));
    return;
  }
  await app.register(staticFiles as never, {
    root: join(BUILT, 'assets'),
    prefix: '/assets/',
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
    decorateReply: false,
    index: false,
  });
  const [resident, school, bureau] = ['resident', 'school', 'bureau'].map((area) =>
    readFileSync(join(BUILT, `${area}.html`), 'utf8'),
  ) as [string, string, string];

  const demo = app.get(Settings).MODE === 'demo' ? app.get(DemoProgress, { strict: false }) : null;
  const fill = (template: string, language: Language, inset?: Inset) =>
    fillPage(template, language, { inset, demoPercent: demo?.now });
  const show = (template: string, status: number, insetIn?: (language: Language) => Inset) => {
    return (request: FastifyRequest, reply: FastifyReply) => {
      const language = languageOf(request.headers['accept-language']);
      return send(reply.status(status), language, fill(template, language, insetIn?.(language)));
    };
  };
  const missing = show(resident, 404, missingInset);

  for (const path of RESIDENT_PAGES) fastify.get(path, show(resident, 200));
  const worker = readFileSync(join(BUILT, 'school-worker.js'), 'utf8');
  // Under the school's own path: it must not see the requests of the other areas.
  fastify.get('/school/worker.js', (_request, reply) =>
    reply.header('Cache-Control', 'no-cache').type('text/javascript; charset=utf-8').send(worker),
  );
  for (const path of AREAS.school) fastify.get(path, show(school, 200));
  for (const path of AREAS.bureau) fastify.get(path, show(bureau, 200));
  fastify.get<{ Params: { id: string } }>('/classes/:id', async (request, reply) => {
    const language = languageOf(request.headers['accept-language']);
    const { id } = request.params;
    if (!isUUID(id)) return missing(request, reply);
    const inset = await factsOfClass(app, id, language, request.id);
    return inset === 'missing' ? missing(request, reply) : send(reply, language, fill(resident, language, inset));
  });
  fastify.get('/*', (request, reply) => {
    if (request.url.startsWith('/api/')) return reply.callNotFound();
    return missing(request, reply);
  });
}

function send(reply: FastifyReply, language: Language, html: string): FastifyReply {
  return reply
    .header('Cache-Control', 'no-cache')
    .header('Vary', 'Accept-Language')
    .header('Content-Language', language)
    .type('text/html; charset=utf-8')
    .send(html);
}

/** The class as a visitor sees it. Where it cannot be read just now the page comes without, and tries by itself. */
async function factsOfClass(
  app: NestFastifyApplication,
  id: string,
  language: Language,
  traceId: string,
): Promise<Inset | 'missing' | undefined> {
  try {
    const visitor = new Caller({ kind: 'visitor', id: null }, [], language, traceId);
    const view = await app.get(ClassesService).get(visitor, id);
    const { phone } = await app.get(OrganisationsService).get(view.organisation.id);
    return classInset(view, phone, language, app.get(Clock).now());
  } catch (error) {
    if (error instanceof CodedError && error.definition.status === 404) return 'missing';
    new Logger('Web').error({ err: error, traceId }, 'A class page was sent without its facts');
    return undefined;
  }
}
